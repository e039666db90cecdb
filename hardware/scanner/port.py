"""What a scanner gives: one cleaned code per scan."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from hardware.device import DeviceEvent
from hardware.scanner.codes import ScannedCode

__all__ = ["Scanned", "Scanner"]


@dataclass(frozen=True, slots=True)
class Scanned(DeviceEvent):
    """A whole code was scanned, good or not: `code.kind` says what to answer."""

    code: ScannedCode


class Scanner(Protocol):
    """A driver (see `hardware.device.Driver`) that tells of whole scans only."""

    @property
    def interval(self) -> float:
        """The pause between two polls, in seconds."""

    def open(self) -> None:
        """Leave the scanner ready; what was scanned before is forgotten."""

    def poll(self) -> Sequence[Scanned]:
        """Return the scans that were completed since the last poll, in order."""

    def close(self) -> None:
        """Leave nothing open, whatever state the scanner is in."""
