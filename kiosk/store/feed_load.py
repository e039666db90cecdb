"""A feed is loaded beside the live one, step by step, so that lending goes on meanwhile.

Each step is one short transaction of at most `ROWS` rows, less where the disk is slow. The last step makes the new
feed live with a handful of values; until then an interrupted load has changed nothing anybody can see.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from itertools import islice
from typing import TYPE_CHECKING

from kiosk.store import snapshot
from sync.feed import Feed

if TYPE_CHECKING:
    from kiosk.store.feed_slots import FeedSlots

ROWS = 1000
ROWS_SLOW = 500
SLOW_SECONDS = 0.05

Step = Callable[["FeedSlots"], None]


class FeedLoad:
    """One feed on its way into the store.

    `steps` are to be done in order, by the thread that owns the store; anything else may happen between two of them.
    Two loads at a time are no harm: the one that began later goes on, the other one ends without effect.
    """

    def __init__(self, feed: Feed) -> None:
        self.feed = feed
        self._slot = 0
        self._rows = ROWS
        self._over = False
        self._is_empty = False

    def steps(self) -> Iterator[Step]:
        """Yield the steps. Each must be done before the next is asked for. An older feed than the store's has none
        but the first.
        """
        yield self._begin
        while not self._over and not self._is_empty:
            yield self._make_room
        for table, rows in snapshot.all_rows(self.feed, self._slot):
            while not self._over and (some := list(islice(rows, self._rows))):
                yield lambda store, table=table, some=some: self._load(store, table, some)  # type: ignore[misc]
        if not self._over:
            yield self._finish

    def all_at(self, store: FeedSlots) -> None:
        """Do every step at once."""
        for step in self.steps():
            step(store)

    def _begin(self, store: FeedSlots) -> None:
        self._over = self.feed.version <= store.feed_version
        if not self._over:
            self._slot = store.begin_feed(self)

    def _make_room(self, store: FeedSlots) -> None:
        self._timed(store, lambda: self._erase(store))

    def _erase(self, store: FeedSlots) -> None:
        self._is_empty = store.erase_spare(self._rows) == 0

    def _load(self, store: FeedSlots, table: str, rows: list[tuple[object, ...]]) -> None:
        self._timed(store, lambda: store.load_rows(table, rows))

    def _timed(self, store: FeedSlots, work: Callable[[], None]) -> None:
        if not store.is_loading(self):
            self._over = True
            return
        began = time.perf_counter()
        work()
        self._rows = ROWS_SLOW if time.perf_counter() - began > SLOW_SECONDS else ROWS

    def _finish(self, store: FeedSlots) -> None:
        if store.is_loading(self) and self.feed.version > store.feed_version:
            store.swap_feed(self.feed, self._slot)
