"""The thread that folds what is due, one in each process that serves the hub, and once a day counts figures
and forgets.

It begins with what an earlier run has left, is woken by every batch that leaves something, and looks now and then for
what other processes have left behind. While stations still send it waits a moment: their batches come first.
"""

from __future__ import annotations

import logging
import threading
import time

from django.db import DatabaseError, connections

from sync.hub.calm import Calm
from sync.hub.clock import now_ms
from sync.hub.feed.figures import count_if_due
from sync.hub.forgetting.run import forget_if_due
from sync.hub.ledger.due import on_due, work_off
from sync.hub.upkeep.form import Closed

log = logging.getLogger(__name__)
_busy = Calm(log, "what is due could not be folded now; it is tried again in a few seconds")

LOOK_SECONDS = 5.0
QUIET_SECONDS = 0.25
LONGEST_WAIT_SECONDS = 2.0


class FoldWorker:
    """Folds what is due until it is stopped."""

    def __init__(self) -> None:
        self._due = threading.Event()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="fold", daemon=True)

    def start(self) -> None:
        """Begin, with what is due already."""
        on_due(self._due.set)
        self._due.set()
        self._thread.start()

    def stop(self, timeout: float = 10.0) -> None:
        """Stop after the transaction at hand."""
        self._stopping.set()
        self._due.set()
        self._thread.join(timeout)

    def _run(self) -> None:
        while not self._stopping.is_set():
            if self._due.wait(LOOK_SECONDS):
                self._wait_for_quiet()
            self._round()

    def _wait_for_quiet(self) -> None:
        """Wait until nothing has become due for a moment, but not for long."""
        latest = time.monotonic() + LONGEST_WAIT_SECONDS
        while self._due.is_set() and time.monotonic() < latest and not self._stopping.is_set():
            self._due.clear()
            self._stopping.wait(QUIET_SECONDS)
        self._due.clear()

    def _round(self) -> None:
        try:
            work_off(self._stopping.is_set)
            count_if_due(now_ms())
            forget_if_due(now_ms(), self._stopping.is_set)
        except Closed:
            pass  # the next round comes by itself
        except DatabaseError as error:
            _busy.say(error)
        except Exception:
            log.exception("what is due could not be folded; it is tried again")
        finally:
            connections.close_all()


def start_worker() -> FoldWorker:
    """Return a worker that has begun."""
    worker = FoldWorker()
    worker.start()
    return worker
