"""What a clock is to the station."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class ClockReading:
    """One look at all clocks: Unix milliseconds (UTC), boot id (32 hex digits), milliseconds since boot (counts
    sleep, never goes back), and whether the wall clock has been set from a trusted source since boot.
    """

    wall_ms: int
    boot: str
    up_ms: int
    synced: bool


class Clock(Protocol):
    """Anything that can be read like the station's clocks."""

    def read(self) -> ClockReading:
        """Return all clocks as they stand now."""
