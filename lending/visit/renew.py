"""Renewing from the account."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from lending.calendar import due_date
from lending.entries import Renewal
from lending.ledger import OpenLoan
from lending.rules import may_renew
from lending.visit.model import Facts, Line, LineState, Outcome, Visit
from lending.visit.moves import draft, owns_account, stay
from lending.visit.rows import row_of


def renew(visit: Visit, row: str, facts: Facts) -> Outcome:
    """Return the visit with the loan in this row renewed, if it may be and would run longer by it."""
    patron = visit.patron
    loans = facts.loans_of(patron.ref) if patron is not None and owns_account(visit) else ()
    loan = next((loan for loan in loans if row_of(loan.entry_id) == row), None)
    due = None if loan is None else renewed_due(loan, facts)
    if loan is None or due is None:
        return stay(visit, facts)
    entry = draft(facts, Renewal(loan.item, loan.entry_id, due, due_doubtful=facts.clock_doubtful))
    line = Line(loan.item, LineState.RENEWED, entry.entry_id, due)
    return stay(replace(visit, lines=(*visit.lines, line)), facts, entry)


def renewed_due(loan: OpenLoan, facts: Facts) -> date | None:
    """Return the due date this loan would have, or None if it cannot be renewed now.

    A clock nobody has set is not asked: the loan then runs on from the date it had, if that is later.
    """
    item = facts.item(loan.item)
    if item is None or loan.patron_ref is None:
        return None
    card, holds = facts.card(loan.patron_ref), facts.holds_on(item.thing)
    doubtful = facts.clock_doubtful
    if not may_renew(loan, card, holds, item.thing, facts.rules, facts.today, clock_doubtful=doubtful):
        return None
    start = max(facts.today, loan.due) if doubtful else facts.today
    due = due_date(start, item.loan_days, facts.rules)
    return due if due > loan.due else None
