"""What a visit is: its steps, the facts it asks for, and what comes of an input (see `lending.visit.inputs`)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Protocol

from lending.entries import Draft
from lending.impact import Instead
from lending.ledger import ItemLedger, OpenLoan
from lending.nouns import CardFacts, Condition, Hold, Item, PartAnswer, Rules, Shelf, Standing
from lending.rules import Reason
from lending.visit.page_steps import AtPage, Heard
from lending.visit.staff_steps import StaffStep


class Facts(Protocol):
    """What the station knows when an input comes. Reading it has no effect, and it does not change meanwhile."""

    @property
    def rules(self) -> Rules:
        """The rules of the newest feed."""

    @property
    def station(self) -> str:
        """The id of this station."""

    @property
    def today(self) -> date:
        """The local date of the station."""

    @property
    def up_ms(self) -> int:
        """Milliseconds since boot; never goes back."""

    @property
    def data_age_hours(self) -> float:
        """The least the newest feed can be old: by the latest time this station has ever seen."""

    @property
    def clock_doubtful(self) -> bool:
        """Whether the wall clock has not been set since boot, or says a time before this software was built."""

    def item(self, code: str) -> Item | None:
        """Return the item with this barcode, or None if no feed has told of it."""

    def ledger(self, code: str) -> ItemLedger:
        """Return what this station's journal says of the item; an empty ledger if nothing."""

    def card(self, patron_ref: str) -> CardFacts:
        """Return what the feed says of the card."""

    def loans_of(self, patron_ref: str) -> Sequence[OpenLoan]:
        """Return the patron's open loans this station knows of, due soonest first."""

    def holds_on(self, thing: str) -> Sequence[Hold]:
        """Return the holds on this thing at this station, lapsed ones too, oldest first."""

    def holds_of(self, patron_ref: str) -> Sequence[Hold]:
        """Return the patron's holds that have not lapsed."""

    def hold_with_code(self, code: str) -> Hold | None:
        """Return the hold this six-digit pickup code belongs to, or None."""

    def another_here(self, thing: str, but: str) -> Item | None:
        """Return another copy of `thing` that stands free on the shelf here, or None."""

    def copies_of(self, thing: str) -> Sequence[Item]:
        """Return all items of a thing the feed has told of, by barcode; empty for one nobody knows."""

    def finds(self, words: str) -> bool:
        """Return whether a search for `words` finds anything."""

    def guesses(self, words: str) -> bool:
        """Return whether a search for `words` finds guesses only: what is spelt alike, or fits some of the words."""

    def left_here(self) -> Sequence[Item]:
        """Return the items that were left here and wait for staff to check them, oldest first."""

    def expected_here(self) -> Sequence[str]:
        """Return the codes of the items that should stand on the shelf here, in the order of their names."""

    def has_verified_pin(self, patron_ref: str) -> bool:
        """Return whether a right PIN was given for this card here within the days the rules keep it."""

    def known_of(self, patron_ref: str) -> KnownOf:
        """Return what this station holds about a card."""

    def new_id(self) -> str:
        """Return a fresh random 128-bit id as 32 hex digits."""


@dataclass(frozen=True, slots=True)
class KnownOf:
    """What this station holds about a card: "what does this station know about me?". Dates are local.

    `returned_loans` still carry the patron until `forgotten_by`; None when there are none or the hub has not
    acknowledged them yet. `pin_until` is how long a right PIN is remembered, None if none is.
    """

    in_feed: bool
    open_loans: int
    returned_loans: int
    holds: int
    forgotten_by: date | None = None
    pin_until: date | None = None


class LineState(StrEnum):
    """What became of one thing in this visit."""

    LENT = "lent"
    RENEWED = "renewed"
    RETURNED = "returned"
    UNDONE = "undone"
    NOT_SAVED = "not_saved"


@dataclass(frozen=True, slots=True)
class Line:
    """One thing this visit has done. `entry_id` is the entry that made it so; None if it was not saved.

    `was` is how far a lent item had come before, for the undo; a trace does not keep it.
    """

    item: str
    state: LineState
    entry_id: str | None = None
    due: date | None = None
    was: Shelf = Shelf.FREE


@dataclass(frozen=True, slots=True)
class Patron:
    """Whose card opened the visit. `sealed_card` travels to the hub if the card is not known here."""

    ref: str
    standing: Standing
    sealed_card: str | None = None


@dataclass(frozen=True, slots=True)
class Account:
    """The patron's loans; waiting for something to be scanned."""


@dataclass(frozen=True, slots=True)
class CardStop:
    """The card cannot borrow now; returning works."""

    reason: Reason


@dataclass(frozen=True, slots=True)
class UnknownCard:
    """The station does not know the card; `room` says whether a provisional loan is still possible."""

    room: bool = True


@dataclass(frozen=True, slots=True)
class BorrowParts:
    """An item is being borrowed; `answers` holds one answer per part in the kit's order, None = not answered."""

    item: str
    answers: tuple[PartAnswer | None, ...]


@dataclass(frozen=True, slots=True)
class Confirmed:
    """The loan is saved. `told` says that the borrower has already been asked how it was on the shelf."""

    item: str
    told: bool = False


@dataclass(frozen=True, slots=True)
class Returned:
    """The return is saved; how was it? `entry_id` is the return, `loan` the loan it ended, if one was known here."""

    item: str
    entry_id: str
    loan: str | None = None


@dataclass(frozen=True, slots=True)
class WhichMissing:
    """Something is missing; which part? `missing` holds one flag per part in the kit's order."""

    item: str
    entry_id: str
    missing: tuple[bool, ...]


@dataclass(frozen=True, slots=True)
class Thanks:
    """The answer is saved. `answer` is None when staff will look at an item nobody knows. `swap` is another copy that
    stands here free when this one did not work.
    """

    item: str
    answer: Condition | None
    missing: tuple[str, ...] = ()
    swap: str | None = None


@dataclass(frozen=True, slots=True)
class AskInstead:
    """The return is saved and all was well. What would have been done without the loan? `chose` is the answer."""

    item: str
    chose: Instead | None = None


@dataclass(frozen=True, slots=True)
class CannotLend:
    """This item cannot be lent now; the way on stands beside it."""

    item: str
    reason: Reason


class AskWhy(StrEnum):
    """Why the station asks before it takes something back."""

    ITEM_UNKNOWN = "item_unknown"
    ON_SHELF = "on_shelf"


@dataclass(frozen=True, slots=True)
class AskReturn:
    """Is this being brought back? Asked when the journal does not say so by itself."""

    item: str
    why: AskWhy


class OddScan(StrEnum):
    """A scan that is no item of ours. CARD is another card while a thing is being borrowed."""

    ISBN = "isbn"
    CARD = "card"
    GS1 = "gs1"
    NATIONAL_ID = "national_id"
    MALFORMED = "malformed"
    UNREADABLE_CARD = "unreadable_card"


@dataclass(frozen=True, slots=True)
class Notice:
    """A short answer to something that is no item of ours; the step before it comes back."""

    about: OddScan


@dataclass(frozen=True, slots=True)
class PowerBack:
    """The station came back in the middle of a visit: what was saved and what was not stands in the lines.

    `since_ms` is when the visit last had something kept (Unix ms by the station's clock, None if that is not known),
    `back_up_ms` when the station came back (ms since boot).
    """

    since_ms: int | None = None
    back_up_ms: int = 0


@dataclass(frozen=True, slots=True)
class AskPin:
    """The card asks for its PIN. `wrong` counts wrong tries here; no new one is taken before `wait_until_ms`.
    `checking` is true while an answer is being waited for. `wants` is the item that was scanned before the card.
    """

    wrong: int = 0
    wait_until_ms: int = 0
    checking: bool = False
    wants: str | None = None


@dataclass(frozen=True, slots=True)
class PinUnchecked:
    """The PIN cannot be checked without network, and none was ever right here: only returns now."""


@dataclass(frozen=True, slots=True)
class OtherCard:
    """Another card was shown in the middle of a visit: go on, or change over? The step before it comes back."""

    patron_ref: str
    sealed_card: str | None = None


@dataclass(frozen=True, slots=True)
class AskDamage:
    """What is wrong with this item? `back` is the step it was asked from."""

    item: str
    back: Step


@dataclass(frozen=True, slots=True)
class HoldMade:
    """Something is set aside, or will be: a copy of what `thing_of` (an item) is; `until` is the last day to collect
    it.
    """

    thing_of: str
    until: date


@dataclass(frozen=True, slots=True)
class EnterCode:
    """A six-digit pickup code is asked for, without a card. Like a PIN it is slowed down when wrong."""

    wrong: int = 0
    wait_until_ms: int = 0


@dataclass(frozen=True, slots=True)
class AboutMe:
    """What this station knows about the patron."""


@dataclass(frozen=True, slots=True)
class StaffMenu:
    """A staff card opened the menu: items that were left wait to be checked. `done` counts those checked now,
    `counted` are the codes of a count that is not finished.
    """

    done: int = 0
    counted: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Browse:
    """What there is, in `category` ("" for all), at page `page` from 0."""

    category: str = ""
    page: int = 0


@dataclass(frozen=True, slots=True)
class Search:
    """What fits `words`, at page `page` from 0. `since_ms` is when they came; `missed` are words that stood here for
    a while before and found nothing. `back` is what the search was opened from. A repr hides the words.
    """

    words: str = field(default="", repr=False)
    page: int = 0
    since_ms: int = 0
    missed: str = field(default="", repr=False)
    back: Browse | None = None


@dataclass(frozen=True, slots=True)
class LookAt:
    """All about one thing. `back` is the list it was chosen from, None if it was none. `asked` says that it is to be
    set aside, and that a card is waited for to say for whom.
    """

    thing: str
    back: Browse | Search | None = None
    asked: bool = False


Step = (
    Account
    | CardStop
    | UnknownCard
    | BorrowParts
    | Confirmed
    | Returned
    | WhichMissing
    | Thanks
    | AskInstead
    | CannotLend
    | AskReturn
    | Notice
    | PowerBack
    | AskPin
    | PinUnchecked
    | OtherCard
    | AskDamage
    | HoldMade
    | EnterCode
    | AboutMe
    | StaffMenu
    | AtPage
    | Heard
    | StaffStep
    | Browse
    | Search
    | LookAt
)

Home = Account | AskPin | PinUnchecked | StaffMenu


@dataclass(frozen=True, slots=True)
class Visit:
    """One visit. `patron` is None while no card has been shown. `deadline_ms` is the time since boot at which it
    ends by itself; `span_ms` is how long it was set for. `before` is the step that a notice or the question about
    another card covers. `home` is where "go on" leads: the account, the staff menu, or the PIN that still stands
    before everything but returns. `instead_of` is the loan of a copy of `instead_thing` that did not work.
    `hold` is the hold whose pickup code opened the visit: it collects that, and shows nothing else of the patron.
    `asked` says that what would have been done without a loan was asked once.
    `then` is the thing somebody looked at when they showed their card: they go on there once the PIN is right.
    """

    patron: Patron | None
    step: Step
    lines: tuple[Line, ...] = ()
    deadline_ms: int = 0
    span_ms: int = 0
    before: Step | None = None
    instead_of: str | None = None
    hold: str | None = None
    home: Home = field(default_factory=Account)
    instead_thing: str = ""
    asked: bool = False
    then: LookAt | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What an input leads to: the visit to show (None: nobody is here) once `drafts` are committed, in order."""

    visit: Visit | None
    drafts: tuple[Draft, ...] = ()


@dataclass(frozen=True, slots=True)
class Trace:
    """What of a visit is kept beside the journal, so that the screen can say after a power cut what was saved.

    It names things, never a card. `pending` is the thing that was being borrowed.
    """

    lines: tuple[Line, ...] = ()
    pending: str | None = None

    def __bool__(self) -> bool:
        return bool(self.lines) or self.pending is not None
