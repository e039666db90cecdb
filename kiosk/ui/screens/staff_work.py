"""What staff do at the station: choose a task, try the readers, count, move a thing, write a note."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from kiosk.desk.views import Status, ThingFace
from kiosk.desk.views_staff import (
    CountDoneView,
    CountView,
    MoveView,
    NoteView,
    RegisteredView,
    StaffTasksView,
    TryReadersView,
)
from kiosk.ui.screens.hero import Banner, HeroScreen
from kiosk.ui.screens.screen import Choice, Disc, Screen, Text
from kiosk.ui.screens.writing import WritingScreen
from kiosk.ui.theme import ATTENTION_MOOD, GOOD_MOOD, INFO_MOOD, INK, NEUTRAL_MOOD, SOFT, Kind, Rect, split
from kiosk.ui.widgets.box import Box, Stage
from kiosk.ui.widgets.buttons import MAIN_PAINT, WAITING_PAINT, Button
from kiosk.ui.widgets.keyboard import Field, Keyboard
from kiosk.ui.widgets.pair import Pair
from kiosk.ui.widgets.panel import DONE_MOOD, Chip, IconDisc, Line, Panel, ThingDisc
from kiosk.ui.widgets.touchable import Tile
from kiosk.ui.widgets.words import Words, measure
from kiosk.ui.writing import Writing
from lending.said import MOST_LETTERS
from lending.visit import (
    CountFinished,
    GoOn,
    MoveTo,
    NoteWritten,
    OpenStaffPage,
    Seen,
    StaffPage,
    StillHere,
    UndoNewest,
)

_LEAST_PICTURE = 48
"""A picture smaller than this tells nothing beside the words."""
_HEAD = {Kind.WIDE_LARGE: 96, Kind.WIDE_SMALL: 56, Kind.TALL_LARGE: 112, Kind.TALL_SMALL: 72}


class TaskTile(Tile):
    """A task: what it is, and a line about it."""

    def __init__(self, stage: Stage, rect: Rect, icon: str, says: str, about: str, act: Callable[[], None]) -> None:
        super().__init__(stage, rect, says, act)
        large = stage.shape.large
        pad = 20 if large else 12
        disc = min(64 if large else 44, rect.h - 16)
        self.add(IconDisc(stage, Rect(rect.x + pad, rect.y + (rect.h - disc) / 2, disc, disc), icon, GOOD_MOOD))
        words = rect.after(disc + 2 * pad).before(pad)
        self.add(Pair(stage, words, says, about, (38, 32) if large else (28, 24)))


_NAMED, _NAMED_BESIDE = 6, 3
"""With larger text: a list says so many things by name at least, also beside another, or takes a higher canvas."""


class ThingList(Box):
    """A panel of things, one a row; those that do not fit are counted at its end. None is a thing nobody knows."""

    def __init__(
        self, stage: Stage, rect: Rect, title: str, things: Sequence[ThingFace | None], empty: str = ""
    ) -> None:
        super().__init__(stage, rect)
        self.add(Panel(stage, rect, stage.shape.radius))
        air, head, last = _measures_of_list(stage)
        inner = rect.inset(20 if stage.shape.large else 12, air)
        self.add(Words(stage, inner.top_part(head), title, "small", 600, INK, most=1))
        rows = inner.below(head)
        if not things and empty:
            self.add(Words(stage, rows, empty, "small", 400, SOFT, "left", "top", most=3))
        heights = [_height_of_row(stage, inner.w, thing) for thing in things]
        shown = as_many(heights, rows.h, last)
        self.folded = shown < min(len(things), _NAMED_BESIDE if stage.shape.wide else _NAMED)
        y = rows.y
        for thing, high in zip(things, heights[:shown], strict=False):
            self._row(Rect(rows.x, y, rows.w, high), thing)
            y += high
        if len(things) > shown:
            more = stage.tr("list.more_things", n=len(things) - shown)
            self.add(Words(stage, Rect(rows.x, y, rows.w, last), more, "small", 600, SOFT, most=1))

    @staticmethod
    def height(stage: Stage, width: float, things: Sequence[ThingFace | None], empty: str = "") -> float:
        """Return the pixels a list so wide takes: all of it, and with larger text as much as must be said by name."""
        air, head, last = _measures_of_list(stage)
        width -= 40 if stage.shape.large else 24
        named = len(things) if stage.shape.text <= 1 else _NAMED
        heights = [_height_of_row(stage, width, thing) for thing in things[:named]]
        if not things and empty:
            heights = [measure(stage, empty, (width, 400), "small", 400, 3).height + 2]
        return 2 * air + head + sum(heights) + (last if len(things) > named else 0)

    def _row(self, place: Rect, thing: ThingFace | None) -> None:
        stage = self.stage
        self.add(Line(stage, place.top_part(1)))
        disc = min(place.h - 10, 46.0 if stage.shape.large else 28.0)
        circle = Rect(place.x, place.y + (place.h - disc) / 2, disc, disc)
        self.add(ThingDisc(stage, circle, thing.drawing, thing.tint) if thing else ThingDisc(stage, circle, None))
        words = place.after(disc + 12)
        if thing is not None and thing.shelf and stage.shape.narrow:
            high = measure(stage, thing.shelf, (words.w, 200), "small", 400, 2).height + 1
            self.add(Words(stage, words.bottom_part(high), thing.shelf, "small", 400, SOFT, most=2))
            words = words.above(high)
        elif thing is not None and thing.shelf:
            shelf = words.right_part(words.w * 0.3)
            self.add(Words(stage, shelf, thing.shelf, "small", 400, SOFT, "right", most=2))
            words = words.before(words.w * 0.3 + 8)
        name = stage.tr.text(thing.name) if thing is not None else stage.tr("tech.unknown")
        self.add(Words(stage, words, name, "small", 400, INK, most=3))


def _measures_of_list(stage: Stage) -> tuple[float, float, float]:
    """Return the pixels of the air above and below, of the title, and of the line that counts what has no room."""
    return (10, 44, 40) if stage.shape.large else (6, 30, 30)


def _height_of_row(stage: Stage, width: float, thing: ThingFace | None) -> float:
    """Return the pixels of a row: more than one line where the name needs them."""
    usual = 56.0 if stage.shape.large else 38.0
    if thing is None:
        return usual
    under = thing.shelf if stage.shape.narrow else ""  # beside the name there is no room
    room = width - (46 if stage.shape.large else 28) - 12
    room = room * 0.7 - 8 if thing.shelf and not under else room
    high = measure(stage, stage.tr.text(thing.name), (room, 200), "small", 400, 3).height
    return max(usual, high + (measure(stage, under, (room, 200), "small", 400, 2).height + 1 if under else 0) + 4)


def as_many(heights: Sequence[float], room: float, last: float) -> int:
    """Return how many rows fit into `room`, with a line under them if those are not all."""
    if sum(heights) <= room:
        return len(heights)
    count, taken = 0, last
    while taken + heights[count] <= room:
        taken += heights[count]
        count += 1
    return count


class StaffTasksScreen(Screen[StaffTasksView]):
    """Six tasks."""

    def build(self) -> None:
        """Put everything in its place."""
        shape, tr, view = self.shape, self.tr, self.view
        self.buttons(Choice("arrow-left", tr("tech.to_menu"), GoOn()))
        head, gap = (56, 16) if shape.large else (40, 8)
        room = self.titled(shape.content(), head, gap, tr("tech.tasks"))
        counted = tr("tech.count_on", n=view.counted) if view.counted else tr("tech.count_about")
        tasks = (
            ("cpu", "tech.state", tr("tech.state_about"), StaffPage.STATE),
            ("nfc", "tech.try", tr("tech.try_about"), StaffPage.TRY),
            ("list-checks", "tech.count", counted, StaffPage.COUNT),
            ("plus", "tech.register", tr("tech.register_about"), StaffPage.REGISTER),
            ("map-pin", "tech.move", tr("tech.move_about"), StaffPage.MOVE),
            ("pencil", "tech.note", tr("tech.note_about"), StaffPage.NOTE),
        )
        columns = 2 if shape.wide else 1
        row = 132.0 if shape.large else 88.0
        for _, key, about, _ in tasks:
            row = max(row, Pair.height(self.stage, row, room.w / columns - 80, tr(key), about))
        rows, between = len(tasks) // columns, shape.gutter if shape.large else 10
        high = row * rows + between * (rows - 1)
        self.dropped += shape.text > 1 and high > room.h + 1
        grid = room.top_part(min(room.h, high))
        places = split(grid, columns, between, rows)
        for place, (icon, key, about, page) in zip(places, tasks, strict=True):
            self.add(TaskTile(self.stage, place, icon, tr(key), about, self.send(OpenStaffPage(page))))


_SEEN_ICONS = {
    Seen.CARD_KNOWN: "id-card",
    Seen.CARD_NEW: "id-card",
    Seen.CARD_UNREADABLE: "circle-help",
    Seen.ITEM_KNOWN: "scan-barcode",
    Seen.ITEM_NEW: "scan-barcode",
    Seen.CODE_OTHER: "circle-help",
}


class TryReadersScreen(HeroScreen[TryReadersView]):
    """Says what kind of thing was read. What it was is nowhere on it."""

    def reads(self, status: Status) -> tuple[object, ...]:
        """Return how the devices are."""
        return (status.reader_up, status.scanner_up)

    def build(self) -> None:
        """Put everything in its place."""
        tr, view, status = self.tr, self.view, self.view.status
        banner = None
        if not (status.reader_up and status.scanner_up):
            which = tr("tech.reader_not_up" if not status.reader_up else "tech.scanner_not_up")
            banner = Banner("octagon-x", which, tr("tech.not_up_text"), ATTENTION_MOOD)
        back = Choice("arrow-left", tr("tech.tasks_back"), OpenStaffPage(StaffPage.TASKS))
        if view.seen is None:
            self.hero(None, tr("tech.try_title"), tr("tech.try_text"), banner=banner, choices=[back],
                      scene=Disc(256, None, "nfc", NEUTRAL_MOOD))  # fmt: skip
            return
        good = view.seen not in (Seen.CARD_UNREADABLE, Seen.CODE_OTHER)
        scene = Disc(256, None, _SEEN_ICONS[view.seen], GOOD_MOOD if good else ATTENTION_MOOD)
        text = f"{tr(f'tech.seen.{view.seen}_text')}\n{tr('tech.times', n=view.times)}"
        self.hero(None, tr(f"tech.seen.{view.seen}"), text, banner=banner, choices=[back], scene=scene)


class CountScreen(Screen[CountView]):
    """What was found, newest first, and what is not found yet."""

    def build(self) -> None:
        """Put everything in its place."""
        shape, tr, view = self.shape, self.tr, self.view
        others = [Choice("arrow-left", tr("tech.pause"), OpenStaffPage(StaffPage.TASKS))]
        if view.found:
            others.append(Choice("undo-2", tr("tech.undo_scan"), UndoNewest()))
            self.buttons(Choice("check", tr("tech.count_finish"), CountFinished()), *others)
        else:
            place = self.shape.others(1)[0]
            wait = Button(self.stage, shape.main, "circle-dashed", tr("tech.count_wait"), self.send(StillHere()),
                          WAITING_PAINT)  # fmt: skip
            back = Button(self.stage, place, others[0].icon, others[0].text, self.send(others[0].touch))
            self.add(wait, back)
        room = shape.content(len(others))
        seen = view.expected - len(view.missing)
        title = tr("tech.count_title", n=seen, all=view.expected)
        disc = Disc(88 if shape.large else 52, None, "list-checks", DONE_MOOD)
        extra = len(view.found) - seen
        beside = 140 if extra > 0 and not shape.narrow else 0
        head = round(self.head_height(_HEAD[shape.kind], room.before(beside), disc, title, tr("tech.count_hint")))
        if shape.narrow:
            self.header(room.top_part(head), disc, title, tr("tech.count_hint"))
            self._extra(room.below(head).top_part(40), extra)
            head += 40 if extra > 0 else 0
        else:
            self.header(self._extra(room.top_part(head), extra), disc, title, tr("tech.count_hint"))
        room = room.below(head + (16 if shape.large else 6))
        found, missing = (view.found, tr("tech.found_none")), (view.missing, tr("tech.all_found"))
        left, right = self._places(room, found, missing)
        self.add(ThingList(self.stage, left, tr("tech.found"), *found))
        self.add(ThingList(self.stage, right, tr("tech.not_found"), *missing))

    def _places(self, room: Rect, *lists: tuple[Sequence[ThingFace | None], str]) -> tuple[Rect, Rect]:
        """Return where the two lists stand: beside each other, or under each other, each as high as it needs."""
        gap = self.shape.gutter if self.shape.large else 8
        if self.shape.wide:
            left, right = split(room, 2, gap)
            return left, right
        one, other = (ThingList.height(self.stage, room.w, things, empty) for things, empty in lists)
        if self.shape.text > 1:
            self.dropped += one + gap + other > room.h
            return room.top_part(one), room.below(one + gap).top_part(other)
        half = (room.h - gap) / 2
        upper = min(one, max(half, room.h - gap - other))
        rest = room.below(upper + gap)
        return room.top_part(upper), rest.top_part(min(rest.h, max(half, other)))

    def _extra(self, rect: Rect, extra: int) -> Rect:
        """Show how many were found that nobody expected; return the room left."""
        if extra <= 0:
            return rect
        height = 40 if self.shape.large else 32
        place = Rect(rect.x, rect.y + (rect.h - height) / 2, rect.w, height)
        if not self.shape.wide:
            place = Rect(rect.x, rect.bottom - height, rect.w, height)
        chip = Chip(self.stage, place, "plus", self.tr("tech.extra", n=extra), INFO_MOOD, align="right")
        self.add(chip)
        return rect.before(chip.rect.w + 16)


class CountDoneScreen(Screen[CountDoneView]):
    """The count is saved; what was not found is named."""

    def build(self) -> None:
        """Put everything in its place."""
        shape, tr, view = self.shape, self.tr, self.view
        back = Choice("wrench", tr("tech.tasks_back"), OpenStaffPage(StaffPage.TASKS))
        self.buttons(Choice("check", tr("tech.to_menu"), GoOn()), back)
        room = shape.content(1)
        disc = Disc(88 if shape.large else 52, None, "circle-check", DONE_MOOD)
        title, text = (
            tr("tech.count_done", n=view.found),
            tr("tech.count_lacks" if view.missing else "tech.count_whole"),
        )
        room = self.headed(room, _HEAD[shape.kind], 16 if shape.large else 6, disc, title, text)
        if view.missing:
            high = min(room.h, ThingList.height(self.stage, room.w, view.missing))
            self.add(ThingList(self.stage, room.top_part(high), tr("tech.not_found"), view.missing))
            return
        size = min(160.0 if shape.large else 96.0, room.h * 0.6)
        if size < _LEAST_PICTURE:
            return
        place = Rect(room.x + (room.w - size) / 2, room.y + (room.h - size) / 2, size, size)
        self.add(IconDisc(self.stage, place, "thumbs-up", GOOD_MOOD))


class RegisteredScreen(HeroScreen[RegisteredView]):
    """A new copy is registered; the library lets it be lent."""

    def build(self) -> None:
        """Put everything in its place."""
        tr, view = self.tr, self.view
        undo = Choice("undo-2", tr("tech.undo_register"), UndoNewest())
        self.hero(
            None,
            tr("tech.registered", thing=tr.text(view.thing.name)),
            tr("tech.registered_text"),
            banner=Banner("scan-barcode", tr("tech.register_next"), tr("tech.register_next_text"), GOOD_MOOD),
            scene=Disc(256, view.thing),
            choices=[Choice("check", tr("tech.tasks_back"), OpenStaffPage(StaffPage.TASKS)), undo],
        )


class MoveScreen(HeroScreen[MoveView]):
    """A thing was brought here, or is taken away."""

    def build(self) -> None:
        """Put everything in its place."""
        tr, view = self.tr, self.view
        back = Choice("arrow-left", tr("tech.tasks_back"), OpenStaffPage(StaffPage.TASKS))
        if view.thing is None:
            key = "tech.move_unknown" if view.unknown else "tech.move_title"
            mood = ATTENTION_MOOD if view.unknown else NEUTRAL_MOOD
            icon = "circle-help" if view.unknown else "scan-barcode"
            self.hero(None, tr(key), tr(f"{key}_text"), choices=[back], scene=Disc(256, None, icon, mood))
            return
        scene = Disc(256, view.thing)
        name = tr.text(view.thing.name)
        if view.moved is None:
            key, icon = ("tech.take_away", "log-out") if view.here else ("tech.put_here", "log-in")
            choice = Choice(icon, tr(key), MoveTo(not view.here))
            where = tr("tech.stands_here" if view.here else "tech.stands_elsewhere")
            self.hero(None, name, where, choices=[choice, back], scene=scene)
            return
        said = tr("tech.moved_here" if view.moved else "tech.moved_away")
        undo = Choice("undo-2", tr("tech.undo"), UndoNewest())
        self.hero(
            None, name, said, banner=Banner("scan-barcode", tr("tech.move_next"), "", GOOD_MOOD), scene=scene,
            choices=[Choice("check", tr("tech.tasks_back"), OpenStaffPage(StaffPage.TASKS)), undo],
        )  # fmt: skip


_GROWN_FIELD = 40
"""Pixels of the line that is written, with larger text."""


class NoteScreen(WritingScreen[NoteView]):
    """A few words for the library, letter by letter. They are kept here only until they are sent to the desk."""

    def build(self) -> None:
        """Put everything in its place."""
        shape, tr = self.shape, self.tr
        self._writing = Writing(most=MOST_LETTERS)
        self._main = Button(self.stage, shape.main, "check", "", self._save, MAIN_PAINT)
        back = Button(self.stage, shape.others(1)[0], "arrow-left", tr("tech.tasks_back"),
                      self.send(OpenStaffPage(StaffPage.TASKS)))  # fmt: skip
        room = shape.content(1)
        keys = Keyboard.place(self.stage, room.bottom)
        gap = 16 if shape.large else 6
        room = Rect(room.x, room.y, room.w, keys.y - gap - room.y)
        head = {Kind.WIDE_LARGE: 72, Kind.WIDE_SMALL: 36, Kind.TALL_LARGE: 140, Kind.TALL_SMALL: 84}[shape.kind]
        said = Text(tr("tech.note_saved" if self.view.saved else "tech.note_title"), "title", 600)
        about = [] if shape.kind is Kind.WIDE_SMALL else [Text(tr("tech.note_text"), "small", 400, SOFT)]
        head = round(self.head_height(head, room, None, said.text, about[0].text if about else ""))
        self.stack(room.top_part(head), [said, *about], "top")
        place = room.below(head)
        if shape.large:
            place = place.top_part(min(place.h, 280))
        if shape.reach:  # it is only read: below the middle is room for the keys
            middle = shape.depth / 2 / shape.zoom
            place = place.top_part(max(_GROWN_FIELD, min(place.h, middle - 8 - place.y)))
        if shape.text > 1 and not shape.reach:  # the line and the keys are seen at once
            place = Rect(keys.x + 4, keys.y - 2 - _GROWN_FIELD, keys.w - 8, _GROWN_FIELD)
        lines = max(1, int(place.h / (shape.sizes.body * 1.6)))
        hint = "tech.note_hint" if about else "tech.note_text"  # what has no room above stands in the empty line
        self._field = Field(self.stage, place, "", tr(hint), lines)
        self.add_together(self._field, Keyboard(self.stage, keys, self._write, self._erase))
        self.add(self._main, back)
        self._show_writing()

    def update(self, view: NoteView) -> bool:
        """Keep what is being typed, unless a note was just saved."""
        if self._sent or (view.saved and not self.view.saved):
            return False
        self.view = view
        return True

    _sent = False

    def _show_writing(self) -> None:
        super()._show_writing()
        ready = bool(self._writing.words)
        key = "tech.note_save" if ready else "tech.note_wait"
        self._main.show("check" if ready else "circle-dashed", self.tr(key), MAIN_PAINT if ready else WAITING_PAINT)

    def _save(self) -> None:
        words = self._writing.words
        if not words:
            self.stage.submit(StillHere())
            return
        self._sent = True
        self._writing = self._writing.clear()
        self._show_writing()
        self.stage.submit(NoteWritten(words))
