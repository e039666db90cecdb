"""The buttons: the one main button, the second ones, and small ones in rows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from kiosk.ui.theme import (
    CARD,
    INK,
    MAIN,
    ON_ATTENTION,
    ON_MAIN,
    OUTLINE,
    PRESSED,
    PRESSED_ATTENTION,
    PRESSED_MAIN,
    PRESSED_WAITING,
    SOFT,
    WAITING,
    Rect,
    Role,
)
from kiosk.ui.widgets.box import Box, Stage
from kiosk.ui.widgets.touchable import Touchable
from kiosk.ui.widgets.words import Icon, Words, measure


@dataclass(frozen=True, slots=True)
class Paint:
    """How a button looks: ground, edge, words, and the ground under a finger."""

    ground: str
    edge: str
    words: str
    pressed: str


MAIN_PAINT = Paint(MAIN, MAIN, ON_MAIN, PRESSED_MAIN)
WAITING_PAINT = Paint(WAITING, WAITING, SOFT, PRESSED_WAITING)
SECOND_PAINT = Paint(CARD, OUTLINE, INK, PRESSED)
STAY_PAINT = Paint(ON_ATTENTION, ON_ATTENTION, ON_MAIN, PRESSED_ATTENTION)


_NARROW = 130
"""Pixels up to which a button's words come near its edge."""

_SHRUNK = 0.9
"""Words that would be smaller than so much of their size beside an icon stand without it."""


class Button(Touchable):
    """An icon and words on a rounded ground. `drawn` is smaller than what can be touched, if given."""

    def __init__(self, stage: Stage, rect: Rect, icon: str, text: str, act: Callable[[], None],
                 paint: Paint = SECOND_PAINT, role: Role = "body", drawn: Rect | None = None,
                 icon_last: bool = False, beside: str = "") -> None:  # noqa: FBT001, FBT002  # fmt: skip
        super().__init__(stage, rect, text, act, beside)
        self.drawn = drawn or rect
        self._role = role
        self._icon_last = icon_last
        self._paint = paint
        self.show(icon, text, paint)

    def show(self, icon: str, text: str, paint: Paint) -> None:
        """Show other words from now on."""
        self.says = text
        self._paint = paint
        self.empty()
        self.wipe()
        self._ground, _ = self.frame(self.drawn, paint.ground, paint.edge, self.stage.shape.radius)
        self.add(*self._face(icon, text, paint))

    @property
    def waits(self) -> bool:
        """Whether it asks for nothing yet, and says so: it has no edge then."""
        return self._paint.ground == WAITING

    def look(self) -> None:
        """Darken or tint the ground under a finger."""
        self._ground.rgba = self.rgba(self._paint.pressed if self.down else self._paint.ground)

    @staticmethod
    def folds(stage: Stage, rect: Rect, text: str, role: Role) -> bool:
        """Return whether such a button does without its icon, or breaks words in two for it needlessly."""
        size, gap = (32, 12) if stage.shape.large else (28, 8)
        room = rect.inset(16 if stage.shape.large else 10 if rect.w > _NARROW else 4, 4)
        alone = measure(stage, text, (room.w, room.h), role, 600, most=2)
        beside = measure(stage, text, (room.w - size - gap, room.h), role, 600, most=2)
        small = beside.cut or beside.size < stage.shape.sizes.of(role) * _SHRUNK
        return len(alone.lines) == 1 < len(beside.lines) or (small and (beside.cut or alone.size > beside.size))

    def _face(self, icon: str, text: str, paint: Paint) -> list[Box]:
        stage, large = self.stage, self.stage.shape.large
        size = (32 if large else 28) if self._role == "body" else (26 if large else 22)
        gap = 12 if large else 8
        room = self.drawn.inset(16 if large else 10 if self.drawn.w > _NARROW else 4, 4)
        if measure(stage, text, (room.w, room.h), self._role, 600, most=2).cut:
            room = self.drawn.inset(4)
        if not icon:
            return [Words(stage, room, text, self._role, 600, paint.words, "center", most=2)]
        fitted = measure(stage, text, (room.w - size - gap, room.h), self._role, 600, most=2)
        usual = stage.shape.sizes.of(self._role)
        if fitted.cut or fitted.size < usual * _SHRUNK:
            alone = measure(stage, text, (room.w, room.h), self._role, 600, most=2)
            if fitted.cut or alone.size > fitted.size:
                return [Words(stage, room, text, self._role, 600, paint.words, "center", most=2)]
        width = fitted.width + size + gap
        left = room.x + (room.w - width) / 2
        words = Rect(left if self._icon_last else left + size + gap, room.y, fitted.width + 1, room.h)
        mark = Rect(words.right + gap - 1 if self._icon_last else left, room.y, size, room.h)
        align = "center"
        factor = fitted.size / stage.shape.sizes.of(self._role)
        return [
            Icon(stage, mark, icon, size, paint.words),
            Words(stage, words, text, self._role, 600, paint.words, align, most=2, factor=factor),
        ]


def main_button(stage: Stage, icon: str, text: str, act: Callable[[], None], *, icon_last: bool = False) -> Button:
    """Return the one main button, at its fixed place."""
    return Button(stage, stage.shape.main, icon, text, act, MAIN_PAINT, icon_last=icon_last)


def second_button(stage: Stage, rect: Rect, icon: str, text: str, act: Callable[[], None]) -> Button:
    """Return a further button, white with an edge."""
    return Button(stage, rect, icon, text, act, SECOND_PAINT, role_of_second(stage, rect))


def role_of_second(stage: Stage, rect: Rect) -> Role:
    """Return the type of a further button's words."""
    return "body" if rect.w >= 300 or not stage.shape.large else "small"  # noqa: PLR2004


def row_button(stage: Stage, rect: Rect, icon: str, text: str, act: Callable[[], None]) -> Button:
    """Return a button that stands in a row."""
    return Button(stage, rect, icon, text, act, SECOND_PAINT, "small")
