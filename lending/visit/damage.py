"""Saying that something is wrong with a thing, with one touch on what it is."""

from __future__ import annotations

from lending.entries import DamageReport
from lending.nouns import Damage
from lending.visit.model import AskDamage, AskReturn, BorrowParts, Confirmed, Facts, Outcome, Returned, Visit
from lending.visit.moves import draft, go
from lending.visit.returns import thanks_for_damage


def start(visit: Visit, step: AskReturn | BorrowParts | Returned | Confirmed, facts: Facts) -> Outcome:
    """Return the visit asking what is wrong with the thing on the screen."""
    return go(visit, AskDamage(step.item, step), facts)


def given(visit: Visit, step: AskDamage, what: Damage, facts: Facts) -> Outcome:
    """Return the visit with the report written."""
    return go(visit, thanks_for_damage(step.item, facts), facts, draft(facts, DamageReport(step.item, what)))
