"""The feed: what the hub sends a station so that it can lend without network. Plain JSON to values and back.

```text
{"version": 17, "made_ms": …, "station": {"id", "name", "host"}, "rules": {…}, "categories": [...],
 "items": [...], "cards": [{"ref": "1:…", "blocked": false}, …]}
```
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from typing import Any

from lending.codec import MAX_PARTS, MAX_TEXT
from lending.errors import Refused
from lending.nouns import Category, Item, Part, RiskClass, Rules, Text


@dataclass(frozen=True, slots=True)
class FeedCard:
    """One card as a station knows it."""

    patron_ref: str
    blocked: bool


@dataclass(frozen=True, slots=True)
class Feed:
    """A whole feed (a snapshot). `made_ms` is the hub's time; its age is the age of what the station knows."""

    version: int
    made_ms: int
    station: str
    station_name: str
    rules: Rules
    categories: tuple[Category, ...]
    items: tuple[Item, ...]
    cards: tuple[FeedCard, ...]


LONGEST_LOAN_DAYS = 3660
MOST_SECONDS = 24 * 3600
MOST_LOANS = 100_000


def _text(value: object) -> str:
    if not isinstance(value, str) or len(value) > MAX_TEXT:
        raise TypeError(f"a text of at most {MAX_TEXT} characters is missing")
    value.encode()  # half a surrogate pair could not be kept
    return value


def _words(value: Any) -> Text:
    return Text.of({_text(language): _text(words) for language, words in value.items()})


def _whole(value: object, least: int, most: int) -> int:
    if type(value) is not int or not least <= value <= most:
        raise ValueError(f"a whole number from {least} to {most} is missing")
    return value


def _flag(value: object) -> bool:
    if not isinstance(value, bool):
        raise TypeError("a yes or no is missing")
    return value


def item_to_plain(item: Item) -> dict[str, Any]:
    """Return the item as plain data."""
    return {
        "code": item.code,
        "thing": item.thing,
        "name": item.name.as_dict(),
        "definite": item.definite.as_dict(),
        "yours": item.yours.as_dict(),
        "category": item.category,
        "home": item.home,
        "loan_days": item.loan_days,
        "risk_class": item.risk_class.value,
        "drawing": item.drawing,
        "tint": item.tint,
        "shelf": item.shelf,
        "buy_kroner": item.buy_kroner,
        "parts": [
            {"id": p.part_id, "name": p.name.as_dict(), "essential": p.essential, "drawing": p.drawing}
            for p in item.parts
        ],
    }


def item_from_plain(data: Mapping[str, Any]) -> Item:
    """Return the item that `data` describes. Raises KeyError, TypeError or ValueError if it is none."""
    buy_kroner = data.get("buy_kroner")
    parts = tuple(_part(part) for part in data["parts"])
    if len(parts) > MAX_PARTS:
        raise ValueError(f"an item has more than {MAX_PARTS} parts")
    return Item(
        code=_text(data["code"]),
        thing=_text(data["thing"]),
        name=_words(data["name"]),
        definite=_words(data["definite"]),
        yours=_words(data["yours"]),
        category=_text(data["category"]),
        home=_text(data["home"]),
        loan_days=_whole(data["loan_days"], 1, LONGEST_LOAN_DAYS),
        risk_class=RiskClass(data["risk_class"]),
        drawing=_text(data["drawing"]),
        tint=_text(data["tint"]),
        shelf=_text(data["shelf"]),
        buy_kroner=None if buy_kroner is None else _whole(buy_kroner, 0, 2**31),
        parts=parts,
    )


def _part(data: Mapping[str, Any]) -> Part:
    drawing = data.get("drawing")
    return Part(
        _text(data["id"]), _words(data["name"]), _flag(data["essential"]), None if drawing is None else _text(drawing)
    )


def category_to_plain(category: Category) -> dict[str, Any]:
    """Return the category as plain data."""
    return {
        "id": category.category_id,
        "name": category.name.as_dict(),
        "icon": category.icon,
        "drawing": category.drawing,
        "tint": category.tint,
    }


def category_from_plain(data: Mapping[str, Any]) -> Category:
    """Return the category that `data` describes. Raises KeyError, TypeError or ValueError if it is none."""
    return Category(
        _text(data["id"]), _words(data["name"]), _text(data["icon"]), _text(data["drawing"]), _text(data["tint"])
    )


def rules_from_plain(data: Mapping[str, Any]) -> Rules:
    """Return the rules that `data` describes; what it does not name keeps its built-in value.

    Raises TypeError or ValueError for a value no visit could be decided with.
    """
    return Rules(**{f.name: _rule(f.name, data[f.name]) for f in fields(Rules) if f.name in data})


def _rule(name: str, value: object) -> Any:
    match name:
        case "phone" | "time_zone":
            return _text(value)
        case "idle_seconds" | "done_seconds":
            return _whole(value, 1, MOST_SECONDS)
        case "done_more_seconds":
            return _whole(value, 0, MOST_SECONDS)
        case "version":
            return _whole(value, 0, 2**53 - 1)
        case _:
            return _whole(value, 0, MOST_LOANS)


def feed_to_plain(feed: Feed) -> dict[str, Any]:
    """Return the feed as plain data."""
    return {
        "version": feed.version,
        "made_ms": feed.made_ms,
        "station": {"id": feed.station, "name": feed.station_name},
        "rules": asdict(feed.rules),
        "categories": [category_to_plain(c) for c in feed.categories],
        "items": [item_to_plain(i) for i in feed.items],
        "cards": [{"ref": c.patron_ref, "blocked": c.blocked} for c in feed.cards],
    }


def feed_from_plain(data: object) -> Feed:
    """Return the feed that `data` describes. Raises Refused if it is none: the station keeps the one it has."""
    try:
        if not isinstance(data, Mapping):
            raise TypeError("not an object")
        feed = Feed(
            version=_whole(data["version"], 0, 2**53 - 1),
            made_ms=_whole(data["made_ms"], 0, 2**53 - 1),
            station=_text(data["station"]["id"]),
            station_name=_text(data["station"]["name"]),
            rules=rules_from_plain(data["rules"]),
            categories=tuple(category_from_plain(c) for c in data["categories"]),
            items=tuple(item_from_plain(i) for i in data["items"]),
            cards=tuple(FeedCard(_text(c["ref"]), _flag(c["blocked"])) for c in data["cards"]),
        )
        _only_once("item", [item.code for item in feed.items])
        _only_once("category", [category.category_id for category in feed.categories])
        _only_once("card", [card.patron_ref for card in feed.cards])
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise Refused(f"the feed cannot be understood: {error}") from None
    return feed


def _only_once(what: str, keys: Sequence[str]) -> None:
    if len(set(keys)) != len(keys):
        raise ValueError(f"one {what} stands in it twice")
