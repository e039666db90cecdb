"""What staff do at a station beside checking what was left: the steps of it, and the touches that lead there."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum


class StaffPage(StrEnum):
    """A page of the staff menu."""

    TASKS = "tasks"
    STATE = "state"
    TRY = "try"
    COUNT = "count"
    REGISTER = "register"
    MOVE = "move"
    NOTE = "note"


class Seen(StrEnum):
    """What a reader or scanner saw, as a kind. What was read is kept nowhere."""

    CARD_KNOWN = "card_known"
    CARD_NEW = "card_new"
    CARD_UNREADABLE = "card_unreadable"
    ITEM_KNOWN = "item_known"
    ITEM_NEW = "item_new"
    CODE_OTHER = "code_other"


# --- Steps


@dataclass(frozen=True, slots=True)
class StaffTasks:
    """What staff can do here."""


@dataclass(frozen=True, slots=True)
class StationState:
    """How the station is: devices, network, clock, disk."""


@dataclass(frozen=True, slots=True)
class TryReaders:
    """Cards and codes are tried: nothing is opened, lent or taken back. `times` counts what was read."""

    seen: Seen | None = None
    times: int = 0


@dataclass(frozen=True, slots=True)
class CountShelf:
    """The shelf is being counted. `found` are the codes scanned so far, in that order, each once."""

    found: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CountDone:
    """The count is saved."""

    found: int
    missing: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RegisterItem:
    """A new tag is to be scanned; once it was, `code` is it and its thing is to be chosen: from the list of all
    things by name, from number `first` (from 0) on, or from what fits `words`. A repr hides the words.
    """

    code: str | None = None
    first: int = 0
    words: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Registered:
    """A new copy of `thing` is registered."""

    code: str
    thing: str


@dataclass(frozen=True, slots=True)
class MoveItem:
    """A thing was brought here or is taken away. `moved` is what was said and saved; None: not asked yet."""

    item: str | None = None
    moved: bool | None = None
    unknown: bool = False


@dataclass(frozen=True, slots=True)
class WriteNote:
    """A few words for the library. `saved` says that one was just written."""

    saved: bool = False


StaffStep = (
    StaffTasks | StationState | TryReaders | CountShelf | CountDone | RegisterItem | Registered | MoveItem | WriteNote
)

# --- Touches


@dataclass(frozen=True, slots=True)
class OpenStaffPage:
    """Open a page of the staff menu."""

    page: StaffPage


@dataclass(frozen=True, slots=True)
class TryAgain:
    """Try the devices and the hub now instead of later. The visit itself only goes on."""


@dataclass(frozen=True, slots=True)
class CountFinished:
    """All that stands here has been scanned."""


@dataclass(frozen=True, slots=True)
class ListThings:
    """Show the things a new tag can be of: those from number `first` (from 0) on, by name, or what fits `words`. The
    repr hides the words.
    """

    first: int = 0
    words: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class ThingChosen:
    """The new copy is of this thing: named by its id, as a feed may come between the list and the touch."""

    thing: str


@dataclass(frozen=True, slots=True)
class MoveTo:
    """The thing stands here from now on, or does not any more."""

    here: bool


@dataclass(frozen=True, slots=True)
class NoteWritten:
    """A few words for the library. The repr hides them."""

    words: str = field(repr=False)


StaffTouch = OpenStaffPage | TryAgain | CountFinished | ListThings | ThingChosen | MoveTo | NoteWritten
