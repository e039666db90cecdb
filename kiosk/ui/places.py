"""Rectangles, and how they are cut up. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple


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

    def moved(self, down: float, across: float = 0) -> Rect:
        """Return the rectangle so many pixels lower, and further to the right."""
        return Rect(self.x + across, self.y + down, self.w, self.h)

    def has(self, x: float, y: float) -> bool:
        """Return whether a point lies inside."""
        return self.x <= x < self.right and self.y <= y < self.bottom

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


def around(rects: Iterable[Rect]) -> Rect:
    """Return the least rectangle that holds all of `rects`; there must be one."""
    inside = tuple(rects)
    left, top = min(one.x for one in inside), min(one.y for one in inside)
    return Rect(left, top, max(one.right for one in inside) - left, max(one.bottom for one in inside) - top)


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
