"""How often the window's loop comes round: seldom while nobody is there, and at once when there is something new."""

from __future__ import annotations

import threading
import time

from kivy.base import EventLoop, ExceptionManager, runTouchApp, stopTouchApp
from kivy.clock import Clock
from kivy.config import Config

ALONE_FPS = 15.0
"""Rounds a second while nobody is there: each costs some 0.4 ms of processor time. The first touch then waits up to
67 ms for its round; a card or a scan waits for none.
"""


class Pace:
    """Kivy's loop with a rest before each round, as long as the window's setting `maxfps` wants it.

    Kivy's own rest cannot be cut short, unless its clock is set to let animations and timers cut it short as well.
    """

    def __init__(self) -> None:
        self.alone = False
        self._news = threading.Event()
        self._rested_at = 0.0

    def hurry(self) -> None:
        """End the rest: there is something to draw. From any thread, but from no signal handler: it takes a lock."""
        self._news.set()

    def rest(self) -> None:
        """Wait for the next round."""
        most = float(Config.getint("graphics", "maxfps"))
        if most > 0:
            seconds = 1 / (min(ALONE_FPS, most) if self.alone else most)
            self._news.wait(max(0.0, self._rested_at + seconds - time.monotonic()))
        self._news.clear()
        self._rested_at = time.monotonic()

    def loop(self) -> None:
        """Stay in the loop until something stops it. Raises what nobody wanted to go on after."""
        runTouchApp(embedded=True)
        most, Clock._max_fps = Clock._max_fps, 0.0  # noqa: SLF001 - or the clock would rest too; there is no public way
        try:
            while not EventLoop.quit and EventLoop.status == "started":
                self._round()
        finally:
            Clock._max_fps = most  # noqa: SLF001 - as it was
            stopTouchApp()

    def _round(self) -> None:
        try:
            self.rest()
            EventLoop.idle()
            EventLoop.window.mainloop()  # takes what the system has to tell the window; it does not stay there
        except BaseException as error:  # as Kivy's own loop does
            if ExceptionManager.handle_exception(error) == ExceptionManager.RAISE:
                raise
