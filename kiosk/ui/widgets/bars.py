"""Ranges drawn on a common scale. A bar never stands without its figures."""

from __future__ import annotations

from kiosk.ui.money import kroner, number
from kiosk.ui.theme import INK, MAIN, NEUTRAL, RANGE, SOFT, Rect, Weight
from kiosk.ui.widgets.box import Box, Stage
from kiosk.ui.widgets.words import Words, measure
from lending.impact import Span

_STEPS = (1, 1.5, 2, 3, 4, 5, 6, 8, 10)


def scale_for(most: int) -> int:
    """Return the end of a scale from 0 that `most` fits into: 1, 1.5, 2, 3 … times a power of ten."""
    power: int = 10 ** (len(str(max(1, most))) - 1)
    return next(round(step * power) for step in _STEPS if step * power >= most)


class RangeBar(Box):
    """What it is, its figures at the right, and a bar from low to high. `chosen` makes it stand out."""

    def __init__(self, stage: Stage, rect: Rect, says: str, span: Span, scale: int, *, chosen: bool = False) -> None:
        super().__init__(stage, rect)
        large = stage.shape.large
        thick = 16 if large else 12
        line = rect.above(thick + (6 if large else 4))
        figures = kroner(stage.tr, span)
        weight, colour = _weight(chosen), INK if chosen else SOFT
        upper = lower = line
        if _under_each_other(stage, rect.w, says, figures, weight):
            upper, lower = line.top_part(line.h / 2), line.bottom_part(line.h / 2)
            width = lower.w
        else:
            width = measure(stage, figures, (line.w * 0.7, line.h), "small", weight, 1).width + 2
            upper = line.before(width + 8)
        self.add(
            Words(stage, upper, says, "small", weight, colour, most=1),
            Words(stage, lower.right_part(width), figures, "small", weight, INK, "right", most=1),
        )
        bar = rect.bottom_part(thick)
        self.fill(bar, NEUTRAL, thick / 2)
        left = bar.x + bar.w * min(1.0, span.low / scale)
        right = bar.x + bar.w * min(1.0, span.high / scale)
        left = min(left, bar.right - thick)
        self.fill(Rect(left, bar.y, max(thick, right - left), thick), MAIN if chosen else RANGE, thick / 2)

    @staticmethod
    def height(stage: Stage, width: float, says: str, span: Span, *, chosen: bool = False) -> float:
        """Return the pixels a bar so wide takes: the usual ones, and with larger text what its words need."""
        if stage.shape.text <= 1:
            return 50 if stage.shape.large else 38
        weight, figures = _weight(chosen), kroner(stage.tr, span)
        lines = 2 if _under_each_other(stage, width, says, figures, weight) else 1
        return lines * (measure(stage, "X", (width, 400), "small", weight, 1).height + 1) + 16


def _weight(chosen: bool) -> Weight:  # noqa: FBT001
    return 600 if chosen else 400


def _under_each_other(stage: Stage, width: float, says: str, figures: str, weight: Weight) -> bool:
    """Return whether larger words leave the figures no room on their line."""
    sizes = [measure(stage, text, (10_000, 400), "small", weight, 1).width for text in (says, figures)]
    return stage.shape.text > 1 and sum(sizes) + 12 > width


class Axis(Box):
    """The ends of the scale, small, under the bars."""

    @staticmethod
    def height(stage: Stage) -> float:
        """Return the pixels it takes."""
        if stage.shape.text > 1:
            return measure(stage, "0", (400, 400), "micro", 400, 1).height + 3
        return 26 if stage.shape.large else 20

    def __init__(self, stage: Stage, rect: Rect, scale: int) -> None:
        super().__init__(stage, rect)
        end = stage.tr("money.kroner", amount=number(stage.tr, scale))
        self.add(
            Words(stage, rect.left_part(rect.w / 2), "0", "micro", 400, SOFT, most=1),
            Words(stage, rect.right_part(rect.w / 2), end, "micro", 400, SOFT, "right", most=1),
        )
