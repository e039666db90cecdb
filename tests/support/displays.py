"""A screen of our own that nobody sees, and a hand and an eye for it."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest


@contextmanager
def x_display(log: Path, size: str) -> Iterator[str]:
    """Run an X server with a screen of `size` ("1280x800") and yield its display; without one, skip the test."""
    if not (shutil.which("Xvfb") and shutil.which("xdotool")):
        pytest.skip("needs Xvfb and xdotool: sudo apt-get install --no-install-recommends xvfb xdotool")
    read, write = os.pipe()
    words = ["Xvfb", "-displayfd", str(write), "-screen", "0", f"{size}x24", "-nolisten", "tcp"]
    with log.open("wb") as file:
        server = subprocess.Popen(words, pass_fds=[write], stderr=file)
    os.close(write)
    with os.fdopen(read) as answer:
        number = answer.readline().strip()
    try:
        yield f":{number}"
    finally:
        server.terminate()
        server.wait()


def x_do(display: str, *words: str) -> None:
    """Let xdotool do something."""
    subprocess.run(["xdotool", *words], env={**os.environ, "DISPLAY": display}, check=True, timeout=10)


def x_click(display: str, x: float, y: float) -> None:
    """Move the pointer there, press, and let go."""
    press = ["sleep", "0.1", "mousedown", "1", "sleep", "0.1", "mouseup", "1"]
    x_do(display, "mousemove", str(round(x)), str(round(y)), *press)
