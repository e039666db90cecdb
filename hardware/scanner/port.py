"""What a scanner gives: one cleaned code per scan."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

from hardware.device import DeviceEvent
from hardware.scanner.codes import ScannedCode

__all__ = ["LetterScanned", "Scanned", "Scanner"]


@dataclass(frozen=True, slots=True)
class Scanned(DeviceEvent):
    """A whole code was scanned, good or not: `code.kind` says what to answer."""

    code: ScannedCode


@dataclass(frozen=True, slots=True)
class LetterScanned(DeviceEvent):
    """A whole scan that is no code of a thing, as it came: told only while somebody waits for one. It may hold a
    secret, so that it shows in no repr.
    """

    raw: bytes = field(repr=False)


class Scanner(Protocol):
    """A driver (see `hardware.device.Driver`) that tells of whole scans only."""

    @property
    def interval(self) -> float:
        """The pause between two polls, in seconds."""

    def open(self) -> None:
        """Leave the scanner ready; what was scanned before is forgotten."""

    def poll(self) -> Sequence[Scanned | LetterScanned]:
        """Return the scans that were completed since the last poll, in order."""

    def close(self) -> None:
        """Leave nothing open, whatever state the scanner is in."""
