"""The buttons that turn the pages of what does not fit."""

from __future__ import annotations

from collections.abc import Callable

from kiosk.ui.palette import MAIN
from kiosk.ui.places import Rect
from kiosk.ui.widgets.box import Stage
from kiosk.ui.widgets.touchable import Tile
from kiosk.ui.widgets.words import Icon, Words, measure

_LINE = 14
"""Pixels of its word at least, also where the button is as low as it may be."""


class PageButton(Tile):
    """An arrow and a word: `way` is 1 for what comes below, -1 for what is above."""

    def __init__(self, stage: Stage, rect: Rect, way: int, turn: Callable[[int], None]) -> None:
        text = stage.tr("view.more" if way > 0 else "view.back")
        super().__init__(stage, rect, text, lambda: turn(way), edge=MAIN)
        shape = stage.shape
        icon = "chevron-down" if way > 0 else "chevron-up"
        size = 26.0 if shape.zoom > 1 else 32.0
        if rect.w > 2 * rect.h:
            width = measure(stage, text, (rect.w - size - 24, rect.h), "small", 600, 1).width + 1
            left = rect.x + (rect.w - size - 8 - width) / 2
            self.add(Icon(stage, Rect(left, rect.y, size, rect.h), icon, size, MAIN))
            self.add(Words(stage, Rect(left + size + 8, rect.y, width, rect.h), text, "small", 600, MAIN, most=1))
            return
        inner = rect.inset(3)
        words = min(max(inner.h * 0.45, _LINE), 26)
        self.add(Icon(stage, inner.above(words), icon, min(size, inner.h - words), MAIN))
        self.add(Words(stage, inner.bottom_part(words), text, "micro", 600, MAIN, "center", most=1))
