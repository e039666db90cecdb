"""Looking around: lists, search, and all about one thing."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from kiosk.desk.views import CategoryTile, ThingFace, View
from kiosk.desk.views_browse import BrowseView, CanHold, SearchView, Standing, ThingCard, ThingView
from kiosk.ui.gallery.common import (
    BARE,
    DRILL,
    FRIDAY,
    KAYAK,
    LONG,
    MONDAY,
    OFFLINE,
    PHONE,
    PROJECTOR,
    SEWING,
    SKIS,
    STATUS,
    TENT,
    text,
    time_left,
)
from lending.availability import Stand

_HERE = Standing(Stand.HERE, 2, 3, shelf="B3")
_ONE = Standing(Stand.HERE, 1, 1, shelf="A1")
_BACK = Standing(Stand.BACK, 0, 1, back=MONDAY, soon=True)
_LATER = Standing(Stand.BACK, 0, 2, back=date(2026, 12, 16))
_AWAY = Standing(Stand.ELSEWHERE, 0, 1, place="Åssiden")
_FAR = Standing(Stand.ELSEWHERE, 0, 1)
_RESTS = Standing(Stand.RESTS, 0, 1)
_OUT = Standing(Stand.ASK, 0, 1)

CATEGORIES = tuple(
    CategoryTile(text(nb, en), "drill", "#EFE6D0", 3, key, icon)
    for nb, en, key, icon in (
        ("Elverktøy", "Power tools", "power-tools", "drill"),
        ("Håndverktøy", "Hand tools", "hand-tools", "hammer"),
        ("Rengjøring", "Cleaning", "cleaning", "brush-cleaning"),
        ("Hage", "Garden", "garden", "sprout"),
        ("Tur", "Outdoors", "outdoors", "tent"),
        ("Vinter", "Winter", "winter", "snowflake"),
        ("Sport", "Sport", "sport", "bike"),
        ("Fest", "Party", "party", "party-popper"),
        ("Vann", "Water", "water", "waves"),
    )
)


def _card(face: ThingFace, standing: Standing) -> ThingCard:
    return ThingCard(face.name.get("en"), face, standing)


_SIX = (
    _card(DRILL, _HERE),
    _card(TENT, _ONE),
    _card(SEWING, _BACK),
    _card(PROJECTOR, _ONE),
    _card(SKIS, _LATER),
    _card(KAYAK, _AWAY),
)
_ODD = (
    _card(LONG, _RESTS),
    _card(BARE, _OUT),
    _card(LONG, _FAR),
    _card(LONG, replace(_AWAY, place="Fjell bydelshus")),
)

_HOW_TO = (
    text("Sett i et ladet batteri.", "Put in a charged battery."),
    text("Velg slag for mur, bor for tre.", "Choose hammer for brick, drill for wood."),
    text("Sjekk veggen for strøm og rør.", "Check the wall for wires and pipes."),
    text("Hold med begge hender og trykk lett.", "Hold it with both hands and press lightly."),
)
_PARTS = tuple(
    text(nb, en)
    for nb, en in (
        ("Batteri 1", "Battery 1"), ("Batteri 2", "Battery 2"), ("Lader", "Charger"),
        ("Sidehåndtak", "Side handle"), ("Dybdestopp", "Depth stop"), ("Borsett, 5 bor", "Drill bits, 5 pieces"),
        ("Vernebriller", "Safety goggles"), ("Koffert", "Case"),
    )
)  # fmt: skip
_USE = text("For hull i mur og betong, hyller og gardiner", "For holes in brick and concrete, shelves and curtains")


def browse() -> dict[str, View]:
    """What there is, page by page."""
    common: dict[str, Any] = {"countdown": time_left(), "phone": PHONE}
    many = BrowseView(STATUS, categories=CATEGORIES, things=_SIX, pages=6, count=32, **common)
    return {
        "browse": many,
        "browse-middle": replace(many, page=2, first=13, things=_ODD[:2] + _SIX[:4]),
        "browse-last": replace(many, page=5, first=31, things=_SIX[:2]),
        "browse-category": replace(many, chosen="power-tools", pages=1, count=4, things=_ODD, status=OFFLINE),
        "browse-none": replace(many, chosen="water", pages=1, count=0, things=()),
        "browse-nothing-yet": BrowseView(STATUS, **common),
    }


def search() -> dict[str, View]:
    """A search on its way, with and without what fits."""
    common: dict[str, Any] = {"countdown": time_left(), "phone": PHONE}
    found = SearchView(STATUS, words="henge opp gardin", things=_SIX[:3], asked=True, **common)
    return {
        "search": SearchView(STATUS, **common),
        "search-found": found,
        "search-many": replace(found, words="s", things=(*_SIX, *_ODD)),
        "search-last-page": replace(found, words="s", things=(*_SIX, *_ODD), page=1),
        "search-alike": replace(found, words="slgdril", things=(*_ODD, *_SIX[:2]), alike=True),
        "search-none": replace(found, words="gardinstang", things=()),
        "search-none-no-phone": replace(found, words="gardinstang", things=(), phone="", status=OFFLINE),
    }


def thing() -> dict[str, View]:
    """All about one thing, wherever it stands."""
    common: dict[str, Any] = {"countdown": time_left(), "phone": PHONE}
    drill = ThingView(
        STATUS, face=DRILL, standing=_HERE, use=_USE, parts=_PARTS, how_to=_HOW_TO, loan_days=7, renewals=1,
        fine=True, needs=(text("Bruk vernebriller", "Wear goggles"),), checked_on=date(2026, 11, 12), times_lent=47,
        buy_kroner=2500, rent_kroner=190, weight_kg=3.5, **common,
    )  # fmt: skip
    out = replace(drill, standing=_BACK, hold=CanHold.CARD)
    bare = ThingView(STATUS, face=BARE, standing=_ONE, loan_days=3, **common)
    return {
        "thing": drill,
        "thing-out": out,
        "thing-out-card": replace(out, hold=CanHold.TOUCH, has_card=True, standing=replace(_LATER, back=FRIDAY)),
        "thing-out-asked": replace(out, hold=CanHold.WAITS),
        "thing-out-mine": replace(out, hold=CanHold.HAVE, has_card=True),
        "thing-out-not": replace(out, hold=CanHold.NOT, has_card=True, standing=_OUT),
        "thing-elsewhere": replace(out, face=KAYAK, standing=_AWAY),
        "thing-rests": replace(out, standing=_RESTS, face=LONG, training=True, how_to=(), weight_kg=None),
        "thing-bare": bare,
        "thing-age": replace(bare, face=LONG, age=18, standing=_FAR, hold=CanHold.CARD, phone=""),
    }
