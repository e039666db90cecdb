"""Searching by task and by thing: a line, what fits it, and the keys to write with."""

from __future__ import annotations

from kiosk.desk.views_browse import SearchView
from kiosk.ui.screens.writing import AskingScreen
from kiosk.ui.theme import INK, SOFT, Kind, Rect, Role, Weight, split
from kiosk.ui.widgets.box import Box
from kiosk.ui.widgets.buttons import MAIN_PAINT, WAITING_PAINT, Button, second_button
from kiosk.ui.widgets.keyboard import Field, Keyboard
from kiosk.ui.widgets.things import ThingTile
from kiosk.ui.widgets.words import Words
from kiosk.ui.writing import Writing
from lending.visit import GoBack, OpenPage, Page, SearchFor, ShowThing, StillHere, TurnPage

LONGEST = 40
"""Letters of a search; nobody asks for a thing in more."""

_GRID = {Kind.WIDE_LARGE: (3, 2), Kind.WIDE_SMALL: (3, 1), Kind.TALL_LARGE: (2, 3), Kind.TALL_SMALL: (1, 3)}
_FIELD = {Kind.WIDE_LARGE: 72, Kind.WIDE_SMALL: 46, Kind.TALL_LARGE: 80, Kind.TALL_SMALL: 56}
_GAP = {Kind.WIDE_LARGE: 8, Kind.WIDE_SMALL: 4, Kind.TALL_LARGE: 16, Kind.TALL_SMALL: 8}


class SearchScreen(AskingScreen[SearchView]):
    """What is written stays in this screen; each letter is sent, and what fits comes back beside it."""

    def build(self) -> None:
        """Put everything in its place."""
        shape = self.shape
        self._begin(self.view.words, LONGEST)
        foot = min(shape.main.y, shape.others(1)[0].y) - (8 if not shape.large else 16)
        gap = _GAP[shape.kind]
        top = shape.top if shape.large else shape.status + 6
        high = _FIELD[shape.kind] if shape.text <= 1 else 80 if shape.reach else 40
        line = Rect(shape.margin, top, shape.content(1).w, high)
        if shape.text > 1 or shape.reach:  # what fits stands under the keys: the line and the keys stay together
            near = gap if shape.reach or not shape.flat else 2
            keys = Keyboard.place(self.stage, line.bottom + near + Keyboard.height(self.stage))
            self._room = Rect(line.x, keys.bottom + gap, line.w, foot - keys.bottom - gap)
        else:
            keys = Keyboard.place(self.stage, foot)
            self._room = Rect(line.x, line.bottom + gap, line.w, keys.y - line.bottom - 2 * gap)
        self._field = Field(self.stage, line, "search", self.tr("search.hint"))
        self._field.show(self._writing.text)
        self._answer = Box(self.stage, shape.window)
        self._answer.is_list = True
        self._says: object = None
        self._main = Button(self.stage, shape.main, "", "", self._go, MAIN_PAINT)
        back = second_button(self.stage, shape.others(1)[0], "arrow-left", self.tr("back"), self.send(GoBack()))
        board = Keyboard(self.stage, keys, self._write, self._erase)
        self.add_together(self._field, board)
        self.add(self._answer, self._main, back)
        self._show()

    def update(self, view: SearchView) -> bool:
        """Take newer results; what is being written stays as it is. Words of somebody else begin anew."""
        if view.words not in self._sent:
            return False
        self.view = view
        self._show()
        return True

    # --- Writing

    def _written(self, writing: Writing) -> None:
        self._writing = writing
        self._show_writing()
        self._sent.append(writing.words)
        self.stage.submit(SearchFor(writing.words))

    # --- What fits

    @property
    def _grid(self) -> tuple[int, int]:
        if (self.shape.reach or self.shape.text > 1) and self.shape.kind is Kind.WIDE_SMALL:
            return 2, 1
        return _GRID[self.shape.kind]

    @property
    def _a_page(self) -> int:
        columns, rows = self._grid
        return columns * rows

    @property
    def _pages(self) -> int:
        return max(1, -(-len(self.view.things) // self._a_page))

    @property
    def _page(self) -> int:
        return self.view.page % self._pages

    def _show(self) -> None:
        """Show what fits; what is the same stays, so that no touch on it is lost."""
        view = self.view
        says = (view.things, self._page, view.alike, view.asked)
        if says == self._says:
            return
        self._says = says
        self._answer.empty()
        self._field.note(self.tr("search.alike") if view.alike and self.shape.kind is Kind.WIDE_SMALL else "")
        if view.things:
            self._show_things()
        else:
            self._show_words()
        self._show_main()

    def _show_things(self) -> None:
        view, room = self.view, self._room
        if view.alike:
            room = self._did_you_mean(room)
        columns, rows = self._grid
        gap = 8 if self.shape.large else 4
        highest: float = 150 if self.shape.kind is Kind.TALL_LARGE else 200
        start = self._page * self._a_page
        if self.shape.text > 1 and not self.shape.wide:
            wide = (room.w - 8 * (columns - 1)) / columns
            highest = max(
                ThingTile.height(self.stage, card, wide) for card in view.things[start : start + self._a_page]
            )
            rows = min(rows, -(-len(view.things[start:]) // columns))
        high: float = min(highest * rows + gap * (rows - 1), room.h)
        cells = split(room.top_part(high), columns, 8, rows, gap)
        for cell, card in zip(cells, view.things[start:], strict=False):
            self._answer.add(ThingTile(self.stage, cell, card, self.send(ShowThing(card.thing))))

    def _did_you_mean(self, room: Rect) -> Rect:
        """Say that these are guesses, where there is room for it; return the room left for them."""
        shape = self.shape
        if shape.kind is Kind.WIDE_LARGE:
            place = Rect(shape.margin + shape.column + shape.gutter, shape.main.y, shape.column, shape.main.h)
        elif not shape.wide:
            place, room = room.top_part(34), room.below(42)
        else:  # it stands in the field: under it there is no room
            return room
        align = "center" if shape.wide else "left"
        self._answer.add(Words(self.stage, place, self.tr("search.alike"), "small", 400, SOFT, align, most=1))
        return room

    def _show_words(self) -> None:
        """Say what to write, or that nothing fits and what else there is."""
        tr, view, room = self.tr, self.view, self._room
        if not view.asked:
            said: list[tuple[str, Role, Weight, str]] = [(tr("search.begin"), "body", 400, SOFT)]
        else:
            call = tr("search.call", phone=view.phone) if view.phone else tr("search.none_text")
            said = [(tr("search.none"), "body", 600, INK), (call, "small", 400, SOFT)]
        for at, (text, role, weight, colour) in enumerate(said):
            place = room.top_part(room.h / 2) if at == 0 and len(said) > 1 else room.bottom_part(room.h / len(said))
            valign = "middle" if len(said) == 1 else "bottom" if at == 0 else "top"
            self._answer.add(Words(self.stage, place, text, role, weight, colour, valign=valign, most=2))

    def _show_main(self) -> None:
        tr, view = self.tr, self.view
        if self._page + 1 < self._pages:
            self._main.show("arrow-right", tr("page.next"), MAIN_PAINT)
        elif self._pages > 1:
            self._main.show("undo-2", tr("page.first"), MAIN_PAINT)
        elif view.things:
            self._main.show("", tr("search.show", thing=tr.text(view.things[0].face.name)), MAIN_PAINT)
        elif view.asked:
            self._main.show("lightbulb", tr("search.suggest"), MAIN_PAINT)
        else:
            self._main.show("circle-dashed", tr("search.wait"), WAITING_PAINT)

    def _go(self) -> None:
        """Do what the main button says: the next page, the one that fits best, or a wish for what is missing."""
        if self._pages > 1:
            self.stage.submit(TurnPage((self._page + 1) % self._pages))
        elif self.view.things:
            self.stage.submit(ShowThing(self.view.things[0].thing))
        elif self.view.asked:
            self.stage.submit(OpenPage(Page.SUGGEST))
        else:
            self.stage.submit(StillHere())
