"""What all screens share: how words are stacked, where the buttons go, how a newer view is taken."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Generic, TypeVar

from kiosk.desk.views import Status, ThingFace, View, VisitLine
from kiosk.ui.theme import FOLDED_FROM, INK, NEUTRAL_MOOD, SOFT, Mood, Rect, Role, Weight
from kiosk.ui.tr import Translator
from kiosk.ui.widgets.box import Box, Stage
from kiosk.ui.widgets.buttons import Button, main_button, role_of_second, second_button
from kiosk.ui.widgets.panel import IconDisc, ThingDisc
from kiosk.ui.widgets.sheet import Sheet
from kiosk.ui.widgets.visit import VisitPanel, VisitStrip, so_far, visit_chip
from kiosk.ui.widgets.words import Words, measure
from lending.visit import StillHere, Touch, UndoNewest

V = TypeVar("V", bound=View)

_TALL = 200
_OF_MIDDLE = 8
"""Pixels between the middle of the window and what stands above or below it in reach mode."""
"""With larger text, words on a place higher than this begin at its top: its middle may be on the next page."""
_NEARLY = 0.001
"""Two thirds of three pages are two pages, whatever fractions say."""
_SMALLER = (1.0, 0.94, 0.88, 0.82, 0.76)


@dataclass(frozen=True, slots=True)
class Text:
    """Words in a stack, with the room left free above them."""

    text: str
    role: Role = "body"
    weight: Weight = 400
    colour: str = INK
    gap: float = 0


@dataclass(frozen=True, slots=True)
class Disc:
    """A round picture in a stack: a thing, or an icon with its mood."""

    size: float
    thing: ThingFace | None = None
    icon: str = "package"
    mood: Mood = NEUTRAL_MOOD

    def box(self, stage: Stage, rect: Rect) -> Box:
        """Return the disc at `rect`."""
        if self.thing is not None:
            return ThingDisc(stage, rect, self.thing.drawing, self.thing.tint)
        return IconDisc(stage, rect, self.icon, self.mood)


@dataclass(frozen=True, slots=True)
class Choice:
    """A button and what it sends."""

    icon: str
    text: str
    touch: Touch
    icon_last: bool = False


@dataclass(frozen=True, slots=True)
class LeftAt:
    """Where somebody was on a screen of a kind: its memory, and which part of its pages was read already. A repr
    hides the memory: it can be what was typed.
    """

    kind: type
    memory: object = field(repr=False)
    read: float = 0.0


class Screen(Sheet, ABC, Generic[V]):
    """Shows one view. Made anew for the next view, unless `update` takes it.

    `dropped` counts what `build` left out because there was no room for it.
    """

    def __init__(self, stage: Stage, view: V) -> None:
        super().__init__(stage)
        self.view = view
        self.shape = stage.shape
        self.tr = stage.tr
        self.dropped = 0
        self.build()
        self.settle()

    @abstractmethod
    def build(self) -> None:
        """Put everything in its place."""

    def update(self, view: V) -> bool:  # noqa: ARG002
        """Take a newer view of the same thing in place and return True; False if the screen must be made anew."""
        return False

    def tell(self) -> None:
        """Show what changes with time alone; called a few times a second."""

    def memory(self) -> object:
        """Return what the person did here that the view does not tell (digits typed, the page), for `remember`."""
        return None

    def remember(self, memory: object) -> None:
        """Go on where a screen of the same view was, after the language, a reading aid or the window changed."""

    def left_at(self) -> LeftAt:
        """Return where the person is on this screen, for `resume` of the one that takes its place."""
        return LeftAt(type(self), self.memory(), self.sheet_page / self.sheet_pages)

    def resume(self, left_at: LeftAt) -> None:
        """Go on where the person was, if that was on a screen of this kind."""
        if left_at.kind is not type(self):
            return
        if left_at.memory is not None:
            self.remember(left_at.memory)
        super().turn_sheet(int(left_at.read * self.sheet_pages + _NEARLY))

    def turn_sheet(self, pages: int) -> None:
        """Go on by so many pages, or back; whoever does is there."""
        super().turn_sheet(pages)
        if self.view.countdown is not None:
            self.stage.submit(StillHere())

    def reads(self, status: Status) -> tuple[object, ...]:
        """Return what of the station's state this kind of screen speaks of; with another, it is made anew."""
        return (status.offline, status.reader_up, status.scanner_up, status.lends_nothing)

    # --- Parts of many screens

    def send(self, touch: Touch) -> Callable[[], None]:
        """Return an act that sends `touch`."""
        return lambda: self.stage.submit(touch)

    def buttons(self, main: Choice, *others: Choice) -> None:
        """Put the main button in its place and the others beside it: all with their icons, or where one of them
        would break its words in two for its icon, all without.
        """
        self.add(main_button(self.stage, main.icon, main.text, self.send(main.touch), icon_last=main.icon_last))
        row = list(zip(self.shape.others(len(others)), others, strict=True))
        folds = any(
            Button.folds(self.stage, at, one.text, role_of_second(self.stage, at)) for at, one in row if one.icon
        )
        for rect, choice in row:
            icon = "" if folds else choice.icon
            self.add(second_button(self.stage, rect, icon, choice.text, self.send(choice.touch)))

    def stack(self, rect: Rect, items: Sequence[Text | Disc], valign: str = "middle", align: str = "left") -> float:
        """Put `items` under each other inside `rect`, all a little smaller if they do not fit; return their end."""
        items = self._words_first(items, rect)
        heights: list[float] = []
        factor = _SMALLER[0]
        for factor in _SMALLER:
            heights = [self.height_of(item, rect, factor) for item in items]
            if sum(heights) <= rect.h:
                break
        else:
            heights = self._squeezed(items, heights, rect.h, factor)
        if self.shape.text > 1 and valign == "middle" and rect.h > _TALL:
            valign = "top"
        spare = rect.h - sum(heights)
        y = rect.y + {"top": 0.0, "middle": spare / 2, "bottom": spare}[valign]
        y = max(rect.y, y)
        for item, height in zip(items, heights, strict=True):
            if height < 1:
                continue
            self._put(item, Rect(rect.x, y, rect.w, min(height, rect.bottom - y)), factor, align)
            y += height
        return y

    def _words_first(self, items: Sequence[Text | Disc], rect: Rect) -> Sequence[Text | Disc]:
        """Return `items` without pictures where with larger text they would cost the words a page, or their size."""
        if self.shape.text <= 1:
            return items
        if not self.shape.higher and sum(self.height_of(item, rect) for item in items) <= rect.h:
            return items
        first, *others = [item for item in items if isinstance(item, Text)]
        return [replace(first, gap=0), *others]

    def _squeezed(
        self, items: Sequence[Text | Disc], heights: list[float], room: float, factor: float
    ) -> list[float]:
        """Return heights that fit `room`: the longest texts lose lines, then a picture goes."""
        squeezed = list(heights)
        for at in sorted(range(len(items)), key=lambda at: -squeezed[at]):
            item = items[at]
            least = 0.0
            if isinstance(item, Text):
                least = item.gap * factor + self.shape.sizes.of(item.role) * factor * 1.4
            excess = sum(squeezed) - room
            squeezed[at] = max(min(least, squeezed[at]), squeezed[at] - max(0.0, excess))
        return squeezed

    def height_of(self, item: Text | Disc, rect: Rect, factor: float = 1.0) -> float:
        """Return the pixels `item` takes in a stack as wide as `rect`."""
        if isinstance(item, Disc):
            return item.size * factor
        fitted = measure(self.stage, item.text, (rect.w, rect.h), item.role, item.weight, 0, factor)
        return item.gap * factor + fitted.height + 1

    def _put(self, item: Text | Disc, rect: Rect, factor: float, align: str) -> None:
        if isinstance(item, Disc):
            size = min(item.size * factor, rect.h)
            x = rect.x if align == "left" else rect.x + (rect.w - size) / 2
            self.add(item.box(self.stage, Rect(x, rect.y, size, size)))
            return
        words = rect.below(item.gap * factor)
        self.add(Words(self.stage, words, item.text, item.role, item.weight, item.colour, align, "top",
                       factor=factor))  # fmt: skip

    def head_height(self, usual: float, room: Rect, disc: Disc | None, title: str, text: str = "") -> float:
        """Return the pixels a header takes: the usual ones, and with larger text what its words need."""
        return usual if self.shape.text <= 1 else self._needed_head(usual, room, disc, title, text)

    def _needed_head(self, usual: float, room: Rect, disc: Disc | None, title: str, text: str) -> float:
        rect = Rect(0, 0, room.w, 1000)
        if disc is not None and self._fits_beside(disc, rect, title):
            rect = rect.before(min(disc.size, usual) + (24 if self.shape.large else 14))
        lines = [Text(title, "title", 600), *([Text(text, "small", 400, SOFT, 2)] if text else [])]
        return max(usual, sum(self.height_of(line, rect, 1.0) for line in lines) + 4)

    def _fits_beside(self, disc: Disc, rect: Rect, title: str) -> bool:
        """Return whether the title keeps its size beside a picture and, with larger text, takes no line more."""
        if self.shape.text <= 1:
            return True
        room = rect.w - min(disc.size, 64) - (24 if self.shape.large else 14)
        beside = measure(self.stage, title, (room, 1000), "title", 600)
        alone = measure(self.stage, title, (rect.w, 1000), "title", 600)
        return beside.size >= self.shape.sizes.title * _SMALLER[1] and len(beside.lines) <= len(alone.lines)

    def header(self, rect: Rect, disc: Disc | None, title: str, text: str) -> None:
        """Put a disc, the title and a line under it into `rect`."""
        left_out = self._leaves_out(rect, disc, title, text)
        place, rect = self._beside_disc(rect, disc, title)
        if disc is not None and place is not None:
            self.add(disc.box(self.stage, place))
        head, line = Text(title, "title", 600), Text(text, "small", 400, SOFT, 2)
        self.dropped += left_out
        self.stack(rect, [head, line] if text and not left_out else [head])

    def _beside_disc(self, rect: Rect, disc: Disc | None, title: str) -> tuple[Rect | None, Rect]:
        """Return the place of a header's disc, if it has one, and that of its words."""
        if disc is None or not self._fits_beside(disc, rect, title):
            return None, rect
        size = min(disc.size, rect.h, disc.size if self.shape.text <= 1 else 64)
        place = Rect(rect.x, rect.y + (rect.h - size) / 2, size, size)
        return place, rect.after(size + (24 if self.shape.large else 14))

    def _leaves_out(self, rect: Rect, disc: Disc | None, title: str, text: str) -> bool:
        """Return whether a header in `rect` has no room for the line under its title, also a little smaller."""
        _, rect = self._beside_disc(rect, disc, title)
        said = (Text(title, "title", 600), Text(text, "small", 400, SOFT, 2))
        return bool(text) and sum(self.height_of(item, rect, _SMALLER[-2]) for item in said) > rect.h

    def headed(self, room: Rect, usual: float, gap: float, disc: Disc | None, title: str, text: str = "") -> Rect:
        """Put a header of the `usual` height, or of what it needs, at the top of `room`; return what is left under a
        `gap`.
        """
        head = self.head_height(usual, room, disc, title, text)
        if not self.shape.wide and self._leaves_out(room.top_part(head), disc, title, text):
            head = max(head, self._needed_head(usual, room, disc, title, text))  # a high window has the room
        self.header(room.top_part(head), disc, title, text)
        return room.below(head + gap)

    def titled(self, room: Rect, usual: float, gap: float, title: str, hint: str = "") -> Rect:
        """Put a title, and a `hint` under it, at the top of `room` as `headed` does; return what is left."""
        head = round(self.head_height(usual, room, None, title, hint))
        under = [Text(hint, "small", 400, SOFT, 4)] if hint else []
        self.stack(room.top_part(head), [Text(title, "title", 600), *under])
        return room.below(head + gap)

    def within_reach(self, room: Rect, least: float) -> Rect:
        """Return the part of `room` below the middle in reach mode, if that is at least so high; else all of it, and
        what does not fit is paged.
        """
        low = room.below(max(0.0, self._middle + _OF_MIDDLE - room.y))
        paged = self.shape.text > 1 or self.shape.higher
        return low if self.shape.reach and not paged and low.h >= least else room

    def above_reach(self, room: Rect, least: float) -> Rect:
        """Return the part of `room` above the middle in reach mode, where what is only read need not be paged."""
        high = room.top_part(min(room.h, self._middle - _OF_MIDDLE - room.y))
        return high if self.shape.reach and self.shape.text <= 1 and high.h >= least else room

    @property
    def _middle(self) -> float:
        return self.shape.depth / 2 / self.shape.zoom

    def with_visit(self, others: int = 0) -> Rect:
        """Show what this visit has done so far and return the room left for the present step."""
        shape = self.shape
        content = shape.content(others)
        if shape.wide and shape.large and shape.text < FOLDED_FROM:
            undo = self.send(UndoNewest())
            self.add(VisitPanel(self.stage, self.visit_lines(), undo, can_borrow=self.can_borrow()))
            return content.after(shape.column + shape.gutter)
        return content

    def can_borrow(self) -> bool:
        """Return whether a card is here that may borrow, and anything is lent now."""
        return self.view.has_card and not self.view.status.lends_nothing

    def visit_lines(self) -> tuple[VisitLine, ...]:
        """Return the lines of the panel."""
        return self.view.lines

    def strip_below(self, room: Rect, *, above: bool = False) -> Rect:
        """Show at the bottom of `room`, or `above` in it, the newest thing done, on tall windows; return the room
        left.
        """
        done = [line for line in self.view.lines if line.state is not None]
        if self.shape.wide or not done:
            return room
        height = VisitStrip.height(self.stage, room.w, done[-1])
        place, rest = aside(room, height, 24 if self.shape.large else 8, above=above)
        self.add(VisitStrip(self.stage, place, done[-1]))
        return rest

    def chip_so_far(self, rect: Rect, *, but_newest: bool = False) -> Rect:
        """Show at the right of `rect` how much this visit has done, where no panel does; return the room left.

        `but_newest` leaves out what the screen itself is about.
        """
        text = so_far(self.tr, self.view.lines[:-1] if but_newest else self.view.lines)
        if not text or not self.shape.wide or self.shape.large:
            return rect
        chip = visit_chip(self.stage, Rect(rect.right - 260, rect.y + (rect.h - 32) / 2, 260, 32), text)
        self.add(chip)
        return rect.before(chip.rect.w + 16)

    def undo_choice(self) -> tuple[Choice, ...]:
        """Return the button that takes the newest loan back, where no panel offers it."""
        lines = self.view.lines
        if not lines or not lines[-1].can_undo:
            return ()
        return (Choice("undo-2", self.tr("visit.undo_newest"), UndoNewest()),)

    def telephone(self) -> str:
        """Return the library's telephone number; of larger text no line ends inside it."""
        return self.view.phone if self.shape.text <= 1 else self.view.phone.replace(" ", "\u00a0")

    def closing(self) -> str:
        """Return in how many whole seconds the screen closes by itself, in words."""
        countdown = self.view.countdown
        left = 0 if countdown is None else max(0, -(-(countdown.ends_up_ms - self.stage.clock()) // 1000))
        return self.tr("closes", n=left)


def aside(room: Rect, height: float, gap: float, *, above: bool) -> tuple[Rect, Rect]:
    """Return a place so high at the bottom of `room`, or `above` in it, and what is left of it beyond a `gap`."""
    if above:
        return room.top_part(height), room.below(height + gap)
    return room.bottom_part(height), room.above(height + gap)


def it_is_yours(tr: Translator, thing: ThingFace) -> str:
    """Return "Den er din", "Det er ditt" … as the thing's gender asks."""
    return gendered(tr, "yours", thing)


def gendered(tr: Translator, key: str, thing: ThingFace, **values: object) -> str:
    """Return the sentence `key` in the form that fits the thing's gender: `key.din`, `key.ditt` …"""
    return tr(f"{key}.{tr.form(thing.yours)}", **values)


def yours(tr: Translator, thing: ThingFace) -> str:
    """Return "din", "ditt" … or "yours"."""
    return gendered(tr, "yours.word", thing)
