"""Holds: asking for the next copy, giving it up, and collecting it with a code."""

from __future__ import annotations

from datetime import timedelta

from lending.entries import HoldCancelled, HoldPlaced, Personal, Refusal
from lending.holds import is_code
from lending.nouns import Hold
from lending.rules import Reason, may_hold
from lending.visit import borrow
from lending.visit.model import Account, CannotLend, CardStop, EnterCode, Facts, HoldMade, Outcome, Patron, Visit
from lending.visit.moves import card_refused, draft, go, owns_account, stay, try_again_ms
from lending.visit.rows import row_of


def place(visit: Visit, step: CannotLend, facts: Facts) -> Outcome:
    """Return the visit with the next copy of this thing set aside, if the patron may have it."""
    item, patron = facts.item(step.item), visit.patron
    if item is None or patron is None or not owns_account(visit):
        return stay(visit, facts)
    if not may_hold(borrow.asked_for(item, patron, facts), step.reason, facts.holds_of(patron.ref)):
        return stay(visit, facts)
    until = facts.today + timedelta(days=facts.rules.hold_days)
    stands_here = item.code if step.reason is Reason.NOT_CHECKED_YET else None
    body = HoldPlaced(facts.new_id(), item.thing, until, stands_here)
    return go(visit, HoldMade(item.code, until), facts, draft(facts, body, Personal(patron.ref)))


def cancel(visit: Visit, row: str, facts: Facts) -> Outcome:
    """Return the visit with the hold in this row given up."""
    holds = facts.holds_of(visit.patron.ref) if visit.patron is not None and owns_account(visit) else ()
    hold = next((hold for hold in holds if row_of(hold.hold_id) == row), None)
    if hold is None:
        return stay(visit, facts)
    return stay(visit, facts, draft(facts, HoldCancelled(hold.hold_id)))


def code_entered(visit: Visit, step: EnterCode, code: str, facts: Facts) -> Outcome:
    """Return the visit of whom the code belongs to. A malformed code is asked for again, a wrong one slows down."""
    if not is_code(code) or facts.up_ms < step.wait_until_ms:
        return stay(visit, facts)
    hold = facts.hold_with_code(code)
    if hold is None or hold.until < facts.today:
        wrong = step.wrong + 1
        return go(visit, EnterCode(wrong, try_again_ms(wrong, facts)), facts)
    return _collect(hold, facts)


def _collect(hold: Hold, facts: Facts) -> Outcome:
    """Return a visit for what was set aside, and for nothing else of that patron: a code is no card."""
    patron = Patron(hold.patron_ref, facts.card(hold.patron_ref).standing)
    visit = Visit(patron, Account(), hold=hold.hold_id)
    refused = card_refused(patron.ref, facts)
    if refused is not None:
        return go(visit, CardStop(refused), facts, draft(facts, Refusal(refused.value)))
    if hold.item is None or facts.item(hold.item) is None:
        return go(visit, Account(), facts)
    return borrow.begin(visit, hold.item, facts)
