"""Board 08: what would have been done without the loan? One touch or none; kroner first, CO2e last."""

from __future__ import annotations

from collections.abc import Callable

from kiosk.desk.views_impact import InsteadView
from kiosk.ui.screens.cost import CostPanel
from kiosk.ui.screens.returned import shelf_words
from kiosk.ui.screens.screen import Choice, Screen, Text
from kiosk.ui.theme import (
    CARD,
    GOOD,
    GOOD_MOOD,
    HAIRLINE,
    INK,
    MAIN,
    NEUTRAL_MOOD,
    SOFT,
    Kind,
    Rect,
    Role,
    split,
)
from kiosk.ui.widgets.box import Box, Stage
from kiosk.ui.widgets.panel import DONE_MOOD, IconDisc, SpotBanner
from kiosk.ui.widgets.touchable import Tile
from kiosk.ui.widgets.words import Words, measure
from lending.impact import Instead
from lending.visit import Done, GoOn, InsteadGiven, OpenPage, Page

_ICONS = {
    Instead.BOUGHT: "store",
    Instead.RENTED: "coins",
    Instead.BORROWED: "users",
    Instead.NOT_DONE: "circle-slash",
}
_HEAD = {Kind.WIDE_LARGE: 96, Kind.WIDE_SMALL: 44, Kind.TALL_LARGE: 128, Kind.TALL_SMALL: 84}
_BANNER = {Kind.WIDE_LARGE: 88, Kind.WIDE_SMALL: 60, Kind.TALL_LARGE: 88, Kind.TALL_SMALL: 60}


class InsteadScreen(Screen[InsteadView]):
    """Four answers, what renting and buying cost, and the thanks. It ends by itself."""

    def build(self) -> None:
        """Put everything in its place."""
        shape, tr, view = self.shape, self.tr, self.view
        others = [Choice("scan-barcode", tr("returned.more"), GoOn())]
        if view.chose is not None:
            others.append(Choice("clipboard-list", tr("impact.how"), OpenPage(Page.COUNTING)))
        self.buttons(Choice("check", tr("done"), Done()), *others)
        room, gap = shape.content(len(others)), shape.gutter if shape.large else 8
        side: Rect | None = None
        if shape.kind is Kind.WIDE_LARGE:
            side, room = room.right_part(shape.column), room.before(shape.column + shape.gutter)
        first = (shape.text > 1 and not shape.wide) or shape.reach  # what was done, and where the thing goes
        where = shelf_words(tr, view.thing) if view.thing.shelf else ""
        thanks = tr("returned.title", thing=tr.text(view.thing.definite))
        tall = SpotBanner.height(self.stage, _BANNER[shape.kind], room.w, thanks, where)
        banner = room.top_part(tall) if first else room.bottom_part(tall)
        self.add(SpotBanner(self.stage, banner, "circle-check", thanks, where, GOOD_MOOD))
        if first:
            room = room.below(banner.h + gap)
        room = self._question(room)
        if not first:
            room = room.above(banner.h + gap)
        if shape.kind is Kind.WIDE_SMALL:
            side, room = room.right_part(shape.column), room.before(shape.column + shape.gutter)
            room = self.within_reach(room, 2 * shape.touch + gap) if view.chose is None else room
        if side is None:
            room, side = self._over_each_other(room, gap)
        for place, answer in zip(split(room, *((1, gap, 4) if shape.narrow else (2, gap, 2))), Instead, strict=True):
            self.add(self._tile(place, answer))
        cost = CostPanel(self.stage, side, view)
        self.dropped += cost.left_out
        self.add(cost)

    def _question(self, room: Rect) -> Rect:
        """Put what is asked at the top of `room`; return the room left."""
        shape, tr = self.shape, self.tr
        said = [Text(tr("instead.title"), "title", 600)]
        if shape.kind is not Kind.WIDE_SMALL:
            said.append(Text(tr("instead.hint"), "small", 400, SOFT, 4))
        head: float = _HEAD[shape.kind]
        if shape.text > 1:
            head = round(sum(self.height_of(line, Rect(0, 0, room.w, 1000)) for line in said))
        end = self.stack(room.top_part(head), said, "middle" if shape.wide else "top")
        used = head if shape.wide else end - room.y
        return room.below(used + (24 if shape.large else 8))

    def _over_each_other(self, room: Rect, gap: float) -> tuple[Rect, Rect]:
        """Return the room of the answers and, under it, that of what it costs: all that needs, and no less."""
        shape = self.shape
        cost = CostPanel.height(self.stage, room.w, self.view)
        if shape.narrow:
            tiles = 4 * self._narrow_tile(room.w) + 3 * gap
        else:
            usual, least = (152, 96) if shape.large else (88, 64)
            tiles = 2 * max(least, min(usual, (room.h - cost - 2 * gap) / 2)) + gap
        under = room.below(tiles + gap)
        low = self.within_reach(room, 2 * shape.touch + gap)
        if low is not room and self.view.chose is None and cost <= low.y - room.y - gap:
            return low.top_part(min(tiles, low.h)), room.top_part(cost)
        return room.top_part(tiles), under if shape.text <= 1 and not shape.reach else under.top_part(
            min(cost, under.h)
        )

    def _narrow_tile(self, width: float) -> float:
        """Return the pixels the answer with the longest words takes where they stand under each other."""
        said = (self.tr(f"instead.{answer}") for answer in Instead)
        words = max(measure(self.stage, text, (width - 74, 400), "small", 600, 3).height for text in said)
        return max(self.shape.touch + 6, words + 16)

    def _tile(self, place: Rect, answer: Instead) -> Box:
        chose = self.view.chose
        act = self.send(InsteadGiven(answer))
        words = self.tr(f"instead.{answer}")
        if chose is None:
            return InsteadTile(self.stage, place, _ICONS[answer], words, act)
        return ToldTile(self.stage, place, _ICONS[answer], words, chosen=chose is answer)


def _face(box: Box, rect: Rect, icon: str, words: str, *, done: bool, colour: str) -> None:
    """Put a disc and words into a tile; upright where it is narrow."""
    stage, large = box.stage, box.stage.shape.large
    size = min(72 if large else 40, rect.h - 24)
    pad = 24 if large else 12
    disc = Rect(rect.x + pad, rect.y + (rect.h - size) / 2, size, size)
    room = rect.after(pad + size + (20 if large else 10)).before(12)
    role: Role = "body" if large else "small"
    if stage.shape.text <= 1 and measure(stage, words, (room.w, room.h), role, 600, 3).cut:
        size = size * 0.6 if done else 0  # a long word takes the sign's room; that it was chosen is told still
        disc, room = (
            Rect(rect.x + 8, rect.y + (rect.h - size) / 2, size, size),
            rect.after(size + 8 + 6 * done).before(8),
        )
    if size:
        box.add(IconDisc(stage, disc, "check" if done else icon, DONE_MOOD if done else NEUTRAL_MOOD))
    box.add(Words(stage, room, words, role, 600, colour, most=3))


class InsteadTile(Tile):
    """One answer."""

    def __init__(self, stage: Stage, rect: Rect, icon: str, words: str, act: Callable[[], None]) -> None:
        super().__init__(stage, rect, words, act)
        _face(self, rect, icon, words, done=False, colour=INK)


class ToldTile(Box):
    """One answer once it was given: it stays as it is."""

    def __init__(self, stage: Stage, rect: Rect, icon: str, words: str, *, chosen: bool) -> None:
        super().__init__(stage, rect)
        self.frame(
            rect, GOOD if chosen else CARD, MAIN if chosen else HAIRLINE, stage.shape.radius, 2 if chosen else 1
        )
        _face(self, rect, icon, words, done=chosen, colour=INK if chosen else SOFT)
