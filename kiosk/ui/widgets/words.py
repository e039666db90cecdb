"""Text and icons that never leave their place."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import lru_cache, partial

from kivy.core.text import Label as CoreLabel
from kivy.graphics.texture import Texture

import assets
from kiosk.ui.textures import TextureStore
from kiosk.ui.theme import INK, Rect, Role, Weight, split
from kiosk.ui.widgets.box import Box, Stage
from kiosk.ui.wrapping import LEAST_SHARE, Fitted, fit

_ASIDE = {"left": 0.0, "center": 0.5, "right": 1.0}
_TITLES = frozenset({"invitation", "big", "title"})
_REMEMBERED = 1024
_SMALL_LINE = 1.28
"""The height of a line of small letters, for each is a whole number of pixels high."""
_PAIR = 2
"""Two lines at most: as on a button, where a single word below looks forgotten."""


_letters = TextureStore(3 * 1024 * 1024)
"""The words and icons of the five screens of a visit."""


def line_of(role: Role) -> float:
    """Return the height of a line as a multiple of the type size: 1.21 for titles, 1.35 for text."""
    return 1.23 if role in _TITLES else 1.37


def measure(stage: Stage, text: str, room: tuple[float, float], role: Role = "body", weight: Weight = 400,
            most: int = 0, factor: float = 1.0, *, to_the_least: bool = False,
            kept: bool = True) -> Fitted:  # fmt: skip
    """Return how `text` will stand in `room`; `factor` makes the type smaller from the start.

    It is measured as large as it is drawn, and told in the canvas's pixels. With `to_the_least` it gets as small as
    any type may be before it is cut. The answer is `kept` for the next time, with the text.
    """
    zoom = stage.shape.zoom
    size = round(stage.shape.sizes.of(role) * factor * zoom)
    least = 1 if role == "code" else round(stage.shape.sizes.least * zoom)
    share = 0.0 if to_the_least else LEAST_SHARE
    fit_it = _fit if kept else _fit_anew
    fitted = fit_it(text, (room[0] * zoom, room[1] * zoom), (size, min(size, least)), role, weight, most, share)
    if zoom == 1:
        return fitted
    return replace(fitted, size=fitted.size / zoom, width=fitted.width / zoom, height=fitted.height / zoom)


class Words(Box):
    """Text at a place. It is broken into lines, gets smaller, and at last is shortened rather than flow over.

    `cut` tells whether it was shortened, `size_share` how much of the size of its role it kept.
    """

    kept = True
    """Whether its measures and its picture are kept for the next time it is shown, and the text with them."""

    def __init__(self, stage: Stage, rect: Rect, text: str, role: Role = "body", weight: Weight = 400,
                 colour: str = INK, align: str = "left", valign: str = "middle", most: int = 0,
                 factor: float = 1.0) -> None:  # fmt: skip
        super().__init__(stage, rect)
        self._look = (role, weight, colour, align, valign, most, factor)
        self.role, self.weight, self.colour = role, weight, colour
        self.text = ""
        self.drawn = rect
        self.cut = False
        self.lines = 1
        self._broken: tuple[str, ...] = ("",)
        self.size_share = 1.0
        self.say(text)

    def say(self, text: str) -> None:
        """Show `text` instead."""
        if text == self.text:
            return
        self.text = text
        self.wipe()
        role, weight, colour, align, valign, most, factor = self._look
        room = (self.rect.w, self.rect.h)
        fitted = measure(self.stage, text, room, role, weight, most, factor, kept=self.kept)
        if fitted.cut and self.stage.shape.text <= 1:  # larger text has pages to go on to
            fitted = measure(self.stage, text, room, role, weight, most, factor, to_the_least=True, kept=self.kept)
        self.cut = fitted.cut
        self.lines, self._broken = len(fitted.lines), fitted.lines
        self.size_share = fitted.size / self.stage.shape.sizes.of(role)
        zoom = self.stage.shape.zoom
        picture = _texture if self.kept else _drawn
        texture = picture("\n".join(fitted.lines), round(fitted.size * zoom), weight, align, role in _TITLES)
        wide, high = texture.width / zoom, texture.height / zoom
        x = _ASIDE[align] * (self.rect.w - wide)
        y = {"top": 0.0, "middle": 0.5, "bottom": 1.0}[valign] * (self.rect.h - high)
        self.drawn = Rect(self.rect.x + x, self.rect.y + y, wide, high)
        self.paint(self.drawn, texture, colour)

    def line_places(self) -> tuple[Rect, ...]:
        """Return where each line is drawn: the shorter ones leave room beside them."""
        zoom, aside = self.stage.shape.zoom, _ASIDE[self._look[3]]
        size = round(self.size_share * self.stage.shape.sizes.of(self.role) * zoom)
        found, width = [], width_of if self.kept else width_anew
        for row, line in zip(split(self.drawn, 1, 0, self.lines), self._broken, strict=True):
            wide = min(row.w, width(line, size, self.weight) / zoom)
            found.append(Rect(row.x + aside * (row.w - wide), row.y, wide, row.h))
        return tuple(found)


class TypedWords(Words):
    """What somebody types: nothing of it is kept once it is gone from the screen."""

    kept = False

    def take_apart(self) -> None:
        """Forget the text, and let go of everything inside."""
        self.text, self._broken = "", ("",)
        super().take_apart()


def needed(stage: Stage, text: str, room: tuple[float, float], role: Role = "body", weight: Weight = 400,
           most: int = 2, share: float = 0.0) -> tuple[int, float]:  # fmt: skip
    """Return how many lines ordinary text takes in `room`, and how high: one, or `most` where one would cut it, or
    make it smaller than a `share` of its size.
    """
    fitted = measure(stage, text, room, role, weight, 1)
    if fitted.cut or fitted.size < share * stage.shape.sizes.of(role):
        fitted = measure(stage, text, room, role, weight, most, to_the_least=True)
    return len(fitted.lines), fitted.height + 1


class Icon(Box):
    """A line icon in the middle of its place."""

    def __init__(self, stage: Stage, rect: Rect, name: str, size: float, colour: str = INK) -> None:
        super().__init__(stage, rect)
        zoom = stage.shape.zoom
        texture = _icon(assets.icon(name), round(size * zoom))
        wide, high = texture.width / zoom, texture.height / zoom
        place = Rect(rect.x + (rect.w - wide) / 2, rect.y + (rect.h - high) / 2, wide, high)
        self._paint = self.paint(place, texture, colour)

    def colour(self, colour: str) -> None:
        """Draw it in `colour` from now on."""
        self._paint.rgba = self.rgba(colour)


def _fits(
    text: str, room: tuple[float, float], sizes: tuple[int, int], role: Role, weight: Weight, most: int, share: float,
    *, width: Callable[[str, int, Weight], float],
) -> Fitted:  # fmt: skip
    size, least = sizes
    line = line_of(role) if share else max(line_of(role), _SMALL_LINE)
    return fit(text, room, size, line, lambda words, step: width(words, step, weight), most=most,
               least=least, share=share, even=role in _TITLES or most == _PAIR)  # fmt: skip


def width_anew(text: str, size: float, weight: Weight) -> float:
    """Return the pixels one line of `text` takes; nothing of it is kept."""
    return float(_label(weight, size).get_extents(text)[0])


width_of = lru_cache(_REMEMBERED * 4)(width_anew)
"""The same, kept for the next time."""
_fit_anew = partial(_fits, width=width_anew)
_fit = lru_cache(_REMEMBERED)(partial(_fits, width=width_of))


@lru_cache(64)
def _label(weight: Weight, size: float) -> CoreLabel:
    label = CoreLabel(font_name=str(assets.font(weight)), font_size=size)
    label.resolve_font_name()
    return label


def _texture(text: str, size: int, weight: Weight, align: str, title: bool) -> Texture:  # noqa: FBT001
    key = (text, size, weight, align, title)
    return _letters.get(key, lambda: _drawn(text, size, weight, align, title))


def _drawn(text: str, size: int, weight: Weight, align: str, title: bool) -> Texture:  # noqa: FBT001
    label = CoreLabel(
        text=text or " ",
        font_name=str(assets.font(weight)),
        font_size=size,
        halign=align,
        line_height=1.0 if title else 1.12,
    )
    label.refresh()
    return label.texture


def _icon(character: str, size: int) -> Texture:
    return _letters.get((character, size), lambda: _drawn_icon(character, size))


def _drawn_icon(character: str, size: int) -> Texture:
    label = CoreLabel(text=character, font_name=str(assets.path(assets.ICON_FONT)), font_size=size)
    label.refresh()
    return label.texture
