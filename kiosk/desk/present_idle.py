"""From the store to what the idle screen tells in turn."""

from __future__ import annotations

from datetime import date

from kiosk.desk.present_pages import face, place_rows
from kiosk.desk.reckoning import cost_of
from kiosk.desk.views_idle import Attract, Word, Worth
from kiosk.store.station_store import StationStore
from sync.feed_browse import PlaceKind

MOST_THINGS = 3
MOST_WORDS = 4


def attract(store: StationStore, today: date) -> Attract:
    """Return what to tell today: other things every day, the same all day."""
    places = place_rows(store) if store.has_places() else ()
    nearest = next((place for place in places if place.kind == PlaceKind.STATION), None)
    return Attract(tuple(_worth(store, today)), words(store, today), places=bool(places), nearest=nearest)


def _worth(store: StationStore, today: date) -> list[Worth]:
    found: list[Worth] = []
    for code in store.with_price(today.toordinal(), 4 * MOST_THINGS):
        item = store.item(code)
        if item is None or store.ledger(code).open_loans or any(one.thing.name == item.name for one in found):
            continue
        buy = cost_of(item, store).to_buy()
        if buy is not None:
            found.append(Worth(face(item), buy))
        if len(found) == MOST_THINGS:
            break
    return found


def words(store: StationStore, today: date) -> tuple[Word, ...]:
    """Return what the library has to say today."""
    return tuple(Word(message.words, message.kind.value) for message in store.messages(today)[:MOST_WORDS])
