"""A new tag is registered: it is scanned, and its thing chosen from a list or found by its name."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from kiosk.desk.views import Status, ThingFace
from kiosk.desk.views_staff import RegisterState, RegisterView, ThingOffer
from kiosk.ui.screens.hero import HeroScreen
from kiosk.ui.screens.screen import Choice, Disc, Text
from kiosk.ui.theme import ATTENTION_MOOD, INK, NEUTRAL_MOOD, Kind, Rect, split
from kiosk.ui.widgets.box import Stage
from kiosk.ui.widgets.buttons import MAIN_PAINT, SECOND_PAINT, Button, second_button
from kiosk.ui.widgets.keyboard import Field, Keyboard
from kiosk.ui.widgets.panel import ThingDisc
from kiosk.ui.widgets.touchable import Touchable
from kiosk.ui.widgets.words import Words
from kiosk.ui.writing import Writing
from lending.visit import OpenStaffPage, StaffPage, StillHere, ThingChosen

_LONGEST = 40


class ThingTile(Touchable):
    """A thing to choose."""

    def __init__(self, stage: Stage, rect: Rect, thing: ThingFace, act: Callable[[], None]) -> None:
        name = stage.tr.text(thing.name)
        super().__init__(stage, rect, name, act)
        large = stage.shape.large
        self._ground, _ = self.frame(rect, SECOND_PAINT.ground, SECOND_PAINT.edge, stage.shape.radius)
        pad = 12 if large else 8
        disc = min(56 if large else 44, rect.h - 12)
        circle = Rect(rect.x + pad, rect.y + (rect.h - disc) / 2, disc, disc)
        self.add(ThingDisc(stage, circle, thing.drawing, thing.tint))
        words = rect.after(disc + 2 * pad).before(pad)
        self.add(Words(stage, words.inset(0, 2), name, "small", 600, INK, most=2 if stage.shape.text <= 1 else 3))

    def look(self) -> None:
        """Tint the ground under a finger."""
        self._ground.rgba = self.rgba(SECOND_PAINT.pressed if self.down else SECOND_PAINT.ground)


class RegisterScreen(HeroScreen[RegisterView]):
    """Scan, choose, done. Typing finds a thing by any part of its name."""

    def build(self) -> None:
        """Put everything in its place."""
        self._page = 0
        self._searches = False
        self._writing = Writing(most=_LONGEST)
        if self.view.state is RegisterState.CHOOSE:
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
        name = tr.text(view.thing.name) if view.thing is not None else ""
        key = "tech.register_known" if known else "tech.register_waits"
        self.hero(None, tr(key, thing=name) if known else tr(key), tr(f"{key}_text"), choices=[back], scene=scene)

    def reads(self, status: Status) -> tuple[object, ...]:  # noqa: ARG002
        """Return nothing: whatever becomes of the network, nobody chooses twice."""
        return ()

    def update(self, view: RegisterView) -> bool:
        """Stay at the page and the letters while the same things are offered."""
        if view.state is not RegisterState.CHOOSE or view != self.view:
            return False
        self.view = view
        return True

    def memory(self) -> object:
        """Return which thing stands first, and what is being written if somebody searches."""
        return (self._page * self._a_page, self._searches, self._writing.text)

    def remember(self, memory: object) -> None:
        """Go on at the page with that thing, or with the letters written so far."""
        if self.view.state is RegisterState.CHOOSE and isinstance(memory, tuple):
            first, self._searches, written = memory
            self._page = first // self._a_page
            self._writing = Writing(written, most=_LONGEST)
            with self.at_once():
                self._lay_out()

    # --- Choosing

    def _lay_out(self) -> None:
        shape, tr = self.shape, self.tr
        self.empty()
        self.wipe()
        others = shape.others(2)
        says = tr("back" if shape.reach else "tech.tasks_back")  # the tools of reach mode take room
        back = second_button(self.stage, others[0], "arrow-left", says,
                             self.send(OpenStaffPage(StaffPage.TASKS)))  # fmt: skip
        self.add(back)
        room = shape.content(2)
        if self._searches:
            self._search(room, others[1])
        else:
            self._list(room, others[1])

    def _list(self, room: Rect, other: Rect) -> None:
        shape, tr = self.shape, self.tr
        head = 56 if shape.large else 40
        pages = self._pages(room.below(head))
        page = f" · {self._page + 1}/{pages}" if pages > 1 else ""
        head = round(self.head_height(head, room, None, tr("tech.choose") + page))
        self.stack(room.top_part(head), [Text(tr("tech.choose") + page, "title", 600)])
        self._tiles(room.below(head + 8), self.view.things)
        self.add(Button(self.stage, shape.main, "search", tr("tech.search"), lambda: self._turn(search=True),
                        MAIN_PAINT))  # fmt: skip
        if pages > 1:
            self.add(second_button(self.stage, other, "arrow-right", tr("tech.next_page"), self._next))

    def _search(self, room: Rect, other: Rect) -> None:
        shape, tr = self.shape, self.tr
        keys = Keyboard.place(self.stage, room.bottom)
        high = 64 if shape.large else (40 if shape.wide else 48)
        gap = 12 if shape.large else 6
        field = Field(self.stage, room.top_part(high), "search", tr("tech.search_hint"))
        field.show(self._writing.text)
        found = Rect(room.x, room.y + high + gap, room.w, keys.y - room.y - high - 2 * gap)
        self._tiles(found, self._matches())
        self.add(field, Keyboard(self.stage, keys, self._write, self._erase))
        self.add(Button(self.stage, shape.main, "layout-grid", tr("tech.show_list"), lambda: self._turn(search=False),
                        MAIN_PAINT))  # fmt: skip
        self.add(second_button(self.stage, other, "x", tr("tech.clear"), self._clear))

    def _matches(self) -> list[ThingOffer]:
        wanted = self._writing.words.casefold()
        if not wanted:
            return []
        names = [(self.tr.text(offer.face.name).casefold(), offer) for offer in self.view.things]
        found = [(not name.startswith(wanted), name, offer) for name, offer in names if wanted in name]
        return [offer for _, _, offer in sorted(found, key=lambda one: one[:2])]

    def _tiles(self, room: Rect, things: Sequence[ThingOffer]) -> None:
        columns, rows = self._grid(room)
        shown = things[self._page * columns * rows :][: columns * rows] if not self._searches else things
        gap = 12 if self.shape.large else 6
        high = min((room.h - gap * (rows - 1)) / rows, 104.0 if self.shape.large or self.shape.narrow else 80.0)
        places = split(room.top_part(high * rows + gap * (rows - 1)), columns, gap, rows)
        for place, offer in zip(places, shown, strict=False):
            self.add(ThingTile(self.stage, place, offer.face, self.send(ThingChosen(offer.thing))))

    def _grid(self, room: Rect) -> tuple[int, int]:
        shape = self.shape
        columns = {Kind.WIDE_LARGE: 3, Kind.WIDE_SMALL: 3}.get(shape.kind, 1 if shape.narrow else 2)
        least, gap = (84, 12) if shape.large else (64 if not shape.narrow else 84, 6)
        return columns, max(1, int((room.h + gap) // (least + gap)))

    @property
    def _a_page(self) -> int:
        columns, rows = self._grid(self.shape.content(2).below((56 if self.shape.large else 40) + 8))
        return columns * rows

    def _pages(self, room: Rect) -> int:
        columns, rows = self._grid(room.below(8))
        return max(1, -(-len(self.view.things) // (columns * rows)))

    def _turn(self, *, search: bool) -> None:
        self._searches = search
        self._writing = self._writing.clear()
        self._again()

    def _next(self) -> None:
        head = 56 if self.shape.large else 40
        self._page = (self._page + 1) % self._pages(self.shape.content(2).below(head))
        self._again()

    def _write(self, letters: str) -> None:
        self._writing = self._writing.write(letters)
        self._again()

    def _erase(self) -> None:
        self._writing = self._writing.erase()
        self._again()

    def _clear(self) -> None:
        self._writing = self._writing.clear()
        self._again()

    def _again(self) -> None:
        self._lay_out()
        self.stage.submit(StillHere())
