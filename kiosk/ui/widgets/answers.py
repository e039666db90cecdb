"""Big answers to a question: an icon, what it says, and what happens then."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from kiosk.ui.theme import INK, SOFT, Mood, Rect, Role, Weight
from kiosk.ui.widgets.box import Box, Stage
from kiosk.ui.widgets.panel import IconDisc
from kiosk.ui.widgets.touchable import Tile
from kiosk.ui.widgets.words import Words, measure, needed

_LEAST_DISC = 24
"""An icon smaller than this is left out."""
_KEPT = 0.9
"""Words beside an icon keep so much of their size on one line; else they take a second."""
_SQUEEZED = 0.94
"""Four lines may lose so much of their height before one of them goes: they have air of their own."""
_HIGHEST, _AIR = 112, 6.0
"""In one column of larger text: the height of an answer at most, and the air over and under its words: lines have
their own. Two answers of one line each are a page of the smallest window.
"""
_DISC, _BEFORE, _AFTER, _LINES = 44.0, 70.0, 10.0, 4
"""In one column of larger text: the icon's disc, the room before and behind the words, and their most lines."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a tile shows, and what a touch on it does."""

    icon: str
    mood: Mood
    title: str
    text: str
    act: Callable[[], None]


def lies(stage: Stage) -> bool:
    """Return whether answers stand in one column of larger text, each as high as its words."""
    return stage.shape.text > 1 and not stage.shape.wide


def add_column(screen: Box, room: Rect, answers: Sequence[Answer], gap: float) -> bool:
    """Put `answers` under each other at the top of `room`, each as high as its words, and higher where nothing has to
    be paged for it; return whether all had room.
    """
    highs = [AnswerTile.height(screen.stage, room.w, one.title, one.text) for one in answers]
    spare = room.h - sum(highs) - gap * (len(answers) - 1)
    if spare > 0 and not screen.stage.shape.higher:
        highs = [max(high, min(_HIGHEST, high + spare / len(answers))) for high in highs]
    y = room.y
    for one, high in zip(answers, highs, strict=True):
        place = Rect(room.x, y, room.w, high)
        screen.add(AnswerTile(screen.stage, place, one.icon, one.mood, one.title, one.text, one.act))
        y += high + gap
    return spare > -1


class AnswerTile(Tile):
    """A big answer: icon, what it says, what happens then. High ones stand upright, low ones lie."""

    def __init__(self, stage: Stage, rect: Rect, icon: str, mood: Mood, title: str, text: str,
                 act: Callable[[], None]) -> None:  # fmt: skip
        super().__init__(stage, rect, title, act)
        if lies(stage):
            self._lie(icon, mood, title, text)
            return
        large, lines, above = stage.shape.large, 1, 1
        body, small = (46, 38) if large else (34, 28)
        if rect.w < rect.h * 2:
            disc = min(112 if large else 72, rect.h - body - small - 40)
            top = rect.y + (rect.h - disc - body - small - (20 if large else 12)) / 2
            words = Rect(rect.x + 12, top + disc + (20 if large else 12), rect.w - 24, body + small)
            place = Rect(rect.x + (rect.w - disc) / 2, top, disc, disc)
            align = "center"
            lines, below = (
                (1, small) if stage.shape.text > 1 else needed(stage, text, (rect.w - 24, 400), "small", most=4)
            )
            if lines > 1:  # the picture makes way
                disc -= below - small
                top = rect.y + (rect.h - disc - body - below - (20 if large else 12)) / 2
                place = Rect(rect.x + (rect.w - disc) / 2, top, disc, disc)
                words = Rect(rect.x + 12, top + disc + (20 if large else 12), rect.w - 24, body + below)
                small = round(below)
            if disc < _LEAST_DISC:
                words = Rect(words.x, rect.y + (rect.h - body - small) / 2, words.w, words.h)
        else:
            narrow = rect.w < 300  # noqa: PLR2004  # a third of the smallest wide window
            disc = min(80 if large else 44 if narrow else 56, rect.h - 24)
            pad = min(14.0, (rect.h - disc) / 2) if narrow else (rect.h - disc) / 2
            place = Rect(rect.x + pad, rect.y + (rect.h - disc) / 2, disc, disc)
            gap = 12 if narrow else 20
            wide = rect.right - place.right - gap - 10
            above, body, lines, small = _lines_beside(stage, (wide, rect.h - 4), title, text, (body, small))
            words = Rect(place.right + gap, rect.y + (rect.h - body - small) / 2, wide, body + small)
            align = "left"
        if disc >= _LEAST_DISC:
            self.add(IconDisc(stage, place, icon, mood))
        self.add(Words(stage, words.top_part(body), title, "body", 600, INK, align, most=above))
        self.add(Words(stage, words.below(body), text, "small", 400, SOFT, align, "top" if lines > 1 else "middle",
                       most=lines))  # fmt: skip

    @staticmethod
    def height(stage: Stage, width: float, title: str, text: str) -> float:
        """Return the pixels an answer so wide takes in one column of larger text."""
        return max(stage.shape.touch, _DISC + _AIR, sum(_heights(stage, width, title, text)) + _AIR)

    def _lie(self, icon: str, mood: Mood, title: str, text: str) -> None:
        """Lie, with larger words over each other beside the icon."""
        rect, stage = self.rect, self.stage
        upper, lower = _heights(stage, rect.w, title, text)
        words = rect.after(_BEFORE).before(_AFTER)
        words = Rect(words.x, rect.y + (rect.h - upper - lower) / 2, words.w, upper + lower)
        disc = Rect(rect.x + 12, rect.y + (rect.h - _DISC) / 2, _DISC, _DISC)
        self.add(IconDisc(stage, disc, icon, mood))
        self.add(Words(stage, words.top_part(upper), title, "body", 600, INK, most=_LINES))
        self.add(Words(stage, words.below(upper), text, "small", 400, SOFT, most=_LINES))


def _heights(stage: Stage, width: float, title: str, text: str) -> tuple[float, float]:
    room = (width - _BEFORE - _AFTER, 1000.0)
    upper = measure(stage, title, room, "body", 600, _LINES).height + 1
    return upper, measure(stage, text, room, "small", 400, _LINES).height + 1


def _lines_beside(
    stage: Stage, room: tuple[float, float], title: str, text: str, usual: tuple[int, int]
) -> tuple[int, int, int, int]:
    """Return how many lines title and text take beside an icon, each with its height: two where one is small and
    there is room for them, and both a little less high rather than over the edge.
    """
    width, high = room
    above, body = _needed(stage, title, width, usual[0], "body")
    lines, small = _needed(stage, text, width, usual[1], "small")
    if body + small > high / _SQUEEZED:
        above, body = 1, usual[0]
    if body + small > high / _SQUEEZED:
        lines = 2 if measure(stage, text, (width, usual[1]), "small", 400, 1).cut else 1
        small = usual[1] * lines
    share = min(1.0, high / (body + small))
    return above, round(body * share), lines, round(small * share)


def _needed(stage: Stage, text: str, width: float, usual: int, role: Role) -> tuple[int, int]:
    """Return how many lines `text` takes beside an icon, and how high: two rather than that it gets small."""
    weight: Weight = 600 if role == "body" else 400
    lines, high = needed(stage, text, (width, 400), role, weight, share=_KEPT)
    return lines, max(usual, round(high)) if lines > 1 else usual
