"""What the screen shows, as immutable values. The Kivy thread gets these and nothing else.

A view holds keys, names and dates, never sentences: the screen puts them into the resident's language.
Card numbers, patron references and entry ids never reach a view.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from lending.nouns import Condition, PartAnswer, Text
from lending.rules import Reason
from lending.visit import AskWhy, LineState, OddScan


@dataclass(frozen=True, slots=True)
class ThingFace:
    """How an item looks and is named. `name` is a title ("Slagdrill"), `definite` stands inside a sentence
    ("slagdrillen", "the hammer drill"), `yours` is the possessive that fits ("din", "ditt").
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
    """One of the patron's open loans."""

    thing: ThingFace
    due: date
    soon: DueSoon


@dataclass(frozen=True, slots=True)
class PartRow:
    """One row of the tick list. `answer` None means not answered yet."""

    name: Text
    drawing: str | None
    answer: PartAnswer | None


@dataclass(frozen=True, slots=True)
class CategoryTile:
    """How many things of a category are here now."""

    name: Text
    drawing: str
    tint: str
    here: int


@dataclass(frozen=True, slots=True)
class Countdown:
    """When the visit ends by itself: `ends_up_ms` on the clock since boot, set for `span_ms`.
    In the last `warn_ms` the screen asks whether somebody is still there (0: it does not ask).
    """

    ends_up_ms: int
    span_ms: int
    warn_ms: int


@dataclass(frozen=True, slots=True)
class Status:
    """The line at the top of every screen. `queued` counts entries the hub has not acknowledged."""

    station: str
    offline: bool = False
    clock_synced: bool = True
    reader_up: bool = True
    scanner_up: bool = True
    queued: int = 0


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
    """Nobody is here."""

    here: int = 0
    categories: tuple[CategoryTile, ...] = ()


@dataclass(frozen=True, slots=True)
class AccountView(View):
    """The patron's loans, due soonest first. Without a card (return only) there are none and `has_card` is false."""

    loans: tuple[LoanRow, ...] = ()


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
    """

    thing: ThingFace = field(kw_only=True)
    parts: tuple[PartRow, ...] = ()
    due: date | None = None
    provisional: bool = False


@dataclass(frozen=True, slots=True)
class ConfirmedView(View):
    """Saved. Board 06. Every loan of this visit stands in `lines` with its due date."""

    thing: ThingFace = field(kw_only=True)


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
    `thing` is None for the same reason. `missing` names the parts pointed out.
    """

    thing: ThingFace | None = None
    answer: Condition | None = None
    missing: tuple[Text, ...] = ()


@dataclass(frozen=True, slots=True)
class CannotLendView(View):
    """This thing cannot be lent now. `reason` ALREADY_OUT offers to return it; `like_it` are similar things here."""

    thing: ThingFace = field(kw_only=True)
    reason: Reason = Reason.ALREADY_OUT
    like_it: tuple[ThingFace, ...] = ()


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
class PowerBackView(View):
    """The power was out in the middle of a visit. Board 11. `lines` say what was saved and what was not.
    `since` is the local time of the last thing noted before; None if the clock cannot be trusted.
    """

    since: datetime | None = None
    minutes: int | None = None


@dataclass(frozen=True, slots=True)
class OutOfServiceView(View):
    """The station cannot save anything. Board 13. `code` is for the phone call."""

    code: str = ""


@dataclass(frozen=True, slots=True)
class StartingView(View):
    """The station is starting, or has never had a feed and knows nothing to lend yet."""

    enrolled: bool = True
