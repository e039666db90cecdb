"""What the tests of devices share: a recorder of events, a quick device thread, a count of open files."""

import os
import threading
import time
from collections.abc import Callable, Iterator

import pytest

from hardware.card_reader.pn532 import Pn532Reader
from hardware.card_reader.simulator import Pn532Simulator
from hardware.device import Backoff, DeviceEvent, DeviceThread, Driver
from hardware.scanner.serial import SerialScanner
from hardware.scanner.simulator import ScannerSimulator


class Recorder:
    """Keeps the events of a device thread, and waits for the next one."""

    def __init__(self) -> None:
        self.events: list[DeviceEvent] = []
        self._changed = threading.Condition()
        self._read = 0

    def __call__(self, event: DeviceEvent) -> None:
        """Take an event, in the device's thread."""
        with self._changed:
            self.events.append(event)
            self._changed.notify_all()

    def next(self, timeout: float = 5.0) -> DeviceEvent:
        """Return the next event nobody has asked for yet."""
        with self._changed:
            if not self._changed.wait_for(lambda: len(self.events) > self._read, timeout):
                raise AssertionError(f"no event came after {self.events}")
            self._read += 1
            return self.events[self._read - 1]

    def quiet(self, seconds: float) -> bool:
        """Return whether no further event comes for so long."""
        with self._changed:
            return not self._changed.wait_for(lambda: len(self.events) > self._read, seconds)


class Run:
    """A device thread with its recorder."""

    def __init__(self, device: str, driver: Driver) -> None:
        self.events = Recorder()
        self.thread = DeviceThread(
            device, driver, self.events, backoff=Backoff(first=0.02, most=0.1, jitter=lambda: 0.0)
        )
        self.thread.start()


@pytest.fixture
def reader_simulator() -> Iterator[Pn532Simulator]:
    with Pn532Simulator() as simulator:
        yield simulator


@pytest.fixture
def scanner_simulator() -> Iterator[ScannerSimulator]:
    with ScannerSimulator() as simulator:
        yield simulator


@pytest.fixture
def reader(reader_simulator: Pn532Simulator) -> Iterator[Run]:
    run = Run("reader", Pn532Reader(reader_simulator.path, interval=0.01))
    yield run
    assert run.thread.stop()


@pytest.fixture
def scanner(scanner_simulator: ScannerSimulator) -> Iterator[Run]:
    run = Run("scanner", SerialScanner(scanner_simulator.path))
    yield run
    assert run.thread.stop()


@pytest.fixture
def start() -> Iterator[Callable[[str, Driver], Run]]:
    """Start a device thread that is stopped after the test."""
    runs: list[Run] = []

    def begin(device: str, driver: Driver) -> Run:
        runs.append(Run(device, driver))
        return runs[-1]

    yield begin
    for run in runs:
        assert run.thread.stop()


@pytest.fixture
def difference(request: pytest.FixtureRequest) -> Callable[[object, object], str]:
    """Tell two things apart as pytest prints it with -vv."""

    def printed(one: object, other: object) -> str:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(request.config.option, "verbose", 2)
            with pytest.raises(AssertionError) as failed:
                assert one == other
        return str(failed.value)

    return printed


@pytest.fixture
def open_files() -> Callable[[], int]:
    """Count the file descriptors of this process."""
    return lambda: len(os.listdir("/proc/self/fd"))  # noqa: PTH208 - names only


@pytest.fixture
def eventually() -> Callable[[Callable[[], bool]], bool]:
    """Wait up to 5 s for something to become true."""

    def wait(holds: Callable[[], bool]) -> bool:
        until = time.monotonic() + 5
        while not holds() and time.monotonic() < until:
            time.sleep(0.005)
        return holds()

    return wait
