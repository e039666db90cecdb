"""The staff menu: what was left here is scanned, looked at, and free for the next."""

from __future__ import annotations

from dataclasses import replace

from lending.entries import ItemChecked, Personal, StaffPresence
from lending.ledger import ItemLedger
from lending.nouns import Condition, Shelf, Standing
from lending.visit.model import AskReturn, AskWhy, Facts, Outcome, Patron, StaffMenu, Visit
from lending.visit.moves import draft, go, is_staff


def opens_menu(patron: Patron, facts: Facts) -> bool:
    """Return whether this card is a staff card in good standing."""
    card = facts.card(patron.ref)
    return card.staff and card.standing is Standing.KNOWN


def open_menu(visit: Visit, patron: Patron, facts: Facts) -> Outcome:
    """Return the visit at the staff menu, with an entry that somebody of staff is here."""
    here = draft(facts, StaffPresence(inside=True), Personal(patron.ref))
    return go(visit, StaffMenu(), facts, here)


def check(visit: Visit, menu: StaffMenu, code: str, facts: Facts) -> Outcome:
    """Return the visit with this item free for the next, unless that is what it was. One that the journal does not
    know to be here may be coming back from elsewhere.
    """
    ledger = facts.ledger(code)
    if not needs_look(ledger):
        return go(visit, menu if ledger.place == facts.station else AskReturn(code, AskWhy.ON_SHELF), facts)
    return go(visit, replace(menu, done=menu.done + 1), facts, draft(facts, ItemChecked(code, Shelf.FREE)))


def needs_look(ledger: ItemLedger) -> bool:
    """Return whether there is anything a check would change."""
    return ledger.shelf is not Shelf.FREE or ledger.condition is not Condition.OK or bool(ledger.missing)


def left(before: Visit | None, after: Outcome, facts: Facts) -> Outcome:
    """Return `after` with an entry that staff have left, if the menu was open and is not any more."""
    if before is None or before.patron is None or not is_staff(before):
        return after
    if after.visit is not None and after.visit.patron == before.patron:
        return after
    gone = draft(facts, StaffPresence(inside=False), Personal(before.patron.ref))
    return replace(after, drafts=(gone, *after.drafts))
