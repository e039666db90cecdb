"""What the loans of this station come to: kroner and uses first, CO2e last; and how all of it is counted."""

from __future__ import annotations

from kiosk.desk.views_impact import CountingView, ImpactView
from kiosk.ui.money import co2e, kroner, number
from kiosk.ui.screens.screen import Choice, Disc, Screen, Text
from kiosk.ui.theme import (
    GOOD_MOOD,
    INFO_MOOD,
    INK,
    NEUTRAL,
    NEUTRAL_MOOD,
    RANGE,
    SOFT,
    Kind,
    Mood,
    Rect,
    Role,
    split,
)
from kiosk.ui.widgets.box import Box, Stage
from kiosk.ui.widgets.panel import IconDisc, Panel
from kiosk.ui.widgets.tiles import FactCard
from kiosk.ui.widgets.words import Words, measure
from lending.impact import FEWEST_ANSWERS, Instead
from lending.visit import GoOn, OpenPage, Page


class ImpactScreen(Screen[ImpactView]):
    """Three figures, and what people answered."""

    def build(self) -> None:
        """Put everything in its place."""
        shape, tr, sums = self.shape, self.tr, self.view.figures
        counting = Choice("clipboard-list", tr("impact.how"), OpenPage(Page.COUNTING))
        self.buttons(Choice("check", tr("help.ok"), GoOn()), counting)
        room, gap = shape.content(1), shape.gutter if shape.large else 8
        if not sums.loans:
            items = [
                Text(tr("impact.none"), "title", 600, gap=24),
                Text(tr("impact.none_text"), "body", 400, SOFT, 12),
            ]
            self.stack(room, [Disc(128 if shape.large else 72, None, "sprout", NEUTRAL_MOOD), *items])
            return
        head = {Kind.WIDE_LARGE: 84, Kind.WIDE_SMALL: 40, Kind.TALL_LARGE: 120, Kind.TALL_SMALL: 76}[shape.kind]
        hint = "" if shape.kind is Kind.WIDE_SMALL else tr("impact.hint")
        room = self.titled(room, head, gap, tr("impact.title"), hint)
        told = self._figures()
        tiles = {Kind.WIDE_LARGE: 196, Kind.WIDE_SMALL: 108, Kind.TALL_LARGE: 3 * 124 + 2 * gap}.get(
            shape.kind, 3 * 84 + 2 * gap
        )
        cells = split(room.top_part(tiles), 3, gap) if shape.wide else split(room.top_part(tiles), 1, gap, 3)
        if shape.text > 1:
            wide = cells[0].w
            high = max(FigureCard.height(self.stage, cells[0].h, wide, title, text) for _, _, title, text in told)
            tiles = high if shape.wide else 3 * high + 2 * gap
            cells = split(room.top_part(tiles), 3, gap) if shape.wide else split(room.top_part(tiles), 1, gap, 3)
        for place, (icon, mood, title, text) in zip(cells, told, strict=True):
            self.add(FigureCard(self.stage, place, icon, mood, title, text))
        self._answers(room.below(tiles + gap))

    def _figures(self) -> list[tuple[str, Mood, str, str]]:
        tr, sums = self.tr, self.view.figures
        few = sums.answers < FEWEST_ANSWERS
        saved = tr("impact.wait") if few else kroner(tr, sums.kroner)
        carbon = tr("impact.wait") if few else co2e(tr, sums.grams)
        made = tr("impact.made", amount=co2e(tr, sums.made)) if sums.made.high else tr("impact.made_unknown")
        uses = tr("impact.uses", n=sums.things, things=number(tr, sums.things))
        if self.view.neighbours:
            uses = tr("impact.neighbours", n=self.view.neighbours, count=number(tr, self.view.neighbours))
        return [
            ("coins", GOOD_MOOD, saved, tr("impact.few" if few else "impact.saved")),
            ("repeat", GOOD_MOOD, tr("impact.loans", n=sums.loans, count=number(tr, sums.loans)), uses),
            ("leaf", NEUTRAL_MOOD, carbon, made),
        ]

    def _answers(self, room: Rect) -> None:
        tr, sums, large = self.tr, self.view.figures, self.shape.large
        self.add(Panel(self.stage, room))
        inner = room.inset(self.shape.pad, self.shape.pad * 0.6)
        head = 40 if large else 28
        grown = self.shape.text > 1
        if grown:
            end = self.stack(inner, [Text(tr("impact.asked"), "body", 600)], "top")
            head = round(end - inner.y)
        asked = tr("impact.answers", n=sums.answers, count=number(tr, sums.answers))
        width = measure(self.stage, asked, (inner.w * 0.5, head), "small", 400, 1).width + 4
        if not grown:
            self.add(
                Words(self.stage, inner.top_part(head).before(width + 12), tr("impact.asked"), "body", 600, most=1),
                Words(self.stage, inner.top_part(head).right_part(width), asked, "small", 400, SOFT, "right", most=1),
            )
        else:
            head = round(self.stack(inner.below(head), [Text(asked, "small", 400, SOFT)], "top") - inner.y)
        rows = inner.below(head + (8 if large else 4))
        columns = 2 if self.shape.wide else 1
        wide = rows.w / columns - 24 - 80
        most = max(CountBar.height(self.stage, 64 if large else 48, wide, tr(f"instead.{one}")) for one in Instead)
        high = min(rows.h / (4 / columns), most)
        cells = split(rows.top_part(high * 4 / columns), columns, 48 if large else 24, 4 // columns, 0)
        for cell, answer in zip(cells, Instead, strict=True):
            self.add(CountBar(self.stage, cell, tr(f"instead.{answer}"), sums.by_answer[answer], sums.answers))


class FigureCard(Box):
    """One figure at large on one line, and what it is: under the icon where the window is wide, else beside it."""

    def __init__(self, stage: Stage, rect: Rect, icon: str, mood: Mood, title: str, text: str) -> None:
        super().__init__(stage, rect)
        shape = stage.shape
        self.add(Panel(stage, rect))
        pad = 20 if shape.large else 12
        words = rect.inset(pad, pad * 0.7)
        size = {Kind.WIDE_LARGE: 48, Kind.WIDE_SMALL: 0}.get(shape.kind, min(56, rect.h - 2 * pad))
        size = 0 if shape.narrow else size
        if size:
            self.add(IconDisc(stage, Rect(rect.x + pad, rect.y + pad, size, size), icon, mood))
            words = words.below(size + 14) if shape.wide else words.after(size + (16 if shape.large else 10))
        lines = 1 if shape.text <= 1 else 3
        role: Role = "title"
        if lines == 1 and measure(stage, title, (words.w, words.h), role, 600, 1).cut:
            role = "body"
        upper = (
            measure(stage, title, (words.w, words.h * (0.6 if lines == 1 else 0.9)), "title", 600, lines).height + 1
        )
        self.add(Words(stage, words.top_part(upper), title, role, 600, INK, most=lines))
        self.add(Words(stage, words.below(upper + 2), text, "small", 400, SOFT, valign="top", most=3 * lines))

    @staticmethod
    def height(stage: Stage, usual: float, width: float, title: str, text: str) -> float:
        """Return the pixels a card so wide takes with larger text."""
        room = width - 24 - (0 if stage.shape.narrow or stage.shape.wide else 66)
        upper = measure(stage, title, (room, 1000), "title", 600, 3).height
        return max(usual, upper + measure(stage, text, (room, 1000), "small", 400, 9).height + 24)


class CountBar(Box):
    """How many of all gave one answer: the count at the right, a bar under it."""

    def __init__(self, stage: Stage, rect: Rect, says: str, count: int, of: int) -> None:
        super().__init__(stage, rect)
        thick = 10 if stage.shape.large else 8
        line = rect.above(thick + 4)
        self.add(
            Words(stage, line.before(80), says, "small", 400, INK, most=1 if stage.shape.text <= 1 else 3),
            Words(stage, line.right_part(76), number(stage.tr, count), "small", 600, INK, "right", most=1),
        )
        bar = Rect(rect.x, rect.bottom - thick - 2, rect.w, thick)
        self.fill(bar, NEUTRAL, thick / 2)
        if count:
            self.fill(bar.left_part(max(thick, bar.w * count / of)), RANGE, thick / 2)

    @staticmethod
    def height(stage: Stage, usual: float, width: float, says: str) -> float:
        """Return the pixels a bar takes: the usual ones, and with larger text what its words need."""
        if stage.shape.text <= 1:
            return usual
        return max(usual, measure(stage, says, (width, 400), "small", 400, 3).height + 18)


class CountingScreen(Screen[CountingView]):
    """How we count, in plain words."""

    def build(self) -> None:
        """Put everything in its place."""
        shape, tr = self.shape, self.tr
        self.buttons(Choice("check", tr("help.ok"), GoOn()))
        head, gap = (64, shape.gutter) if shape.large else (38, 6)
        room = self.titled(shape.content(), head, gap, tr("counting.title"))
        known = (
            ("coins", GOOD_MOOD, "kroner"),
            ("users", GOOD_MOOD, "who"),
            ("shield-check", GOOD_MOOD, "answers"),
            ("leaf", NEUTRAL_MOOD, "co2e"),
            ("circle-help", INFO_MOOD, "not"),
            ("library", NEUTRAL_MOOD, "again"),
        )
        columns = 2 if shape.wide else 1
        rows = len(known) // columns
        for place, (icon, mood, key) in zip(split(room, columns, shape.gutter, rows, gap), known, strict=True):
            title, text = tr(f"counting.{key}"), tr(f"counting.{key}_text")
            low = shape.kind is Kind.WIDE_SMALL
            self.add(FactCard(self.stage, place, "" if low else icon, title, text, mood))
