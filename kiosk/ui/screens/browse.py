"""Board 03: what there is, by category, six things a page."""

from __future__ import annotations

import assets
from kiosk.desk.views_browse import BrowseView
from kiosk.ui.screens.screen import Choice, Disc, Screen, Text
from kiosk.ui.theme import INK, SOFT, Kind, Rect, Role, split
from kiosk.ui.widgets.box import Stage
from kiosk.ui.widgets.buttons import Button, main_button, second_button
from kiosk.ui.widgets.things import CategoryButton, ThingTile
from kiosk.ui.widgets.touchable import Tile
from kiosk.ui.widgets.words import Icon, Words, measure
from lending.visit import GoBack, OpenPage, Page, SearchFor, ShowThing, StartBrowse, StillHere, TurnPage

_ALL = "layout-grid"
_MOST_BESIDE = 12
"""Categories there is no room for beside the things."""


_TWO_COLUMNS = 480
"""With larger text: pixels that two things beside each other need."""


class BrowseScreen(Screen[BrowseView]):
    """Categories, the way to the search, and a page of things. Where there is no room for the categories, they lie
    behind one button.
    """

    def build(self) -> None:
        """Put everything in its place."""
        self._chooses = False
        self._lay_out()

    def memory(self) -> object:
        """Return whether a category is being chosen."""
        return self._chooses

    def remember(self, memory: object) -> None:
        """Go on choosing a category, where that takes a page of its own."""
        if memory and self._behind_one():
            self._chooses = True
            with self.at_once():
                self._lay_out()

    def _lay_out(self) -> None:
        self.empty()
        others = 2 if self.view.page or (self.view.chosen and not self.view.things) else 1
        self._buttons()
        room = self.shape.content(others)
        if self.shape.reach and not self.view.things and not self._chooses:  # read above what is touched
            high = 200 if self.shape.large else 116 if self.shape.text <= 1 else self._height_of_nothing(room.w)
            self._nothing(room.top_part(high))
            room = room.below(high + (24 if self.shape.large else 8))
        if self._chooses:
            self._categories(room, 4 if self.shape.wide else 1 if self.shape.narrow else 2)
        elif self._behind_one():
            self._list(room)
        elif self.shape.kind is Kind.WIDE_LARGE:
            self._categories(room.left_part(self.shape.column), 2)
            self._list(room.after(self.shape.column + self.shape.gutter))
        else:
            rows = -(-(len(self.view.categories) + 1) // 4)
            high = rows * 88 + (rows - 1) * 12
            field = room.top_part(80)
            self._field(field)
            self._categories(room.below(96).top_part(high), 4)
            self._things(room.below(96 + high + 24))

    def _behind_one(self) -> bool:
        """Whether the categories lie behind one button: on small windows, and where there are very many."""
        return not self.shape.large or len(self.view.categories) >= _MOST_BESIDE

    # --- Parts

    def _list(self, room: Rect) -> None:
        """Put the line to search in above the things; on small windows beside the button for the categories."""
        high: float = 72 if self.shape.large else 64
        if self.shape.text > 1 and not self.shape.wide:
            self._list_grown(room)
            return
        high = SearchLine.height(self.stage, high, room.w, self.tr("search.hint"))
        line = room.top_part(high)
        if self._behind_one():
            wide = min(260.0, line.w * 0.44)
            name = self.name_of(self.view.chosen)
            self.add(Button(self.stage, line.left_part(wide), self._icon(self.view.chosen), name,
                            self._choose, role="small"))  # fmt: skip
            line = line.after(wide + 8)
        self._field(line)
        self._things(room.below(high + (16 if self.shape.large else 8)))

    def _list_grown(self, room: Rect) -> None:
        """Put the ways to the categories and to the search beside each other, so that a thing is seen under them, and
        each thing as high as its larger words.
        """
        shape, stage, gap = self.shape, self.stage, 8
        name, icon = self.name_of(self.view.chosen), self._icon(self.view.chosen)
        wide, large = (room.w - gap) / 2, measure(stage, name, ((room.w - gap) / 2 - 20, 400), "small", 600, 2)
        high = max(shape.touch, large.height + 12)
        line = room.top_part(high)
        self.add(Button(stage, line.left_part(wide), icon, name, self._choose, role="small"))
        search = self.send(SearchFor(""))
        self.add(Button(stage, line.right_part(wide), "search", self.tr("search.open"), search, role="small"))
        if not self.view.things:
            if not shape.reach:
                self._nothing(room.below(high + gap))
            return
        columns = 1 if room.w < _TWO_COLUMNS else 2
        wide = (room.w - gap * (columns - 1)) / columns
        heights = [ThingTile.height(stage, card, wide) for card in self.view.things]
        y = line.bottom + gap
        for start in range(0, len(heights), columns):
            tall = max(heights[start : start + columns])
            for across, card in enumerate(self.view.things[start : start + columns]):
                place = Rect(room.x + across * (wide + gap), y, wide, tall)
                self.dropped += place.bottom > room.bottom + 1
                self.add(ThingTile(stage, place, card, self.send(ShowThing(card.thing))))
            y += tall + gap

    def _field(self, place: Rect) -> None:
        self.add(SearchLine(self.stage, place, self.tr("search.hint"), self.tr("search.open")))

    def _categories(self, room: Rect, columns: int) -> None:
        tiles = [(_ALL, self.tr("browse.all"), ""), *((_known(c.icon), self.tr.text(c.name), c.category)
                                                      for c in self.view.categories)]  # fmt: skip
        gap, highest = (12, 96) if self.shape.large else (8, 96)
        least = self.shape.touch
        fit = max(1, int((room.h + gap) // (least + gap)))
        rows = min(fit, -(-len(tiles) // columns))
        step = max(least, min(highest, (room.h - gap * (rows - 1)) / rows))
        wide = (room.w - 16 * (columns - 1)) / columns
        for at, (icon, name, category) in enumerate(tiles[: rows * columns]):
            down, across = divmod(at, columns)
            place = Rect(round(room.x + across * (wide + 16)), round(room.y + down * (step + gap)), wide, step)
            self.add(CategoryButton(self.stage, place, icon, name, self.send(StartBrowse(category)),
                                    chosen=category == self.view.chosen))  # fmt: skip

    def _things(self, room: Rect) -> None:
        if not self.view.things:
            if not self.shape.reach:
                self._nothing(room)
            return
        columns, rows = (3, 2) if self.shape.kind is Kind.WIDE_LARGE else (2, 3)
        rows = min(rows, -(-len(self.view.things) // columns)) if self.shape.text > 1 else rows
        gap = 16 if self.shape.large else 8
        for cell, card in zip(split(room, columns, gap, rows, gap), self.view.things, strict=False):
            self.add(ThingTile(self.stage, cell, card, self.send(ShowThing(card.thing))))

    def _height_of_nothing(self, width: float) -> float:
        """Return the pixels that its words take with larger text."""
        return measure(self.stage, self.tr("browse.none"), (width, 400), "body", 600).height + 4

    def _nothing(self, room: Rect) -> None:
        """Say calmly that nothing is here, beside the picture of what was looked for."""
        large = self.shape.large
        disc = Disc(112 if large else 72, icon=self._icon(self.view.chosen))
        grown = self.shape.text > 1
        text = Text(self.tr("browse.none"), "body", 600, INK, 0 if grown else 24 if large else 12)
        self.stack(room, [text] if grown else [disc, text], align="center")

    def _buttons(self) -> None:
        view, tr = self.view, self.tr
        back = Choice("arrow-left", tr("back"), GoBack())
        if self._chooses:
            self.add(
                main_button(self.stage, _ALL, tr("browse.show_all"), self.send(StartBrowse(""))),
                second_button(self.stage, self.shape.others(1)[0], "arrow-left", tr("back"), self._choose),
            )
            return
        if not view.things:
            self._buttons_of_nothing(back)
            return
        if view.page + 1 < view.pages:
            main = Choice("arrow-right", tr("page.next"), TurnPage(view.page + 1), icon_last=True)
        elif view.pages > 1:
            main = Choice("undo-2", tr("page.first"), TurnPage(0))
        else:
            main = Choice("search", tr("search.open"), SearchFor(""))
        before = (Choice("arrow-left", tr("page.before"), TurnPage(view.page - 1)),) if view.page else ()
        self.buttons(main, back, *before)
        self._count(bool(before))

    def _buttons_of_nothing(self, back: Choice) -> None:
        """Offer the ways on from an empty list: all things where there are some, and other places."""
        nearby = Choice("map-pin", self.tr("help.to_nearby"), OpenPage(Page.NEARBY))
        if self.view.chosen:
            self.buttons(Choice(_ALL, self.tr("browse.show_all"), StartBrowse("")), back, nearby)
        else:
            self.buttons(nearby, back)

    def _count(self, before: bool) -> None:  # noqa: FBT001
        """Say which things these are, in the middle of the foot where nothing else stands."""
        view, shape = self.view, self.shape
        if shape.kind is not Kind.WIDE_LARGE or view.pages < 2 or before:  # noqa: PLR2004
            return
        text = self.tr("page.of", first=view.first, last=view.first + len(view.things) - 1, all=view.count)
        main = shape.main
        place = Rect(shape.margin + shape.column + shape.gutter, main.y, shape.column, main.h)
        self.add(Words(self.stage, place, text, "small", 400, SOFT, "center", most=1))

    # --- Choosing where there is little room

    def _choose(self) -> None:
        self._chooses = not self._chooses
        with self.at_once():
            self._lay_out()
        self.stage.submit(StillHere())

    def name_of(self, category: str) -> str:
        """Return what a category is called; one that is not here, and "", is everything."""
        return next((self.tr.text(c.name) for c in self.view.categories if c.category == category),
                    self.tr("browse.all"))  # fmt: skip

    def _icon(self, category: str) -> str:
        return next((_known(c.icon) for c in self.view.categories if c.category == category), _ALL)


def _known(icon: str) -> str:
    """Return `icon`, or a parcel: a library may name one that this station does not have."""
    return icon if icon in assets.icons() else "package"


class SearchLine(Tile):
    """The line that opens the search: it looks like one to write in."""

    def __init__(self, stage: Stage, rect: Rect, hint: str, says: str) -> None:
        super().__init__(stage, rect, says, lambda: stage.submit(SearchFor("")))
        size, pad = (32, 24) if stage.shape.large else (24, 12)
        room = rect.inset(pad, 4)
        self.add(Icon(stage, room.left_part(size), "search", size))
        role: Role = "body" if stage.shape.large else "small"
        self.add(Words(stage, room.after(size + 14), hint, role, 400, SOFT, most=1 if stage.shape.text <= 1 else 3))

    @staticmethod
    def height(stage: Stage, usual: float, width: float, hint: str) -> float:
        """Return the pixels it takes: the usual ones, and with larger text what its words need."""
        if stage.shape.text <= 1:
            return usual
        return max(usual, measure(stage, hint, (width - 62, 400), "small", 400, 3).height + 16)
