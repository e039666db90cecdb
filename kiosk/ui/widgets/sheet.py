"""A canvas that may be higher than the window: what does not fit is paged through, the main button stays.

Three parts are told apart. The *foot* is what stands at the places of the buttons; it never moves. In reach mode the
*head* is what is only read and stands above everything that can be touched; it does not move either. The rest, the
*body*, is seen through a window of its own between them, moved by whole pages.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import groupby

from kivy.graphics import Color, InstructionGroup, PopMatrix, PushMatrix, Rectangle, Translate

from kiosk.ui.palette import PAPER
from kiosk.ui.places import Rect, around
from kiosk.ui.shapes import Foot
from kiosk.ui.widgets.box import Box, Placed, Stage
from kiosk.ui.widgets.folding import AIR, Page, drawn_together, extent, first_touched, is_touched, pages
from kiosk.ui.widgets.pager import PageButton
from kiosk.ui.widgets.touchable import Touchable
from kiosk.ui.widgets.words import Words

_COUNTDOWN = 6


@dataclass(frozen=True, slots=True)
class _View:
    """Where the body is seen at most, in the window's pixels; how much lower it is drawn; how far up each part of it
    goes, by its id; its pages.
    """

    seen: Rect
    down: float
    ups: Mapping[int, float]
    pages: tuple[Page, ...]

    def lower(self, box: Box) -> float:
        """Return how much lower than on the canvas a part of the body is drawn, on the first page."""
        return self.down - self.ups.get(id(box), 0.0)


class Sheet(Box):
    """A part as large as the canvas. Boxes may come and go; `settle` finds out anew what must be paged.

    Its own names begin with two underscores, so that no screen takes one of them by accident.
    """

    def __init__(self, stage: Stage) -> None:
        super().__init__(stage, stage.shape.window)
        self.__page = 0
        self.__view: _View | None = None
        self.__ready = False
        self.__turners: list[PageButton] = []
        self.__heads: list[Box] = []

    # --- What a screen does with its boxes

    def add(self, *boxes: Box) -> None:
        """Put `boxes` on top, in this order."""
        self.boxes.extend(boxes)
        self.__changed()

    def add_together(self, *boxes: Box) -> None:
        """Put `boxes` on top such that with larger text no page ends between them: what is written, and the keys."""
        shape = self.stage.shape
        if shape.text > 1 and not shape.reach:
            together = Box(self.stage, around(box.rect for box in boxes))
            together.add(*boxes)
            self.add(together)
        else:
            self.add(*boxes)

    def add_below(self, box: Box) -> None:
        """Put `box` under all others."""
        self.boxes.insert(0, box)
        self.__changed()

    @contextmanager
    def at_once(self) -> Iterator[None]:
        """Take all changes inside as one: what must be paged is found out once, after the last."""
        ready, self.__ready = self.__ready, False
        yield
        self.__ready = ready
        self.__changed()

    def lay_aside(self, box: Box) -> bool:
        """Take `box` away such that it can come back; return whether it was here."""
        if box not in self.boxes:
            return False
        self.boxes.remove(box)
        self.__changed()
        return True

    def empty(self) -> None:
        """Take all boxes away."""
        ready, self.__ready = self.__ready, False
        super().empty()
        self.__page = 0
        self.__ready = ready

    def take_apart(self) -> None:
        """Let go of everything inside, so that nothing waits for the collector of garbage."""
        for turner in self.__turners:
            turner.take_apart()
        self.__turners = []
        super().take_apart()
        self.group.clear()

    def placed(self, down: float = 0.0, seen: Rect | None = None) -> Iterator[Placed]:
        """Yield all boxes inside with where they are on the window."""
        view = self.__view
        for box in self.boxes:
            moved, shown = down, seen
            if self.__is_foot(box):
                moved += self.stage.shape.lift
            elif view is not None and not self.__is_head(box):
                page = view.pages[self.__page]
                moved, shown = down + view.lower(box) - page.at, page.seen
            yield Placed(box, box.stage.shape.on_window(box.rect).moved(moved), shown)
            yield from box.placed(moved, shown)
        for turner in self.__turners:
            yield Placed(turner, turner.stage.shape.on_window(turner.rect).moved(self.stage.shape.lift), None)
            yield from turner.placed(self.stage.shape.lift)

    # --- Pages

    @property
    def sheet_pages(self) -> int:
        """How many pages the body has."""
        return 1 if self.__view is None else len(self.__view.pages)

    @property
    def sheet_page(self) -> int:
        """Which page is seen, from 0."""
        return self.__page

    def turn_sheet(self, pages: int) -> None:
        """Go on by so many pages, or back."""
        self.__page = max(0, min(self.sheet_pages - 1, self.__page + pages))
        self.__draw()

    def settle(self) -> None:
        """Find out what must be paged, and draw accordingly; from now on this follows each change."""
        self.__ready = True
        self.__heads = self.__find_heads()
        self.__view = self.__find_view()
        if self.stage.shape.reach:
            self.__leave_the_title()
        self.__page = min(self.__page, self.sheet_pages - 1)
        self.__draw()

    def __changed(self) -> None:
        if self.__ready:
            self.settle()

    # --- Parts

    def __is_foot(self, box: Box) -> bool:
        shape = self.stage.shape
        if not isinstance(box, Touchable):  # a few words may stand where there are no buttons
            return isinstance(box, Words) and box.rect.y > shape.main.y
        at_main = abs(box.rect.y - shape.main.y) < 1 and box.rect.h <= shape.button + 1
        if at_main or shape.wide or shape.foot is Foot.LAST:
            return at_main
        row = shape.others(1)[0]
        return abs(box.rect.y - row.y) < 1 and abs(box.rect.h - row.h) < 1

    def __is_head(self, box: Box) -> bool:
        return box in self.__heads

    def __find_heads(self) -> list[Box]:
        """Return the boxes that stay above: in reach mode, all that is neither touched nor beside what is."""
        if not self.stage.shape.reach:
            return []
        body = [box for box in self.boxes if not self.__is_foot(box)]
        lower = [box for box in body if is_touched(box)]
        middle = (self.stage.shape.depth / 2 + AIR) / self.stage.shape.zoom
        while lower:
            top = min(box.rect.y for box in lower)
            left, right = min(box.rect.x for box in lower), max(box.rect.right for box in lower)
            more = [
                box for box in body
                if box not in lower and box.rect.bottom > min(top + 4, middle)
                and box.rect.x < right and left < box.rect.right
            ]  # fmt: skip
            if not more:
                break
            lower += more
        return [box for box in body if box not in lower] if lower else []

    def __leave_the_title(self) -> None:
        """Let only the title stay above where the rest has no room there, or where more that is only read follows it
        and fewer pages do if they go together.
        """
        heads, lowest = self.__heads, self.__lowest_head()
        foot = self.__foot_y()
        body = [box for box in self.boxes if not self.__is_foot(box) and box not in heads]
        crowded = any(_bottom(head) > (lowest if _above(head, body) else foot) for head in heads)
        read_on = first_touched(body, lambda _: 0.0) > _from_to(body, {})[0] + 1
        if not crowded and (self.sheet_pages == 1 or not read_on):
            return
        self.__heads = [head for head in _first_row(heads) if _bottom(head) <= lowest]
        fewer = self.__find_view()
        if crowded or (1 if fewer is None else len(fewer.pages)) < self.sheet_pages:
            self.__view = fewer
        else:
            self.__heads = heads

    def __lowest_head(self) -> float:
        """Return the window's y under which nothing stays above: the rest belongs to what is touched."""
        middle = self.stage.shape.depth / 2
        return middle + 0.4 * (self.__foot_y() - middle)

    def __find_view(self) -> _View | None:
        """Return how the body is seen, or None if all of it is where the canvas has it."""
        shape = self.stage.shape
        if shape.text <= 1 and not shape.reach:
            return None
        body = [box for box in self.boxes if not self.__is_foot(box) and box not in self.__heads]
        if not body:
            return None
        zoom = shape.zoom
        first, last = _from_to(body, {})
        foot = self.__foot_y()
        top = shape.status * zoom + _COUNTDOWN
        touched = any(is_touched(box) for box in body)
        if not (shape.reach and touched) and last <= foot:
            return None
        ups: Mapping[int, float] = {}
        if shape.text > 1:
            ups = drawn_together(body, None if shape.reach else shape.top * zoom)
            first, last = _from_to(body, ups)
        free = up = 0.0
        if shape.reach and touched:
            top = min(max(top, *(_bottom(box) for box in self.__heads if _above(box, body)), 0), self.__lowest_head())
            free = max(0.0, shape.depth / 2 - top)  # what is only read may stand there
            if first >= shape.depth / 2 and last <= foot and not any(ups.values()):
                return None
            up = min(free, first_touched(body, lambda box: -ups.get(id(box), 0.0)) - first)
        top += free
        down = top + AIR - first if shape.reach and touched else 0.0
        if last + down - up <= foot:
            seen = Rect(0, top - up, shape.width * zoom, foot - top + up)
            return _View(seen, down - up, ups, (Page(0.0, seen),))
        if not shape.side:
            foot -= (shape.touch + 8) * zoom
            higher = max(0.0, min(top - shape.depth / 2, top + shape.touch * zoom - foot))
            top, down = top - higher, down - higher  # what stands above has less room then than pages need
        seen = Rect(0, top, shape.width * zoom, foot - top)
        return _View(seen, down, ups, tuple(pages(body, seen, lambda box: down - ups.get(id(box), 0.0), free)))

    def __foot_y(self) -> float:
        """Return the window's y under which the buttons at the foot begin."""
        shape = self.stage.shape
        feet = [box.rect.y for box in self.boxes if self.__is_foot(box)]
        if shape.reach:
            feet.append(shape.foot_top)
        return min(feet) * shape.zoom + self.stage.shape.lift - AIR if feet else shape.depth

    # --- Drawing

    def __draw(self) -> None:
        """Put everything into the order in which it is drawn."""
        for group in (self.group, self._over):
            group.clear()
        self.__turners, gone = [], self.__turners
        for turner in gone:
            turner.take_apart()
        feet = [box for box in self.boxes if self.__is_foot(box)]
        view = self.__view
        if view is None and not self.stage.shape.lift:
            self.group.add(self._ink)
            self.group.add(self._over)
            for box in self.boxes:
                self._over.add(box.group)
            return
        self.__turners = self.__make_turners(view)
        heads = [box for box in self.boxes if box in self.__heads]
        body = [box for box in self.boxes if box not in feet and box not in heads]
        reach = self.stage.shape.reach
        if view is None:
            self.__layer(0.0, body, ink=not reach)
        else:
            page = view.pages[self.__page]
            if not reach:
                self.__layer(view.down - page.at, [], ink=True)
            for lower, boxes in groupby(body, view.lower):
                self.__layer(lower - page.at, boxes, ink=False)
            self.__cover(page.seen)
        self.__layer(0.0, heads, ink=reach)
        self.__layer(self.stage.shape.lift, [*feet, *self.__turners], ink=False)

    def __layer(self, down: float, boxes: Iterable[Box], *, ink: bool) -> None:
        layer = InstructionGroup()
        layer.add(PushMatrix())
        layer.add(Translate(0, -round(down), 0))
        if ink:
            layer.add(self._ink)
        for box in boxes:
            layer.add(box.group)
        layer.add(PopMatrix())
        self.group.add(layer)

    def __cover(self, seen: Rect) -> None:
        """Paint the ground over what the body must not show."""
        cover, depth = InstructionGroup(), self.stage.shape.depth
        cover.add(Color(*self.rgba(PAPER)))
        cover.add(Rectangle(pos=(0, depth - seen.y), size=(seen.w, seen.y)))
        cover.add(Rectangle(pos=(0, 0), size=(seen.w, depth - seen.bottom)))
        self.group.add(cover)

    def __make_turners(self, view: _View | None) -> list[PageButton]:
        if view is None or len(view.pages) == 1:
            return []
        back, on = self.__page > 0, self.__page < len(view.pages) - 1
        places = self.__places_of_turners(view.seen)
        ways = ((back, places[0], -1), (on, places[1], 1))
        return [PageButton(self.stage, place, way, self.__turned) for shown, place, way in ways if shown]

    def __places_of_turners(self, seen: Rect) -> tuple[Rect, Rect]:
        shape = self.stage.shape
        zoom = shape.zoom
        if not shape.side:
            y = (seen.bottom + 4 - self.stage.shape.lift) / zoom
            half = (shape.width - 2 * shape.margin - shape.gutter) / 2
            left = Rect(shape.margin, y, half, shape.touch)
            return left, left.moved(0, half + shape.gutter)
        wide = shape.side - shape.gutter
        top = max(seen.y, shape.depth / 2) if shape.reach else seen.y
        column = Rect(shape.width - shape.margin - wide, (top - shape.lift) / zoom, wide, (seen.bottom - top) / zoom)
        high = max(shape.key, min(column.h / 2 - 4, shape.touch * 1.6))  # the two must not lie on each other
        return column.top_part(high), column.bottom_part(high)

    def __turned(self, way: int) -> None:
        self.turn_sheet(way)


def _bottom(box: Box) -> float:
    """Return the window's y where `box` ends on the canvas drawn as large."""
    place = extent(box)
    return 0.0 if place is None else place.bottom


def _first_row(heads: list[Box]) -> list[Box]:
    """Return the title and what stands beside it."""
    there = [(place, head) for head in heads if (place := extent(head)) is not None]
    words = [place for place, head in there if isinstance(head, Words)]
    if not words:
        return []
    title = min(words, key=lambda place: place.y)
    return [head for place, head in there if place.y < title.bottom and place.bottom > title.y]


def _above(head: Box, body: list[Box]) -> bool:
    return any(head.rect.x < box.rect.right and box.rect.x < head.rect.right for box in body)


def _from_to(body: list[Box], ups: Mapping[int, float]) -> tuple[float, float]:
    """Return the window's y where `body` begins and ends on the first page, with its parts so far up."""
    there = [(found, ups.get(id(box), 0.0)) for box in body if (found := extent(box)) is not None]
    first = min((found.y - up for found, up in there), default=0.0)
    return first, max((found.bottom - up for found, up in there), default=0.0)
