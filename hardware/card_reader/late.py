"""The card reader's driver, loaded by the thread that opens the reader.

To import nfcpy takes 0.15 to 0.25 s: it looks for libraries with `ldconfig`, and with a compiler where there is one.
A screen need not wait for that.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from hardware.device import DeviceEvent
from hardware.errors import DeviceFault

if TYPE_CHECKING:
    from hardware.card_reader.pn532 import Pn532Reader

__all__ = ["LateReader"]


class LateReader:
    """A `Pn532Reader` at `path` that is made when it is first opened."""

    def __init__(self, path: str, interval: float = 0.1) -> None:
        self.interval = interval
        self._path = path
        self._reader: Pn532Reader | None = None

    def open(self) -> None:
        """Leave the reader ready, or raise."""
        if self._reader is None:
            from hardware.card_reader.pn532 import Pn532Reader  # noqa: PLC0415 - see the module

            self._reader = Pn532Reader(self._path, self.interval)
        self._reader.open()

    def poll(self) -> Sequence[DeviceEvent]:
        """Return what happened to cards since the last poll."""
        if self._reader is None:
            raise DeviceFault("the reader is not open")
        return self._reader.poll()

    def close(self) -> None:
        """Leave the line closed."""
        if self._reader is not None:
            self._reader.close()
