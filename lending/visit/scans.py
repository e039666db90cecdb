"""Scans: what comes back is taken, what is on the shelf is lent, everything else gets an answer of its own."""

from __future__ import annotations

from dataclasses import replace

from lending.ledger import ItemLedger
from lending.visit import borrow, staff, staff_work
from lending.visit.inputs import ItemScanned
from lending.visit.model import (
    Account,
    AskReturn,
    AskWhy,
    Facts,
    Notice,
    OddScan,
    OtherCard,
    Outcome,
    StaffMenu,
    Visit,
)
from lending.visit.moves import COVERS, go, is_staff, item_at, may_borrow, owns_account, stay, under_notice
from lending.visit.returns import take_back


def item_scanned(visit: Visit | None, given: ItemScanned, facts: Facts) -> Outcome:
    """Return what a scan that may be an item of ours leads to."""
    code = given.code
    if given.maybe_person and facts.item(code) is None and facts.ledger(code) == ItemLedger(code):
        return odd(visit, OddScan.NATIONAL_ID, facts)
    visit = visit or Visit(None, Account())
    work = staff_work.scanned(visit, given, facts) if is_staff(visit) else None
    if work is not None:
        return work
    step = under_notice(visit)
    if item_at(step) == code:
        return go(visit, step, facts)
    if _comes_back(visit, code, facts):
        return take_back(visit, code, facts)
    if isinstance(visit.home, StaffMenu) and facts.item(code) is not None:
        return staff.check(visit, visit.home, code, facts)
    if isinstance(visit.step, OtherCard):
        return go(visit, _what_is_this(code, facts), facts)
    return borrow.begin(visit, code, facts)


def _comes_back(visit: Visit, code: str, facts: Facts) -> bool:
    """Return whether the journal says by itself that this is a return. With a card that may borrow it could also be
    somebody else's thing that was never given back; then the person is asked.
    """
    loans = facts.ledger(code).open_loans
    asks_whose = owns_account(visit) and may_borrow(visit, facts) and not is_staff(visit)
    if not asks_whose or isinstance(visit.step, OtherCard) or facts.item(code) is None:
        return bool(loans)
    return any(visit.patron is not None and loan.patron_ref == visit.patron.ref for loan in loans)


def _what_is_this(code: str, facts: Facts) -> AskReturn:
    return AskReturn(code, AskWhy.ON_SHELF if facts.item(code) else AskWhy.ITEM_UNKNOWN)


def odd(visit: Visit | None, about: OddScan, facts: Facts) -> Outcome:
    """Return the visit under a notice. A question about another card is dropped by it, and can be asked again."""
    if visit is None:
        return stay(Visit(None, Notice(about)), facts)
    tried = staff_work.odd_tried(visit, about, facts)
    if tried is not None:
        return tried
    covered = visit.before if isinstance(visit.step, COVERS) else visit.step
    return stay(replace(visit, step=Notice(about), before=covered), facts)
