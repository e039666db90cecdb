"""Rows: a loan, a kit part to tick, an answer to choose."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from kiosk.desk.views import DueSoon, HoldRow, LoanRow, PartRow, ThingFace
from kiosk.ui.theme import (
    ATTENTION,
    ATTENTION_MOOD,
    CARD,
    GOOD,
    HAIRLINE,
    INK,
    MAIN,
    NEUTRAL,
    ON_ATTENTION,
    ON_GOOD,
    ON_MAIN,
    OUTLINE,
    ROW_LINE,
    SOFT,
    Rect,
    Role,
    Weight,
)
from kiosk.ui.widgets.box import Box, Stage
from kiosk.ui.widgets.buttons import SECOND_PAINT, Button
from kiosk.ui.widgets.panel import Chip, Panel, ThingDisc
from kiosk.ui.widgets.touchable import Touchable
from kiosk.ui.widgets.words import Icon, Words, measure, needed
from lending.nouns import PartAnswer

_NARROW = 600
_LEAST_DISC = 24
"""A smaller picture says nothing, and is left out."""
_TIGHT = 62
"""In a row lower than this, in pixels, name and day are a step smaller, so that neither touches its edge."""
_MOST_BUTTON = 0.47
"""A button takes so much of a row at most, else its words stand in two lines."""
_BESIDE_NAME = (74, 92)
"""With larger text: pixels that a picture and the air at the sides take of a narrow row, and of another."""
_BUTTON_AIR = 68
"""Pixels that the icon of a button and the air in it and around it take of a row."""
_CHIP_AIR = 48
"""Pixels that its icon and the air take of a chip, on small windows and with larger text."""
_LARGER_BUTTON = 0.5
"""With larger text: a button that takes more of a row stands under its words."""
_ENOUGH = 0.94
"""Words that keep so much of their size stand as they should: the rest is less than a step of type."""
NARROW = 420
"""With larger text, a row narrower than this has its button under its words, and a smaller picture."""


def button_below(stage: Stage, width: float, text: str) -> bool:
    """Return whether a row so wide has its button under its words: with larger text, where it is narrow or the button
    would take most of it.
    """
    if stage.shape.text <= 1:
        return False
    return width < NARROW or _button(stage, text) > (width - _BESIDE_NAME[1]) * _LARGER_BUTTON


def _button(stage: Stage, text: str) -> float:
    """Return the pixels that a button with an icon and larger words on one line takes of a row."""
    return measure(stage, text, (1000, 100), "small", 600, 1).width + _BUTTON_AIR


def _beside_words(stage: Stage, width: float, button: str) -> float:
    """Return the pixels of a row so wide that its larger words do not get."""
    taken = _BESIDE_NAME[width >= NARROW]
    return taken if not button or button_below(stage, width, button) else taken + _button(stage, button)


class _ThingRow(Box):
    """A thing on a card: its picture, its name, a line below, and perhaps a button at the right."""

    def __init__(self, stage: Stage, rect: Rect, thing: ThingFace, ground: str = CARD) -> None:
        super().__init__(stage, rect)
        large = stage.shape.large
        self.add(Panel(stage, rect, stage.shape.radius, ground, HAIRLINE if ground == CARD else ground))
        high = min(rect.h, 92) if stage.shape.text > 1 else rect.h
        tight = stage.shape.text > 1 and rect.w < NARROW
        disc = min(80 if large else 40 if tight else 56, high - 16)
        pad = 20 if large else 10 if tight else 12
        inner = rect.inset(pad, (high - disc) / 2)
        tint = CARD if ground != CARD else thing.tint
        self.add(ThingDisc(stage, inner.left_part(disc).top_part(disc), thing.drawing, tint))
        self._thing = thing
        self._room = Rect(inner.x + disc + pad, rect.y, inner.w - disc - pad, rect.h)

    def button(self, icon: str, text: str, act: Callable[[], None]) -> None:
        """Put a button at the right; where there is little room, its words stand in two lines and without an icon."""
        stage, shape = self.stage, self.stage.shape
        if button_below(stage, self.rect.w, text):
            place = self.rect.inset(10).bottom_part(shape.touch)
            called = stage.tr.text(self._thing.name)
            self.add(Button(stage, place, icon, text, act, SECOND_PAINT, "small", beside=called))
            self._room = self._room.above(shape.touch + 6)
            return
        one = measure(stage, text, (self._room.w, shape.touch), "small", 600, 1).width
        narrow = shape.width < _NARROW or one + 82 > self._room.w * _MOST_BUTTON  # 82: its icon and air
        narrow = narrow and shape.touch >= 2 * shape.sizes.small * 1.37
        icon = "" if narrow and " " in text else icon
        two = measure(stage, text, (one * 0.66, shape.touch), "small", 600, 2).width
        words = two if narrow and " " in text else one
        side = (26 if shape.large else 22) + (12 if shape.large else 8) if icon else 0
        width = max(shape.touch * 1.4, words + side + (56 if shape.large else 28))
        height = min(shape.touch, self.rect.h - 2)
        right = self.rect.right - (20 if shape.large else 8)
        place = Rect(right - width, self.rect.y + (self.rect.h - height) / 2, width, height)
        self.add(Button(stage, place, icon, text, act, SECOND_PAINT, "small", beside=stage.tr.text(self._thing.name)))
        self._room = self._room.before(self._room.right - place.x + (16 if shape.large else 10))

    def lines(self, *, two: bool = False) -> tuple[Rect, Rect]:
        """Return the places of the name and of the line below, or of two lines there."""
        large, room = self.stage.shape.large, self._room
        upper, lower, gap = (40, 34, 2) if large else (31, 26, 0) if room.h >= _TIGHT else (29, 24, 0)
        if two:
            upper, lower, gap = (
                min(upper, round(room.h * 0.38)),
                min(2 * lower - (8 if self.stage.shape.text <= 1 else 0), round(room.h * 0.6)),
                0,
            )
        name = self.stage.tr.text(self._thing.name)
        if self.stage.shape.text > 1 and room.h >= 2 * upper + lower:
            upper = round(measure(self.stage, name, (room.w, room.h), "body", 600, 2).height) + 1
        elif measure(self.stage, name, (room.w, upper), "body", 600, 1).cut:
            upper = round(measure(self.stage, name, (room.w, room.h - lower - 8), "body", 600, 2).height) + 1
        top = room.y + (room.h - upper - lower - gap) / 2
        return Rect(room.x, top, room.w, upper), Rect(room.x, top + upper + gap, room.w, lower)

    def name(self, rect: Rect) -> None:
        """Say what it is."""
        name = self.stage.tr.text(self._thing.name)
        self.add(Words(self.stage, rect, name, "body", 600, INK, most=2))


class LoanCard(_ThingRow):
    """One loan: what, and until when. Only what is due now is tinted, and softly. `renew` is offered where it is
    allowed.
    """

    def __init__(self, stage: Stage, rect: Rect, loan: LoanRow, renew: Callable[[], None]) -> None:
        super().__init__(stage, rect, loan.thing)
        tr = stage.tr
        if loan.can_renew:
            self.button("rotate-cw", tr("account.renew"), renew)
        two = stage.shape.text > 1 and self.lines_of(stage, loan, rect.w)[1] > 1
        name, when = self.lines(two=two)
        self.name(name)
        if loan.soon is DueSoon.LATER:
            until = _until(stage, loan, when.w)
            self.add(Words(stage, when, until, "small", 400, SOFT, most=1 if stage.shape.text <= 1 else 2))
            return
        chip = Chip(stage, when, "clock", tr(f"account.{loan.soon}"), ATTENTION_MOOD, most=2 if two else 1)
        self.add(chip)
        rest = when.after(chip.rect.w + 12)
        for day in (tr.day(loan.due), tr.brief_day(loan.due)):
            if rest.w > 0 and _stands(stage, day, rest.w, rest.h, 400):
                self.add(Words(stage, rest, day, "small", 400, SOFT, most=1))
                return

    @staticmethod
    def lines_of(stage: Stage, loan: LoanRow, width: float) -> tuple[int, int]:
        """Return how many lines the name and the day take, with larger text in a row so wide."""
        renew = stage.tr("account.renew") if loan.can_renew else ""
        room = (width - _beside_words(stage, width, renew), 400.0)
        name = measure(stage, stage.tr.text(loan.thing.name), room, "body", 600)
        if loan.soon is not DueSoon.LATER:
            chip = stage.tr(f"account.{loan.soon}")
            return len(name.lines), 1 if _stands(stage, chip, room[0] - _CHIP_AIR, 26, 600) else 2
        return len(name.lines), len(measure(stage, _until(stage, loan, room[0]), room, "small", 400).lines)


def _until(stage: Stage, loan: LoanRow, width: float) -> str:
    """Return the words that say until when a loan is, with a brief day where one in full would get smaller or, of
    larger text, take more than two lines.
    """
    tr, most = stage.tr, 1 if stage.shape.text <= 1 else 2
    key = "account.renewed" if loan.renewals else "account.until"
    full = tr(key, date=tr.day(loan.due))
    fitted = measure(stage, full, (width, 400), "small", 400, most)
    stands = not fitted.cut and fitted.size >= _ENOUGH * stage.shape.sizes.small
    return full if stands else tr(key, date=tr.brief_day(loan.due))


def _stands(stage: Stage, text: str, width: float, height: float, weight: Weight) -> bool:
    """Return whether small words stand on one line without getting smaller, but by less than a step of type."""
    fitted = measure(stage, text, (width, height), "small", weight, 1)
    return fitted.lines[-1] == text and fitted.size >= _ENOUGH * stage.shape.sizes.small


class HoldCard(_ThingRow):
    """One hold. What stands ready is on the good tint; `drop` gives it up."""

    def __init__(self, stage: Stage, rect: Rect, hold: HoldRow, drop: Callable[[], None], words: str) -> None:
        super().__init__(stage, rect, hold.thing, GOOD if hold.ready else CARD)
        self.button("x", words, drop)
        weight: Weight = 600 if hold.ready else 400
        until, two = self._until(hold, weight)
        name, when = self.lines(two=two)
        self.name(name)
        if hold.ready and not two:
            mark = 24 if stage.shape.large else 20
            self.add(Icon(stage, when.left_part(mark), "bookmark", mark, ON_GOOD))
            when = when.after(mark + 8)
        colour = ON_GOOD if hold.ready else SOFT
        self.add(Words(stage, when, until, "small", weight, colour, most=2 if two else 1))

    def _until(self, hold: HoldRow, weight: Weight) -> tuple[str, bool]:
        """Return until when it is kept, and whether that takes two lines: the day in full on one line or, of larger
        text, on two that have room; else a brief day.
        """
        stage = self.stage
        full = _kept(stage, hold)
        line = (self._room.w - 32, 34 if stage.shape.large else 28)
        if _stands(stage, full, *line, weight):
            return full, False
        place = self.lines(two=True)[1]
        two = measure(stage, full, (place.w, place.h), "small", weight, 2)
        if stage.shape.text > 1 and not two.cut and two.size >= _ENOUGH * stage.shape.sizes.small:
            return full, True
        brief = _kept(stage, hold, brief=True)
        return (brief, False) if _stands(stage, brief, *line, weight) else (full, True)

    @staticmethod
    def lines_of(stage: Stage, hold: HoldRow, width: float, drop: str) -> tuple[int, int]:
        """Return how many lines the name and the line below take, with larger text in a row so wide whose button says
        `drop`.
        """
        room = (width - _beside_words(stage, width, drop), 400.0)
        name = measure(stage, stage.tr.text(hold.thing.name), room, "body", 600)
        return len(name.lines), len(measure(stage, _kept(stage, hold), room, "small", 600).lines)


def _kept(stage: Stage, hold: HoldRow, *, brief: bool = False) -> str:
    """Return the words that say until when a thing is kept, or that it is the next one."""
    tr = stage.tr
    day = tr.brief_day if brief else tr.day
    return tr("account.hold_until", date=day(hold.until)) if hold.ready else tr("account.hold_next")


@dataclass(frozen=True, slots=True)
class _Tick:
    ground: str
    edge: str
    state: str
    icon: str
    key: str


_OPEN = _Tick(CARD, OUTLINE, SOFT, "", "part.open")
_HERE = _Tick(GOOD, MAIN, ON_GOOD, "circle-check", "part.here")
_MISSING = _Tick(ATTENTION, ON_ATTENTION, ON_ATTENTION, "circle-minus", "part.missing")
_STATES = {None: _OPEN, PartAnswer.HERE: _HERE, PartAnswer.MISSING: _MISSING}


def _row_parts(stage: Stage, rect: Rect) -> tuple[Rect, Rect, Rect]:
    """Return the places of the picture, of "missing" and of the words of a row; where larger words have little room
    there is no picture.
    """
    large = stage.shape.large
    side = rect.right_part(112 if rect.w >= 380 else 96)  # noqa: PLR2004
    if stage.shape.text > 1 and not stage.shape.wide and rect.w < NARROW:
        return rect.left_part(0), side, rect.before(side.w + 6).after(12)
    disc = 56 if large and rect.w >= 380 else 48 if large else 44  # noqa: PLR2004
    pad = (rect.h - disc) / 2 if rect.h < 90 else 16 if large else 12  # noqa: PLR2004
    place = Rect(rect.x + pad, rect.y + (rect.h - disc) / 2, disc, disc)
    return place, side, rect.before(side.w + 6).after(pad + disc + (14 if large else 10))


class TickRow(Box):
    """A kit part. The left part of the row says "here", the right part "missing"; both are one touch.

    With `only_missing` the whole row points the part out as missing. `rect` is what can be touched; on small
    windows the row is drawn a little lower.
    """

    def __init__(self, stage: Stage, rect: Rect, part: PartRow, answer: Callable[[PartAnswer], None], *,
                 only_missing: bool = False) -> None:  # fmt: skip
        super().__init__(stage, rect)
        self.part = part
        self._only_missing = only_missing
        name = stage.tr.text(part.name)
        side = _row_parts(stage, rect)[1].w
        if only_missing:
            self._touches = [Touchable(stage, rect, name, lambda: answer(PartAnswer.MISSING))]
        else:
            self._touches = [
                Touchable(stage, rect.before(side), name, lambda: answer(PartAnswer.HERE)),
                Touchable(stage, rect.right_part(side), stage.tr("part.missing"),
                          lambda: answer(PartAnswer.MISSING), beside=name),
            ]  # fmt: skip
        self._face = Box(stage, rect)
        self.add(self._face, *self._touches)
        self._draw()

    def tell(self, part: PartRow) -> None:
        """Show another answer."""
        if part != self.part:
            self.part = part
            self._draw()

    @staticmethod
    def height(stage: Stage, part: PartRow, width: float) -> float:
        """Return the pixels a row so wide takes with larger text: what the lines of the name need."""
        words = _row_parts(stage, Rect(0, 0, width, 66))[2]
        name = measure(stage, stage.tr.text(part.name), (words.w, 400), "small", 600, 3).height
        return max(stage.shape.touch, round(name + stage.shape.sizes.small * 1.4 + 12))

    def _draw(self) -> None:
        stage, face = self.stage, self._face
        large, tr = stage.shape.large, stage.tr
        tick = _STATES[self.part.answer]
        grown = stage.shape.text > 1 and not stage.shape.wide
        rect = self.rect.inset(0, 0 if self.rect.h > 68 or grown else 2)  # noqa: PLR2004
        face.empty()
        face.wipe()
        radius = stage.shape.radius
        face.frame(rect, tick.ground, tick.edge, radius)
        place, side, words = _row_parts(stage, rect)
        chosen = tick is _MISSING
        if chosen:
            face.fill(side, ON_ATTENTION, (0, radius, radius, 0))
        else:
            face.fill(side.inset(0, 2).left_part(1), ROW_LINE if tick is _HERE else HAIRLINE)
        name = tr.text(self.part.name)
        if not grown:
            place, words = self._for(name, place, words)
        if place.w > 0:
            face.add(ThingDisc(stage, place, self.part.drawing, NEUTRAL if tick is _OPEN else CARD))
        if grown:
            lines = 3
            upper = measure(stage, name, (words.w, 400), "small", 600, 3).height + 1
            words = words.inset(0, max(0.0, (words.h - upper - stage.shape.sizes.small * 1.4) / 2))
        elif self._is_cut(name, words.w, 1):
            words = words.inset(0, 3)
            lines, upper = needed(stage, name, (words.w, words.h * 0.66), "small", 600)
            words = words.inset(0, max(0.0, (words.h - upper - (30 if large else 24)) / 2))
        else:
            lines, pair = 1, min(rect.h - 8, 60 if large else 50)
            words = words.inset(0, (rect.h - pair) / 2)
            upper = words.h / 2
        face.add(Words(stage, words.top_part(upper), name, "small", 600, INK, valign="middle", most=lines))
        state = words.below(upper)
        if tick.icon:
            mark = 22 if large else 19
            face.add(Icon(stage, state.left_part(mark), tick.icon, mark, tick.state))
            state = state.after(mark + 6)
        weight, key = (600, tick.key) if tick is not _OPEN else (400, tick.key)
        if self._only_missing and tick is _OPEN:
            key = "part.was_here"
        face.add(Words(stage, state, tr(key), "small", weight, tick.state, most=1))  # type: ignore[arg-type]
        self._right(side, chosen=chosen)

    def _for(self, name: str, place: Rect, words: Rect) -> tuple[Rect, Rect]:
        """Return the places of picture and words of ordinary text; a long name makes the picture smaller, or none."""
        sides = iter((36, 24, 0))
        lines = 1
        while place.w and self._is_cut(name, words.w, lines):
            side, lines = next(sides), 2
            place = Rect(self.rect.x + 10, self.rect.y + (self.rect.h - side) / 2, side, side)
            words = words.after(place.right + (8 if side else 2) - words.x)
        return place, words

    def _is_cut(self, name: str, width: float, lines: int) -> bool:
        """Return whether the name would be cut in so many lines of ordinary text."""
        room = (width, 30 if lines == 1 else self.rect.h * 0.62)
        fitted = measure(self.stage, name, room, "small", 600, lines, to_the_least=lines > 1)
        return fitted.cut

    def _right(self, side: Rect, *, chosen: bool) -> None:
        stage = self.stage
        colour = ON_MAIN if chosen else SOFT
        pair = min(side.h - 8, 60 if stage.shape.large else 50)
        inner = side.inset(4, (side.h - pair) / 2)
        icon = 26 if stage.shape.large else 22
        role: Role = "micro" if stage.shape.large and side.w < 100 else "small"  # noqa: PLR2004
        self._face.add(
            Icon(stage, inner.top_part(inner.h / 2), "check" if chosen else "circle-minus", icon, colour),
            Words(stage, inner.below(inner.h / 2), stage.tr("part.missing"), role, 600, colour, "center", most=1),
        )
