"""What goes wrong inside the program: counted, told to staff and the hub, and after too much of it a new start."""

from __future__ import annotations

import json
import logging
import threading
import time
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

log = logging.getLogger(__name__)

RESTART_AFTER = 10
RESTART_WITHIN_SECONDS = 60.0
"""So many faults in so short a time mean that going on helps nobody: the program ends and systemd starts it again."""
DAY_SECONDS = 86_400
KEPT = 200
"""Times of faults that are remembered, also over a new start."""


class Faults:
    """Counts faults; any thread may note one. `file` keeps their times over a new start, never what they were."""

    def __init__(
        self,
        file: Path | None = None,
        wall: Callable[[], float] = time.time,
        steady: Callable[[], float] = time.monotonic,
    ) -> None:
        self._file, self._wall, self._steady = file, wall, steady
        self._lock = threading.Lock()
        self._times = deque(_read(file), KEPT)
        self._newest: deque[float] = deque(maxlen=RESTART_AFTER)

    def note(self) -> None:
        """Count one more."""
        with self._lock:
            self._times.append(int(self._wall()))
            self._newest.append(self._steady())
            times = list(self._times)
        if self._file is not None:
            with suppress(OSError):  # a full disk may be the very fault
                self._file.write_text(json.dumps(times), encoding="utf-8")

    def in_a_day(self) -> int:
        """Return how many there were within 24 hours, at most `KEPT`."""
        now = self._wall()
        with self._lock:
            return sum(0 <= now - at < DAY_SECONDS for at in self._times)

    def too_many(self) -> bool:
        """Return whether so many came in so short a time that only a new start can help."""
        with self._lock:
            full = len(self._newest) == RESTART_AFTER
            return full and self._newest[-1] - self._newest[0] < RESTART_WITHIN_SECONDS


def _read(file: Path | None) -> list[int]:
    if file is None:
        return []
    try:
        times = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return []
    return [at for at in times if isinstance(at, int)] if isinstance(times, list) else []


def count_threads(faults: Faults) -> None:
    """Count from now on also what ends a thread of this program; it is logged as before."""
    before = threading.excepthook

    def hook(args: threading.ExceptHookArgs) -> None:
        faults.note()
        log.error("a thread ended", exc_info=args.exc_value)
        if before is not threading.__excepthook__:
            before(args)

    threading.excepthook = hook
