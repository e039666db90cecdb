"""Cards: whose visit this is, and what happens when another card is shown in the middle of it."""

from __future__ import annotations

from dataclasses import replace

from lending.entries import Refusal
from lending.nouns import PinRule, Standing
from lending.visit import borrow, browse, staff, staff_work
from lending.visit.inputs import CardShown
from lending.visit.model import (
    Account,
    AskDamage,
    AskPin,
    AskReturn,
    AskWhy,
    BorrowParts,
    CardStop,
    Facts,
    LookAt,
    OtherCard,
    Outcome,
    Patron,
    Step,
    UnknownCard,
    Visit,
)
from lending.visit.moves import card_refused, draft, go, is_staff, stay, uncovered, under_notice


def card_shown(visit: Visit | None, card: CardShown, facts: Facts) -> Outcome:
    """Return whose visit it is now."""
    if visit is None or visit.patron is None:
        return open_visit(card, _wanted(visit), facts, _looked_at(visit))
    tried = staff_work.card_tried(visit, card, facts) if is_staff(visit) else None
    if tried is not None:
        return tried
    if visit.patron.ref == card.patron_ref:
        return _same_card(visit, card, facts)
    if is_staff(visit) or not _has_begun(visit):
        return open_visit(card, None, facts, _looked_at(visit))
    covered = visit.before if isinstance(visit.step, OtherCard) else under_notice(visit)
    return stay(replace(visit, step=OtherCard(card.patron_ref, card.sealed_card), before=covered), facts)


def switch(visit: Visit, step: OtherCard, facts: Facts) -> Outcome:
    """Return the visit of the other card; what was not confirmed is dropped."""
    return open_visit(CardShown(step.patron_ref, step.sealed_card), _wanted_at(visit.before), facts)


def _same_card(visit: Visit, card: CardShown, facts: Facts) -> Outcome:
    if isinstance(visit.step, OtherCard):
        return uncovered(visit, facts)
    if visit.hold is not None and not _has_begun(visit):
        return open_visit(card, _wanted(visit), facts, _looked_at(visit))
    wanted = _wanted(visit)
    return stay(visit, facts) if wanted is None else borrow.begin(visit, wanted, facts)


def _has_begun(visit: Visit) -> bool:
    """Return whether anything would be lost if another card took over. A card asked about waits for its answer."""
    return bool(visit.lines) or isinstance(under_notice(visit), BorrowParts | AskDamage | OtherCard)


def _wanted(visit: Visit | None) -> str | None:
    return None if visit is None else _wanted_at(under_notice(visit))


def _wanted_at(step: Step | None) -> str | None:
    """Return the item from the shelf that somebody has asked about before their card was shown."""
    return step.item if isinstance(step, AskReturn) and step.why is AskWhy.ON_SHELF else None


def _looked_at(visit: Visit | None) -> LookAt | None:
    """Return the thing somebody looked at before their card was shown."""
    step = None if visit is None else under_notice(visit)
    return step if isinstance(step, LookAt) else None


def open_visit(card: CardShown, wants: str | None, facts: Facts, then: LookAt | None = None) -> Outcome:
    """Return a new visit for this card, which goes on at `then`. Whatever an earlier visit has done stays with that
    one.
    """
    known = facts.card(card.patron_ref)
    sealed = card.sealed_card if known.standing is Standing.UNKNOWN else None
    patron = Patron(card.patron_ref, known.standing, sealed)
    asks_pin = _asks_pin(patron, facts)
    refused = card_refused(patron.ref, facts)
    if refused is not None:
        stopped = Visit(patron, CardStop(refused), home=AskPin() if asks_pin else Account())
        return stay(stopped, facts, draft(facts, Refusal(refused.value)))
    if asks_pin:
        return stay(Visit(patron, AskPin(wants=wants), then=then), facts)
    return enter(Visit(patron, Account(), then=then), patron, wants, facts)


def _asks_pin(patron: Patron, facts: Facts) -> bool:
    if patron.standing is Standing.UNKNOWN or facts.rules.pin is PinRule.NEVER:
        return False
    return facts.rules.pin is PinRule.ALWAYS or not facts.has_verified_pin(patron.ref)


def enter(visit: Visit, patron: Patron, wants: str | None, facts: Facts) -> Outcome:
    """Return the visit with nothing in the way any more: the staff menu, the item scanned before, or the account."""
    then = visit.then
    visit = replace(visit, home=Account(), then=None)
    if staff.opens_menu(patron, facts):
        return staff.open_menu(visit, patron, facts)
    if wants is not None:
        return borrow.begin(visit, wants, facts)
    if patron.standing is Standing.UNKNOWN:
        room = len(facts.loans_of(patron.ref)) < facts.rules.provisional_limit
        return go(visit, UnknownCard(room), facts)
    return go(visit, Account(), facts) if then is None else browse.go_on(visit, then, facts)
