"""The window of all tests that draw. Whichever is collected first begins it, and off screen it cannot grow."""

from __future__ import annotations

import tempfile
from pathlib import Path

from kiosk.ui import environment


def begin() -> None:
    """Set Kivy's surroundings for a window as large as any that is tested, before Kivy is imported."""
    home = Path(tempfile.mkdtemp(prefix="nabolan-kivy-"))
    environment.prepare(home, environment.Window(1280, 1280, frames_per_second=0))
