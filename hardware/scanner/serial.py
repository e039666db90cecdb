"""A scanner that speaks as a serial port: RS-232, or USB in its CDC ("USB-COM") mode, through pyserial."""

import time
from collections.abc import Callable, Sequence

import serial

from hardware.errors import DeviceFault
from hardware.scanner.codes import clean
from hardware.scanner.lines import LineSplitter
from hardware.scanner.port import LetterScanned, Scanned

__all__ = ["SerialScanner"]

_PATIENCE = 0.05  # seconds a poll waits for more of a scan; less than a third of an idle line's limit
_ALONE = 0.15  # seconds it waits for the first byte of one, which ends the wait at once; how long a stop may take
_AT_ONCE = 4096


def _never(_raw: bytes) -> bool:
    return False


class SerialScanner:
    """A driver for `DeviceThread`. `path` is any tty or link to one, opened for this program alone.

    `is_letter` says which scans somebody waits for as they came, at most `LONGEST_SCAN` bytes; the
    others are cleaned.
    """

    interval = 0.0

    def __init__(
        self,
        path: str,
        baudrate: int = 9600,
        clock: Callable[[], float] = time.monotonic,
        is_letter: Callable[[bytes], bool] = _never,
    ) -> None:
        self._path = path
        self._baudrate = baudrate
        self._clock = clock
        self._is_letter = is_letter
        self._line: serial.Serial | None = None
        self.splitter = LineSplitter()

    def open(self) -> None:
        """Leave the line open and empty, with half a scan from before forgotten."""
        self.splitter.forget()
        self._line = serial.Serial(self._path, self._baudrate, timeout=_ALONE, exclusive=True)

    def poll(self) -> Sequence[Scanned | LetterScanned]:
        """Return the scans that were completed; waits 0.15 s for a first byte, 0.05 s for the next of a scan."""
        if self._line is None:
            raise DeviceFault("the scanner is not open")
        patience = _ALONE if self.splitter.is_empty else _PATIENCE
        if self._line.timeout != patience:
            self._line.timeout = patience
        data = self._line.read(min(self._line.in_waiting, _AT_ONCE) or 1)
        if data:
            return [self._event(raw) for raw in self.splitter.feed(data, self._clock())]
        self.splitter.idle(self._clock())
        return []

    def _event(self, raw: bytes) -> Scanned | LetterScanned:
        return LetterScanned(raw) if self._is_letter(raw) else Scanned(clean(raw))

    def close(self) -> None:
        """Leave the line closed, also when the scanner is gone."""
        line, self._line = self._line, None
        if line is not None:
            line.close()
