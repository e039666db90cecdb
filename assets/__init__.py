"""What the station and the hub show: drawings, icons, fonts and demo data, found by name.

>>> drawing("drill").name
'drill.png'
>>> icon("check") == chr(0xE06C)
True
"""

import json
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from pathlib import Path
from types import MappingProxyType
from typing import Literal

__all__ = [
    "ICON_FONT",
    "MissingAssetError",
    "Weight",
    "drawing",
    "drawing_svg",
    "drawings",
    "font",
    "icon",
    "icon_svg",
    "icons",
    "path",
    "web_font",
]

Weight = Literal[400, 600]
"""The two weights of type that are used: text, and titles with buttons."""

ICON_FONT = "icons/lucide.ttf"
"""The name for `path` of the font with the characters of `icon`."""

_FONT_FILES: Mapping[Weight, str] = MappingProxyType({400: "Inter-Regular", 600: "Inter-SemiBold"})


class MissingAssetError(LookupError):
    """No such file, drawing or icon; the text names it and tells how to add it."""


def path(name: str) -> Path:
    """Return the file `name` of this folder, with forward slashes, as in "fonts/Inter-Regular.ttf".

    Raises MissingAssetError if it is not there or lies outside.
    """
    home = Path(str(files(__name__))).resolve()
    found = (home / name).resolve()
    if not found.is_relative_to(home):
        raise MissingAssetError(f"{name!r} lies outside the folder of assets")
    if not found.is_file():
        raise MissingAssetError(f"there is no asset {name!r}")
    return found


def drawing(name: str, *, small: bool = False) -> Path:
    """Return the picture of the drawing `name` for the touchscreen.

    A PNG on transparent ground, 256 pixels square, `small` 128; `card-and-reader` is always 796 x 512, `mark` 128
    square. Raises MissingAssetError if there is none.
    """
    if name not in drawings():
        raise MissingAssetError(
            f"there is no drawing {name!r}: put {name}.svg into assets/drawings and run bin/build-assets"
        )
    folder = "drawings/png/small" if small and name in _small_drawings() else "drawings/png"
    return path(f"{folder}/{name}.png")


@cache
def _small_drawings() -> frozenset[str]:
    return frozenset(picture.stem for picture in path("drawings/png/built.json").parent.glob("small/*.png"))


def drawing_svg(name: str) -> Path:
    """Return the drawing `name` as SVG, for web pages and for print; raises MissingAssetError."""
    return path(f"drawings/{name}.svg")


@cache
def drawings() -> frozenset[str]:
    """Return the names of all drawings."""
    return frozenset(picture.stem for picture in path("drawings/png/built.json").parent.glob("*.png"))


def font(weight: Weight = 400) -> Path:
    """Return Inter in that weight as TTF."""
    return path(f"fonts/{_FONT_FILES[weight]}.ttf")


def web_font(weight: Weight = 400) -> Path:
    """Return Inter in that weight as WOFF2, with the characters of our languages only."""
    return path(f"fonts/web/{_FONT_FILES[weight]}.woff2")


@cache
def icons() -> Mapping[str, str]:
    """Return the one character of the icon font for each icon, by its Lucide name."""
    codes: dict[str, str] = json.loads(path("icons/icons.json").read_text("utf-8"))
    return MappingProxyType({name: chr(int(code, 16)) for name, code in codes.items()})


def icon(name: str) -> str:
    """Return the character that the icon font shows as the icon `name`; raises MissingAssetError."""
    try:
        return icons()[name]
    except KeyError:
        raise MissingAssetError(f"there is no icon {name!r}: see names.txt and NOTICE.md in assets") from None


def icon_svg(name: str) -> Path:
    """Return the icon `name` as SVG, drawn in `currentColor`; raises MissingAssetError."""
    return path(f"icons/svg/{name}.svg")
