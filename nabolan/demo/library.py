"""The invented library as the hub and the stations know it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from assets import demo
from assets.demo import DemoCard, DemoItem, DemoPage, DemoPart, DemoStation
from lending.nouns import Category, Item, Part, RiskClass, Rules, Text
from sync.feed_browse import Basis, Footprint, NearbyPlace, PlaceKind, ThingPage, place_from_plain
from sync.feed_page import Message, MessageKind
from sync.hub.patrons.rows import CardRow

RULES = Rules(version=1, phone="32 04 00 00")
STAFF_CARD = "N999000200"
"""The last of the 200 cards is the staff's: it opens the menu of stations, and does not run out."""


WITH_PIN = frozenset(card.card_number for card in demo.cards()[:10])
"""The first ten cards have a PIN, and the staff card; a PIN takes a while to hash, and nobody tries two hundred."""


_CHECKED_WITHIN_DAYS = 60
_SHOWN_DAYS = 60


def items(today: date | None = None) -> list[Item]:
    """Return the 60 demo items; if `today` is given, each was checked on some day of the last two months."""
    found = [_item(item) for item in demo.items()]
    if today is None:
        return found
    ago = [(7 * n) % _CHECKED_WITHIN_DAYS + 1 for n in range(len(found))]
    return [replace(item, checked_on=today - timedelta(days)) for item, days in zip(found, ago, strict=True)]


def pages() -> list[ThingPage]:
    """Return a page for each of the 60 things."""
    told = {item.thing_id: item for item in demo.items()}
    return [_page(page, told[page.thing_id]) for page in demo.pages()]


def _page(page: DemoPage, item: DemoItem) -> ThingPage:
    low, _, high = item.co2e_kg
    basis = Basis.ESTIMATE if item.co2e_is_estimate else Basis.PUBLISHED
    return ThingPage(
        thing=page.thing_id,
        use=Text.of(item.use.as_dict()),
        tasks=tuple(Text.of(task) for task in page.tasks),
        words=tuple(Text.of({language: word}) for language, words in page.words.items() for word in words),
        how_to=tuple(Text.of(step) for step in page.how_to),
        needs=() if item.requirement is None else (Text.of(item.requirement.as_dict()),),
        more=tuple(Text.of(line) for line in page.more),
        rent_kroner=page.rent_kroner,
        rent_basis=Text.of(page.rent_basis),
        buy_kroner=item.replacement_value,
        weight_kg=item.weight,
        co2e=Footprint(low, high, basis, item.co2e_source),
    )


def places() -> list[NearbyPlace]:
    """Return the invented places nearby, and the three stations with where they stand and when they are open."""
    return [*map(place_from_plain, demo.places()), *map(_station_place, demo.stations())]


def _station_place(station: DemoStation) -> NearbyPlace:
    station_word, at = demo.say("Lånestasjon", "Lending station").as_dict(), station.place.as_dict()
    hours = f"{station.opens[:2].lstrip('0')}\N{EN DASH}{station.closes[:2]}"
    return NearbyPlace(
        station.station_id,
        PlaceKind.STATION,
        station.name,
        address=f"{station.name}, {station.municipality}",
        what=Text.of({tag: f"{called} {at[tag]}" for tag, called in station_word.items()}),
        hours=Text.of(
            {tag: f"{daily} {hours}" for tag, daily in demo.say("Hver dag", "Every day").as_dict().items()}
        ),
        latitude=station.latitude,
        longitude=station.longitude,
        station=station.station_id,
    )


def messages(today: date) -> list[Message]:
    """Return what the library has to say from `today` on."""
    last = today + timedelta(days=_SHOWN_DAYS)
    return [
        Message(one.message_id, Text.of(one.words), today, last, MessageKind(one.kind)) for one in demo.messages()
    ]


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
