"""What the window shows, pixel by pixel: the contrast of letters and of edges, as they were really drawn."""

from __future__ import annotations

from functools import lru_cache
from typing import cast

from PIL import Image

from kiosk.ui.loop import drawn
from kiosk.ui.places import Rect
from kiosk.ui.theme import contrast

Pixel = tuple[int, int, int]

PLAIN = 20
"""So many colours an empty window may have."""
_FEW = 1024
_BESIDE, _EDGE = 4, 8
"""Pixels outside a control where its ground is looked at, and inside, where its edge must be."""


def picture() -> Image.Image:
    """Draw the window now and return what it shows."""
    width, height, rgba = drawn()
    return Image.frombytes("RGB", (width, height), rgba, "raw", "RGBX", 0, -1)


def is_plain(image: Image.Image) -> bool:
    """Return whether nothing is drawn but the ground."""
    return image.resize((90, 90), Image.Resampling.NEAREST).getcolors(PLAIN) is not None


def contrast_of_words(image: Image.Image, place: Rect, colour: Pixel) -> float:
    """Return the contrast of letters meant to be `colour` inside `place` with their ground, its commonest colour.

    The ground is what is commonest there. Only pixels nearer to the letters' colour than to the ground count: an edge
    beside pale words does not make them strong. It is 1 if there is none: nothing is seen.
    """
    crop = image.crop((round(place.x), round(place.y), round(place.right), round(place.bottom)))
    colours = _colours(crop)
    ground = max(colours)[1]
    red, green, blue = (a - b for a, b in zip(colour, ground, strict=True))
    half = sum(part * (a + b) for part, a, b in zip((red, green, blue), colour, ground, strict=True)) / 2
    letters = [p for _, p in colours if p[0] * red + p[1] * green + p[2] * blue > half]
    return max((_contrast(seen, ground) for seen in letters), default=1.0)


def contrast_of_edge(image: Image.Image, rect: Rect) -> float:
    """Return how well the left edge of a control stands out from what is beside it."""
    y = min(image.height - 1, round(rect.y + rect.h / 2))
    outside = _at(image, round(rect.x) - _BESIDE, y)
    return max(_contrast(_at(image, round(rect.x) + x, y), outside) for x in range(1, _EDGE))


def _at(image: Image.Image, x: int, y: int) -> Pixel:
    return cast("Pixel", image.getpixel((min(max(0, x), image.width - 1), y)))


def _colours(crop: Image.Image) -> list[tuple[int, Pixel]]:
    """Return how often each colour is there. Pillow clears room for all that may come: few are allowed first."""
    found = crop.getcolors(_FEW) or crop.getcolors(crop.width * crop.height)
    return cast("list[tuple[int, Pixel]]", found)


@lru_cache(1 << 16)
def _contrast(one: Pixel, other: Pixel) -> float:
    return contrast("#{:02X}{:02X}{:02X}".format(*one), "#{:02X}{:02X}{:02X}".format(*other))
