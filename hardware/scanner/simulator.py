"""A barcode scanner that is a program, on a pseudo-terminal."""

import random
import time
from collections.abc import Iterable
from pathlib import Path

from hardware.errors import ControlRefused
from hardware.pty_device import PtyDevice

__all__ = ["ScannerSimulator"]


class ScannerSimulator(PtyDevice):
    """A scanner at `path` that adds `suffix` to each code, as its configuration sheet told it."""

    def __init__(self, link: Path | None = None, suffix: bytes = b"\r") -> None:
        self._suffix = suffix
        super().__init__(link)

    def scan(self, code: str) -> None:
        """Scan one code."""
        self.scan_bytes([code.encode() + self._suffix])

    def scan_bytes(self, chunks: Iterable[bytes], pause: float = 0.0) -> None:
        """Send these bytes as they are, in pieces with `pause` seconds after each."""
        for chunk in chunks:
            if not self.plugged:
                raise ControlRefused("the scanner is unplugged")
            self.send(chunk)
            time.sleep(pause)

    def noise(self, size: int, seed: int = 0) -> None:
        """Send `size` bytes of noise, the same for the same seed."""
        self.scan_bytes([random.Random(seed).randbytes(size)])

    def state(self) -> dict[str, object]:
        """Return what a control panel shows."""
        return {"plugged": self.plugged}
