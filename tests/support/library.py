"""A very small library: three stations, a handful of items and cards."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from lending.nouns import CardFacts, Category, Hold, Item, Part, PinRule, RiskClass, Rules, Standing, Text
from lending.times import Reading
from sync.feed import Feed, FeedCard

HERE, THERE, ELSEWHERE = "tøyen", "grorud", "furuset"
STATIONS = (HERE, THERE, ELSEWHERE)

ANNA, BERIT, BLOCKED, STRANGER = "1:" + "a" * 32, "1:" + "b" * 32, "1:" + "d" * 32, "1:" + "e" * 32
"""Two known cards, a blocked one, and one that no feed has told of."""

EXPIRED, TRAINED, CHILD, STAFF = "1:" + "0" * 32, "1:" + "c" * 32, "1:" + "9" * 32, "1:" + "5" * 32
"""A card that has run out, one with the mark for saws, one of a child, and one of the staff."""

CARDS = {
    ANNA: CardFacts(Standing.KNOWN),
    BERIT: CardFacts(Standing.KNOWN),
    BLOCKED: CardFacts(Standing.BLOCKED),
    EXPIRED: CardFacts(Standing.KNOWN, expires=date(2026, 11, 21)),
    TRAINED: CardFacts(Standing.KNOWN, trainings=frozenset({"saws"})),
    CHILD: CardFacts(Standing.KNOWN, category="child", age_from=10),
    STAFF: CardFacts(Standing.KNOWN, staff=True),
}

BOOT = "0" * 31 + "1"
NOON = 1_795_345_200_000
"""22 November 2026, 12:00 in Oslo, in Unix milliseconds."""


def _text(nb: str, en: str) -> Text:
    return Text.of({"nb": nb, "en": en})


def make_item(code: str, nb: str = "hammer", en: str = "hammer", *, parts: int = 0, home: str = HERE) -> Item:
    """Return an item of the category tools with so many parts."""
    return Item(
        code=code,
        thing=en,
        name=_text(nb, en),
        definite=_text(nb, f"the {en}"),
        category="tools",
        home=home,
        loan_days=14,
        yours=_text("din", "your"),
        parts=tuple(Part(f"part-{n}", _text(f"del {n}", f"part {n}")) for n in range(parts)),
        risk_class=RiskClass.A,
        drawing="hammer",
    )


DRILL = make_item("0301082412", "drill", "drill", parts=3)
HAMMER = make_item("0301082413")
SAW = replace(make_item("0301082414", "sag", "saw", parts=1), buy_kroner=900)
TENT = make_item("0301082415", "telt", "tent", parts=2, home=THERE)
ITEMS = (DRILL, HAMMER, SAW, TENT)
SECOND_DRILL = make_item("0301082422", "drill", "drill", parts=3)
SANDER = replace(make_item("0301082416", "sliper", "sander", parts=1), risk_class=RiskClass.B)
CHAINSAW = replace(
    make_item("0301082417", "motorsag", "chainsaw"), risk_class=RiskClass.C, training="saws", min_age=18
)
RISKY = (SECOND_DRILL, SANDER, CHAINSAW)
"""A second copy of the drill, a thing of class B, and one of class C that needs training and age."""

MORE = tuple(make_item(f"04{n:08d}") for n in range(8))
UNKNOWN_CODE = "0999999999"


def make_feed(version: int = 1, *, rules: Rules | None = None, items: tuple[Item, ...] = (*ITEMS, *MORE)) -> Feed:
    """Return a feed for the station HERE."""
    return Feed(
        version=version,
        made_ms=NOON,
        station=HERE,
        station_name="Tøyen",
        rules=rules or Rules(version=version, phone="23 43 29 00"),
        categories=(Category("tools", _text("Verktøy", "Tools"), "hammer", "hammer", "#EFE9DC"),),
        items=items,
        cards=(FeedCard(ANNA, blocked=False), FeedCard(BERIT, blocked=False), FeedCard(BLOCKED, blocked=True)),
    )


def full_feed() -> Feed:
    """A feed in which everything may happen: PINs, codes, holds, staff, children, risk."""
    special: dict[str, Any] = {
        "cards": tuple(
            FeedCard(ref, one.standing is Standing.BLOCKED, one.expires, one.category, one.age_from, one.trainings,
                     staff=one.staff)
            for ref, one in CARDS.items()),
        "holds": (
            Hold("hold-of-berit", HAMMER.thing, BERIT, date(2026, 11, 25), HAMMER.code, "hash-of-1"),
            Hold("hold-of-anna", DRILL.thing, ANNA, date(2026, 11, 25), None, "hash-of-2"),
        ),
        "items": (*ITEMS, *RISKY, *MORE),
        "rules": Rules(version=1, phone="1", pin=PinRule.FIRST_TIME_HERE, staff_check=(RiskClass.C,)),
    }  # fmt: skip
    return replace(make_feed(), **special)


def at(seconds: float = 0, *, synced: bool = True) -> Reading:
    """Return the clocks so many seconds after noon, an hour after boot."""
    ms = int(seconds * 1000)
    return Reading(NOON + ms, BOOT, 3_600_000 + ms, synced)
