"""Nearby: other stations, and others who lend, mend or pass things on."""

from __future__ import annotations

from kiosk.desk.views_pages import NearbyView, PlaceRow
from kiosk.ui.money import number, unbroken
from kiosk.ui.screens.screen import Choice, Disc, Screen, Text
from kiosk.ui.theme import GOOD_MOOD, INK, NEUTRAL_MOOD, SOFT, Kind, Mood, Rect, split
from kiosk.ui.tr import Translator
from kiosk.ui.widgets.box import Box, Stage
from kiosk.ui.widgets.buttons import second_button
from kiosk.ui.widgets.panel import IconDisc, Panel
from kiosk.ui.widgets.words import Words, measure
from lending.visit import GoOn, StillHere

ICONS = {
    "station": "house",
    "library": "library",
    "bua": "bike",
    "repair": "wrench",
    "reuse": "recycle",
    "renter": "store",
    "workshop": "hammer",
}
_GRID = {Kind.WIDE_LARGE: (2, 3), Kind.WIDE_SMALL: (2, 2), Kind.TALL_LARGE: (1, 5), Kind.TALL_SMALL: (1, 3)}
_KM = 1000
_FAR = 10_000


class NearbyScreen(Screen[NearbyView]):
    """A few cards a page; pages instead of scrolling."""

    def build(self) -> None:
        """Put everything in its place."""
        shape, tr, places = self.shape, self.tr, self.view.places
        self._page = 0
        self._shown: list[Box] = []
        columns, rows = _GRID[shape.kind]
        self._each = columns * rows
        paged = len(places) > self._each
        self.buttons(Choice("check", tr("help.ok"), GoOn()))
        if paged:
            place = shape.others(1)[0]
            self.add(second_button(self.stage, place, "arrow-right", tr("page.next"), self._turn))
        room = shape.content(int(paged))
        head = {Kind.WIDE_LARGE: 56, Kind.WIDE_SMALL: 40, Kind.TALL_LARGE: 96, Kind.TALL_SMALL: 68}[shape.kind]
        if not places:
            text = Text(tr("nearby.none_text"), "body", 400, SOFT, 12)
            disc = Disc(128 if shape.large else 72, None, "map-pin", NEUTRAL_MOOD)
            self.stack(room, [disc, Text(tr("nearby.none"), "title", 600, gap=24 if shape.large else 12), text])
            return
        gap = shape.gutter if shape.large else 8
        room = self.titled(room, head, gap, tr("nearby.title"), "" if shape.wide else tr("nearby.hint"))
        self._cells = split(room, columns, gap, rows)
        self._show()

    def memory(self) -> object:
        """Return which place stands first."""
        return self._page * self._each

    def remember(self, memory: object) -> None:
        """Show the page with the place that stood first."""
        if self.view.places and isinstance(memory, int):
            self._page = memory // self._each
            self._show()

    def _show(self) -> None:
        for box in self._shown:
            self.remove(box)
        places = self.view.places
        self._page %= -(-len(places) // self._each)
        shown = places[self._page * self._each : (self._page + 1) * self._each]
        self._shown = [PlaceCard(self.stage, cell, place) for cell, place in zip(self._cells, shown, strict=False)]
        self.add(*self._shown)

    def _turn(self) -> None:
        self._page += 1
        self._show()
        self.stage.submit(StillHere())


_LOW = 160
"""In a lower card long opening hours take the room of the sign: two lines of them would push something out."""


class PlaceCard(Box):
    """One place: its name, how far, what one can do there, when it is open."""

    def __init__(self, stage: Stage, rect: Rect, place: PlaceRow) -> None:
        super().__init__(stage, rect)
        large, tr = stage.shape.large, stage.tr
        self.add(Panel(stage, rect, stage.shape.radius))
        pad = 20 if large else 12
        size = 64 if large else 44
        mood: Mood = GOOD_MOOD if place.kind == "station" else NEUTRAL_MOOD
        disc = Rect(rect.x + pad, rect.y + pad, size, size)
        words = rect.after(pad + size + (16 if large else 10)).before(pad).inset(0, 8 if large else 6)
        grown = stage.shape.text > 1
        if not grown and _is_long(stage, tr.text(place.hours), words.w) and rect.h < _LOW:
            words = rect.inset(pad, 8 if large else 6)
        else:
            self.add(IconDisc(stage, disc, ICONS.get(place.kind, "map-pin"), mood))
        most_name, most_said = (3, 4) if grown else (1, 2)
        where = about(tr, place)
        cut = _is_long(stage, where, words.w)
        lines = [
            (place.name, "body", 600, INK, most_name),
            (where, "small", 400, SOFT, most_said if cut or grown else 1),
        ]
        details = [tr.text(place.what), tr.text(place.hours), place.phone, tr.text(place.way)]
        lines += [(said, "small", 400, INK, most_said) for said in details if said]
        y = words.y
        for said, role, weight, colour, most in lines:
            tall = self._tall(said, words, role, weight, most)
            if y + tall > words.bottom + 1 and not grown:
                tall = self._tall(said, words, role, weight, 1)
            if y + tall > words.bottom + 1:
                self.folded = grown
                break
            self.add(Words(stage, Rect(words.x, y, words.w, tall), said, role, weight, colour, most=most))  # type: ignore[arg-type]
            y += tall

    def _tall(self, said: str, words: Rect, role: str, weight: int, most: int) -> float:
        return measure(self.stage, said, (words.w, 400), role, weight, most).height  # type: ignore[arg-type]


def _is_long(stage: Stage, said: str, width: float) -> bool:
    """Return whether one line would cut it."""
    return measure(stage, said, (width, 200), "small", 400, 1).cut


def about(tr: Translator, place: PlaceRow) -> str:
    """Return what kind of place it is, where, and how far."""
    parts = [tr(f"nearby.{place.kind if place.kind in ICONS else 'other'}"), place.address, far(tr, place.metres)]
    return " · ".join(part for part in parts if part)


def far(tr: Translator, metres: int | None) -> str:
    """Return "900 m" or "2,4 km" as the crow flies, or "" if nobody knows."""
    if metres is None:
        return ""
    if metres < _KM:
        return unbroken(tr("nearby.metres", amount=number(tr, round(metres, -1))))
    kilometres = number(tr, round(metres / _KM, 1 if metres < _FAR else None))
    return unbroken(tr("nearby.kilometres", amount=kilometres))
