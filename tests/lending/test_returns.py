"""A return is always taken, and the check that says so can fail."""

from itertools import product

import pytest
from support.facts import Person
from support.library import ANNA, BERIT, BLOCKED, DRILL, HAMMER, MORE, STRANGER, TENT, UNKNOWN_CODE

from lending.entries import Return
from lending.nouns import Condition
from lending.visit import (
    CardShown,
    CardStop,
    ConditionGiven,
    ConfirmLoan,
    ConfirmReturn,
    Done,
    ItemScanned,
    Outcome,
    RestIsHere,
    decide,
)

CARDS = {"no card": None, "known": ANNA, "blocked": BLOCKED, "unknown": STRANGER}
CODES = {"ours": DRILL.code, "of another station": TENT.code, "unknown": UNKNOWN_CODE, "odd": "A / B' %"}


def never_lent(person, code):
    """Leave the item as it is: lent somewhere else, or nowhere."""


def out_to_anna(person, code):
    person.gives(CardShown(ANNA), ItemScanned(code), RestIsHere(), ConfirmLoan(), Done())


def out_to_somebody_else(person, code):
    person.gives(CardShown(BERIT), ItemScanned(code), RestIsHere(), ConfirmLoan(), Done())


def damaged(person, code):
    person.gives(ItemScanned(code), ConfirmReturn(), ConditionGiven(Condition.DAMAGED), Done())


def while_the_account_is_full(person, _code):
    for card in (ANNA, STRANGER):
        person.gives(CardShown(card))
        for item in MORE:
            person.gives(ItemScanned(item.code), ConfirmLoan())
        person.gives(Done())


STATES = (never_lent, out_to_anna, out_to_somebody_else, damaged, while_the_account_is_full)


def refused_returns(decide_as):
    """Return which returns are not taken: at most one question lies between the scan and the return."""
    refused = []
    for (who, card), (what, code), state in product(CARDS.items(), CODES.items(), STATES):
        person = Person(decide_as=decide)
        state(person, code)
        person = Person(person.facts, decide_as=decide_as)
        if card is not None:
            person.gives(CardShown(card, "sealed"))
        person.gives(ItemScanned(code))
        if not person.drafts or not isinstance(person.drafts[0].body, Return):
            person.gives(ConfirmReturn())
        taken = [body for body in person.bodies if isinstance(body, Return) and body.item == code]
        if len(taken) != 1 or person.facts.ledger(code).open_loans:
            refused.append((who, what, state.__name__))
    return refused


def test_a_return_is_always_taken():
    """Any item in any state comes back with any card or none, by a scan and at most one touch."""
    assert refused_returns(decide) == []


def refuses_blocked_cards(visit, given, facts):
    if visit is not None and isinstance(visit.step, CardStop) and isinstance(given, ItemScanned):
        return Outcome(visit)
    return decide(visit, given, facts)


def refuses_unknown_items(visit, given, facts):
    if isinstance(given, ItemScanned) and facts.item(given.code) is None:
        return Outcome(visit)
    return decide(visit, given, facts)


def asks_a_full_account_to_come_back(visit, given, facts):
    full = visit is not None and visit.patron is not None and len(facts.loans_of(visit.patron.ref)) > 0
    return Outcome(visit) if full and isinstance(given, ConfirmReturn) else decide(visit, given, facts)


@pytest.mark.parametrize("defect", [refuses_blocked_cards, refuses_unknown_items, asks_a_full_account_to_come_back])
def test_a_planted_refusal_is_caught(defect):
    """The check notices a visit that refuses some returns."""
    assert refused_returns(defect)


def test_a_blocked_card_is_asked_once_and_nothing_is_said_of_it():
    """A blocked card returns a thing of another station after one question, and no further refusal is written."""
    person = Person().gives(CardShown(BLOCKED), ItemScanned(TENT.code))
    assert person.drafts == ()
    assert isinstance(person.gives(ConfirmReturn()).bodies[0], Return)


def test_a_card_that_may_borrow_can_return_what_looks_like_a_loan():
    """A thing lent at another station can be taken back from the tick list it opens here."""
    person = Person().gives(CardShown(ANNA), ItemScanned(HAMMER.code), ConfirmReturn())
    assert person.bodies == [Return(HAMMER.code)]
