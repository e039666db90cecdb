"""What is wrong with a thing: one touch on one of a few big answers."""

from __future__ import annotations

from kiosk.desk.views import AskDamageView
from kiosk.ui.screens.screen import Choice, Disc, Screen
from kiosk.ui.theme import ATTENTION_MOOD, INFO_MOOD, NEUTRAL_MOOD, Kind, Mood, split
from kiosk.ui.widgets.rows import AnswerTile
from kiosk.ui.widgets.words import measure
from lending.nouns import Damage
from lending.visit import DamageGiven, GoOn

_LOOKS: dict[Damage, tuple[str, Mood]] = {
    Damage.DOES_NOT_WORK: ("power", INFO_MOOD),
    Damage.BROKEN: ("wrench", INFO_MOOD),
    Damage.UNSAFE: ("triangle-alert", ATTENTION_MOOD),
    Damage.DIRTY: ("brush-cleaning", NEUTRAL_MOOD),
    Damage.SOMETHING_ELSE: ("message-square", NEUTRAL_MOOD),
}
_HIGHEST = {Kind.WIDE_LARGE: 240, Kind.WIDE_SMALL: 128, Kind.TALL_LARGE: 152, Kind.TALL_SMALL: 100}


_BESIDE_TEXT = 88
"""Pixels that the icon of an answer and the air at its sides take."""


class AskDamageScreen(Screen[AskDamageView]):
    """The main button leads back to where this was asked."""

    def build(self) -> None:
        """Put everything in its place."""
        shape, tr, view = self.shape, self.tr, self.view
        self.buttons(Choice("thumbs-up", tr("damage.back"), GoOn()))
        room = shape.content()
        heights = {Kind.WIDE_LARGE: 96, Kind.WIDE_SMALL: 60, Kind.TALL_LARGE: 128, Kind.TALL_SMALL: 84}
        disc = Disc(96 if shape.large else 56, view.thing)
        title = tr("damage.title", thing=tr.text(view.thing.definite))
        room = self.headed(room, heights[shape.kind], 24 if shape.large else 8, disc, title, tr("damage.hint"))
        columns = 3 if shape.wide else 1
        rows = -(-len(view.choices) // columns)
        gap = 16 if shape.large else 8
        highest = _HIGHEST[shape.kind] if shape.text <= 1 or shape.wide else self._tile_height(room.w)
        height = rows * highest + (rows - 1) * gap
        self.dropped += shape.text > 1 and not shape.wide and height > room.h
        height = min(room.h, height)
        for place, what in zip(split(room.top_part(height), columns, gap, rows), view.choices, strict=False):
            icon, mood = _LOOKS[what]
            title, text = tr(f"damage.{what}"), tr(f"damage.{what}_text")
            self.add(AnswerTile(self.stage, place, icon, mood, title, text, self.send(DamageGiven(what))))

    def _tile_height(self, width: float) -> float:
        """Return the pixels an answer takes where larger text leaves one column: one line of its text or two."""
        texts = (self.tr(f"damage.{what}_text") for what in self.view.choices)
        room = (width - _BESIDE_TEXT, 200.0)
        return 64 if all(len(measure(self.stage, text, room, "small").lines) == 1 for text in texts) else 92
