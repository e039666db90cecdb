"""How something is, in a row: its name, a fact, and a word on a tint."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from kiosk.ui.theme import ATTENTION_MOOD, GOOD_MOOD, INK, SOFT, STOP_MOOD, Mood, Rect
from kiosk.ui.widgets.box import Box, Stage
from kiosk.ui.widgets.panel import Chip
from kiosk.ui.widgets.words import Words, measure

_MOODS = {GOOD_MOOD: "circle-check", ATTENTION_MOOD: "triangle-alert", STOP_MOOD: "octagon-x"}
_WORST_FIRST = (STOP_MOOD, ATTENTION_MOOD, GOOD_MOOD)


@dataclass(frozen=True, slots=True)
class State:
    """A name, a fact, and a word on a tint that says how it is. Where the fact has no room, the first of `brief` that
    has stands there.
    """

    name: str
    word: str
    mood: Mood = GOOD_MOOD
    fact: str = ""
    brief: tuple[str, ...] = ()


def worst_first(states: Sequence[State]) -> list[State]:
    """Return the states with what does not work at the top, then what to look at; else in their order."""
    return sorted(states, key=lambda state: _WORST_FIRST.index(state.mood))


class StateRow(Box):
    """Name, fact, word; with larger text in two lines, the name above."""

    TALL = 64
    """Pixels a row takes with larger text."""

    def __init__(self, stage: Stage, rect: Rect, state: State) -> None:
        super().__init__(stage, rect)
        large = stage.shape.large
        if stage.shape.text > 1:
            self._in_two(state)
            return
        room = rect
        if state.word:
            height = min(36 if large else 30, rect.h)
            place = rect.right_part(rect.w * 0.56)
            if not Chip.holds(stage, place, state.word):
                place = rect.right_part(rect.w * 0.62)
            place = Rect(place.x, rect.y + (rect.h - height) / 2, place.w, height)
            chip = Chip(stage, place, _MOODS[state.mood], state.word, state.mood, align="right")
            self.add(chip)
            room = rect.before(chip.rect.w + 12)
        lines = 2 if self._is_cut(state.name, room) else 1
        name = min(room.w, measure(stage, state.name, (room.w, rect.h), "small", 400, lines).width + 2)
        self.add(Words(stage, room.left_part(name), state.name, "small", 400, INK, most=lines))
        self._fact(state, room.after(name + 12), "right")

    def _in_two(self, state: State) -> None:
        stage, rect = self.stage, self.rect
        upper = rect.top_part(rect.h * 0.46)
        self.add(Words(stage, upper, state.name, "small", 400, INK, most=1))
        rest = rect.below(upper.h)
        if state.word:
            place = Rect(rest.x, rest.y + (rest.h - 30) / 2, rest.w, 30)
            chip = Chip(stage, place, _MOODS[state.mood], state.word, state.mood)
            self.add(chip)
            rest = rest.after(chip.rect.w + 12)
        self._fact(state, rest, "right" if state.word else "left")

    def _fact(self, state: State, room: Rect, align: str) -> None:
        """Put the first fact that fits into `room`; if none does and no word says more, the first in two lines."""
        facts = [fact for fact in (state.fact, *state.brief) if fact] if room.w > 0 else []
        fits = [fact for fact in facts if not self._is_cut(fact, room)]
        if fits or (facts and not state.word):
            self.add(Words(self.stage, room, (fits or facts)[0], "small", 400, SOFT, align, most=1 if fits else 2))

    def _is_cut(self, fact: str, room: Rect) -> bool:
        return measure(self.stage, fact, (room.w, room.h), "small", 400, 1).cut
