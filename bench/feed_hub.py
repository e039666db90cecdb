"""Fills the hub of this process's environment for `bench.feed`: `CARDS ITEMS`."""

from __future__ import annotations

import sys

from lending.nouns import Category, Item, Part, Text
from sync.feed_browse import Footprint, ThingPage
from sync.hub import commands

_BLOCKED_EVERY = 50
_ITEMS_PER_THING = 5
_LINES = range(8)


def main() -> None:
    """Make so many cards, every fiftieth of them blocked, so many items with parts, and a page for each thing."""
    cards, items = map(int, sys.argv[1:])
    commands.migrate()
    names = Text.of({"nb": "slagdrill", "en": "hammer drill"})
    parts = tuple(Part(f"p{n}", Text.of({"nb": f"del {n}", "en": f"part {n}"})) for n in range(3))
    commands.load_catalogue(
        (
            Item(
                code=f"03{n:08d}",
                thing=f"thing-{n // _ITEMS_PER_THING}",
                name=names,
                definite=names,
                yours=names,
                category="tools",
                home=f"ls-{n // 1000 + 1:04}",
                loan_days=14,
                drawing="drill",
                parts=parts,
            )
            for n in range(items)
        ),
        [Category("tools", names, "hammer", "hammer", "#EFE9DC")],
    )
    lines = tuple(
        Text.of({"nb": f"linje {n} for dem som leter", "en": f"line {n} for those who look"}) for n in _LINES
    )
    commands.load_pages(
        ThingPage(
            f"thing-{n}", names, lines, lines, lines[:4], lines[:1], rent_kroner=190, co2e=Footprint(12.2, 36.8)
        )
        for n in range(items // _ITEMS_PER_THING)
    )
    commands.load_cards((f"N{n:09}", n % _BLOCKED_EVERY == 0) for n in range(cards))


if __name__ == "__main__":
    main()
