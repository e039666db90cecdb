"""A station in a room: the invented library on its shelf, its desk at work, and a person in front of its screen."""

from __future__ import annotations

import queue
import shutil
import time
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from hardware.clock import SimulatedClock
from kiosk.desk.views import View
from lending.nouns import Hold, Rules
from nabolan.demo import library
from support.desks import PATIENCE, DeskRun
from support.library import ANNA, BERIT, HERE, NOON, THERE
from sync.feed import Feed, FeedCard
from sync.feed_browse import CopyFacts, StationFigures
from sync.feed_page import FeedPage, Kind

TODAY = date(2026, 11, 22)
CODE = "482913"
"""The pickup code of what is set aside for Berit."""
_SHOWN_FROM = library.stations()[0][0]
ITEMS = tuple(replace(item, home=HERE if item.home == _SHOWN_FROM else THERE) for item in library.items(TODAY))
DRILL, SANDER, TENT, SEWING, HAMMOCK = (
    next(item for item in ITEMS if item.thing == thing)
    for thing in ("hammer-drill", "orbital-sander", "tent", "sewing-machine", "hammock")
)


def code_hash(hold: str, code: str) -> str:
    """Return what stands in the feed for a pickup code."""
    return f"{hold}/{code}"


def feed() -> Feed:
    """Return what the station knows: things with all their words, two cards, and what is set aside for them."""
    until = TODAY + timedelta(days=3)
    holds = (
        Hold("a" * 32, TENT.thing, ANNA, until, TENT.code, ""),
        Hold("b" * 32, SEWING.thing, BERIT, until, SEWING.code, code_hash("b" * 32, CODE)),
    )
    rules = Rules(version=1, phone="32 04 00 00")
    cards = (FeedCard(ANNA), FeedCard(BERIT))
    return Feed(1, NOON, HERE, "Bragernes", rules, tuple(library.categories()), ITEMS, cards, holds)


def page() -> FeedPage:
    """Return what there is to look at: what things are for, how they have fared, places, figures, messages."""
    near = tuple(
        replace(place, station=HERE if place.station == _SHOWN_FROM else place.station) for place in library.places()
    )
    put: dict[Kind, tuple[Any, ...]] = {
        Kind.THING: tuple(library.pages()),
        Kind.COPY: (CopyFacts(SANDER.code, 41, TODAY),),
        Kind.PLACE: near,
        Kind.FIGURES: (StationFigures(HERE, TODAY, 37, 412, 161),),
        Kind.MESSAGE: tuple(library.messages(TODAY)),
    }
    return FeedPage("c2", more=False, version=2, made_ms=NOON, begins=False, ends=False, snapshot=False, head=None,
                    put=put, gone={})  # fmt: skip


class Room:
    """The desk of a station serves what somebody touches on the screen `kiosk`, and the screen shows what it says.

    What is read and touched is named by the key of its words (`assets/locale`), so that it is the same story in each
    language.
    """

    def __init__(
        self, kiosk: Any, path: Path, language: str, size: tuple[int, int], clock: SimulatedClock | None = None
    ) -> None:
        self.kiosk, self.person, self.app = kiosk, kiosk.person, kiosk.app
        self.language, self.size = language, size
        kiosk.resize(*size)
        self.app.tr.language = language
        self.app.aids = replace(self.app.aids, language=language)
        self.app.home = self.app.aids
        self._views: queue.Queue[View] = queue.Queue()
        self.serves(self._furnished(path, clock))

    @staticmethod
    def _furnished(path: Path, clock: SimulatedClock | None) -> DeskRun:
        run = DeskRun(path, feed=feed(), clock=clock)
        run.store.take_page(run.store.feed_cursor, page())
        run.desk._code_hash = code_hash
        return run

    def serves(self, run: DeskRun) -> None:
        """Let the desk of this run serve whoever is at the screen, from now on."""
        self.run = run
        run.desk._show = lambda view: (run.eyes(view), self._views.put(view))  # type: ignore[func-returns-value]
        self.app._submit = run.desk.submit
        self.app._clock = lambda: run.read_clock().up_ms
        self.person._meanwhile = self._show_what_came
        run.desk.start()

    def _show_what_came(self) -> None:
        while not self._views.empty():
            self.app.show(self._views.get())

    # --- What a person does

    def words(self, key: str, **values: Any) -> str:
        """Return what a key says in the language of this screen."""
        return str(self.app.tr(key, **values))

    def name(self, item: Any) -> str:
        """Return how a thing or a part is called in the language of this screen."""
        return str(self.app.tr.text(item.name))

    def the(self, item: Any) -> str:
        """Return how a thing is called inside a sentence."""
        return str(self.app.tr.text(item.definite))

    def sees(self, key: str, **values: Any) -> None:
        """Wait until the screen says this."""
        self.person.wait_for(self.words(key, **values), PATIENCE)

    def reads(self, words: str) -> None:
        """Wait until the screen has these words."""
        self.person.wait_for(words, PATIENCE)

    def touches(self, key: str, beside: str = "", **values: Any) -> None:
        """Touch what says this as soon as it is there."""
        self.touches_on(self.words(key, **values), beside)

    def touches_on(self, words: str, beside: str = "") -> None:
        """Touch what says these words, or begins with them, as soon as it is there."""
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end and not self.can_touch(words, beside):
            self.person.wait()
            time.sleep(0.005)
        self.person.touch(words, beside)

    def finds(self, key: str, **values: Any) -> None:
        """Wait until something that says this can be touched."""
        words, end = self.words(key, **values), time.monotonic() + PATIENCE
        while not self.can_touch(words):
            assert time.monotonic() < end, f"no {words!r} to touch: {' | '.join(self.person.reads())}"
            self.person.wait()
            time.sleep(0.005)

    def can_touch(self, words: str, beside: str = "") -> bool:
        """Return whether something that says these words can be touched."""
        return any(box.says.startswith(words) and beside in {"", box.beside} for box in self.person.controls())

    def types(self, text: str) -> None:
        """Touch the keys of these letters; those the language lacks stand behind one key."""
        for letter in text:
            key = self.words("key.space") if letter == " " else letter
            self.touches_on(key)

    def shows(self, *inputs: Any) -> None:
        """Lay down a card, or scan."""
        self.run.gives(*inputs)
        self.run.entries()
        self.person.wait(3)

    def passes(self, seconds: float) -> None:
        """Let time pass."""
        self.run.clock.advance(round(seconds * 1000))
        self.app._tell()
        self.person.wait(2)

    # --- What came of it

    def bodies(self, kind: str) -> list[dict[str, Any]]:
        """Return what the journal has of a kind."""
        return [wire["body"] for wire in self.run.entries() if wire["kind"] == kind]

    def loses_power(self, folder: Path, minutes: int = 7) -> None:
        """Cut the power now and give it back: what the file holds at this moment is all there is."""
        self.run.desk.ask(lambda _: shutil.copytree(self.run.path.parent, folder))
        clock = SimulatedClock(self.run.clock.wall_ms + minutes * 60_000, boot="2" * 32)
        self.run.desk.stop()
        self.serves(DeskRun(folder / "station.db", clock=clock, furnished=True))
