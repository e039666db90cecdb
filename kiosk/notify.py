"""Tell systemd that the station is ready and alive. Silent where systemd does not ask (no NOTIFY_SOCKET)."""

from __future__ import annotations

import contextlib
import os
import socket
import time
from collections.abc import Callable

FEED_SECONDS = 10.0
"""How often the watchdog is fed: three times within the unit's `WatchdogSec=30`. The screen is drawn each time."""


def is_asked() -> bool:
    """Return whether systemd started this program and wants to hear of it."""
    return bool(os.environ.get("NOTIFY_SOCKET"))


def notify(state: str) -> None:
    """Send `state` ("READY=1", "WATCHDOG=1", "STOPPING=1") to the socket systemd named, if it named one. Where nobody
    reads it any more, it is dropped: the screen does not wait for systemd.
    """
    address = os.environ.get("NOTIFY_SOCKET", "")
    if not address:
        return
    if address.startswith("@"):
        address = "\0" + address[1:]
    with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as out:
        out.setblocking(False)
        out.connect(address)
        out.sendall(state.encode())


class Watchdog:
    """Feeds systemd's watchdog only while the loop turns, a frame has been drawn since the last time, and `is_alive`
    says that the desk answers. `ask_frame` is called when nothing was drawn: a screen at rest draws nothing itself.
    """

    def __init__(
        self,
        is_alive: Callable[[], bool],
        ask_frame: Callable[[], None],
        tell: Callable[[str], None] = notify,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._is_alive, self._ask_frame, self._tell, self._clock = is_alive, ask_frame, tell, clock
        self._fed_at = -FEED_SECONDS
        self._drawn = False

    def drawn(self) -> None:
        """A frame has reached the screen."""
        self._drawn = True

    def turned(self) -> None:
        """The screen's loop has come round."""
        if self._clock() - self._fed_at < FEED_SECONDS:
            return
        if not self._drawn:
            self._ask_frame()
        elif self._is_alive():
            self._fed_at, self._drawn = self._clock(), False
            self._tell("WATCHDOG=1")
