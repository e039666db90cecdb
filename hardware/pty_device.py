"""A serial device made of a pseudo-terminal: what every simulator of a serial device stands on."""

import os
import select
import tempfile
import termios
import threading
import time
import tty
from contextlib import suppress
from pathlib import Path
from typing import Self

from hardware.errors import ControlRefused

__all__ = ["PtyDevice"]

_CHUNK = 4096
_OUTPUT_SPEED = 5  # its place in what tcgetattr returns


class PtyDevice:
    """A pseudo-terminal at a stable path that can be unplugged and put back.

    The path is a symbolic link, as udev would make it: there while plugged, absent while not. A subclass
    answers in `received`. All methods may be called from any thread.
    """

    def __init__(self, link: Path | None = None) -> None:
        self._folder = None if link else tempfile.TemporaryDirectory(prefix="simulated-")
        self._link = link or Path(self._folder.name if self._folder else "") / "tty"
        self._lock = threading.RLock()
        self._ends: tuple[int, int] | None = None  # ours, and the host's, held open against hang-ups
        self._wake_out, self._wake_in = os.pipe()
        self._closed = False
        self._thread = threading.Thread(target=self._serve, name=type(self).__name__, daemon=True)
        self.plug()
        self._thread.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def path(self) -> str:
        """The path a driver is given; it stays the same over unplug and plug."""
        return str(self._link)

    @property
    def plugged(self) -> bool:
        """Whether the device is there."""
        return self._ends is not None

    def plug(self) -> None:
        """Make the device appear at its path, as after power-up."""
        with self._lock:
            if self._closed or self._ends is not None:
                raise ControlRefused("it is plugged in already")
            ours, hosts = os.openpty()
            self._ends = ours, hosts
            tty.setraw(hosts)
            os.set_blocking(ours, False)
            self._show_link(os.ttyname(hosts))
            self.powered_up()
        self._wake()

    def unplug(self) -> None:
        """Make the device vanish, also from under a driver that has it open."""
        with self._lock:
            if self._ends is None:
                raise ControlRefused("it is unplugged already")
            ends, self._ends = self._ends, None
            self._link.unlink(missing_ok=True)
            self._wake()
            for end in ends:
                os.close(end)

    def close(self) -> None:
        """Leave no thread, file descriptor or link behind; may be called twice."""
        with self._lock:
            if self._closed:
                return
            if self._ends is not None:
                self.unplug()
            self._closed = True
            self._wake()
        self._thread.join()
        os.close(self._wake_in)
        os.close(self._wake_out)
        if self._folder:
            self._folder.cleanup()

    def send(self, data: bytes, patience: float = 1.0) -> None:
        """Put `data` on the line; what nobody takes within `patience` seconds is lost, as on a real line."""
        until = time.monotonic() + patience
        with self._lock:
            while data and self._ends is not None and time.monotonic() < until:
                try:
                    data = data[os.write(self._ends[0], data) :]
                except BlockingIOError:
                    time.sleep(0.002)

    def speed(self) -> int:
        """Return the line speed the host has set, as a termios constant."""
        with self._lock:
            if self._ends is None:
                return termios.B0
            return int(termios.tcgetattr(self._ends[1])[_OUTPUT_SPEED])

    def powered_up(self) -> None:
        """Forget what a device forgets without power; called under the lock."""

    def received(self, data: bytes) -> None:
        """Take what the host wrote; called under the lock."""

    def _show_link(self, target: str) -> None:
        fresh = self._link.with_name(f".{self._link.name}.{os.getpid()}")
        fresh.unlink(missing_ok=True)
        fresh.symlink_to(target)
        fresh.replace(self._link)

    def _wake(self) -> None:
        with suppress(OSError):
            os.write(self._wake_in, b"w")

    def _serve(self) -> None:
        while not self._closed:
            ends = self._ends
            poll = select.poll()
            poll.register(self._wake_out, select.POLLIN)
            if ends is not None:
                poll.register(ends[0], select.POLLIN)
            ready = [fd for fd, _ in poll.poll()]
            if self._wake_out in ready:
                os.read(self._wake_out, _CHUNK)
            if ends is not None and ends[0] in ready:
                self._take(ends)

    def _take(self, ends: tuple[int, int]) -> None:
        with self._lock, suppress(BlockingIOError):
            if self._ends is ends:  # else it was unplugged while we waited
                self.received(os.read(ends[0], _CHUNK))
