"""What is wrong with a thing: one touch on one of a few big answers."""

from __future__ import annotations

from kiosk.desk.views import AskDamageView
from kiosk.ui.screens.screen import Choice, Disc, Screen
from kiosk.ui.theme import ATTENTION_MOOD, INFO_MOOD, NEUTRAL_MOOD, Kind, Mood, split
from kiosk.ui.widgets.answers import Answer, AnswerTile, add_column, lies
from lending.nouns import Damage
from lending.visit import DamageGiven, GoOn

_LOOKS: dict[Damage, tuple[str, Mood]] = {
    Damage.DOES_NOT_WORK: ("power", INFO_MOOD),
    Damage.BROKEN: ("wrench", INFO_MOOD),
    Damage.UNSAFE: ("triangle-alert", ATTENTION_MOOD),
    Damage.DIRTY: ("brush-cleaning", NEUTRAL_MOOD),
    Damage.SOMETHING_ELSE: ("message-square", NEUTRAL_MOOD),
}
_HIGHEST = {Kind.WIDE_LARGE: 240, Kind.WIDE_SMALL: 128, Kind.TALL_LARGE: 152}


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
        gap = 16 if shape.large else 8
        answers = [
            Answer(*_LOOKS[what], tr(f"damage.{what}"), tr(f"damage.{what}_text"), self.send(DamageGiven(what)))
            for what in view.choices
        ]
        if lies(self.stage):
            self.dropped += not add_column(self, room, answers, gap)
            return
        columns = 3 if shape.wide else 1
        rows = -(-len(answers) // columns)
        room = self.within_reach(room, rows * shape.touch + (rows - 1) * gap)
        height = min(room.h, rows * _HIGHEST[shape.kind] + (rows - 1) * gap)
        for place, one in zip(split(room.top_part(height), columns, gap, rows), answers, strict=False):
            self.add(AnswerTile(self.stage, place, one.icon, one.mood, one.title, one.text, one.act))
