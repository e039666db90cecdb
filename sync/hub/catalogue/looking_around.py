"""What residents can look at beside the shelves: pages of things, and places nearby, the stations among them."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from lending.errors import Refused
from sync.feed_browse import (
    NearbyPlace,
    PlaceKind,
    ThingPage,
    page_from_plain,
    page_to_plain,
    place_from_plain,
    place_to_plain,
)
from sync.feed_page import Kind
from sync.hub.catalogue import models
from sync.hub.database import writing
from sync.hub.feed.models import Lane
from sync.hub.feed.publish import Told, publish
from sync.hub.fleet.models import Station
from sync.hub.journal.batch import holds_nul

_AT_ONCE = 500
_LONGEST_PLACE_ID = 64
_LONGEST_PAGE = 60_000
"""Bytes: more would make slow pages of the feed, and nobody reads it at a screen."""


@dataclass(frozen=True, slots=True)
class Loaded:
    """How many pages or places are new or changed, and how many were taken out."""

    changed: int
    gone: int


def load_pages(pages: Iterable[ThingPage], now_ms: int, *, only: bool = False) -> Loaded:
    """Keep these pages and tell the stations; with `only`, take out all others. The same again changes nothing.

    Raises Refused for a page no station could take; then nothing is changed.
    """
    plain = {page.thing: _checked("page", page.thing, page_to_plain(page), page_from_plain) for page in pages}
    with writing():
        gone = _surplus(models.CataloguePage.objects.values_list("thing", flat=True), plain) if only else []
        models.CataloguePage.objects.filter(thing__in=gone).delete()
        _store(models.CataloguePage, "thing", [models.CataloguePage(thing=k, plain=v) for k, v in plain.items()])
        told = [Told(thing, said, Lane.THINGS) for thing, said in plain.items()]
        changed = publish(Kind.THING, told, now_ms)
        publish(Kind.THING, (Told(thing, None, Lane.THINGS) for thing in gone), now_ms)
    return Loaded(changed, len(gone))


def load_places(places: Iterable[NearbyPlace], now_ms: int, *, only: bool = False) -> Loaded:
    """Keep these places and tell the stations; with `only`, take out all others but the stations.

    Raises Refused for a place no station could take; then nothing is changed.
    """
    places = list(places)
    for place in places:
        _checked("place", place.place_id, place_to_plain(place), place_from_plain)
        if len(place.place_id) > _LONGEST_PLACE_ID:
            raise Refused(f"place {place.place_id!r}: its id is longer than {_LONGEST_PLACE_ID} characters")
    named = {place.place_id: place for place in places}
    with writing():
        gone = _surplus(models.NearbyPlace.objects.values_list("place_id", flat=True), named) if only else []
        models.NearbyPlace.objects.filter(place_id__in=gone).delete()
        rows = [
            models.NearbyPlace(place_id=key, station=place.station, plain=place_to_plain(place))
            for key, place in named.items()
        ]
        _store(models.NearbyPlace, "place_id", rows, "station")
        told = [Told(key, place_to_plain(place), Lane.SMALL) for key, place in named.items()]
        changed = publish(Kind.PLACE, told, now_ms)
        publish(Kind.PLACE, (Told(key, None, Lane.SMALL) for key in gone), now_ms)
        tell_stations(now_ms)
    return Loaded(changed, len(gone))


def tell_stations(now_ms: int) -> int:
    """Return how many stations are told otherwise than before as places of their own. Runs inside a transaction.

    A station is a place once it has been let in and until it is shut out; where staff keep a place for it, that one
    is told.
    """
    kept = set(models.NearbyPlace.objects.exclude(station="").values_list("station", flat=True))
    return publish(Kind.PLACE, [_told_station(row, kept) for row in Station.objects.all()], now_ms)


def _told_station(row: Station, kept: set[str]) -> Told:
    shown = row.epoch > 0 and not row.revoked and row.station_id not in kept
    key = f"station:{row.station_id}"
    place = NearbyPlace(key, PlaceKind.STATION, row.name, station=row.station_id)
    return Told(key, place_to_plain(place) if shown else None, Lane.SMALL)


def _surplus(known: Iterable[str], named: Mapping[str, object]) -> list[str]:
    return sorted(set(known) - named.keys())


def _store(model: type[Any], key: str, rows: Sequence[Any], *more: str) -> None:
    model.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=[key], update_fields=["plain", *more], batch_size=_AT_ONCE
    )


def _checked(
    what: str, key: str, plain: dict[str, Any], read: Callable[[Mapping[str, Any]], object]
) -> dict[str, Any]:
    text = json.dumps(plain)
    try:
        read(plain)
    except (KeyError, TypeError, ValueError, AttributeError) as wrong:
        raise Refused(f"{what} {key!r}: {wrong}") from None
    if holds_nul(text):
        raise Refused(f"{what} {key!r}: holds a character that cannot be kept")
    if len(text) > _LONGEST_PAGE:
        raise Refused(f"{what} {key!r}: is longer than {_LONGEST_PAGE} bytes")
    return plain
