"""`bin/demo` as a person meets it: with a display two windows to click on, without one a plain word."""

from __future__ import annotations

import ctypes
import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from functools import partial
from pathlib import Path

import pytest
from support import waiting
from support.displays import x_click, x_display

NABOLAN = Path(sys.executable).with_name("nabolan")
PATIENCE = 40.0
until = partial(waiting.until, seconds=PATIENCE, pause=0.1)
UNKNOWN_CODE_BUTTON = (1036, 508)
KIOSK_MAIN_BUTTON = (592, 432)
Start = Callable[[], "subprocess.Popen[str]"]


@pytest.fixture
def display(tmp_path: Path) -> Iterator[str]:
    """A screen of our own that nobody sees."""
    with x_display(tmp_path / "xvfb.log", "1400x900") as display:
        yield display


@pytest.fixture
def start(display: str, tmp_path: Path) -> Iterator[Start]:
    """Start a demo with its windows on the screen, in the same folder each time."""
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("SDL_", "KIVY_", "NABOLAN_"))}
    words = [str(NABOLAN), "demo", "--shape", "800x480"]
    environment["DISPLAY"] = display
    with ExitStack() as stack:
        log = stack.enter_context((tmp_path / "demo.log").open("a"))

        def begin() -> subprocess.Popen[str]:
            running = subprocess.Popen(
                words, cwd=tmp_path, env=environment, stdout=subprocess.PIPE, stderr=log, text=True
            )
            stack.enter_context(running)
            stack.callback(running.kill)
            return running

        yield begin


@pytest.fixture
def demo(start: Start) -> subprocess.Popen[str]:
    """A running demo."""
    return start()


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
        x_click(display, *UNKNOWN_CODE_BUTTON)
        time.sleep(0.7)
        x_click(display, *KIOSK_MAIN_BUTTON)
        time.sleep(0.5)
        return "return" in kinds(tmp_path)

    until(clicked, "no click led to a return")
    demo.send_signal(signal.SIGINT)
    said, _ = demo.communicate(timeout=PATIENCE)
    assert demo.returncode == 0
    assert "password" in said
    assert not _running(tmp_path)


def test_the_world_is_kept_until_the_next_time(start: Start, display: str, tmp_path: Path) -> None:
    """A demo that is killed leaves nothing running; the next one goes on with its hub and its enrolled station, and
    ends when a window is closed.
    """
    killed = start()
    until(lambda: "started" in kinds(tmp_path) and _at_the_hub(tmp_path) == 1, "no start reached the hub")
    until(lambda: any("--warden" in words for words in _running(tmp_path)), "no warden was started")
    killed.kill()
    killed.communicate(timeout=PATIENCE)
    until(lambda: not _running(tmp_path), "programs were left running")
    second = start()
    until(lambda: _at_the_hub(tmp_path) == 2, "the second start did not reach the hub")
    _ask_a_window_to_close(display)
    said, _ = second.communicate(timeout=PATIENCE)
    assert second.returncode == 0
    assert "A window was closed" in said
    assert not _running(tmp_path)


def _at_the_hub(folder: Path) -> int:
    """Return how many starts of the station the hub holds."""
    file = folder / ".demo" / "hub" / "hub.sqlite3"
    with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as db:
        return int(db.execute("SELECT count(*) FROM journal_rawentry WHERE kind = 'started'").fetchone()[0])


def _running(folder: Path) -> list[str]:
    """Return the command lines of all programs that were started in `folder` and have not ended."""
    found: list[str] = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            here = (process / "cwd").readlink() == folder
            words = (process / "cmdline").read_bytes().decode(errors="replace").replace("\0", " ")
        except OSError:
            continue
        if here and words:
            found.append(words)
    return found


def _ask_a_window_to_close(display: str) -> None:
    """Send the message of a click on the cross in a window's frame, as a window manager would."""
    words = ["xdotool", "search", "--onlyvisible", "--class", "nabolan"]
    found = subprocess.run(words, env={**os.environ, "DISPLAY": display}, capture_output=True, check=True, timeout=10)
    x11 = ctypes.CDLL("libX11.so.6")
    x11.XOpenDisplay.restype = connection = ctypes.c_void_p
    x11.XInternAtom.argtypes = [connection, ctypes.c_char_p, ctypes.c_int]
    x11.XInternAtom.restype = ctypes.c_ulong
    x11.XSendEvent.argtypes = [connection, ctypes.c_ulong, ctypes.c_int, ctypes.c_long, ctypes.c_void_p]
    x11.XCloseDisplay.argtypes = [connection]
    server = x11.XOpenDisplay(display.encode())
    names = (b"WM_PROTOCOLS", b"WM_DELETE_WINDOW")
    protocols, close = (x11.XInternAtom(server, name, 0) for name in names)
    window = int(found.stdout.split()[0])
    event = (ctypes.c_long * 24)(33, 0, 1, 0, window, protocols, 32, close)  # an XEvent: a ClientMessage of format 32
    x11.XSendEvent(server, window, 0, 0, event)
    x11.XCloseDisplay(server)


def test_without_a_display_it_says_what_to_do(tmp_path: Path) -> None:
    """Without a display the demo says so, points to the tour and starts nothing."""
    environment = {k: v for k, v in os.environ.items() if k not in ("DISPLAY", "WAYLAND_DISPLAY")}
    done = subprocess.run(
        [str(NABOLAN), "demo"], cwd=tmp_path, env=environment, capture_output=True, text=True, check=False, timeout=30
    )
    assert done.returncode == 2
    assert "--tour" in done.stdout + done.stderr
    assert not (tmp_path / ".demo").exists()
