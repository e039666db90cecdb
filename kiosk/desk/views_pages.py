"""The pages anybody can open: help, places nearby, writing to the library. None of them is about a patron."""

from __future__ import annotations

from dataclasses import dataclass, field

from kiosk.desk.views import ThingFace, View
from lending.nouns import Text
from lending.visit.page_steps import Page


@dataclass(frozen=True, slots=True)
class PlaceRow:
    """A place nearby. `kind` is that of `sync.feed_browse.PlaceKind`; `metres` as the crow flies, None if unknown."""

    name: str
    kind: str
    address: str = ""
    what: Text = field(default_factory=lambda: Text(()))
    hours: Text = field(default_factory=lambda: Text(()))
    way: Text = field(default_factory=lambda: Text(()))
    phone: str = ""
    metres: int | None = None


@dataclass(frozen=True, slots=True)
class HelpView(View):
    """How to borrow and return, how to get a card, what without network means, and where to go on from here."""


@dataclass(frozen=True, slots=True)
class NearbyView(View):
    """Other stations, and others who lend, mend or pass things on, in the order to show them."""

    places: tuple[PlaceRow, ...] = ()


@dataclass(frozen=True, slots=True)
class WriteView(View):
    """Write what the station should have (SUGGEST) or what one could lend (OFFER): `WordsGiven`. `ideas` are things
    that others have and this station has not: one touch sends their name. `words` stand in the line from the start.
    """

    page: Page = Page.SUGGEST
    ideas: tuple[ThingFace, ...] = ()
    words: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class HeardView(View):
    """What was written is saved, or nothing was left of it to save. `left_out`: a number or an address went."""

    page: Page = Page.SUGGEST
    saved: bool = True
    left_out: bool = False
