"""The feed: what the hub sends a station so that it can lend without network. Plain JSON to values and back.

```text
{"version": 17, "made_ms": …, "station": {"id", "name", "host"}, "rules": {…}, "categories": [...],
 "items": [...], "cards": [{"ref": "1:…", "blocked": false}, …]}
```
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any

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
    return Item(
        code=str(data["code"]),
        thing=str(data["thing"]),
        name=Text.of(data["name"]),
        definite=Text.of(data["definite"]),
        yours=Text.of(data["yours"]),
        category=str(data["category"]),
        home=str(data["home"]),
        loan_days=int(data["loan_days"]),
        risk_class=RiskClass(data["risk_class"]),
        drawing=str(data["drawing"]),
        tint=str(data["tint"]),
        shelf=str(data["shelf"]),
        buy_kroner=data.get("buy_kroner"),
        parts=tuple(
            Part(str(p["id"]), Text.of(p["name"]), bool(p["essential"]), p.get("drawing")) for p in data["parts"]
        ),
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
        str(data["id"]), Text.of(data["name"]), str(data["icon"]), str(data["drawing"]), str(data["tint"])
    )


def rules_from_plain(data: Mapping[str, Any]) -> Rules:
    """Return the rules that `data` describes; what it does not name keeps its built-in value."""
    known = {f.name: data[f.name] for f in fields(Rules) if f.name in data}
    return Rules(**known)


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
        return Feed(
            version=int(data["version"]),
            made_ms=int(data["made_ms"]),
            station=str(data["station"]["id"]),
            station_name=str(data["station"]["name"]),
            rules=rules_from_plain(data["rules"]),
            categories=tuple(category_from_plain(c) for c in data["categories"]),
            items=tuple(item_from_plain(i) for i in data["items"]),
            cards=tuple(FeedCard(str(c["ref"]), bool(c["blocked"])) for c in data["cards"]),
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise Refused(f"the feed cannot be understood: {error}") from None
