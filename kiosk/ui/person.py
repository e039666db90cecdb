"""A person at the screen: reads, touches, takes pictures. For the demo tour and the tests."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path
from typing import Any

from kivy.base import EventLoop
from kivy.input.motionevent import MotionEvent

from kiosk.ui.app import KioskApp
from kiosk.ui.glass import NEW_SCREEN_SECONDS, SAME_SPOT_PIXELS
from kiosk.ui.theme import Rect
from kiosk.ui.widgets.box import Box
from kiosk.ui.widgets.pager import PageButton
from kiosk.ui.widgets.touchable import Touchable
from kiosk.ui.widgets.words import Words

_fingers = count(1)


class NotThereError(LookupError):
    """The words are not on the screen; the text tells what is."""


class Person:
    """Somebody in front of the window of `app`. `meanwhile` runs in each turn while they wait (a station without
    threads of its own can work there).
    """

    def __init__(self, app: KioskApp, meanwhile: Callable[[], None] | None = None) -> None:
        self._app = app
        self._meanwhile = meanwhile
        self._last: tuple[float, float, float] | None = None

    # --- Looking

    def reads(self) -> tuple[str, ...]:
        """Return all words on the screen, from top to bottom, each as it stands in one place."""
        words = [box for box in self._boxes() if isinstance(box, Words) and box.text]
        words.sort(key=lambda box: (round(box.rect.y / 8), box.rect.x))
        return tuple(box.text for box in words)

    def sees(self, words: str) -> bool:
        """Return whether some text on the screen contains `words`; no space looks different from another."""
        return any(_plain(words) in _plain(text) for text in self.reads())

    def controls(self) -> tuple[Touchable, ...]:
        """Return all that can be touched."""
        return tuple(box for box in self._boxes() if isinstance(box, Touchable))

    def look(self, path: Path) -> Path:
        """Take a picture of the window."""
        self.wait(2)
        return self._app.screenshot(path)

    def _boxes(self) -> Iterator[Box]:
        scene = self._app.scene
        return iter(()) if scene is None else (placed.box for placed in scene.placed())

    # --- Touching

    def touch(self, words: str, beside: str = "") -> None:
        """Touch the control that says `words`; `beside` chooses among several ("Mangler" beside "Lader").

        Exact words come first, then words that begin so. Raises NotThereError.
        """
        self.turn_to(self.find(words, beside))
        self.touch_at(*_middle(self.place(self.find(words, beside))))

    def turn_to(self, box: Box) -> None:
        """Page through the screen, as it is paged, until `box` is seen."""
        says, beside = getattr(box, "says", ""), getattr(box, "beside", "")
        for words in ("view.back", "view.more"):
            while not self._is_seen(self.find(says, beside) if says else box):
                turns = [one for one in self.controls() if isinstance(one, PageButton)]
                turn = next((one for one in turns if one.says == self._app.tr(words)), None)
                if turn is None:
                    break
                self.touch_at(*_middle(self.place(turn)))

    def _is_seen(self, box: Box) -> bool:
        scene = self._app.scene
        for placed in () if scene is None else scene.placed():
            if placed.box is box:
                x, y = _middle(placed.rect)
                return placed.is_at(x, y)
        return True

    def place(self, box: Box) -> Rect:
        """Return where `box` is on the window, in its pixels. Raises NotThereError if it is not there any more."""
        scene = self._app.scene
        for placed in () if scene is None else scene.placed():
            if placed.box is box:
                return placed.rect
        raise NotThereError("this is no longer on the screen")

    def find(self, words: str, beside: str = "") -> Touchable:
        """Return the control that says `words`; raises NotThereError."""
        there = [box for box in self.controls() if beside in {"", box.beside}]
        exact = [box for box in there if box.says == words]
        for box in (*exact, *(box for box in there if box.says.startswith(words))):
            return box
        can = ", ".join(sorted({box.says for box in self.controls()}))
        raise NotThereError(f"no {words!r} to touch; there is: {can}. The screen reads: {' | '.join(self.reads())}")

    def touch_at(self, x: float, y: float) -> None:
        """Put a finger down at that pixel, counted from the upper left, and lift it. As people do, not twice at
        once at the same spot.
        """
        self._take_time(x, y)
        self.lift(self.press(x, y))
        self._last = (x, y, time.monotonic())
        self.wait(1)

    def press(self, x: float, y: float) -> Finger:
        """Put a finger down and leave it there; `lift` takes it away."""
        finger = Finger(x, y)
        finger.begin()
        self.wait(1)
        return finger

    def lift(self, finger: Finger) -> None:
        """Take a finger away from where it is."""
        finger.end()
        self.wait(1)

    # --- Waiting

    def wait(self, frames: int = 1) -> None:
        """Let so many turns of the loop pass."""
        for _ in range(frames):
            if self._meanwhile is not None:
                self._meanwhile()
            self._app.step()

    def wait_for(self, words: str, seconds: float = 5.0) -> None:
        """Wait until the screen reads `words`; raises NotThereError after `seconds`."""
        end = time.monotonic() + seconds
        while not self.sees(words):
            if time.monotonic() > end:
                raise NotThereError(f"no {words!r} after {seconds} s. The screen reads: {' | '.join(self.reads())}")
            self.wait()
            time.sleep(0.005)

    def _take_time(self, x: float, y: float) -> None:
        if self._last is None or abs(self._last[0] - x) + abs(self._last[1] - y) > 2 * SAME_SPOT_PIXELS:
            return
        while time.monotonic() - self._last[2] < NEW_SCREEN_SECONDS + 0.05:
            self.wait()
            time.sleep(0.005)


class _Hand:
    """Hands the window what fingers do, in the same turn of the loop as a touchscreen would."""

    def __init__(self) -> None:
        self._felt: list[tuple[str, Finger]] = []

    def feels(self, what: str, finger: Finger) -> None:
        """Keep it for the next turn."""
        self._felt.append((what, finger))

    def update(self, dispatch_fn: Callable[[str, MotionEvent], None]) -> None:
        """Pass on what was felt; the loop calls this in each turn."""
        felt, self._felt = self._felt, []
        for what, finger in felt:
            dispatch_fn(what, finger)

    def start(self) -> None:
        """Nothing to open."""

    def stop(self) -> None:
        """Nothing to close."""


_the_hand = _Hand()


def _hand() -> _Hand:
    """Return the hand, and let the loop feel it, also one that was stopped meanwhile and let go of it."""
    EventLoop.add_input_provider(_the_hand)
    return _the_hand


class Finger(MotionEvent):  # type: ignore[misc]  # Kivy has no types
    """One finger on the glass, sent the way Kivy's own input sends it."""

    def __init__(self, x: float, y: float) -> None:
        window = EventLoop.window
        width, height = window.size
        place = {"sx": x / max(1, width - 1), "sy": 1 - y / max(1, height - 1)}
        super().__init__("person", f"finger{next(_fingers)}", place, is_touch=True, type_id="touch")

    def depack(self, args: Any) -> None:
        """Take the place, as parts of the window."""
        self.sx, self.sy = args["sx"], args["sy"]
        self.profile = ["pos"]
        super().depack(args)

    def begin(self) -> None:
        """Come down."""
        _hand().feels("begin", self)

    def slide(self, x: float, y: float) -> None:
        """Move over the glass to another place."""
        window = EventLoop.window
        width, height = window.size
        self.move({"sx": x / max(1, width - 1), "sy": 1 - y / max(1, height - 1)})
        _hand().feels("update", self)

    def end(self) -> None:
        """Lift."""
        self.update_time_end()
        _hand().feels("end", self)


def _middle(rect: Rect) -> tuple[float, float]:
    return rect.x + rect.w / 2, rect.y + rect.h / 2


def _plain(text: str) -> str:
    return text.replace("\u00a0", " ")
