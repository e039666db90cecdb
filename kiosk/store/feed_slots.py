"""The feed at the station: two slots, one live, and how a feed or its pages get into them."""

from __future__ import annotations

import math
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from sqlite_utils import Database

from kiosk.store import snapshot
from kiosk.store.browse_reads import BrowseReads
from kiosk.store.errors import as_damage
from kiosk.store.feed_load import ROWS_SLOW, FeedLoad
from kiosk.store.page_load import PageLoad
from sync.feed import Feed
from sync.feed_page import FeedPage, Kind
from sync.journal import Place

_PERSONAL = {Kind.HOLD, Kind.OPEN}
"""Kinds whose rows say who has or waits for something."""

_THINGS = {Kind.ITEM, Kind.CATEGORY, Kind.THING}
"""Kinds whose rows say what there is to look at."""

ERASED = {"erased": "1"}
"""Noted when such a row may have gone: bytes of it may still stand in the WAL, until it is truncated."""

BETWEEN_STEPS_SECONDS = 0.1
"""Time enough to make the rows of the next step on a small computer, and soon over where the network is slow."""


class FeedSlots(BrowseReads):
    """Takes in feeds and pages. `rows_at_once` is how many rows its disk takes in one short step."""

    def __init__(self, db: Database, place: Place) -> None:
        super().__init__(db, place)
        self._loading: FeedLoad | PageLoad | None = None
        self.rows_at_once = ROWS_SLOW
        self._loaded_at = -math.inf
        (self._synchronous,) = db.conn.execute("PRAGMA synchronous").fetchone()

    def take_feed(self, feed: Feed) -> None:
        """Put the feed in the place of the one before, at once. An older one than we have changes nothing."""
        FeedLoad(feed).all_at(self)

    def confirm_feed(self, at_ms: int) -> None:
        """Note that at `at_ms` (the hub's time) the hub had nothing newer: what is known is that young."""
        if at_ms > self.feed_made_ms:
            with as_damage("noting the age of the feed"), self._noting({"feed_made_ms": str(at_ms)}):
                self._highest_wall_ms = max(self._highest_wall_ms, at_ms)

    @property
    def feed_cursor(self) -> str:
        """What to ask the hub on with: the place in a snapshot under way, else in the changes; "" for none."""
        return self._meta.get("load_cursor") or self._meta.get("feed_cursor", "")

    def take_page(self, asked: str, page: FeedPage) -> None:
        """Take in a page that follows the cursor `asked`, at once."""
        PageLoad(asked, page).all_at(self)

    def begin_page(self, load: PageLoad) -> None:
        """Let `load` use the spare slot from now on. Where a snapshot begins, one under way is forgotten."""
        self._loading = load
        if load.page.begins:
            self._leave_load()

    def _leave_load(self) -> None:
        if self._meta.get("load_cursor"):
            with as_damage("beginning a feed"), self._noting({"load_cursor": ""}):
                pass

    def leave_pages(self) -> None:
        """Forget all cursors: the hub does not know them any more and sends whole feeds."""
        if self._meta.get("load_cursor") or self._meta.get("feed_cursor"):
            note = {"load_cursor": "", "feed_cursor": "", "feed_version": "0"}
            with as_damage("noting the hub's older form"), self._noting(note):
                self._loading = None

    def apply_page(self, page: FeedPage) -> None:
        """Change the live tables as the page says: one short, flushed transaction."""
        note = {"feed_cursor": page.cursor, "feed_version": str(page.version)}
        note |= {} if page.head is None else snapshot.head_facts(page.head)
        note |= {} if page.more else self._as_young_as(page.made_ms)
        note |= ERASED if page.gone.keys() & _PERSONAL or page.put.keys() & _PERSONAL else {}
        try:
            with as_damage("storing what is new"), self._noting(note):
                snapshot.put(self.db, self._slot, list(snapshot.page_rows(page)))
                snapshot.remove(self.db, self._slot, page.gone)
        finally:
            self._forget_feed(things=bool((page.gone.keys() | page.put.keys()) & _THINGS))
        self._believe(page)
        if not page.more:
            self._highest_wall_ms = page.made_ms

    def _as_young_as(self, made_ms: int) -> dict[str, str]:
        """Return what is kept of the hub's time, which is right by definition: a wall clock that was once far ahead
        is forgotten with it.
        """
        place = self._place
        return {"feed_made_ms": str(made_ms), "highest_wall": f"{place.epoch} {place.seq} {made_ms}"}

    def _believe(self, page: FeedPage) -> None:
        if page.head is not None:
            self._rules = page.head.rules

    def load_page(self, rows: Sequence[tuple[str, tuple[Any, ...]]], cursor: str | None) -> None:
        """Put rows of a snapshot into the spare slot, and the cursor that follows if these are the last of a page.

        A blocked card counts at once, in the live tables too: nobody waits for a whole snapshot with that.
        """
        blocked = snapshot.blocked_cards(rows) if self.feed_version else []
        note = {} if cursor is None else {"load_cursor": cursor}
        with as_damage("storing the feed"), self._unhurried():
            snapshot.put(self.db, 1 - self._slot, rows)
            snapshot.put(self.db, self._slot, blocked)
            self._write_notes(note)
        self._meta.update(note)
        self._loaded_at = time.monotonic()
        if blocked:
            self._cards.forget()

    def swap_pages(self, page: FeedPage) -> None:
        """Make the spare slot, which holds a whole copy now, the live one: one short, flushed transaction."""
        note = {"feed_slot": str(1 - self._slot), "feed_cursor": page.cursor, "load_cursor": ""}
        note |= {"feed_version": str(page.version), **self._as_young_as(page.made_ms)}
        note |= {} if page.head is None else snapshot.head_facts(page.head)
        with as_damage("storing the feed"), self._noting(note):
            pass
        self._loaded_at = -math.inf
        self._forget_feed()
        self._believe(page)
        self._highest_wall_ms = page.made_ms

    def _forget_feed(self, *, things: bool = True) -> None:
        self._things_mark += things
        self._items.forget()
        self._copies.forget()
        self._cards.forget()
        self._forget_derived()

    @property
    def is_taking_in(self) -> bool:
        """Whether rows of a copy keep coming: what is made of the live feed now is soon made again."""
        return time.monotonic() - self._loaded_at < BETWEEN_STEPS_SECONDS

    def begin_feed(self, load: FeedLoad) -> int:
        """Let `load` use the spare slot from now on, in the place of any other, and return which it is."""
        self._loading = load
        self._leave_load()
        return 1 - self._slot

    def is_loading(self, load: FeedLoad | PageLoad) -> bool:
        """Return whether the spare slot still belongs to `load`."""
        return self._loading is load

    def erase_spare(self, limit: int) -> int:
        """Erase up to `limit` rows of each table in the spare slot; return how many there were."""
        with as_damage("making room for the feed"), self._unhurried():
            erased = snapshot.erase(self.db, 1 - self._slot, limit)
            note = ERASED if erased else {}
            self._write_notes(note)
        self._meta.update(note)
        return erased

    def load_rows(self, table: str, rows: Sequence[tuple[Any, ...]]) -> None:
        """Put rows into the spare slot."""
        with as_damage("storing the feed"), self._unhurried():
            snapshot.insert(self.db, table, rows)
        self._loaded_at = time.monotonic()

    def swap_feed(self, feed: Feed, slot: int) -> None:
        """Make the spare slot the live one: one short, flushed transaction.

        The hub's time is right by definition: a wall clock that was once far ahead is forgotten with it.
        """
        note = {**snapshot.feed_facts(feed, slot), **self._as_young_as(feed.made_ms)}
        with as_damage("storing the feed"), self._noting(note):
            self._loading = None
        self._loaded_at = -math.inf
        self._forget_feed()
        self._rules = feed.rules
        self._highest_wall_ms = feed.made_ms

    @contextmanager
    def _unhurried(self) -> Iterator[None]:
        """One transaction that need not be on the disk by itself: the next commit of a visit, or the swap, flushes it
        too, and until the swap nobody misses it.
        """
        self.db.conn.execute("PRAGMA synchronous=NORMAL")
        try:
            with self.db.atomic():
                yield
        finally:
            self.db.conn.execute(f"PRAGMA synchronous={self._synchronous}")
