"""The one question after a return that went well."""

from __future__ import annotations

from dataclasses import asdict

import pytest
from support.facts import MemoryFacts, Person, lent_to
from support.library import ANNA, BERIT, HAMMER, SAW, STAFF

from lending.entries import ConditionAnswer, Draft, Loan, Return, SurveyAnswer
from lending.impact import QUESTION, Instead
from lending.nouns import Condition
from lending.visit import (
    AskInstead,
    CardShown,
    ConditionGiven,
    ConfirmLoan,
    Done,
    GoOn,
    InsteadGiven,
    ItemScanned,
    Outcome,
    RestIsHere,
    Returned,
    Thanks,
    Tick,
    decide,
)

SCAN_SAW, FINE = ItemScanned(SAW.code), ConditionGiven(Condition.OK)


def test_the_question_comes_after_the_return_is_saved():
    """The scan writes the return, the touch that all was well its answer; only then one question is asked."""
    person = Person(lent_to(ANNA, SAW)).gives(SCAN_SAW)
    assert [type(body) for body in person.bodies] == [Return]
    assert person.gives(FINE).step == AskInstead(SAW.code)
    assert [type(body) for body in person.bodies] == [ConditionAnswer]


@pytest.mark.parametrize("answer", Instead)
def test_one_touch_answers_it(answer):
    """Each answer is written once, about the thing; a second touch changes nothing."""
    person = Person(lent_to(ANNA, SAW)).gives(SCAN_SAW, FINE, InsteadGiven(answer))
    assert person.bodies == [SurveyAnswer(QUESTION, answer.value, about=SAW.thing)]
    assert person.step == AskInstead(SAW.code, answer)
    assert person.gives(InsteadGiven(Instead.BOUGHT)).drafts == ()
    assert person.step == AskInstead(SAW.code, answer)


@pytest.mark.parametrize("skip", [Done(), GoOn(), Tick(), ItemScanned(HAMMER.code), CardShown(BERIT)])
def test_it_can_be_skipped(skip):
    """Done, go on, another thing, another card or nothing at all: nobody has to answer, and nothing is written."""
    person = Person(lent_to(ANNA, SAW)).gives(SCAN_SAW, FINE).waits(21).gives(skip)
    assert not isinstance(person.step, AskInstead)
    assert not any(isinstance(entry.body, SurveyAnswer) for entry in person.facts.entries)


def test_it_is_asked_once_a_visit():
    """Who brings back a second thing is thanked and not asked again; in the next visit the question comes again."""
    facts = lent_to(ANNA, SAW)
    person = Person(facts).gives(CardShown(ANNA), SCAN_SAW, FINE, GoOn())
    person.gives(SCAN_SAW, RestIsHere(), ConfirmLoan(), SCAN_SAW)
    again = person.gives(ItemScanned(HAMMER.code), RestIsHere(), ConfirmLoan(), SCAN_SAW)
    assert isinstance(again.step, Returned)
    assert again.gives(FINE).step == Thanks(SAW.code, Condition.OK)


@pytest.mark.parametrize("answer", [Condition.MISSING, Condition.DAMAGED])
def test_who_has_something_to_report_is_not_asked(answer):
    """Something missing or broken is said and thanked for; nobody is asked more."""
    person = Person(lent_to(ANNA, SAW)).gives(SCAN_SAW, ConditionGiven(answer))
    assert not isinstance(person.step, AskInstead)


def test_where_no_price_is_known_nothing_is_asked():
    """The answer is worth a range in return; where there is none to tell, the thanks comes at once."""
    person = Person(lent_to(ANNA, HAMMER)).gives(ItemScanned(HAMMER.code), FINE)
    assert person.step == Thanks(HAMMER.code, Condition.OK)


def test_staff_are_not_asked():
    """Staff who take things back see their menu."""
    person = Person(lent_to(ANNA, SAW)).gives(CardShown(STAFF), SCAN_SAW)
    assert not isinstance(person.step, Returned | AskInstead)


def leads_to_a_person(decide_as=decide) -> bool:
    """Return whether a survey answer names an entry, an item or a card of the journal it stands in."""
    facts = lent_to(ANNA, SAW)
    person = Person(facts, decide_as).gives(SCAN_SAW, FINE, InsteadGiven(Instead.RENTED))
    (draft,) = person.drafts
    traces = {SAW.code, ANNA} | {entry.entry_id for entry in facts.entries if entry.body is not draft.body}
    return draft.personal is not None or bool(traces & {str(value) for value in asdict(draft.body).values()})


def test_an_answer_leads_to_nobody():
    """Nothing in an answer points at the loan, the return, the copy or the card (invariant 9)."""
    assert not leads_to_a_person()


def test_an_answer_that_names_its_return_is_caught():
    """The check above notices an answer that names the entry it was asked after."""

    def naming(visit, given, facts: MemoryFacts) -> Outcome:
        outcome = decide(visit, given, facts)
        if not isinstance(given, InsteadGiven):
            return outcome
        back = next(entry for entry in facts.entries if isinstance(entry.body, Return))
        named = tuple(Draft(d.entry_id, SurveyAnswer(QUESTION, "rented", back.entry_id)) for d in outcome.drafts)
        return Outcome(outcome.visit, named)

    assert leads_to_a_person(naming)


def test_returning_takes_one_touch_after_the_scan():
    """When all is well, one touch says so; the rest ends by itself and everything is written."""
    person = Person(lent_to(ANNA, SAW)).gives(SCAN_SAW, FINE).waits(21).gives(Tick())
    assert person.step is None
    kinds = [type(entry.body) for entry in person.facts.entries]
    assert kinds == [Loan, Return, ConditionAnswer]
