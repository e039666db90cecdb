"""How the machine of a station is, for those who mend it, and what they can ask of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class DeviceState:
    """How a device is. Spans in seconds: since when it is so, and since it last read something (None: not since the
    start). `reason` is plain, "" while it is up.
    """

    name: str
    up: bool
    since: float
    reason: str = ""
    last_read: float | None = None


@dataclass(frozen=True, slots=True)
class Machine:
    """Devices, and the disk in bytes (None where the system does not tell). `journal_bytes` is the database with its
    write-ahead log; `checked` tells for how many seconds it is known to be whole.
    """

    devices: tuple[DeviceState, ...] = ()
    disk_free: int | None = None
    disk_total: int | None = None
    journal_bytes: int | None = None
    checked: float | None = None
    software: str = ""


class Caretaker(Protocol):
    """Who knows the machine."""

    def look(self) -> Machine:
        """Return how the machine is now; quickly, and without raising."""

    def try_again(self) -> None:
        """Try the devices and the hub now instead of later; returns at once."""


class Nobody:
    """No machine to know of, as in a test of the desk alone."""

    def look(self) -> Machine:
        """Return nothing."""
        return Machine()

    def try_again(self) -> None:
        """Do nothing."""
