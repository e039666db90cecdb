"""A narrow window beside the kiosk's: titled groups of buttons, and one line that says what the last press did.

For rehearsals, demos and training. It knows nothing of what its buttons do, and is no part of a station in service.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import Any

from kivy.base import EventLoop, runTouchApp, stopTouchApp
from kivy.clock import Clock

import assets
from kiosk.ui.glass import Glass
from kiosk.ui.theme import (
    ATTENTION_MOOD,
    GOOD_MOOD,
    INFO_MOOD,
    INK,
    MAIN,
    NEUTRAL,
    PAPER,
    SOFT,
    Mood,
    Rect,
    Shape,
    rgba,
    shape_for,
    split,
)
from kiosk.ui.tr import Translator
from kiosk.ui.widgets.box import Box, Stage
from kiosk.ui.widgets.buttons import SECOND_PAINT, Button
from kiosk.ui.widgets.panel import Line, ThingDisc
from kiosk.ui.widgets.touchable import Tile
from kiosk.ui.widgets.words import Icon, Words, measure
from lending.nouns import Text

log = logging.getLogger(__name__)

_HEADER, _TITLE, _FOOTER = 56, 32, 60
_MARGIN, _GAP, _GROUP_GAP = 16, 6, 14
_ROW_LEAST, _ROW_MOST = 30, 44
_PICTURE = 32
_LEAST_TYPE = 13
_CENTRED_FROM = 3
_LISTEN_SECONDS = 0.1
_STUMBLED = Text.of({"nb": "Det gikk ikke. Loggen vet mer.", "en": "That did not work. The log knows more."})


@dataclass(frozen=True, slots=True)
class Said:
    """What a press did, in words; `done` is False if it could not be done."""

    words: Text
    done: bool = True


@dataclass(frozen=True, slots=True)
class Press:
    """A button. `act` runs in a thread of its own, one press after the other, and says what it did.

    It carries a drawing on its tint, else an icon, else words alone.
    """

    label: Text
    act: Callable[[], Said]
    icon: str = ""
    drawing: str = ""
    tint: str = NEUTRAL


@dataclass(frozen=True, slots=True)
class Group:
    """Buttons under a title, or, without one, close under the group before.

    With more than `rows` rows of them (0: no limit) the rest stands on further pages.
    """

    title: Text | None
    presses: tuple[Press, ...]
    columns: int = 2
    rows: int = 0

    @property
    def height_in_rows(self) -> int:
        """How many rows it takes; a last page with fewer buttons takes as many."""
        needed = -(-len(self.presses) // self.columns)
        return min(needed, self.rows) if self.rows else needed

    @property
    def pages(self) -> int:
        """How many pages there are, at least one."""
        return max(1, -(-len(self.presses) // max(1, self.height_in_rows * self.columns)))

    def page(self, number: int) -> tuple[Press, ...]:
        """Return the buttons of a page, counted from 0."""
        most = self.height_in_rows * self.columns
        return self.presses[number * most : (number + 1) * most]


class PanelWindow:
    """The window: `title` at the top, the groups, and at the bottom what happened, first of all `hint`."""

    def __init__(self, title: Text, hint: Text, groups: tuple[Group, ...], language: str = "nb") -> None:
        self.tr = Translator(language=language)
        self._title, self._groups = title, groups
        self._said: Said | None = None
        self._hint = hint
        self._pages = dict.fromkeys(range(len(groups)), 0)
        self._glass: Glass | None = None
        self._root: Box | None = None
        self._footer: Box | None = None
        self._worker = ThreadPoolExecutor(1, "panel")
        self._stopping = False

    def run(self) -> None:
        """Open the window and stay until it is closed, or until `stop`. Only on the main thread."""
        name_window(self.tr.text(self._title))
        window = EventLoop.window
        window.clearcolor = rgba(PAPER)
        self._glass = Glass(lambda _on_control: None)
        window.add_widget(self._glass)
        window.bind(size=lambda *_: self._draw())
        self.tr.bind(language=lambda *_: self._draw())
        self._draw()
        Clock.schedule_interval(lambda _dt: self._end_if_asked(), _LISTEN_SECONDS)
        try:
            runTouchApp()
        finally:
            self._worker.shutdown(wait=False, cancel_futures=True)

    def stop(self) -> None:
        """Close the window soon. Also from a signal handler: it takes no lock."""
        self._stopping = True

    def _end_if_asked(self) -> None:
        if self._stopping:
            stopTouchApp()

    # --- What the buttons do

    def _pressed(self, press: Press) -> None:
        def act() -> None:
            try:
                said = press.act()
            except Exception:
                log.exception("a button of the panel stumbled")
                said = Said(_STUMBLED, done=False)
            Clock.schedule_once(lambda _dt: self._tell(said), 0)

        self._worker.submit(act)

    def _tell(self, said: Said) -> None:
        self._said = said
        if self._root is not None:
            self._draw_footer(self._root)

    def _turn(self, group: int, step: int) -> None:
        self._pages[group] = (self._pages[group] + step) % self._groups[group].pages
        self._draw()

    def _switch(self) -> None:
        self.tr.language = self.tr.next_language

    # --- How it looks

    def _draw(self) -> None:
        if self._glass is None:
            return
        stage = Stage(_measures(*EventLoop.window.size), self.tr, lambda _touch: None, lambda: 0)
        self._root = root = Box(stage, stage.shape.window)
        self._footer = None
        self._glass.hold(root)
        self._draw_header(root)
        y = float(_HEADER + _GAP)
        height = self._row_height(stage.shape.height)
        for at, group in enumerate(self._groups):
            if group.title is not None:
                y += _GROUP_GAP if at else 0
                self._draw_title(root, Rect(_MARGIN, y, stage.shape.width - 2 * _MARGIN, _TITLE), at, group)
                y += _TITLE + _GAP
            y += self._draw_presses(root, y, height, group.page(self._pages[at]), group)
        self._draw_footer(root)

    def _row_height(self, height: float) -> float:
        titles = sum(group.title is not None for group in self._groups)
        rows = sum(group.height_in_rows for group in self._groups)
        taken = _HEADER + _FOOTER + 2 * _GAP + titles * (_TITLE + _GAP) + (titles - 1) * _GROUP_GAP + rows * _GAP
        return min(_ROW_MOST, max(_ROW_LEAST, (height - taken) // max(1, rows)))

    def _draw_header(self, root: Box) -> None:
        stage = root.stage
        rect = stage.shape.window.top_part(_HEADER)
        inner = rect.inset(_MARGIN, 0)
        name = self.tr(f"language.{self.tr.next_language}")
        place = inner.right_part(measure(stage, name, (300, _HEADER), "micro", 600, most=1).width + 64)
        root.picture(Rect(inner.x, 12, 32, 32), "mark")
        words = inner.after(44).before(place.w + 8)
        root.add(
            Line(stage, rect.bottom_part(1)),
            Words(stage, words, self.tr.text(self._title), "small", 600, INK, most=1),
            Button(stage, place, "languages", name, self._switch, SECOND_PAINT, "micro", drawn=place.inset(0, 9)),
        )

    def _draw_title(self, root: Box, rect: Rect, at: int, group: Group) -> None:
        stage = root.stage
        assert group.title is not None  # noqa: S101 - the caller asked
        root.add(Words(stage, rect, self.tr.text(group.title), "small", 600, INK, most=1))
        if group.pages == 1:
            return
        last, first = rect.right_part(40), rect.before(40 + 52).right_part(40)
        between = Rect(first.right, rect.y, 52, rect.h)
        root.add(
            _Turn(stage, first, "chevron-left", lambda: self._turn(at, -1)),
            Words(stage, between, f"{self._pages[at] + 1} / {group.pages}", "micro", 400, SOFT, "center", most=1),
            _Turn(stage, last, "chevron-right", lambda: self._turn(at, 1)),
        )

    def _draw_presses(self, root: Box, y: float, height: float, shown: tuple[Press, ...], group: Group) -> float:
        rows = group.height_in_rows
        whole = rows * (height + _GAP)
        room = Rect(_MARGIN, y, root.stage.shape.width - 2 * _MARGIN, whole - _GAP)
        cells = split(room, group.columns, 8, rows, _GAP)
        for press, cell in zip(shown, cells, strict=False):
            root.add(_Row(root.stage, cell, press, self._pressed, centred=group.columns >= _CENTRED_FROM))
        return whole

    def _draw_footer(self, root: Box) -> None:
        if self._footer is not None:
            root.remove(self._footer)
        stage, said = root.stage, self._said
        mood, icon = _look_of(said)
        rect = stage.shape.window.bottom_part(_FOOTER)
        self._footer = footer = Box(stage, rect)
        footer.fill(rect, mood.tint)
        inner = rect.inset(_MARGIN, 6)
        text = self.tr.text(said.words if said is not None else self._hint)
        footer.add(
            Icon(stage, inner.left_part(24), icon, 24, mood.on),
            Words(stage, inner.after(36), text, "small", 600, mood.on, most=2),
        )
        root.add(footer)


def name_window(title: str) -> None:
    """Open the window of this process, if it is not open yet, and give it a name and our mark for the desktop."""
    EventLoop.ensure_window()
    EventLoop.window.set_title(title)
    EventLoop.window.set_icon(str(assets.drawing("mark")))


def _look_of(said: Said | None) -> tuple[Mood, str]:
    if said is None:
        return INFO_MOOD, "info"
    return (GOOD_MOOD, "circle-check") if said.done else (ATTENTION_MOOD, "circle-alert")


def _measures(width: float, height: float) -> Shape:
    """Return the kiosk's small measures: this window is worked with a mouse, at an arm's length."""
    small = shape_for(480, 800)
    return replace(
        small, width=int(width), height=int(height), radius=10, sizes=replace(small.sizes, least=_LEAST_TYPE)
    )


class _Row(Tile):
    """One button: a picture and words from the left, or words alone in the middle."""

    def __init__(self, stage: Stage, rect: Rect, press: Press, act: Callable[[Press], None], *,
                 centred: bool) -> None:  # fmt: skip
        text = stage.tr.text(press.label)
        super().__init__(stage, rect, text, lambda: act(press), width=1)
        inner = rect.inset(8, 1)
        side = min(_PICTURE, rect.h - 6)
        place = Rect(inner.x, rect.y + (rect.h - side) / 2, side, side)
        if press.drawing:
            self.add(ThingDisc(stage, place, press.drawing, press.tint))
        elif press.icon:
            self.add(Icon(stage, place, press.icon, 22, MAIN))
        words = inner.after(side + 8) if press.drawing or press.icon else inner
        align = "center" if centred else "left"
        self.add(Words(stage, words, text, "micro", 600, INK, align, most=1))


class _Turn(Tile):
    """A small arrow to the next or the last page."""

    def __init__(self, stage: Stage, rect: Rect, icon: str, act: Callable[[], Any]) -> None:
        super().__init__(stage, rect, icon, act, width=1)
        self.add(Icon(stage, rect, icon, 22, MAIN))
