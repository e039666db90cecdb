"""What this visit has done: the panel at the left, or a chip where there is no room for it."""

from __future__ import annotations

from collections.abc import Callable

from kiosk.desk.views import VisitLine
from kiosk.ui.theme import GOOD_MOOD, INK, MAIN, NEUTRAL, NEUTRAL_MOOD, ON_ATTENTION, ON_GOOD, SOFT, Rect
from kiosk.ui.tr import Translator
from kiosk.ui.widgets.box import Box, Stage
from kiosk.ui.widgets.buttons import row_button
from kiosk.ui.widgets.panel import Chip, IconDisc, Line, Panel, ThingDisc
from kiosk.ui.widgets.words import Icon, Words, measure, needed
from lending.visit import LineState

_MOST_LINES = 4
_LINE = 104
_UNDO = 72

_STATES: dict[LineState | None, tuple[str, str, str]] = {
    LineState.LENT: ("visit.lent", "circle-check", ON_GOOD),
    LineState.RENEWED: ("visit.renewed", "rotate-cw", ON_GOOD),
    LineState.RETURNED: ("visit.returned", "circle-check", ON_GOOD),
    LineState.UNDONE: ("visit.undone", "undo-2", SOFT),
    LineState.NOT_SAVED: ("visit.not_saved", "circle-alert", ON_ATTENTION),
    None: ("visit.not_yet", "circle-dashed", SOFT),
}


class VisitPanel(Box):
    """The lines of this visit, newest first; only the newest can be undone. Empty, it tells what to do."""

    def __init__(
        self, stage: Stage, lines: tuple[VisitLine, ...], undo: Callable[[], None], *, can_borrow: bool
    ) -> None:
        rect = stage.shape.visit_panel
        super().__init__(stage, rect)
        self.add(Panel(stage, rect))
        inner = rect.inset(stage.shape.pad)
        if not lines:
            self._invite(inner, can_borrow=can_borrow)
            return
        self.add(Words(stage, inner.top_part(36), stage.tr("visit.title"), "body", 600, INK, most=1))
        self._lines(inner.below(52), lines, undo)

    def _invite(self, inner: Rect, *, can_borrow: bool) -> None:
        stage = self.stage
        self.add(Words(stage, inner.top_part(36), stage.tr("visit.title"), "body", 600, INK, most=1))
        disc = 168
        top = inner.y + (inner.h - disc - 24 - 80) / 2
        place = Rect(inner.x + (inner.w - disc) / 2, top, disc, disc)
        key = "visit.scan_any" if can_borrow else "visit.scan_return"
        self.add(IconDisc(stage, place, "scan-barcode", NEUTRAL_MOOD))
        self.add(Words(stage, Rect(inner.x, place.bottom + 24, inner.w, 80), stage.tr(key), "body", 400, INK,
                       "center", "top", most=2))  # fmt: skip

    def _lines(self, room: Rect, lines: tuple[VisitLine, ...], undo: Callable[[], None]) -> None:
        stage = self.stage
        newest_first = tuple(reversed(lines))
        most = _MOST_LINES - 1 if len(lines) > _MOST_LINES else len(lines)
        if any(line.can_undo for line in newest_first[:most]) and len(lines) > 3:  # noqa: PLR2004
            most = min(most, 3)
        y = room.y
        for line in newest_first[:most]:
            self.add(Line(stage, Rect(room.x, y, room.w, 1)))
            self._line(Rect(room.x, y + 8, room.w, _LINE - 8), line)
            y += _LINE + 4
            if line.can_undo:
                y += 8
                self.add(row_button(stage, Rect(room.x, y, room.w, _UNDO), "undo-2", stage.tr("visit.undo"), undo))
                y += _UNDO + 16
        if len(lines) > most:
            self.add(Line(stage, Rect(room.x, y, room.w, 1)))
            more = stage.tr("visit.more", n=len(lines) - most)
            self.add(Words(stage, Rect(room.x, y + 6, room.w, 32), more, "small", 400, SOFT, most=1))

    def _line(self, rect: Rect, line: VisitLine) -> None:
        stage, tr = self.stage, self.stage.tr
        disc = Rect(rect.x, rect.y + (rect.h - 64) / 2, 64, 64)
        self.add(ThingDisc(stage, disc, line.thing.drawing, line.thing.tint or NEUTRAL))
        words = rect.after(80)
        when = line_when(tr, line)
        key, icon, colour = _STATES[line.state]
        height, rows, name = 30.0, 3 if when else 2, tr.text(line.thing.name)
        most, upper = needed(stage, name, (words.w, words.h - 24 * (rows - 1)), "small", 600)
        if most > 1:
            height = min(height, (words.h - upper) / (rows - 1))
        else:
            upper = height
        top = words.y + (words.h - upper - height * (rows - 1)) / 2
        self.add(Words(stage, Rect(words.x, top, words.w, upper), name, "small", 600, INK, most=most))
        top += upper - height
        state = Rect(words.x, top + height, words.w, height)
        self.add(Icon(stage, state.left_part(22), icon, 22, colour))
        self.add(Words(stage, state.after(28), tr(key), "small", 600, colour, most=1))
        if when:
            self.add(Words(stage, Rect(words.x, top + 2 * height, words.w, height), when, "small", 400, SOFT, most=1))


def line_when(tr: Translator, line: VisitLine) -> str:
    """Return when a line's loan ends or when its return was, or ""."""
    if line.due is not None and line.state is not LineState.UNDONE:
        day = tr.day(line.due)
        return day if line.state in {LineState.LENT, LineState.RENEWED} else tr("account.until", date=day)
    return tr("visit.at", time=tr.time(line.at)) if line.at is not None else ""


def so_far(tr: Translator, lines: tuple[VisitLine, ...]) -> str:
    """Return "1 lånt før" for the loans and returns of this visit that stand, or ""."""
    lent = sum(line.state is LineState.LENT for line in lines)
    back = sum(line.state is LineState.RETURNED for line in lines)
    if lent and back:
        return tr("visit.both", lent=lent, back=back)
    if lent:
        return tr("visit.lent_before", n=lent)
    if back:
        return tr("visit.returned_before", n=back)
    renewed = sum(line.state is LineState.RENEWED for line in lines)
    return tr("visit.renewed_before", n=renewed) if renewed else ""


def visit_chip(stage: Stage, rect: Rect, text: str) -> Chip:
    """Return the chip that stands for the panel on windows without room for it."""
    return Chip(stage, rect, "circle-check", text, GOOD_MOOD, align="right")


_STRIP_PAD = 16


class VisitStrip(Box):
    """The newest thing done in this visit, in one row, for tall windows."""

    def __init__(self, stage: Stage, rect: Rect, line: VisitLine) -> None:
        super().__init__(stage, rect)
        self.add(Panel(stage, rect, stage.shape.radius))
        size = self._mark(stage)
        inner = rect.inset(_STRIP_PAD, 0)
        icon = _STATES[line.state][1]
        self.add(Icon(stage, inner.left_part(size), icon, size, MAIN))
        most = 1 if stage.shape.text <= 1 else 0
        self.add(Words(stage, inner.after(size + _STRIP_PAD), self._said(stage, line), "small", 400, INK, most=most))

    @staticmethod
    def height(stage: Stage, width: float, line: VisitLine) -> float:
        """Return the pixels a strip so wide takes: with larger text what its words need."""
        if stage.shape.text <= 1:
            return 64 if stage.shape.large else 48
        room = width - 3 * _STRIP_PAD - VisitStrip._mark(stage)
        return max(64, measure(stage, VisitStrip._said(stage, line), (room, 400), "small").height + _STRIP_PAD)

    @staticmethod
    def _mark(stage: Stage) -> int:
        return 28 if stage.shape.large else 24

    @staticmethod
    def _said(stage: Stage, line: VisitLine) -> str:
        tr = stage.tr
        done = " ".join(part for part in (tr(_STATES[line.state][0]).lower(), line_when(tr, line)) if part)
        return tr("visit.strip", thing=tr.text(line.thing.name), done=done)
