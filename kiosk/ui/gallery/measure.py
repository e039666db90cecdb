"""Measures what is shown as it is drawn, page by page, and notes all that is wrong: it does not stop at the first.

These are the rules of the layout tests too. Sources: WCAG 2.2, 1.4.3 (words 4.5 : 1), 1.4.11 (edges 3 : 1); the sizes
of what is touched and of letters are those of `docs/architecture/look.md`.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from itertools import combinations
from typing import NamedTuple

from fontTools.ttLib import TTFont  # type: ignore[import-untyped]
from PIL import Image

import assets
from kiosk.desk.views import EnrolView, OutOfServiceView, StartingView
from kiosk.desk.views_care import LoadingView, MomentView
from kiosk.ui.app import KioskApp
from kiosk.ui.gallery.findings import Figure, Kind, Measured
from kiosk.ui.gallery.pixels import contrast_of_edge, contrast_of_words, is_plain, picture
from kiosk.ui.places import Rect, split
from kiosk.ui.shapes import Weight, shape_for
from kiosk.ui.widgets.box import Box, Placed
from kiosk.ui.widgets.buttons import Button
from kiosk.ui.widgets.folding import AIR
from kiosk.ui.widgets.keyboard import LEAST_KEY
from kiosk.ui.widgets.touchable import Tile, Touchable
from kiosk.ui.widgets.words import Words

LEAST_CONTRAST, LEAST_EDGE = 4.5, 3.0
_WITHOUT_MAIN = (StartingView, EnrolView, OutOfServiceView, MomentView, LoadingView)
_BREAKS = frozenset("\n\u00a0")
"""What has no picture of its own in a font, and needs none."""
_AIR_OF_A_LINE = 3
"""Pixels above and below a line of letters that are empty."""


class _Seen(NamedTuple):
    """Words or a control, with where it is drawn on the window and whether all of it is seen."""

    placed: Placed
    rect: Rect
    whole: bool

    @property
    def shown(self) -> Rect:
        """The part of it that is not covered."""
        seen = self.placed.seen
        if seen is None:
            return self.rect
        top, bottom = max(self.rect.y, seen.y), min(self.rect.bottom, seen.bottom)
        return Rect(self.rect.x, top, self.rect.w, max(0.0, bottom - top))


class Gauge:
    """Measures what `app` shows, in one look; without `pixels`, all but contrast, which takes a picture."""

    def __init__(self, app: KioskApp, *, pixels: bool = True) -> None:
        self._app = app
        self._pixels = pixels
        self._corner: tuple[float, float] | None = None
        self._found = Measured()

    def measure(self, first: Image.Image | None = None) -> Measured:
        """Measure all pages of what is shown; `first` is a picture of its first page, if there is one already."""
        found = self._found = Measured()
        screen, scene = self._app.screen, self._app.scene
        if screen is None or scene is None:
            found.find(Kind.EMPTY, "")
            return found
        self._layout(scene)
        if screen.dropped and self._app.aids.text > 1:  # ordinary text leaves out a hint that has no room
            found.find(Kind.LEFT_OUT, type(screen).__name__, screen.dropped)
        whole: set[tuple[int, int]] = set()
        first = first if screen.sheet_page == 0 else None
        for page in range(screen.sheet_pages):
            if page != screen.sheet_page:
                screen.turn_sheet(page - screen.sheet_page)
            self._page(page, scene, first if page == 0 else None)
            whole |= set(_found_whole(scene, self._window))
        for box in scene.walk():
            if isinstance(box, Touchable | Words) and not _is_whole(box, whole):
                found.find(Kind.MISSED, _says(box))
        found.pages = screen.sheet_pages
        screen.turn_sheet(-screen.sheet_page)  # the next example may be shown on the same screen
        return found

    @property
    def _window(self) -> Rect:
        scene = self._app.scene
        assert scene is not None  # noqa: S101 - nothing is measured without
        there = scene.stage.shape.on_window(scene.rect)
        return Rect(0, 0, there.w, scene.stage.shape.depth)

    # --- On the canvas: the same on every page

    def _layout(self, ground: Box) -> None:
        """Measure words in their places, and what they and controls say."""
        for box in ground.boxes:
            if isinstance(box, Words) and box.text:
                self._words(box, ground.rect)
            if isinstance(box, Touchable) and not box.says:
                self._found.find(Kind.NAMELESS, type(box).__name__)
            self._layout(box)

    def _words(self, said: Words, ground: Rect) -> None:
        found, letters, sizes = self._found, said.drawn, said.stage.shape.sizes
        if said.cut:
            found.find(Kind.CUT, said.text)
        past = max(letters.w - said.rect.w, letters.h - said.rect.h)
        if past > 1 or not ground.holds(letters, 1.5) or not said.stage.shape.window.holds(letters):
            found.find(Kind.FLOWS, said.text, past)
        found.note(Figure.SHARE, said.size_share, said.text)
        size = said.size_share * sizes.of(said.role)
        if said.role != "code" and size < sizes.least - 1 / said.stage.shape.zoom:
            found.find(Kind.LETTERS, said.text, size * said.stage.shape.zoom)
        if not said.text.strip() or "{" in said.text:
            found.find(Kind.UNFILLED, said.text)
        if missing := {letter for letter in said.text if ord(letter) not in _font(said.weight)} - _BREAKS:
            found.find(Kind.GLYPH, "".join(sorted(missing)))

    # --- On the window: page by page

    def _page(self, page: int, scene: Box, image: Image.Image | None) -> None:
        there = list(_seen(scene, self._window))
        said = [one for one in there if isinstance(one.placed.box, Words)]
        controls = [one for one in there if isinstance(one.placed.box, Touchable)]
        self._apart(page, said, controls)
        for one in controls:
            self._control(page, one)
        self._main(page, controls)
        if self._pixels:
            self._look(page, image or picture(), [one for one in there if one.whole])

    def _apart(self, page: int, said: list[_Seen], controls: list[_Seen]) -> None:
        inks = [(one, _ink(one)) for one in said if one.shown.h > 1]
        for (one, ink), (other, beside) in combinations(inks, 2):
            if ink.overlaps(beside):
                self._found.find(Kind.OVERLAP, f"{_says(one.placed.box)} / {_says(other.placed.box)}", page=page)
        for ground in (one for one in controls if isinstance(one.placed.box, Tile | Button)):
            inside, place = set(map(id, ground.placed.box.walk())), _ground(ground).inset(1)
            for one, ink in inks:
                if id(one.placed.box) in inside or not ink.overlaps(place):
                    continue
                if any(line.overlaps(place) for line in _lines_of(one, ink)):
                    text = f"{_says(one.placed.box)} / {_says(ground.placed.box)}"
                    self._found.find(Kind.COVERED, text, page=page)
        for one, other in combinations([one for one in controls if one.whole], 2):
            if one.rect.inset(1).overlaps(other.rect.inset(1)):
                self._found.find(Kind.CLOSE, f"{_says(one.placed.box)} / {_says(other.placed.box)}", page=page)

    def _control(self, page: int, one: _Seen) -> None:
        """Measure the size of a control, and in reach mode whether all of it that is seen lies in the lower half."""
        box, window = one.placed.box, self._window
        if self._app.aids.reach and one.shown.h > 1 and one.shown.y < window.h / 2 - 1:
            self._found.find(Kind.HIGH, _says(box), one.shown.y, page)
        if not one.whole or not isinstance(box, Touchable):
            return
        least = shape_for(round(window.w), round(window.h)).touch - 1
        side = one.rect.h if box.narrow else min(one.rect.w, one.rect.h)
        self._found.note(Figure.TARGET, side, _says(box))
        if side < least or (box.narrow and one.rect.w < LEAST_KEY):
            self._found.find(Kind.SMALL, _says(box), min(one.rect.w, one.rect.h), page)

    def _main(self, page: int, controls: list[_Seen]) -> None:
        """Look for the main button: one, whole, its lower right corner where it was on the screens before."""
        if isinstance(self._app.view, _WITHOUT_MAIN):
            return
        main = self._app.shape.main
        there = [one.rect for one in controls if one.whole and one.placed.box.rect == main]
        corner = (round(there[0].right), round(there[0].bottom)) if there else None
        self._corner = self._corner or corner
        if len(there) != 1 or corner != self._corner:
            self._found.find(Kind.MAIN, f"{len(there)} at {main}", page=page)

    # --- Pixels

    def _look(self, page: int, image: Image.Image, there: list[_Seen]) -> None:
        if is_plain(image):
            self._found.find(Kind.EMPTY, type(self._app.view).__name__, page=page)
        for one in there:
            box = one.placed.box
            if isinstance(box, Words) and box.text.strip():
                red, green, blue = (round(part * 255) for part in box.rgba(box.colour)[:3])
                value = contrast_of_words(image, one.rect, (red, green, blue))
                self._found.note(Figure.CONTRAST, value, box.text)
                if value < LEAST_CONTRAST:
                    self._found.find(Kind.FAINT, box.text, value, page)
            elif (isinstance(box, Tile) and box.outlined) or (isinstance(box, Button) and not box.waits):
                drawn = box.drawn if isinstance(box, Button) else box.rect
                value = contrast_of_edge(image, _on_window(one.placed, drawn))
                self._found.note(Figure.EDGE, value, box.says)
                if value < LEAST_EDGE:
                    self._found.find(Kind.EDGE, box.says, value, page)


def _says(box: Box) -> str:
    return box.text if isinstance(box, Words) else box.says if isinstance(box, Touchable) else ""


def _on_window(placed: Placed, part: Rect) -> Rect:
    """Return where a part of a box is drawn on the window."""
    zoom, box = placed.box.stage.shape.zoom, placed.box.rect
    return Rect(
        placed.rect.x + (part.x - box.x) * zoom, placed.rect.y + (part.y - box.y) * zoom, part.w * zoom, part.h * zoom
    )


def _drawn_place(placed: Placed) -> Rect:
    """Return where something is drawn: letters may take less than their place."""
    return _on_window(placed, placed.box.drawn) if isinstance(placed.box, Words) else placed.rect


def _ground(one: _Seen) -> Rect:
    """Return where the ground of a control is drawn and seen: a button may take less than what is touched."""
    box, shown = one.placed.box, one.shown
    drawn = _on_window(one.placed, box.drawn) if isinstance(box, Button) else one.rect
    top, bottom = max(drawn.y, shown.y), min(drawn.bottom, shown.bottom)
    return Rect(drawn.x, top, drawn.w, max(0.0, bottom - top))


def _seen(scene: Box, window: Rect) -> Iterator[_Seen]:
    """Yield words and controls of which some can be seen."""
    for placed in scene.placed():
        box = placed.box
        if not isinstance(box, Touchable) and not (isinstance(box, Words) and box.text):
            continue
        rect = _drawn_place(placed)
        one = _Seen(placed, rect, _shows(placed, rect, window))
        if one.whole or one.shown.h > 0:
            yield one


def _shows(placed: Placed, part: Rect, window: Rect, slack: float = 1) -> bool:
    seen = placed.seen
    return window.holds(part, slack) and (
        seen is None or (part.y >= seen.y - slack and part.bottom <= seen.bottom + slack)
    )


def _pieces(placed: Placed) -> list[Rect]:
    """Return what must be seen whole: a box, each line of words higher than a page, a part of a control that is."""
    rect, box = _drawn_place(placed), placed.box
    if isinstance(box, Words) and placed.seen is not None:
        return list(split(rect, 1, 0, box.lines))
    if placed.seen is None or rect.h <= _room_of(placed, placed.seen) - AIR:
        return [rect]
    least = box.stage.shape.on_window(Rect(0, 0, 0, box.stage.shape.touch)).h
    return [Rect(rect.x, min(max(rect.y, placed.seen.y), rect.bottom - least), rect.w, least)]


def _room_of(placed: Placed, seen: Rect) -> float:
    """Return the height of the page there is for a box: for a control within reach the part below the middle."""
    shape = placed.box.stage.shape
    if shape.reach and isinstance(placed.box, Touchable):
        return seen.bottom - max(seen.y, shape.depth / 2)
    return seen.h


def _found_whole(scene: Box, window: Rect) -> Iterator[tuple[int, int]]:
    """Yield each box that is seen whole, with the number of its line; -1 for one that is in one piece."""
    for placed in scene.placed():
        if isinstance(placed.box, Touchable | Words):
            if _shows(placed, _drawn_place(placed), window):
                yield id(placed.box), -1
            parts = _pieces(placed)
            for at, part in enumerate(parts):
                if _shows(placed, part, window, 1 if len(parts) == 1 else _AIR_OF_A_LINE):
                    yield id(placed.box), -1 if len(parts) == 1 else at


def _is_whole(box: Touchable | Words, whole: set[tuple[int, int]]) -> bool:
    if isinstance(box, Words) and not box.text:
        return True
    lines = range(box.lines if isinstance(box, Words) else 1)
    return (id(box), -1) in whole or all((id(box), at) in whole for at in lines)


def _ink(one: _Seen) -> Rect:
    """Return where letters can be seen: a line has air above and below."""
    zoom = one.placed.box.stage.shape.zoom
    ink, shown = one.rect.inset(0, min(5 * zoom, one.rect.h / 4)), one.shown
    top, bottom = max(ink.y, shown.y), min(ink.bottom, shown.bottom)
    return Rect(ink.x, top, ink.w, max(0.0, bottom - top))


def _lines_of(one: _Seen, ink: Rect) -> Iterator[Rect]:
    """Yield where the letters of each line can be seen, within what can be seen of all."""
    box = one.placed.box
    for line in box.line_places() if isinstance(box, Words) else ():
        place = _on_window(one.placed, line)
        top, bottom = max(place.y, ink.y), min(place.bottom, ink.bottom)
        yield Rect(place.x, top, place.w, max(0.0, bottom - top))


@cache
def _font(weight: Weight) -> frozenset[int]:
    """Return the numbers of the letters that a font has a picture of."""
    with TTFont(assets.font(weight)) as font:
        return frozenset(font.getBestCmap())
