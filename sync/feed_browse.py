"""What the feed tells for looking around: what a thing is for, how each copy has fared, places nearby, figures.

```text
thing:   {"id": "hammer-drill", "use": {…}, "tasks": [{…}, …], "words": [{…}, …], "how_to": [{…}, …],
          "needs": [{…}, …], "more": [{…}, …], "rent": {"kroner": 190, "basis": {…}}, "buy_kroner": 2300,
          "weight_kg": 3.5, "co2e": {"low_kg": 12.2, "high_kg": 36.8, "basis": "estimate", "source": "…"}}
copy:    {"code": "2809901017", "times_lent": 41, "checked_on": "2026-10-30"}
place:   {"id": "bua", "kind": "bua", "name": "…", "address": "…", "what": {…}, "hours": {…}, "way": {…},
          "phone": "…", "url": "…", "latitude": 59.7, "longitude": 10.2, "order": 3, "station": "ls-0002"}
figures: {"id": "ls-0001", "counted_on": "2026-11-22", "month": 37, "year": 412, "neighbours": 161}
```
Whatever is not known is left out, and no rule of lending asks for any of it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from lending.nouns import Text
from lending.plain import MAX_PARTS
from sync.feed import MOST_LOANS, MOST_NUMBER, read_day, read_list, read_object, read_text, read_whole, read_words

MOST_KRONER = 10_000_000
MOST_KG = 1_000_000
FEWEST_NEIGHBOURS = 5
"""Fewer are not told: where only a few borrow, a count points at people."""

_NOTHING = Text(())


class Basis(StrEnum):
    """Where a figure comes from; whoever shows the figure says so."""

    PUBLISHED = "published"
    ESTIMATE = "estimate"


@dataclass(frozen=True, slots=True)
class Footprint:
    """What making a new one gives off, in kg CO2e: from `low_kg` to `high_kg`. `source` is for people."""

    low_kg: float
    high_kg: float
    basis: Basis = Basis.ESTIMATE
    source: str = ""


@dataclass(frozen=True, slots=True)
class ThingPage:
    """What residents want to know of a thing, beside what lending must know (see `lending.nouns.Item`).

    `use` says in a line what it is for, `tasks` what one does with it ("henge gardin"), `words` what else people call
    it; these two are searched, and one in a single language has its text in that language alone. `how_to` are a few
    short steps, `needs` what it asks of whoever uses it, `more` lines that lead on, such as to books and courses.
    `rent_kroner` is a day's rent elsewhere with `rent_basis` saying whose, `buy_kroner` the price of a new one.
    Figures are None where nobody knows.
    """

    thing: str
    use: Text = _NOTHING
    tasks: tuple[Text, ...] = ()
    words: tuple[Text, ...] = ()
    how_to: tuple[Text, ...] = ()
    needs: tuple[Text, ...] = ()
    more: tuple[Text, ...] = ()
    rent_kroner: int | None = None
    rent_basis: Text = _NOTHING
    buy_kroner: int | None = None
    weight_kg: float | None = None
    co2e: Footprint | None = None


@dataclass(frozen=True, slots=True)
class CopyFacts:
    """How one copy has fared: how often it was lent anywhere, and the day it was last checked, None if not known."""

    code: str
    times_lent: int = 0
    checked_on: date | None = None


class PlaceKind(StrEnum):
    """What kind of place."""

    STATION = "station"
    LIBRARY = "library"
    BUA = "bua"
    REPAIR = "repair"
    REUSE = "reuse"
    RENTER = "renter"
    WORKSHOP = "workshop"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class NearbyPlace:
    """A place where things are shared, mended or passed on. `station` is its id where it is one of the library's own.

    `what` says what one can do there, `hours` when it is open, `way` how one gets there. `order` is its rank; places
    of one rank go by their distance, which comes from `latitude` and `longitude` in degrees, None if not known.
    """

    place_id: str
    kind: PlaceKind
    name: str
    address: str = ""
    what: Text = _NOTHING
    hours: Text = _NOTHING
    way: Text = _NOTHING
    phone: str = ""
    url: str = ""
    latitude: float | None = None
    longitude: float | None = None
    order: int = 0
    station: str = ""


@dataclass(frozen=True, slots=True)
class StationFigures:
    """What was lent from a station, counted on the day `counted_on`: loans of its month and of its year so far.

    `neighbours` counts the different cards that borrowed in that year, as many as the hub knew of at a time: whoever
    returned is forgotten, so there may have been more. None where they are fewer than `FEWEST_NEIGHBOURS`.
    """

    station: str
    counted_on: date
    month: int
    year: int
    neighbours: int | None = None


def read_number(value: object, least: float, most: float) -> float:
    """Return the number. Raises ValueError if it is none from `least` to `most`."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not least <= value <= most:
        raise ValueError(f"a number from {least} to {most} is missing")
    return float(value)


def _maybe(read: Callable[[Any], Any], value: Any) -> Any:
    return None if value is None else read(value)


def _texts(value: object) -> tuple[Text, ...]:
    return tuple(read_words(words) for words in read_list(value, MAX_PARTS))


def _said(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return what says something."""
    return {name: value for name, value in values.items() if value not in (None, "", [], {})}


def _plain_texts(texts: tuple[Text, ...]) -> list[dict[str, str]]:
    return [words.as_dict() for words in texts]


# --- things


def page_to_plain(page: ThingPage) -> dict[str, Any]:
    """Return the page as plain data, without what nobody knows."""
    lists = {name: _plain_texts(getattr(page, name)) for name in ("tasks", "words", "how_to", "needs", "more")}
    rent = _said({"kroner": page.rent_kroner, "basis": page.rent_basis.as_dict()})
    figures = {"rent": rent, "buy_kroner": page.buy_kroner, "weight_kg": page.weight_kg}
    co2e = None if page.co2e is None else _footprint_to_plain(page.co2e)
    return _said({"id": page.thing, "use": page.use.as_dict(), **lists, **figures, "co2e": co2e})


def _footprint_to_plain(co2e: Footprint) -> dict[str, Any]:
    plain = {"low_kg": co2e.low_kg, "high_kg": co2e.high_kg, "basis": co2e.basis.value}
    return plain | _said({"source": co2e.source})


def page_from_plain(data: Mapping[str, Any]) -> ThingPage:
    """Return the page that `data` describes. Raises KeyError, TypeError or ValueError if it is none."""
    rent = read_object(data.get("rent", {}))
    return ThingPage(
        thing=read_key(data["id"]),
        use=read_words(data.get("use", {})),
        tasks=_texts(data.get("tasks", [])),
        words=_texts(data.get("words", [])),
        how_to=_texts(data.get("how_to", [])),
        needs=_texts(data.get("needs", [])),
        more=_texts(data.get("more", [])),
        rent_kroner=_maybe(_kroner, rent.get("kroner")),
        rent_basis=read_words(rent.get("basis", {})),
        buy_kroner=_maybe(_kroner, data.get("buy_kroner")),
        weight_kg=_maybe(_kg, data.get("weight_kg")),
        co2e=_maybe(_footprint, data.get("co2e")),
    )


def read_key(value: object) -> str:
    """Return the text, which something is known by. Raises TypeError or ValueError if it is none or empty."""
    text = read_text(value)
    if not text:
        raise ValueError("an id is missing")
    return text


def _kroner(value: object) -> int:
    return read_whole(value, 0, MOST_KRONER)


def _kg(value: object) -> float:
    return read_number(value, 0, MOST_KG)


def _footprint(data: Mapping[str, Any]) -> Footprint:
    low, high = _kg(data["low_kg"]), _kg(data["high_kg"])
    if low > high:
        raise ValueError("low_kg is more than high_kg")
    return Footprint(low, high, Basis(data.get("basis", Basis.ESTIMATE)), read_text(data.get("source", "")))


# --- copies


def copy_to_plain(copy: CopyFacts) -> dict[str, Any]:
    """Return the facts as plain data."""
    checked = copy.checked_on and copy.checked_on.isoformat()
    return {"code": copy.code, "times_lent": copy.times_lent} | _said({"checked_on": checked})


def copy_from_plain(data: Mapping[str, Any]) -> CopyFacts:
    """Return the facts that `data` describes. Raises KeyError, TypeError or ValueError if it is none."""
    times = read_whole(data.get("times_lent", 0), 0, MOST_NUMBER)
    return CopyFacts(read_key(data["code"]), times, _maybe(read_day, data.get("checked_on")))


# --- places


def place_to_plain(place: NearbyPlace) -> dict[str, Any]:
    """Return the place as plain data, without what nobody knows."""
    texts = {name: getattr(place, name).as_dict() for name in ("what", "hours", "way")}
    lines = {name: getattr(place, name) for name in ("address", "phone", "url", "station")}
    where = {"latitude": place.latitude, "longitude": place.longitude}
    head = {"id": place.place_id, "kind": place.kind.value, "name": place.name}
    return head | _said({**texts, **lines, **where}) | ({"order": place.order} if place.order else {})


def place_from_plain(data: Mapping[str, Any]) -> NearbyPlace:
    """Return the place that `data` describes; a kind of tomorrow is OTHER.

    Raises KeyError, TypeError or ValueError if it is none.
    """
    return NearbyPlace(
        place_id=read_key(data["id"]),
        kind=_kind(read_text(data["kind"])),
        name=read_key(data["name"]),
        address=read_text(data.get("address", "")),
        what=read_words(data.get("what", {})),
        hours=read_words(data.get("hours", {})),
        way=read_words(data.get("way", {})),
        phone=read_text(data.get("phone", "")),
        url=read_text(data.get("url", "")),
        latitude=_maybe(lambda v: read_number(v, -90, 90), data.get("latitude")),
        longitude=_maybe(lambda v: read_number(v, -180, 180), data.get("longitude")),
        order=read_whole(data.get("order", 0), 0, MOST_LOANS),
        station=read_text(data.get("station", "")),
    )


def _kind(text: str) -> PlaceKind:
    return PlaceKind(text) if text in set(PlaceKind) else PlaceKind.OTHER


# --- figures


def figures_to_plain(figures: StationFigures) -> dict[str, Any]:
    """Return the figures as plain data."""
    counts = {"month": figures.month, "year": figures.year, "neighbours": figures.neighbours}
    plain = {"id": figures.station, "counted_on": figures.counted_on.isoformat()}
    return plain | {name: count for name, count in counts.items() if count is not None}


def figures_from_plain(data: Mapping[str, Any]) -> StationFigures:
    """Return the figures that `data` describes. Raises KeyError, TypeError or ValueError if they are none, or tell of
    too few.
    """
    neighbours = data.get("neighbours")
    return StationFigures(
        read_key(data["id"]),
        read_day(data["counted_on"]),
        read_whole(data["month"], 0, MOST_NUMBER),
        read_whole(data["year"], 0, MOST_NUMBER),
        None if neighbours is None else read_whole(neighbours, FEWEST_NEIGHBOURS, MOST_NUMBER),
    )
