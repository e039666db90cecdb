"""What the idle screen tells in turn, beside its invitation."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from lending.impact import Span
from lending.nouns import Text

if TYPE_CHECKING:
    from kiosk.desk.views import ThingFace  # the idle view there holds what stands here
    from kiosk.desk.views_pages import PlaceRow


@dataclass(frozen=True, slots=True)
class Worth:
    """A thing that stands here, and what a new one costs in kroner."""

    thing: ThingFace
    buy: Span


@dataclass(frozen=True, slots=True)
class Word:
    """What the library has to say to everybody; `kind` is that of `sync.feed_page.MessageKind`."""

    words: Text
    kind: str = "notice"


@dataclass(frozen=True, slots=True)
class Attract:
    """What to tell while nobody is here. `places` says that there are places nearby to show, `nearest` is the
    nearest other station; `begin` with which
    picture to begin; 0 is the card and the reader, as every second one is.
    """

    worth: tuple[Worth, ...] = ()
    words: tuple[Word, ...] = ()
    places: bool = False
    nearest: PlaceRow | None = None
    begin: int = 0
