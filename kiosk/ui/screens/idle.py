"""Board 01, 16, 19: nobody is here."""

from __future__ import annotations

from kiosk.desk.views import CategoryTile, IdleView
from kiosk.desk.views_idle import Attract
from kiosk.ui.screens.attract import AttractBox
from kiosk.ui.screens.screen import Choice, Screen
from kiosk.ui.theme import INFO_MOOD, INK, SOFT, Rect, split
from kiosk.ui.widgets.buttons import row_button, second_button
from kiosk.ui.widgets.panel import IconDisc, Panel, ThingDisc
from kiosk.ui.widgets.touchable import Touchable
from kiosk.ui.widgets.words import Icon, Words, measure
from lending.visit import OpenPage, Page, StartBrowse, StartCode

_LEAST_CELL = 112
"""With larger text, a category narrower than this stands in one of two columns."""


class IdleScreen(Screen[IdleView]):
    """One sentence, one drawing, and what is here now."""

    def build(self) -> None:
        """Put everything in its place."""
        self._attract: AttractBox | None = None
        self.buttons(Choice("layout-grid", self.tr("idle.look"), StartBrowse()))
        room = self._shelf(self.shape.whole)
        if self.view.code_entry and not self.view.status.lends_nothing:
            room = self._code_entry(room)
        self._invitation(room)

    def _code_entry(self, room: Rect) -> Rect:
        """Offer to type a pickup code, at the foot of `room`; return the room left."""
        shape = self.shape
        place = room.bottom_part(shape.button).left_part(min(room.w, shape.column))
        self.add(second_button(self.stage, place, "bookmark", self.tr("idle.code"), self.send(StartCode())))
        return room.above(shape.button + (16 if shape.large else 8))

    def _invitation(self, room: Rect) -> None:
        shape, status = self.shape, self.view.status
        reader = status.reader_up and not status.lends_nothing
        title = self.tr("idle.title" if reader else "idle.title_scan" if status.scanner_up else "idle.title_rest")
        text = self._line()
        line_height = shape.touch
        room = self._help(room)
        if shape.text > 1:
            width = room.w - self._beside - 48
            line_height = max(line_height, measure(self.stage, text, (width, 400), "body").height + 4)
        if text:
            place = room.bottom_part(line_height).before(self._beside)
            icon = 40 if shape.large else 32
            calm = status.reader_up and status.scanner_up
            self.add(Icon(self.stage, place.left_part(icon), "scan-barcode" if calm else "info", icon, INK))
            self.add(Words(self.stage, place.after(icon + 16), text, "body", 400, INK,
                           most=2 if shape.text <= 1 else 4))  # fmt: skip
        room = room.above(line_height)
        head = measure(self.stage, title, (room.w, room.h * 0.5), "invitation", 600, 3).height + 2
        self.add(Words(self.stage, room.top_part(head), title, "invitation", 600, INK, most=3))
        picture = room.below(head + 8).inset(0, 8)
        if reader:
            self._attract = AttractBox(self.stage, picture, self.view.attract or Attract(), self.send)
            self.add(self._attract)
            return
        size = min(picture.h, picture.w, 256 if shape.large else 150)
        place = Rect(picture.x + (picture.w - size) / 2, picture.y + (picture.h - size) / 2, size, size)
        self.add(IconDisc(self.stage, place, "scan-barcode" if status.scanner_up else "hourglass", INFO_MOOD))

    def _help(self, room: Rect) -> Rect:
        """Offer help at the lower right of `room`, and keep in mind how much less the line beside it has."""
        shape = self.shape
        if shape.text > 1 and not shape.wide:
            under = room.bottom_part(shape.touch)
            self.add(
                row_button(self.stage, under, "circle-help", self.tr("idle.help"), self.send(OpenPage(Page.HELP)))
            )
            self._beside = 0.0
            return room.above(shape.touch + 8)
        width, high = (200, shape.touch) if shape.large else (104, shape.touch)
        place = room.bottom_part(high).right_part(width)
        icon = "circle-help" if shape.large else ""
        self.add(row_button(self.stage, place, icon, self.tr("idle.help"), self.send(OpenPage(Page.HELP))))
        self._beside = width + shape.gutter
        return room

    def tell(self) -> None:
        """Let the next picture come when it is its turn."""
        if self._attract is not None:
            self._attract.tell()

    def _line(self) -> str:
        status = self.view.status
        if status.lends_nothing and status.scanner_up:
            return self.tr("idle.returns_only" if status.returns_only else "idle.shut_out")
        if status.reader_up and status.scanner_up:
            return self.tr("idle.or_scan")
        if status.scanner_up:
            return self.tr("idle.reader_rests")
        if status.reader_up:
            return self.tr("idle.scanner_rests")
        return self.tr("idle.call", phone=self.view.phone) if self.view.phone else ""

    def _shelf(self, room: Rect) -> Rect:
        shape, view = self.shape, self.view
        above = shape.content()
        if shape.wide:
            place, rest = above.right_part(shape.column), room.before(shape.column + shape.gutter)
        else:
            height = 400 if shape.large else 262 if shape.text <= 1 else 380
            place, rest = above.bottom_part(height), above.above(height + (32 if shape.large else 16))
        self.add(Panel(self.stage, place))
        inner = place.inset(shape.pad)
        head = inner.top_part(44 if shape.large else 32)
        count = self.tr("idle.things", n=view.here)
        self.add(Words(self.stage, head.left_part(head.w / 2), self.tr("idle.here_now"), "body", 600, INK, most=1))
        self.add(Words(self.stage, head.right_part(head.w / 2), count, "body" if shape.large else "small", 400, SOFT,
                       "right", most=1))  # fmt: skip
        self._categories(inner.below(head.h + (12 if shape.large else 6)), view.categories)
        return rest

    def _categories(self, room: Rect, categories: tuple[CategoryTile, ...]) -> None:
        here = [category for category in categories if category.here] or list(categories)
        if not here:
            self.add(Words(self.stage, room, self.tr("idle.all_out"), "body", 400, SOFT, "center"))
            return
        upright = self.shape.wide and self.shape.large
        columns = 2 if upright or (self.shape.text > 1 and room.w / 3 < _LEAST_CELL) else 3
        rows = 3 if columns == 2 else 2  # noqa: PLR2004  # six in all
        cells = split(room, columns, 8, rows, 8)
        fullest = sorted(here, key=lambda category: -category.here)[: len(cells)]
        for cell, category in zip(cells, (one for one in here if one in fullest), strict=False):
            self._category(cell, category)

    def _category(self, cell: Rect, category: CategoryTile) -> None:
        words = 36 if self.shape.large else 26
        size = min(cell.w, cell.h - words - 4, 128)
        top = cell.y + (cell.h - size - words - 4) / 2
        says = self.tr.text(category.name)
        self.add(Touchable(self.stage, cell, says, self.send(StartBrowse(category.category)), beside="tile"))
        disc = Rect(cell.x + (cell.w - size) / 2, top, size, size)
        self.add(ThingDisc(self.stage, disc, category.drawing, category.tint))
        name, count = self.tr.text(category.name), str(category.here)
        line = Rect(cell.x, disc.bottom + 4, cell.w, words)
        figure = measure(self.stage, count, (cell.w, words), "small", 400, 1).width + 2
        fitted = measure(self.stage, name, (cell.w - figure - 8, words), "small", 600, 1)
        left = line.x + (line.w - fitted.width - 8 - figure) / 2
        self.add(Words(self.stage, Rect(left, line.y, fitted.width + 1, words), name, "small", 600, INK, most=1,
                       factor=fitted.size / self.shape.sizes.small))  # fmt: skip
        at = left + fitted.width + 8
        self.add(Words(self.stage, Rect(at, line.y, figure, words), count, "small", 400, SOFT, "right", most=1))
