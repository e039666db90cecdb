"""How badly a screen fits its canvas: what is cut, made smaller than chosen, or lies on something else."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import combinations
from typing import Any

from kiosk.ui.places import Rect
from kiosk.ui.screens.screen import Screen
from kiosk.ui.shapes import Shape
from kiosk.ui.widgets.box import Box
from kiosk.ui.widgets.touchable import Touchable
from kiosk.ui.widgets.words import Words

_CUT, _LIES_ON, _NO_ROOM, _SMALLER, _FOLDED = 10.0, 20.0, 20.0, 4.0, 9.0
_NO_TURNERS = 100.0
"""The buttons that turn pages would take the last of the height, where there is least of it."""
_ENOUGH = 0.94
"""A line may lose so much of its size before it counts: less than a step of type."""
_ON_BUTTON = 0.8
"""A button says little and is known by its place: its words may get a little smaller before it takes a page more."""


def strain(screen: Screen[Any]) -> float:
    """Return 0 if everything fits; the more, the worse."""
    words: list[tuple[Words, bool]] = []
    controls: list[Touchable] = []
    found = _CUT * screen.dropped * (screen.stage.shape.text > 1) + _gather(screen, words, controls, on_control=False)
    window = screen.stage.shape.window
    grown = screen.stage.shape.text > 1  # ordinary words may get smaller rather than be paged
    enough = (_ENOUGH, _ON_BUTTON) if grown else (0.0, 0.0)
    found += sum(_words(said, window, enough[on_control]) for said, on_control in words)
    found += sum(_LIES_ON for one, other in combinations([_ink(said) for said, _ in words], 2) if one.overlaps(other))
    rects = [control.rect for control in controls]
    found += sum(_LIES_ON for one, other in combinations(rects, 2) if one.overlaps(other))
    least = screen.stage.shape.touch - 1 if grown else 0
    lowest = screen.stage.shape.key - 1 if grown else 0
    found += sum(
        _NO_ROOM for one in controls
        if one.rect.h < (lowest if one.narrow else least) or (one.rect.w < least and not one.narrow)
    )  # fmt: skip
    found += sum(_NO_ROOM for rect in rects if not window.holds(rect, 2))
    shape = screen.stage.shape
    if (grown or shape.reach) and shape.flat and not shape.side and screen.sheet_pages > 1:
        found += _NO_TURNERS
    return found


def least_strained(make: Callable[[Shape], Screen[Any]], shapes: Sequence[Shape]) -> Screen[Any]:
    """Return the screen on the first canvas everything fits on, or on the one it fits best; the others are let go."""
    first, *further = shapes
    best = make(first)
    least = strain(best) if further else 0.0
    for shape in further:
        if not least:
            break
        tried = make(shape)
        worth = strain(tried)
        if worth < least:
            best, tried, least = tried, best, worth
        tried.take_apart()
    return best


def _gather(box: Box, words: list[tuple[Words, bool]], controls: list[Touchable], *, on_control: bool) -> float:
    """Collect words (and whether they stand on a control) and controls; return what flows over its ground."""
    shape = box.stage.shape
    found = _FOLDED if box.folded and (shape.text > 1 or shape.reach) else 0.0
    for inner in box.boxes:
        if isinstance(inner, Words) and inner.text:
            words.append((inner, on_control))
            found += 0.0 if box.rect.holds(inner.drawn, 2) else _LIES_ON
        if isinstance(inner, Touchable):
            controls.append(inner)
        found += _gather(inner, words, controls, on_control=on_control or isinstance(inner, Touchable))
    return found


def _words(said: Words, window: Rect, enough: float) -> float:
    found = 0.0
    if said.cut:
        found += _CUT
    if said.size_share < enough:
        found += _SMALLER * (1 + enough - said.size_share)
    if said.drawn.h > said.rect.h + 2 or said.drawn.w > said.rect.w + 2 or not window.holds(said.drawn, 2):
        found += _NO_ROOM
    return found


def _ink(said: Words) -> Rect:
    return said.drawn.inset(0, min(5, said.drawn.h / 4))
