"""Places to touch that lead somewhere else, and cards that say one thing."""

from __future__ import annotations

from collections.abc import Callable

from kiosk.ui.theme import INK, MAIN, NEUTRAL_MOOD, SOFT, Mood, Rect
from kiosk.ui.widgets.box import Box, Stage
from kiosk.ui.widgets.pair import Pair
from kiosk.ui.widgets.panel import IconDisc, Panel
from kiosk.ui.widgets.touchable import Tile
from kiosk.ui.widgets.words import Icon, Words, measure


class WayTile(Tile):
    """An icon and where it leads, on white with an edge."""

    def __init__(self, stage: Stage, rect: Rect, icon: str, words: str, act: Callable[[], None]) -> None:
        super().__init__(stage, rect, words, act)
        large = stage.shape.large
        size, pad = (32, 20) if large else (26, 12)
        self.add(Icon(stage, rect.after(pad).left_part(size), icon, size, MAIN))
        room = rect.after(pad + size + (14 if large else 10)).before(10)
        self.add(Words(stage, room, words, "small", 600, INK, most=2 if stage.shape.text <= 1 else 4))


class FactCard(Box):
    """An icon on a disc (none where there is no room), what it is, and a word more; on a white card, or bare."""

    def __init__(self, stage: Stage, rect: Rect, icon: str, title: str, text: str, mood: Mood = NEUTRAL_MOOD, *,
                 bare: bool = False) -> None:  # fmt: skip
        super().__init__(stage, rect)
        large = stage.shape.large
        if not bare:
            self.add(Panel(stage, rect, stage.shape.radius))
        size = min(64 if large else 40, rect.h - 8)
        pad = 0 if bare else 20 if large else 12
        words = rect.after(pad).before(pad)
        if icon:
            self.add(IconDisc(stage, Rect(rect.x + pad, rect.y + (rect.h - size) / 2, size, size), icon, mood))
            words = words.after(size + (20 if large else 12))
        if stage.shape.text > 1:
            self.add(Pair(stage, words, title, text, (0, 0)))
            return
        room = rect.h - (0 if bare else 16 if large else 8)
        upper = measure(stage, title, (words.w, room / 2), "body", 600, 2).height + 1
        lower = measure(stage, text, (words.w, room - upper), "small", 400, 4).height + 1 if text else 0.0
        top = rect.y + (rect.h - upper - lower) / 2
        self.add(Words(stage, Rect(words.x, top, words.w, upper), title, "body", 600, INK, most=2))
        if text:
            self.add(Words(stage, Rect(words.x, top + upper, words.w, lower), text, "small", 400, SOFT, most=4))

    @staticmethod
    def height(stage: Stage, usual: float, width: float, title: str, text: str, *, bare: bool = False) -> float:
        """Return the pixels a card so wide takes: the usual ones, and with larger text what its words need."""
        return Pair.height(stage, usual, width - 52 - (0 if bare else 24), title, text)
