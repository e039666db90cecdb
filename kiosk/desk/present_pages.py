"""From facts to the pages anybody can open."""

from __future__ import annotations

from typing import Any

from kiosk.desk.facts import DeskFacts
from kiosk.desk.present_impact import impact_view
from kiosk.desk.views import ThingFace, View
from kiosk.desk.views_impact import CountingView
from kiosk.desk.views_pages import HeardView, HelpView, NearbyView, PlaceRow, WriteView
from kiosk.store.browse import PlaceNear
from kiosk.store.station_store import StationStore
from lending.nouns import Item
from lending.visit import AtPage, Heard, Page

MOST_PLACES = 60
MOST_IDEAS = 4


def page_view(step: AtPage | Heard, facts: DeskFacts, store: StationStore, common: dict[str, Any]) -> View:
    """Return the page."""
    if isinstance(step, Heard):
        return HeardView(**common, page=step.page, saved=step.saved, left_out=step.left_out)
    match step.page:
        case Page.HELP:
            return HelpView(**common)
        case Page.NEARBY:
            return NearbyView(**common, places=place_rows(store))
        case Page.IMPACT:
            return impact_view(facts.reckoning.figures(), store, common)
        case Page.COUNTING:
            return CountingView(**common)
        case Page.SUGGEST:
            return WriteView(**common, page=step.page, ideas=ideas(store), words=step.words)
        case Page.OFFER:
            return WriteView(**common, page=step.page)


def place_rows(store: StationStore) -> tuple[PlaceRow, ...]:
    """Return the places nearby as the screen shows them."""
    return tuple(_row(near) for near in store.places()[:MOST_PLACES])


def _row(near: PlaceNear) -> PlaceRow:
    place = near.place
    return PlaceRow(
        place.name,
        place.kind.value,
        place.address,
        place.what,
        place.hours,
        place.way,
        place.phone,
        near.metres,
    )


def ideas(store: StationStore) -> tuple[ThingFace, ...]:
    """Return some things that the library has and this station has not."""
    return tuple(face(item) for item in map(store.item, store.only_elsewhere(MOST_IDEAS)) if item is not None)


def face(item: Item) -> ThingFace:
    """Return how a thing looks and is named, wherever its copies stand."""
    return ThingFace(item.name, item.definite, item.yours, item.drawing, item.tint)
