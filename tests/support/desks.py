"""Desks on a real file, eyes that see what the screen shows, and what people do in front of it."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any

from hardware.clock import SimulatedClock
from kiosk.desk.views import View
from kiosk.desk.worker import Desk
from kiosk.store.station_store import StationStore
from lending.times import Reading
from lending.visit import CardShown, ConfirmLoan, ItemScanned
from support.library import ANNA, BOOT, DRILL, HAMMER, HERE, NOON, make_feed
from support.pointing import pointed
from sync.feed import Feed

PATIENCE = 10.0
"""Seconds a test waits for a view before it fails."""

ANNA_COMES = CardShown(ANNA, "sealed-anna")
SCAN_HAMMER, SCAN_DRILL = ItemScanned(HAMMER.code), ItemScanned(DRILL.code)
BORROW_HAMMER = (ANNA_COMES, SCAN_HAMMER, ConfirmLoan())


class Eyes:
    """Sees every view, and waits for one that fits."""

    def __init__(self) -> None:
        self.views: list[View] = []
        self._changed = threading.Condition()

    def __call__(self, view: View) -> None:
        """Take a view from the desk's thread."""
        with self._changed:
            self.views.append(view)
            self._changed.notify_all()

    @property
    def now(self) -> View:
        """What stands on the screen."""
        return self.views[-1]

    def see(self, kind: type[View], fits: Callable[[Any], bool] = lambda _: True) -> Any:
        """Return the view on the screen as soon as it is of this kind and fits."""
        with self._changed:
            found = self._changed.wait_for(
                lambda: bool(self.views) and isinstance(self.now, kind) and fits(self.now), PATIENCE
            )
            assert found, f"{kind.__name__} was not shown, but {[type(v).__name__ for v in self.views[-5:]]}"
            return self.now


class DeskRun:
    """A desk on the file `path`, with a clock that stands still until it is told to go. A file that was `furnished`
    before keeps the feed it has.
    """

    def __init__(
        self, path: Path, *, clock: SimulatedClock | None = None, feed: Feed | None = None, furnished: bool = False
    ) -> None:
        self.path = path
        self.clock = clock or SimulatedClock(NOON, boot=BOOT, up_ms=3_600_000)
        self.eyes = Eyes()
        self.store = StationStore.open(path, HERE)
        if not furnished:
            self.store.take_feed(feed or make_feed())
        self.desk = Desk(self.store, self.read_clock, self.eyes, software="test")

    def read_clock(self) -> Reading:
        """Return the simulated clocks."""
        now = self.clock.read()
        return Reading(now.wall_ms, now.boot, now.up_ms, now.synced)

    def gives(self, *inputs: Any) -> None:
        """Hand over inputs."""
        for given in inputs:
            self.desk.submit(given)

    def pointed(self, given: Any) -> Any:
        """Return the input with the row it counts, for a desk without a thread (see `support.pointing`)."""
        return pointed(given, self.desk._visit, self.desk._facts(self.read_clock()))

    def entries(self) -> list[dict[str, Any]]:
        """Return the journal as it stands; also a way to wait until every input before has been served."""
        return self.desk.ask(lambda store: store.waiting(100_000))

    def kinds(self) -> list[str]:
        """Return the kinds of all entries."""
        return [wire["kind"] for wire in self.entries()]


def breaks(run: DeskRun) -> None:
    """Let the file take nothing more."""
    run.desk.ask(lambda store: store.db.conn.execute("PRAGMA query_only=ON"))


def mends(run: DeskRun) -> None:
    """Let the file take entries again."""
    run.desk.ask(lambda store: store.db.conn.execute("PRAGMA query_only=OFF"))


def words_in(value: object) -> list[str]:
    """Return every text anywhere inside a view."""
    if isinstance(value, str):
        return [str(value)]
    if is_dataclass(value):
        return [word for field in fields(value) for word in words_in(getattr(value, field.name))]
    if isinstance(value, dict):
        return [word for pair in value.items() for word in words_in(pair)]
    if isinstance(value, list | tuple):
        return [word for inner in value for word in words_in(inner)]
    return []
