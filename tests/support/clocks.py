"""The clocks of a station in a world whose true time is known: resets, jumps, drift, and answers of a hub."""

from __future__ import annotations

from dataclasses import dataclass

from lending.entries import HubTime
from lending.times import Reading


@dataclass
class StationClock:
    """What a station's clocks say. Times are true ones (Unix ms); `wall_off` is how wrong the wall clock is."""

    true: float
    booted: float = 0.0
    rate: float = 1.0
    boots: int = 0
    wall_off: float = 0.0
    synced: bool = False

    def __post_init__(self) -> None:
        self.booted = self.true

    @property
    def up(self) -> float:
        """Time since boot, by a clock that is a little fast or slow."""
        return (self.true - self.booted) * self.rate

    def read(self) -> Reading:
        """Return the clocks as they stand."""
        wall = self.true if self.synced else self.booted + self.up
        return Reading(int(wall + self.wall_off), f"{self.boots:032x}", int(self.up), self.synced)

    def reboot(self, wall_off: float, ppm: float) -> None:
        """Start anew with an unset clock that is wrong by `wall_off` and has this drift (parts per million)."""
        self.boots += 1
        self.booted, self.rate, self.wall_off, self.synced = self.true, 1 + ppm / 1e6, wall_off, False

    def set(self, wall_off: float) -> None:
        """Be set from the network."""
        self.wall_off, self.synced = wall_off, True

    def jump(self, ms: float) -> None:
        """Jump, unless the network holds the clock."""
        self.wall_off += 0 if self.synced else ms

    def hear_hub(self, took: int, percent: int) -> HubTime:
        """Return what a call of `took` ms tells that was answered after so many percent of it."""
        before, hub = self.up, self.true + took * percent / 100
        self.true += took
        return HubTime(int(hub), int((before + self.up) / 2), took // 2 + 2)
