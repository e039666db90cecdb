"""What something is, and a word more under it."""

from __future__ import annotations

from kiosk.ui.theme import INK, SOFT, Rect, Role
from kiosk.ui.widgets.box import Box, Stage
from kiosk.ui.widgets.words import Words, measure, needed

_MOST_TITLE, _MOST_TEXT = 4, 6
"""Lines with larger text: more than anybody writes here, so that nothing is cut."""


class Pair(Box):
    """A title over a text, in the middle of `rect`; one line each, and with larger text as many as they need."""

    def __init__(self, stage: Stage, rect: Rect, title: str, text: str, usual: tuple[float, float]) -> None:
        super().__init__(stage, rect)
        grown = stage.shape.text > 1
        upper, lower = _heights(stage, rect.w, title, text) if grown else usual
        lower, most = (lower if text else 0.0), 1
        if text and not grown:
            most, high = needed(stage, text, (rect.w, max(lower, rect.h - upper)), "small")
            lower = high if most > 1 else lower
        role: Role = "body"
        if not grown and measure(stage, title, (rect.w, upper), role, 600, 1).cut:
            role, upper = (
                "small",
                max(upper, min(rect.h - lower, 2 * measure(stage, "X", (rect.w, 99), "small").height)),
            )
        top = rect.y + max(0.0, (rect.h - upper - lower) / 2)
        head = Rect(rect.x, top, rect.w, upper)
        self.add(Words(stage, head, title, role, 600, INK, most=_MOST_TITLE if grown else 1 if role == "body" else 2))
        if text:
            foot = Rect(rect.x, top + upper, rect.w, min(lower, rect.bottom - top - upper) if grown else lower)
            self.add(Words(stage, foot, text, "small", 400, SOFT, most=_MOST_TEXT if grown else most))

    @staticmethod
    def height(stage: Stage, usual: float, width: float, title: str, text: str) -> float:
        """Return the pixels a row so wide takes: the usual ones, and with larger text what its words need."""
        return usual if stage.shape.text <= 1 else max(usual, sum(_heights(stage, width, title, text)) + 8)


def _heights(stage: Stage, width: float, title: str, text: str) -> tuple[float, float]:
    upper = measure(stage, title, (width, 1000), "body", 600, _MOST_TITLE).height + 1
    return upper, measure(stage, text, (width, 1000), "small", 400, _MOST_TEXT).height + 1 if text else 0.0
