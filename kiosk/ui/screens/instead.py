"""Board 08: what would have been done without the loan? One touch or none; kroner first, CO2e last."""

from __future__ import annotations

from collections.abc import Callable

from kiosk.desk.views_impact import InsteadView
from kiosk.ui.money import co2e, kroner, number
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
from kiosk.ui.widgets.bars import Axis, RangeBar, scale_for
from kiosk.ui.widgets.box import Box, Stage
from kiosk.ui.widgets.panel import DONE_MOOD, IconDisc, Line, Panel, SpotBanner
from kiosk.ui.widgets.touchable import Tile
from kiosk.ui.widgets.words import Icon, Words, measure
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
        grown = shape.text > 1 and not shape.wide
        where = shelf_words(tr, view.thing) if view.thing.shelf else ""
        thanks = tr("returned.title", thing=tr.text(view.thing.definite))
        tall = SpotBanner.height(self.stage, _BANNER[shape.kind], room.w, thanks, where)
        banner = room.top_part(tall) if grown else room.bottom_part(tall)
        self.add(SpotBanner(self.stage, banner, "circle-check", thanks, where, GOOD_MOOD))
        if grown:  # on the first of some pages: what was done, and where the thing goes
            room = room.below(banner.h + gap)
        head = _HEAD[shape.kind]
        title = [Text(tr("instead.title"), "title", 600)]
        hint = [] if shape.kind is Kind.WIDE_SMALL else [Text(tr("instead.hint"), "small", 400, SOFT, 4)]
        head = round(self.head_height(head, room, None, title[0].text, hint[0].text if hint else ""))
        self.stack(room.top_part(head), [*title, *hint], "middle" if shape.wide else "top")
        room = room.below(head + (24 if shape.large else 8))
        if not grown:
            room = room.above(banner.h + gap)
        if shape.kind is Kind.WIDE_SMALL:
            side, room = room.right_part(shape.column), room.before(shape.column + shape.gutter)
        if side is None:
            usual, least = (152, 112) if shape.large else (88, 64)
            more = (banner.h - _BANNER[shape.kind]) / 2 if shape.text <= 1 else 0
            high = max(least, usual - more)
            tiles = 2 * high + gap if not shape.narrow else 4 * self._narrow_tile(room.w) + 3 * gap
            side, room = room.below(tiles + gap), room.top_part(tiles)
        for place, answer in zip(split(room, *((1, gap, 4) if shape.narrow else (2, gap, 2))), Instead, strict=True):
            self.add(self._tile(place, answer))
        self._tell_cost(side)

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

    # --- What it costs, and what the answer comes to

    def _tell_cost(self, place: Rect) -> None:
        self.add(Panel(self.stage, place))
        inner = place.inset(self.shape.pad, self.shape.pad * 0.75)
        chose = self.view.chose
        foot = self._foot(inner)
        inner = inner.above(foot)
        if chose is None or chose in (Instead.BOUGHT, Instead.RENTED):
            rest = inner.below(self._headline(inner))
            self._bars(rest)
            return
        self.stack(
            inner,
            [
                Text(self.tr("instead.thanks"), "body", 600),
                Text(self.tr(f"instead.{chose}_text"), "small", 400, INK, 8),
            ],
            "top",
        )

    def _headline(self, inner: Rect) -> float:
        """Say what the panel is about; return its height."""
        view, tr, large = self.view, self.tr, self.shape.large
        about = tr("instead.free" if view.chose is None else "instead.saved")
        end = self.stack(inner.top_part(inner.h * 0.5), [Text(about, "body", 600)], "top")
        if view.chose is not None and view.saved is not None:
            said = kroner(tr, view.saved)
            tall = measure(self.stage, said, (inner.w, inner.bottom - end), "title", 600, 1).height + 1
            self.add(Words(self.stage, Rect(inner.x, end, inner.w, tall), said, "title", 600, INK, most=1))
            end += tall
        return end - inner.y + (16 if large else 6)

    def _bars(self, room: Rect) -> None:
        view, tr, large = self.view, self.tr, self.shape.large
        told = [
            (tr("instead.rent_for", n=view.rent_days), view.rent, view.chose is Instead.RENTED),
            (tr("instead.buy_new"), view.buy, view.chose is Instead.BOUGHT),
        ]
        known = [(says, span, chosen) for says, span, chosen in told if span is not None]
        if not known:
            return
        scale = scale_for(max(span.high for _, span, _ in known))
        high, gap = (50.0, 14.0) if large else (38.0, 8.0)
        axis = 26 if large else 20
        if self.shape.text > 1:
            high, axis = 46.0, 26
        bars = len(known) * (high + gap) - gap
        if room.h < bars:
            self.dropped += 1
            return
        axis = axis if room.h >= bars + axis else 0
        y = room.y
        for says, span, chosen in known:
            self.add(RangeBar(self.stage, Rect(room.x, y, room.w, high), says, span, scale, chosen=chosen))
            y += high + gap
        if axis:
            self.add(Axis(self.stage, Rect(room.x, y - gap + 2, room.w, axis), scale))

    def _foot(self, inner: Rect) -> float:
        """Say how often it was lent and, last, what CO2e is known; return the height that took."""
        view, tr, large = self.view, self.tr, self.shape.large
        rows: list[tuple[str, str, int, str]] = []
        if view.uses:
            rows.append(("repeat", tr("instead.uses", n=view.uses, count=number(tr, view.uses)), 1, INK))
        if view.chose is Instead.BOUGHT and view.co2e is not None:
            amount, source = co2e(tr, view.co2e), view.co2e_source
            told = (
                tr("instead.co2e_from", amount=amount, source=source) if source else tr("instead.co2e", amount=amount)
            )
            rows.append(("leaf", told, 2, SOFT))
        if not rows:
            return 0
        icon = 28 if large else 22
        y = inner.bottom
        for name, says, lines, colour in reversed(rows):
            room = inner.after(icon + 12)
            tall = measure(self.stage, says, (room.w, 120), "small", 400, lines).height + (12 if large else 6)
            y -= tall
            row = Rect(inner.x, y, inner.w, tall)
            self.add(Icon(self.stage, row.left_part(icon), name, icon, INK))
            self.add(Words(self.stage, row.after(icon + 12), says, "small", 400, colour, most=lines))
        y -= 10 if large else 4
        self.add(Line(self.stage, Rect(inner.x, y, inner.w, 1)))
        return inner.bottom - y + (8 if large else 4)


def _face(box: Box, rect: Rect, icon: str, words: str, *, done: bool, colour: str) -> None:
    """Put a disc and words into a tile; upright where it is narrow."""
    stage, large = box.stage, box.stage.shape.large
    size = min(72 if large else 40, rect.h - 24)
    pad = 24 if large else 12
    disc = Rect(rect.x + pad, rect.y + (rect.h - size) / 2, size, size)
    room = rect.after(pad + size + (20 if large else 10)).before(12)
    role: Role = "body" if large else "small"
    if not done and stage.shape.text <= 1 and measure(stage, words, (room.w, room.h), role, 600, 3).cut:
        room = rect.inset(10, 4)  # a long word takes the sign's room
    else:
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
