"""A part of the screen with a fixed place, and the flat shapes drawn in it.

Kivy's own widgets are not used for this: a screen has some two hundred parts, and so many widgets for each new
screen made the collector of garbage stop the screen for a quarter of a second every few touches.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

from kivy.core.image import Image as CoreImage
from kivy.graphics import BorderImage, Color, InstructionGroup, Rectangle
from kivy.graphics.instructions import Instruction
from kivy.graphics.texture import Texture

import assets
from kiosk.desk.views import PinTyped
from kiosk.ui.palette import HAIRLINE, INK, LIGHT, Palette, Rgba
from kiosk.ui.textures import TextureStore
from kiosk.ui.theme import Rect, Shape
from kiosk.ui.tr import Translator
from lending.visit import Touch


@dataclass(frozen=True, slots=True)
class Stage:
    """What every widget stands on: measures, words, where touches go, milliseconds since boot, and colours."""

    shape: Shape
    tr: Translator
    submit: Callable[[Touch | PinTyped], None]
    clock: Callable[[], int]
    palette: Palette = LIGHT


Radius = float | tuple[float, float, float, float]
"""One radius, or those of the corners upper left, upper right, lower right, lower left."""

_drawings = TextureStore(3 * 1024 * 1024)
"""The idle screen's eight drawings, those of some things, and the discs they stand on."""


EDGE = 2.0
"""The width of an outline."""
_THIN = 8
"""What is thinner is a line, and has no outline of its own."""
_BESIDE_DRAWING = 0.12


class Placed(NamedTuple):
    """A box and where it is on the window; what lies outside `seen` is covered."""

    box: Box
    rect: Rect
    seen: Rect | None

    def is_at(self, x: float, y: float) -> bool:
        """Return whether a pixel of the window shows this box."""
        return self.rect.has(x, y) and (self.seen is None or self.seen.has(x, y))


class Box:
    """A part that stays at `rect` (counted from the window's upper left) as long as it lives.

    What it draws itself lies under the boxes added to it. `group` is what Kivy draws. `folded` says that it has pages
    of its own, as there was not room for all of it.
    """

    is_list = False
    """Whether what is inside are parts that a page may end between."""

    def __init__(self, stage: Stage, rect: Rect) -> None:
        self.stage = stage
        self.rect = rect
        self.boxes: list[Box] = []
        self.group = InstructionGroup()
        self._ink = InstructionGroup()
        self._over = InstructionGroup()
        self._last_disc: Rect | None = None
        self.folded = False
        self.group.add(self._ink)
        self.group.add(self._over)

    def add(self, *boxes: Box) -> None:
        """Put `boxes` on top, in this order."""
        for box in boxes:
            self.boxes.append(box)
            self._over.add(box.group)

    def add_below(self, box: Box) -> None:
        """Put `box` under all others."""
        self.boxes.insert(0, box)
        self._over.insert(0, box.group)

    def remove(self, box: Box) -> None:
        """Take `box` away for good, if it is here."""
        if self.lay_aside(box):
            box.take_apart()

    def lay_aside(self, box: Box) -> bool:
        """Take `box` away such that it can come back; return whether it was here."""
        if box not in self.boxes:
            return False
        self.boxes.remove(box)
        self._over.remove(box.group)
        return True

    def empty(self) -> None:
        """Take all boxes away."""
        for box in list(self.boxes):
            self.remove(box)

    def wipe(self) -> None:
        """Take away what was drawn here; the boxes stay."""
        self._ink.clear()

    @property
    def inked(self) -> bool:
        """Whether anything is drawn here itself, under the boxes inside."""
        return bool(self._ink.children)

    def take_apart(self) -> None:
        """Let go of everything inside, so that nothing waits for the collector of garbage."""
        for box in self.boxes:
            box.take_apart()
        self.boxes.clear()
        self._over.clear()
        self._ink.clear()

    def walk(self) -> Iterator[Box]:
        """Yield all boxes inside, the lowest first."""
        for box in self.boxes:
            yield box
            yield from box.walk()

    def placed(self, down: float = 0.0, seen: Rect | None = None) -> Iterator[Placed]:
        """Yield all boxes inside with where they are on the window, the lowest first.

        What holds this box is drawn `down` pixels lower, and shows no more than `seen` of it.
        """
        for box in self.boxes:
            there = box.stage.shape.on_window(box.rect)
            yield Placed(box, there.moved(down), seen)
            yield from box.placed(down, seen)

    # --- Flat shapes, in the canvas's coordinates

    def rgba(self, colour: str) -> Rgba:
        """Return a role's colour (or `#RRGGBB`) in the colours of now."""
        return self.stage.palette.rgba(colour)

    def fill(self, rect: Rect, colour: str, radius: Radius = 0) -> Color:
        """Draw a filled rectangle; the returned colour can be changed later."""
        if self.stage.palette.is_outlined(colour) and min(rect.w, rect.h) > _THIN:
            self._fill(rect, INK, radius)
            return self._fill(rect.inset(EDGE), colour, _smaller(radius, EDGE))
        return self._fill(rect, colour, radius)

    def _fill(self, rect: Rect, colour: str, radius: Radius) -> Color:
        zoom, there = self.stage.shape.zoom, self.stage.shape.on_window(rect)
        left, top = round(there.x), round(there.y)
        place = Rect(left, top, round(there.right) - left, round(there.bottom) - top)
        paint = Color(*self.rgba(colour))
        self._ink.add(paint)
        rounded = tuple(r * zoom for r in radius) if isinstance(radius, tuple) else radius * zoom
        self._ink.add(_rectangle((place.x, self._up(place.bottom)), (place.w, place.h), rounded))  # type: ignore[arg-type]
        return paint

    def frame(self, rect: Rect, ground: str, edge: str, radius: float, width: float = EDGE) -> tuple[Color, Color]:
        """Draw a filled rectangle with an edge inside it; return the colours of ground and edge."""
        palette = self.stage.palette
        if palette.outlines:
            width = EDGE
            edge = INK if palette.is_outlined(edge) or edge == HAIRLINE else edge
        line = self._fill(rect, edge, radius)
        inner = self._fill(rect.inset(width), ground, max(0, radius - width))
        return inner, line

    def disc(self, rect: Rect, colour: str) -> Color:
        """Draw a filled circle."""
        self._last_disc = rect
        if self.stage.palette.is_outlined(colour):
            self._disc(rect, INK)
            rect = rect.inset(EDGE)
        return self._disc(rect, colour)

    def _disc(self, rect: Rect, colour: str) -> Color:
        paint = Color(*self.rgba(colour))
        there = self.stage.shape.on_window(rect)
        side = max(1, round(min(there.w, there.h)))
        texture = _drawings.get(side, lambda: _white_disc(side))
        self._ink.add(paint)
        place = (round(there.x), self._up(round(there.y) + side))
        self._ink.add(Rectangle(pos=place, size=texture.size, texture=texture))
        return paint

    def picture(self, rect: Rect, name: str) -> bool:
        """Draw the drawing `name` as large as `rect` allows, in the middle; return whether there is one.

        Where tints are outlines, it stands on a white disc, or is a drawing made for a black ground.
        """
        palette = self.stage.palette
        there = self.stage.shape.on_window(rect)
        room = (math.ceil(there.w), math.ceil(there.h))
        texture = _drawing(f"{name}-contrast", room) if palette.outlines else None
        if texture is None:
            texture = _drawing(name, room)
            if palette.outlines and texture is not None:
                rect = self._on_white(rect)
        if texture is None:
            return False
        rect = self.stage.shape.on_window(rect)
        factor = min(rect.w / texture.width, rect.h / texture.height)
        width, height = texture.width * factor, texture.height * factor
        place = Rect(rect.x + (rect.w - width) / 2, rect.y + (rect.h - height) / 2, width, height)
        self._ink.add(Color(1, 1, 1, 1))
        self._ink.add(Rectangle(pos=(place.x, self._up(place.bottom)), size=(width, height), texture=texture))
        return True

    def _on_white(self, rect: Rect) -> Rect:
        """Draw a white disc for a drawing in `rect`, or on the disc it stands on already; return its place there."""
        under = self._last_disc
        if under is not None and under.holds(rect):
            self._disc(under, INK)
            return rect
        side = min(rect.w, rect.h)
        place = Rect(rect.x + (rect.w - side) / 2, rect.y + (rect.h - side) / 2, side, side)
        self._disc(place, INK)
        return place.inset(side * _BESIDE_DRAWING)

    def paint(self, rect: Rect, texture: Texture, colour: str) -> Color:
        """Draw `texture` tinted with `colour`, pixel for pixel from the upper left of `rect`."""
        tint = Color(*self.rgba(colour))
        there = self.stage.shape.on_window(rect)
        self._ink.add(tint)
        bottom = round(there.y) + texture.height
        self._ink.add(Rectangle(pos=(round(there.x), self._up(bottom)), size=texture.size, texture=texture))
        return tint

    def _up(self, y: float) -> float:
        """Return the y that GL counts from the window's lower edge."""
        return self.stage.shape.depth - y


def _smaller(radius: Radius, by: float) -> Radius:
    if isinstance(radius, tuple):
        upper_left, upper_right, lower_right, lower_left = (max(0.0, r - by) for r in radius)
        return (upper_left, upper_right, lower_right, lower_left)
    return max(0.0, radius - by)


def _rectangle(pos: tuple[float, float], size: tuple[float, float], radius: Radius) -> Instruction:
    if not radius or min(size) < 2:  # noqa: PLR2004  # too thin to be round
        return Rectangle(pos=pos, size=size)
    most = int(min(size) // 2)
    wanted: Sequence[float] = radius if isinstance(radius, tuple) else (radius,) * 4
    corners = tuple(min(round(r), most) for r in wanted)
    edge = max(1, *corners)
    return BorderImage(pos=pos, size=size, texture=_corners(corners), border=(edge,) * 4)


@cache
def _corners(corners: tuple[int, ...]) -> Texture:
    """Return a small white square with these corners; stretched in its middle it gives a crisp rectangle."""
    edge = max(1, *corners)
    side = 2 * edge + 2
    upper_left, upper_right, lower_right, lower_left = corners
    pixels = bytearray()
    for y in range(side):
        for x in range(side):
            upper, left = y >= side / 2, x < side / 2
            r = (upper_left if left else upper_right) if upper else (lower_left if left else lower_right)
            dx = r - 0.5 - min(x, side - 1 - x)
            dy = r - 0.5 - min(y, side - 1 - y)
            covered = 1.0 if dx <= 0 or dy <= 0 else min(1.0, max(0.0, r + 0.5 - math.hypot(dx, dy)))
            pixels += bytes((255, 255, 255, round(255 * covered)))
    return _white(side, pixels)


def _white_disc(side: int) -> Texture:
    """Return a white disc of that width in pixels, smooth at its edge. A quarter of it is worked out."""
    middle, first, second = (side - 1) / 2, range((side + 1) // 2), slice(side // 2)
    rows = []
    for y in first:
        covered = (side / 2 + 0.5 - math.hypot(x - middle, y - middle) for x in first)
        left = bytes(round(255 * min(1.0, max(0.0, share))) for share in covered)
        rows.append(left + left[second][::-1])
    pixels = bytearray(b"\xff" * (4 * side * side))
    pixels[3::4] = b"".join(rows + rows[second][::-1])
    return _white(side, pixels)


def _white(side: int, pixels: bytearray) -> Texture:
    texture = Texture.create(size=(side, side), colorfmt="rgba")
    texture.blit_buffer(bytes(pixels), colorfmt="rgba", bufferfmt="ubyte")
    return texture


def _drawing(name: str, room: tuple[int, int]) -> Texture | None:
    try:
        file = assets.drawing(name, room)
    except assets.MissingAssetError:
        return None
    return _drawings.get(file, lambda: CoreImage(str(file), nocache=True).texture)
