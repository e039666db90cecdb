"""The screens that answer something unexpected: cannot lend, is this a return, a notice."""

from __future__ import annotations

from kiosk.desk.views import AskReturnView, CannotLendView, NoticeView
from kiosk.ui.screens.hero import Banner, Fact, HeroScreen
from kiosk.ui.screens.screen import Choice, Disc
from kiosk.ui.theme import ATTENTION_MOOD, GOOD_MOOD, INFO_MOOD, NEUTRAL_MOOD, Mood
from lending.rules import Reason
from lending.visit import AskWhy, CancelItem, ConfirmReturn, Done, GoOn, OddScan


class CannotLendScreen(HeroScreen[CannotLendView]):
    """Not this one, not now; and what can be done instead."""

    def build(self) -> None:
        """Put everything in its place."""
        tr, view = self.tr, self.view
        reason = view.reason if tr.has(f"cannot.{view.reason}") else "other"
        values = {"thing": tr.text(view.thing.definite), "Thing": tr.begin(view.thing.definite)}
        back = reason == Reason.ALREADY_OUT
        choices = [
            Choice("archive-restore", tr("ask_return.yes"), ConfirmReturn()),
            Choice("x", tr("ask_return.no"), CancelItem()),
        ]
        if not back:
            choices = [Choice("check", tr("cannot.ok"), GoOn()), Choice("door-open", tr("done"), Done())]
        facts = [
            Fact("repeat", tr.text(face.name), self._shelf(face.shelf), NEUTRAL_MOOD, face=face)
            for face in view.like_it[:3]
        ]
        panel = tr("cannot.like_it")
        if not facts and not back and view.phone:
            facts, panel = [Fact("phone", view.phone, large=True)], tr("library.talk")
        self.hero(
            Disc(128, view.thing) if facts else None,
            tr(f"cannot.{reason}", **values),
            tr(f"cannot.{reason}_text", **values),
            panel_title=panel,
            facts=facts,
            scene=Disc(300, view.thing),
            choices=choices,
        )

    def _shelf(self, shelf: str) -> str:
        return self.tr("cannot.shelf", shelf=shelf) if shelf else ""


class AskReturnScreen(HeroScreen[AskReturnView]):
    """Is this being brought back?"""

    def build(self) -> None:
        """Put everything in its place."""
        tr, view = self.tr, self.view
        known = view.thing is not None and view.why is AskWhy.ON_SHELF
        if known and view.thing is not None:
            title = tr("ask_return.title", thing=tr.text(view.thing.definite))
            text = tr("ask_return.on_shelf")
        else:
            title, text = tr("ask_return.title_unknown"), tr("ask_return.item_unknown")
        banner = None
        if known and not view.has_card and view.status.reader_up:
            banner = Banner("id-card", tr("ask_return.borrow"), tr("ask_return.borrow_text"), GOOD_MOOD)
        self.hero(
            None,
            title,
            text,
            scene=Disc(300, view.thing, "package", NEUTRAL_MOOD),
            banner=banner,
            choices=[
                Choice("archive-restore", tr("ask_return.yes"), ConfirmReturn()),
                Choice("x", tr("ask_return.no"), CancelItem()),
            ],
        )


_NOTICES: dict[OddScan, tuple[str, Mood]] = {
    OddScan.ISBN: ("book-open", INFO_MOOD),
    OddScan.CARD: ("id-card", INFO_MOOD),
    OddScan.GS1: ("store", INFO_MOOD),
    OddScan.NATIONAL_ID: ("shield-check", INFO_MOOD),
    OddScan.MALFORMED: ("scan-barcode", ATTENTION_MOOD),
    OddScan.UNREADABLE_CARD: ("id-card", ATTENTION_MOOD),
}


class NoticeScreen(HeroScreen[NoticeView]):
    """A short, plain, kind answer."""

    def build(self) -> None:
        """Put everything in its place."""
        tr, about = self.tr, self.view.about
        icon, mood = _NOTICES[about]
        self.hero(
            None,
            tr(f"notice.{about}"),
            tr(f"notice.{about}_text"),
            scene=Disc(256, None, icon, mood),
            choices=[Choice("check", tr("notice.ok"), GoOn())],
        )
