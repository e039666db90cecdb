"""A very small library: three stations, a handful of items, three cards."""

from __future__ import annotations

from lending.nouns import Category, Item, Part, RiskClass, Rules, Text
from lending.times import Reading
from sync.feed import Feed, FeedCard

HERE, THERE, ELSEWHERE = "tøyen", "grorud", "furuset"
STATIONS = (HERE, THERE, ELSEWHERE)

ANNA, BERIT, BLOCKED, STRANGER = "1:" + "a" * 32, "1:" + "b" * 32, "1:" + "d" * 32, "1:" + "e" * 32
"""Two known cards, a blocked one, and one that no feed has told of."""

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
SAW = make_item("0301082414", "sag", "saw", parts=1)
TENT = make_item("0301082415", "telt", "tent", parts=2, home=THERE)
ITEMS = (DRILL, HAMMER, SAW, TENT)
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


def at(seconds: float = 0, *, synced: bool = True) -> Reading:
    """Return the clocks so many seconds after noon, an hour after boot."""
    ms = int(seconds * 1000)
    return Reading(NOON + ms, BOOT, 3_600_000 + ms, synced)
