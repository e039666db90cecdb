"""Draws the examples of one look after the other: a process of its own, so that several can work at once.

`python -m kiosk.ui.gallery.draw` reads one order per line (JSON: `out`, `look`, `names`, `sheets`, `measure`,
`pictures`) and answers with one line per example, `{"name", "bytes", "pages", "measured"}`, or `{"name", "why"}` for
one that could not be drawn, and `{}` after the last.
"""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kiosk.ui import environment
from kiosk.ui.gallery import views
from kiosk.ui.gallery.common import NOW, UP_MS
from kiosk.ui.gallery.looks import Look
from kiosk.ui.theme import SHAPES

if TYPE_CHECKING:
    from PIL.Image import Image

    from kiosk.ui.app import KioskApp
    from kiosk.ui.gallery.findings import Measured

_COLOURS = 96
"""Flat colours and the steps between them on letters' edges; a picture of 30 kB instead of 130."""


class Painter:
    """A window, and the examples that are shown on it in one look."""

    def __init__(self, look: Look) -> None:
        from kiosk.ui.app import KioskApp  # noqa: PLC0415  # Kivy reads its surroundings at import
        from kiosk.ui.gallery.measure import Gauge  # noqa: PLC0415  # only for looking, not on a station

        self._app: KioskApp = KioskApp(lambda _touch: None, lambda: UP_MS, lambda: NOW, home=look.aids)
        self._app.open()
        self._app.resize(look.width, look.height)
        self._app.step(2)
        self._gauge = Gauge(self._app)

    def draw(self, names: list[str]) -> Iterator[tuple[str, Image | None]]:
        """Yield each example with its picture, None for one that could not be drawn."""
        from kiosk.ui.gallery.pixels import picture  # noqa: PLC0415

        there = views()
        for name in names:
            before = self._app.faults
            self._app.show(there[name])
            self._app.step(2)
            self._at_first_page()
            yield name, None if self._app.faults > before else picture()

    def _at_first_page(self) -> None:
        """Go back to where people begin: a screen that takes the next example in place stays at its page."""
        screen = self._app.screen
        if screen is not None and screen.sheet_page:
            screen.turn_sheet(-screen.sheet_page)
            self._app.step(2)

    def further(self) -> Iterator[Image]:
        """Yield the pictures of the further pages of the example that was drawn last."""
        from kiosk.ui.gallery.pixels import picture  # noqa: PLC0415

        screen = self._app.screen
        for _ in range(1, 1 if screen is None else screen.sheet_pages):
            assert screen is not None  # noqa: S101 - it has pages
            screen.turn_sheet(1)
            self._app.step(2)
            yield picture()

    def measure(self, first: Image) -> Measured:
        """Measure all pages of the example that was drawn last; `first` is its picture."""
        return self._gauge.measure(first)

    def close(self) -> None:
        """Take everything out of the window."""
        self._app.close()


def write_small(picture: Image, path: Path) -> int:
    """Write `picture` as a PNG of few colours and return its bytes."""
    from PIL.Image import Dither, Quantize  # noqa: PLC0415

    few = picture.quantize(_COLOURS, method=Quantize.FASTOCTREE, dither=Dither.NONE)
    few.save(path, "PNG", compress_level=6)
    return path.stat().st_size


def main() -> int:
    """Draw what comes in until it ends."""
    with tempfile.TemporaryDirectory() as home:
        widest, highest = max(w for w, _ in SHAPES), max(h for _, h in SHAPES)
        # Off screen a window cannot grow, and no frame need wait for the next.
        environment.prepare(Path(home), environment.Window(widest, highest, frames_per_second=0))
        for line in sys.stdin:
            _obey(json.loads(line))
            _say({})
    return 0


def _obey(order: dict[str, Any]) -> None:
    from kiosk.ui.gallery.sheets import Sheets  # noqa: PLC0415

    look, out = Look(**order["look"]), Path(order["out"])
    folder = out / "pictures" / look.folder
    folder.mkdir(parents=True, exist_ok=True)
    sheets = Sheets(out / "sheets", look) if order["sheets"] else None
    painter = Painter(look)
    for name, picture in painter.draw(order["names"]):
        if picture is None:
            _say({"name": name, "why": "it could not be drawn"})
            continue
        if sheets is not None:
            sheets.add(name, picture)
        size = write_small(picture, folder / f"{name}.png") if order["pictures"] else 0
        pages = 1
        for pages, further in enumerate(painter.further() if order["pictures"] or sheets else (), 2):
            if sheets is not None:
                sheets.add(name, further, pages)
            size += write_small(further, folder / f"{name}-{pages}.png") if order["pictures"] else 0
        answer: dict[str, Any] = {"name": name, "bytes": size, "pages": pages, "measured": None}
        if order["measure"]:
            measured = painter.measure(picture)
            answer |= {"pages": measured.pages, "measured": measured.as_dict()}
        _say(answer)
    painter.close()
    if sheets is not None:
        sheets.write()


def _say(answer: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(answer) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
