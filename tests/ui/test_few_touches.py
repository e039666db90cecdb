"""How many touches it takes: a real desk and store behind the real screen, touches at real places."""

from __future__ import annotations

import pytest
from support.library import ANNA, DRILL, SAW

from kiosk.desk.views import AccountView, BorrowView, ConfirmedView, IdleView, ReturnedView, ThanksView
from kiosk.desk.views_impact import InsteadView
from kiosk.desk.views_pages import HelpView
from lending.visit import CardShown, ItemScanned

pytestmark = pytest.mark.screen

WORDS = {
    "nb": ("Alt er med", "Lån", "Alt virket"),
    "en": ("It's all here", "Borrow", "All worked"),
}


class Visitor:
    """Somebody in front of a station; counts the touches."""

    def __init__(self, run, kiosk):
        self.run, self.kiosk, self.touches = run, kiosk, 0

    def sees(self, kind):
        """Wait until the desk shows this, and look at the screen."""
        self.kiosk.show(self.run.eyes.see(kind))

    def touches_on(self, words):
        """Touch once; what the screen sends goes to the desk."""
        self.kiosk.person.touch(words)
        self.touches += 1
        self.run.gives(*self.kiosk.sent)
        self.kiosk.sent.clear()


@pytest.mark.parametrize("size", [(1280, 800), (800, 480)])
@pytest.mark.parametrize("language", WORDS)
def test_borrowing_and_returning_take_few_touches(kiosk, run, size, language):
    """After card and scan, a thing with three parts is lent in two touches; after the scan it is back in one."""
    all_here, borrow, worked = WORDS[language]
    kiosk.app.tr.language = language
    kiosk.resize(*size)
    visitor = Visitor(run, kiosk)
    run.gives(CardShown(ANNA))
    visitor.sees(AccountView)
    run.gives(ItemScanned(DRILL.code))
    visitor.sees(BorrowView)
    visitor.touches_on(all_here)
    run.eyes.see(BorrowView, lambda view: all(part.answer for part in view.parts))
    visitor.sees(BorrowView)
    visitor.touches_on(borrow)
    visitor.sees(ConfirmedView)
    assert visitor.touches == 2
    run.clock.advance(60_000)
    run.eyes.see(IdleView)
    run.gives(ItemScanned(DRILL.code))
    visitor.sees(ReturnedView)
    visitor.touches_on(worked)
    visitor.sees(ThanksView)
    run.clock.advance(60_000)
    run.eyes.see(IdleView)
    assert visitor.touches == 3
    assert run.kinds()[-3:] == ["loan", "return", "condition"]


def test_the_question_costs_no_touch(kiosk, run):
    """Who is asked and does not answer has touched as often as who is not asked, and all is written."""
    visitor = Visitor(run, kiosk)
    run.gives(CardShown(ANNA), ItemScanned(SAW.code))
    visitor.sees(BorrowView)
    visitor.touches_on("Alt er med")
    run.eyes.see(BorrowView, lambda view: all(part.answer for part in view.parts))
    visitor.sees(BorrowView)
    visitor.touches_on("Lån")
    run.eyes.see(ConfirmedView)
    run.clock.advance(60_000)
    run.eyes.see(IdleView)
    run.gives(ItemScanned(SAW.code))
    visitor.sees(ReturnedView)
    visitor.touches_on("Alt virket")
    visitor.sees(InsteadView)
    run.clock.advance(60_000)
    run.eyes.see(IdleView)
    assert visitor.touches == 3
    assert run.kinds()[-2:] == ["return", "condition"]


HELP_WORDS = {
    "nb": ("Lesehjelp", "Hjelp", "Alt er med", "Lån"),
    "en": ("Reading aids", "Help", "It's all here", "Borrow"),
}


@pytest.mark.parametrize("size", [(1280, 800), (800, 480)])
@pytest.mark.parametrize("language", HELP_WORDS)
def test_help_is_two_touches_away_in_the_middle_of_a_loan(kiosk, run, size, language):
    """Help opens from the reading aids over a tick list, and the loan goes on with the ticks as they were."""
    aids, help_, all_here, borrow = HELP_WORDS[language]
    kiosk.app.tr.language = language
    kiosk.resize(*size)
    visitor = Visitor(run, kiosk)
    run.gives(CardShown(ANNA), ItemScanned(DRILL.code))
    visitor.sees(BorrowView)
    visitor.touches_on(all_here)
    ticked = run.eyes.see(BorrowView, lambda view: all(part.answer for part in view.parts))
    visitor.sees(BorrowView)
    visitor.touches_on(aids)
    visitor.touches_on(help_)
    visitor.sees(HelpView)
    assert kiosk.person.sees(kiosk.app.tr("help.scan_step"))
    assert not kiosk.person.sees(kiosk.app.tr("aids.theme"))
    visitor.touches_on(kiosk.app.tr("help.ok"))
    run.eyes.see(BorrowView, lambda view: view.parts == ticked.parts)
    visitor.sees(BorrowView)
    visitor.touches_on(borrow)
    visitor.sees(ConfirmedView)
    assert run.kinds()[-1] == "loan"
