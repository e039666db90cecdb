"""Boards 09 and 10: a card that cannot borrow now, and a card the station does not know."""

from __future__ import annotations

from kiosk.desk.views import CardStopView, OtherCardView, PinUncheckedView, UnknownCardView
from kiosk.ui.screens.hero import Banner, Fact, HeroScreen
from kiosk.ui.screens.screen import Choice, Disc
from kiosk.ui.theme import GOOD_MOOD, INFO_MOOD, NEUTRAL_MOOD
from lending.visit import Done, GoOn, SwitchCard


class CardStopScreen(HeroScreen[CardStopView]):
    """The title says what you can do; why stands in body size, and nothing is red."""

    def build(self) -> None:
        """Put everything in its place."""
        tr, phone = self.tr, self.view.phone
        facts = [Fact("phone", phone, large=True)] if phone else []
        facts.append(Fact("lock", tr("card_stop.private"), tr("card_stop.private_text")))
        key = f"card_stop.{self.view.reason}"
        self.hero(
            Disc(128, None, "archive-restore", GOOD_MOOD),
            tr("card_stop.title"),
            tr(key) if tr.has(key) else tr("card_stop.card_blocked"),
            banner=Banner("scan-barcode", tr("card_stop.scan"), tr("card_stop.scan_text")),
            panel_title=tr("library.talk"),
            facts=facts,
            choices=[Choice("check", tr("done"), Done())],
        )


class UnknownCardScreen(HeroScreen[UnknownCardView]):
    """A way in, not a wall: one thing now, and the library checks the card. With that one out, returns go on."""

    def build(self) -> None:
        """Put everything in its place."""
        tr, room = self.tr, self.view.room
        title = tr("unknown_card.title" if room else "card_stop.title")
        text = tr("unknown_card.text" if room else "unknown_card.text_full")
        disc = Disc(128, None, "id-card", INFO_MOOD)
        banner = Banner("scan-barcode", tr("card_stop.scan"), tr("card_stop.scan_text"))
        if room:
            banner = Banner("circle-help", tr("unknown_card.no_card"), tr("unknown_card.no_card_text"), INFO_MOOD)
            soon = tr("unknown_card.step2_text" if self.view.status.offline else "unknown_card.step2_text_online")
            facts = [
                Fact("scan-barcode", tr("unknown_card.step1"), tr("unknown_card.step1_text"), NEUTRAL_MOOD),
                Fact("building", tr("unknown_card.step2"), soon, NEUTRAL_MOOD),
                Fact("circle-check", tr("unknown_card.step3"), tr("unknown_card.step3_text"), NEUTRAL_MOOD),
            ]
            choices = [
                Choice("arrow-right", tr("unknown_card.borrow"), GoOn(), icon_last=True),
                Choice("archive-restore", tr("unknown_card.only_return"), GoOn()),
            ]
            panel = tr("unknown_card.how")
        else:
            facts = [Fact("phone", self.view.phone, large=True)] if self.view.phone else []
            choices = [
                Choice("check", tr("done"), Done()),
                Choice("archive-restore", tr("unknown_card.only_return"), GoOn()),
            ]
            panel = tr("library.talk")
        self.hero(disc, title, text, banner=banner, panel_title=panel, facts=facts, choices=choices)


class PinUncheckedScreen(HeroScreen[PinUncheckedView]):
    """The PIN cannot be checked now. Returning works, and that is the title."""

    def build(self) -> None:
        """Put everything in its place."""
        tr, phone = self.tr, self.view.phone
        self.hero(
            Disc(128, None, "archive-restore", GOOD_MOOD),
            tr("pin_unchecked.title"),
            tr("pin_unchecked.text"),
            banner=Banner("scan-barcode", tr("card_stop.scan"), tr("card_stop.scan_text")),
            panel_title=tr("library.talk"),
            facts=[Fact("phone", phone, large=True)] if phone else [],
            choices=[Choice("check", tr("done"), Done())],
        )


class OtherCardScreen(HeroScreen[OtherCardView]):
    """Another card came in the middle of a visit. Nothing is lost either way."""

    def build(self) -> None:
        """Put everything in its place."""
        tr = self.tr
        self.hero(
            None,
            tr("other_card.title"),
            tr("other_card.text"),
            scene=Disc(256, None, "users", INFO_MOOD),
            choices=[
                Choice("arrow-right", tr("other_card.go_on"), GoOn(), icon_last=True),
                Choice("id-card", tr("other_card.switch"), SwitchCard()),
            ],
        )
