"""How a body higher than its window becomes pages: empty room is drawn together, and no page ends inside a line or a
box that fits on one.

All measures are the window's pixels. Nothing is drawn here.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from kiosk.ui.places import Rect, around, split
from kiosk.ui.widgets.box import Box
from kiosk.ui.widgets.touchable import Touchable
from kiosk.ui.widgets.words import Words

AIR = 8
"""Pixels of the window left free above the first line of a page."""
_GAP = 10
"""Pixels of the canvas between two parts, at most, once there is more than one page holds."""
_HAIR = 1.0
"""Pixels by which rounding may draw the edge of what begins the next page too high."""
_LEAST_STEP = 24
_BLIND_STEP = 0.85
_LEAST_SHARE = 0.3
"""A page shows so much of its window at least, whatever is cut at its end."""

Lower = Callable[[Box], float]
"""Tells how much lower than on the canvas a part of the body is drawn."""
_Most = Callable[[Box], float]
"""Tells how high a part may be that is to be seen whole on one page."""


@dataclass(frozen=True, slots=True)
class Page:
    """How far up the body is moved for a page, and what of it is seen then."""

    at: float
    seen: Rect


@dataclass(frozen=True, slots=True)
class _Parts:
    """What pages may end between: parts that fit on one, lines and controls in them, grounds higher than one."""

    apart: Sequence[Rect]
    lines: Sequence[Rect]
    grounds: Sequence[Rect]


def extent(box: Box) -> Rect | None:
    """Return where `box` is seen on the canvas drawn as large as the window, or None if it shows nothing."""
    shape = box.stage.shape
    if isinstance(box, Words):
        return shape.on_window(box.drawn) if box.text else None
    if isinstance(box, Touchable) or box.inked:
        return shape.on_window(box.rect)
    inner = [found for found in map(extent, box.boxes) if found is not None]
    return around(inner) if inner else None


def drawn_together(body: Sequence[Box], top: float | None) -> dict[int, float]:
    """Return how far up each part of `body` goes, by its id, such that little room stays empty between them, and
    above the first below `top`.
    """
    there = [(box, place) for box in body if (place := extent(box)) is not None]
    found: dict[int, float] = {}
    up, bottom = 0.0, top
    for box, place in sorted(there, key=lambda one: one[1].y):
        if bottom is not None:
            gap = 0.0 if bottom == top and not found else _GAP * box.stage.shape.zoom
            up += max(0.0, place.y - bottom - gap)
        bottom = max(place.bottom, place.bottom if bottom is None else bottom)
        found[id(box)] = up
    return found


def is_touched(box: Box) -> bool:
    """Return whether anything of `box` can be touched."""
    return isinstance(box, Touchable) or any(isinstance(inner, Touchable) for inner in box.walk())


def first_touched(body: Sequence[Box], lower: Lower) -> float:
    """Return the window's y where the first control of `body` begins; infinity if there is none."""
    return min((control.y for control in _touched(body, lower)), default=math.inf)


def pages(body: Sequence[Box], seen: Rect, lower: Lower, free: float = 0.0) -> Iterator[Page]:
    """Yield the pages of `body` as it is seen through `seen`: each begins with what the one before left out. A page
    begins up to `free` pixels higher than `seen` as far as what stands there is only read.
    """

    def most(box: Box) -> float:
        return seen.h - AIR + (0.0 if is_touched(box) else free)

    touched = _touched(body, lower)
    whole = [part.moved(lower(box)) for box in body for part in _whole(box, most)]
    parts = _Parts(
        [part.moved(lower(box)) for box in body for part in _apart(box, most)],
        [part.moved(lower(box)) for box in body for part in _lines(box)],
        [part.moved(lower(box)) for box in body for part in _grounds(box, most)],
    )
    end = max((part.bottom for part in parts.apart), default=seen.bottom)
    last = end - seen.bottom + AIR
    at = 0.0
    while True:
        up = min(free, _only_read(at + seen.y + AIR, touched)) if free else 0.0
        page = _page(at + up, Rect(seen.x, seen.y - up, seen.w, seen.h + up), parts, first=at == 0)
        yield page
        bottom = page.seen.bottom + page.at
        if bottom >= end - 1:
            return
        following = [part.y - seen.y - AIR for part in whole if part.bottom > bottom + 1]
        # Words that began this page and were cut at its end go on with their next line.
        following += [line.y - seen.y - AIR for line in parts.lines if line.y > bottom - 2 * _HAIR]
        blind = at + max(_LEAST_STEP, seen.h * _BLIND_STEP)
        at = min((step for step in following if step > at + _LEAST_STEP), default=blind)
        if at > last:
            at = _filled(at, last, seen, whole)


def _touched(body: Sequence[Box], lower: Lower) -> list[Rect]:
    return [
        inner.stage.shape.on_window(inner.rect).moved(lower(box))
        for box in body for inner in (box, *box.walk()) if isinstance(inner, Touchable)
    ]  # fmt: skip


def _only_read(start: float, touched: Sequence[Rect]) -> float:
    """Return the pixels from `start` to the first control that is seen from there on."""
    return max(0.0, min((control.y - start for control in touched if control.bottom > start - 2), default=math.inf))


def _page(at: float, seen: Rect, parts: _Parts, *, first: bool) -> Page:
    """Return the page that begins at `at`. It ends above the first part it would cut, and above a ground of which it
    would show nothing but the edge; above a line inside a part, where else most of it were empty.
    """
    top, least = seen.y if first else seen.y + AIR - 2, seen.y + _LEAST_SHARE * seen.h
    ends = (_end(at, seen, parts.apart, parts), _end(at, seen, parts.lines, parts))
    bottom = next((end for end in ends if end >= least), seen.bottom)
    if any(abs(part.y - at - bottom) < 2 * _HAIR for part in parts.apart):
        bottom -= _HAIR
    return Page(at, Rect(seen.x, top, seen.w, bottom - top))


def _end(at: float, seen: Rect, uncut: Sequence[Rect], parts: _Parts) -> float:
    """Return the lowest y of the window above which nothing of `uncut` is cut."""
    bottom = seen.bottom
    while True:
        cut = [part.y - at for part in uncut if part.y - at < bottom - 1 and part.bottom - at > bottom + 1]
        for ground in parts.grounds:
            held = [line.bottom - at for line in parts.lines if ground.holds(line, 1)]
            if held and seen.y < ground.y - at < bottom - 1 and min(held) > bottom + 1:
                cut.append(ground.y - at)
        if not cut:
            return bottom
        bottom = min(cut)


def _filled(at: float, last: float, seen: Rect, whole: Sequence[Rect]) -> float:
    """Return where the last page begins such that it is as full as can be and cuts nothing above."""
    for start in sorted({part.y - seen.y - AIR for part in whole}):
        edge = start + seen.y + AIR - 1
        if last <= start < at and not any(part.y < edge - 1 and part.bottom > edge + 1 for part in whole):
            return start
    return at


def _whole(box: Box, most: _Most) -> Iterator[Rect]:
    """Yield what must be seen whole on some page: parts that fit on one, and the lines of words that do not. Of a
    control that is higher, any part can be touched.
    """
    place = extent(box)
    if place is None:
        return
    if place.h <= most(box) and not box.is_list:
        yield place
    elif isinstance(box, Words):
        yield from split(place, 1, 0, box.lines)
    else:
        for inner in box.boxes:
            yield from _whole(inner, _inside(box, most))


def _inside(box: Box, most: _Most) -> _Most:
    """Return how high parts of `box` may be: what stands with a control has no more room than the control."""
    room = most(box)
    return (lambda _part: room) if is_touched(box) else most


def _grounds(box: Box, most: _Most) -> Iterator[Rect]:
    """Yield what is higher than a page and has something on it."""
    place = extent(box)
    if place is not None and place.h > most(box) and not isinstance(box, Words):
        if box.inked:
            yield place
        for inner in box.boxes:
            yield from _grounds(inner, _inside(box, most))


def _apart(box: Box, most: _Most) -> Iterator[Rect]:
    """Yield what no page should end inside of: what must be seen whole, but words may be left off after a line."""
    place = extent(box)
    if isinstance(box, Words) and place is not None:
        yield from split(place, 1, 0, box.lines)
    else:
        yield from _whole(box, most)


def _lines(box: Box) -> Iterator[Rect]:
    """Yield the lines of words and the controls in `box`: what no page may end inside of."""
    place = extent(box)
    if place is not None and isinstance(box, Words):
        yield from split(place, 1, 0, box.lines)
    elif place is not None and isinstance(box, Touchable):
        yield place
    for inner in box.boxes:
        yield from _lines(inner)
