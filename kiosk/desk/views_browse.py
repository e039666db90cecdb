"""What the screens for looking around show: lists, search, and all about one thing. See `kiosk.desk.views`."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from kiosk.desk.views import CategoryTile, ThingFace, View
from lending.availability import Stand
from lending.nouns import Text

A_PAGE = 6
"""Things on a page of a list (design boards)."""


@dataclass(frozen=True, slots=True)
class Standing:
    """How a thing stands here, in counts, a day and a place, and nothing about anybody. `soon` says that the day is
    within a week. `place` is the name of the station where it is, "" if that is not known.
    """

    stand: Stand
    here: int = 0
    copies: int = 0
    back: date | None = None
    soon: bool = False
    place: str = ""
    shelf: str = ""


@dataclass(frozen=True, slots=True)
class ThingCard:
    """A thing in a list. It offers `ShowThing(thing)`."""

    thing: str
    face: ThingFace
    standing: Standing


@dataclass(frozen=True, slots=True)
class BrowseView(View):
    """What there is. Board 03. `chosen` is the category shown, "" for all; each of `categories` offers
    `StartBrowse(category)`. Page `page` of `pages` (from 0) shows `things`, `first` being the number of the first of
    `count`.
    """

    categories: tuple[CategoryTile, ...] = ()
    chosen: str = ""
    things: tuple[ThingCard, ...] = ()
    page: int = 0
    pages: int = 1
    first: int = 1
    count: int = 0


@dataclass(frozen=True, slots=True)
class SearchView(View):
    """What fits the words, the best first. The screen sends `SearchFor(words)` with each letter and keeps what is
    being written itself. `asked` says that there was enough to look for. `alike` says that everything here fits only
    with a typo forgiven, or in part.
    """

    words: str = field(default="", repr=False)
    things: tuple[ThingCard, ...] = ()
    page: int = 0
    asked: bool = False
    alike: bool = False


class CanHold(StrEnum):
    """Whether the next copy can be set aside: NO need while one is here, after a CARD, by a TOUCH; WAITS says that a
    card is waited for now, HAVE that it is done, NOT that this card cannot.
    """

    NO = "no"
    CARD = "card"
    WAITS = "waits"
    TOUCH = "touch"
    HAVE = "have"
    NOT = "not"


@dataclass(frozen=True, slots=True)
class ThingView(View):
    """All about one thing. Board 04. What nobody knows is empty or None, and its line is left out.

    `hold` says whether `PlaceHold()` is offered. `loan_days` and `renewals` are what a loan of it would be.
    `times_lent` counts loans of the copy shown. `rent_kroner` is a day's rent elsewhere.
    """

    face: ThingFace = field(kw_only=True)
    standing: Standing = field(kw_only=True)
    hold: CanHold = CanHold.NO
    use: Text = field(default_factory=lambda: Text(()))
    parts: tuple[Text, ...] = ()
    how_to: tuple[Text, ...] = ()
    needs: tuple[Text, ...] = ()
    loan_days: int = 0
    renewals: int = 0
    fine: bool = False
    checked_on: date | None = None
    times_lent: int = 0
    buy_kroner: int | None = None
    rent_kroner: int | None = None
    weight_kg: float | None = None
    age: int = 0
    training: bool = False
