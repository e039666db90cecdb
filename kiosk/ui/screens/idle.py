"""Board 01, 16, 19: nobody is here."""

from __future__ import annotations

from collections.abc import Sequence

from kiosk.desk.views import CategoryTile, IdleView
from kiosk.desk.views_idle import Attract
from kiosk.ui.screens.attract import AttractBox
from kiosk.ui.screens.screen import Choice, Screen, Text
from kiosk.ui.theme import INFO_MOOD, INK, SOFT, Rect, split
from kiosk.ui.widgets.box import Box
from kiosk.ui.widgets.buttons import row_button, second_button
from kiosk.ui.widgets.panel import IconDisc, Panel, ThingDisc
from kiosk.ui.widgets.touchable import Touchable
from kiosk.ui.widgets.words import Icon, Words, measure
from lending.visit import OpenPage, Page, StartBrowse, StartCode

_LEAST_CELL = 112
"""With larger text, a category narrower than this stands in one of two columns."""
_SIX = 6
_GROWN_GAP = 8
_LEAST_PICTURE = 48
_SHELF_HEAD, _SHELF_ROW = 38, 88
"""With larger text: pixels of the line above the categories, and of a row of them."""


class IdleScreen(Screen[IdleView]):
    """One sentence, one drawing, and what is here now."""

    def build(self) -> None:
        """Put everything in its place."""
        self._attract: AttractBox | None = None
        shape, help_ = self.shape, Choice("circle-help", self.tr("idle.help"), OpenPage(Page.HELP))
        low = shape.reach and shape.text <= 1
        self.buttons(Choice("layout-grid", self.tr("idle.look"), StartBrowse()), *([help_] if low else []))
        if low:
            self._within_reach(shape.content(1))
            return
        if shape.text > 1 and not shape.wide:
            self._grown(shape.content())
            return
        room = self._shelf(shape.whole if shape.text <= 1 else shape.content())  # the main button has grown
        if self._offers_code():
            room = self._code_entry(room)
        self._invitation(room)

    def _within_reach(self, room: Rect) -> None:
        """Say in the upper half what can be done, the picture beside it or under it. What is here stands lower, where
        the window lies in one row, with a code to type beside it or above.
        """
        shape, gap = self.shape, self.shape.gutter
        middle = shape.depth / 2 / shape.zoom
        upper, lower = room.above(room.bottom - middle + gap / 2), room.below(middle - room.y)
        if self._offers_code() and shape.wide:
            self._code_button(lower.right_part(0.24 * lower.w))
            lower = lower.before(0.24 * lower.w + gap)
        elif self._offers_code():
            self._code_button(lower.top_part(shape.touch))
            lower = lower.below(shape.touch + gap)
        self._shelf_in(lower)
        words = upper.left_part(0.58 * upper.w) if shape.wide else upper
        end = self._said(words)
        self.dropped += end > words.bottom + 1
        self._picture(upper.after(words.w + gap) if shape.wide else upper.below(end - upper.y + gap))

    def _code_entry(self, room: Rect) -> Rect:
        """Offer to type a pickup code, at the foot of `room`; return the room left."""
        shape = self.shape
        place = room.bottom_part(shape.button).left_part(min(room.w, shape.column))
        self.add(second_button(self.stage, place, "bookmark", self.tr("idle.code"), self.send(StartCode())))
        return room.above(shape.button + (16 if shape.large else 8))

    def _invitation(self, room: Rect) -> None:
        shape, status = self.shape, self.view.status
        title, text = self._title(), self._line()
        line_height = shape.touch
        room = self._help(room)
        if shape.text > 1 or shape.reach:
            width = room.w - self._beside - 48
            line_height = max(line_height, measure(self.stage, text, (width, 400), "body").height + 4)
        if text:
            place = room.bottom_part(line_height).before(self._beside)
            icon = 40 if shape.large else 32
            calm = status.reader_up and status.scanner_up
            self.add(Icon(self.stage, place.left_part(icon), "scan-barcode" if calm else "info", icon, INK))
            self.add(Words(self.stage, place.after(icon + 16), text, "body", 400, INK,
                           most=4 if shape.text > 1 or shape.reach else 2))  # fmt: skip
        room = room.above(line_height)
        head = measure(self.stage, title, (room.w, room.h * 0.5), "invitation", 600, 3).height + 2
        self.add(Words(self.stage, room.top_part(head), title, "invitation", 600, INK, most=3))
        self._picture(room.below(head + 8).inset(0, 8))

    @property
    def _reads(self) -> bool:
        """Whether a card can be held to the reader, and opens anything."""
        return self.view.status.reader_up and not self.view.status.lends_nothing

    def _title(self) -> str:
        up = self.view.status.scanner_up
        return self.tr("idle.title" if self._reads else "idle.title_scan" if up else "idle.title_rest")

    def _picture(self, room: Rect) -> None:
        """Show how a card is held to the reader, and in turn what there is to tell; else what can be done."""
        if self._reads:
            told = self.view.attract or Attract()
            self._attract = AttractBox(self.stage, room, told, None if self.shape.reach else self.send)
            self.add(self._attract)
            return
        size = min(room.h, room.w, 256 if self.shape.large else 150)
        place = Rect(room.x + (room.w - size) / 2, room.y + (room.h - size) / 2, size, size)
        icon = "scan-barcode" if self.view.status.scanner_up else "hourglass"
        self.add(IconDisc(self.stage, place, icon, INFO_MOOD))

    # --- With larger text, where there is one column

    def _grown(self, room: Rect) -> None:
        """Say at large what can be done; the picture beside it or under it, and what is here where there is room."""
        shape = self.shape
        if not shape.flat:
            self._grown_upright(room)
            return
        if shape.reach or self._offers_code():
            self._grown_in_one_row(room)
            return
        side = max(0.3 * room.w, self._button_width("idle.help"))
        words, aside = room.before(side + shape.gutter), room.right_part(side)
        if not self._fits(words) and self._without_picture(room, side):
            return
        end = self._said(words)
        self.dropped += end > words.bottom
        self._help_button(aside.bottom_part(shape.button))
        picture = aside.above(shape.button + _GROWN_GAP)
        if picture.h >= _LEAST_PICTURE:
            self._picture(picture.top_part(min(picture.h, side)) if shape.higher else picture)

    def _grown_in_one_row(self, room: Rect) -> None:
        """Say at the top, over the whole width, what can be done; the buttons stand in one row above the foot."""
        shape, gap = self.shape, self.shape.gutter
        row, above = room.bottom_part(shape.button), room.above(shape.button + _GROWN_GAP)
        side = self._button_width("idle.help")
        self._help_button(row.right_part(side))
        if self._offers_code():
            self._code_button(row.before(side + gap))
            end = self._said(room)
            self.dropped += end > above.bottom
        else:
            end = self._said_beside(room, above, row.before(side + gap))
        rest = above.below(end - above.y + _GROWN_GAP)
        if rest.h >= _LEAST_PICTURE and not shape.higher:
            self._still_picture(rest)

    def _said_beside(self, room: Rect, above: Rect, beside: Rect) -> float:
        """Put the title and the line at the top of `room`, the line beside the button where `above` is too low;
        return where they end.
        """
        title, line = Text(self._title(), "invitation", 600), Text(self._line(), "body")
        upper = self.height_of(title, room)
        lower = self.height_of(line, room) if line.text else 0.0
        if upper + lower <= above.h or self.shape.higher:
            return self._said(room)
        lower = self.height_of(line, beside)
        end = room.y + upper + lower
        self.dropped += end > room.bottom
        self.stack(room.top_part(upper), [title], "top")
        self.stack(Rect(beside.x, room.y + upper, beside.w, lower), [line], "top")
        return end

    def _still_picture(self, room: Rect) -> None:
        """Show how a card is held to the reader; nothing in turn, for what can be touched stands lower."""
        if not self._reads:
            self._picture(room)
            return
        picture = Box(self.stage, room)
        picture.picture(room, "card-and-reader")
        self.add(picture)

    def _grown_upright(self, room: Rect) -> None:
        """Put everything under each other; the things here in as many rows as there is room for."""
        shape = self.shape
        end = self._said(room)
        rest = room.below(end - room.y + _GROWN_GAP)
        high = shape.button + _GROWN_GAP
        if self._offers_code():
            self._code_button(rest.bottom_part(shape.button))
            rest = rest.above(high)
        self._help_button(rest.bottom_part(shape.button))
        rest = rest.above(high)
        picture = min(rest.h, max(_LEAST_PICTURE, rest.h * 0.45))
        rows = int((rest.h - picture - _GROWN_GAP - _SHELF_HEAD - 2 * shape.pad) // _SHELF_ROW)
        self.dropped += rest.h < _LEAST_PICTURE
        if rows >= 1 and not shape.higher:
            shelf = _SHELF_HEAD + 2 * shape.pad + min(rows, 3) * _SHELF_ROW
            self._shelf_in(rest.bottom_part(shelf))
            rest = rest.above(shelf + _GROWN_GAP)
        if rest.h > 0:
            self._picture(rest)

    def _said(self, room: Rect) -> float:
        """Put the title and the line under it at the top of `room`; return where they end."""
        text = self._line()
        items = [Text(self._title(), "invitation", 600), *([Text(text, "body", 400, INK, 6)] if text else [])]
        needs = sum(self.height_of(item, Rect(0, 0, room.w, 2000)) for item in items)
        self.stack(Rect(room.x, room.y, room.w, max(room.h, needs)), items, "top")
        return room.y + needs

    def _fits(self, room: Rect) -> bool:
        said = [Text(self._title(), "invitation", 600), Text(self._line(), "body", 400, INK, 6)]
        return sum(self.height_of(item, Rect(0, 0, room.w, 2000)) for item in said) <= room.h

    def _without_picture(self, room: Rect, side: float) -> bool:
        """Put a long title over the whole width and help beside the line under it, if there is room for that."""
        title, line = Text(self._title(), "invitation", 600), Text(self._line(), "body")
        beside = room.before(side + self.shape.gutter)
        upper, lower = self.height_of(title, room), self.height_of(line, beside)
        if self.shape.higher or upper + max(lower, self.shape.button) > room.h:
            return False
        self.stack(room.top_part(upper), [title], "top")
        self.stack(Rect(beside.x, room.y + upper, beside.w, lower), [line], "top")
        self._help_button(room.right_part(side).bottom_part(self.shape.button))
        return True

    def _button_width(self, key: str) -> float:
        return measure(self.stage, self.tr(key), (400, 40), "small", 600, 1).width + 56

    def _help_button(self, place: Rect) -> None:
        act = self.send(OpenPage(Page.HELP))
        self.add(row_button(self.stage, place, "circle-help", self.tr("idle.help"), act))

    def _offers_code(self) -> bool:
        return self.view.code_entry and not self.view.status.lends_nothing

    def _code_button(self, place: Rect) -> None:
        self.add(row_button(self.stage, place, "bookmark", self.tr("idle.code"), self.send(StartCode())))

    def _help(self, room: Rect) -> Rect:
        """Offer help at the lower right of `room`, and keep in mind how much less the line beside it has."""
        shape = self.shape
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
        return self.tr("idle.call", phone=self.telephone()) if self.view.phone else ""

    def _shelf(self, room: Rect) -> Rect:
        shape = self.shape
        above = shape.content()
        if shape.wide:
            place, rest = above.right_part(shape.column), room.before(shape.column + shape.gutter)
        else:
            height = 400 if shape.large else 262
            place, rest = above.bottom_part(height), above.above(height + (32 if shape.large else 16))
        self._shelf_in(place)
        return rest

    def _shelf_in(self, place: Rect) -> None:
        """Show at `place` what is here now, by category."""
        shape, view = self.shape, self.view
        self.add(Panel(self.stage, place))
        inner = place.inset(shape.pad)
        head = inner.top_part(44 if shape.large else 32)
        count = self.tr("idle.things", n=view.here)
        self.add(Words(self.stage, head.left_part(head.w / 2), self.tr("idle.here_now"), "body", 600, INK, most=1))
        self.add(Words(self.stage, head.right_part(head.w / 2), count, "body" if shape.large else "small", 400, SOFT,
                       "right", most=1))  # fmt: skip
        self._categories(inner.below(head.h + (12 if shape.large else 6)), view.categories)

    def _categories(self, room: Rect, categories: tuple[CategoryTile, ...]) -> None:
        here = [category for category in categories if category.here] or list(categories)
        if not here:
            self.add(Words(self.stage, room, self.tr("idle.all_out"), "body", 400, SOFT, "center"))
            return
        if self.shape.reach and self.shape.wide:
            self._in_a_row(room, here)
            return
        upright = self.shape.wide and self.shape.large
        grown = self.shape.text > 1 and not self.shape.wide
        columns = 2 if upright or (self.shape.text > 1 and room.w / 3 < _LEAST_CELL) else 3
        if self.shape.text <= 1 and any(self._is_long(category, (room.w - 16) / 3) for category in here):
            columns = 2
        rows = 3 if columns == 2 else 2  # noqa: PLR2004  # six in all
        if grown:
            rows = max(1, min(rows, round(room.h / _SHELF_ROW)))
        self._put_fullest(split(room, columns, 8, rows, 8), here)

    def _in_a_row(self, room: Rect, here: list[CategoryTile]) -> None:
        """Show beside each other as many as have room for their names."""
        columns = _SIX
        while columns > 1 and any(self._is_long(one, (room.w - (columns - 1) * 8) / columns) for one in here):
            columns -= 1
        self._put_fullest(split(room, columns, 8, 1, 8), here)

    def _put_fullest(self, cells: Sequence[Rect], here: Sequence[CategoryTile]) -> None:
        fullest = sorted(here, key=lambda category: -category.here)[: len(cells)]
        for cell, category in zip(cells, (one for one in here if one in fullest), strict=False):
            self._category(cell, category)

    def _is_long(self, category: CategoryTile, width: float) -> bool:
        """Return whether a cell so wide would cut the name beside the figure."""
        figure = measure(self.stage, str(category.here), (width, 26), "small").width + 10
        return measure(self.stage, self.tr.text(category.name), (width - figure, 26), "small", 600, 1).cut

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
