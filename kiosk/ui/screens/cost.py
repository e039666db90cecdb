"""What a thing costs elsewhere, and what the answer comes to: the white panel of board 08."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from kiosk.desk.views_impact import InsteadView
from kiosk.ui.money import co2e, kroner, number
from kiosk.ui.theme import INK, SOFT, Rect, Role, Weight
from kiosk.ui.widgets.bars import Axis, RangeBar, scale_for
from kiosk.ui.widgets.box import Box, Stage
from kiosk.ui.widgets.panel import Line, Panel
from kiosk.ui.widgets.words import Icon, Words, measure
from lending.impact import Instead, Span

_LARGER_LINES = 5
"""Lines a row of the foot may have with larger text: more than any language needs, so that nothing is cut."""
_SMALLEST = 0.6
"""What the sum above the bars keeps of its height where the rows below need it."""
_COUNTED = frozenset({None, Instead.BOUGHT, Instead.RENTED})
"""Before an answer, and after these, kroner are told."""


@dataclass(frozen=True, slots=True)
class _Part:
    """Something the panel says: how high it is with the air above it, and what puts it into its place."""

    high: float
    put: Callable[[Rect], None]


class CostPanel(Box):
    """What it is about at the top, bars in the middle, at the foot how often it was lent and, last, CO2e.

    `left_out` tells whether the bars or a row of the foot had no room; the ends of the scale go before.
    """

    def __init__(self, stage: Stage, rect: Rect, view: InsteadView) -> None:
        super().__init__(stage, rect)
        self._view, self._large = view, stage.shape.large
        self.left_out = False
        inner = _inner(stage, rect)
        self._fill_with(inner, self._head(inner.w), self._bars(inner.w), self._foot(inner.w))

    @staticmethod
    def height(stage: Stage, width: float, view: InsteadView) -> float:
        """Return the pixels that all of a panel so wide takes."""
        tried = CostPanel(stage, Rect(0, 0, width, 2000), view)
        inner = _inner(stage, tried.rect)
        parts = [*tried._head(inner.w), *tried._bars(inner.w), *tried._foot(inner.w)]
        tried.take_apart()
        return sum(part.high for part in parts) + tried.rect.h - inner.h

    def _fill_with(self, inner: Rect, head: list[_Part], bars: list[_Part], foot: list[_Part]) -> None:
        self.add(Panel(self.stage, self.rect))
        foot = self._beside(head, foot, inner.h)
        tall = sum(part.high for part in foot)
        room = inner.h - tall - sum(part.high for part in head)
        if sum(part.high for part in bars) > room + 1:
            bars = bars[:-1]
        if sum(part.high for part in bars) > room + 1:
            bars, self.left_out = [], True
        y = inner.y
        for part in (*head, *bars):
            part.put(Rect(inner.x, y, inner.w, max(0.0, min(part.high, inner.bottom - tall - y))))
            y += part.high
        y = inner.bottom - tall
        for part in foot:
            part.put(Rect(inner.x, y, inner.w, part.high))
            y += part.high

    def _beside(self, head: list[_Part], foot: list[_Part], high: float) -> list[_Part]:
        """Return the rows of `foot` that have room under `head`, whose last line may get smaller: what is told last
        goes first.
        """
        least = sum(part.high for part in head) - head[-1].high * (1 - _SMALLEST)
        while len(foot) > 1 and least + sum(part.high for part in foot) > high + 1:
            foot, self.left_out = foot[:-1], True
        return foot if len(foot) > 1 else []  # the line alone divides nothing

    # --- The parts, from the top

    def _head(self, width: float) -> list[_Part]:
        view, tr = self._view, self.stage.tr
        if view.chose not in _COUNTED:
            return [
                self._words(tr("instead.thanks"), "body", 600, width),
                self._words(tr(f"instead.{view.chose}_text"), "small", 400, width, 8),
            ]
        parts = [self._words(tr("instead.free" if view.chose is None else "instead.saved"), "body", 600, width)]
        if view.chose is not None and view.saved is not None:
            parts.append(self._words(kroner(tr, view.saved), "title", 600, width, most=1))
        return parts

    def _words(self, text: str, role: Role, weight: Weight, width: float, air: float = 0, most: int = 0) -> _Part:
        high = measure(self.stage, text, (width, 1000), role, weight, most).height + 1 + air

        def put(room: Rect) -> None:
            self.add(Words(self.stage, room.below(air), text, role, weight, INK, "left", "top", most))

        return _Part(high, put)

    def _bars(self, width: float) -> list[_Part]:
        """Return a part for each bar, and last the ends of their scale; none where nothing is known or told."""
        view, tr, stage = self._view, self.stage.tr, self.stage
        told = (
            (tr("instead.rent_for", n=view.rent_days), view.rent, view.chose is Instead.RENTED),
            (tr("instead.buy_new"), view.buy, view.chose is Instead.BOUGHT),
        )
        known = [(says, span, chosen) for says, span, chosen in told if span is not None]
        if view.chose not in _COUNTED or not known:
            return []
        scale = scale_for(max(span.high for _, span, _ in known))
        first, next_ = (16.0, 14.0) if self._large else (6.0, 8.0)
        bars = [self._bar(*one, scale, width, next_ if at else first) for at, one in enumerate(known)]
        return [*bars, _Part(Axis.height(stage), lambda room: self.add(Axis(stage, room, scale)))]

    def _bar(self, says: str, span: Span, chosen: bool, scale: int, width: float, air: float) -> _Part:  # noqa: FBT001
        high = RangeBar.height(self.stage, width, says, span, chosen=chosen)
        return _Part(
            high + air,
            lambda room: self.add(RangeBar(self.stage, room.bottom_part(high), says, span, scale, chosen=chosen)),
        )

    def _foot(self, width: float) -> list[_Part]:
        view, tr, large = self._view, self.stage.tr, self._large
        rows: list[_Part] = []
        if view.uses:
            rows.append(
                self._row("repeat", tr("instead.uses", n=view.uses, count=number(tr, view.uses)), 1, INK, width)
            )
        if view.chose is Instead.BOUGHT and view.co2e is not None:
            amount, source = co2e(tr, view.co2e), view.co2e_source
            key = "instead.co2e_from" if source else "instead.co2e"
            rows.append(self._row("leaf", tr(key, amount=amount, source=source), 2, SOFT, width))
        if not rows:
            return []
        above, below = (8, 10) if large else (4, 4)
        line = _Part(above + below, lambda room: self.add(Line(self.stage, room.below(above).top_part(1))))
        return [line, *rows]

    def _row(self, icon: str, says: str, lines: int, colour: str, width: float) -> _Part:
        stage, size = self.stage, 28 if self._large else 22
        room = (width - size - 12, 400)
        most = lines if stage.shape.text <= 1 else _LARGER_LINES
        if measure(stage, says, room, "small", 400, most).cut:
            most += 1
        high = measure(stage, says, room, "small", 400, most).height + (12 if self._large else 6)

        def put(room: Rect) -> None:
            self.add(Icon(stage, room.left_part(size), icon, size, INK))
            self.add(Words(stage, room.after(size + 12), says, "small", 400, colour, most=most))

        return _Part(high, put)


def _inner(stage: Stage, rect: Rect) -> Rect:
    return rect.inset(stage.shape.pad, stage.shape.pad * 0.75)
