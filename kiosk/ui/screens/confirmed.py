"""Board 06: the loan is saved."""

from __future__ import annotations

from datetime import date

from kiosk.desk.views import ConfirmedView, VisitLine
from kiosk.ui.screens.screen import Choice, Disc, Screen, it_is_yours, yours
from kiosk.ui.theme import CARD, GOOD_MOOD, HAIRLINE, INK, NEUTRAL_MOOD, SOFT, Kind, Rect, Role, Shape, Weight, split
from kiosk.ui.widgets.box import Box, Stage
from kiosk.ui.widgets.buttons import row_button
from kiosk.ui.widgets.panel import DONE_MOOD, Panel, SpotBanner, draw_thing
from kiosk.ui.widgets.words import Words, measure, needed
from lending.nouns import Condition
from lending.visit import ConditionGiven, Done, GoOn, LineState, StartDamage

_MOST = 3
_LOWEST = 96
"""The least height of a card that lies."""
_LOWEST_LARGER = 84
"""With larger text: that of its drawing."""
_STRIP = 0.28
"""With larger text, the part of a card's width that the drawing beside its words takes."""
_GAP_LARGER, _LINES_LARGER = 8, 3
_FINE = 0.38
"""The part of the row that "yes" has, for it is short."""
_KEPT = 0.8
"""So much of their size the words of an answer keep beside the other one; else they stand under each other."""


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
            head += 24 if shape.kind is Kind.WIDE_SMALL else 0
        title, saved = self._title(lent), self._saved(max(1, len(lent)))
        room = self.headed(room, head, 24 if shape.large else 8, disc, title, saved)
        room = self._banner_at(room)
        self._cards(self.above_reach(room, _LOWEST) if self.view.asks else room, lent)

    def _banner_at(self, room: Rect) -> Rect:
        """Put the banner at the foot of `room`, or the question in its place; return the room left."""
        shape, tr = self.shape, self.tr
        asks = self.view.asks
        height: float = (88 if shape.large else 60) if not asks else (104 if shape.large else 80)
        if asks and not shape.wide:
            height += shape.touch - (8 if shape.large else 4)
        title = tr("confirmed.asks" if asks else "confirmed.next")
        gap = 16 if shape.large else 8
        rows = 0 if not asks or shape.wide else 1 if self._beside(room.w - 2 * gap, gap) else 2
        below = rows * (shape.touch + gap)
        height += (rows - 1) * (shape.touch + gap) if rows > 1 else 0
        height = SpotBanner.height(self.stage, height - below, room.w, title, self.closing()) + below
        place = room.bottom_part(height)
        icon, mood = ("circle-help", NEUTRAL_MOOD) if asks else ("scan-barcode", GOOD_MOOD)
        words = self._ask(place, rows) if asks else place
        self._banner = SpotBanner(self.stage, place, icon, title, self.closing(), mood, words)
        self.add_below(self._banner)
        return room.above(height + (16 if shape.large else 8))

    def _beside(self, width: float, gap: float) -> bool:
        """Return whether the two answers keep about their size beside each other."""
        if self.shape.text <= 1:
            return True
        fine = round(width * _FINE)
        return all(
            measure(self.stage, self.tr(words), (wide - 20, self.shape.touch - 8), "small", 600, 2).size
            >= _KEPT * self.shape.sizes.small
            for words, wide in (("confirmed.fine", fine), ("confirmed.wrong", width - fine - gap))
        )

    def _ask(self, place: Rect, rows: int) -> Rect:
        """Put the two answers into `place`, in so many rows under the question, or beside it; return its room."""
        shape, tr = self.shape, self.tr
        fine, wrong = tr("confirmed.fine"), tr("confirmed.wrong")
        gap = 16 if shape.large else 8
        widths = (144, 256) if shape.large else (104, 184)
        if rows:
            row = place.inset(gap).bottom_part(rows * shape.touch + (rows - 1) * gap)
            fine_wide = round(row.w * _FINE)
            first, second = row.left_part(fine_wide), row.after(fine_wide + gap)
            if rows > 1:
                first, second = row.top_part(shape.touch), row.bottom_part(shape.touch)
        else:
            row = place.inset(gap, (place.h - shape.touch) / 2).right_part(sum(widths) + gap)
            first, second = row.left_part(widths[0]), row.right_part(widths[1])
        self.add(row_button(self.stage, first, "thumbs-up", fine, self.send(ConditionGiven(Condition.OK))))
        self.add(row_button(self.stage, second, "wrench", wrong, self.send(StartDamage())))
        return place.above(rows * (shape.touch + gap)) if rows else place.before(place.right - row.x)

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
        if shape.text > 1 and not shape.wide:
            self._larger_cards(room, lent)
            return
        most = _MOST if shape.large or not shape.wide else 2
        gap = shape.gutter if shape.large else 8
        if not shape.wide:
            most = max(1, min(most, int((room.h + gap) // (_LOWEST + gap))))
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

    def _larger_cards(self, room: Rect, lent: tuple[VisitLine, ...]) -> None:
        """Put cards as high as their words under each other: as many as have room, and one that names the rest."""
        stage, alone = self.stage, len(lent) == 1
        cards = [LentCard.height(stage, line, room.w, alone=alone) for line in lent]
        more = [MoreCard.height(stage, room.w, lent[at:]) if lent[at:] else 0.0 for at in range(len(lent) + 1)]
        highs = {
            count: sum(cards[:count]) + more[count] + _GAP_LARGER * (count if lent[count:] else count - 1)
            for count in range(min(_MOST, len(lent)), 0, -1)
            if len(lent) - count != 1  # a card of its own tells more than one that says "1 more"
        }
        count = next((count for count, high in highs.items() if high <= room.h + 0.5), min(highs))
        self.dropped += highs[count] > room.h + 0.5
        for line, tall in zip(lent[:count], cards, strict=False):
            self.add(LentCard(stage, room.top_part(min(tall, room.h)), line, alone=alone))
            room = room.below(min(room.h, tall + _GAP_LARGER))
        if lent[count:]:
            self.add(MoreCard(stage, room.top_part(min(more[count], room.h)), lent[count:]))


class LentCard(Box):
    """One thing and its date: upright with the picture on top, or lying with the picture at the left.

    With larger text it is as high as its words; the picture stands on top of what is `alone` in portrait, and there
    is none where a window in landscape shows but a part of the canvas.
    """

    def __init__(self, stage: Stage, rect: Rect, line: VisitLine, *, alone: bool = False) -> None:
        super().__init__(stage, rect)
        large, thing, shape = stage.shape.large, line.thing, stage.shape
        radius = float(shape.panel_radius)
        self.add(Panel(stage, rect))
        grown = shape.text > 1 and not shape.wide
        if grown:
            high, wide = _larger_picture(shape, rect.w, alone=alone)
        elif rect.h > rect.w * 0.7 or (large and rect.h > rect.w * 0.55):
            high, wide = rect.h * 0.52, 0.0
        else:
            high, wide = 0.0, min(rect.w * (0.4 if shape.text <= 1 else _STRIP), rect.h * 1.3)
        words, ground = rect.below(high).after(wide), rect.inset(1)
        ground = ground.top_part(high) if high else ground.left_part(wide)
        if high or wide:
            face = Box(stage, rect)
            face.fill(ground, thing.tint, (radius, radius, 0.0, 0.0) if high else (radius, 0.0, 0.0, radius))
            self.add(face)
            draw_thing(face, ground.inset(min(24.0, min(ground.w, ground.h) * 0.08)), thing.drawing, 0.4)
        self._say(words.inset(shape.pad, 12 if large else 8), line)

    @staticmethod
    def height(stage: Stage, line: VisitLine, width: float, *, alone: bool) -> float:
        """Return the pixels a card so wide takes with larger text, in one column."""
        high, wide = _larger_picture(stage.shape, width, alone=alone)
        room = Rect(0, 0, width - wide - 2 * stage.shape.pad, 1000)
        words = sum(tall for *_, tall in _rows(stage, room, line))
        return high + max(words + 16, _LOWEST_LARGER if wide else 0)

    def _say(self, rect: Rect, line: VisitLine) -> None:
        rows = _rows(self.stage, rect, line)
        tall = sum(height for *_, height in rows)
        factor = min(1.0, rect.h / tall)
        y = rect.y + (rect.h - tall * factor) / 2
        for text, role, weight, colour, most, height in rows:
            place = Rect(rect.x, y, rect.w, height * factor)
            self.add(Words(self.stage, place, text, role, weight, colour, most=most))
            y += height * factor


def _larger_picture(shape: Shape, width: float, *, alone: bool) -> tuple[float, float]:
    """Return how high the picture on top of a card is with larger text, or how wide the one beside its words."""
    if shape.flat and shape.higher:
        return 0.0, 0.0
    return (round(width * _STRIP), 0.0) if alone and not shape.flat else (0.0, round(width * _STRIP))


def _rows(stage: Stage, rect: Rect, line: VisitLine) -> list[tuple[str, Role, Weight, str, int, float]]:
    """Return what a card says in `rect`: words, type, weight, colour, the most lines, and the height of each."""
    tr = stage.tr
    big: Role = "title" if stage.shape.large and rect.w > 500 else "body"  # noqa: PLR2004  # a card alone
    said: list[tuple[str, Role, Weight, str]] = [
        (tr.text(line.thing.name), big, 600, INK),
        (tr("confirmed.is_yours", yours=yours(tr, line.thing)), "small", 400, SOFT),
        (_day(stage, rect, line.due, big) if line.due else "", big, 600, INK),
    ]
    rows = []
    for text, role, weight, colour in said:
        if not text:
            continue
        if stage.shape.text > 1:
            lines, height = (
                _LINES_LARGER,
                measure(stage, text, (rect.w, 1000), role, weight, _LINES_LARGER).height + 1,
            )
        else:
            lines, height = needed(stage, text, (rect.w, min(80, rect.h * 0.55)), role, weight)
        rows.append((text, role, weight, colour, lines, height + 1))
    return rows


def _day(stage: Stage, rect: Rect, due: date, role: Role) -> str:
    whole = stage.tr.day(due)
    fitted = measure(stage, whole, (rect.w, 80), role, 600, 1)
    return whole if fitted.lines == (whole,) else stage.tr.brief_day(due)


class MoreCard(Box):
    """The loans there is no card for: how many, and their names."""

    def __init__(self, stage: Stage, rect: Rect, lines: tuple[VisitLine, ...]) -> None:
        super().__init__(stage, rect)
        self.frame(rect, CARD, HAIRLINE, stage.shape.panel_radius, 1)
        inner = rect.inset(stage.shape.pad)
        upper = _upper(stage, inner.w, lines)
        self.add(Words(stage, inner.top_part(upper), stage.tr("visit.more", n=len(lines)), "body", 600, INK, most=1))
        self.add(Words(stage, inner.below(upper), _names(stage, lines), "small", 400, SOFT, "left", "top"))

    @staticmethod
    def height(stage: Stage, width: float, lines: tuple[VisitLine, ...]) -> float:
        """Return the pixels it takes with larger text."""
        inner = width - 2 * stage.shape.pad
        names = measure(stage, _names(stage, lines), (inner, 1000), "small").height + 1
        return _upper(stage, inner, lines) + names + 2 * stage.shape.pad


def _upper(stage: Stage, width: float, lines: tuple[VisitLine, ...]) -> float:
    if stage.shape.text <= 1:
        return 44 if stage.shape.large else 32
    return measure(stage, stage.tr("visit.more", n=len(lines)), (width, 400), "body", 600, 1).height + 2


def _names(stage: Stage, lines: tuple[VisitLine, ...]) -> str:
    return "\n".join(stage.tr.text(line.thing.name) for line in lines)
