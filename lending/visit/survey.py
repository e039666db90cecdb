"""One question after a return that went well: what would have been done without the loan? One touch or none."""

from __future__ import annotations

from dataclasses import replace

from lending.entries import Draft, SurveyAnswer
from lending.impact import QUESTION, Instead
from lending.nouns import Item
from lending.visit.model import AskInstead, Facts, Outcome, Returned, Visit
from lending.visit.moves import draft, go, is_staff, stay


def is_asked(visit: Visit, step: Returned, item: Item | None) -> bool:
    """Return whether to ask: once a visit, after a loan this station knew, where a range can be told in return."""
    knows_cost = item is not None and item.buy_kroner is not None
    return knows_cost and step.loan is not None and not visit.asked and not is_staff(visit)


def ask(visit: Visit, step: Returned, facts: Facts, said: Draft) -> Outcome:
    """Return the visit with `said` written, asking."""
    return go(replace(visit, asked=True), AskInstead(step.item), facts, said)


def answered(visit: Visit, step: AskInstead, answer: Instead, facts: Facts) -> Outcome:
    """Return the visit with the first answer written. It names the thing, so that ranges can be worked out, and
    neither item nor entry: nothing in it leads to the loan.
    """
    item = facts.item(step.item)
    if step.chose is not None or item is None:
        return stay(visit, facts)
    said = SurveyAnswer(QUESTION, answer.value, about=item.thing)
    return go(visit, AskInstead(step.item, answer), facts, draft(facts, said))
