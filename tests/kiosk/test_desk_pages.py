"""The pages anybody can open, from a real desk and store."""

from __future__ import annotations

import pytest
from support.library import ANNA, SAW, TENT

from kiosk.desk.views import AccountView, BorrowView, IdleView
from kiosk.desk.views_impact import CountingView, ImpactView
from kiosk.desk.views_pages import HeardView, HelpView, NearbyView, WriteView
from lending.impact import Lent
from lending.visit import CardShown, ConfirmLoan, Done, GoOn, ItemScanned, OpenPage, Page, RestIsHere, WordsGiven


def test_the_idle_screen_tells_what_stands_here(run):
    """A thing with a price is told of while it is here, and not while it is out; nothing else is made up."""
    told = run.eyes.see(IdleView).attract
    assert [one.thing.name for one in told.worth] == [SAW.name]
    assert (told.words, told.places) == ((), False)
    run.gives(CardShown(ANNA), ItemScanned(SAW.code), RestIsHere(), ConfirmLoan(), Done())
    assert run.eyes.see(IdleView, lambda view: not view.attract.worth).attract.worth == ()


@pytest.mark.parametrize(
    ("page", "kind"),
    [
        (Page.HELP, HelpView),
        (Page.NEARBY, NearbyView),
        (Page.IMPACT, ImpactView),
        (Page.COUNTING, CountingView),
        (Page.SUGGEST, WriteView),
        (Page.OFFER, WriteView),
    ],
)
def test_every_page_has_its_view(run, page, kind):
    """Each page opens from the idle screen and leads back there."""
    run.eyes.see(IdleView)
    run.gives(OpenPage(page))
    run.eyes.see(kind)
    run.gives(GoOn())
    run.eyes.see(IdleView)


def test_help_in_the_middle_of_a_loan(run):
    """Help covers the tick list and gives it back; a card on the help page opens the account."""
    run.gives(OpenPage(Page.HELP), CardShown(ANNA))
    run.eyes.see(AccountView)
    run.gives(ItemScanned(SAW.code), OpenPage(Page.HELP))
    assert run.eyes.see(HelpView).has_card
    run.gives(GoOn())
    run.eyes.see(BorrowView)


def test_a_wish_is_written_without_its_number(run):
    """What is left of the words stands in the journal, no trace of the number in the file."""
    run.gives(OpenPage(Page.SUGGEST))
    assert [idea.name for idea in run.eyes.see(WriteView).ideas] == [TENT.name]
    run.gives(WordsGiven("en stige, 90 12 34 56"))
    assert run.eyes.see(HeardView).left_out
    (wire,) = [wire for wire in run.entries() if wire["kind"] == "suggestion"]
    assert (wire["body"], wire["personal"]) == ({"words": "en stige, …"}, None)
    assert all(b"90 12 34 56" not in file.read_bytes() for file in run.path.parent.iterdir() if file.is_file())


def test_the_figures_are_those_of_the_journal(run):
    """One loan is one loan, of one thing; without answers nothing is claimed."""
    run.gives(CardShown(ANNA), ItemScanned(SAW.code), RestIsHere(), ConfirmLoan(), OpenPage(Page.IMPACT))
    sums = run.eyes.see(ImpactView).figures
    assert (sums.loans, sums.things, sums.answers, sums.kroner.high) == (1, 1, 0, 0)
    assert run.desk.ask(lambda store: store.lent()) == {SAW.thing: Lent(1)}
