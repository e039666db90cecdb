"""Things in lists: a card with its drawing, its name and where it stands."""

from __future__ import annotations

from collections.abc import Callable

from kiosk.desk.views_browse import Standing, ThingCard
from kiosk.ui.theme import (
    CARD,
    HAIRLINE,
    INK,
    MAIN,
    NEUTRAL,
    ON_ATTENTION,
    ON_GOOD,
    ON_MAIN,
    OUTLINE,
    PRESSED,
    PRESSED_MAIN,
    SOFT,
    Rect,
    Role,
)
from kiosk.ui.tr import Translator
from kiosk.ui.widgets.box import Box, Stage
from kiosk.ui.widgets.panel import draw_thing
from kiosk.ui.widgets.touchable import Tile
from kiosk.ui.widgets.words import Icon, Words, measure, needed
from lending.availability import Stand

_UPRIGHT_FROM = 170
"""From this height on the drawing stands above the words."""

_MOST = 3
"""Lines of larger text that say where a thing stands."""

_SHRUNK = 0.95
"""A name smaller than so much of its size is set in two lines."""

_SIGNS: dict[Stand, tuple[str, str]] = {
    Stand.HERE: ("circle-check", ON_GOOD),
    Stand.BACK: ("clock", ON_ATTENTION),
    Stand.RESTS: ("hourglass", SOFT),
    Stand.ELSEWHERE: ("map-pin", SOFT),
    Stand.ASK: ("clock", SOFT),
}


def standing_words(tr: Translator, standing: Standing) -> str:
    """Return "2 her nå", "Tilbake fredag", "På Åssiden" …"""
    match standing.stand:
        case Stand.HERE:
            return tr("stands.here", n=standing.here)
        case Stand.BACK if standing.back is not None:
            day = tr.weekday(standing.back) if standing.soon else tr.short_day(standing.back)
            return tr("stands.back", day=day)
        case Stand.ELSEWHERE if standing.place:
            return tr("stands.at", place=standing.place)
        case Stand.ELSEWHERE:
            return tr("stands.elsewhere")
        case Stand.RESTS:
            return tr("stands.rests")
        case _:
            return tr("stands.out")


def standing_sign(standing: Standing) -> tuple[str, str]:
    """Return the icon that says the same, and its colour: never a red thing."""
    return _SIGNS[standing.stand]


class ThingTile(Tile):
    """A thing to choose: upright where there is room for its drawing above the words, else lying."""

    def __init__(self, stage: Stage, rect: Rect, card: ThingCard, act: Callable[[], None]) -> None:
        name = stage.tr.text(card.face.name)
        stands = standing_words(stage.tr, card.standing)
        super().__init__(stage, rect, name, act, stands, edge=HAIRLINE, width=1)
        radius = stage.shape.radius
        if rect.h >= _UPRIGHT_FROM:
            self._upright(card, name, radius)
        else:
            self._lying(card, name, radius)

    @staticmethod
    def height(stage: Stage, card: ThingCard, width: float) -> float:
        """Return the pixels a lying tile so wide takes with larger text: what its words need."""
        room = width - _side(stage, stage.shape.touch * 2, width) - 20
        name = measure(stage, stage.tr.text(card.face.name), (room, 400), "small", 600, 4).height + 1
        return max(stage.shape.touch * 1.5, name + StandingLine.height(stage, room, card.standing) + 10)

    def _upright(self, card: ThingCard, name: str, radius: float) -> None:
        line = 34 if self.stage.shape.large else 26
        wide = self.rect.w - 32
        long = measure(self.stage, name, (wide, 2 * line), "small", 600, 2).height > line
        words = (3 if long else 2) * line + 24
        top = self.rect.above(words).inset(1)
        self._drawing(top, card, (radius - 1, radius - 1, 0, 0))
        self._words(self.rect.bottom_part(words).inset(16, 10), card, name)

    def _lying(self, card: ThingCard, name: str, radius: float) -> None:
        side = _side(self.stage, self.rect.h, self.rect.w)
        for smaller in (1.0, 0.6, 0.0):  # a long name needs the picture's room
            words = self.rect.after(side * smaller).inset(10, 1)
            if self.stage.shape.text > 1 or self._holds(words, card, name):
                side *= smaller
                break
        else:
            side = 0
        if side:
            self._drawing(self.rect.left_part(side).inset(1), card, (radius - 1, 0, 0, radius - 1))
        self._words(self.rect.after(side).inset(10, 1), card, name)

    def _drawing(self, place: Rect, card: ThingCard, radius: tuple[float, float, float, float]) -> None:
        self.fill(place, card.face.tint or NEUTRAL, radius)
        size = min(place.w, place.h) * 0.84
        middle = Rect(place.x + (place.w - size) / 2, place.y + (place.h - size) / 2, size, size)
        draw_thing(self, middle, card.face.drawing)

    def _holds(self, room: Rect, card: ThingCard, name: str) -> bool:
        """Return whether the name and where the thing stands are whole in `room`, at ordinary text."""
        stage = self.stage
        lower = needed(stage, standing_words(stage.tr, card.standing), (room.w - 32, room.h / 2), "small", 600)[1]
        fitted = measure(stage, name, (room.w, room.h - lower), "small", 600, 3, to_the_least=True)
        return not fitted.cut

    def _words(self, room: Rect, card: ThingCard, name: str) -> None:
        stage = self.stage
        role: Role = "small"
        if stage.shape.text > 1:
            self._words_grown(room, card, name)
            return
        line: float = 34 if stage.shape.large else 26
        one = measure(stage, name, (room.w, line), role, 600, 1)
        if one.size < stage.shape.sizes.of(role) * _SHRUNK or one.cut:
            line = min(line, room.h / 3)  # two lines a little smaller are read more easily than one that is small
        two = room.h >= 3 * line - 2 and measure(stage, name, (room.w, 2 * line), role, 600, 2).height > line
        upper, lines = ((2 if two else 1) * line, 2 if two else 1)
        stands, lower = StandingLine.needed(stage, room, card.standing)
        lower = max(line, lower) if stands > 1 else line
        if measure(stage, name, (room.w, upper), role, 600, lines).cut:
            lines, upper = needed(stage, name, (room.w, room.h - (lower if stands > 1 else line - 4)), role, 600, 3)
        top = room.y + max(0.0, (room.h - upper - lower) / 2)
        head = Rect(room.x, top, room.w, min(upper, room.h / 2 if lines == 1 else upper))
        self.add(Words(stage, head, name, role, 600, INK, most=lines))
        foot = Rect(room.x, head.bottom, room.w, min(lower, room.h - head.h))
        self.add(StandingLine(stage, foot, card.standing))

    def _words_grown(self, room: Rect, card: ThingCard, name: str) -> None:
        """Put the name and where the thing stands, each in the lines it needs."""
        stage = self.stage
        upper = measure(stage, name, (room.w, 400), "small", 600, 4).height + 1
        lower = StandingLine.height(stage, room.w, card.standing)
        head = Rect(room.x, room.y + max(0.0, (room.h - upper - lower) / 2), room.w, min(upper, room.h))
        self.add(Words(stage, head, name, "small", 600, INK, most=4))
        foot = Rect(room.x, head.bottom, room.w, max(1.0, min(lower, room.bottom - head.bottom)))
        self.add(StandingLine(stage, foot, card.standing))


def _side(stage: Stage, height: float, width: float) -> float:
    """Return how wide the picture of a lying tile is."""
    return min(height, width * (0.28 if stage.shape.narrow else 0.36))


class Drawing(Box):
    """A drawing as large as its place allows, on a rounded ground of `tint` if there is one; without it, a parcel."""

    def __init__(self, stage: Stage, rect: Rect, name: str, tint: str = "", share: float = 0.8) -> None:
        super().__init__(stage, rect)
        if tint:
            self.fill(rect, tint, stage.shape.panel_radius)
        room = rect.inset(rect.w * (1 - share) / 2, rect.h * (1 - share) / 2)
        draw_thing(self, room, name)


class StandingLine(Box):
    """Icon and words for where a thing stands."""

    def __init__(self, stage: Stage, rect: Rect, standing: Standing, role: Role = "small") -> None:
        super().__init__(stage, rect)
        icon, colour = standing_sign(standing)
        size = 24 if stage.shape.large else 20
        self.add(Icon(stage, rect.left_part(size), icon, size, colour))
        words = standing_words(stage.tr, standing)
        most = needed(stage, words, (rect.w - size - 8, rect.h), role, 600)[0] if stage.shape.text <= 1 else _MOST
        self.add(Words(stage, rect.after(size + 8), words, role, 600, colour, most=most))

    @staticmethod
    def needed(stage: Stage, room: Rect, standing: Standing) -> tuple[int, float]:
        """Return the lines its words take in `room` at ordinary text, and their height."""
        size = 24 if stage.shape.large else 20
        return needed(stage, standing_words(stage.tr, standing), (room.w - size - 8, room.h / 2), "small", 600)

    @staticmethod
    def height(stage: Stage, width: float, standing: Standing) -> float:
        """Return the pixels it takes in as many lines as its words need."""
        return measure(stage, standing_words(stage.tr, standing), (width - 28, 400), "small", 600, _MOST).height + 1


class CategoryButton(Tile):
    """A category to choose: its icon over its name; the chosen one is filled."""

    def __init__(self, stage: Stage, rect: Rect, icon: str, text: str, act: Callable[[], None],
                 *, chosen: bool = False) -> None:  # fmt: skip
        ground, edge, pressed = (MAIN, MAIN, PRESSED_MAIN) if chosen else (CARD, OUTLINE, PRESSED)
        super().__init__(stage, rect, text, act, resting=ground, pressed=pressed, edge=edge)
        ink = ON_MAIN if chosen else INK
        size = 32 if stage.shape.large else 24
        line = 32 if stage.shape.large else 24
        room = rect.inset(6, 4)
        top = room.y + max(0.0, (room.h - size - line - 4) / 2)
        self.add(Icon(stage, Rect(room.x, top, room.w, size), icon, size, ink))
        self.add(Words(stage, Rect(room.x, top + size + 4, room.w, line), text, "small", 600, ink, "center", most=1))
