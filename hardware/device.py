"""One thread per device: it opens the driver, passes on what it reads, and starts again after any fault.

A driver knows one device and nothing of threads. Whatever it raises ends the session: the driver is
closed, one `DeviceDown` is told, and it is opened again with a growing pause. Drivers of serial devices
raise very different things when a plug is pulled (OSError, termios.error, IndexError from a torn frame),
so that no list of exceptions would be complete.
"""

import logging
import random
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from hardware.errors import Reason, plain_reason

__all__ = [
    "Backoff",
    "DeviceDown",
    "DeviceEvent",
    "DeviceThread",
    "DeviceUp",
    "Driver",
    "Health",
    "OnEvent",
]

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class DeviceEvent:
    """Something a device has to tell; every event of this floor is one."""


@dataclass(frozen=True, slots=True)
class DeviceUp(DeviceEvent):
    """The device answers."""

    device: str


@dataclass(frozen=True, slots=True)
class DeviceDown(DeviceEvent):
    """The device does not answer, and a card that lay on it counts as gone. Told once until it is up."""

    device: str
    reason: Reason


OnEvent = Callable[[DeviceEvent], None]


class Driver(Protocol):
    """A device that can be opened again after any fault.

    `interval` is the pause between two polls in seconds, 0 where `poll` itself waits for data.
    """

    @property
    def interval(self) -> float:
        """The pause between two polls, in seconds."""

    def open(self) -> None:
        """Leave the device ready to poll, with nothing remembered from before; raises anything."""

    def poll(self) -> Sequence[DeviceEvent]:
        """Return what happened since the last poll, in order; waits 0.1 s at most, raises anything."""

    def close(self) -> None:
        """Leave nothing of the device open, also after a fault or when it was never opened."""


@dataclass(frozen=True, slots=True)
class Health:
    """How a device is doing. `since` is a reading of the monotonic clock, in seconds."""

    device: str
    up: bool
    since: float
    last_error: str | None
    opens: int


@dataclass(slots=True)
class Backoff:
    """Pauses that double from `first` to `most` seconds, each cut by up to a half by `jitter` (0 to 1)."""

    first: float = 0.2
    most: float = 5.0
    jitter: Callable[[], float] = random.random
    _step: float = field(default=0.0, init=False)

    def pause(self) -> float:
        """Return the next pause in seconds."""
        self._step = min(self.most, self._step * 2 or self.first)
        return self._step * (1 - self.jitter() / 2)

    def reset(self) -> None:
        """Make the next pause the first one again."""
        self._step = 0.0


class DeviceThread:
    """A driver kept running in a thread of its own, until it is stopped.

    `on_event` is called in that thread, in order, and should only put the event in a queue. If it raises,
    the event is lost, which is logged; the device goes on. The pauses start afresh when the device has
    been up for `steady` seconds, so that one that answers and fails at once is not hammered.
    """

    def __init__(
        self,
        device: str,
        driver: Driver,
        on_event: OnEvent,
        *,
        backoff: Backoff | None = None,
        steady: float = 5.0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.device = device
        self._driver = driver
        self._on_event = on_event
        self._backoff = backoff or Backoff()
        self._steady = steady
        self._clock = clock
        self._stopping = threading.Event()
        self._hurry = threading.Event()
        self._thread = threading.Thread(target=self._run, name=f"device-{device}", daemon=True)
        self._known_down = False
        self._health = Health(device, up=False, since=clock(), last_error=None, opens=0)

    def start(self) -> None:
        """Begin to open the device; returns at once."""
        self._thread.start()

    def stop(self, timeout: float = 2.0) -> bool:
        """Return whether the thread has ended and closed its device; no `DeviceDown` is told for it."""
        self._stopping.set()
        self._hurry.set()
        if self._thread.ident is not None:
            self._thread.join(timeout)
        return not self._thread.is_alive()

    def try_now(self) -> None:
        """Open the device now if it is down, instead of after the pause; it does no harm to one that is up."""
        self._hurry.set()

    def health(self) -> Health:
        """Return how the device is doing now; may be called from any thread."""
        return self._health

    def _run(self) -> None:
        while not self._stopping.is_set():
            self._hurry.clear()
            self._session()
            if not self._stopping.is_set():
                self._hurry.wait(self._backoff.pause())

    def _session(self) -> None:
        try:
            self._driver.open()
            self._came_up()
            while not self._stopping.is_set():
                self._poll_once()
        except Exception as error:  # noqa: BLE001 - see the module: any fault at all ends the session
            self._went_down(error)
        finally:
            self._close()

    def _poll_once(self) -> None:
        for event in self._driver.poll():
            self._tell(event)
        if self._clock() - self._health.since >= self._steady:
            self._backoff.reset()
        if self._driver.interval > 0:
            self._stopping.wait(self._driver.interval)

    def _came_up(self) -> None:
        before = self._health
        self._health = Health(
            self.device, up=True, since=self._clock(), last_error=before.last_error, opens=before.opens + 1
        )
        self._known_down = False
        log.info("%s is up", self.device)
        self._tell(DeviceUp(self.device))

    def _went_down(self, error: Exception) -> None:
        before = self._health
        since = self._clock() if before.up else before.since
        self._health = Health(self.device, up=False, since=since, last_error=type(error).__name__, opens=before.opens)
        if self._known_down:
            return
        self._known_down = True
        reason = plain_reason(error)
        log.warning("%s is down: %s (%s)", self.device, reason, type(error).__name__)
        self._tell(DeviceDown(self.device, reason))

    def _close(self) -> None:
        try:
            self._driver.close()
        except Exception as error:  # noqa: BLE001 - a dead device may fail to close in any way
            log.debug("%s did not close well (%s)", self.device, type(error).__name__)

    def _tell(self, event: DeviceEvent) -> None:
        try:
            self._on_event(event)
        except Exception as error:  # noqa: BLE001 - a listener's fault must not stop the device
            log.error("%s: nobody took an event (%s)", self.device, type(error).__name__)  # noqa: TRY400 - a traceback could show it
