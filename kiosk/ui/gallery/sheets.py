"""Contact sheets: the pictures of one group side by side, small, each with its name, so that all can be looked at."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import assets
from kiosk.ui.gallery import GROUPS
from kiosk.ui.gallery.looks import Look

if TYPE_CHECKING:
    from PIL.Image import Image

_GROUND, _INK = "#E3DCCD", "#14211D"
_GAP, _LINE, _TYPE = 12, 26, 17
_WIDE, _TALL = (4, 480), (6, 320)
"""Columns, and pixels of a picture's width."""

_MOST = 24
"""Pictures on one sheet; more could not be read when it is shown at once."""


class Sheets:
    """Collects the pictures of one look, and writes them by group into `folder`."""

    def __init__(self, folder: Path, look: Look) -> None:
        self._folder = folder
        self._look = look
        self._columns, self._width = _WIDE if look.width >= look.height else _TALL
        self._groups = {name: group for group, make in GROUPS.items() for name in make()}
        self._found: dict[str, list[tuple[str, Image]]] = {}

    def add(self, name: str, picture: Image, page: int = 1) -> None:
        """Take the picture of a page, made smaller at once."""
        height = round(picture.height * self._width / picture.width)
        small = picture.resize((self._width, height), reducing_gap=2.0)
        self._found.setdefault(self._groups[name], []).append((name if page == 1 else f"{name}-{page}", small))

    def write(self) -> None:
        """Write each group's sheets."""
        self._folder.mkdir(parents=True, exist_ok=True)
        for group, pictures in self._found.items():
            for number, start in enumerate(range(0, len(pictures), _MOST), 1):
                look = self._look.folder.replace("/", "-")
                self._sheet(pictures[start : start + _MOST]).save(self._folder / f"{group}-{number}-{look}.png")

    def _sheet(self, pictures: list[tuple[str, Image]]) -> Image:
        from PIL import Image, ImageDraw, ImageFont  # noqa: PLC0415  # only for looking, not on a station

        high = pictures[0][1].height + _LINE + _GAP
        rows = -(-len(pictures) // self._columns)
        size = (self._columns * (self._width + _GAP) + _GAP, rows * high + _GAP)
        sheet = Image.new("RGB", size, _GROUND)
        pen = ImageDraw.Draw(sheet)
        type_ = ImageFont.truetype(str(assets.font(600)), _TYPE)
        for at, (name, small) in enumerate(pictures):
            x = _GAP + at % self._columns * (self._width + _GAP)
            y = _GAP + at // self._columns * high
            pen.text((x, y), name, _INK, type_)
            sheet.paste(small, (x, y + _LINE))
        return sheet.quantize(128)
