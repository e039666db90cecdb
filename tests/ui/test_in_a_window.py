"""The station's own program, full screen in a real X window, with clicks and keys that come from outside."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest
from PIL import Image, ImageChops, ImageGrab
from support.displays import x_click, x_display, x_do
from support.journals import make_identity
from support.library import HERE, UNKNOWN_CODE
from support.rooms import SANDER, Room, feed, page

from hardware.clock import SimulatedClock
from hardware.control import ControlClient
from hardware.simulate import SimulatedBench
from kiosk.store.station_store import StationStore
from kiosk.ui.glass import NEW_SCREEN_SECONDS
from kiosk.ui.palette import LIGHT, MAIN, PAPER
from kiosk.ui.places import Rect
from kiosk.ui.shapes import shape_for
from sync.agent.identity import save

pytestmark = pytest.mark.screen
SIZE = (1280, 800)
PATIENCE = 40.0
SHAPE = shape_for(*SIZE)
HERE_NOW = (round(SHAPE.main.x), SHAPE.top, round(SHAPE.main.right), round(SHAPE.main.y) - 24)
"""The panel of the idle screen that tells what is here; the rest of that screen changes by itself."""


@dataclass
class Hall:
    """A station that runs in a window, its devices, and somebody outside."""

    display: str
    folder: Path
    control: ControlClient
    program: subprocess.Popen[bytes]

    def picture(self) -> Image.Image:
        """Return what the display shows."""
        return ImageGrab.grab(xdisplay=self.display).convert("RGB")

    def shows(self, place: Rect, role: str) -> bool:
        """Return whether the left edge of a place has the colour of a role, in the middle of its height."""
        wanted = tuple(round(255 * part) for part in LIGHT.rgba(role)[:3])
        found = self.picture().getpixel((round(place.x + 12), round(place.y + place.h / 2)))
        return all(abs(a - b) <= 2 for a, b in zip(found, wanted, strict=True))

    def panel(self) -> bytes:
        """Return the pixels where the idle screen tells what is here."""
        return self.picture().crop(HERE_NOW).tobytes()

    def settled(self) -> bytes:
        """Return those pixels once they have stayed a second: a station just started still finds its devices."""
        self.until(lambda: self.shows(Rect(0, 790, 10, 10), PAPER), "the idle screen did not come")
        seen = [self.panel()]

        def stays() -> bool:
            time.sleep(1)
            seen.append(self.panel())
            return seen[-1] == seen[-2]

        self.until(stays, "the idle screen does not come to rest")
        return seen[-1]

    def touch(self, place: Rect) -> None:
        """Click in the middle of a place."""
        x_click(self.display, place.x + place.w / 2, place.y + place.h / 2)

    def until(self, true, what: str) -> None:
        """Wait until it is true."""
        end = time.monotonic() + PATIENCE
        while not true():
            assert self.program.poll() is None, "the program has ended"
            assert time.monotonic() < end, what
            time.sleep(0.1)

    def kinds(self) -> list[str]:
        """Return the kinds of all entries of the journal."""
        with closing(sqlite3.connect(f"file:{self.folder / 'station.db'}?mode=ro", uri=True)) as db:
            return [kind for (kind,) in db.execute("SELECT kind FROM journal ORDER BY epoch, seq")]


@pytest.fixture
def hall(tmp_path: Path) -> Iterator[Hall]:
    """A station of its own that has started on a display of its own."""
    save(tmp_path, make_identity())
    store = StationStore.open(tmp_path / "station.db", HERE)
    store.take_feed(feed())
    store.take_page(store.feed_cursor, page())
    store.mark_running(running=False)
    store.close()
    with SimulatedBench() as bench, x_display(tmp_path / "x.log", "1280x800") as display:
        settings = tmp_path / "station.toml"
        settings.write_text(
            f'[station]\ndata_dir = "{tmp_path}"\n[card_reader]\nport = "{bench.reader_path}"\n'
            f'[scanner]\nport = "{bench.scanner_path}"\n',
            encoding="utf-8",
        )
        clean = {k: v for k, v in os.environ.items() if not k.startswith(("SDL_", "KIVY_", "NABOLAN_"))}
        words = [sys.executable, "-m", "nabolan.cli", "station", "run", "--config", str(settings)]
        with (tmp_path / "log").open("wb") as log:
            program = subprocess.Popen(words, env=clean | {"DISPLAY": display}, stderr=log)
        with program:
            hall = Hall(display, tmp_path, ControlClient(bench.control_address), program)
            try:
                hall.until(lambda: "started" in hall.kinds() and hall.picture().getcolors(64) is None, "no start")
                yield hall
            finally:
                program.kill()


def test_a_return_by_real_clicks(hall: Hall):
    """The scanner reads an unknown thing, a click takes it back, another ends the visit; the pixels follow."""
    idle = hall.settled()

    def asked() -> bool:
        hall.control.send(f"scan {UNKNOWN_CODE}")
        time.sleep(0.5)
        return hall.panel() != idle

    hall.until(asked, "no question came")
    assert hall.shows(SHAPE.main, MAIN)

    hall.touch(SHAPE.main)
    hall.until(lambda: "return" in hall.kinds(), "no click took it back")
    time.sleep(1)  # a second touch at one spot is an echo for a while
    hall.touch(SHAPE.main)
    hall.until(lambda: hall.panel() == idle, "no click ended the visit")
    assert hall.kinds().count("return") == 1
    hall.program.send_signal(signal.SIGTERM)
    assert hall.program.wait(PATIENCE) == 0


def test_no_key_leads_out(hall: Hall):
    """Whatever a keyboard sends, the screen stays as it is and the program goes on; then a click still works."""
    before = hall.settled()
    for keys in ("F1", "Escape", "alt+F4", "ctrl+c", "ctrl+q", "F11", "Super_L", "Print"):
        x_do(hall.display, "key", "--delay", "20", keys)
    time.sleep(0.5)
    assert hall.program.poll() is None
    assert hall.panel() == before
    aids = Rect(SHAPE.width - SHAPE.margin - 60, 0, 40, SHAPE.status)

    hall.touch(aids)
    hall.until(lambda: hall.panel() != before, "the reading aids did not open")
    time.sleep(1)
    hall.touch(SHAPE.main)
    hall.until(lambda: hall.panel() == before, "the reading aids did not close")


class Twin:
    """A station like the one in the window, off screen: it tells where to click, and what should then be seen."""

    def __init__(self, hall: Hall, room: Room, folder: Path) -> None:
        self.hall, self.room, self.folder = hall, room, folder

    def clicks(self, words: str, name: str) -> None:
        """Click in the window on what says these words, touch it here too, and wait until both show the same."""
        place = self.room.person.place(self.room.person.find(words))
        time.sleep(NEW_SCREEN_SECONDS + 0.1)  # a second touch at one spot is an echo for a while
        self.hall.touch(place)
        self.room.touches_on(words)
        self.hall.until(lambda: self._is_alike(name), f"the window does not show what {words!r} leads to")

    def _is_alike(self, name: str) -> bool:
        """Return whether the window shows, but for the time of day, what is shown here."""
        self.room.person.wait(3)
        here = Image.open(self.room.person.look(self.folder / f"{name}.png")).convert("RGB")
        there = self.hall.picture()
        there.save(self.folder / f"{name}-window.png")
        below = (0, SHAPE.status, SHAPE.width, SHAPE.height)
        off = ImageChops.difference(here.crop(below), there.crop(below)).convert("L")
        return sum(off.histogram()[_SEEN:]) < _FEW


_SEEN, _FEW = 32, 400
"""How far a pixel is off for an eye to see it, and how many may be: drivers differ at round edges."""


def test_looking_around_by_real_clicks(hall: Hall, kiosk, tmp_path: Path):
    """A click for each touch from the idle screen to a thing found with the keys, and all the way back."""
    idle = hall.settled()
    (tmp_path / "twin").mkdir()
    today = SimulatedClock(round(time.time() * 1000), boot="1" * 32, up_ms=3_600_000)
    room = Room(kiosk, tmp_path / "twin" / "station.db", "nb", SIZE, today)
    room.sees("idle.look")
    twin = Twin(hall, room, tmp_path)
    try:
        twin.clicks("Se hva som finnes", "list")
        twin.clicks("Søk", "search")
        for letter in "slip":
            twin.clicks(letter, f"search-{letter}")
        twin.clicks(room.name(SANDER), "thing")
        twin.clicks("Tilbake", "found")
        twin.clicks("Tilbake", "list-again")
        time.sleep(NEW_SCREEN_SECONDS + 0.1)  # as above: it stands where the last one stood
        hall.touch(room.person.place(room.person.find("Tilbake")))
        hall.until(lambda: hall.panel() == idle, "no click led back to the idle screen")
        assert set(hall.kinds()) <= {"started", "device"}
    finally:
        room.run.desk.stop()
