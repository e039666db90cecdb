"""Draw the examples, one picture each."""

from __future__ import annotations

import sys
from pathlib import Path

from kiosk.ui.gallery import views
from kiosk.ui.gallery.common import NOW, UP_MS


def draw(out: Path, shapes: tuple[tuple[int, int], ...], languages: tuple[str, ...], only: str = "") -> list[Path]:
    """Draw every example in the window sizes and languages, one PNG each, and return the files."""
    from kiosk.ui.app import KioskApp  # noqa: PLC0415  # Kivy reads its surroundings at import

    out.mkdir(parents=True, exist_ok=True)
    files: list[Path] = []
    for language in languages:
        app = KioskApp(lambda _touch: None, lambda: UP_MS, lambda: NOW, language)
        app.open()
        for width, height in shapes:
            app.resize(width, height)
            app.step(2)
            for name, view in views().items():
                if only not in name:
                    continue
                app.show(view)
                app.step(2)
                files.append(app.screenshot(out / f"{width}x{height}-{language}-{name}.png"))
        app.close()
        if app.faults:
            sys.exit(f"{app.faults} screens could not be drawn")
    return files


def sheet(files: list[Path], to: Path, columns: int = 4, width: int = 480) -> None:
    """Put the pictures side by side, made smaller, into one."""
    from PIL import Image  # noqa: PLC0415  # only for looking, not on a station

    pictures = [Image.open(file) for file in files]
    tallest = max(round(picture.height * width / picture.width) for picture in pictures)
    rows = -(-len(pictures) // columns)
    whole = Image.new("RGB", (columns * (width + 8), rows * (tallest + 8)), "#808080")
    for at, picture in enumerate(pictures):
        small = picture.resize((width, round(picture.height * width / picture.width)))
        whole.paste(small, ((at % columns) * (width + 8), (at // columns) * (tallest + 8)))
    whole.save(to)
