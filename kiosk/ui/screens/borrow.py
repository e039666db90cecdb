"""Boards 05, 17, 20: the tick list of the thing being borrowed. And which parts a returned thing lacks."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from kivy.clock import Clock

from kiosk.desk.views import BorrowView, PartRow, ThingFace, VisitLine, WhichMissingView
from kiosk.ui.screens.hero import HeroScreen
from kiosk.ui.screens.screen import Choice, Disc, Screen, it_is_yours
from kiosk.ui.theme import INK, Kind, Rect, Shape
from kiosk.ui.widgets.box import Box, Stage
from kiosk.ui.widgets.buttons import MAIN_PAINT, WAITING_PAINT, Button, row_button, second_button
from kiosk.ui.widgets.rows import TickRow
from kiosk.ui.widgets.things import Drawing
from kiosk.ui.widgets.words import measure
from lending.nouns import PartAnswer
from lending.visit import CancelItem, ConfirmLoan, ConfirmMissing, PartAnswered, RestIsHere, StillHere

_RING_SECONDS = 1.2
_LEAST_PICTURE, _HIGHEST_PICTURE = 100, 400
"""Pixels a picture between the head and the parts is high: a lower one says nothing, a higher one more than they."""
_GROWN_GAP = 6


class TickList(Box):
    """The rows of one page, and a button to the next page if there are more."""

    is_list = True

    def __init__(self, stage: Stage, rect: Rect, parts: tuple[PartRow, ...],
                 answer: Callable[[int, PartAnswer], None], *, only_missing: bool = False) -> None:  # fmt: skip
        super().__init__(stage, rect)
        self._parts = parts
        self._answer = answer
        self._only_missing = only_missing
        self._first = 0
        self._rows: list[TickRow] = []
        self._columns, self._height, self._pitch = _row_measures(stage.shape)
        self._heights = _heights(stage, parts, rect.w)
        holds = max(1, int((rect.h + self._pitch - self._height + 0.5) // self._pitch)) * self._columns
        if self._heights and sum(self._heights) <= rect.h + 0.5:
            holds = len(parts)
        self._holds = holds
        self.folded = len(parts) > holds
        if self.folded:
            room = rect.h - stage.shape.touch - 4 + self._pitch - self._height
            self._holds = max(1, int((room + 0.5) // self._pitch)) * self._columns
        self._show()

    @staticmethod
    def height(stage: Stage, parts: tuple[PartRow, ...], width: float, *, at_once: bool = False) -> float:
        """Return the pixels that the rows of `parts` take, with the page button if there must be one; 8 at most a
        page, but `at_once` all. With larger text the screen has pages, and the list none of its own.
        """
        grown = _heights(stage, parts, width)
        if grown:
            return sum(grown)
        shape = stage.shape
        columns, height, pitch = _row_measures(shape)
        most = 8 // columns
        rows = -(-len(parts) // columns)
        if rows <= most or at_once:
            return (rows - 1) * pitch + height
        return most * pitch + shape.touch

    def tell(self, parts: tuple[PartRow, ...]) -> None:
        """Show other answers of the same parts."""
        self._parts = parts
        for row, part in zip(self._rows, parts[self._first :], strict=False):
            row.tell(part)

    @property
    def first(self) -> int:
        """Which part stands first on the page."""
        return self._first

    def show_page_of(self, part: int) -> None:
        """Turn to the page with `part`, if there is such a part."""
        if 0 <= part < len(self._parts):
            self._first = part // self._holds * self._holds
            self._show()

    def show_first_open(self) -> None:
        """Turn to the first part not answered yet and ring it for a moment."""
        at = next((i for i, part in enumerate(self._parts) if part.answer is None), None)
        if at is None:
            return
        if not self._first <= at < self._first + self._holds:
            self._first = at // self._holds * self._holds
            self._show()
        _ring(self, self._rows[at - self._first].rect)

    def _show(self) -> None:
        self.empty()
        page = self._parts[self._first : self._first + self._holds]
        width = (self.rect.w - (self._columns - 1) * self.stage.shape.gutter) / self._columns
        self._rows = []
        for at, part in enumerate(page):
            down, across = divmod(at, self._columns)
            y, height = down * self._pitch, self._height
            if self._heights and self._holds == len(self._parts):
                y, height = sum(self._heights[:at]), self._heights[at] - _GROWN_GAP
            place = Rect(self.rect.x + across * (width + self.stage.shape.gutter), self.rect.y + y, width, height)
            index = self._first + at
            row = TickRow(self.stage, place, part, self._answers(index), only_missing=self._only_missing)
            self._rows.append(row)
            self.add(row)
        if len(self._parts) > self._holds:
            self._pager()

    def _answers(self, index: int) -> Callable[[PartAnswer], None]:
        return lambda answer: self._answer(index, answer)

    def _pager(self) -> None:
        tr = self.stage.tr
        end = min(self._first + self._holds, len(self._parts))
        last = end == len(self._parts)
        text = tr("page.parts", first=self._first + 1, last=end, n=len(self._parts))
        place = self.rect.bottom_part(self.stage.shape.touch)
        icon = "arrow-left" if last else "arrow-right"
        self.add(row_button(self.stage, place, icon, text, self._turn))

    def _turn(self) -> None:
        self._first = 0 if self._first + self._holds >= len(self._parts) else self._first + self._holds
        self._show()
        self.stage.submit(StillHere())


def _row_measures(shape: Shape) -> tuple[int, float, float]:
    """Return columns, height and pitch of tick rows. With larger text a name may take two lines."""
    if shape.text > 1 and shape.kind is Kind.TALL_SMALL:
        return (1, 92.0, 98.0)
    return {
        Kind.WIDE_LARGE: (2, 96.0, 112.0),
        Kind.WIDE_SMALL: (2, 66.0, 66.0),
        Kind.TALL_LARGE: (2, 84.0, 92.0),
        Kind.TALL_SMALL: (1, 66.0, 67.0),
    }[shape.kind]


def _heights(stage: Stage, parts: tuple[PartRow, ...], width: float) -> list[float]:
    """Return the height of each row with the gap below where larger text leaves one column, else nothing."""
    shape = stage.shape
    if shape.text <= 1 or shape.kind is not Kind.TALL_SMALL:
        return []
    return [TickRow.height(stage, part, width) + _GROWN_GAP for part in parts]


def _ring(owner: Box, rect: Rect) -> None:
    ring = Box(owner.stage, rect)
    radius = owner.stage.shape.radius
    for side in (rect.top_part(4), rect.bottom_part(4), rect.left_part(4), rect.right_part(4)):
        ring.fill(side, INK, min(radius, 2))
    owner.add(ring)
    Clock.schedule_once(lambda _dt: owner.remove(ring), _RING_SECONDS)


def _picture(screen: Screen[Any], room: Rect, thing: ThingFace) -> None:
    """Show `thing` between the head and the parts, where there is room for it."""
    room = screen.above_reach(room, 0)
    height = min(room.h - screen.shape.gutter, _HIGHEST_PICTURE)
    if height < _LEAST_PICTURE:
        return
    place = Rect(room.x, room.y + (room.h - height) / 2, room.w, height)
    screen.add(Drawing(screen.stage, place, thing.drawing, thing.tint))


class BorrowScreen(HeroScreen[BorrowView]):
    """Is everything here? The main button waits, and says what it waits for."""

    def build(self) -> None:
        """Put everything in its place."""
        view, tr = self.view, self.tr
        if not view.parts:
            self._ask_only()
            return
        room = self._room()
        head = self._head_height(room)
        shape = self.shape
        rows = min(TickList.height(self.stage, view.parts, room.w), room.h - head)
        if shape.wide:
            top = room.below(head)
            place = Rect(top.x, top.y, top.w, top.h)
        else:
            place = room.bottom_part(max(rows, 0))
            above = Rect(room.x, room.y + head, room.w, room.h - head - place.h)
            if not shape.higher:  # else the parts have the room
                if above.h > 96 + shape.gutter:  # room for the strip
                    above = self.strip_below(above.above(shape.gutter))
                _picture(self, above, view.thing)
        top = room.top_part(head - (32 if shape.wide and shape.large else 4))
        self._head(top)
        self._list = TickList(self.stage, place, view.parts, self._answer)
        self.add(self._list)
        first, third = self.shape.others(2)
        self.add(
            second_button(
                self.stage,
                first,
                "x" if shape.large or not shape.wide else "",
                self._cancel_words(),
                self.send(CancelItem()),
            )
        )
        self._third_place = third
        self._third: Button | None = None
        self._main = Button(self.stage, shape.main, "check", tr("done"), self._confirm, MAIN_PAINT)
        self.add(self._main)
        self._buttons()

    def memory(self) -> object:
        """Return which part stands first."""
        return self._list.first if self.view.parts else 0

    def remember(self, memory: object) -> None:
        """Show the page with the part that stood first."""
        if self.view.parts and isinstance(memory, int):
            self._list.show_page_of(memory)

    def update(self, view: BorrowView) -> bool:
        """Take other answers of the same parts."""
        same = [part.name for part in view.parts] == [part.name for part in self.view.parts] and view.parts
        if not same or view.thing != self.view.thing or view.lines != self.view.lines:
            return False
        self.view = view
        self._list.tell(view.parts)
        self._buttons()
        return True

    def visit_lines(self) -> tuple[VisitLine, ...]:
        """Return the lines of this visit, and last the thing that is not borrowed yet."""
        lines = self.view.lines
        return lines if any(line.state is None for line in lines) else (*lines, VisitLine(self.view.thing, None))

    def _ask_only(self) -> None:
        view, tr = self.view, self.tr
        text = tr("borrow.due", it_is_yours=self._it_is_yours(), date=tr.day(view.due)) if view.due else ""
        if text and view.due_doubtful:
            text = f"{text}\n{tr('due.doubtful')}"
        self.hero(
            None,
            tr("borrow.ask", thing=tr.text(view.thing.definite)),
            text,
            scene=Disc(300, view.thing),
            choices=[
                Choice("check", tr("borrow.main", thing=tr.text(view.thing.definite)), ConfirmLoan()),
                Choice("x", self._cancel_words(), CancelItem()),
            ],
        )

    def _room(self) -> Rect:
        shape = self.shape
        if shape.wide and not shape.large:
            return shape.content(2)
        return self.with_visit(2)

    def _head_height(self, room: Rect) -> float:
        shape, view, tr = self.shape, self.view, self.tr
        heights = {Kind.WIDE_LARGE: 128, Kind.WIDE_SMALL: 36, Kind.TALL_LARGE: 112, Kind.TALL_SMALL: 72}
        title = tr("borrow.title", thing=tr.text(view.thing.name))
        text = "" if shape.kind is Kind.WIDE_SMALL else tr("borrow.hint_short")
        return self.head_height(heights[shape.kind], room, None, title, text)

    def _head(self, rect: Rect) -> None:
        shape, view, tr = self.shape, self.view, self.tr
        title = tr("borrow.title", thing=tr.text(view.thing.name))
        if shape.kind is Kind.WIDE_SMALL:
            room = self.chip_so_far(Rect(rect.x, rect.y - 4, rect.w, rect.h + 4))
            fits = not measure(self.stage, title, (room.w, room.h), "title", 600, 1).cut
            self.header(room, None, title if fits else tr("borrow.title_short"), "")
            return
        disc = Disc(96, view.thing) if shape.wide else None
        self.header(rect, disc, title, tr("borrow.hint" if shape.wide else "borrow.hint_short"))

    def _cancel_words(self) -> str:
        return self.tr("borrow.cancel" if self.shape.kind is Kind.WIDE_LARGE else "borrow.cancel_short")

    def _buttons(self) -> None:
        view, tr = self.view, self.tr
        waiting = sum(part.answer is None for part in view.parts)
        if waiting:
            self._main.show("circle-dashed", tr("borrow.left", n=waiting), WAITING_PAINT)
        else:
            self._main.show("check", tr("borrow.main", thing=tr.text(view.thing.definite)), MAIN_PAINT)
        if self._third is not None:
            self.remove(self._third)
            self._third = None
        if waiting:
            missing = any(part.answer is PartAnswer.MISSING for part in view.parts)
            text = tr("borrow.rest" if missing else "borrow.all")
            icon = "list-checks" if self._third_place.w > 190 else ""  # noqa: PLR2004
            self._third = second_button(self.stage, self._third_place, icon, text, self.send(RestIsHere()))
            self.add(self._third)

    def _confirm(self) -> None:
        if any(part.answer is None for part in self.view.parts):
            self._list.show_first_open()
            self.stage.submit(StillHere())
        else:
            self.stage.submit(ConfirmLoan())

    def _answer(self, index: int, answer: PartAnswer) -> None:
        self.stage.submit(PartAnswered(index, answer))

    def _it_is_yours(self) -> str:
        return it_is_yours(self.tr, self.view.thing)


class WhichMissingScreen(Screen[WhichMissingView]):
    """Point out what is missing; not knowing is fine."""

    def build(self) -> None:
        """Put everything in its place."""
        view, tr, shape = self.view, self.tr, self.shape
        room = self.with_visit(1) if shape.large else shape.content(1)
        usual = {Kind.WIDE_LARGE: 128, Kind.WIDE_SMALL: 36, Kind.TALL_LARGE: 112, Kind.TALL_SMALL: 72}[shape.kind]
        text = "" if shape.kind is Kind.WIDE_SMALL else tr("which_missing.hint")
        head = self.head_height(usual, room, None, tr("which_missing.title"), text)
        disc = Disc(96, view.thing) if shape.kind is Kind.WIDE_LARGE else None
        top = room.top_part(head - (32 if shape.kind is Kind.WIDE_LARGE else 4))
        if shape.kind is Kind.WIDE_SMALL:
            top = self.chip_so_far(Rect(top.x, top.y - 4, top.w, top.h + 4), but_newest=True)
        self.header(top, disc, tr("which_missing.title"), text)
        place = room.below(head)
        if not shape.wide and not shape.higher:
            rows = min(place.h, TickList.height(self.stage, view.parts, place.w, at_once=True))
            _picture(self, place.above(rows), view.thing)
            place = place.bottom_part(rows)
        self._list = TickList(self.stage, place, view.parts, self._answer, only_missing=True)
        self.add(self._list)
        self._main = Button(self.stage, shape.main, "check", tr("done"), self._confirm, MAIN_PAINT)
        self._second: Button | None = None
        self.add(self._main)
        self._buttons()

    def memory(self) -> object:
        """Return which part stands first."""
        return self._list.first

    def remember(self, memory: object) -> None:
        """Show the page with the part that stood first."""
        if isinstance(memory, int):
            self._list.show_page_of(memory)

    def update(self, view: WhichMissingView) -> bool:
        """Take other answers of the same parts."""
        if view.thing != self.view.thing or len(view.parts) != len(self.view.parts) or view.lines != self.view.lines:
            return False
        self.view = view
        self._list.tell(view.parts)
        self._buttons()
        return True

    def _missing(self) -> int:
        return sum(part.answer is PartAnswer.MISSING for part in self.view.parts)

    def _buttons(self) -> None:
        missing, tr = self._missing(), self.tr
        if missing:
            self._main.show("check", tr("which_missing.main", n=missing), MAIN_PAINT)
        else:
            self._main.show("circle-dashed", tr("which_missing.wait"), WAITING_PAINT)
        if self._second is not None:
            self.remove(self._second)
            self._second = None
        if not missing:
            place = self.shape.others(1)[0]
            text = tr("which_missing.unsure")
            self._second = second_button(self.stage, place, "circle-help", text, self.send(ConfirmMissing()))
            self.add(self._second)

    def _confirm(self) -> None:
        self.stage.submit(ConfirmMissing() if self._missing() else StillHere())

    def _answer(self, index: int, answer: PartAnswer) -> None:
        self.stage.submit(PartAnswered(index, answer))
