"""The screens that answer something unexpected: cannot lend, is this a return, a notice."""

from __future__ import annotations

from kiosk.desk.views import AskReturnView, CannotLendView, NoticeView
from kiosk.ui.screens.hero import Banner, Fact, HeroScreen
from kiosk.ui.screens.screen import Choice, Disc, gendered
from kiosk.ui.theme import ATTENTION_MOOD, GOOD_MOOD, INFO_MOOD, NEUTRAL_MOOD, Mood
from lending.rules import Reason, WayOn
from lending.visit import AskWhy, CancelItem, ConfirmReturn, Done, GoOn, OddScan, PlaceHold, StartDamage

_CALLS = frozenset({WayOn.CALL_LIBRARY, WayOn.GET_TRAINING, WayOn.COME_WITH_ADULT})
"""Ways on where the library helps more than a similar thing."""


class CannotLendScreen(HeroScreen[CannotLendView]):
    """Not this one, not now; and what can be done instead."""

    def build(self) -> None:
        """Put everything in its place."""
        tr, view = self.tr, self.view
        reason = view.reason if tr.has(f"cannot.{view.reason}") else "other"
        values = {"thing": tr.text(view.thing.definite)}
        facts, panel = self._panel()
        self.hero(
            Disc(128, view.thing) if facts else None,
            tr(f"cannot.{reason}", **values),
            tr(self._why(reason), **values),
            banner=self._way_on(),
            panel_title=panel,
            facts=facts,
            scene=Disc(300, view.thing),
            choices=self._choices(),
        )

    def _why(self, reason: str) -> str:
        holds = f"cannot.{reason}_hold"
        return holds if self.view.can_hold and self.tr.has(holds) else f"cannot.{reason}_text"

    def _choices(self) -> list[Choice]:
        tr, view = self.tr, self.view
        hold = [Choice("bookmark", gendered(tr, "cannot.hold", view.thing), PlaceHold())] if view.can_hold else []
        if view.reason is Reason.ALREADY_OUT:
            yes = Choice("archive-restore", tr("ask_return.yes"), ConfirmReturn())
            return [yes, Choice("x", tr("ask_return.no"), CancelItem()), *hold]
        return [Choice("check", tr("cannot.ok"), GoOn()), *(hold or [Choice("door-open", tr("done"), Done())])]

    def _way_on(self) -> Banner | None:
        """Say that returning works, where that is what can be done now."""
        if self.view.way_on not in {WayOn.BRING_SOMETHING_BACK, WayOn.COME_BACK_LATER}:
            return None
        return Banner("scan-barcode", self.tr("card_stop.scan"), self.tr("card_stop.scan_text"))

    def _panel(self) -> tuple[list[Fact], str]:
        """Return what stands at the side: things that are like it, or whom to call."""
        tr, view = self.tr, self.view
        call = [Fact("phone", view.phone, large=True)] if view.phone else []
        if view.like_it and not (call and view.way_on in _CALLS):
            like_it = [
                Fact("repeat", tr.text(face.name), self._shelf(face.shelf), NEUTRAL_MOOD, face=face)
                for face in view.like_it[:3]
            ]
            return like_it, tr("cannot.like_it")
        return ([], "") if view.reason is Reason.ALREADY_OUT else (call, tr("library.talk"))

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
        damage = [Choice("wrench", tr("ask_return.damage"), StartDamage())] if known else []
        self.hero(
            None,
            title,
            text,
            scene=Disc(300, view.thing, "package", NEUTRAL_MOOD),
            banner=banner,
            choices=[
                Choice("archive-restore", tr("ask_return.yes"), ConfirmReturn()),
                Choice("x", tr("ask_return.no"), CancelItem()),
                *damage,
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
