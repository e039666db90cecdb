"""The screens that say one thing: a disc, a title, a few words, perhaps a panel and a banner."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from kiosk.desk.views import ThingFace, View
from kiosk.ui.screens.screen import Choice, Disc, Screen, Text
from kiosk.ui.theme import GOOD_MOOD, INK, SOFT, Mood, Rect, Role
from kiosk.ui.widgets.panel import IconDisc, Line, Panel, SpotBanner, ThingDisc
from kiosk.ui.widgets.words import Icon, Words, measure, needed

V = TypeVar("V", bound=View)

_LEAST_SCENE = 72
"""With larger text, a picture smaller than this tells nothing beside the words."""
_ROOMY = 32
"""Pixels a fact takes more where there is room."""
_FILLED = 0.75
"""A panel that would show less than so much of its height is only as high as what it says."""


@dataclass(frozen=True, slots=True)
class Banner:
    """What a banner says."""

    icon: str
    title: str
    text: str = ""
    mood: Mood = GOOD_MOOD


@dataclass(frozen=True, slots=True)
class Fact:
    """A line of a side panel: an icon, what it says, a word more. `disc` puts the icon on a disc, `face` a thing's
    drawing in its place; `large` is for a telephone number.
    """

    icon: str
    title: str
    text: str = ""
    disc: Mood | None = None
    large: bool = False
    face: ThingFace | None = None


class HeroScreen(Screen[V]):
    """One thing said at large."""

    banner: SpotBanner | None = None

    def hero(self, disc: Disc | None, title: str, text: str, *, banner: Banner | None = None, panel_title: str = "",
             facts: Sequence[Fact] = (), choices: Sequence[Choice] = (), title_role: Role = "title",
             scene: Disc | None = None) -> None:  # fmt: skip
        """Put everything in its place; the first of `choices` is the main button.

        `scene` is a large picture beside the words (above them in portrait), where there are no `facts`.
        """
        shape = self.shape
        room = shape.content(max(0, len(choices) - 1)) if choices else shape.whole
        if facts and shape.wide:
            room = self._aside(room, panel_title, facts, banner)
        elif facts:
            high = self._facts_height(facts, room.w)
            self._put_facts(room.bottom_part(high), panel_title, facts)
            room = room.above(high + (24 if shape.large else 12))
        if banner is not None and self.banner is None:
            room = self._banner(room, banner)
        said = [Text(title, title_role, 600, INK)]
        if text:
            said.append(Text(text, "body", 400, INK, 16 if shape.large else 8))
        if scene is not None and not facts:
            room = self._scene(room, scene, said)
        if not shape.large:
            disc = disc and Disc(min(disc.size * 0.6, 84), disc.thing, disc.icon, disc.mood)
        gap = 32 if shape.large else 14
        items: list[Text | Disc] = list(said)
        if disc is not None:
            items[:1] = [disc, replace(said[0], gap=gap)]
        self.stack(room, items, "middle" if shape.wide or scene is None or facts else "top")
        if choices:
            self.buttons(choices[0], *choices[1:])

    def _spare(self, room: Rect, said: Sequence[Text]) -> float:
        """Return the pixels of `room` that larger words leave to a picture: on a canvas higher than the window none
        is shown that only decorates.
        """
        return 0.0 if self.shape.higher else room.h - sum(self.height_of(item, room) for item in said)

    def _scene(self, room: Rect, scene: Disc, said: Sequence[Text]) -> Rect:
        """Show `scene` and return the room left for the words that are `said`."""
        shape = self.shape
        if shape.text > 1:
            return self._scene_beside_larger(room, scene, said)
        if shape.wide:
            place, rest = room.right_part(shape.column), room.before(shape.column + 2 * shape.gutter)
            size = min(place.w, place.h, scene.size)
        else:
            size = min(room.w, room.h * 0.55, scene.size * (1.0 if shape.large else 0.75))
            place, rest = (
                room.top_part(size + (48 if shape.large else 16)),
                room.below(size + (72 if shape.large else 32)),
            )
        middle = Rect(place.x + (place.w - size) / 2, place.y + (place.h - size) / 2, size, size)
        self.add(scene.box(self.stage, middle))
        return rest

    def _scene_beside_larger(self, room: Rect, scene: Disc, said: Sequence[Text]) -> Rect:
        """Show `scene` as large as larger words leave room for, beside them or above; where that is little, not."""
        shape = self.shape
        if shape.wide:
            side = min(scene.size, room.h, room.w * 0.3)
            rest = room.before(side + 2 * shape.gutter)
            if side < _LEAST_SCENE or self._spare(rest, said) <= 0:
                return room
            middle = Rect(room.right - side, room.y + (room.h - side) / 2, side, side)
        else:
            side = min(scene.size, room.w * 0.6, self._spare(room, said) - 2 * shape.gutter)
            if side < _LEAST_SCENE:
                return room
            middle = Rect(room.x + (room.w - side) / 2, room.y, side, side)
            rest = room.below(side + 2 * shape.gutter)
        self.add(scene.box(self.stage, middle))
        return rest

    def _banner(self, room: Rect, banner: Banner) -> Rect:
        """Put the banner at the foot of `room` and return what is left above."""
        usual = 88 if self.shape.large else 64
        height = SpotBanner.height(self.stage, usual, room.w, banner.title, banner.text)
        place = room.bottom_part(height)
        self.banner = SpotBanner(self.stage, place, banner.icon, banner.title, banner.text, banner.mood)
        self.add(self.banner)
        return room.above(height + (24 if self.shape.large else 12))

    def _aside(self, room: Rect, title: str, facts: Sequence[Fact], banner: Banner | None) -> Rect:
        """Put the panel beside the words and return the room they have. On a small window the banner stands under the
        panel where that has room to spare: the words have little.
        """
        shape = self.shape
        place, words = room.right_part(shape.column), room.before(shape.column + shape.gutter)
        high = self._facts_height(facts, place.w)
        if banner is not None:
            usual = SpotBanner.height(self.stage, 64, place.w, banner.title, banner.text) + 12
            if not shape.large and high <= place.h - usual:
                place = self._banner(place, banner)
            else:
                words = self._banner(words, banner)
        roomy = high + len(facts) * _ROOMY if shape.text <= 1 else high
        if roomy < place.h * _FILLED:
            beside = words if shape.large else place  # in the middle of the words, or above the banner
            place = Rect(place.x, beside.y + (beside.h - high) / 2, place.w, high)
        self._put_facts(place, title, facts)
        return words

    def _facts_height(self, facts: Sequence[Fact], width: float) -> float:
        """Return the pixels a panel so wide takes that has no room to spare."""
        shape = self.shape
        row: float = 100 if shape.large else 68
        if shape.text > 1:
            row = self._fact_height(row, facts, width - 2 * shape.pad)
        return len(facts) * row + (72 if shape.large else 52 if shape.text <= 1 else 64)

    def _put_facts(self, place: Rect, title: str, facts: Sequence[Fact]) -> None:
        shape = self.shape
        self.add(Panel(self.stage, place))
        inner = place.inset(shape.pad)
        head = 52 if shape.large else 36 if shape.text <= 1 else 40
        self.add(Words(self.stage, inner.top_part(head - 8), title, "body", 600, INK, most=1))
        rows = inner.below(head)
        most = 132 if shape.large else 84 if shape.text <= 1 else rows.h
        height = min(most, rows.h / len(facts))
        for at, fact in enumerate(facts):
            self._fact(Rect(rows.x, rows.y + at * height, rows.w, height), fact, first=at == 0)

    def _fact_height(self, usual: float, facts: Sequence[Fact], width: float) -> float:
        """Return the pixels each of `facts` takes with larger text: what the longest words need."""
        room = (width - 60, 400.0)
        needs = [
            measure(self.stage, fact.title, room, "title" if fact.large else "body", 600, 2).height
            + (measure(self.stage, fact.text, room, "small", 400, 2).height if fact.text else 0)
            for fact in facts
        ]
        return max(usual, max(needs) * 1.1 + 8)

    def _fact(self, rect: Rect, fact: Fact, *, first: bool) -> None:
        shape, stage = self.shape, self.stage
        if fact.disc is None and not first:
            self.add(Line(stage, rect.top_part(1)))
        size = (64 if shape.large else 44) if fact.disc is not None else (32 if shape.large else 26)
        middle = Rect(rect.x, rect.y + (rect.h - size) / 2, size, size)
        if fact.face is not None:
            self.add(ThingDisc(stage, middle, fact.face.drawing, fact.face.tint))
        elif fact.disc is not None:
            self.add(IconDisc(stage, middle, fact.icon, fact.disc))
        else:
            self.add(Icon(stage, middle, fact.icon, size, INK))
        words = rect.after(size + 16)
        role: Role = "title" if fact.large else "body"
        lines = 1 if fact.large and shape.text <= 1 else 2
        upper = measure(stage, fact.title, (words.w, rect.h * 0.72), role, 600, lines).height + 1
        lower, most = 0.0, 2
        if fact.text and shape.text <= 1:
            most, lower = needed(stage, fact.text, (words.w, rect.h - upper), "small")
        elif fact.text:
            lower = measure(stage, fact.text, (words.w, rect.h), "small", 400, most).height + 1
        top = rect.y + max(0, (rect.h - upper - lower) / 2)
        weight: int = 600 if fact.large or fact.disc is not None else 400
        self.add(Words(stage, Rect(words.x, top, words.w, upper), fact.title, role, weight, INK, most=lines))  # type: ignore[arg-type]
        if fact.text:
            self.add(
                Words(
                    stage,
                    Rect(words.x, top + upper, words.w, lower),
                    fact.text,
                    "small",
                    400,
                    SOFT,
                    most=most,
                )
            )
