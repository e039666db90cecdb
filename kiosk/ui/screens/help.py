"""Help: how to borrow in three pictures, how to return, what else there is to know, and where to go on."""

from __future__ import annotations

from kiosk.desk.views_pages import HelpView
from kiosk.ui.screens.screen import Choice, Screen
from kiosk.ui.theme import GOOD_MOOD, INFO_MOOD, INK, MAIN, NEUTRAL, NEUTRAL_MOOD, SOFT, Kind, Mood, Rect, split
from kiosk.ui.widgets.box import Box, Stage
from kiosk.ui.widgets.pair import Pair
from kiosk.ui.widgets.panel import Panel
from kiosk.ui.widgets.tiles import FactCard, WayTile
from kiosk.ui.widgets.words import Icon, Words, measure
from lending.visit import GoOn, OpenPage, Page

_STEPS = ("card", "scan", "parts")
_STEP_ICONS = {"card": "", "scan": "scan-barcode", "parts": "list-checks"}
_WAYS = (
    (Page.NEARBY, "map-pin"),
    (Page.SUGGEST, "lightbulb"),
    (Page.OFFER, "hand-heart"),
    (Page.IMPACT, "chart-column"),
)


_PICTURE = 76
"""Pixels of a picture beside larger text."""


class HelpScreen(Screen[HelpView]):
    """Pictures first; a few facts; four ways on."""

    def build(self) -> None:
        """Put everything in its place."""
        shape, tr = self.shape, self.tr
        self.buttons(Choice("check", tr("help.ok"), GoOn()))
        head, gap = (56, 16) if shape.large else (38, 8)
        room = self.titled(shape.content(), head, gap, tr("help.title"))
        touch = max(shape.touch, 80) if shape.large else shape.touch
        columns = 4 if shape.wide else 1 if shape.narrow else 2
        ways = 4 // columns * (touch + gap) - gap
        for place, (page, icon) in zip(split(room.bottom_part(ways), columns, gap, 4 // columns), _WAYS, strict=True):
            self.add(WayTile(self.stage, place, icon, tr(f"help.to_{page}"), self.send(OpenPage(page))))
        room = room.above(ways + gap)
        steps = {Kind.WIDE_LARGE: 208, Kind.WIDE_SMALL: 84, Kind.TALL_LARGE: 3 * 136 + 2 * gap}.get(
            shape.kind, 3 * 78 + 2 * gap
        )
        if shape.reach and shape.large:
            steps = 3 * 100 + 2 * gap
        if shape.text > 1 and not shape.wide:
            steps = round(3 * max(StepCard.height(self.stage, room.w, step) for step in _STEPS) + 2 * gap)
        cells = split(room.top_part(steps), 3, gap) if shape.wide else split(room.top_part(steps), 1, gap, 3)
        for number, (place, step) in enumerate(zip(cells, _STEPS, strict=True), start=1):
            self.add(StepCard(self.stage, place, number, step))
        self._facts(room.below(steps + gap))

    def _facts(self, room: Rect) -> None:
        facts = self._known()
        shape = self.shape
        columns = 2 if shape.wide else 1
        rows = -(-len(facts) // columns)
        gap = 8 if shape.large else 4
        wide = (room.w - shape.gutter * (columns - 1)) / columns
        most = max(FactCard.height(self.stage, 96 if shape.large else 60, wide, title, text, bare=True)
                   for _, _, title, text in facts)  # fmt: skip
        high = min((room.h - gap * (rows - 1)) / rows, most)
        places = split(room.top_part(rows * high + gap * (rows - 1)), columns, shape.gutter, rows, gap)
        for place, (icon, mood, title, text) in zip(places, facts, strict=False):
            self.add(FactCard(self.stage, place, icon, title, text, mood, bare=True))

    def _known(self) -> list[tuple[str, Mood, str, str]]:
        tr, phone = self.tr, self.view.phone
        return [
            ("archive-restore", GOOD_MOOD, tr("help.return"), tr("help.return_text")),
            ("id-card", NEUTRAL_MOOD, tr("help.card"), tr("help.card_text")),
            ("cloud-off", INFO_MOOD, tr("help.offline"), tr("help.offline_text")),
            ("phone", NEUTRAL_MOOD, tr("help.call", phone=phone) if phone else tr("help.ask"), tr("help.call_text")),
        ]


class StepCard(Box):
    """One of the three steps: a picture, its number, and what to do. Upright where it is high."""

    def __init__(self, stage: Stage, rect: Rect, number: int, step: str) -> None:
        super().__init__(stage, rect)
        large, tr = stage.shape.large, stage.tr
        self.add(Panel(stage, rect))
        pad = 20 if large else 12
        if rect.h > rect.w * 0.4 and stage.shape.text <= 1:
            picture, words = rect.top_part(rect.h * 0.58).inset(pad, 12), rect.below(rect.h * 0.58).inset(pad, 0)
            align = "center"
        else:
            wide = rect.h * (1.3 if step == "card" and not stage.shape.wide else 1.0)
            wide = wide if stage.shape.text <= 1 else min(wide, _PICTURE)
            picture, words = rect.left_part(wide).inset(16 if large else 10), rect.after(wide).before(pad)
            align = "left"
        face = Box(stage, rect)
        self.add(face)
        if step == "card":
            face.picture(picture, "card-and-reader")
        else:
            size = min(picture.w, picture.h)
            top = picture.y + (picture.h - size) / 2
            face.disc(Rect(picture.x + (picture.w - size) / 2, top, size, size), NEUTRAL)
            self.add(Icon(stage, picture, _STEP_ICONS[step], size * 0.5, MAIN))
        title = f"{number}. {tr(f'help.{step}_step')}"
        text = "" if stage.shape.kind is Kind.WIDE_SMALL else tr(f"help.{step}_step_text")
        if stage.shape.text > 1:
            self.add(Pair(stage, words.inset(0, 2), title, text, (0, 0)))
            return
        upper = measure(stage, title, (words.w, words.h * 0.6), "body", 600, 2).height + 1
        lower = measure(stage, text, (words.w, words.h - upper), "small", 400, 2).height + 1 if text else 0.0
        top = words.y + (max(0, words.h - upper - lower) / 2 if align == "left" else 0)
        place = Rect(words.x, top, words.w, upper)
        self.add(Words(stage, place, title, "body", 600, INK, align, most=2))
        if not text:
            return
        under = Rect(words.x, top + upper, words.w, min(lower, words.bottom - top - upper))
        self.add(Words(stage, under, text, "small", 400, SOFT, align, "top", most=2))

    @staticmethod
    def height(stage: Stage, width: float, step: str) -> float:
        """Return the pixels a card takes with larger text, its picture at the left."""
        tr = stage.tr
        return Pair.height(
            stage, 78, width - _PICTURE - 12, f"3. {tr(f'help.{step}_step')}", tr(f"help.{step}_step_text")
        )
