"""`nabolan hub things`, `places` and `figures`: what residents can look at beside the shelves."""

# Models can be imported only once Django is ready, hence the imports inside.
# ruff: noqa: PLC0415

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import Any

from sync.hub import setup
from sync.hub.catalogue.files import read_pages, read_places

_ONLY = "take out what the file does not name"


def add_parsers(under: Any) -> None:
    """Add the commands to those of the hub."""
    things = under.add_parser("things", help="show which things have pages for residents, or load pages from a file")
    things.add_argument("file", nargs="?", type=Path, help="CSV or JSON; see docs/hub.md")
    things.add_argument("--only", action="store_true", help=_ONLY)
    places = under.add_parser("places", help="show the places nearby that stations tell of, or load them from a file")
    places.add_argument("file", nargs="?", type=Path, help="CSV or JSON; see docs/hub.md")
    places.add_argument("--only", action="store_true", help=_ONLY)
    under.add_parser("figures", help="count what was lent and tell the stations; a hub that serves does so daily")


def run(asked: argparse.Namespace, say: Callable[[str], None]) -> None:
    """Do what was asked. Raises Refused."""
    setup()
    match asked.command:
        case "figures":
            from sync.hub.clock import now_ms
            from sync.hub.feed.figures import count_figures

            say(f"{count_figures(now_ms())} figures are others than before")
        case "things" | "places" if asked.file is None:
            for line in _page_lines() if asked.command == "things" else _place_lines():
                say(line)
        case _:
            _load(asked, say)


def _load(asked: argparse.Namespace, say: Callable[[str], None]) -> None:
    from sync.hub.catalogue.looking_around import load_pages, load_places
    from sync.hub.clock import now_ms

    if asked.command == "things":
        loaded = load_pages(read_pages(asked.file), now_ms(), only=asked.only)
    else:
        loaded = load_places(read_places(asked.file), now_ms(), only=asked.only)
    say(f"{loaded.changed} new or changed, {loaded.gone} taken out")


def _page_lines() -> list[str]:
    """Return a line for each thing of the catalogue, and for each page without one."""
    from sync.hub.catalogue.models import CatalogueItem, CataloguePage

    pages = {row.thing: row.plain for row in CataloguePage.objects.all()}
    things = sorted({*CatalogueItem.objects.values_list("thing", flat=True).distinct(), *pages})
    return [f"{thing}  {pages.get(thing, {}).get('use', {}).get('nb', '-')}" for thing in things]


def _place_lines() -> list[str]:
    from sync.hub.catalogue.models import NearbyPlace

    rows = NearbyPlace.objects.order_by("place_id")
    return [f"{row.place_id}  {row.plain['kind']}  {row.plain['name']}" for row in rows]
