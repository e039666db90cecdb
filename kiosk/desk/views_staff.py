"""Views of what staff do at a station beside checking what was left. Codes that were scanned never reach one."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from kiosk.desk.machine import Machine
from kiosk.desk.views import ThingFace, View
from lending.visit import Seen


@dataclass(frozen=True, slots=True)
class StaffTasksView(View):
    """What staff can do here. `left` waits to be checked, `counted` is how far a count that was left has come."""

    left: int = 0
    counted: int = 0


@dataclass(frozen=True, slots=True)
class StationStateView(View):
    """Board 12: how the station is. Times are local, None where there is none. `hub_off_ms` is how far the clock was
    from the hub's when it was last compared, `code` what one reads out on the telephone.
    """

    machine: Machine = field(default_factory=Machine)
    now: datetime | None = None
    last_contact: datetime | None = None
    oldest: datetime | None = None
    feed_version: int = 0
    hub_off_ms: int | None = None
    up_ms: int = 0
    faults: int = 0
    code: str = ""


@dataclass(frozen=True, slots=True)
class TryReadersView(View):
    """What the reader or the scanner saw last, as a kind."""

    seen: Seen | None = None
    times: int = 0


@dataclass(frozen=True, slots=True)
class CountView(View):
    """A count goes on. `found` are the things scanned so far, newest first, those the station does not know among
    them as None; `expected` is how many should stand here, `missing` those of them not scanned yet.
    """

    found: tuple[ThingFace | None, ...] = ()
    expected: int = 0
    missing: tuple[ThingFace, ...] = ()


@dataclass(frozen=True, slots=True)
class CountDoneView(View):
    """The count is saved."""

    found: int = 0
    missing: tuple[ThingFace, ...] = ()


class RegisterState(StrEnum):
    """Where a registration stands."""

    SCAN = "scan"
    CHOOSE = "choose"
    KNOWN = "known"
    WAITS = "waits"


@dataclass(frozen=True, slots=True)
class ThingOffer:
    """A thing a new tag can be of. It offers `ThingChosen(thing)`."""

    thing: str
    face: ThingFace


@dataclass(frozen=True, slots=True)
class RegisterView(View):
    """A new tag: scan it, choose what it is. `thing` is what a known tag is.

    `things` are offered: of `count` by name those from number `begins` (from 0) on, at least a page before and after
    number `at`, or what fits `words`, the best first. The screen sends `ListThings` for others and keeps what is
    being written itself. A repr hides the words.
    """

    state: RegisterState = RegisterState.SCAN
    thing: ThingFace | None = None
    things: tuple[ThingOffer, ...] = ()
    begins: int = 0
    at: int = 0
    count: int = 0
    words: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class RegisteredView(View):
    """A new copy is registered. Offers `UndoNewest()`."""

    thing: ThingFace = field(kw_only=True)


@dataclass(frozen=True, slots=True)
class MoveView(View):
    """A thing is brought here or taken away. `here`: it is on the shelf here; `moved`: what was just saved."""

    thing: ThingFace | None = None
    here: bool = False
    moved: bool | None = None
    unknown: bool = False


@dataclass(frozen=True, slots=True)
class NoteView(View):
    """A few words for the library. `saved`: one was just kept."""

    saved: bool = False
