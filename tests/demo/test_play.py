"""`bin/demo` as a person meets it: with a display two windows to click on, without one a plain word."""

from __future__ import annotations

import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

NABOLAN = Path(sys.executable).with_name("nabolan")
PATIENCE = 30.0
UNKNOWN_CODE_BUTTON = (1036, 508)
KIOSK_MAIN_BUTTON = (592, 432)


def until(true: Callable[[], bool], what: str) -> None:
    """Wait until it is true; fail with `what` after a while."""
    end = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < end, what
        time.sleep(0.1)


@pytest.fixture
def display(tmp_path: Path) -> Iterator[str]:
    """A screen of our own that nobody sees."""
    if not (shutil.which("Xvfb") and shutil.which("xdotool")):
        pytest.skip("needs Xvfb and xdotool: sudo apt-get install --no-install-recommends xvfb xdotool")
    read, write = os.pipe()
    words = ["Xvfb", "-displayfd", str(write), "-screen", "0", "1400x900x24", "-nolisten", "tcp"]
    with (tmp_path / "xvfb.log").open("wb") as log:
        server = subprocess.Popen(words, pass_fds=[write], stderr=log)
    os.close(write)
    with os.fdopen(read) as answer:
        number = answer.readline().strip()
    yield f":{number}"
    server.terminate()
    server.wait()


@pytest.fixture
def demo(display: str, tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    """A running demo, its windows on the screen."""
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("SDL_", "KIVY_", "NABOLAN_"))}
    words = [str(NABOLAN), "demo", "--shape", "800x480"]
    environment["DISPLAY"] = display
    with (tmp_path / "demo.log").open("w") as log:
        running = subprocess.Popen(
            words, cwd=tmp_path, env=environment, stdout=subprocess.PIPE, stderr=log, text=True
        )
    with running:
        yield running
        if running.poll() is None:
            running.kill()


def click(display: str, place: tuple[int, int]) -> None:
    """Move the pointer there and press."""
    x, y = place
    words = ["xdotool", "mousemove", str(x), str(y), "sleep", "0.1", "mousedown", "1", "sleep", "0.1", "mouseup", "1"]
    subprocess.run(words, env={**os.environ, "DISPLAY": display}, check=True, timeout=10)


def kinds(folder: Path) -> list[str]:
    """Return the kinds of all entries in the demo station's journal."""
    file = folder / ".demo" / "station" / "station.db"
    if not file.exists():
        return []
    with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as db:
        try:
            return [kind for (kind,) in db.execute("SELECT kind FROM journal ORDER BY epoch, seq")]
        except sqlite3.OperationalError:
            return []


def test_two_clicks_make_a_return(demo: subprocess.Popen[str], display: str, tmp_path: Path) -> None:
    """Who scans an unknown thing on the panel and says on the kiosk that they bring it back, has made an entry."""
    until(lambda: "started" in kinds(tmp_path), "the station did not start")

    def clicked() -> bool:
        click(display, UNKNOWN_CODE_BUTTON)
        time.sleep(0.7)
        click(display, KIOSK_MAIN_BUTTON)
        time.sleep(0.5)
        return "return" in kinds(tmp_path)

    until(clicked, "no click led to a return")
    demo.send_signal(signal.SIGINT)
    said, _ = demo.communicate(timeout=PATIENCE)
    assert demo.returncode == 0
    assert "password" in said
    assert not _still_running(tmp_path)


def _still_running(folder: Path) -> list[str]:
    """Return the command lines of programs that were started for `folder` and have not ended."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            words = (process / "cmdline").read_bytes().decode(errors="replace").replace("\0", " ")
        except OSError:
            continue
        if str(folder) in words:
            found.append(words)
    return found


def test_without_a_display_it_says_what_to_do(tmp_path: Path) -> None:
    """Without a display the demo says so, points to the tour and starts nothing."""
    environment = {k: v for k, v in os.environ.items() if k not in ("DISPLAY", "WAYLAND_DISPLAY")}
    done = subprocess.run(
        [str(NABOLAN), "demo"], cwd=tmp_path, env=environment, capture_output=True, text=True, check=False, timeout=30
    )
    assert done.returncode == 2
    assert "--tour" in done.stdout + done.stderr
    assert not (tmp_path / ".demo").exists()
