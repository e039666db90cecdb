"""The measures of a window for larger text and for reach mode: which canvases there are to try, the best first.

Larger text is the compact layout drawn larger: its grid has been tried with small windows, so that what fits there
fits here too. Where a screen says more than one window holds, the canvas is made higher and paged through.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace
from functools import cache

from kiosk.ui.shapes import Foot, Kind, Shape, Sizes, shape_for

_BODY = 22
"""The type size of text the compact layouts were drawn with."""
_LINE_GROWS = 1.4
"""The line at the top grows so far at most: its buttons open pages that say the same in the size chosen."""
_WIDE_FROM = 620
_LOWEST_ROOM = 190
_DEEPER = (1.0, 1.35, 1.8, 2.4, 3.2, 4.4, 6.0, 8.0, 11.0)
_ONE_PAGE = (1.0, 1.5)
_DEEPER_LOW = (1.0, 1.35, 1.8, 2.4)
_BIG_GROWS = 1.6
"""Titles grow so far at most, what is larger by less: they can be read from afar as they are."""


@cache
def shapes_for(width: int, height: int, text: float = 1.0, reach: bool = False) -> tuple[Shape, ...]:  # noqa: FBT001, FBT002
    """Return the canvases for a window of that size, the best first; one alone at ordinary text out of reach mode."""
    plain = shape_for(width, height)
    if text <= 1:
        return tuple(_low(_within_reach(plain, width, height))) if reach else (plain,)
    return tuple(_grown(plain, width, height, text, reach=reach))


def shape_of_line(width: int, height: int, text: float = 1.0, *, reach: bool = False) -> Shape:
    """Return the measures of what stands around every screen: the line at the top, and in reach mode the tools."""
    plain = shape_for(width, height)
    grows = min(text, _LINE_GROWS)
    zoom = plain.zoom * grows
    like = shapes_for(width, height, text, reach)[0]
    return replace(
        plain, zoom=zoom, width=width / zoom, height=height / zoom, deep=height, margin=plain.margin / grows,
        status=_status(plain, text) / zoom, text=text, reach=reach, touch=plain.touch / grows,
        radius=plain.radius / grows, button=like.button * like.zoom / zoom,
        bottom_gap=like.bottom_gap * like.zoom / zoom, tools=like.tools * like.zoom / zoom, foot=like.foot,
        flat=width >= height,
    )  # fmt: skip


def _status(plain: Shape, text: float) -> float:
    """Return the window's pixels the line at the top is high."""
    return math.ceil(plain.status * plain.zoom * (1.11 if text > 1 else 1))


def _sizes(plain: Shape, text: float, zoom: float) -> Sizes:
    sizes, unit = plain.sizes, plain.zoom / zoom
    title, big = min(text, _BIG_GROWS), min(text, 1.25)
    small = sizes.small * text * unit
    return Sizes(
        sizes.invitation * big * unit, sizes.big * big * unit, sizes.title * title * unit, sizes.body * text * unit,
        small, min(small, sizes.micro * text * unit), sizes.code * text * unit, small * 0.8,
    )  # fmt: skip


def _grown(plain: Shape, width: int, height: int, text: float, *, reach: bool) -> list[Shape]:
    unit, flat, large = plain.zoom, width >= height, plain.large
    zoom = plain.sizes.body * unit * text / _BODY
    margin = min(plain.margin * unit, 24 if text > 1.5 else 48) / zoom  # noqa: PLR2004
    touch = max(plain.touch * unit / zoom, 42)
    low = text < 1.7 or reach  # noqa: PLR2004  # within reach two rows of keys stand above the foot, or two tiles
    base = replace(
        plain, kind=Kind.TALL_SMALL, width=width / zoom, height=height / zoom, margin=margin,
        gutter=max(8, plain.gutter * unit / zoom), status=_status(plain, text) / zoom,
        top=(_status(plain, text) + (24 if large else 14)) / zoom, pad=12, touch=touch,
        radius=plain.radius * unit / zoom, panel_radius=plain.panel_radius * unit / zoom, icon=28,
        button=max(touch, plain.button * unit * (1.2 if low else 1.35) / zoom),
        bottom_gap=(24 if large else 12 if reach and flat else 14) / zoom, sizes=_sizes(plain, text, zoom), zoom=zoom,
        deep=height, text=text,
        reach=reach, foot=Foot.LAST, flat=flat, tools=_tools(plain, text) / zoom if reach and flat else 0,
    )  # fmt: skip
    found: list[Shape] = []
    if flat and not reach and base.width >= _WIDE_FROM:
        found.append(replace(base, kind=Kind.WIDE_SMALL, foot=Foot.GROWN))
    side = (104 if large else 88) * (1.1 if text > 1.5 else 1) / zoom + base.gutter if flat else 0  # noqa: PLR2004
    room = base.content().h
    if side and not reach:  # as high as it likes, if it is one page once its empty room is drawn together
        found += [replace(base, height=base.height + room * (deeper - 1)) for deeper in _ONE_PAGE]
    if side and reach:
        found.append(base)  # what is one page needs no room for the buttons that turn pages
    for deeper in _DEEPER:
        if room * deeper < _LOWEST_ROOM:
            continue
        aside = 0 if deeper == 1 and not reach else side
        found.append(replace(base, height=base.height + room * (deeper - 1), side=aside))
    return found


def _tools(plain: Shape, text: float) -> float:
    """Return the window's pixels that the one tool of reach mode takes at the left, in landscape."""
    return (176 if plain.large else 140 * plain.zoom) * min(text, _LINE_GROWS) + plain.gutter * plain.zoom


def _low(base: Shape) -> Iterator[Shape]:
    """Yield `base` and higher ones for reach mode: its lower half shows little at once, and the rest is paged. Before
    them comes one without the room at the side for the buttons that turn pages: what is one page needs none.
    """
    if base.side:
        yield replace(base, side=0, deep=base.depth)
    room = base.content().h
    for deeper in _DEEPER_LOW:
        yield replace(base, height=base.height + room * (deeper - 1), deep=base.depth)


def _within_reach(plain: Shape, width: int, height: int) -> Shape:
    if not plain.wide:
        return replace(plain, reach=True)
    zoom = plain.sizes.body * plain.zoom / _BODY
    unit = plain.zoom / zoom
    sizes = _sizes(plain, 1.0, zoom)
    return replace(
        plain, kind=Kind.WIDE_SMALL, width=width / zoom, height=height / zoom, margin=plain.margin * unit,
        gutter=plain.gutter * unit, status=plain.status * unit, top=plain.top * unit, pad=16,
        touch=plain.touch * unit, radius=plain.radius * unit, panel_radius=plain.panel_radius * unit, icon=28,
        button=plain.button * unit, bottom_gap=plain.bottom_gap * unit, sizes=sizes, zoom=zoom, deep=height,
        reach=True, flat=True,
        side=((96 if plain.large else 84) + 16) / zoom, tools=_tools(plain, 1.0) / zoom,
        main_width=plain.main.w * unit,
    )  # fmt: skip
