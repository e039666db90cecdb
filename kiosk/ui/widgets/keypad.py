"""Digits to type: the keys, and the row of places they fill."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator

from kiosk.ui.theme import CARD, INK, MAIN, OUTLINE, WAITING, Kind, Rect, Role, split
from kiosk.ui.widgets.box import Box, Stage
from kiosk.ui.widgets.buttons import SECOND_PAINT, WAITING_PAINT, Button, Paint
from kiosk.ui.widgets.words import Icon, Words, measure

_ROWS = 4
_SHRUNK = 0.85
_FLAT = 2.6
"""Keys on a place so much wider than high stand in two rows."""
_KEYS = ("1", "2", "3", "4", "5", "6", "7", "8", "9", "", "0", "erase")
_HIGHEST = {Kind.WIDE_LARGE: 128, Kind.WIDE_SMALL: 96, Kind.TALL_LARGE: 120, Kind.TALL_SMALL: 96}


class Keypad(Box):
    """Twelve places as on a telephone: the digits, and one key that takes the last one back.

    `typed` gets each digit, `erase` the key for it. While it rests, nothing can be typed.
    """

    def __init__(self, stage: Stage, rect: Rect, typed: Callable[[str], None], erase: Callable[[], None]) -> None:
        super().__init__(stage, rect)
        self._typed, self._erase = typed, erase
        self._rests: bool | None = None
        self.rest(rests=False)

    @staticmethod
    def height(stage: Stage, room: float) -> float:
        """Return the pixels the keys take of `room`."""
        gap = _gap(stage)
        return min(room, _HIGHEST[stage.shape.kind] * _ROWS + gap * (_ROWS - 1))

    @staticmethod
    def least(stage: Stage) -> float:
        """Return the least pixels the keys take with larger text: as high on the window as with ordinary."""
        rows = 2 if stage.shape.flat else _ROWS
        return math.ceil(stage.shape.key) * rows + _row_gap(stage) * (rows - 1)

    def rest(self, *, rests: bool) -> None:
        """Let the keys rest, or take digits again."""
        if rests == self._rests:
            return
        self._rests = rests
        self.empty()
        for place, key in self._places():
            if rests:
                self.add(_RestingKey(self.stage, place, key)) if key.isdigit() else None
            elif key:
                self.add(self._key(place, key))

    def _places(self) -> Iterator[tuple[Rect, str]]:
        """Yield each key and its place: as on a telephone, or in two rows where there is only room for two."""
        gap = _gap(self.stage)
        if self.rect.w < self.rect.h * _FLAT and not _is_low(self.stage):
            return zip(split(self.rect, 3, gap, _ROWS), _KEYS, strict=True)
        keys = ("1", "2", "3", "4", "5", "", "6", "7", "8", "9", "0", "erase")
        return zip(split(self.rect, 6, gap, 2, _row_gap(self.stage)), keys, strict=True)

    def _key(self, place: Rect, key: str) -> Button:
        if key == "erase":
            return _Key(self.stage, place, "delete", self.stage.tr("key.erase"), self._erase, SECOND_PAINT, "small")
        return _Key(self.stage, place, "", key, lambda: self._typed(key), SECOND_PAINT, "title")


class _Key(Button):
    """A key that takes a digit, or the last one back; where larger words have no room, its icon says that alone."""

    narrow = True

    def _face(self, icon: str, text: str, paint: Paint) -> list[Box]:
        stage, room = self.stage, self.drawn.inset(4)
        if icon and stage.shape.text > 1:
            said = measure(stage, text, (room.w, room.h), "small", 600, 1)
            if said.cut or said.size < stage.shape.sizes.small * _SHRUNK:
                return [Icon(stage, self.drawn, icon, min(28.0, room.h), paint.words)]
        if not icon and _is_low(stage):  # a digit takes all of its key
            return [Words(stage, self.drawn, text, "title", 600, paint.words, "center", most=1)]
        return super()._face(icon, text, paint)


class _RestingKey(Box):
    """A key that takes nothing now. In high contrast only its digit is left."""

    def __init__(self, stage: Stage, rect: Rect, key: str) -> None:
        super().__init__(stage, rect)
        if not stage.palette.outlines:  # an outline says that it can be touched
            self.fill(rect, WAITING, stage.shape.radius)
        self.add(Words(stage, rect, key, "title", 600, WAITING_PAINT.words, "center", most=1))


def _gap(stage: Stage) -> int:
    return 16 if stage.shape.large else 8


def _row_gap(stage: Stage) -> int:
    shape = stage.shape
    within_reach = shape.flat and shape.reach and shape.text <= 1
    return 4 if within_reach or _is_low(stage) else _gap(stage)


def _is_low(stage: Stage) -> bool:
    """Return whether larger text leaves one column on a window that lies: there the keys stand in two rows."""
    shape = stage.shape
    return shape.text > 1 and shape.flat and not shape.wide and not shape.reach


class Places(Box):
    """What has been typed so far: a dot for each digit, or the digits themselves in `asked` boxes."""

    def __init__(self, stage: Stage, rect: Rect, asked: int = 0) -> None:
        super().__init__(stage, rect)
        self._asked = asked
        self.dots(0)

    def dots(self, count: int) -> None:
        """Show `count` dots, and nothing else of what was typed."""
        self.wipe()
        self.empty()
        self.frame(self.rect, CARD, OUTLINE, self.stage.shape.radius)
        size = 20 if self.stage.shape.large else 14
        pad = self.rect.h * 0.32
        step = min(size * 1.7, (self.rect.w - 2 * pad - size) / max(1, count - 1))
        for at in range(count):
            place = Rect(self.rect.x + pad + at * step, self.rect.y + (self.rect.h - size) / 2, size, size)
            self.disc(place, MAIN)

    def digits(self, typed: str) -> None:
        """Show `typed`, each digit in a box of its own."""
        self.wipe()
        self.empty()
        role: Role = "title"
        for at, place in enumerate(split(self.rect, self._asked, 8)):
            here = typed[at : at + 1]
            self.frame(place, CARD, MAIN if at == len(typed) else OUTLINE, self.stage.shape.radius)
            if here:
                self.add(Words(self.stage, place, here, role, 600, INK, "center", most=1))
