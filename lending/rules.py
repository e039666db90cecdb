"""Rules that stop a loan before it happens. Each gives a plain reason key; none of them stops a return."""

from __future__ import annotations

from enum import StrEnum

from lending.ledger import ItemLedger
from lending.nouns import Rules, Standing


class Reason(StrEnum):
    """Why a loan cannot happen now. The screen turns each into what the resident *can* do."""

    CARD_BLOCKED = "card_blocked"
    LIMIT_REACHED = "limit_reached"
    PROVISIONAL_LIMIT = "provisional_limit"
    ALREADY_OUT = "already_out"
    ITEM_UNKNOWN = "item_unknown"


def card_refuses(standing: Standing) -> Reason | None:
    """Return why a card of this standing cannot borrow anything, or None if it can."""
    return Reason.CARD_BLOCKED if standing is Standing.BLOCKED else None


def limit_refuses(standing: Standing, open_loans: int, rules: Rules) -> Reason | None:
    """Return why a patron with `open_loans` cannot borrow one more, or None if there is room."""
    if standing is Standing.UNKNOWN:
        return Reason.PROVISIONAL_LIMIT if open_loans >= rules.provisional_limit else None
    return Reason.LIMIT_REACHED if open_loans >= rules.loan_limit else None


def item_refuses(ledger: ItemLedger) -> Reason | None:
    """Return why this item cannot be lent, or None if nothing here says so."""
    return Reason.ALREADY_OUT if ledger.open_loans else None


def loan_refused(standing: Standing, open_loans: int, ledger: ItemLedger, rules: Rules) -> Reason | None:
    """Return the first reason against this loan: the card first, then the item, then the count."""
    return card_refuses(standing) or item_refuses(ledger) or limit_refuses(standing, open_loans, rules)
