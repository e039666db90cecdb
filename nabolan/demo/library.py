"""The invented library as the hub and the stations know it."""

from __future__ import annotations

from assets import demo
from assets.demo import DemoCard, DemoItem, DemoPart
from lending.nouns import Category, Item, Part, RiskClass, Rules, Text
from sync.hub.patrons.rows import CardRow

RULES = Rules(version=1, phone="32 04 00 00")
STAFF_CARD = "N999000200"
"""The last of the 200 cards is the staff's: it opens the menu of stations, and does not run out."""


WITH_PIN = frozenset(card.card_number for card in demo.cards()[:10])
"""The first ten cards have a PIN, and the staff card; a PIN takes a while to hash, and nobody tries two hundred."""


def items() -> list[Item]:
    """Return the 60 demo items."""
    return [_item(item) for item in demo.items()]


def categories() -> list[Category]:
    """Return the nine categories in the order of the shelves."""
    return [Category(c.category_id, Text.of(c.short.as_dict()), c.icon, c.drawing, c.tint) for c in demo.categories()]


def cards() -> list[CardRow]:
    """Return the 200 invented cards with all that holds of them."""
    return [_card(card) for card in demo.cards()]


def pin_of(card_number: str) -> str:
    """Return the PIN of a demo card: the last four digits of its number."""
    return card_number[-4:]


def stations() -> list[tuple[str, str]]:
    """Return id and name of the three stations."""
    return [(station.station_id, station.name) for station in demo.stations()]


def _card(card: DemoCard) -> CardRow:
    staff = card.card_number == STAFF_CARD
    return CardRow(
        card_id=card.card_number,
        blocked=card.blocked,
        expires=None if staff else card.expires,
        category=card.category,
        age_from=card.age_from,
        trainings=card.trainings,
        staff=staff,
        pin=pin_of(card.card_number) if staff or card.card_number in WITH_PIN else None,
    )


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
        min_age=item.min_age,
        training=item.training or "",
        consumables=(Text.of(item.consumables.as_dict()),) if item.consumables is not None else (),
    )


def _part(part: DemoPart) -> Part:
    return Part(part.part_id, Text.of(part.name.as_dict()), part.essential, part.drawing)
