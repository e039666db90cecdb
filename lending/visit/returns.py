"""Returning: taken first, asked about afterwards. Nothing here can say no."""

from __future__ import annotations

from dataclasses import replace

from lending.entries import ConditionAnswer, Return
from lending.ledger import OpenLoan
from lending.nouns import Condition, Item, Rules, Shelf
from lending.visit import survey
from lending.visit.model import Facts, Line, LineState, Outcome, Returned, Step, Thanks, Visit, WhichMissing
from lending.visit.moves import draft, go, is_staff, stay


def take_back(visit: Visit, code: str, facts: Facts) -> Outcome:
    """Return the visit with the item taken back, asking how it was if it is one of ours."""
    item, loan = facts.item(code), _ended(visit, code, facts)
    back = draft(facts, Return(code, loan, shelf=_shelf(item, facts.rules)))
    lines = tuple(old for old in visit.lines if not (old.item == code and old.state is LineState.NOT_SAVED))
    lines = (*lines, Line(code, LineState.RETURNED, back.entry_id))
    if is_staff(visit):
        return go(visit, visit.home, facts, back, lines=lines)
    step: Step = Thanks(code, None) if item is None else Returned(code, back.entry_id, loan)
    return go(visit, step, facts, back, lines=lines)


def _ended(visit: Visit, code: str, facts: Facts) -> str | None:
    """Return the loan a return of this item names: the patron's own, else the newest."""
    loans = facts.ledger(code).open_loans
    own = [loan for loan in loans if visit.patron is not None and loan.patron_ref == visit.patron.ref]
    named: OpenLoan | None = next(reversed(own or list(loans)), None)
    return named.entry_id if named else None


def _shelf(item: Item | None, rules: Rules) -> Shelf:
    """Return how far an item has come by being brought back: an unknown one waits for staff."""
    return Shelf.FREE if item is not None and item.risk_class in rules.free_at_once else Shelf.LEFT


def returner_tells(visit: Visit, step: Returned, answer: Condition, facts: Facts) -> Outcome:
    """Return the visit with the answer written, or asking which part is missing."""
    item = facts.item(step.item)
    if answer is Condition.MISSING and item is not None and item.parts:
        return go(visit, WhichMissing(step.item, step.entry_id, (False,) * len(item.parts)), facts)
    said = draft(facts, ConditionAnswer(step.item, step.entry_id, answer))
    if answer is Condition.OK and survey.is_asked(visit, step, item):
        return survey.ask(visit, step, facts, said)
    if answer is not Condition.DAMAGED:
        return go(visit, Thanks(step.item, answer), facts, said)
    if visit.patron is not None and step.loan is not None and item is not None:
        visit = replace(visit, instead_of=step.loan, instead_thing=item.thing)
    return go(visit, thanks_for_damage(step.item, facts), facts, said)


def thanks_for_damage(code: str, facts: Facts) -> Thanks:
    """Return the thanks, with another copy that stands here if this one is back."""
    item = facts.item(code)
    still_out = bool(facts.ledger(code).open_loans)
    another = None if item is None or still_out else facts.another_here(item.thing, but=code)
    return Thanks(code, Condition.DAMAGED, swap=another.code if another else None)


def toggle_missing(visit: Visit, step: WhichMissing, index: int, facts: Facts) -> Outcome:
    """Return the visit with one part pointed out as missing, or not any more."""
    missing = tuple(gone is not (i == index) for i, gone in enumerate(step.missing))
    return go(visit, replace(step, missing=missing), facts)


def missing_named(visit: Visit, step: WhichMissing, facts: Facts) -> Outcome:
    """Return the visit with the missing parts written."""
    item = facts.item(step.item)
    parts = item.parts if item else ()
    missing = tuple(part.part_id for part, gone in zip(parts, step.missing, strict=False) if gone)
    said = ConditionAnswer(step.item, step.entry_id, Condition.MISSING, missing)
    return go(visit, Thanks(step.item, Condition.MISSING, missing), facts, draft(facts, said))


def undo_newest(visit: Visit, facts: Facts) -> Outcome:
    """Return the visit with its newest loan taken back, if that is what it did last and the loan is its card's."""
    newest = visit.lines[-1] if visit.lines else None
    if newest is None or newest.state is not LineState.LENT or not _is_own(visit, newest, facts):
        return stay(visit, facts)
    back = draft(facts, Return(newest.item, loan=newest.entry_id, undo=True, shelf=newest.was))
    undone = Line(newest.item, LineState.UNDONE, back.entry_id)
    return go(replace(visit, lines=(*visit.lines[:-1], undone)), visit.home, facts, back)


def _is_own(visit: Visit, line: Line, facts: Facts) -> bool:
    """After a power cut the lines may be those of somebody else."""
    loans = facts.ledger(line.item).open_loans
    ref = visit.patron.ref if visit.patron else None
    return ref is not None and any(loan.entry_id == line.entry_id and loan.patron_ref == ref for loan in loans)
