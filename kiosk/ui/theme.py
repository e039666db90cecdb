"""Colours, type, space and the fixed places of every window shape. The one place for measures; no Kivy."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal, NamedTuple

Rgba = tuple[float, float, float, float]
Role = Literal["invitation", "big", "title", "body", "small", "micro", "code"]
Weight = Literal[400, 600]


def rgba(colour: str, alpha: float = 1.0) -> Rgba:
    """Return `#RRGGBB` as four numbers from 0 to 1; a malformed one gives the neutral disc's colour."""
    try:
        red, green, blue = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
    except ValueError:
        return rgba(NEUTRAL, alpha)
    return (red, green, blue, alpha)


# --- Colours (names as in the design's table of roles)

PAPER = "#F6F3EC"
INK = "#14211D"
CARD = "#FFFFFF"
SOFT = "#4A5A54"
MAIN = "#0B5B4C"
ON_MAIN = "#FFFFFF"
PRESSED_MAIN = "#073F35"
GOOD = "#DCEBE5"
ON_GOOD = "#0B5B4C"
ATTENTION = "#FBE9CF"
ON_ATTENTION = "#8A4B00"
STOP = "#F9DFDA"
ON_STOP = "#9A2318"
INFO = "#DCE8F3"
ON_INFO = "#1F4E79"
OUTLINE = "#857F70"
HAIRLINE = "#E3DCCD"
NEUTRAL = "#EFE9DC"
WAITING = "#E7E1D4"
PRESSED_WAITING = "#DDD6C6"
PRESSED_ATTENTION = "#6E3C00"
ROW_LINE = "#C7D9D1"

TEXT_PAIRS: tuple[tuple[str, str], ...] = (
    (INK, PAPER),
    (INK, CARD),
    (SOFT, PAPER),
    (SOFT, CARD),
    (SOFT, WAITING),
    (SOFT, GOOD),
    (ON_GOOD, PAPER),
    (ON_MAIN, MAIN),
    (ON_MAIN, PRESSED_MAIN),
    (ON_MAIN, ON_ATTENTION),
    (ON_MAIN, PRESSED_ATTENTION),
    (SOFT, PRESSED_WAITING),
    (ON_GOOD, GOOD),
    (ON_GOOD, CARD),
    (ON_GOOD, NEUTRAL),
    (INK, GOOD),
    (INK, ATTENTION),
    (INK, INFO),
    (ON_ATTENTION, ATTENTION),
    (ON_ATTENTION, CARD),
    (ON_STOP, STOP),
    (ON_INFO, INFO),
    (ON_INFO, CARD),
)
"""Every pair of text on ground that is used; each must reach 4.5 : 1."""

EDGE_PAIRS: tuple[tuple[str, str], ...] = ((OUTLINE, PAPER), (OUTLINE, CARD), (MAIN, PAPER), (ON_ATTENTION, PAPER))
"""Edges of what can be touched, on the ground beside them; each must reach 3 : 1."""


def contrast(one: str, other: str) -> float:
    """Return the WCAG 2 contrast ratio of two colours, from 1 to 21."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in rgba(colour)[:3]]  # noqa: PLR2004
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


class Mood(NamedTuple):
    """A tint and the colour that reads on it."""

    tint: str
    on: str


GOOD_MOOD = Mood(GOOD, ON_GOOD)
ATTENTION_MOOD = Mood(ATTENTION, ON_ATTENTION)
INFO_MOOD = Mood(INFO, ON_INFO)
STOP_MOOD = Mood(STOP, ON_STOP)
"""For staff and technicians only."""
NEUTRAL_MOOD = Mood(NEUTRAL, MAIN)


# --- Places


class Rect(NamedTuple):
    """A rectangle in pixels; `x`, `y` is its upper left corner, counted from the window's upper left."""

    x: float
    y: float
    w: float
    h: float

    @property
    def right(self) -> float:
        """The x just past the rectangle."""
        return self.x + self.w

    @property
    def bottom(self) -> float:
        """The y just past the rectangle."""
        return self.y + self.h

    def inset(self, dx: float, dy: float | None = None) -> Rect:
        """Return the rectangle made smaller by `dx` at both sides and `dy` (else `dx`) above and below."""
        dy = dx if dy is None else dy
        return Rect(self.x + dx, self.y + dy, self.w - 2 * dx, self.h - 2 * dy)

    def left_part(self, width: float) -> Rect:
        """Return the strip of `width` at the left."""
        return Rect(self.x, self.y, width, self.h)

    def right_part(self, width: float) -> Rect:
        """Return the strip of `width` at the right."""
        return Rect(self.right - width, self.y, width, self.h)

    def top_part(self, height: float) -> Rect:
        """Return the strip of `height` at the top."""
        return Rect(self.x, self.y, self.w, height)

    def bottom_part(self, height: float) -> Rect:
        """Return the strip of `height` at the bottom."""
        return Rect(self.x, self.bottom - height, self.w, height)

    def below(self, height: float) -> Rect:
        """Return what is left under the upper `height`."""
        return Rect(self.x, self.y + height, self.w, self.h - height)

    def above(self, height: float) -> Rect:
        """Return what is left above the lower `height`."""
        return Rect(self.x, self.y, self.w, self.h - height)

    def after(self, width: float) -> Rect:
        """Return what is left at the right of the first `width`."""
        return Rect(self.x + width, self.y, self.w - width, self.h)

    def before(self, width: float) -> Rect:
        """Return what is left at the left of the last `width`."""
        return Rect(self.x, self.y, self.w - width, self.h)

    def holds(self, other: Rect, slack: float = 0.5) -> bool:
        """Return whether `other` lies inside, give or take `slack` pixels."""
        return (
            other.x >= self.x - slack
            and other.y >= self.y - slack
            and other.right <= self.right + slack
            and other.bottom <= self.bottom + slack
        )

    def overlaps(self, other: Rect) -> bool:
        """Return whether the two share more than an edge."""
        return self.x < other.right and other.x < self.right and self.y < other.bottom and other.y < self.bottom


def split(rect: Rect, columns: int, gap: float, rows: int = 1, row_gap: float | None = None) -> tuple[Rect, ...]:
    """Return the cells of a grid that fills `rect`, row by row."""
    down = gap if row_gap is None else row_gap
    width = (rect.w - gap * (columns - 1)) / columns
    height = (rect.h - down * (rows - 1)) / rows
    return tuple(
        Rect(round(rect.x + c * (width + gap)), round(rect.y + r * (height + down)), round(width), round(height))
        for r in range(rows)
        for c in range(columns)
    )


class Kind(StrEnum):
    """The four layouts: which way the window lies and how much room there is."""

    WIDE_LARGE = "wide-large"
    WIDE_SMALL = "wide-small"
    TALL_LARGE = "tall-large"
    TALL_SMALL = "tall-small"


@dataclass(frozen=True, slots=True)
class Sizes:
    """Type sizes in pixels."""

    invitation: int
    big: int
    title: int
    body: int
    small: int
    micro: int
    code: int = 16
    least: int = 17

    def of(self, role: Role) -> int:
        """Return the size of a role."""
        return int(getattr(self, role))


@dataclass(frozen=True, slots=True)
class Shape:
    """All measures of one window. `touch` is the least height of what can be touched."""

    kind: Kind
    width: int
    height: int
    margin: int
    gutter: int
    status: int
    top: int
    pad: int
    touch: int
    radius: int
    panel_radius: int
    icon: int
    button: int
    bottom_gap: int
    sizes: Sizes

    @property
    def wide(self) -> bool:
        """Whether the window is wider than high."""
        return self.kind in {Kind.WIDE_LARGE, Kind.WIDE_SMALL}

    @property
    def large(self) -> bool:
        """Whether there is room for the large type."""
        return self.kind in {Kind.WIDE_LARGE, Kind.TALL_LARGE}

    @property
    def window(self) -> Rect:
        """The whole window."""
        return Rect(0, 0, self.width, self.height)

    @property
    def column(self) -> float:
        """The width of one column of the grid."""
        columns = {Kind.WIDE_LARGE: 3, Kind.WIDE_SMALL: 2}.get(self.kind, 1)
        return (self.width - 2 * self.margin - (columns - 1) * self.gutter) / columns

    @property
    def main(self) -> Rect:
        """Where the main button always is: bottom right in landscape, the full width at the bottom in portrait."""
        y = self.height - self.bottom_gap - self.button
        return Rect(self.width - self.margin - self.column, y, self.column, self.button)

    def others(self, count: int) -> tuple[Rect, ...]:
        """Return the places of the further buttons, from the left."""
        if count == 0:
            return ()
        main = self.main
        if self.kind is Kind.WIDE_LARGE:
            step = self.column + self.gutter
            return tuple(Rect(self.margin + i * step, main.y, self.column, self.button) for i in range(count))
        if self.kind is Kind.WIDE_SMALL:
            whole = Rect(self.margin, main.y, self.column, self.button)
            if count == 1:
                return (whole,)
            first = round(whole.w * 0.4)
            return (whole.left_part(first), whole.after(first + self.gutter))
        height = self.button - 8 if self.large else self.button
        gap = 24 if self.large else 16
        row = Rect(self.margin, main.y - gap - height, self.column, height)
        return split(row, count, self.gutter)

    def content(self, others: int = 0) -> Rect:
        """Return the room between the status line and the buttons, when there are so many beside the main one."""
        foot = min([self.main.y, *(rect.y for rect in self.others(others))]) if not self.wide else self.main.y
        gap = 24 if self.wide and self.large else 16 if not self.large else 32 if not others else 24
        return Rect(self.margin, self.top, self.width - 2 * self.margin, foot - gap - self.top)

    @property
    def whole(self) -> Rect:
        """The room under the status line when there are no buttons at all."""
        return Rect(self.margin, self.top, self.width - 2 * self.margin, self.main.bottom - self.top)

    @property
    def visit_panel(self) -> Rect:
        """Where "this visit" stands; only the large landscape has room for it."""
        return self.content().left_part(self.column)


_LARGE = Sizes(72, 56, 40, 28, 22, 18)
_SMALL = Sizes(44, 38, 30, 22, 18, 16, 14, 15)
_LARGE_FROM = 700


def shape_for(width: int, height: int) -> Shape:
    """Return the measures for a window of that size; it is large from 700 pixels at the short side."""
    large = min(width, height) >= _LARGE_FROM
    if width >= height:
        if large:
            return Shape(Kind.WIDE_LARGE, width, height, 48, 16, 72, 104, 24, 72, 16, 24, 32, 80, 32, _LARGE)
        return Shape(Kind.WIDE_SMALL, width, height, 24, 16, 64, 80, 16, 64, 12, 16, 28, 64, 16, _SMALL)
    if large:
        return Shape(Kind.TALL_LARGE, width, height, 40, 16, 72, 112, 24, 72, 16, 24, 32, 88, 40, _LARGE)
    return Shape(Kind.TALL_SMALL, width, height, 24, 12, 64, 80, 16, 64, 12, 16, 28, 64, 16, _SMALL)


SHAPES: tuple[tuple[int, int], ...] = ((1280, 800), (800, 480), (800, 1280), (480, 800))
"""The window sizes every screen is drawn and tested in."""
