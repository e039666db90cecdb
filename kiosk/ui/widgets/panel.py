"""Grounds and small things on them: panels, discs, chips, banners."""

from __future__ import annotations

from kiosk.ui.theme import CARD, HAIRLINE, INK, MAIN, NEUTRAL, ON_MAIN, Mood, Rect, Role, Weight
from kiosk.ui.widgets.box import Box, Stage
from kiosk.ui.widgets.words import Icon, Words, measure, needed


class Panel(Box):
    """A white card with a thin edge."""

    def __init__(self, stage: Stage, rect: Rect, radius: float | None = None, ground: str = CARD,
                 edge: str = HAIRLINE) -> None:  # fmt: skip
        super().__init__(stage, rect)
        self.frame(rect, ground, edge, stage.shape.panel_radius if radius is None else radius, 1)


class Line(Box):
    """A thin line for the eye."""

    def __init__(self, stage: Stage, rect: Rect, colour: str = HAIRLINE) -> None:
        super().__init__(stage, rect)
        self.fill(rect, colour)


def draw_thing(box: Box, room: Rect, drawing: str | None, parcel: float = 0.5) -> None:
    """Draw a thing in `room` of `box`. Without a drawing, or with one this station does not have, it is a parcel in
    the middle, that takes so great a part of the lesser side.
    """
    if not box.picture(room, drawing or ""):
        box.add(Icon(box.stage, room, "package", min(room.w, room.h) * parcel, MAIN))


class ThingDisc(Box):
    """A drawing on a tinted disc."""

    def __init__(self, stage: Stage, rect: Rect, drawing: str | None, tint: str = NEUTRAL) -> None:
        super().__init__(stage, rect)
        self.disc(rect, tint)
        draw_thing(self, rect.inset(rect.w * 0.13), drawing, 0.62)


class IconDisc(Box):
    """An icon on a tinted disc."""

    def __init__(self, stage: Stage, rect: Rect, icon: str, mood: Mood) -> None:
        super().__init__(stage, rect)
        self.disc(rect, mood.tint)
        self.add(Icon(stage, rect, icon, rect.w * 0.52, mood.on))


DONE_MOOD = Mood(MAIN, ON_MAIN)


class Chip(Box):
    """An icon and a word on a round tint. Its width follows the word; `rect` gives where, how high and at most how
    wide it is, and `align` at which side of `rect` it stands. It takes `most` lines, where there is room.
    """

    def __init__(self, stage: Stage, rect: Rect, icon: str, text: str, mood: Mood, align: str = "left",
                 most: int = 1) -> None:  # fmt: skip
        size, pad = (22, 12) if stage.shape.large else (20, 10)
        room = rect.w - size - 2 * pad - 8
        fitted = measure(stage, text, (room, rect.h), "small", 600, most=most)
        width = min(rect.w, fitted.width + size + 2 * pad + 9)
        place = rect.left_part(width) if align == "left" else rect.right_part(width)
        super().__init__(stage, place)
        self.fill(place, mood.tint, rect.h / 2 if most == 1 else stage.shape.radius)
        inner = place.inset(pad, 0)
        words = inner.after(size + 6)
        self.add(
            Icon(stage, inner.left_part(size), icon, size, mood.on),
            Words(stage, words, text, "small", 600, mood.on, most=most),
        )

    @staticmethod
    def width(stage: Stage, text: str, most: float = 260) -> float:
        """Return the pixels a chip takes across, `most` at most."""
        size, pad = (22, 12) if stage.shape.large else (20, 10)
        fitted = measure(stage, text, (most - size - 2 * pad - 8, 40), "small", 600, most=1)
        return min(most, fitted.width + size + 2 * pad + 9)

    @staticmethod
    def holds(stage: Stage, rect: Rect, text: str) -> bool:
        """Return whether a chip inside `rect` shows `text` whole."""
        size, pad = (22, 12) if stage.shape.large else (20, 10)
        return measure(stage, text, (rect.w - size - 2 * pad - 8, rect.h), "small", 600, most=1).lines[-1] == text


_KEPT = 0.9
"""So much of their size the words of a banner keep on one line; else they take a second."""

_LARGER_LINES = 6
"""Lines a banner may have of each of its words, with larger text: more than the longest takes."""


class SpotBanner(Box):
    """The one place for the next physical step: an icon, what to do, and a word more. `words` is the part of `rect`
    they stand in, if not all of it.
    """

    def __init__(self, stage: Stage, rect: Rect, icon: str, title: str, text: str, mood: Mood,
                 words: Rect | None = None) -> None:  # fmt: skip
        super().__init__(stage, rect)
        shape = stage.shape
        self.fill(rect, mood.tint, shape.radius)
        size, pad = (40, 20) if shape.large else (32, 14)
        inner = (words or rect).inset(pad, 8 if shape.large else 6)
        self.add(Icon(stage, inner.left_part(size), icon, size, mood.on))
        room = inner.after(size + pad)
        lines = more = _LARGER_LINES if shape.text > 1 else 1
        upper: float = round(room.h * (0.53 if text else 1))
        if text and lines > 1:
            upper = measure(stage, title, (room.w, room.h), "body", 600, lines).height + 1
        elif shape.text <= 1:
            lines, high = _needed(stage, title, room.w, "body", 600)
            more = _needed(stage, text, room.w, "small")[0] if text else 1
            upper = high if text and (lines > 1 or more > 1) else upper
        self.add(Words(stage, room.top_part(upper), title, "body", 600, INK, most=lines))
        self.second: Words | None = None
        if text:
            self.second = Words(stage, room.below(upper), text, "small", 400, INK, most=more)
            self.add(self.second)

    @staticmethod
    def height(stage: Stage, usual: float, width: float, title: str, text: str) -> float:
        """Return the pixels a banner so wide takes: the usual ones, or what its words need: with larger text, and
        where a line would be cut.
        """
        if stage.shape.text <= 1:
            side, air = (100, 18) if stage.shape.large else (60, 14)
            head, upper = _needed(stage, title, width - side, "body", 600)
            foot, lower = _needed(stage, text, width - side, "small") if text else (1, 0.0)
            return usual if head == foot == 1 else max(usual, upper + lower + air)
        room = width - 32 - 3 * 14
        words = measure(stage, title, (room, 400), "body", 600, _LARGER_LINES).height
        more = measure(stage, text, (room, 400), "small", 400, _LARGER_LINES).height if text else 0
        return max(usual, words + more + 14)


def _needed(stage: Stage, text: str, width: float, role: Role, weight: Weight = 400) -> tuple[int, float]:
    """Return how many lines ordinary words of a banner take, and how high: on a large window they break into two
    before they get much smaller; on a small one the room is wanted by what is touched.
    """
    return needed(stage, text, (width, 400), role, weight, share=_KEPT if stage.shape.large else 0.0)


class Note(Box):
    """A few words on a tint, with an icon: something to know, and nothing to do."""

    def __init__(self, stage: Stage, rect: Rect, icon: str, text: str, mood: Mood) -> None:
        super().__init__(stage, rect)
        shape = stage.shape
        self.fill(rect, mood.tint, shape.radius)
        size, pad = (32, 20) if shape.large else (26, 14)
        inner = rect.inset(pad, 4)
        self.add(Icon(stage, inner.left_part(size), icon, size, mood.on))
        self.add(Words(stage, inner.after(size + pad * 0.8), text, "small", 400, INK, most=2))
