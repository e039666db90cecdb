"""Pages that anybody can open at any time, and what is written on them."""

from __future__ import annotations

import pytest
from support.facts import MemoryFacts, Person, lent_to
from support.library import ANNA, BERIT, DRILL, HAMMER, SAW

from lending.entries import OfferedItem, Return, Suggestion
from lending.nouns import PartAnswer, PinRule, Rules
from lending.visit import (
    Account,
    AskPin,
    AskReturn,
    AtPage,
    BorrowParts,
    CardShown,
    ConfirmLoan,
    Done,
    GoOn,
    Heard,
    ItemScanned,
    Notice,
    OddScan,
    OddScanned,
    OpenPage,
    OtherCard,
    Page,
    PartAnswered,
    PinChecked,
    PinEntered,
    Returned,
    SearchFor,
    Tick,
    WordsGiven,
    trace_of,
)

HELP, SUGGEST = OpenPage(Page.HELP), OpenPage(Page.SUGGEST)


@pytest.mark.parametrize("page", Page)
def test_a_page_opens_with_nobody_here(page):
    """From the idle screen every page opens, and going back ends there again."""
    person = Person().gives(OpenPage(page))
    assert person.step == AtPage(page)
    assert person.gives(GoOn()).visit is None
    assert person.gives(OpenPage(page)).waits(61).gives(Tick()).visit is None


def test_a_page_gives_back_what_it_covered():
    """Help in the middle of a tick list: the answers are still there, and a power cut would know the thing."""
    person = Person().gives(CardShown(ANNA), ItemScanned(DRILL.code), PartAnswered(1, PartAnswer.MISSING))
    ticked = person.step
    person.gives(HELP, OpenPage(Page.NEARBY))
    assert trace_of(person.visit).pending == DRILL.code
    assert person.gives(GoOn()).step == AtPage(Page.HELP)
    assert person.gives(GoOn()).step == ticked
    assert isinstance(ticked, BorrowParts)


def test_pages_are_gone_back_from_one_by_one():
    """Each touch on "back" leads one page back, the way one came."""
    person = Person().gives(HELP, OpenPage(Page.NEARBY), OpenPage(Page.IMPACT), OpenPage(Page.COUNTING))
    for page in (Page.IMPACT, Page.NEARBY, Page.HELP):
        assert person.gives(GoOn()).step.page is page
    assert person.gives(GoOn()).visit is None


def test_a_page_gives_back_a_question_to_somebody_without_a_card():
    """Who has scanned a thing and reads help first is still asked what to do with it."""
    person = Person().gives(ItemScanned(HAMMER.code))
    asked = person.step
    assert isinstance(asked, AskReturn)
    assert person.gives(HELP, GoOn()).step == asked


def test_words_in_vain_go_along_to_the_suggestion():
    """From a search its words stand on the page for suggestions already; on no other page, and from nowhere else."""
    assert Person().gives(SearchFor("gardinstang"), SUGGEST).step == AtPage(Page.SUGGEST, words="gardinstang")
    assert Person().gives(SearchFor("gardinstang"), HELP).step == AtPage(Page.HELP)
    assert Person().gives(CardShown(ANNA), SUGGEST).step == AtPage(Page.SUGGEST)


def test_a_page_has_time_to_be_read():
    """A receipt goes after seconds; help that was opened from it stays as long as any other screen."""
    person = Person().gives(CardShown(ANNA), ItemScanned(HAMMER.code), ConfirmLoan())
    assert person.visit.span_ms == person.facts.rules.done_seconds * 1000
    person.gives(HELP)
    assert person.visit.span_ms == person.facts.rules.idle_seconds * 1000
    assert person.waits(person.facts.rules.idle_seconds - 1).gives(Tick()).step == AtPage(Page.HELP)


def test_pages_do_not_pile_up():
    """A page that is open further down is gone back to: one is never more than a few touches from the start."""
    person = Person()
    for _ in range(20):
        person.gives(HELP, OpenPage(Page.IMPACT), OpenPage(Page.COUNTING), HELP)
    assert person.step == AtPage(Page.HELP)
    assert person.gives(GoOn()).visit is None


def test_a_scan_and_a_card_do_what_was_meant():
    """On a page too: a thing that is out comes back, a card opens the account."""
    person = Person(lent_to(ANNA, HAMMER)).gives(HELP, ItemScanned(HAMMER.code))
    assert isinstance(person.step, Returned)
    assert [type(body) for body in person.bodies] == [Return]
    assert Person().gives(SUGGEST, CardShown(ANNA)).step == Account()


def test_a_notice_over_a_page_keeps_what_was_below():
    """A book scanned while help covers a tick list: the notice goes, and the list is there again."""
    person = Person().gives(CardShown(ANNA), ItemScanned(DRILL.code), HELP, OddScanned(OddScan.ISBN))
    assert person.step == Notice(OddScan.ISBN)
    assert isinstance(person.gives(GoOn()).step, BorrowParts)


def test_help_over_a_question_about_another_card():
    """Help opens there too; after it the first visit is as it was, and the other card can be shown again."""
    person = Person().gives(CardShown(ANNA), ItemScanned(DRILL.code), CardShown(BERIT))
    assert isinstance(person.step, OtherCard)
    person.gives(HELP)
    assert person.step == AtPage(Page.HELP)
    assert isinstance(person.gives(GoOn()).step, BorrowParts)
    assert isinstance(person.gives(CardShown(BERIT)).step, OtherCard)


def test_no_page_leads_past_a_pin():
    """Whoever reads help before the PIN is asked for the PIN after, also when it was answered meanwhile."""
    person = Person(MemoryFacts(Rules(pin=PinRule.ALWAYS))).gives(CardShown(ANNA), HELP, GoOn())
    assert person.step == AskPin()
    person.gives(PinEntered(), HELP, PinChecked(right=False), GoOn())
    assert person.step == AskPin(wrong=1)


@pytest.mark.parametrize(("page", "kind"), [(Page.SUGGEST, Suggestion), (Page.OFFER, OfferedItem)])
def test_what_is_written_is_an_entry(page, kind):
    """The words are written once, without the card, and thanked for."""
    person = Person().gives(CardShown(ANNA), OpenPage(page), WordsGiven("en stige "))
    assert person.bodies == [kind("en stige")]
    assert person.drafts[0].personal is None
    assert person.step == Heard(page, saved=True)
    assert person.gives(WordsGiven("en til")).drafts == ()
    assert person.gives(OpenPage(page)).step == AtPage(page)
    assert person.gives(GoOn()).step == Account()


def test_what_leads_to_a_person_is_not_written():
    """A number is left out and said so; where nothing else was written, there is no entry."""
    person = Person().gives(SUGGEST, WordsGiven("en stige, ring 90 00 00 00"))
    assert person.bodies == [Suggestion("en stige, ring …")]
    assert person.step == Heard(Page.SUGGEST, saved=True, left_out=True)
    person.gives(Done(), SUGGEST, WordsGiven("kari@example.no"))
    assert (person.drafts, person.step) == ((), Heard(Page.SUGGEST, saved=False, left_out=True))


def test_nothing_is_written_where_there_is_nothing_to_write_on():
    """Words on a page to read, or none at all, change nothing."""
    assert Person().gives(HELP, WordsGiven("hei")).step == AtPage(Page.HELP)
    assert Person().gives(SUGGEST, WordsGiven("  ")).step == AtPage(Page.SUGGEST)
    person = Person().gives(CardShown(ANNA), ItemScanned(SAW.code), WordsGiven("hei"))
    assert isinstance(person.step, BorrowParts)
    assert "hei" not in repr(WordsGiven("hei"))
