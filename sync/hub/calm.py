"""Saying a thing in the log once and not for every request: an outage must not fill a disk."""

from __future__ import annotations

import logging
import threading
import time

EVERY_SECONDS = 30.0


class Calm:
    """Logs one kind of trouble at most every `EVERY_SECONDS`, in one line, with how often it was not said."""

    def __init__(self, log: logging.Logger, what: str) -> None:
        self._log, self._what = log, what
        self._lock = threading.Lock()
        self._next = 0.0
        self._unsaid = 0

    def say(self, why: object) -> None:
        """Log it with the first line of `why`, unless that was done a moment ago."""
        with self._lock:
            if time.monotonic() < self._next:
                self._unsaid += 1
                return
            self._next, unsaid, self._unsaid = time.monotonic() + EVERY_SECONDS, self._unsaid, 0
        lines = str(why).strip().splitlines() or [""]
        more = f" (and {unsaid} times before)" if unsaid else ""
        self._log.warning("%s: %s%s", self._what, lines[0], more)


class NotAskedToComeAgain(logging.Filter):
    """Lets pass what is no 503: those are answers we mean, and whoever gave them has said why."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Return whether the record is to be logged."""
        return getattr(record, "status_code", None) != 503  # noqa: PLR2004 - what it says
