"""Board 12: what a staff card opens. What waits to be checked, and how the station is."""

from __future__ import annotations

from kiosk.desk.views import DeviceRow, StaffMenuView, StaffRow, Status
from kiosk.ui.screens.screen import Choice, Disc, Screen
from kiosk.ui.screens.staff_words import name_of_device, state_of_feed, states_that_stop
from kiosk.ui.screens.staff_work import as_many
from kiosk.ui.theme import ATTENTION_MOOD, GOOD_MOOD, INK, SOFT, STOP_MOOD, Kind, Rect, split
from kiosk.ui.tr import Translator
from kiosk.ui.widgets.box import Box, Stage
from kiosk.ui.widgets.pair import Pair
from kiosk.ui.widgets.panel import DONE_MOOD, Chip, IconDisc, Line, Panel, ThingDisc
from kiosk.ui.widgets.state import State, StateRow, worst_first
from kiosk.ui.widgets.words import Words, measure, needed, width_of
from lending.visit import Done, OpenStaffPage, StaffPage

_NAMED, _NAMED_BESIDE = 5, 2
"""With larger text: so many things to check are named at least, also beside how the station is, or a higher canvas is
taken.
"""


class StaffMenuScreen(Screen[StaffMenuView]):
    """What waits to be checked, and in short how the station is. Only staff see the stop tint."""

    def reads(self, status: Status) -> tuple[object, ...]:
        """Return everything: staff are told of all of it."""
        return (status,)

    def build(self) -> None:
        """Put everything in its place."""
        shape, tr, view = self.shape, self.tr, self.view
        more = Choice("wrench", tr("staff.more"), OpenStaffPage(StaffPage.TASKS))
        self.buttons(Choice("check", tr("done"), Done()), more)
        room = shape.content(1)
        heights = {Kind.WIDE_LARGE: 96, Kind.WIDE_SMALL: 56, Kind.TALL_LARGE: 104, Kind.TALL_SMALL: 72}
        disc = Disc(88 if shape.large else 52, None, "list-checks", DONE_MOOD)
        title = tr("staff.left", n=len(view.left)) if view.left else tr("staff.none_left")
        hint = tr("staff.hint") if view.left else ""
        under = shape.narrow or (view.done and not self._has_room_beside(room, disc, title))
        beside = 0.0 if under else self._done_width()
        head = self.head_height(heights[shape.kind], room.before(beside), disc, title, hint)
        if under:  # the count under the title: beside it there is no room
            self._done_so_far(room.below(head).top_part(40 if view.done else 0))
            self.header(room.top_part(head), disc, title, hint)
            head += 40 if view.done else 0
        else:
            self.header(self._done_so_far(room.top_part(head)), disc, title, hint)
        room = room.below(head + (24 if shape.large else 8))
        states = self._states()
        if shape.wide:
            right = room.right_part(520 if shape.large else shape.column)
            left = room.before(right.w + (24 if shape.large else shape.gutter))
        else:
            height = self._panel_height(len(states))
            right, left = room.bottom_part(height), room.above(height + (24 if shape.large else 8))
        self._items(left)
        self._panel(right, states)

    def _done_width(self) -> float:
        """Return the pixels that the count of what was checked takes beside the title."""
        if not self.view.done:
            return 0.0
        words = self.tr("staff.done", n=self.view.done)
        return Chip.width(self.stage, words) + 16

    def _has_room_beside(self, room: Rect, disc: Disc, title: str) -> bool:
        """Return whether the title keeps its size beside the count; at ordinary text it always stands there."""
        if self.shape.text <= 1:
            return True
        rest = room.w - self._done_width() - disc.size - 24
        return measure(self.stage, title, (rest, 400), "title", 600, 1).lines[-1] == title

    def _done_so_far(self, rect: Rect) -> Rect:
        """Show at the right how many were checked in this visit; return the room left."""
        if not self.view.done:
            return rect
        height = 40 if self.shape.large else 32
        words = self.tr("staff.done", n=self.view.done)
        place = Rect(rect.right - 260, rect.y + (rect.h - height) / 2, 260, height)
        if not self.shape.wide and not self.shape.large:
            place = Rect(place.x, rect.y, place.w, height)
        chip = Chip(self.stage, place, "circle-check", words, GOOD_MOOD, align="right")
        self.add(chip)
        return rect.before(chip.rect.w + 16)

    # --- What waits

    def _items(self, room: Rect) -> None:
        shape, left = self.shape, self.view.left
        gap = 12 if shape.large else 6
        if not left:
            self._nothing(room)
            return
        heights = [_LeftCard.height(self.stage, 76 if shape.large else 52, room.w, row) + gap for row in left]
        if shape.text <= 1:
            heights = [max(heights)] * len(left)
        line = measure(self.stage, "X", (99, 99), "body").height
        shown = as_many(heights, room.h + gap, line + gap)
        self.dropped += shape.text > 1 and shown < min(len(left), _NAMED_BESIDE if shape.wide else _NAMED)
        spare = room.h + gap - sum(heights[:shown]) - (line + gap if shown < len(left) else 0)
        y = room.y
        for row, high in zip(left, heights[:shown], strict=False):
            height = min(max(high - gap, 96 if shape.large else 68), high - gap + spare / shown)
            self.add(_LeftCard(self.stage, Rect(room.x, y, room.w, height), row))
            y += height + gap
        if shown < len(left):
            more = self.tr("list.more_things", n=len(left) - shown)
            place = Rect(room.x + 16, y, room.w - 16, line)
            self.add(Words(self.stage, place, more, "body", 600, SOFT, "left", "top", most=1))

    def _nothing(self, room: Rect) -> None:
        size = min(160 if self.shape.large else 72, room.h * 0.5)
        words = min(room.h - size - 16, 120.0 if self.shape.large else 84.0)
        top = room.y + (room.h - size - 16 - words) / 2
        place = Rect(room.x + (room.w - size) / 2, top, size, size)
        self.add(IconDisc(self.stage, place, "thumbs-up", GOOD_MOOD))
        below = Rect(room.x, place.bottom + 16, room.w, words)
        self.add(Words(self.stage, below, self.tr("staff.none_text"), "small", 400, SOFT, "center", "top", most=3))

    # --- How the station is

    def _states(self) -> list[State]:
        view, status, tr = self.view, self.view.status, self.tr
        states = [self._device(device) for device in view.devices]
        queue = State(tr("staff.queue"), tr("staff.all_sent"))
        if status.queued:
            queue = State(tr("staff.queue"), tr("staff.waiting", n=status.queued), ATTENTION_MOOD)
        states += [queue, self._contact(), state_of_feed(tr, status.data_age_hours, view.feed_version)]
        if not status.clock_synced:
            states.append(State(tr("staff.clock"), tr("staff.not_set"), ATTENTION_MOOD))
        if status.returns_only:
            states.append(State(tr("staff.lending"), tr("staff.lending_off"), STOP_MOOD))
        states += states_that_stop(tr, status)
        if status.repaired:
            states.append(State(tr("staff.repaired"), "", STOP_MOOD, status.repaired))
        return worst_first(states)[: 7 if self.shape.large or self.shape.text > 1 else 5]

    def _device(self, device: DeviceRow) -> State:
        tr = self.tr
        name = name_of_device(tr, device.name)
        if device.up:
            return State(name, tr("staff.works"))
        return State(name, tr("staff.works_not"), STOP_MOOD, device.reason)

    def _contact(self) -> State:
        tr, heard = self.tr, self.view.last_contact
        mood = ATTENTION_MOOD if self.view.status.offline else GOOD_MOOD
        trouble = self.view.status.trouble
        if self.view.status.offline and trouble:
            since = tr.time(heard) if heard is not None else ""
            return State(tr("staff.heard"), tr(f"staff.{trouble}"), ATTENTION_MOOD, since)
        if heard is None:
            return State(tr("staff.heard"), tr("staff.never"), ATTENTION_MOOD)
        return State(tr("staff.heard"), tr.time(heard), mood, tr.day(heard.date()))

    def _panel_height(self, states: int) -> float:
        row = 40 if self.shape.text <= 1 else StateRow.TALL
        return (72 + states * 56 + 16) if self.shape.large else (8 + states * row + 8)

    def _panel(self, room: Rect, states: list[State]) -> None:
        shape = self.shape
        self.add(Panel(self.stage, room))
        inner = room.inset(shape.pad, shape.pad if shape.large else 8)
        head = 48 if shape.large else 0
        if head:
            title = self.tr("staff.station")
            self.add(Words(self.stage, inner.top_part(head - 8), title, "body", 600, INK, most=1))
        rows = inner.below(head)
        height = min(60 if shape.large else 46 if shape.text <= 1 else StateRow.TALL, rows.h / len(states))
        places = split(rows.top_part(height * len(states)), 1, 0, len(states), 0)
        for at, (place, state) in enumerate(zip(places, states, strict=True)):
            if at or head:
                self.add(Line(self.stage, place.top_part(1)))
            self.add(StateRow(self.stage, place.inset(0, 1), state))


class _LeftCard(Box):
    """An item that waits to be checked, and since when."""

    def __init__(self, stage: Stage, rect: Rect, row: StaffRow) -> None:
        super().__init__(stage, rect)
        tr, large = stage.tr, stage.shape.large
        self.add(Panel(stage, rect, stage.shape.radius))
        disc = min(64 if large else 44, rect.h - 12)
        pad = 16 if large else 10
        words = rect.after(disc + 2 * pad).before(pad)
        called = tr.text(row.thing.name)
        self.add(ThingDisc(stage, Rect(rect.x + pad, rect.y + (rect.h - disc) / 2, disc, disc), row.thing.drawing,
                           row.thing.tint))  # fmt: skip
        since = _since(tr, row)
        sizes = stage.shape.sizes
        widest = max(width_of(called, sizes.body, 600), width_of(since, sizes.small, 400))
        shelf = tr("cannot.shelf", shelf=row.thing.shelf) if row.thing.shelf else ""
        width = width_of(shelf, sizes.small, 400) + 2
        if shelf and widest + 16 + width < words.w:
            self.add(Words(stage, words.right_part(width), shelf, "small", 400, SOFT, "right", most=1))
            words = words.before(width + 12)
        self.add(Pair(stage, words, called, since, (36, 30) if large else (26, 22)))

    @staticmethod
    def height(stage: Stage, usual: float, width: float, row: StaffRow) -> float:
        """Return the pixels a card so wide takes."""
        name = stage.tr.text(row.thing.name)
        if stage.shape.text <= 1 and needed(stage, name, (width - 74, 99), "body", 600)[0] > 1:
            usual += 16
        return Pair.height(stage, usual, width - 74, stage.tr.text(row.thing.name), _since(stage.tr, row))


def _since(tr: Translator, row: StaffRow) -> str:
    return tr("staff.since", date=tr.day(row.since.date())) if row.since else tr("staff.since_unknown")
