"""Draw every example: `python -m kiosk.ui.gallery --out DIR [--shape 800x480] [--lang en]`."""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

from kiosk.ui import environment
from kiosk.ui.gallery.draw import draw, sheet
from kiosk.ui.theme import SHAPES


def main() -> None:
    """Draw what the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--shape", help="as 800x480; without it, all four")
    parser.add_argument("--lang", help="a tag such as nb; without it, all languages")
    parser.add_argument("--only", default="", help="only examples with this in their name")
    given = parser.parse_args()
    shapes = SHAPES
    if given.shape:
        width, height = given.shape.split("x")
        shapes = ((int(width), int(height)),)
    with tempfile.TemporaryDirectory() as home:
        widest, highest = max(w for w, _ in shapes), max(h for _, h in shapes)
        environment.prepare(Path(home), environment.Window(widest, highest))  # off screen a window cannot grow
        languages = (given.lang,) if given.lang else ("nb", "en")
        files = draw(given.out, shapes, languages, given.only)
        for width, height in shapes:
            mine = [file for file in files if file.name.startswith(f"{width}x{height}-")]
            sheet(mine, given.out / f"sheet-{width}x{height}.png", 4 if width >= height else 6)


if __name__ == "__main__":
    main()
