"""What can be given to a visit: cards, scans, touches and the passing of time."""

from __future__ import annotations

from dataclasses import dataclass, field

from lending.impact import Instead
from lending.nouns import Condition, Damage, PartAnswer
from lending.visit.model import OddScan
from lending.visit.page_steps import Page
from lending.visit.staff_steps import StaffTouch


@dataclass(frozen=True, slots=True)
class CardShown:
    """A readable card lies on the reader. `sealed_card` is its id sealed to the hub."""

    patron_ref: str
    sealed_card: str | None = None


@dataclass(frozen=True, slots=True)
class ItemScanned:
    """A code that may be one of our items was scanned. `maybe_person` says that it has the shape of a Danish or
    Swedish national number: unless it is an item we know of, it is answered as one and kept nowhere.
    """

    code: str
    maybe_person: bool = False


@dataclass(frozen=True, slots=True)
class OddScanned:
    """Something that is no item was scanned or laid on the reader."""

    about: OddScan


@dataclass(frozen=True, slots=True)
class PartAnswered:
    """A tick row was touched: part number `index` (from 0) is here or missing. The same touch again takes it back."""

    index: int
    answer: PartAnswer


@dataclass(frozen=True, slots=True)
class RestIsHere:
    """All parts not answered yet are here."""


@dataclass(frozen=True, slots=True)
class ConfirmLoan:
    """The main button of the tick list."""


@dataclass(frozen=True, slots=True)
class CancelItem:
    """Not this thing, or not now."""


@dataclass(frozen=True, slots=True)
class ConditionGiven:
    """How the returned thing was."""

    answer: Condition


@dataclass(frozen=True, slots=True)
class ConfirmMissing:
    """The missing parts have been pointed out."""


@dataclass(frozen=True, slots=True)
class ConfirmReturn:
    """Yes, this is being brought back."""


@dataclass(frozen=True, slots=True)
class UndoNewest:
    """Take the newest loan of this visit back."""


@dataclass(frozen=True, slots=True)
class GoOn:
    """Leave this screen and go on with the visit ("borrow more", "return one more", "only return")."""


@dataclass(frozen=True, slots=True)
class PinEntered:
    """Four digits or more were typed. They never get here: the desk checks them and sends `PinChecked`."""


@dataclass(frozen=True, slots=True)
class PinChecked:
    """The answer about a PIN: right, wrong, or None when nobody can say now. `patron_ref` is the card it was checked
    for: an answer about another card than the one that is here now is nobody's.
    """

    right: bool | None
    patron_ref: str | None = None


@dataclass(frozen=True, slots=True)
class CodeEntered:
    """A six-digit pickup code was typed. It never shows in a repr."""

    code: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class StartCode:
    """Nobody's card: somebody wants to type a pickup code."""


@dataclass(frozen=True, slots=True)
class RenewLoan:
    """Renew the loan in this row of the account (see `lending.visit.rows`)."""

    row: str


@dataclass(frozen=True, slots=True)
class PlaceHold:
    """Set the next copy of this thing aside for me."""


@dataclass(frozen=True, slots=True)
class CancelHold:
    """I do not need what is set aside in this row of the account any more (see `lending.visit.rows`)."""

    row: str


@dataclass(frozen=True, slots=True)
class StartDamage:
    """Something is wrong with the thing on the screen."""


@dataclass(frozen=True, slots=True)
class DamageGiven:
    """What is wrong with it."""

    what: Damage


@dataclass(frozen=True, slots=True)
class InsteadGiven:
    """What would have been done without the loan."""

    answer: Instead


@dataclass(frozen=True, slots=True)
class OpenPage:
    """Read this page; with nobody here, that begins a visit."""

    page: Page


@dataclass(frozen=True, slots=True)
class WordsGiven:
    """Somebody wrote this on the page that is open. It never shows in a repr."""

    words: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class SwitchCard:
    """Change over to the other card."""


@dataclass(frozen=True, slots=True)
class AskAboutMe:
    """What does this station know about me?"""


@dataclass(frozen=True, slots=True)
class StartBrowse:
    """What is there? From the idle screen or from within a visit; `category` opens one, "" all."""

    category: str = ""


@dataclass(frozen=True, slots=True)
class TurnPage:
    """Show page `page` (from 0) of what is listed."""

    page: int


@dataclass(frozen=True, slots=True)
class SearchFor:
    """These words stand in the search line now; empty words only open it. They never show in a repr."""

    words: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class ShowThing:
    """Tell more of this thing."""

    thing: str


@dataclass(frozen=True, slots=True)
class GoBack:
    """Back to where this was come to from."""


@dataclass(frozen=True, slots=True)
class Done:
    """The visit is over."""


@dataclass(frozen=True, slots=True)
class StillHere:
    """Any touch that asks for nothing else: the visit goes on."""


@dataclass(frozen=True, slots=True)
class Tick:
    """Time has passed."""


Touch = (
    PartAnswered
    | RestIsHere
    | ConfirmLoan
    | CancelItem
    | ConditionGiven
    | ConfirmMissing
    | ConfirmReturn
    | UndoNewest
    | GoOn
    | PinEntered
    | CodeEntered
    | StartCode
    | RenewLoan
    | PlaceHold
    | CancelHold
    | StartDamage
    | DamageGiven
    | InsteadGiven
    | OpenPage
    | WordsGiven
    | SwitchCard
    | AskAboutMe
    | StartBrowse
    | TurnPage
    | SearchFor
    | ShowThing
    | GoBack
    | Done
    | StillHere
    | StaffTouch
)
Input = CardShown | ItemScanned | OddScanned | PinChecked | Touch | Tick
