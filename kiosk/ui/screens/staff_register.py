"""A new tag is registered: it is scanned, and its thing chosen from a list or found by its name."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from kiosk.desk.views import ThingFace
from kiosk.desk.views_staff import RegisterState, RegisterView, ThingOffer
from kiosk.ui.screens.hero import HeroScreen
from kiosk.ui.screens.screen import Choice, Disc, Text
from kiosk.ui.screens.writing import AskingScreen
from kiosk.ui.theme import ATTENTION_MOOD, INK, NEUTRAL_MOOD, Kind, Rect, split
from kiosk.ui.widgets.box import Box, Stage
from kiosk.ui.widgets.buttons import MAIN_PAINT, Button, second_button
from kiosk.ui.widgets.keyboard import Field, Keyboard
from kiosk.ui.widgets.panel import ThingDisc
from kiosk.ui.widgets.touchable import Tile
from kiosk.ui.widgets.words import Words, measure
from kiosk.ui.writing import Writing
from lending.visit import ListThings, OpenStaffPage, StaffPage, StillHere, ThingChosen

_LONGEST = 40
_A_PAGE = 6
"""With larger text: so many things stand on a page of the list at least, or a higher canvas is taken."""


class NameTile(Tile):
    """A thing to choose by its name."""

    def __init__(self, stage: Stage, rect: Rect, thing: ThingFace, act: Callable[[], None]) -> None:
        name = stage.tr.text(thing.name)
        super().__init__(stage, rect, name, act)
        large = stage.shape.large
        pad = 12 if large else 8
        disc = min(56 if large else 44, rect.h - 12)
        circle = Rect(rect.x + pad, rect.y + (rect.h - disc) / 2, disc, disc)
        words = rect.after(disc + 2 * pad).before(pad)
        if (
            stage.shape.text <= 1
            and measure(stage, name, (words.w, rect.h - 4), "small", 600, 2, to_the_least=True).cut
        ):
            words = rect.inset(pad, 0)  # a long name takes the picture's room
        else:
            self.add(ThingDisc(stage, circle, thing.drawing, thing.tint))
        self.add(Words(stage, words.inset(0, 2), name, "small", 600, INK, most=3))


class RegisterScreen(AskingScreen[RegisterView], HeroScreen[RegisterView]):
    """Scan, choose, done. Typing finds a thing by any part of its name."""

    def build(self) -> None:
        """Put everything in its place."""
        self._begin(self.view.words, _LONGEST)
        if self.view.state is RegisterState.CHOOSE:
            self._searches = bool(self.view.words)
            self._first = self.view.at // self._a_page * self._a_page
            self._lay_out()
            return
        tr, view = self.tr, self.view
        back = Choice("arrow-left", tr("tech.tasks_back"), OpenStaffPage(StaffPage.TASKS))
        if view.state is RegisterState.SCAN:
            self.hero(None, tr("tech.register_title"), tr("tech.register_text"), choices=[back],
                      scene=Disc(256, None, "scan-barcode", NEUTRAL_MOOD))  # fmt: skip
            return
        known = view.state is RegisterState.KNOWN and view.thing is not None
        scene = Disc(256, view.thing) if known else Disc(256, None, "hourglass", ATTENTION_MOOD)
        name = tr.text(view.thing.definite) if view.thing is not None else ""
        key = "tech.register_known" if known else "tech.register_waits"
        self.hero(None, tr(key, thing=name) if known else tr(key), tr(f"{key}_text"), choices=[back], scene=scene)

    def update(self, view: RegisterView) -> bool:
        """Take other things; the page and what is being written stay as they are."""
        before = self.view
        if not (view.state is before.state is RegisterState.CHOOSE) or view.words not in self._sent:
            return False
        self.view = view
        if not self._searches and view.count != before.count:
            self._first = min(self._first, max(0, view.count - 1) // self._a_page * self._a_page)
            self._lay_out()
        else:
            self._show_tiles()
        return True

    def memory(self) -> object:
        """Return which thing stands first, and what is being written if somebody searches."""
        if self.view.state is not RegisterState.CHOOSE:
            return None
        return (self._first, self._searches, self._writing.text)

    def remember(self, memory: object) -> None:
        """Go on at the page with that thing, or with the letters written so far."""
        if self.view.state is RegisterState.CHOOSE and isinstance(memory, tuple):
            first, self._searches, written = memory
            self._first = first // self._a_page * self._a_page
            self._writing = Writing(written, most=_LONGEST)
            self._sent.append(self._writing.words)
            with self.at_once():
                self._lay_out()

    # --- Choosing

    def _lay_out(self) -> None:
        shape, tr = self.shape, self.tr
        self.empty()
        self.wipe()
        pages = max(1, -(-self.view.count // self._a_page))
        count = 2 if self._searches or pages > 1 else 1
        others = shape.others(count)
        little = shape.reach or (count > 1 and shape.kind is Kind.WIDE_SMALL)  # the tools of reach mode take room
        says = tr("back" if little else "tech.tasks_back")
        back = second_button(self.stage, others[0], "arrow-left", says,
                             self.send(OpenStaffPage(StaffPage.TASKS)))  # fmt: skip
        self._tiles = Box(self.stage, shape.window)
        self._shown: Sequence[ThingOffer] | None = None
        self.add(back, self._tiles)
        room = shape.content(count)
        self.dropped = int(shape.text > 1 and not self._searches and self._a_page < min(self.view.count, _A_PAGE))
        if self._searches:
            self._search(room, others[1])
        else:
            self._list(room, pages, *others[1:])

    def _list(self, room: Rect, pages: int, *other: Rect) -> None:
        shape, tr = self.shape, self.tr
        page = f" · {self._first // self._a_page + 1}/{pages}" if pages > 1 else ""
        self.stack(room.top_part(self._head), [Text(tr("tech.choose") + page, "title", 600)])
        self._room = room.below(self._head + 8)
        self._show_tiles()
        self.add(Button(self.stage, shape.main, "search", tr("tech.search"), lambda: self._turn(search=True),
                        MAIN_PAINT))  # fmt: skip
        for place in other:
            self.add(second_button(self.stage, place, "arrow-right", tr("tech.next_page"), self._next))

    def _search(self, room: Rect, other: Rect) -> None:
        shape, tr = self.shape, self.tr
        keys = Keyboard.place(self.stage, room.bottom)
        high = 64 if shape.large else (40 if shape.wide else 48)
        gap = 12 if shape.large else 6
        self._field = Field(self.stage, room.top_part(high), "search", tr("tech.search_hint"))
        self._field.show(self._writing.text)
        found = Rect(room.x, room.y + high + gap, room.w, keys.y - room.y - high - 2 * gap)
        self._room = found
        self._show_tiles()
        self.add(self._field, Keyboard(self.stage, keys, self._write, self._erase))
        self.add(Button(self.stage, shape.main, "layout-grid", tr("tech.show_list"), lambda: self._turn(search=False),
                        MAIN_PAINT))  # fmt: skip
        self.add(second_button(self.stage, other, "x", tr("tech.clear"), self._clear))

    def _offered(self) -> Sequence[ThingOffer]:
        """Return what to show: a page of the list as far as it has come, or what fits what is written."""
        view = self.view
        if self._searches:
            return view.things if view.words and self._writing.words else ()
        start = self._first - view.begins
        return () if view.words or start < 0 else view.things[start : start + self._a_page]

    def _show_tiles(self) -> None:
        """Show what is offered; what is the same stays, so that no touch on it is lost."""
        offered, room = self._offered(), self._room
        if offered == self._shown:
            return
        self._shown = offered
        self._tiles.empty()
        columns, rows = self._grid(room)
        gap = 12 if self.shape.large else 6
        high = min((room.h - gap * (rows - 1)) / rows, 104.0 if self.shape.large or self.shape.narrow else 80.0)
        places = split(room.top_part(high * rows + gap * (rows - 1)), columns, gap, rows)
        for place, offer in zip(places, offered, strict=False):
            self._tiles.add(NameTile(self.stage, place, offer.face, self.send(ThingChosen(offer.thing))))

    def _grid(self, room: Rect) -> tuple[int, int]:
        shape = self.shape
        columns = {Kind.WIDE_LARGE: 3, Kind.WIDE_SMALL: 3}.get(shape.kind, 1 if shape.narrow else 2)
        least, gap = (84, 12) if shape.large else (64 if not shape.narrow else 84, 6)
        return columns, max(1, int((room.h + gap) // (least + gap)))

    @property
    def _head(self) -> int:
        """Return the pixels of the title, with room for the number of the page."""
        usual = 56 if self.shape.large else 40
        return round(self.head_height(usual, self.shape.content(2), None, f"{self.tr('tech.choose')} · 99/99"))

    @property
    def _a_page(self) -> int:
        columns, rows = self._grid(self.shape.content(2).below(self._head + 8))
        return columns * rows

    def _turn(self, *, search: bool) -> None:
        self._searches = search
        self._writing = self._writing.clear()
        self._lay_out()
        if search:
            self.stage.submit(StillHere())
        else:
            self._list_things()

    def _next(self) -> None:
        first = self._first + self._a_page
        self._first = first if first < self.view.count else 0
        self._lay_out()
        self._list_things()

    def _list_things(self) -> None:
        """Ask for the things of this page if they are not here."""
        view, end = self.view, min(self._first + self._a_page, self.view.count)
        if not view.words and view.begins <= self._first and end <= view.begins + len(view.things):
            self.stage.submit(StillHere())
            return
        self._sent.append("")
        self.stage.submit(ListThings(self._first))

    def _clear(self) -> None:
        self._written(self._writing.clear())

    def _written(self, writing: Writing) -> None:
        self._writing = writing
        self._field.show(writing.text)
        self._show_tiles()
        self._sent.append(writing.words)
        self.stage.submit(ListThings(words=writing.words))
