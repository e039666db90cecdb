"""Searching by task and by thing: a line, what fits it, and the keys to write with."""

from __future__ import annotations

from kiosk.desk.views_browse import SearchView
from kiosk.ui.screens.writing import AskingScreen
from kiosk.ui.theme import INK, SOFT, Kind, Rect, Role, Weight, split
from kiosk.ui.widgets.box import Box
from kiosk.ui.widgets.buttons import MAIN_PAINT, WAITING_PAINT, Button, second_button
from kiosk.ui.widgets.keyboard import Field, Keyboard
from kiosk.ui.widgets.things import ThingTile
from kiosk.ui.widgets.words import Words, measure
from kiosk.ui.writing import Writing
from lending.visit import GoBack, OpenPage, Page, SearchFor, ShowThing, StillHere, TurnPage

LONGEST = 40
"""Letters of a search; nobody asks for a thing in more."""

_GRID = {Kind.WIDE_LARGE: (3, 2), Kind.WIDE_SMALL: (3, 1), Kind.TALL_LARGE: (2, 3), Kind.TALL_SMALL: (1, 3)}
_FIELD = {Kind.WIDE_LARGE: 72, Kind.WIDE_SMALL: 46, Kind.TALL_LARGE: 80, Kind.TALL_SMALL: 56}
_GAP = {Kind.WIDE_LARGE: 8, Kind.WIDE_SMALL: 4, Kind.TALL_LARGE: 16, Kind.TALL_SMALL: 8}
_LINES = 5
"""With larger text: the lines of a thing there is room for from the start, three of its name and two of where it is.
Empty room is drawn together; a screen that had too little would be made anew in the middle of a word.
"""
_SUGGESTS = 42
"""Pixels of the line that says that these are guesses."""

_Said = tuple[str, Role, Weight, str]


class SearchScreen(AskingScreen[SearchView]):
    """What is written stays in this screen; each letter is sent, and what fits comes back beside it."""

    def build(self) -> None:
        """Put everything in its place."""
        shape = self.shape
        self._begin(self.view.words, LONGEST)
        foot = min(shape.main.y, shape.others(1)[0].y) - (8 if not shape.large else 16)
        gap = _GAP[shape.kind]
        top = shape.top if shape.large else shape.status + 6
        wide = shape.content(1).w
        two = shape.reach and not Field.holds(self.stage, wide, self.tr("search.hint"))
        line = Rect(shape.margin, top, wide, _FIELD[shape.kind] if shape.text <= 1 else 80 if two else 40)
        if shape.text > 1 or shape.reach:  # what fits stands under the keys: the line and the keys stay together
            near = gap if shape.reach or not shape.flat else 2
            keys = Keyboard.place(self.stage, line.bottom + near + Keyboard.height(self.stage))
            self._room = Rect(line.x, keys.bottom + gap, line.w, foot - keys.bottom - gap)
        else:
            keys = Keyboard.place(self.stage, foot)
            self._room = Rect(line.x, line.bottom + gap, line.w, keys.y - line.bottom - 2 * gap)
        self._field = Field(self.stage, line, "search", self.tr("search.hint"))
        self._field.show(self._writing.text)
        self._answer = Box(self.stage, self._room)
        self._answer.is_list = True
        self._says: object = None
        self._main = Button(self.stage, shape.main, "", "", self._go, MAIN_PAINT)
        back = second_button(self.stage, shape.others(1)[0], "arrow-left", self.tr("back"), self.send(GoBack()))
        board = Keyboard(self.stage, keys, self._write, self._erase)
        self.add_together(self._field, board)
        self.add(self._answer, self._main, back)
        self._show()
        if self._grows:
            a_thing = _LINES * measure(self.stage, "X", (99, 99), "small", 600).height + 10
            self.dropped += self._room.h < max(self._needs, self._a_page * (a_thing + 4))

    def update(self, view: SearchView) -> bool:
        """Take newer results; what is being written stays as it is. Words of somebody else begin anew, and what the
        canvas has no room for.
        """
        if view.words not in self._sent:
            return False
        self.view = view
        if self._needs > self._room.h + 1:
            return False
        self._show()
        if self.shape.text > 1 or self.shape.reach:
            self.settle()
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
        says = (view.things, self._page, view.alike, view.asked, view.phone)
        if says == self._says:
            return
        self._says = says
        self._answer.empty()
        self._field.note(self.tr("search.alike") if view.alike and self.shape.wide else "")
        if view.things:
            self._show_things()
        else:
            self._show_words()
        self._show_main()

    @property
    def _grows(self) -> bool:
        """Whether things take the height their larger words need."""
        return self.shape.text > 1 and not self.shape.wide

    def _things(self, room: Rect) -> tuple[int, int, float, float]:
        """Return columns and rows of this page, the gap between rows and the pixels of all of them."""
        columns, rows = self._grid
        gap = 8 if self.shape.large else 4
        highest: float = 150 if self.shape.kind is Kind.TALL_LARGE else 200
        start = self._page * self._a_page
        if not self._grows:
            return columns, rows, gap, min(highest * rows + gap * (rows - 1), room.h)
        wide = (room.w - 8 * (columns - 1)) / columns
        shown = self.view.things[start : start + self._a_page]
        highest = max(ThingTile.height(self.stage, card, wide) for card in shown)
        rows = min(rows, -(-len(shown) // columns))
        return columns, rows, gap, highest * rows + gap * (rows - 1)

    @property
    def _needs(self) -> float:
        """Return the pixels that what fits takes with larger text; 0 where it fits any room."""
        if not self._grows:
            return 0.0
        if self.view.things:
            return self._things(self._room)[-1] + (_SUGGESTS if self.view.alike else 0)
        return sum(self._heights(self._said()))

    def _show_things(self) -> None:
        view, room = self.view, self._room
        if view.alike and not self.shape.wide:  # lying windows say it in the line that is written
            place, room = room.top_part(_SUGGESTS - 8), room.below(_SUGGESTS)
            self._answer.add(Words(self.stage, place, self.tr("search.alike"), "small", 400, SOFT, most=1))
        columns, rows, gap, high = self._things(room)
        cells = split(room.top_part(min(high, room.h)), columns, 8, rows, gap)
        for cell, card in zip(cells, view.things[self._page * self._a_page :], strict=False):
            self._answer.add(ThingTile(self.stage, cell, card, self.send(ShowThing(card.thing))))

    def _said(self) -> list[_Said]:
        """Return what to write, or that nothing fits and what else there is."""
        tr, view = self.tr, self.view
        if not view.asked:
            return [(tr("search.begin"), "body", 400, SOFT)]
        call = tr("search.call", phone=self.telephone()) if view.phone else tr("search.none_text")
        return [(tr("search.none"), "body", 600, INK), (call, "small", 400, SOFT)]

    def _heights(self, said: list[_Said]) -> list[float]:
        room = (self._room.w, 1000.0)
        return [measure(self.stage, text, room, role, weight).height + 1 for text, role, weight, _ in said]

    def _show_words(self) -> None:
        said, room = self._said(), self._room
        heights = self._heights(said)
        if sum(heights) > room.h:
            heights = [room.h / len(said)] * len(said)
        y = room.y + (0 if self._grows else (room.h - sum(heights)) / 2)
        for (text, role, weight, colour), high in zip(said, heights, strict=True):
            place = Rect(room.x, y, room.w, high)
            self._answer.add(Words(self.stage, place, text, role, weight, colour))
            y += high

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
