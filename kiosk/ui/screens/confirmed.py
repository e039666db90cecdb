"""Board 06: the loan is saved."""

from __future__ import annotations

from datetime import date

from kiosk.desk.views import ConfirmedView, VisitLine
from kiosk.ui.screens.screen import Choice, Disc, Screen, it_is_yours, yours
from kiosk.ui.theme import CARD, GOOD_MOOD, HAIRLINE, INK, NEUTRAL_MOOD, SOFT, Kind, Rect, Role, Weight, split
from kiosk.ui.widgets.box import Box, Stage
from kiosk.ui.widgets.buttons import row_button
from kiosk.ui.widgets.panel import DONE_MOOD, Panel, SpotBanner, draw_thing
from kiosk.ui.widgets.words import Words, measure, needed
from lending.nouns import Condition
from lending.visit import ConditionGiven, Done, GoOn, LineState, StartDamage

_MOST = 3
_LOWEST = 96
"""The least height of a card that lies."""
_LOWEST_LARGER = 160
"""With larger text a name may take two lines."""


class ConfirmedScreen(Screen[ConfirmedView]):
    """What, until when, and what now. It ends by itself."""

    def build(self) -> None:
        """Put everything in its place."""
        shape, tr = self.shape, self.tr
        lent = tuple(line for line in reversed(self.view.lines) if line.state is LineState.LENT)
        others = (Choice("scan-barcode", tr("confirmed.more"), GoOn()), *self.undo_choice())
        if shape.kind is Kind.WIDE_SMALL:
            others = tuple(Choice("", choice.text, choice.touch) for choice in others) if len(others) > 1 else others
        self.buttons(Choice("check", tr("done"), Done()), *others)
        room = shape.content(len(others))
        heights = {Kind.WIDE_LARGE: 96, Kind.WIDE_SMALL: 60, Kind.TALL_LARGE: 128, Kind.TALL_SMALL: 96}
        head: float = heights[shape.kind]
        disc = Disc(88 if shape.large else 52, None, "check", DONE_MOOD)
        if self.view.due_doubtful:
            head += {Kind.WIDE_SMALL: 24, Kind.TALL_SMALL: 60}.get(shape.kind, 0)
        title, saved = self._title(lent), self._saved(max(1, len(lent)))
        room = self.headed(room, head, 24 if shape.large else 8, disc, title, saved)
        self._cards(self._banner_at(room), lent)

    def _banner_at(self, room: Rect) -> Rect:
        """Put the banner at the foot of `room`, or the question in its place; return the room left."""
        shape, tr = self.shape, self.tr
        asks = self.view.asks
        height: float = (88 if shape.large else 60) if not asks else (104 if shape.large else 80)
        if asks and not shape.wide:
            height += shape.touch - (8 if shape.large else 4)
        title = tr("confirmed.asks" if asks else "confirmed.next")
        below = shape.touch + (16 if shape.large else 8) if asks and not shape.wide else 0
        height = SpotBanner.height(self.stage, height - below, room.w, title, self.closing()) + below
        place = room.bottom_part(height)
        icon, mood = ("circle-help", NEUTRAL_MOOD) if asks else ("scan-barcode", GOOD_MOOD)
        words = self._ask(place) if asks else place
        self._banner = SpotBanner(self.stage, place, icon, title, self.closing(), mood, words)
        self.add_below(self._banner)
        return room.above(height + (16 if shape.large else 8))

    def _ask(self, place: Rect) -> Rect:
        """Put the two answers into `place`; return the room left for the question."""
        shape, tr = self.shape, self.tr
        fine, wrong = tr("confirmed.fine"), tr("confirmed.wrong")
        gap = 16 if shape.large else 8
        widths = (144, 256) if shape.large else (104, 184)
        below = not shape.wide
        if below:
            row = place.inset(gap).bottom_part(shape.touch)
            first, second = row.left_part(round(row.w * 0.38)), row.after(round(row.w * 0.38) + gap)
        else:
            row = place.inset(gap, (place.h - shape.touch) / 2).right_part(sum(widths) + gap)
            first, second = row.left_part(widths[0]), row.right_part(widths[1])
        self.add(row_button(self.stage, first, "thumbs-up", fine, self.send(ConditionGiven(Condition.OK))))
        self.add(row_button(self.stage, second, "wrench", wrong, self.send(StartDamage())))
        return place.above(shape.touch + gap) if below else place.before(place.right - row.x)

    def _saved(self, count: int) -> str:
        saved = self.tr("confirmed.offline" if self.view.status.offline else "confirmed.saved", n=count)
        return f"{saved} {self.tr('due.doubtful')}" if self.view.due_doubtful else saved

    def tell(self) -> None:
        """Show in how many seconds the screen closes by itself."""
        if self._banner.second is not None:
            self._banner.second.say(self.closing())

    def _title(self, lent: tuple[VisitLine, ...]) -> str:
        tr = self.tr
        due = lent[0].due if lent else None
        if len(lent) > 1:
            return tr("confirmed.both") if len(lent) == 2 else tr("confirmed.several", n=len(lent))  # noqa: PLR2004
        if due is None:
            return tr("confirmed.saved", n=1)
        return tr("confirmed.one", it_is_yours=it_is_yours(tr, self.view.thing), date=tr.day(due))

    def _cards(self, room: Rect, lent: tuple[VisitLine, ...]) -> None:
        shape = self.shape
        if not lent:
            return
        most = _MOST if shape.large or not shape.wide else 2
        gap = shape.gutter if shape.large else 8
        if not shape.wide:
            lowest = _LOWEST if shape.text <= 1 else _LOWEST_LARGER
            most = max(1, min(most, int((room.h + gap) // (lowest + gap))))
        shown = lent if len(lent) <= most else lent[: max(1, most - 1)]
        cells = min(most, len(shown) + (len(lent) > len(shown)))
        self.dropped += shape.text > 1 and cells == len(shown) < len(lent)
        places = split(room, cells, shape.gutter) if shape.wide else split(room, 1, gap, cells)
        for place, line in zip(places, shown, strict=False):
            most_high = shape.column * 0.8 if cells == 1 else 320 if shape.large else 180
            limit = place if shape.wide else place.top_part(min(place.h, most_high))
            self.add(LentCard(self.stage, limit, line))
        if cells > len(shown):
            self.add(MoreCard(self.stage, places[-1], lent[len(shown) :]))


class LentCard(Box):
    """One thing and its date: upright with the picture on top, or lying with the picture at the left."""

    def __init__(self, stage: Stage, rect: Rect, line: VisitLine) -> None:
        super().__init__(stage, rect)
        large, thing = stage.shape.large, line.thing
        radius = float(stage.shape.panel_radius)
        self.add(Panel(stage, rect))
        face = Box(stage, rect)
        if rect.h > rect.w * 0.7 or (large and rect.h > rect.w * 0.55):
            ground = rect.inset(1).top_part(rect.h * 0.52)
            words, corners = rect.below(rect.h * 0.52), (radius, radius, 0.0, 0.0)
        else:
            ground = rect.inset(1).left_part(min(rect.w * (0.4 if stage.shape.text <= 1 else 0.28), rect.h * 1.3))
            words, corners = rect.after(ground.w), (radius, 0.0, 0.0, radius)
        face.fill(ground, thing.tint, corners)
        self.add(face)
        draw_thing(face, ground.inset(min(24.0, ground.h * 0.08)), thing.drawing, 0.4)
        self._say(words.inset(stage.shape.pad, 12 if large else 8), line)

    def _say(self, rect: Rect, line: VisitLine) -> None:
        stage, tr = self.stage, self.stage.tr
        big: Role = "title" if stage.shape.large and rect.w > 500 else "body"  # noqa: PLR2004  # a card alone
        rows: list[tuple[str, Role, Weight, str]] = [
            (tr.text(line.thing.name), big, 600, INK),
            (tr("confirmed.is_yours", yours=yours(tr, line.thing)), "small", 400, SOFT),
            (self._day(rect, line.due, big) if line.due else "", big, 600, INK),
        ]
        grown = stage.shape.text > 1
        lines, heights = [3] * len(rows), [0.0] * len(rows)
        for at, (text, role, weight, _) in enumerate(rows):
            if grown:
                heights[at] = measure(stage, text, (rect.w, 120), role, weight, 3).height + 2
            else:
                lines[at], height = needed(stage, text, (rect.w, min(80, rect.h * 0.55)), role, weight)
                heights[at] = height + 1
        factor = min(1.0, rect.h / sum(heights))
        y = rect.y + (rect.h - sum(heights) * factor) / 2
        for (text, role, weight, colour), height, most in zip(rows, heights, lines, strict=True):
            if text:
                place = Rect(rect.x, y, rect.w, height * factor)
                self.add(Words(stage, place, text, role, weight, colour, most=most))
            y += height * factor

    def _day(self, rect: Rect, due: date, role: Role) -> str:
        whole = self.stage.tr.day(due)
        fitted = measure(self.stage, whole, (rect.w, 80), role, 600, 1)
        return whole if fitted.lines == (whole,) else self.stage.tr.brief_day(due)


class MoreCard(Box):
    """The loans there is no card for: how many, and their names."""

    def __init__(self, stage: Stage, rect: Rect, lines: tuple[VisitLine, ...]) -> None:
        super().__init__(stage, rect)
        self.frame(rect, CARD, HAIRLINE, stage.shape.panel_radius, 1)
        inner = rect.inset(stage.shape.pad)
        upper = 44 if stage.shape.large else 32
        self.add(Words(stage, inner.top_part(upper), stage.tr("visit.more", n=len(lines)), "body", 600, INK, most=1))
        names = "\n".join(f"{stage.tr.text(line.thing.name)}" for line in lines)
        self.add(Words(stage, inner.below(upper), names, "small", 400, SOFT, "left", "top"))
