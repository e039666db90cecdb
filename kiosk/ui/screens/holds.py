"""A copy has been set aside, or the next one will be."""

from __future__ import annotations

from kiosk.desk.views import HoldMadeView
from kiosk.ui.screens.hero import Banner, HeroScreen
from kiosk.ui.screens.screen import Choice, Disc
from kiosk.ui.theme import GOOD_MOOD
from lending.visit import Done, GoOn


class HoldMadeScreen(HeroScreen[HoldMadeView]):
    """Saved; until when, and how to collect it."""

    def build(self) -> None:
        """Put everything in its place."""
        tr, view = self.tr, self.view
        self.hero(
            None,
            tr("hold_made.title"),
            tr("hold_made.text", thing=tr.text(view.thing.definite), date=tr.day(view.until)),
            banner=Banner("id-card", tr("hold_made.card"), tr("hold_made.card_text"), GOOD_MOOD),
            scene=Disc(300, view.thing),
            choices=[Choice("check", tr("done"), Done()), Choice("scan-barcode", tr("confirmed.more"), GoOn())],
        )
