"""A page of the feed on its way into the store: a change to the live tables, or a piece of a copy loaded beside them.

The invariant: rows and the cursor that follows them are one transaction. So a station that was cut off anywhere, also
from its power, asks on with a cursor that fits what it holds; and a page applied twice is a page applied once.

A change is one short flushed transaction. The pages of a snapshot are not flushed each: after a power cut the newest
of them may be gone, together with their cursors, and are asked for again. Its last page makes the copy live.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from typing import TYPE_CHECKING, Any

from kiosk.store import snapshot
from kiosk.store.feed_load import ROWS, ROWS_SLOW, SLOW_SECONDS
from sync.feed_page import FeedPage

if TYPE_CHECKING:
    from kiosk.store.feed_slots import FeedSlots

Step = Callable[["FeedSlots"], None]


class PageLoad:
    """One page. `asked` is the cursor it follows: if the store has moved on meanwhile the page has no effect.

    `steps` are to be done in order, by the thread that owns the store; anything else may happen between two of them.
    """

    def __init__(self, asked: str, page: FeedPage) -> None:
        self.page = page
        self._asked = asked
        self._rows = ROWS_SLOW
        self._over = False
        self._is_empty = False

    def steps(self) -> Iterator[Step]:
        """Yield the steps. Each must be done before the next is asked for."""
        yield self._begin
        if self._over:
            return
        if not self.page.snapshot:
            yield lambda store: store.apply_page(self.page)
            return
        if self.page.begins:
            yield from self._emptying()
        remaining = iter(snapshot.page_rows(self.page))
        some = list(islice(remaining, self._rows))
        while not self._over:
            following = list(islice(remaining, self._rows))
            yield lambda store, some=some, last=not following: self._load(store, some, last=last)  # type: ignore[misc]
            if not following:
                break
            some = following
        if self.page.ends and not self._over:
            yield lambda store: store.swap_pages(self.page)
            self._is_empty = False
            yield from self._emptying()

    def all_at(self, store: FeedSlots) -> None:
        """Do every step at once."""
        for step in self.steps():
            step(store)

    def _begin(self, store: FeedSlots) -> None:
        self._over = store.feed_cursor != self._asked
        self._rows = store.rows_at_once
        if not self._over:
            store.begin_page(self)

    def _emptying(self) -> Iterator[Step]:
        """What the spare tables hold is erased piece by piece; that of a copy just replaced is not kept either."""
        while not self._over and not self._is_empty:
            yield self._make_room

    def _make_room(self, store: FeedSlots) -> None:
        self._timed(store, lambda: self._erase(store))

    def _erase(self, store: FeedSlots) -> None:
        self._is_empty = store.erase_spare(self._rows) == 0

    def _load(self, store: FeedSlots, rows: Sequence[tuple[str, tuple[Any, ...]]], *, last: bool) -> None:
        cursor = self.page.cursor if last and not self.page.ends else None
        self._timed(store, lambda: store.load_page(rows, cursor))

    def _timed(self, store: FeedSlots, work: Callable[[], None]) -> None:
        if not store.is_loading(self):
            self._over = True
            return
        began = time.perf_counter()
        work()
        slow = time.perf_counter() - began > SLOW_SECONDS
        self._rows = store.rows_at_once = ROWS_SLOW if slow else min(ROWS, 2 * self._rows)
