"""The library of a benchmark: its items and cards, the same in every run."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from lending.nouns import Category, Item, RiskClass, Text

CATEGORY = "tools"
DUE = date(2026, 12, 6)


def code_of(number: int) -> str:
    """Return the barcode of an item."""
    return f"03{number:08d}"


def card_of(number: int) -> str:
    """Return the number of a card."""
    return f"N{999_000_000 + number}"


def station_of(number: int) -> str:
    """Return the id of a station."""
    return f"ls-{number:04}"


def categories() -> tuple[Category, ...]:
    """Return the one category everything is in."""
    names = Text.of({"nb": "Verktøy", "en": "Tools"})
    return (Category(CATEGORY, names, "hammer", "hammer", "#EFE9DC"),)


def items(count: int, per_station: int = 50) -> Iterator[Item]:
    """Return so many items, `per_station` of which belong to each station."""
    names = Text.of({"nb": "slagdrill", "en": "hammer drill"})
    for number in range(count):
        yield Item(
            code=code_of(number),
            thing=f"thing-{number // 5}",
            name=names,
            definite=names,
            yours=names,
            category=CATEGORY,
            home=station_of(number // per_station + 1),
            loan_days=14,
            risk_class=RiskClass.A,
            drawing="drill",
            parts=(),
        )


def cards(count: int) -> Iterator[tuple[str, bool]]:
    """Return so many cards, none of which is blocked."""
    return ((card_of(number), False) for number in range(count))
