"""The PIN of a card. Its digits never get here; wrong ones slow this card down and block nobody."""

from __future__ import annotations

from dataclasses import replace

from lending.visit import cards
from lending.visit.inputs import PinChecked
from lending.visit.model import AskPin, Facts, Outcome, PinUnchecked, Visit
from lending.visit.moves import go, stay, try_again_ms, under_notice


def entered(visit: Visit, step: AskPin, facts: Facts) -> Outcome:
    """Return the visit waiting for the answer, unless it is too early for a new try."""
    if facts.up_ms < step.wait_until_ms:
        return stay(visit, facts)
    return go(visit, replace(step, checking=True), facts)


def checked(visit: Visit, given: PinChecked, facts: Facts) -> Outcome:
    """Return what the answer leads to. One that nobody here waits for leads to nothing."""
    asked = visit.home
    patron = visit.patron
    if patron is None or not isinstance(asked, AskPin) or not asked.checking:
        return Outcome(visit)
    if given.patron_ref not in (None, patron.ref):
        return Outcome(visit)
    at_pin = isinstance(under_notice(visit), AskPin)
    if given.right and at_pin:
        return cards.enter(visit, patron, asked.wants, facts)
    answered = _answered(asked, facts, right=given.right)
    if at_pin:
        return go(visit, answered, facts)
    return Outcome(replace(visit, home=answered))


def _answered(asked: AskPin, facts: Facts, *, right: bool | None) -> AskPin | PinUnchecked:
    """Return where the PIN stands now. A right one that came while something was brought back is asked for again."""
    if right is None:
        return PinUnchecked()
    if right:
        return replace(asked, checking=False)
    wrong = asked.wrong + 1
    return replace(asked, wrong=wrong, wait_until_ms=try_again_ms(wrong, facts), checking=False)
