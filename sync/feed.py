"""The feed: what the hub sends a station so that it can lend without network. Plain JSON to values and back.

```text
{"version": 17, "made_ms": …, "station": {"id", "name", "host"}, "rules": {…}, "categories": [...], "items": [...],
 "cards": [{"ref": "1:…", "blocked": false, "expires": "2027-01-31", "category": "child", "age_from": 15,
            "trainings": ["saws"], "staff": true}, …],
 "holds": [{"id", "thing", "ref", "until", "item", "code_hash"}, …]}
```

Whatever came after the first form of a feed (November 2026) may be missing and then has its built-in value; so a hub
leaves out of a card what is not special about it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import date
from typing import Any

from lending.errors import Refused
from lending.nouns import (
    AgeStep,
    Category,
    Hold,
    Item,
    ItemState,
    Part,
    PatronRule,
    PinRule,
    RiskClass,
    Rules,
    Text,
)
from lending.plain import MAX_LIST, MAX_PARTS, MAX_TEXT


@dataclass(frozen=True, slots=True)
class FeedCard:
    """One card as a station knows it. `expires` is the last day it is good, `age_from` the lower end of an age band
    in years, `trainings` marks such as "saws". A `staff` card opens the staff menu.
    """

    patron_ref: str
    blocked: bool = False
    expires: date | None = None
    category: str = ""
    age_from: int | None = None
    trainings: frozenset[str] = frozenset()
    staff: bool = False


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
    holds: tuple[Hold, ...] = ()


LONGEST_LOAN_DAYS = 3660
MOST_SECONDS = 24 * 3600
MOST_LOANS = 100_000
MOST_DAYS = 3660
MOST_HOURS = 24 * MOST_DAYS
OLDEST = 150
"""Years no age band begins above."""

MOST_NUMBER = 2**53 - 1
"""What JSON can carry exactly."""


def read_text(value: object) -> str:
    """Return the text. This and the other readers raise TypeError or ValueError if it is something else."""
    if not isinstance(value, str) or len(value) > MAX_TEXT:
        raise TypeError(f"a text of at most {MAX_TEXT} characters is missing")
    value.encode()  # half a surrogate pair could not be kept
    return value


def read_words(value: Any) -> Text:
    """Return the text by language."""
    return Text.of({read_text(language): read_text(words) for language, words in value.items()})


def read_whole(value: object, least: int, most: int) -> int:
    """Return the whole number."""
    if type(value) is not int or not least <= value <= most:
        raise ValueError(f"a whole number from {least} to {most} is missing")
    return value


def read_flag(value: object) -> bool:
    """Return the yes or no."""
    if not isinstance(value, bool):
        raise TypeError("a yes or no is missing")
    return value


def read_day(value: object) -> date:
    """Return the date."""
    if not isinstance(value, str):
        raise TypeError("a date is missing")
    return date.fromisoformat(value)


def _maybe(read: Callable[[Any], Any], value: Any) -> Any:
    return None if value is None else read(value)


def read_list(value: object, most: int = MAX_LIST) -> list[Any]:
    """Return the list, of at most so many."""
    if not isinstance(value, list) or len(value) > most:
        raise TypeError(f"a list of at most {most} is missing")
    return value


def read_object(value: object) -> Mapping[str, Any]:
    """Return the object."""
    if not isinstance(value, Mapping) or len(value) > MAX_LIST:
        raise TypeError("an object is missing")
    return value


# --- Items


def item_to_plain(item: Item) -> dict[str, Any]:
    """Return the item as plain data. What came late is left out where nobody knows it: no item is new by that."""
    plain: dict[str, Any] = {
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
        "min_age": item.min_age,
        "training": item.training,
        "state": item.state.value,
        "inspect_by": item.inspect_by and item.inspect_by.isoformat(),
        "stays_home": item.stays_home,
        "consumables": [words.as_dict() for words in item.consumables],
        "parts": [_part_to_plain(part) for part in item.parts],
    }
    return plain if item.checked_on is None else plain | {"checked_on": item.checked_on.isoformat()}


def _part_to_plain(part: Part) -> dict[str, Any]:
    return {
        "id": part.part_id,
        "name": part.name.as_dict(),
        "essential": part.essential,
        "drawing": part.drawing,
        "quantity": part.quantity,
    }


def item_from_plain(data: Mapping[str, Any]) -> Item:
    """Return the item that `data` describes. Raises KeyError, TypeError or ValueError if it is none."""
    buy_kroner = data.get("buy_kroner")
    return Item(
        code=read_text(data["code"]),
        thing=read_text(data["thing"]),
        name=read_words(data["name"]),
        definite=read_words(data["definite"]),
        yours=read_words(data["yours"]),
        category=read_text(data["category"]),
        home=read_text(data["home"]),
        loan_days=read_whole(data["loan_days"], 1, LONGEST_LOAN_DAYS),
        risk_class=RiskClass(data["risk_class"]),
        drawing=read_text(data["drawing"]),
        tint=read_text(data["tint"]),
        shelf=read_text(data["shelf"]),
        buy_kroner=None if buy_kroner is None else read_whole(buy_kroner, 0, 2**31),
        parts=tuple(_part(part) for part in read_list(data["parts"], MAX_PARTS)),
        min_age=read_whole(data.get("min_age", 0), 0, OLDEST),
        training=read_text(data.get("training", "")),
        state=ItemState(data.get("state", ItemState.OK)),
        inspect_by=_maybe(read_day, data.get("inspect_by")),
        stays_home=read_flag(data.get("stays_home", False)),
        consumables=tuple(read_words(words) for words in read_list(data.get("consumables", []), MAX_PARTS)),
        checked_on=_maybe(read_day, data.get("checked_on")),
    )


def _part(data: Mapping[str, Any]) -> Part:
    return Part(
        read_text(data["id"]),
        read_words(data["name"]),
        read_flag(data["essential"]),
        _maybe(read_text, data.get("drawing")),
        read_whole(data.get("quantity", 1), 1, MOST_LOANS),
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
        read_text(data["id"]),
        read_words(data["name"]),
        read_text(data["icon"]),
        read_text(data["drawing"]),
        read_text(data["tint"]),
    )


# --- Cards and holds


def card_to_plain(card: FeedCard) -> dict[str, Any]:
    """Return the card as plain data, without what is not special about it."""
    data: dict[str, Any] = {"ref": card.patron_ref, "blocked": card.blocked}
    if card.expires is not None:
        data["expires"] = card.expires.isoformat()
    if card.category:
        data["category"] = card.category
    if card.age_from is not None:
        data["age_from"] = card.age_from
    if card.trainings:
        data["trainings"] = sorted(card.trainings)
    if card.staff:
        data["staff"] = True
    return data


def card_from_plain(data: Mapping[str, Any]) -> FeedCard:
    """Return the card that `data` describes. Raises KeyError, TypeError or ValueError if it is none."""
    if len(data) == 2:  # noqa: PLR2004 - nearly every card of a large feed is just `ref` and `blocked`
        return FeedCard(read_text(data["ref"]), read_flag(data["blocked"]))
    age_from = data.get("age_from")
    return FeedCard(
        read_text(data["ref"]),
        read_flag(data["blocked"]),
        _maybe(read_day, data.get("expires")),
        read_text(data.get("category", "")),
        None if age_from is None else read_whole(age_from, 0, OLDEST),
        frozenset(read_text(mark) for mark in read_list(data.get("trainings", []), MAX_PARTS)),
        read_flag(data.get("staff", False)),
    )


def hold_to_plain(hold: Hold) -> dict[str, Any]:
    """Return the hold as plain data."""
    return {
        "id": hold.hold_id,
        "thing": hold.thing,
        "ref": hold.patron_ref,
        "until": hold.until.isoformat(),
        "item": hold.item,
        "code_hash": hold.code_hash,
    }


def hold_from_plain(data: Mapping[str, Any]) -> Hold:
    """Return the hold that `data` describes. Raises KeyError, TypeError or ValueError if it is none."""
    return Hold(
        read_text(data["id"]),
        read_text(data["thing"]),
        read_text(data["ref"]),
        read_day(data["until"]),
        _maybe(read_text, data.get("item")),
        read_text(data.get("code_hash", "")),
    )


# --- Rules


def _classes(value: object) -> tuple[RiskClass, ...]:
    return tuple(RiskClass(one) for one in read_list(value))


def _patron_rule(data: Mapping[str, Any]) -> PatronRule:
    limit = data.get("loan_limit")
    return PatronRule(
        None if limit is None else read_whole(limit, 0, MOST_LOANS), RiskClass(data.get("risk_class", RiskClass.C))
    )


def _age_step(data: Mapping[str, Any]) -> AgeStep:
    return AgeStep(
        read_whole(data["after_hours"], 0, MOST_HOURS),
        read_whole(data["loan_limit"], 0, MOST_LOANS),
        class_c=read_flag(data.get("class_c", False)),
    )


_RULE_FROM_PLAIN: dict[str, Callable[[Any], Any]] = {
    "version": lambda v: read_whole(v, 0, MOST_NUMBER),
    "provisional_class": RiskClass,
    "kind_limits": lambda v: tuple((read_text(k), read_whole(n, 0, MOST_LOANS)) for k, n in read_object(v).items()),
    "patron_rules": lambda v: tuple((read_text(k), _patron_rule(rule)) for k, rule in read_object(v).items()),
    "age_steps": lambda v: tuple(_age_step(step) for step in read_list(v)),
    "closed_weekdays": lambda v: tuple(read_whole(day, 0, 6) for day in read_list(v)),
    "closed_days": lambda v: tuple(read_day(day) for day in read_list(v)),
    "free_at_once": _classes,
    "staff_check": _classes,
    "pin": PinRule,
    "pin_keep_days": lambda v: read_whole(v, 0, MOST_DAYS),
    "retention_days": lambda v: read_whole(v, 0, MOST_DAYS),
    "hold_days": lambda v: read_whole(v, 0, MOST_DAYS),
    "idle_seconds": lambda v: read_whole(v, 1, MOST_SECONDS),
    "done_seconds": lambda v: read_whole(v, 1, MOST_SECONDS),
    "done_more_seconds": lambda v: read_whole(v, 0, MOST_SECONDS),
    "phone": read_text,
    "time_zone": read_text,
}
"""How a rule is read; those that are not named here are whole numbers."""

_RULE_TO_PLAIN: dict[str, Callable[[Any], Any]] = {
    "provisional_class": str,
    "kind_limits": dict,
    "patron_rules": lambda v: {k: {"loan_limit": r.loan_limit, "risk_class": r.risk_class.value} for k, r in v},
    "age_steps": lambda v: [
        {"after_hours": s.after_hours, "loan_limit": s.loan_limit, "class_c": s.class_c} for s in v
    ],
    "closed_weekdays": list,
    "closed_days": lambda v: [day.isoformat() for day in v],
    "free_at_once": lambda v: [one.value for one in v],
    "staff_check": lambda v: [one.value for one in v],
    "pin": str,
}


def rules_to_plain(rules: Rules) -> dict[str, Any]:
    """Return the rules as plain data."""
    return {f.name: _RULE_TO_PLAIN.get(f.name, _as_it_is)(getattr(rules, f.name)) for f in fields(Rules)}


def _as_it_is(value: object) -> object:
    return value


def rules_from_plain(data: Mapping[str, Any]) -> Rules:
    """Return the rules that `data` describes; what it does not name keeps its built-in value.

    Raises KeyError, TypeError or ValueError for a value no visit could be decided with.
    """
    return Rules(**{f.name: _rule(f.name, data[f.name]) for f in fields(Rules) if f.name in data})


def _rule(name: str, value: Any) -> Any:
    read = _RULE_FROM_PLAIN.get(name)
    return read_whole(value, 0, MOST_LOANS) if read is None else read(value)


# --- The whole feed


def feed_to_plain(feed: Feed) -> dict[str, Any]:
    """Return the feed as plain data."""
    return {
        "version": feed.version,
        "made_ms": feed.made_ms,
        "station": {"id": feed.station, "name": feed.station_name},
        "rules": rules_to_plain(feed.rules),
        "categories": [category_to_plain(c) for c in feed.categories],
        "items": [item_to_plain(i) for i in feed.items],
        "cards": [card_to_plain(c) for c in feed.cards],
        "holds": [hold_to_plain(h) for h in feed.holds],
    }


LONG_LISTS: dict[str, Callable[[Any], object]] = {"items": item_from_plain, "cards": card_from_plain}
"""The lists of a feed that may be long, and how one of their elements is read."""


def feed_from_plain(data: object) -> Feed:
    """Return the feed that `data` describes; elements of its long lists may have been read already.

    Raises Refused if it is none: the station keeps the one it has.
    """
    try:
        feed = _feed(read_object(data))
        _only_once("item", (item.code for item in feed.items))
        _only_once("category", (category.category_id for category in feed.categories))
        _only_once("card", (card.patron_ref for card in feed.cards))
        _only_once("hold", (hold.hold_id for hold in feed.holds))
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise Refused(f"the feed cannot be understood: {error}") from None
    return feed


def _feed(data: Mapping[str, Any]) -> Feed:
    return Feed(
        version=read_whole(data["version"], 0, MOST_NUMBER),
        made_ms=read_whole(data["made_ms"], 0, MOST_NUMBER),
        station=read_text(data["station"]["id"]),
        station_name=read_text(data["station"]["name"]),
        rules=rules_from_plain(read_object(data["rules"])),
        categories=tuple(category_from_plain(c) for c in data["categories"]),
        items=tuple(i if isinstance(i, Item) else item_from_plain(i) for i in data["items"]),
        cards=tuple(c if isinstance(c, FeedCard) else card_from_plain(c) for c in data["cards"]),
        holds=tuple(hold_from_plain(h) for h in data.get("holds", ())),
    )


def _only_once(what: str, keys: Iterable[str]) -> None:
    """Key by key, so that other threads get their turn meanwhile."""
    seen: set[str] = set()
    for key in keys:
        if key in seen:
            raise ValueError(f"one {what} stands in it twice")
        seen.add(key)
