"""A clock that goes when it is told to: for tests, rehearsals and the tour."""

from __future__ import annotations

from hardware.clock.port import ClockReading


class SimulatedClock:
    """Clocks that stand still until `advance`, and can be set wrong, rebooted and synced."""

    def __init__(self, wall_ms: int, *, boot: str = "b" * 32, up_ms: int = 0, synced: bool = True) -> None:
        self.wall_ms = wall_ms
        self.boot = boot
        self.up_ms = up_ms
        self.synced = synced

    def read(self) -> ClockReading:
        """Return all clocks as they have been set."""
        return ClockReading(self.wall_ms, self.boot, self.up_ms, self.synced)

    def advance(self, ms: int) -> None:
        """Let `ms` milliseconds pass on every clock."""
        self.wall_ms += ms
        self.up_ms += ms

    def reboot(self, boot: str, wall_ms: int | None = None, *, synced: bool = False) -> None:
        """Start a new boot; the wall clock says `wall_ms` (None: as before)."""
        self.boot, self.up_ms, self.synced = boot, 0, synced
        self.wall_ms = self.wall_ms if wall_ms is None else wall_ms
