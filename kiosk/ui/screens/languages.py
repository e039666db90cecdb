"""All languages by their own names; one touch and the screen speaks another."""

from __future__ import annotations

from collections.abc import Callable

from kiosk.desk.views_languages import LanguagesView
from kiosk.ui.screens.screen import Screen, Text
from kiosk.ui.theme import CARD, GOOD, INK, MAIN, ON_GOOD, OUTLINE, SOFT, Rect, split
from kiosk.ui.tr import LANGUAGES, Translator
from kiosk.ui.widgets.box import Stage
from kiosk.ui.widgets.buttons import main_button
from kiosk.ui.widgets.touchable import Tile
from kiosk.ui.widgets.words import Icon, Words, measure, needed

_HIGHEST, _HIGHEST_LARGER = 96, 108
_GAP = 8
_COLUMN = 300
"""The least width of a language in reach mode, where some stand beside each other."""
_NAME = 32
"""Pixels of a language's name over a line below it."""


class LanguagesScreen(Screen[LanguagesView]):
    """The one that is spoken now is marked, and so are those that no native speaker has read yet."""

    def build(self) -> None:
        """Put everything in its place."""
        shape, tr = self.shape, self.tr
        self.add(main_button(self.stage, "arrow-left", tr("languages.back"), lambda: tr.speak(tr.language)))
        room = shape.content()
        if shape.text > 1 and not shape.wide:
            self._grown(room)
            return
        if shape.reach:
            self._within_reach(room)
            return
        columns = 2 if shape.wide else 1
        rows = -(-(1 + len(LANGUAGES)) // columns)
        gap = 16 if shape.large else 8
        most = _HIGHEST if shape.text <= 1 else _HIGHEST_LARGER
        height = min(room.h, rows * most + (rows - 1) * gap)
        title, *places = split(room.top_part(height), columns, gap, rows)
        self.stack(title, [Text(tr("languages.title"), "title", 600)])
        for place, language in zip(places, LANGUAGES, strict=False):
            self.add(_Language(self.stage, place, language, self._speaks(language)))

    def _within_reach(self, room: Rect) -> None:
        """Put the title above the middle, and the languages under it in as many columns as their names have room
        for.
        """
        shape, gap = self.shape, _GAP
        self.stack(room, [Text(self.tr("languages.title"), "title", 600)], "top")
        lower = room.below(shape.depth / 2 / shape.zoom - room.y)
        columns = max(1, int((lower.w + gap) // (_COLUMN + gap))) if shape.wide else 1
        rows = -(-len(LANGUAGES) // columns)
        high = shape.touch
        if not shape.higher:
            high = max(high, min(_HIGHEST, (lower.h - (rows - 1) * gap) / rows))
        places = split(lower.top_part(rows * high + (rows - 1) * gap), columns, gap, rows, gap)
        for place, language in zip(places, LANGUAGES, strict=False):
            self.add(_Language(self.stage, place, language, self._speaks(language)))

    def _grown(self, room: Rect) -> None:
        """Put all under each other, each as high as its larger words need."""
        title = self.tr("languages.title")
        y = self.stack(room, [Text(title, "title", 600)], "top") + _GAP
        for language in LANGUAGES:
            place = Rect(room.x, y, room.w, _Language.height(self.stage, language, room.w))
            self.add(_Language(self.stage, place, language, self._speaks(language)))
            y = place.bottom + _GAP
        self.dropped += y - _GAP > room.bottom

    def _speaks(self, language: str) -> Callable[[], None]:
        return lambda: self.tr.speak(language)


class _Language(Tile):
    """A language by its own name, and if nobody has read it through, that too, in its own words."""

    def __init__(self, stage: Stage, rect: Rect, language: str, act: Callable[[], None]) -> None:
        own = Translator(language=language)
        name = own(f"language.{language}")
        spoken = stage.tr.language == language
        resting, edge = (GOOD, MAIN) if spoken else (CARD, OUTLINE)
        super().__init__(stage, rect, name, act, resting=resting, edge=edge)
        low = stage.shape.reach and stage.shape.text <= 1
        inner = rect.inset(12 if low else 16, 6)
        side = 32 if stage.shape.large else 28
        if spoken:
            mark = inner.top_part(side) if low and own.unread else inner
            self.add(Icon(stage, mark.right_part(side), "circle-check", side, ON_GOOD))
        words = inner.before(side + 12)
        if not own.unread:
            self.add(Words(stage, words, name, "body", 600, INK, most=1))
            return
        most, upper = 1, words.h * 0.56
        if low:  # such a tile is low: its note has the whole width, on one line
            self.add(
                Words(stage, words.top_part(upper), name, "body", 600, INK, most=1),
                Words(stage, inner.below(upper), own("language.unread"), "micro", 400, SOFT, most=1),
            )
            return
        if stage.shape.text <= 1:
            most, lower = needed(stage, own("language.unread"), (words.w, words.h * 0.6), "micro")
            upper = words.h - lower if most > 1 else upper
        if stage.shape.text > 1:
            most, upper = 3, _NAME
        self.add(
            Words(stage, words.top_part(upper), name, "body", 600, INK, most=1),
            Words(stage, words.below(upper), own("language.unread"), "micro", 400, SOFT, most=most),
        )

    @staticmethod
    def height(stage: Stage, language: str, width: float) -> float:
        """Return the pixels a language so wide takes with larger text."""
        own = Translator(language=language)
        if not own.unread:
            return stage.shape.touch
        below = measure(stage, own("language.unread"), (width - 72, 400), "micro", 400, 3).height
        return max(stage.shape.touch, _NAME + below + 14)
