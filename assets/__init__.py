"""What the station and the hub show: drawings, icons, fonts and demo data, found by name.

>>> drawing("drill").name
'drill.png'
>>> icon("check") == chr(0xE06C)
True
"""

import json
from collections.abc import Mapping, Sequence
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


def drawing(name: str, room: tuple[int, int] | None = None) -> Path:
    """Return the largest picture of the drawing `name` for the touchscreen, a PNG on transparent ground.

    With `room`, in pixels, the smallest that need not be made larger to be as large as there is room for; of the
    sizes of `assets/build.py`. Raises MissingAssetError if there is none.
    """
    pictures = _pictures().get(name)
    if pictures is None:
        raise MissingAssetError(
            f"there is no drawing {name!r}: put {name}.svg into assets/drawings and run bin/build-assets"
        )
    if room is not None:
        for (width, height), picture in pictures:
            if width >= room[0] or height >= room[1]:
                return picture
    return pictures[-1][1]


@cache
def _pictures() -> Mapping[str, Sequence[tuple[tuple[int, int], Path]]]:
    """Return the pictures of each drawing with their sizes, which their folders tell, the smallest first."""
    found: dict[str, list[tuple[tuple[int, int], Path]]] = {}
    for folder in path("drawings/png/built.json").parent.iterdir():
        width, by, height = folder.name.partition("x")
        for picture in folder.glob("*.png") if by else ():
            found.setdefault(picture.stem, []).append(((int(width), int(height)), picture))
    return {name: sorted(pictures) for name, pictures in found.items()}


def drawing_svg(name: str) -> Path:
    """Return the drawing `name` as SVG, for web pages and for print; raises MissingAssetError."""
    return path(f"drawings/{name}.svg")


def drawings() -> frozenset[str]:
    """Return the names of all drawings."""
    return frozenset(_pictures())


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
