"""Looks over the shoulder of a Kivy window: when was which frame flipped. For after Kivy's surroundings are set."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable
from typing import TypeVar

from kivy.clock import Clock
from kivy.core.window import Window

T = TypeVar("T")

PATIENCE_SECONDS = 20.0


class NothingCameError(RuntimeError):
    """What was waited for was not drawn."""


class Watch:
    """Notes the monotonic time of every flip. `look` is asked in the window's thread, right after each flip, what the
    frame shows.
    """

    def __init__(self, look: Callable[[], object]) -> None:
        self._look = look
        self._seen: list[tuple[float, object]] = []
        self._news = threading.Condition()
        self._flip = Window.flip
        Window.flip = self._flipped

    def _flipped(self) -> None:
        self._flip()
        at, shows = time.monotonic(), self._look()
        with self._news:
            self._seen.append((at, shows))
            del self._seen[:-1000]
            self._news.notify_all()

    def wait(self, right: Callable[[object], bool], after: float) -> float:
        """Return when the first frame after the time `after` was flipped for whose look `right` holds."""
        until = time.monotonic() + PATIENCE_SECONDS
        with self._news:
            while True:
                for at, shows in self._seen:
                    if at > after and right(shows):
                        return at
                if not self._news.wait(until - time.monotonic()) and time.monotonic() > until:
                    raise NothingCameError(f"the last frame shows {self._seen[-1:]}")


def in_window_thread(work: Callable[[], T]) -> T:
    """Return what `work` returns, done between two frames."""
    done = threading.Event()
    answer: list[T] = []

    def do(_dt: float) -> None:
        try:
            answer.append(work())
        finally:
            done.set()

    Clock.schedule_once(do, 0)
    if not done.wait(PATIENCE_SECONDS) or not answer:
        raise NothingCameError("the window did not answer")
    return answer[0]


def cpu_share(seconds: float) -> float:
    """Return how much of one core this process takes over so many seconds, in percent."""
    before, began = _cpu_seconds(), time.monotonic()
    time.sleep(seconds)
    return 100 * (_cpu_seconds() - before) / (time.monotonic() - began)


def _cpu_seconds() -> float:
    used = os.times()
    return used.user + used.system
