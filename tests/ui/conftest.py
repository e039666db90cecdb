"""A window off screen, and a person in front of it. Kivy reads its surroundings when it is imported: set them first."""

from __future__ import annotations

import tempfile
from pathlib import Path

from kiosk.ui import environment

environment.prepare(Path(tempfile.mkdtemp(prefix="nabolan-kivy-")), environment.Window(frames_per_second=0))
