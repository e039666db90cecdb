"""The line at the top, the language switch, and the time a visit has left."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from kiosk.desk.views import Countdown, Status
from kiosk.ui.theme import ATTENTION, HAIRLINE, INFO_MOOD, INK, MAIN, ON_ATTENTION, PAPER, SOFT, Rect, Role, split
from kiosk.ui.widgets.box import Box, Stage
from kiosk.ui.widgets.buttons import SECOND_PAINT, STAY_PAINT, Button
from kiosk.ui.widgets.panel import Chip, Line
from kiosk.ui.widgets.words import Icon, Words, measure

_COUNTDOWN = 6
_LEAST_NAME = 96
"""What is left for the station's name, or it is left out."""
_NAME_SHARE = 0.8
"""It may lose so much of its size before it is broken, or left out."""


@dataclass(frozen=True, slots=True)
class Acts:
    """What the buttons around a screen do."""

    languages: Callable[[], None]
    aids: Callable[[], None]
    stay: Callable[[], None]


class StatusLine(Box):
    """Sign, station, clock, a chip when there is no network, the language by its own name, and the reading aids.

    In reach mode the two buttons are elsewhere, and a chip says so.
    """

    def __init__(self, stage: Stage, status: Status, now: datetime, acts: Acts) -> None:
        shape = stage.shape
        rect = shape.window.top_part(shape.status)
        super().__init__(stage, rect)
        inner = rect.inset(shape.margin, 0)
        self.fill(rect, PAPER)
        self.add(Line(stage, rect.bottom_part(1)))
        mark, gap = (40, 16) if shape.large else (32, 12)
        offline = _tells_offline(status)
        buttons = [] if shape.reach else self._buttons(inner, acts, crowded=offline and not shape.wide)
        room = inner.before(inner.right - buttons[-1].rect.x + gap) if buttons else self._reach_chip(inner, gap)
        self._clock: Words | None = None
        words = measure(stage, stage.tr("status.offline"), (600, rect.h), "small", 600).width + 60
        if room.w >= mark + gap + (words if offline else 0):
            self.picture(Rect(inner.x, (rect.h - mark) / 2, mark, mark), "mark")
            room = room.after(mark + gap)
        if room.w >= (words + gap if offline else 0) + _LEAST_NAME:
            room = self._names(room, status, now, gap)
        if offline:
            height = 40 if shape.large else 36
            place = Rect(room.x, (rect.h - height) / 2, room.w, height)
            said = stage.tr("status.offline")
            if not Chip.holds(stage, place, said):
                said = stage.tr("status.offline_short")
            self.add(Chip(stage, place, "cloud-off", said, INFO_MOOD))
        self.add(*buttons)

    def tell(self, now: datetime) -> None:
        """Show the time of day."""
        if self._clock is not None:
            self._clock.say(self.stage.tr.time(now))

    def _buttons(self, inner: Rect, acts: Acts, *, crowded: bool) -> list[Button]:
        """Return the two buttons, the right one first; without their icons where there is little room."""
        tr = self.stage.tr
        most = inner.w * (0.5 if crowded else 0.62)
        aids = (tr("status.aids"), "a-large-small", acts.aids)
        texts = (aids, (tr(f"language.{tr.language}"), "languages", acts.languages))
        if sum(self._width(text, icon=False) for text, _, _ in texts) + 8 > most:
            texts = (aids, (tr("language.short"), "languages", acts.languages))
        plain = sum(self._width(text, icon=True) for text, _, _ in texts) > most
        bare = [self._width(text, icon=False) for text, _, _ in texts]
        if sum(bare) + 8 > most:  # whole words before the mark and the name
            chip = measure(self.stage, tr("status.offline_short"), (600, 99), "small", 600).width + 60
            most = max(most, min(sum(bare), inner.w - 24 - (chip if crowded else 40)))
        buttons: list[Button] = []
        for (text, icon, act), other in zip(texts, reversed(bare), strict=True):
            width = min(self._width(text, icon=not plain), max(most / 2, most - other) if plain else most)
            place = inner.right_part(max(width, self.stage.shape.touch))
            buttons.append(Button(self.stage, place, "" if plain else icon, text, act, SECOND_PAINT, "small",
                                  drawn=place.inset(0, 6 if plain else 8)))  # fmt: skip
            inner = inner.before(place.w + (8 if plain else self.stage.shape.gutter))
        return buttons

    def _width(self, text: str, *, icon: bool) -> float:
        stage, large = self.stage, self.stage.shape.large
        words = measure(stage, text, (400, stage.shape.status), "small", 600, most=1).width
        side = (26 + 12 if large else 22 + 8) if icon else 0
        return round(words) + side + (40 if large else 26)

    def _reach_chip(self, inner: Rect, gap: float) -> Rect:
        stage = self.stage
        height = 40 if stage.shape.large else 36
        place = Rect(inner.x + inner.w * 0.5, (self.rect.h - height) / 2, inner.w * 0.5, height)
        chip = Chip(stage, place, "accessibility", stage.tr("status.reach"), INFO_MOOD, align="right")
        self.add(chip)
        return inner.before(chip.rect.w + gap)

    def _names(self, room: Rect, status: Status, now: datetime, gap: int) -> Rect:
        stage = self.stage
        clock = stage.tr.time(now) if status.clock_synced else ""
        clock_width = measure(stage, "00:00", (200, room.h), "small").width + 4 if clock else 0
        if room.w < _LEAST_NAME + gap + clock_width:
            clock, clock_width = "", 0
        spare = room.w - clock_width - gap
        name = self._name(Rect(room.x, room.y, spare, room.h), status, gap)
        if name is None:
            name_width = -float(gap)
        else:
            name_width = name.w
            self.add(Words(stage, name, status.station, "small", 600, INK, most=2))
        after = room.after(name_width + gap)
        if clock:
            self._clock = Words(stage, after.left_part(clock_width), clock, "small", 400, SOFT, most=1)
            self.add(self._clock)
            after = after.after(clock_width + gap)
        return after

    def _name(self, room: Rect, status: Status, gap: float) -> Rect | None:
        """Return the place of the station's name, beside a chip of many words or few; None where it would be cut."""
        stage = self.stage
        chips = [stage.tr("status.offline"), stage.tr("status.offline_short")] if _tells_offline(status) else []
        for lines in (1, 2):
            for chip in chips or [""]:
                taken = measure(stage, chip, (600, room.h), "small", 600).width + 60 + gap if chip else 0
                fitted = measure(stage, status.station, (max(1.0, room.w - taken), room.h), "small", 600, most=lines)
                if not fitted.cut and fitted.size >= stage.shape.sizes.small * _NAME_SHARE:
                    return room.left_part(fitted.width + 2)
        return None


def _tells_offline(status: Status) -> bool:
    """Return whether to say that all works without network: where lending takes a break, it does not."""
    return status.offline and not status.lends_nothing


class TimeLeft(Box):
    """The thin line under the status line. It gets shorter; nothing else on the screen changes with it."""

    def __init__(self, stage: Stage, countdown: Countdown) -> None:
        shape = stage.shape
        rect = Rect(0, shape.status - 1, shape.width, _COUNTDOWN)
        super().__init__(stage, rect)
        self.countdown = countdown
        self.fill(rect, HAIRLINE)
        self._bar: Box | None = None
        self._width = -1
        self.tell()

    def tell(self) -> None:
        """Show how much time is left now."""
        width = round(self.rect.w * self.share() / 4) * 4
        if width == self._width:
            return
        self._width = width
        if self._bar is not None:
            self.remove(self._bar)
        self._bar = Box(self.stage, self.rect.left_part(width))
        self._bar.fill(self._bar.rect, MAIN, (0, 3, 3, 0))
        self.add(self._bar)

    def share(self) -> float:
        """Return how much of the time is left, from 0 to 1."""
        return min(1.0, left_ms(self.countdown, self.stage.clock()) / max(1, self.countdown.span_ms))


class StayBanner(Box):
    """In the last seconds: is somebody still here? It takes the status line's place."""

    def __init__(self, stage: Stage, countdown: Countdown, acts: Acts) -> None:
        shape = stage.shape
        rect = shape.window.top_part(max(shape.status, 72 / shape.zoom))
        super().__init__(stage, rect)
        self.countdown = countdown
        self.fill(rect, PAPER)
        self.fill(rect, ATTENTION)
        self.fill(Rect(0, rect.bottom, rect.w, _COUNTDOWN), HAIRLINE)
        inner = rect.inset(shape.margin, 0)
        role: Role = "body" if shape.wide and shape.large else "small"
        if not shape.reach:
            text = stage.tr("stay.button")
            words = measure(stage, text, (500, rect.h), role, 600, most=1).width
            width = min(round(words) + (96 if role == "body" else 74), inner.w * 0.62)
            place = inner.right_part(width)
            self.add(Button(stage, place, "hand", text, acts.stay, STAY_PAINT, role, drawn=place.inset(0, 4)))
            inner = inner.before(width + 16)
        size = 32 if shape.large else 26
        self.add(Icon(stage, inner.left_part(size), "clock", size, ON_ATTENTION))
        room = inner.after(size + 12)
        question = stage.tr("stay.question")
        seconds = measure(stage, self._words(88), (400, rect.h), "small", 400, most=1).width + 6
        asked = measure(stage, question, (900, rect.h), "small", 600, most=1).width + 4
        if asked + 16 + seconds <= room.w:
            self.add(Words(stage, room.left_part(asked), question, "small", 600, ON_ATTENTION, most=1))
            room = room.after(asked + 16)
        self._seconds = Words(stage, room, self._words(self.seconds()), "small", 400, ON_ATTENTION, most=1)
        self.add(self._seconds)
        self._bar: Box | None = None
        self.tell()

    def seconds(self) -> int:
        """Return the whole seconds left."""
        return -(-left_ms(self.countdown, self.stage.clock()) // 1000)

    def tell(self) -> None:
        """Show how many seconds are left now."""
        self._seconds.say(self._words(self.seconds()))
        share = left_ms(self.countdown, self.stage.clock()) / max(1, self.countdown.span_ms)
        if self._bar is not None:
            self.remove(self._bar)
        self._bar = Box(self.stage, Rect(0, self.rect.bottom, self.rect.w * min(1.0, share), _COUNTDOWN))
        self._bar.fill(self._bar.rect, ON_ATTENTION, (0, 3, 3, 0))
        self.add(self._bar)

    def _words(self, seconds: int) -> str:
        return self.stage.tr("stay.seconds", n=seconds)


class Tools(Box):
    """In reach mode, the buttons of the status line at `rect`; with `stays`, the one that asks to stay instead."""

    def __init__(self, stage: Stage, rect: Rect, acts: Acts, *, stays: bool) -> None:
        super().__init__(stage, rect)
        tr = stage.tr
        if stays:
            self.add(Button(stage, rect, "", tr("stay.button"), acts.stay, STAY_PAINT, "small"))
            return
        aids = (tr("status.aids"), "a-large-small", acts.aids)
        language = (tr(f"language.{tr.language}"), "languages", acts.languages)
        given = (aids,) if stage.shape.flat else (language, aids)
        for place, (text, icon, act) in zip(self._places(rect, [text for text, _, _ in given]), given, strict=True):
            words = measure(stage, text, (place.w, place.h), "small", 600, most=1)
            fits = words.width + 60 <= place.w  # with an icon beside them
            self.add(Button(stage, place, icon if fits else "", text, act, SECOND_PAINT, "small"))

    def _places(self, rect: Rect, texts: list[str]) -> list[Rect]:
        """Return a place for each of `texts`: as wide as the others, or as their words ask."""
        stage, gap = self.stage, self.stage.shape.gutter
        wanted = [measure(stage, text, (rect.w, rect.h), "small", 600, most=1).width + 34 for text in texts]
        room = rect.w - gap * (len(texts) - 1)
        even = room / len(texts)
        if max(wanted) <= even:
            return list(split(rect, len(texts), gap))
        widths = [max(stage.shape.touch, room * one / sum(wanted)) for one in wanted]
        starts = [rect.x + sum(widths[:at]) + gap * at for at in range(len(texts))]
        return [Rect(x, rect.y, wide * room / sum(widths), rect.h) for x, wide in zip(starts, widths, strict=True)]


def left_ms(countdown: Countdown, up_ms: int) -> int:
    """Return the milliseconds left, never below 0."""
    return max(0, countdown.ends_up_ms - up_ms)
