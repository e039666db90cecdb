"""Board 12: how the station is. Devices, the way to the library, clock and disk; the worst first."""

from __future__ import annotations

from datetime import datetime, timedelta

from kiosk.desk.machine import DeviceState
from kiosk.desk.views import Status
from kiosk.desk.views_staff import StationStateView
from kiosk.ui.money import number
from kiosk.ui.screens.screen import Choice, Screen, Text
from kiosk.ui.screens.staff_words import name_of_device, state_of_feed, states_that_stop
from kiosk.ui.theme import ATTENTION_MOOD, GOOD_MOOD, INK, SOFT, STOP_MOOD, Kind, Mood, Rect
from kiosk.ui.widgets.panel import Chip, Line, Panel
from kiosk.ui.widgets.state import State, StateRow, worst_first
from kiosk.ui.widgets.words import Icon, Words
from lending.visit import GoOn, TryAgain

_GB, _MB = 10**9, 10**6
_DAY_HOURS, _WAITS_LONG_HOURS = 24, 24
_LITTLE_ROOM, _NO_ROOM = 0.1, 0.02
_FAR_OFF_MS = 120_000

Group = tuple[str, str, list[State]]


class StationStateScreen(Screen[StationStateView]):
    """Four panels of rows on large windows, one list on small ones. Counts of what does not work stand at the top."""

    def reads(self, status: Status) -> tuple[object, ...]:
        """Return everything: staff are told of all of it."""
        return (status,)

    def build(self) -> None:
        """Put everything in its place."""
        shape, tr = self.shape, self.tr
        again = Choice("refresh-cw", tr("tech.again"), TryAgain())
        self.buttons(Choice("check", tr("tech.back"), GoOn()), again)
        groups: list[Group] = [
            ("cpu", tr("tech.devices"), worst_first(self._devices())),
            ("refresh-cw", tr("tech.library"), worst_first(self._library())),
            ("clock", tr("staff.clock"), worst_first(self._clock())),
            ("hard-drive", tr("tech.disk"), worst_first(self._disk())),
        ]
        room = shape.content(1)
        head = 64 if shape.large else 40
        every = [state for _, _, states in groups for state in states]
        if shape.text > 1:  # the counts under the title: beside it there is no room
            title = self.head_height(head, room, None, tr("tech.state"))
            self.stack(room.top_part(title), [Text(tr("tech.state"), "title", 600)])
            high = 72 if shape.narrow else 40
            self._counts(room.below(title).top_part(high), every)
            head = round(title + high)
        else:
            rest = self._counts(room.top_part(head), every)
            self.stack(rest, [Text(tr("tech.state"), "title", 600)])
        room = room.below(head + (16 if shape.large else 4))
        if not shape.large or shape.reach:  # in reach mode it would take a page of its own in the corner
            self._code(room.bottom_part(20))
            room = room.above(22)
        if shape.kind is Kind.WIDE_LARGE:
            self._panels(room, groups)
        else:
            self._list(room, worst_first([state for _, _, states in groups for state in states]))
        if shape.large and not shape.reach:
            self._code(Rect(shape.margin, shape.height - 28, shape.width - 2 * shape.margin, 24))

    def _counts(self, room: Rect, states: list[State]) -> Rect:
        """Show at the right of `room` how much does not work; return the room left."""
        tr, size = self.tr, 40 if self.shape.large else 32
        for mood, icon, key in (
            (ATTENTION_MOOD, "triangle-alert", "tech.to_see"),
            (STOP_MOOD, "octagon-x", "tech.stopped"),
        ):
            count = sum(state.mood is mood for state in states)
            if not count:
                continue
            place = Rect(room.x, room.y + (room.h - size) / 2, room.w, size)
            if self.shape.narrow:
                place = room.top_part(size)
            chip = Chip(self.stage, place, icon, tr(key, n=count), mood, align="right")
            self.add(chip)
            room = room.below(36) if self.shape.narrow else room.before(chip.rect.w + 12)
        return room

    def _panels(self, room: Rect, groups: list[Group]) -> None:
        """Put two panels beside two others; each as high as its rows ask."""
        gap = 16
        width = (room.w - gap) / 2
        for column, pair in enumerate((groups[::2], groups[1::2])):
            x, y = room.x + column * (width + gap), room.y
            wanted = sum(76 + 48 * len(states) for _, _, states in pair) + gap
            factor = min(1.0, room.h / wanted)
            for icon, title, states in pair:
                height = (76 + 48 * len(states)) * factor
                self._panel(Rect(x, y, width, height), icon, title, states)
                y += height + gap

    def _panel(self, place: Rect, icon: str, title: str, states: list[State]) -> None:
        self.add(Panel(self.stage, place))
        inner = place.inset(20, 8)
        head = min(52, inner.h - 34 * len(states))
        self.add(Icon(self.stage, inner.left_part(28).top_part(head), icon, 28, INK))
        self.add(Words(self.stage, inner.after(40).top_part(head), title, "body", 600, INK, most=1))
        self._rows(inner.below(head), states)

    def _list(self, room: Rect, states: list[State]) -> None:
        shape = self.shape
        columns = 2 if shape.wide else 1
        half = -(-len(states) // columns)
        width = (room.w - shape.gutter * (columns - 1)) / columns
        height = min(room.h, half * (64 if shape.large or shape.text > 1 else 46) + 16)
        for column in range(columns):
            place = Rect(room.x + column * (width + shape.gutter), room.y, width, height)
            self.add(Panel(self.stage, place, shape.radius))
            some = states[column * half : (column + 1) * half]
            inner = place.inset(16 if shape.large else 10, 6)
            self._rows(inner.top_part(inner.h * len(some) / half), some)

    def _rows(self, room: Rect, states: list[State]) -> None:
        height = room.h / max(1, len(states))
        for at, state in enumerate(states):
            place = Rect(room.x, room.y + at * height, room.w, height)
            if at:
                self.add(Line(self.stage, place.top_part(1)))
            self.add(StateRow(self.stage, place.inset(0, 1), state))

    def _code(self, place: Rect) -> None:
        """Show what one reads out on the telephone, small in the corner."""
        if self.view.code:
            self.add(Words(self.stage, place, self.view.code, "code", 400, SOFT, "right", most=1))

    # --- What there is to say

    def _devices(self) -> list[State]:
        machine = self.view.machine
        states = [self._device(device) for device in machine.devices]
        return states or [State(self.tr("tech.devices"), self.tr("tech.none"), ATTENTION_MOOD)]

    def _device(self, device: DeviceState) -> State:
        tr = self.tr
        name = name_of_device(tr, device.name)
        if not device.up:
            since, *day = self._when(self._ago(device.since), "tech.since")
            fact = f"{since} · {device.reason}" if device.reason else since
            return State(name, tr("staff.works_not"), STOP_MOOD, fact, (device.reason, since, *day))
        fact, *day = self._when(self._ago(device.last_read), "tech.read")
        return State(name, tr("staff.works"), GOOD_MOOD, fact, tuple(day))

    def _library(self) -> list[State]:
        tr, view, status = self.tr, self.view, self.view.status
        feed = state_of_feed(tr, status.data_age_hours, view.feed_version)
        return [self._heard(), self._waiting(), feed, *states_that_stop(tr, status)]

    def _heard(self) -> State:
        tr, view = self.tr, self.view
        name = tr("staff.heard")
        fact, *day = self._when(view.last_contact)
        if view.status.offline:
            word = tr(f"staff.{view.status.trouble}") if view.status.trouble else tr("staff.no_link")
            return State(name, word, ATTENTION_MOOD, fact, tuple(day))
        if not fact:
            return State(name, tr("staff.never"), ATTENTION_MOOD)
        return State(name, tr("staff.ok"), GOOD_MOOD, fact, tuple(day))

    def _waiting(self) -> State:
        tr, view = self.tr, self.view
        name = tr("staff.queue")
        if not view.status.queued:
            return State(name, tr("staff.all_sent"))
        fact, *day = self._when(view.oldest, "tech.since")
        long = view.oldest is not None and view.now is not None
        old = long and _hours(view.oldest, view.now) >= _WAITS_LONG_HOURS
        mood = ATTENTION_MOOD if old else GOOD_MOOD
        return State(name, tr("staff.waiting", n=view.status.queued), mood, fact, tuple(day))

    def _clock(self) -> list[State]:
        tr, view = self.tr, self.view
        shown = tr.time(view.now) if view.now is not None else ""
        synced = view.status.clock_synced
        states = [
            State(tr("tech.clock_set"), tr("staff.ok" if synced else "staff.not_set"),
                  GOOD_MOOD if synced else ATTENTION_MOOD, shown)
        ]  # fmt: skip
        if view.hub_off_ms is not None:
            off = abs(view.hub_off_ms) >= _FAR_OFF_MS
            seconds = tr("tech.seconds", n=round(abs(view.hub_off_ms) / 1000))
            states.append(State(tr("tech.hub_off"), tr("tech.look_at" if off else "staff.ok"),
                                ATTENTION_MOOD if off else GOOD_MOOD, seconds))  # fmt: skip
        hours = view.up_ms // 3_600_000
        up = tr("tech.up_hours", n=hours) if hours < 2 * _DAY_HOURS else tr("tech.up_days", n=hours // _DAY_HOURS)
        states.append(State(tr("tech.running"), tr("staff.ok"), GOOD_MOOD, up))
        if view.faults:
            states.append(
                State(tr("tech.faults"), tr("tech.look_at"), ATTENTION_MOOD, tr("tech.today", n=view.faults))
            )
        return states

    def _disk(self) -> list[State]:
        tr, view, machine = self.tr, self.view, self.view.machine
        states: list[State] = []
        if machine.disk_free is not None and machine.disk_total:
            part = machine.disk_free / machine.disk_total
            mood: Mood = GOOD_MOOD if part > _LITTLE_ROOM else ATTENTION_MOOD if part > _NO_ROOM else STOP_MOOD
            if view.status.returns_only:
                mood = STOP_MOOD
            word = {GOOD_MOOD: "staff.ok", ATTENTION_MOOD: "tech.little", STOP_MOOD: "staff.lending_off"}[mood]
            free = tr("tech.free", size=number(tr, round(machine.disk_free / _GB, 1)))
            states.append(State(tr("tech.room"), tr(word), mood, free))
        elif view.status.returns_only:
            states.append(State(tr("staff.lending"), tr("staff.lending_off"), STOP_MOOD))
        if machine.journal_bytes is not None:
            size = tr("tech.size", size=number(tr, round(machine.journal_bytes / _MB, 1)))
            states.append(State(tr("tech.journal"), tr("staff.ok"), GOOD_MOOD, size))
        if view.status.repaired:
            states.append(State(tr("staff.repaired"), "", STOP_MOOD, view.status.repaired))
        elif machine.checked is not None:
            fact, *day = self._when(self._ago(machine.checked))
            states.append(State(tr("tech.checked"), tr("tech.whole"), GOOD_MOOD, fact, tuple(day)))
        return states

    # --- When

    def _ago(self, seconds: float | None) -> datetime | None:
        now = self.view.now
        return None if now is None or seconds is None else now - timedelta(seconds=seconds)

    def _when(self, moment: datetime | None, key: str = "") -> tuple[str, ...]:
        """Return when it was, in the sentence `key`: the time of day; before today with the date, then that alone.

        Where nobody knows, it is "".
        """
        tr, now = self.tr, self.view.now
        if moment is None:
            return ("",)
        whens = [tr.time(moment)]
        if now is None or moment.date() != now.date():
            day = tr.short_day(moment.date())
            whens = [f"{day} {whens[0]}", day]
        return tuple(tr(key, when=when) if key else when for when in whens)


def _hours(since: datetime | None, now: datetime | None) -> float:
    return 0.0 if since is None or now is None else (now - since).total_seconds() / 3600
