"""A window set up as a station's, and what its process uses. Imports nothing of the station: bare windows do not."""

from __future__ import annotations

from pathlib import Path

WIDTH, HEIGHT = 1280, 800

NO_HUB = "http://127.0.0.1:9"
"""Nobody listens there: the agent runs and finds no network, as on a station that is offline."""


def window_of_a_station(home: Path, frames_per_second: int = 30) -> None:
    """Set Kivy's surroundings as a station does, for a window of `WIDTH` x `HEIGHT` drawn off screen."""
    from kiosk.ui import environment  # noqa: PLC0415 - counts as part of a start

    environment.prepare(home, environment.Window(WIDTH, HEIGHT, frames_per_second=frames_per_second))


def resident_mb() -> float:
    """Return the memory this process has in use, in MB of 1024 x 1024 bytes."""
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return int(next(line.split()[1] for line in lines if line.startswith("VmRSS"))) / 1024
