"""What counts as lending, for a station that only takes things back: a full disk, or a hub that takes no loans."""

from __future__ import annotations

from lending.entries import HoldPlaced, Loan, Renewal
from lending.visit import BorrowParts, Outcome

_LENDING = (Loan, Renewal, HoldPlaced)
"""What such a station does not write."""


class LendingClosed(Exception):  # noqa: N818 - named for what has happened
    """Something was to be lent, and now nothing is. `item` is what was wanted, if it was one thing."""

    def __init__(self, item: str | None) -> None:
        super().__init__()
        self.item = item


def lends(outcome: Outcome) -> bool:
    """Return whether something is to be lent, or asked about on the way to a loan."""
    asks = outcome.visit is not None and isinstance(outcome.visit.step, BorrowParts)
    return asks or any(isinstance(draft.body, _LENDING) for draft in outcome.drafts)


def wanted(outcome: Outcome) -> str | None:
    """Return the item somebody wants to borrow or renew, None if it is no single one."""
    if outcome.visit is not None and isinstance(outcome.visit.step, BorrowParts):
        return outcome.visit.step.item
    return next((draft.body.item for draft in outcome.drafts if isinstance(draft.body, Loan | Renewal)), None)
