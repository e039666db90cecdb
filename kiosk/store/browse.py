"""What a station can show of the library beside lending: pages of things, copies, places nearby, figures."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from math import asin, cos, hypot, radians, sin
from typing import Any

from sqlite_utils import Database

from lending.nouns import Item, Text
from sync.feed_browse import (
    CopyFacts,
    NearbyPlace,
    StationFigures,
    ThingPage,
    figures_from_plain,
    page_from_plain,
    place_from_plain,
)

_EARTH_METRES = 6_371_000


@dataclass(frozen=True, slots=True)
class PlaceNear:
    """A place and how far it is as the crow flies, in metres; None if nobody knows."""

    place: NearbyPlace
    metres: int | None


def page_of(item: Item) -> ThingPage:
    """Return the page of a thing the feed has none of: what its copies, of which `item` is one, say by themselves."""
    return ThingPage(item.thing, use=Text(()), buy_kroner=item.buy_kroner)


def thing_page(db: Database, slot: int, thing: str) -> ThingPage | None:
    """Return the page of a thing, or None if the feed has none."""
    row = _one(db, "SELECT content FROM thing_page WHERE slot = ? AND thing = ?", (slot, thing))
    return None if row is None else page_from_plain(json.loads(row[0]))


def copy_facts(db: Database, slot: int, item: Item) -> CopyFacts:
    """Return how this copy has fared, as far as anybody has told the station."""
    row = _one(db, "SELECT times_lent, checked_on FROM copy WHERE slot = ? AND code = ?", (slot, item.code))
    times, told = (0, None) if row is None else row
    checked = [day for day in (item.checked_on, told and date.fromisoformat(told)) if day]
    return CopyFacts(item.code, times, max(checked, default=None))


def places(db: Database, slot: int, station: str) -> list[PlaceNear]:
    """Return the places but `station` itself, by their order, then the nearer before the farther."""
    rows = db.conn.execute("SELECT content FROM place WHERE slot = ?", (slot,))
    told = [place_from_plain(json.loads(content)) for (content,) in rows]
    here = next((place for place in told if place.station == station), None)
    found = [PlaceNear(place, _metres(here, place)) for place in told if place is not here]
    return sorted(found, key=_rank)


def _rank(near: PlaceNear) -> tuple[Any, ...]:
    far = near.metres is None
    return (near.place.order, far, near.metres or 0, near.place.name, near.place.place_id)


def _metres(here: NearbyPlace | None, there: NearbyPlace) -> int | None:
    if here is None or None in (here.latitude, here.longitude, there.latitude, there.longitude):
        return None
    return distance_metres(here, there)


def distance_metres(here: NearbyPlace, there: NearbyPlace) -> int:
    """Return how far two places with coordinates are from each other on the globe (haversine formula)."""
    north = radians(here.latitude or 0), radians(there.latitude or 0)
    east = radians(here.longitude or 0), radians(there.longitude or 0)
    half = hypot(
        sin((north[1] - north[0]) / 2), sin((east[1] - east[0]) / 2) * (cos(north[0]) * cos(north[1])) ** 0.5
    )
    return round(2 * _EARTH_METRES * asin(min(1.0, half)))


def figures(db: Database, slot: int, station: str) -> StationFigures | None:
    """Return the figures of `station`, or None if none have been told."""
    row = _one(db, "SELECT content FROM figures WHERE slot = ? AND station = ?", (slot, station))
    return None if row is None else figures_from_plain(json.loads(row[0]))


def _one(db: Database, sql: str, values: Sequence[object]) -> tuple[Any, ...] | None:
    row: tuple[Any, ...] | None = db.conn.execute(sql, values).fetchone()
    return row
