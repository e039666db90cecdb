"""Borrowing: the rules are asked, the parts are ticked off, the loan is written."""

from __future__ import annotations

from dataclasses import replace
from math import floor

from lending.calendar import due_date
from lending.entries import ConditionAnswer, Draft, HoldCollected, Loan, Personal, Refusal
from lending.nouns import AskedOf, Condition, Hold, Item, PartAnswer, Standing
from lending.rules import Asked, loan_refused
from lending.visit.inputs import PartAnswered
from lending.visit.model import (
    AskReturn,
    AskWhy,
    BorrowParts,
    CannotLend,
    Confirmed,
    Facts,
    Line,
    LineState,
    Outcome,
    Patron,
    Visit,
)
from lending.visit.moves import draft, go, may_borrow, stay

MOST_HOURS = 10**6
"""A feed older than a hundred years is as old as that."""


def asked_for(item: Item, patron: Patron, facts: Facts) -> Asked:
    """Return the question whether this patron may borrow this item here and now."""
    known = ((loan, facts.item(loan.item)) for loan in facts.loans_of(patron.ref))
    return Asked(
        item=item,
        ledger=facts.ledger(item.code),
        card=facts.card(patron.ref),
        patron_ref=patron.ref,
        loans=[(loan, lent.category if lent else "") for loan, lent in known],
        holds=facts.holds_on(item.thing),
        rules=facts.rules,
        today=facts.today,
        station=facts.station,
        data_age_hours=facts.data_age_hours,
        clock_doubtful=facts.clock_doubtful,
    )


def begin(visit: Visit, code: str, facts: Facts) -> Outcome:
    """Return the visit asking for the parts of this item, or saying why it cannot be lent, or asking what it is."""
    item, patron = facts.item(code), visit.patron
    if item is None:
        return go(visit, AskReturn(code, AskWhy.ITEM_UNKNOWN), facts)
    if patron is None or not may_borrow(visit, facts) or not _is_what_the_code_is_for(visit, item, facts):
        return go(visit, AskReturn(code, AskWhy.ON_SHELF), facts)
    return _refused(visit, item, patron, facts) or go(visit, _unanswered(item), facts)


def _is_what_the_code_is_for(visit: Visit, item: Item, facts: Facts) -> bool:
    """A pickup code lends what was set aside, and once."""
    if visit.hold is None or visit.patron is None:
        return True
    return any(h.hold_id == visit.hold and h.thing == item.thing for h in facts.holds_of(visit.patron.ref))


def _refused(visit: Visit, item: Item, patron: Patron, facts: Facts) -> Outcome | None:
    reason = loan_refused(asked_for(item, patron, facts))
    if reason is None:
        return None
    return go(visit, CannotLend(item.code, reason), facts, draft(facts, Refusal(reason.value, item.code)))


def _unanswered(item: Item) -> BorrowParts:
    return BorrowParts(item.code, (None,) * len(item.parts))


def answer_part(visit: Visit, step: BorrowParts, touch: PartAnswered, facts: Facts) -> Outcome:
    """Return the visit with one row answered; the same answer again takes it back."""
    if not 0 <= touch.index < len(step.answers):
        return stay(visit, facts)
    answers = list(step.answers)
    answers[touch.index] = None if answers[touch.index] is touch.answer else touch.answer
    return go(visit, replace(step, answers=tuple(answers)), facts)


def rest_is_here(visit: Visit, step: BorrowParts, facts: Facts) -> Outcome:
    """Return the visit with all rows answered: those that were not are here."""
    return go(visit, replace(step, answers=tuple(answer or PartAnswer.HERE for answer in step.answers)), facts)


def lend(visit: Visit, step: BorrowParts, facts: Facts) -> Outcome:
    """Return the visit with the loan written, if every part is answered and no rule has come up meanwhile."""
    item, patron = facts.item(step.item), visit.patron
    if item is None or patron is None or None in step.answers:
        return stay(visit, facts)
    if len(item.parts) != len(step.answers):  # a new feed came meanwhile: these answers are about other parts
        return go(visit, _unanswered(item), facts)
    return _refused(visit, item, patron, facts) or _lent(visit, item, patron, step, facts)


def _lent(visit: Visit, item: Item, patron: Patron, step: BorrowParts, facts: Facts) -> Outcome:
    hold = _hold_to_collect(visit, item, patron, facts)
    swapped = visit.instead_of is not None and visit.instead_thing == item.thing
    loan = _loan(visit, item, patron, step, hold, facts, swapped=swapped)
    body = loan.body
    assert isinstance(body, Loan)  # noqa: S101 - see _loan
    line = Line(item.code, LineState.LENT, loan.entry_id, body.due, facts.ledger(item.code).shelf)
    drafts = [loan]
    if hold is not None:
        collected = HoldCollected(hold.hold_id, item.code, loan.entry_id, by_code=hold.hold_id == visit.hold)
        drafts.append(draft(facts, collected))
    visit = replace(visit, instead_of=None) if swapped else visit
    return go(visit, Confirmed(item.code), facts, *drafts, lines=(*visit.lines, line))


def _loan(
    visit: Visit, item: Item, patron: Patron, step: BorrowParts, hold: Hold | None, facts: Facts, *, swapped: bool
) -> Draft:
    provisional = facts.card(patron.ref).standing is Standing.UNKNOWN
    body = Loan(
        item.code,
        due_date(facts.today, item.loan_days, facts.rules),
        tuple((part.part_id, a) for part, a in zip(item.parts, step.answers, strict=True) if a),
        provisional=provisional,
        rules_version=facts.rules.version,
        data_age_hours=floor(min(max(facts.data_age_hours, 0), MOST_HOURS)),
        due_doubtful=facts.clock_doubtful,
        hold=hold.hold_id if hold else None,
        instead_of=visit.instead_of if swapped else None,
    )
    return draft(facts, body, Personal(patron.ref, patron.sealed_card if provisional else None))


def _hold_to_collect(visit: Visit, item: Item, patron: Patron, facts: Facts) -> Hold | None:
    """Return the patron's hold that this loan collects: the one of the code, else of this copy, else of its thing."""
    fitting = [hold for hold in facts.holds_of(patron.ref) if hold.item == item.code or hold.thing == item.thing]
    return min(fitting, key=lambda h: (h.hold_id != visit.hold, h.item != item.code), default=None)


def borrower_tells(visit: Visit, step: Confirmed, answer: Condition, facts: Facts) -> Outcome:
    """Return the visit with what the borrower says of the thing as it stood on the shelf: once, in one touch."""
    if step.told or answer is Condition.MISSING:
        return stay(visit, facts)
    loan = next(line.entry_id for line in reversed(visit.lines) if line.item == step.item)
    assert loan is not None  # noqa: S101 - a confirmed loan has been written
    said = draft(facts, ConditionAnswer(step.item, loan, answer, asked_of=AskedOf.BORROWER))
    return go(visit, replace(step, told=True), facts, said)
