"""What waits for the desk: bounded, and never blocking whoever puts something in."""

from __future__ import annotations

import logging
import queue
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass
from typing import TypeVar

from kiosk.desk.messages import DeviceState, HubClockHeard, LinkState
from kiosk.desk.pin import PinAnswer
from kiosk.desk.views import PinTyped
from kiosk.store.station_store import StationStore
from lending.visit import Input, ItemScanned, OddScanned, Tick

log = logging.getLogger(__name__)

T = TypeVar("T")

MAX_WAITING = 1000
"""Inputs that may wait for the worker; a scanner gone wild loses its own scans, not memory."""

KEPT_FREE = 200

Given = Input | PinTyped | PinAnswer | DeviceState | LinkState | HubClockHeard
"""What may be put in and is dropped if there is no room."""


@dataclass(frozen=True, slots=True)
class Ask:
    """Work with the store that somebody waits for."""

    work: Callable[[StationStore], object]
    answer: Future[object]

    def do(self, store: StationStore) -> None:
        """Do the work; what it raises is raised again where it was asked."""
        try:
            self.answer.set_result(self.work(store))
        except Exception as error:  # noqa: BLE001 - see above
            self.answer.set_exception(error)


Message = Given | Ask


class Inbox:
    """A queue that any thread may fill and the desk's worker empties. `dropped` counts what found no room."""

    def __init__(self) -> None:
        self.dropped = 0
        self._waiting: queue.Queue[Message] = queue.Queue(MAX_WAITING)

    def put(self, given: Given) -> None:
        """Put an input in. Never blocks for long; a full queue drops it, counts that, and says so once.

        Scans leave the last `KEPT_FREE` places to everything else: a scanner gone wild must not cost a touch, or the
        news that a device is back.
        """
        room = MAX_WAITING - (KEPT_FREE if isinstance(given, ItemScanned | OddScanned) else 0)
        if self._waiting.qsize() < room:
            with suppress(queue.Full):
                self._waiting.put_nowait(given)
                return
        self.dropped += 1
        if self.dropped == 1:
            log.warning("more comes in than the desk can serve; inputs are dropped")

    def ask(self, work: Callable[[StationStore], T], timeout: float) -> T:
        """Let the worker do `work` and return its answer.

        Raises what `work` raises, TimeoutError after `timeout` seconds, queue.Full if the desk is overrun.
        """
        answer: Future[object] = Future()
        self._waiting.put(Ask(work, answer), timeout=timeout)
        return answer.result(timeout)  # type: ignore[return-value]

    def take(self, patience: float) -> Message:
        """Return what comes next, a tick if nothing comes for `patience` seconds (0: do not wait)."""
        try:
            return self._waiting.get(timeout=patience) if patience > 0 else self._waiting.get_nowait()
        except queue.Empty:
            return Tick()

    @property
    def is_empty(self) -> bool:
        """Whether nothing waits now."""
        return self._waiting.empty()
