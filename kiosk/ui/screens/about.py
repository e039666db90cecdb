"""What does this station know about me?"""

from __future__ import annotations

from dataclasses import dataclass

from kiosk.desk.views import AboutMeView
from kiosk.ui.screens.screen import Choice, Disc, Screen
from kiosk.ui.theme import GOOD_MOOD, INFO_MOOD, INK, NEUTRAL_MOOD, SOFT, Kind, Mood, Rect, split
from kiosk.ui.widgets.box import Box, Stage
from kiosk.ui.widgets.panel import IconDisc, Panel
from kiosk.ui.widgets.words import Words, measure
from lending.visit import GoOn


@dataclass(frozen=True, slots=True)
class _Known:
    icon: str
    title: str
    text: str = ""
    mood: Mood = NEUTRAL_MOOD


class AboutMeScreen(Screen[AboutMeView]):
    """Plain facts, what is not known first."""

    def build(self) -> None:
        """Put everything in its place."""
        shape, tr = self.shape, self.tr
        self.buttons(Choice("check", tr("cannot.ok"), GoOn()))
        room = shape.content()
        heads = {Kind.WIDE_LARGE: 96, Kind.WIDE_SMALL: 52, Kind.TALL_LARGE: 128, Kind.TALL_SMALL: 64}
        disc = Disc(88 if shape.large else 52, None, "shield-check", GOOD_MOOD)
        room = self.headed(room, heads[shape.kind], 24 if shape.large else 8, disc, tr("about.title"))
        known = self._known()
        columns = 2 if shape.wide else 1
        gap = 16 if shape.large else 8
        width = (room.w - (columns - 1) * shape.gutter) / columns
        heights = self._heights(known, columns, width)
        share = min(1.0, (room.h - (len(heights) - 1) * gap) / sum(heights))
        y = room.y
        for row, height in enumerate(heights):
            places = split(Rect(room.x, y, room.w, height * share), columns, gap if shape.large else shape.gutter)
            for place, one in zip(places, known[row * columns :], strict=False):
                self.add(_KnownCard(self.stage, place, one))
            y += height * share + gap

    def _heights(self, known: list[_Known], columns: int, width: float) -> list[float]:
        """Return the pixels each row takes: with larger text what its own words need, else all the same."""
        shape, rows = self.shape, range(0, len(known), columns)
        if shape.text <= 1:
            return [136 if shape.large else 88 for _ in rows]
        return [max(_KnownCard.height(self.stage, width, one) for one in known[at : at + columns]) for at in rows]

    def _known(self) -> list[_Known]:
        view, tr = self.view, self.tr
        card = "about.card" if view.in_feed else "about.card_new"
        loans = tr("about.loans", n=view.open_loans) if view.open_loans else tr("about.no_loans")
        holds = tr("about.holds", n=view.holds) if view.holds else ""
        known = [
            _Known("eye-off", tr("about.name"), tr("about.name_text"), GOOD_MOOD),
            _Known("id-card", tr(card), tr(f"{card}_text")),
            _Known("package", loans, holds or tr("about.no_holds")),
            self._returned(),
        ]
        if view.pin_until is not None:
            known.append(_Known("key-round", tr("about.pin"), tr("about.pin_text", date=tr.day(view.pin_until))))
        if view.waiting:
            waiting = tr("about.waiting", n=view.waiting)
            when = tr("about.waiting_offline" if view.status.offline else "about.waiting_online")
            known.append(_Known("cloud-upload", waiting, when, INFO_MOOD))
        return known

    def _returned(self) -> _Known:
        view, tr = self.view, self.tr
        days = view.retention_days
        if not view.returned_loans:
            forgets = tr("about.forgets", n=days) if days > 0 else ""
            return _Known("history", tr("about.no_returned"), forgets)
        if view.forgotten_by is not None:
            when = tr("about.forgotten_by", date=tr.day(view.forgotten_by))
        else:
            when = tr("about.forgotten_after", n=days) if days > 0 else tr("about.forgotten_soon")
        return _Known("history", tr("about.returned", n=view.returned_loans), when)


class _KnownCard(Box):
    """One fact: an icon, what it is, and a word more. The icon goes where words would not fit beside it."""

    def __init__(self, stage: Stage, rect: Rect, known: _Known) -> None:
        super().__init__(stage, rect)
        large = stage.shape.large
        self.add(Panel(stage, rect, stage.shape.radius))
        size = min(72 if large else 44, rect.h - 16)
        pad = 20 if large else 12
        beside = rect.after(size + 2 * pad - (0 if large else 2)).before(pad)
        room = rect.h - (16 if large else 8)
        words, whole = beside, rect.inset(pad, 0)
        upper, lower, fits = self._measured(beside.w, room, known)
        if not fits and self._measured(whole.w, room, known)[2]:
            words = whole
            upper, lower, _ = self._measured(whole.w, room, known)
        else:
            disc = Rect(rect.x + pad, rect.y + (rect.h - size) / 2, size, size)
            self.add(IconDisc(stage, disc, known.icon, known.mood))
        lines = _lines(stage)
        top = rect.y + (rect.h - upper - lower) / 2
        self.add(Words(stage, Rect(words.x, top, words.w, upper), known.title, "body", 600, INK, most=lines))
        if known.text:
            place = Rect(words.x, top + upper, words.w, lower)
            self.add(Words(stage, place, known.text, "small", 400, SOFT, most=lines + 1))

    @staticmethod
    def height(stage: Stage, width: float, known: _Known) -> float:
        """Return the pixels a card so wide takes with all its words beside the icon."""
        room = width - 44 - 3 * 12 + 2
        title = measure(stage, known.title, (room, 400), "body", 600, _lines(stage)).height
        text = measure(stage, known.text, (room, 400), "small", 400, _lines(stage) + 1).height if known.text else 0
        return max(title + text, 44) + 16

    def _measured(self, width: float, room: float, known: _Known) -> tuple[float, float, bool]:
        """Return the heights of title and text, and whether both are whole."""
        lines = _lines(self.stage)
        title = measure(self.stage, known.title, (width, room / 2 if lines == 1 else room), "body", 600, lines)
        upper = title.height + 1
        if not known.text:
            return upper, 0.0, not title.cut
        text = measure(self.stage, known.text, (width, room - upper), "small", 400, lines + 1)
        return upper, text.height + 1, not (title.cut or text.cut)


def _lines(stage: Stage) -> int:
    return 1 if stage.shape.text <= 1 else 3
