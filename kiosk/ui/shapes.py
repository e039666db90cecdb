"""Type, space and the fixed places of every window shape. The one place for measures; no Kivy.

All measures are in pixels of a *canvas*, which is drawn `zoom` times as large. On three windows of ordinary text the
canvas is the window. Larger text is a smaller canvas drawn larger, and as high as its words need: what is under the
window's edge is paged through (see `viewport`).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, StrEnum, auto
from typing import Literal

from kiosk.ui.places import Rect, split

Role = Literal["invitation", "big", "title", "body", "small", "micro", "code"]
Weight = Literal[400, 600]

TEXTS: tuple[float, ...] = (1.0, 1.4, 2.0)
"""The text sizes there are to choose from."""

_NARROW = 460

_LARGE_TOUCH, _SMALL_TOUCH = 72, 64
_LARGE_FROM = 700

FOLDED_FROM = 1.3
"""From this text size up the panel of the visit folds away and the main button grows."""


class Kind(StrEnum):
    """The four layouts: which way the canvas lies and how much room there is."""

    WIDE_LARGE = "wide-large"
    WIDE_SMALL = "wide-small"
    TALL_LARGE = "tall-large"
    TALL_SMALL = "tall-small"


class Foot(Enum):
    """Where the further buttons stand."""

    BESIDE = auto()
    """As the boards have it: beside the main button in landscape, in a row above it in portrait."""
    GROWN = auto()
    """Beside the main button, which has grown to the left."""
    LAST = auto()
    """Under each other at the end of what is read; the main button is as wide as the window."""


@dataclass(frozen=True, slots=True)
class Sizes:
    """Type sizes in pixels of the canvas."""

    invitation: float
    big: float
    title: float
    body: float
    small: float
    micro: float
    code: float = 16
    least: float = 17

    def of(self, role: Role) -> float:
        """Return the size of a role."""
        return float(getattr(self, role))


@dataclass(frozen=True, slots=True)
class Shape:
    """All measures of one window. `touch` is the least height of what can be touched.

    `deep` is the window's height in its own pixels (0: as the canvas), `side` the room kept free at the right for the
    buttons that turn pages, `tools` the room at the left of the button that reach mode needs in landscape (`flat`).
    """

    kind: Kind
    width: float
    height: float
    margin: float
    gutter: float
    status: float
    top: float
    pad: float
    touch: float
    radius: float
    panel_radius: float
    icon: float
    button: float
    bottom_gap: float
    sizes: Sizes
    zoom: float = 1.0
    deep: float = 0
    text: float = 1.0
    reach: bool = False
    foot: Foot = Foot.BESIDE
    side: float = 0
    tools: float = 0
    main_width: float = 0
    flat: bool = True

    @property
    def wide(self) -> bool:
        """Whether the canvas is laid out wider than high."""
        return self.kind in {Kind.WIDE_LARGE, Kind.WIDE_SMALL}

    @property
    def large(self) -> bool:
        """Whether there is room for the large type."""
        return self.kind in {Kind.WIDE_LARGE, Kind.TALL_LARGE}

    @property
    def narrow(self) -> bool:
        """Whether larger text leaves the width of one column only, also for what is small."""
        return self.text > 1 and self.width < _NARROW

    @property
    def key(self) -> float:
        """The least height of a key among keys: with larger text as high on the window as with ordinary."""
        if self.text <= 1:
            return self.touch
        large = min(self.width * self.zoom, self.depth) >= _LARGE_FROM
        return min(self.touch, (_LARGE_TOUCH if large else _SMALL_TOUCH) / self.zoom)

    @property
    def window(self) -> Rect:
        """The whole canvas."""
        return Rect(0, 0, self.width, self.height)

    @property
    def column(self) -> float:
        """The width of one column of the grid."""
        columns = {Kind.WIDE_LARGE: 3, Kind.WIDE_SMALL: 2}.get(self.kind, 1)
        return (self._inner - (columns - 1) * self.gutter) / columns

    @property
    def _inner(self) -> float:
        return self.width - 2 * self.margin - self.side

    @property
    def main(self) -> Rect:
        """Where the main button always is: bottom right in landscape, the full width at the bottom in portrait."""
        y = self.height - self.bottom_gap - self.button
        room = self.width - 2 * self.margin - self.tools
        width = {Foot.BESIDE: self.main_width or self.column, Foot.GROWN: round(room * 0.565), Foot.LAST: room}
        wide = min(room, width[self.foot])
        return Rect(self.width - self.margin - wide, y, wide, self.button)

    def others(self, count: int) -> tuple[Rect, ...]:
        """Return the places of the further buttons, from the left, or from the top."""
        if count == 0:
            return ()
        if self.foot is Foot.LAST:
            row = self.button + self._row_gap
            first = self.foot_top - self._row_gap - count * row
            return tuple(Rect(self.margin, first + at * row, self._inner, self.button) for at in range(count))
        if not self.wide:
            tools = self.tool_row
            room = self._row() if tools is None else self._row().before(tools.w + self.gutter)
            return split(room, count, self.gutter)
        main = self.main
        if self.kind is Kind.WIDE_LARGE:
            step = self.column + self.gutter
            return tuple(Rect(self.margin + i * step, main.y, self.column, self.button) for i in range(count))
        left = self.margin + self.tools
        whole = Rect(left, main.y, main.x - self.gutter - left, self.button)
        if count == 1:
            return (whole,)
        first = round(whole.w * (0.5 if self.tools else 0.4))
        return (whole.left_part(first), whole.after(first + self.gutter))

    @property
    def _row_gap(self) -> float:
        return max(8.0, self.gutter)

    def _row(self) -> Rect:
        main, height = self.main, self.button - 8 if self.large else self.button
        gap = 24 if self.large else 16
        return Rect(self.margin, main.y - gap - height, self.column, height)

    @property
    def tool_row(self) -> Rect | None:
        """Where reach mode has the buttons of the line at the top, in portrait: beside the further buttons."""
        if not self.reach or self.flat:
            return None
        row = self._row()
        if self.foot is Foot.LAST:
            return row
        return row.right_part(round(row.w * 0.5))

    @property
    def tools_place(self) -> Rect | None:
        """Where reach mode has the buttons of the line at the top, in the window's pixels."""
        if not self.reach:
            return None
        place = Rect(self.margin, self.main.y, self.tools - self.gutter, self.button) if self.flat else self.tool_row
        return None if place is None else self.on_window(place).moved(self.lift)

    @property
    def lift(self) -> float:
        """How many of the window's pixels lower than on the canvas the foot is drawn; below 0 on a higher canvas."""
        return self.depth - self.height * self.zoom

    @property
    def higher(self) -> bool:
        """Whether the canvas is higher than the window: not all that is said has room on it at once."""
        return self.lift < -1

    @property
    def foot_top(self) -> float:
        """The y where the buttons at the foot begin that are there on every screen."""
        row = self.tool_row
        return self.main.y if row is None else row.y

    def content(self, others: int = 0) -> Rect:
        """Return the room between the status line and the buttons, when there are so many beside the main one."""
        foot = min([self.foot_top, *(rect.y for rect in self.others(others))])
        if self.foot is Foot.LAST:
            return Rect(self.margin, self.top, self._inner, foot - self._row_gap - self.top)
        gap = 24 if self.wide and self.large else 16 if not self.large else 32 if not others else 24
        return Rect(self.margin, self.top, self._inner, foot - gap - self.top)

    @property
    def whole(self) -> Rect:
        """The room under the status line when there are no buttons at all."""
        if self.reach:
            return self.content()
        return Rect(self.margin, self.top, self._inner, self.main.bottom - self.top)

    @property
    def visit_panel(self) -> Rect:
        """Where "this visit" stands; only the large landscape has room for it."""
        return self.content().left_part(self.column)

    def on_window(self, rect: Rect) -> Rect:
        """Return where a rectangle of the canvas is drawn, in the window's pixels."""
        zoom = self.zoom
        return rect if zoom == 1 else Rect(rect.x * zoom, rect.y * zoom, rect.w * zoom, rect.h * zoom)

    @property
    def depth(self) -> float:
        """The window's height in its own pixels."""
        return self.deep or self.height


_LARGE = Sizes(72, 56, 40, 28, 22, 18)
_SMALL = Sizes(44, 38, 30, 22, 18, 16, 14, 15)
_MIDDLE_FROM = 560
_MIDDLE_HIGH = 525


def shape_for(width: int, height: int) -> Shape:
    """Return the measures for a window of that size at ordinary text.

    It is large from 700 pixels at the short side. A landscape between (1024x600) has a grid of its own of 896x525:
    more room than the 7-inch's 800x480, and larger type.
    """
    large = min(width, height) >= _LARGE_FROM
    if width >= height:
        if large:
            return Shape(Kind.WIDE_LARGE, width, height, 48, 16, 72, 104, 24, 72, 16, 24, 32, 80, 32, _LARGE)
        if height >= _MIDDLE_FROM:
            zoom = height / _MIDDLE_HIGH
            return Shape(Kind.WIDE_SMALL, width / zoom, _MIDDLE_HIGH, 32, 16, 64, 84, 16, 64, 14, 20, 28, 66, 20,
                         _SMALL, zoom=zoom, deep=height)  # fmt: skip
        return Shape(Kind.WIDE_SMALL, width, height, 24, 16, 64, 80, 16, 64, 12, 16, 28, 64, 16, _SMALL)
    if large:
        return Shape(Kind.TALL_LARGE, width, height, 40, 16, 72, 112, 24, 72, 16, 24, 32, 88, 40, _LARGE, flat=False)
    return Shape(Kind.TALL_SMALL, width, height, 24, 12, 64, 80, 16, 64, 12, 16, 28, 64, 16, _SMALL, flat=False)


SHAPES: tuple[tuple[int, int], ...] = ((1280, 800), (1024, 600), (800, 480), (720, 1280))
"""The window sizes every screen is drawn and tested in."""
