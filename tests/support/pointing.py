"""A finger on a row of the account: tests count rows, a screen sends what the row goes by."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from lending.visit import CancelHold, Facts, RenewLoan, Visit
from lending.visit.rows import row_of


def pointed(given: Any, visit: Visit | None, facts: Facts) -> Any:
    """Return the input with the row that "#0", "#1" … of the patron counts; what points at none stays as it is."""
    if not isinstance(given, RenewLoan | CancelHold) or visit is None or visit.patron is None:
        return given
    ref = visit.patron.ref
    if isinstance(given, RenewLoan):
        rows = [row_of(loan.entry_id) for loan in facts.loans_of(ref)]
    else:
        rows = [row_of(hold.hold_id) for hold in facts.holds_of(ref)]
    at = given.row.removeprefix("#")
    return replace(given, row=rows[int(at)]) if at.isdigit() and int(at) < len(rows) else given
