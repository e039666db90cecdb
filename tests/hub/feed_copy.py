"""A station's copy of the feed, as plain as it can be: what a real one must do with pages, without a database."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import pytest
from hub.bench import NOW, STATIONS, text

from sync.feed_page import Message, page_from_plain
from sync.hub.feed import pages
from sync.hub.fleet.models import Station

TODAY = date(2026, 11, 22)
KEYS = {
    "card": "ref",
    "item": "code",
    "category": "id",
    "hold": "id",
    "ended": "loan",
    "message": "id",
    "thing": "id",
    "copy": "code",
    "place": "id",
    "figures": "id",
    "open": "loan",
}
Rows = dict[tuple[str, str], Any]


@dataclass
class Copy:
    """What a station holds: `rows` is live, `spare` is loaded beside it."""

    station: str = STATIONS[0]
    cursor: str = ""
    rows: Rows = field(default_factory=dict)
    spare: Rows = field(default_factory=dict)
    head: Any = None
    begun: int = 0
    pages: int = 0

    def page(self) -> bool:
        """Ask for one page and apply it; return whether there is more."""
        text = pages.next_page(Station.objects.get(pk=self.station), self.cursor, NOW)
        return text is not None and self.take(json.loads(text))

    def take(self, page: dict[str, Any]) -> bool:
        """Apply a page; return whether there is more."""
        page_from_plain(page)
        self.pages += 1
        self.begun += page["begins"]
        if page["begins"]:
            self.spare = {}
        rows = self.spare if page["snapshot"] else self.rows
        for kind, some in page["put"].items():
            rows.update({(kind, plain[KEYS[kind]]): plain for plain in some})
        for kind, keys in page["gone"].items():
            for key in keys:
                rows.pop((kind, key), None)
        if page["ends"]:
            self.rows, self.spare = self.spare, {}
        self.head = page["head"] or self.head
        self.cursor = page["cursor"]
        return bool(page["more"])

    def catch_up(self) -> Copy:
        """Ask until nothing more is there."""
        while self.page():
            pass
        return self

    def of(self, kind: str) -> set[str]:
        """Return the keys of a kind."""
        return {key for one, key in self.rows if one == kind}


def fresh(station: str = STATIONS[0]) -> Copy:
    """Return the copy a station gets that has none yet."""
    return Copy(station).catch_up()


@contextmanager
def pages_of(rows: int) -> Iterator[None]:
    """Let a page hold no more than so many rows."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pages, "MAX_PAGE_ROWS", rows)
        patch.setattr(pages, "_ITEMS_AT_ONCE", rows)
        yield


def message(number: str, last: date = TODAY) -> Message:
    """Return a message in both languages."""
    return Message(number, text("Stengt fredag", "Closed on Friday"), TODAY, last)
