"""Letters to type: the keys, and the line they fill. Only fingers type here, no keyboard that is plugged in."""

from __future__ import annotations

import math
from collections.abc import Callable

from kiosk.ui import layouts
from kiosk.ui.theme import CARD, INK, MAIN, OUTLINE, PRESSED, SOFT, WAITING, Kind, Rect, Role, Shape
from kiosk.ui.widgets.box import Box, Stage
from kiosk.ui.widgets.touchable import Touchable
from kiosk.ui.widgets.words import Icon, TypedWords, Words, width_anew, width_of

_GAP = {Kind.WIDE_LARGE: 8, Kind.WIDE_SMALL: 4, Kind.TALL_LARGE: 6, Kind.TALL_SMALL: 4}
_ROW = {Kind.WIDE_LARGE: 80, Kind.WIDE_SMALL: 68, Kind.TALL_LARGE: 96, Kind.TALL_SMALL: 68}
"""How high a row is with its gap, in pixels."""

_GAP_IN_REACH = 2
"""The window's pixels a row is higher in reach mode than what can be touched must be."""

LEAST_KEY = 39
"""The least width of a key in pixels, on the narrow window: 7.5 mm on a 7-inch screen, wider than on a telephone."""


class Keyboard(Box):
    """The keys of the language spoken now: letters, and behind one key digits, marks and the neighbours' letters.

    On the low window (800x480), and lying with larger text, there are three rows, with the space bar beside the last
    letters; else four. All keys are at least 64 pixels high. `write` gets each letter, `erase` the key for it.
    """

    def __init__(self, stage: Stage, rect: Rect, write: Callable[[str], None], erase: Callable[[], None]) -> None:
        super().__init__(stage, rect)
        self._write, self._erase = write, erase
        self._show(signs=False)

    @staticmethod
    def height(stage: Stage) -> float:
        """Return the pixels the keys take."""
        return _row(stage.shape) * (3 if _is_low(stage) else 4)

    @staticmethod
    def place(stage: Stage, bottom: float) -> Rect:
        """Return the place of the keys above `bottom`: small windows give them their whole width, but for the room of
        the buttons that turn pages.
        """
        shape = stage.shape
        height = Keyboard.height(stage)
        side = shape.margin if shape.kind is Kind.WIDE_LARGE else 4
        right = shape.margin + shape.side if shape.side else side
        return Rect(side, bottom - height, shape.width - side - right, height)

    def _show(self, *, signs: bool) -> None:
        self.empty()
        rows = layouts.rows(self.stage.tr.language, signs=signs, low=_is_low(self.stage))
        wide = layouts.columns(rows)
        for at, row in enumerate(rows):
            top, bottom = (round(self.rect.y + self.rect.h * n / len(rows)) for n in (at, at + 1))
            left = (wide - sum(key.columns for key in row)) / 2
            for key in row:
                here, next_ = (round(self.rect.x + self.rect.w * n / wide) for n in (left, left + key.columns))
                self.add(self._key(Rect(here, top, next_ - here, bottom - top), key.name))
                left += key.columns

    def _key(self, place: Rect, name: str) -> KeyCap:
        tr = self.stage.tr
        acts: dict[str, tuple[str, Callable[[], None]]] = {
            layouts.ERASE: (tr("key.erase"), self._erase),
            layouts.SPACE: (tr("key.space"), lambda: self._write(" ")),
            layouts.SIGNS: ("123", lambda: self._show(signs=True)),
            layouts.LETTERS: (tr("key.letters"), lambda: self._show(signs=False)),
        }
        says, act = acts.get(name, (name, lambda: self._write(name)))
        return KeyCap(self.stage, place, name, says, act)


class KeyCap(Touchable):
    """One key. The gap around it can be touched too: no finger falls between two keys."""

    narrow = True

    def __init__(self, stage: Stage, rect: Rect, name: str, says: str, act: Callable[[], None]) -> None:
        super().__init__(stage, rect, says, act)
        self._is_letter = len(name) == 1
        cap = rect.inset(_GAP[stage.shape.kind] / 2)
        self._ground, _ = self.frame(cap, self._colour(), OUTLINE, stage.shape.radius * 0.75)
        if name == layouts.SPACE:
            self._bracket(cap)
        elif name == layouts.ERASE:
            size = 28 if stage.shape.large else 24
            self.add(Icon(stage, cap, "delete", size, INK))
        else:
            role: Role = "body" if self._is_letter else "small"
            place = cap.inset(2)
            if stage.shape.text > 1:  # a key keeps its height, and its letter takes all of it
                place = Rect(cap.x, rect.y, cap.w, rect.h)
                role = "body" if self._is_letter else "code"
            self.add(Words(stage, place, says, role, 600, INK, "center", most=1))

    def look(self) -> None:
        """Tint the key under a finger."""
        self._ground.rgba = self.rgba(PRESSED if self.down else self._colour())

    def _colour(self) -> str:
        return CARD if self._is_letter else WAITING

    def _bracket(self, cap: Rect) -> None:
        """Draw the sign for a space: a flat bowl."""
        width = min(cap.w * 0.5, 160)
        left, low = cap.x + (cap.w - width) / 2, cap.y + cap.h * 0.6
        for part in (Rect(left, low - 8, 2, 8), Rect(left + width - 2, low - 8, 2, 8), Rect(left, low, width, 2)):
            self.fill(part, INK)


class Field(Box):
    """The line somebody writes in: an icon, the text with a mark at its end, or `hint` while it is empty.

    Of a text that is too long, the end is shown. Several `lines` break it into that many.
    """

    def __init__(self, stage: Stage, rect: Rect, icon: str, hint: str, lines: int = 1) -> None:
        super().__init__(stage, rect)
        self._icon, self._hint, self._lines = icon, hint, lines
        self._text = self._note = ""
        self.show("")

    @staticmethod
    def holds(stage: Stage, width: float, hint: str) -> bool:
        """Return whether `hint` stands on one line of a field so wide, as large as was chosen."""
        size, pad = (32, 24) if stage.shape.large else (26, 14)
        room = width - 2 * pad - size - pad * 0.6 - 8
        return width_of(hint, round(stage.shape.sizes.of("body")), 400) <= room

    def take_apart(self) -> None:
        """Forget what was shown, and let go of everything inside."""
        self._text = ""
        super().take_apart()

    def note(self, note: str) -> None:
        """Show a few words at the right end of the line, or none."""
        if note != self._note:
            self._note = note
            self.show(self._text)

    def show(self, text: str) -> None:
        """Show `text` as written so far."""
        self._text = text
        self.wipe()
        self.empty()
        stage, shape = self.stage, self.stage.shape
        self.frame(self.rect, CARD, MAIN, shape.radius)
        size, pad = (32, 24) if shape.large else (26, 14)
        room = self.rect.inset(pad, 4)
        if self._icon:
            self.add(Icon(stage, room.left_part(size).top_part(min(room.h, 64)), self._icon, size, INK))
            room = room.after(size + pad * 0.6)
        if self._note:
            wide = min(room.w * 0.4, width_of(self._note, shape.sizes.small, 400) + 4)
            self.add(Words(stage, room.right_part(wide), self._note, "small", 400, SOFT, "right", most=1))
            room = room.before(wide + 12)
        if self._lines > 1:
            room = room.inset(0, 8)
            kind = TypedWords if text else Words
            self.add(kind(stage, room, f"{text}|" if text else self._hint, "body", 400, INK if text else SOFT,
                          valign="top", most=self._lines))  # fmt: skip
            return
        if not text:
            self._mark(room.x)
            most = 1 if shape.text <= 1 else 2
            self.add(Words(stage, room.after(8), self._hint, "body", 400, SOFT, most=most))
            return
        type_size = shape.sizes.of("body")
        shown = text
        while len(shown) > 1 and width_anew(shown, type_size, 400) > room.w - 8:
            shown = shown[1:]
        self.add(TypedWords(stage, room, shown, "body", 400, INK, most=1))
        self._mark(room.x + width_anew(shown, type_size, 400) + 3)

    def _mark(self, x: float) -> None:
        """Draw where the next letter will stand."""
        height = self.stage.shape.sizes.of("body") * 1.3
        self.fill(Rect(x, self.rect.y + (self.rect.h - height) / 2, 2, height), MAIN)


def _is_low(stage: Stage) -> bool:
    shape = stage.shape
    return shape.kind is Kind.WIDE_SMALL or (shape.text > 1 and shape.flat)


def _row(shape: Shape) -> float:
    """Return how high a row is with its gap. With larger text the keys stay as they are, and their letters grow: the
    line that is written and all keys are seen at once. In reach mode rows are as low as fingers allow, so that
    many stand below the middle.
    """
    if shape.reach:
        return math.ceil(shape.key) + (_GAP_IN_REACH / shape.zoom if shape.text <= 1 else 0)
    if shape.text <= 1:
        return _ROW[shape.kind]
    return math.ceil(shape.key * (1 if shape.flat else 1.3))
