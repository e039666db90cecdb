"""The invented library as the hub and the stations know it."""

from __future__ import annotations

from assets import demo
from assets.demo import DemoItem, DemoPart
from lending.nouns import Category, Item, Part, RiskClass, Rules, Text

RULES = Rules(version=1, phone="32 04 00 00")


def items() -> list[Item]:
    """Return the 60 demo items."""
    return [_item(item) for item in demo.items()]


def categories() -> list[Category]:
    """Return the nine categories in the order of the shelves."""
    return [Category(c.category_id, Text.of(c.short.as_dict()), c.icon, c.drawing, c.tint) for c in demo.categories()]


def cards() -> list[tuple[str, bool]]:
    """Return the 200 invented cards: card id, and whether it is blocked."""
    return [(card.card_number, card.blocked) for card in demo.cards()]


def stations() -> list[tuple[str, str]]:
    """Return id and name of the three stations."""
    return [(station.station_id, station.name) for station in demo.stations()]


def _item(item: DemoItem) -> Item:
    return Item(
        code=item.item_code,
        thing=item.thing_id,
        name=Text.of(item.short.as_dict()),
        definite=Text.of(item.definite.as_dict()),
        yours=Text.of(item.yours.as_dict()),
        category=item.category,
        home=item.station,
        loan_days=item.loan_days,
        parts=tuple(_part(part) for part in item.parts),
        risk_class=RiskClass(item.risk_class),
        drawing=item.drawing,
        tint=item.tint,
        shelf=item.shelf,
        buy_kroner=item.replacement_value,
    )


def _part(part: DemoPart) -> Part:
    return Part(part.part_id, Text.of(part.name.as_dict()), part.essential, part.drawing)
