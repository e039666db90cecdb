"""What the screen shows, as immutable values. The Kivy thread gets these and nothing else.

A view holds keys, names and dates, never sentences: the screen puts them into the resident's language.
Card numbers, patron references and entry ids never reach a view.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import TYPE_CHECKING

from kiosk.desk.views_idle import Attract, Word
from lending.nouns import Condition, Damage, PartAnswer, Text
from lending.rules import Reason, WayOn
from lending.visit.model import AskWhy, LineState, OddScan

if TYPE_CHECKING:
    from kiosk.desk.views_pages import PlaceRow  # the pages there are views too


@dataclass(frozen=True, slots=True)
class ThingFace:
    """How an item looks and is named. `name` is a title ("Slagdrill"), `definite` stands inside a sentence
    ("slagdrillen", "the hammer drill"), `yours` the gender in each language ("din", "ditt"; see Item).
    `drawing` is a name in `assets/drawings` or "", `tint` the colour of its category (#RRGGBB).
    """

    name: Text
    definite: Text
    yours: Text
    drawing: str
    tint: str
    shelf: str = ""
    buy_kroner: int | None = None


@dataclass(frozen=True, slots=True)
class VisitLine:
    """One line of "this visit". `at` is the local time of a return; `due` the last day of a loan.
    `can_undo` is true on the newest loan only. `current` marks the thing now being answered for.
    """

    thing: ThingFace
    state: LineState | None
    due: date | None = None
    at: datetime | None = None
    can_undo: bool = False


class DueSoon(StrEnum):
    """How near a due date is."""

    OVERDUE = "overdue"
    TODAY = "today"
    TOMORROW = "tomorrow"
    LATER = "later"


@dataclass(frozen=True, slots=True)
class LoanRow:
    """One of the patron's open loans. `can_renew` offers `RenewLoan(row)`."""

    thing: ThingFace
    due: date
    soon: DueSoon
    can_renew: bool = False
    renewals: int = 0
    row: str = ""


@dataclass(frozen=True, slots=True)
class HoldRow:
    """One of the patron's holds, kept until the end of `until`. `ready` says that a copy stands here for it.
    It offers `CancelHold(row)`.
    """

    thing: ThingFace
    until: date
    ready: bool = False
    row: str = ""


@dataclass(frozen=True, slots=True)
class StaffRow:
    """An item that was left and waits for staff; `since` is when it came back (local), None if that is not known."""

    thing: ThingFace
    since: datetime | None = None


@dataclass(frozen=True, slots=True)
class DeviceRow:
    """How a device is. `name` is `card_reader` or `scanner`; `reason` is plain, for the technician."""

    name: str
    up: bool
    reason: str = ""


@dataclass(frozen=True, slots=True)
class PartRow:
    """One row of the tick list. `answer` None means not answered yet."""

    name: Text
    drawing: str | None
    answer: PartAnswer | None


@dataclass(frozen=True, slots=True)
class CategoryTile:
    """How many things of a category are here now. It offers `StartBrowse(category)`. `icon` is its line icon."""

    name: Text
    drawing: str
    tint: str
    here: int
    category: str = ""
    icon: str = "package"


@dataclass(frozen=True, slots=True)
class Countdown:
    """When the visit ends by itself: `ends_up_ms` on the clock since boot, set for `span_ms`.
    In the last `warn_ms` the screen asks whether somebody is still there (0: it does not ask).
    """

    ends_up_ms: int
    span_ms: int
    warn_ms: int


class ShutOut(StrEnum):
    """Why the hub takes no loans of this station: it does not, its token no longer counts, or there are two of it."""

    NO = ""
    NOT_ALLOWED = "not_allowed"
    FORKED = "forked"


@dataclass(frozen=True, slots=True)
class Status:
    """The line at the top of every screen. `queued` counts entries the hub has not acknowledged.

    `returns_only` says that the disk is full: things are taken back, nothing is lent. `data_age_hours` is the least
    the newest feed can be old. `repaired` says in English what a damaged file has lost, for staff; "" if nothing.
    `trouble` is what keeps the station from the hub while it is offline (`sync.agent.troubles.Trouble`).
    """

    station: str
    offline: bool = False
    clock_synced: bool = True
    reader_up: bool = True
    scanner_up: bool = True
    queued: int = 0
    returns_only: bool = False
    data_age_hours: int = 0
    repaired: str = ""
    shut_out: ShutOut = ShutOut.NO
    trouble: str = ""

    @property
    def lends_nothing(self) -> bool:
        """Whether things are only taken back: the disk is full, or the hub takes no loans of this station."""
        return self.returns_only or self.shut_out is not ShutOut.NO


@dataclass(frozen=True, slots=True)
class View:
    """What every screen has: the status line, the lines of this visit, when it ends, where to call, and whether
    a card opened the visit.
    """

    status: Status
    lines: tuple[VisitLine, ...] = ()
    countdown: Countdown | None = None
    phone: str = ""
    has_card: bool = False


@dataclass(frozen=True, slots=True)
class IdleView(View):
    """Nobody is here. `code_entry` says that pickup codes are in use here: it offers `StartCode()`."""

    here: int = 0
    categories: tuple[CategoryTile, ...] = ()
    code_entry: bool = False
    attract: Attract | None = None


@dataclass(frozen=True, slots=True)
class AccountView(View):
    """The patron's loans and holds, due soonest first. Without a card (return only) there are none and `has_card` is
    false. `limit` is how many things this card may have here and now, None without a card. `words` is what the
    library has to say to everybody today.
    """

    loans: tuple[LoanRow, ...] = ()
    holds: tuple[HoldRow, ...] = ()
    limit: int | None = None
    words: tuple[Word, ...] = ()


@dataclass(frozen=True, slots=True)
class CardStopView(View):
    """This card cannot borrow now. Board 09: the title says what you can do."""

    reason: Reason = Reason.CARD_BLOCKED


@dataclass(frozen=True, slots=True)
class UnknownCardView(View):
    """The station does not know this card. Board 10. `room` says whether one thing can be borrowed now."""

    room: bool = True


@dataclass(frozen=True, slots=True)
class BorrowView(View):
    """The tick list of the thing being borrowed. Boards 05, 17, 20. `parts` may be empty: then the main button
    lends at once. The touch `PartAnswered(index, answer)` counts over all parts, also over pages.
    `due_doubtful` says that nobody has set the clock: the due date is marked, and no delay is held against anybody.
    """

    thing: ThingFace = field(kw_only=True)
    parts: tuple[PartRow, ...] = ()
    due: date | None = None
    provisional: bool = False
    due_doubtful: bool = False


@dataclass(frozen=True, slots=True)
class ConfirmedView(View):
    """Saved. Board 06. Every loan of this visit stands in `lines` with its due date.

    `asks` says that the borrower may be asked once how the thing was on the shelf (`ConditionGiven`).
    """

    thing: ThingFace = field(kw_only=True)
    asks: bool = False
    due_doubtful: bool = False


@dataclass(frozen=True, slots=True)
class ReturnedView(View):
    """Saved; how was it? Board 07."""

    thing: ThingFace = field(kw_only=True)


@dataclass(frozen=True, slots=True)
class WhichMissingView(View):
    """Which parts are missing? `answer` MISSING marks the ones pointed out."""

    thing: ThingFace = field(kw_only=True)
    parts: tuple[PartRow, ...] = ()


@dataclass(frozen=True, slots=True)
class ThanksView(View):
    """The end of a return. `answer` None: an item nobody knows was taken, staff will look at it.
    `thing` is None for the same reason. `missing` names the parts pointed out. `swap` is another copy that stands
    here free when this one did not work.
    """

    thing: ThingFace | None = None
    answer: Condition | None = None
    missing: tuple[Text, ...] = ()
    swap: ThingFace | None = None


@dataclass(frozen=True, slots=True)
class CannotLendView(View):
    """This thing cannot be lent now. `reason` ALREADY_OUT offers to return it; `like_it` are similar things here.
    `way_on` is what the resident can do instead; `can_hold` offers `PlaceHold()`.
    """

    thing: ThingFace = field(kw_only=True)
    reason: Reason = Reason.ALREADY_OUT
    like_it: tuple[ThingFace, ...] = ()
    way_on: WayOn = WayOn.RETURN_IT
    can_hold: bool = False


@dataclass(frozen=True, slots=True)
class ReturnsOnlyView(View):
    """The station's disk is full: it takes things back and lends nothing until there is room again. `thing` is what
    somebody wanted to borrow, None if nothing in particular. "Go on" leaves it.
    """

    thing: ThingFace | None = None


@dataclass(frozen=True, slots=True)
class AskReturnView(View):
    """Is this being brought back? `thing` is None for an item nobody knows."""

    thing: ThingFace | None = None
    why: AskWhy = AskWhy.ON_SHELF


@dataclass(frozen=True, slots=True)
class NoticeView(View):
    """A short answer to something that is no item of ours."""

    about: OddScan = OddScan.MALFORMED


@dataclass(frozen=True, slots=True)
class PinView(View):
    """The card asks for its PIN; the keys send one `PinTyped`. `wrong` counts wrong tries at this station. For
    `wait_seconds` from when the view came no new PIN is taken; `checking` while an answer is awaited.
    """

    wrong: int = 0
    wait_seconds: int = 0
    checking: bool = False


@dataclass(frozen=True, slots=True)
class PinUncheckedView(View):
    """Without network the PIN cannot be checked, and none was ever right here: only returns now."""


@dataclass(frozen=True, slots=True)
class OtherCardView(View):
    """Another card was shown in the middle of a visit. `GoOn()` goes on, `SwitchCard()` changes over."""


@dataclass(frozen=True, slots=True)
class AskDamageView(View):
    """What is wrong with this thing? Offers `DamageGiven` with one of `choices`."""

    thing: ThingFace = field(kw_only=True)
    choices: tuple[Damage, ...] = tuple(Damage)


@dataclass(frozen=True, slots=True)
class HoldMadeView(View):
    """A copy of the thing is set aside, or the next one will be; `until` is the last day to collect it."""

    thing: ThingFace = field(kw_only=True)
    until: date = field(kw_only=True)


@dataclass(frozen=True, slots=True)
class CodeView(View):
    """A six-digit pickup code is asked for; the keys send `CodeEntered`. Slowed down like a PIN when wrong, but for
    the whole station.
    """

    wrong: int = 0
    wait_seconds: int = 0


@dataclass(frozen=True, slots=True)
class AboutMeView(View):
    """What does this station know about me? Counts and dates only.

    `in_feed`: the library has told this station of the card. `returned_loans` still carry the card until
    `forgotten_by` (None: there are none, or the library has not received them yet). `waiting` counts entries about
    this card that the library has not received. `pin_until` is how long a right PIN is remembered (None: none is).
    """

    in_feed: bool = False
    open_loans: int = 0
    returned_loans: int = 0
    holds: int = 0
    waiting: int = 0
    forgotten_by: date | None = None
    pin_until: date | None = None
    retention_days: int = 0


@dataclass(frozen=True, slots=True)
class StaffMenuView(View):
    """A staff card opened the menu. `left` wait to be checked, oldest first; `done` were checked in this visit.
    `last_contact` is when the hub was last heard (local; None: never). What waits stands in `status.queued`, how old
    the feed is in `status.data_age_hours`.
    """

    left: tuple[StaffRow, ...] = ()
    done: int = 0
    feed_version: int = 0
    devices: tuple[DeviceRow, ...] = ()
    last_contact: datetime | None = None


@dataclass(frozen=True, slots=True)
class PowerBackView(View):
    """The power was out in the middle of a visit. Board 11. `lines` say what was saved and what was not.
    `since` is the local time of the last thing noted before; None if the clock cannot be trusted.
    """

    since: datetime | None = None
    minutes: int | None = None


@dataclass(frozen=True, slots=True)
class OutOfServiceView(View):
    """The station cannot save anything. Board 13. `code` is for the phone call, `nearest` another station, as far as
    it was known while this one worked.
    """

    code: str = ""
    nearest: PlaceRow | None = None


class EnrolStep(StrEnum):
    """Where the enrolment of a station stands."""

    WAITING = "waiting"
    WORKING = "working"
    DONE = "done"
    NOT_READ = "not_read"
    TOO_NEW = "too_new"
    REFUSED = "refused"
    NO_NETWORK = "no_network"
    HUB_DOWN = "hub_down"
    SLOW_DOWN = "slow_down"
    STRANGER = "stranger"
    OTHER_STATION = "other_station"
    DISK = "disk"


@dataclass(frozen=True, slots=True)
class EnrolView(View):
    """The station is not enrolled, or is to be enrolled anew: it waits for the code from the hub. `name` is the id of
    the station the code is for, once it was read. `scanner` says that there is a scanner to hold it to.
    """

    step: EnrolStep = EnrolStep.WAITING
    name: str = ""
    scanner: bool = True


@dataclass(frozen=True, slots=True)
class StartingView(View):
    """The station is starting, or has never had a feed and knows nothing to lend yet."""

    enrolled: bool = True


# --- What the screen sends beside the touches of `lending.visit`


@dataclass(frozen=True, slots=True)
class PinTyped:
    """The digits somebody typed. They go to the desk and no further; the repr hides them."""

    pin: str = field(repr=False)
