"""Loans that another unit of this station made, as the feed tells. This unit's journal knows nothing of how they
began, so the tables derived from it stay as they are: whoever reads loans adds these.

A loan is over once a return here names it, or its thing came back here after it was lent; then the hub takes it out
of the feed as soon as it knows. A loan that stands in this unit's own journal is none of these.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from sqlite_utils import Database

from lending.entries import Entry, Renewal, Return
from lending.ledger import ItemLedger, OpenLoan
from lending.nouns import Shelf
from sync.feed_page import StillOpen

_COLUMNS = "loan, item, patron_ref, lent_ms, due, provisional, renewals"
_NOT_OURS = "NOT EXISTS (SELECT 1 FROM about WHERE about.subject = told_loan.loan AND about.kind = 'loan')"
_IS_OVER = """(EXISTS (SELECT 1 FROM told_end WHERE told_end.loan = told_loan.loan)
    OR EXISTS (SELECT 1 FROM item_state WHERE item_state.item = told_loan.item AND back_ms >= told_loan.lent_ms))"""
_OPEN = f"FROM told_loan WHERE slot = ? AND {_NOT_OURS} AND NOT {_IS_OVER}"


def row(loan: StillOpen) -> tuple[Any, ...]:
    """Return the row of a loan without its slot."""
    due, provisional = loan.due.isoformat(), int(loan.provisional)
    return (loan.loan, loan.item, loan.patron_ref, loan.lent_ms, due, provisional, loan.renewals)


def note(db: Database, entry: Entry, before: ItemLedger) -> None:
    """Remember what `entry` says of loans that are not in the journal, inside the open transaction. `before` is what
    the journal said of its item.
    """
    known = {loan.entry_id for loan in before.open_loans}
    match entry.body:
        case Return(undo=False, loan=str() as loan) if loan not in known:
            db.conn.execute("INSERT OR IGNORE INTO told_end VALUES (?)", (loan,))
        case Renewal() as body if body.loan not in known:
            values = (entry.epoch, entry.seq, body.loan, body.due.isoformat())
            db.conn.execute("INSERT INTO told_renewal VALUES (?, ?, ?, ?)", values)


def open_where(db: Database, slot: int, station: str, column: str, value: str) -> tuple[OpenLoan, ...]:
    """Return those that are open and have `value` in this column, in the order they were lent."""
    sql = f"SELECT {_COLUMNS} {_OPEN} AND {column} = ? ORDER BY lent_ms, loan"
    return tuple(_loan(db, station, row) for row in db.conn.execute(sql, (slot, value)).fetchall())


def _loan(db: Database, station: str, row: tuple[Any, ...]) -> OpenLoan:
    loan, item, patron_ref, lent_ms, due, provisional, renewals = row
    told = date.fromisoformat(due)
    renewed = db.conn.execute("SELECT due FROM told_renewal WHERE loan = ?", (loan,))
    # What goes further than the hub's date it has not heard of yet.
    further = [one for one in (date.fromisoformat(text) for (text,) in renewed) if one > told]
    last = max([told, *further])
    return OpenLoan(loan, item, patron_ref, station, 0, lent_ms, last, bool(provisional), renewals + len(further))


def with_told(db: Database, slot: int, station: str, ledger: ItemLedger) -> ItemLedger:
    """Return the ledger of an item with the open loans its journal knows nothing of, ahead of the others."""
    told = open_where(db, slot, station, "item", ledger.item)
    if not told:
        return ledger
    return replace(
        ledger,
        open_loans=(*told, *ledger.open_loans),
        place=None,
        shelf=Shelf.OUT,
        last_loan=ledger.last_loan or told[-1].entry_id,
    )


def are_any(db: Database, slot: int) -> bool:
    """Return whether the feed tells of any."""
    return db.conn.execute("SELECT 1 FROM told_loan WHERE slot = ? LIMIT 1", (slot,)).fetchone() is not None


def items_out(db: Database, slot: int) -> set[str]:
    """Return the items that are out on such a loan."""
    return {item for (item,) in db.conn.execute(f"SELECT item {_OPEN}", (slot,))}


def returned_of(db: Database, slot: int, patron_ref: str) -> int:
    """Return how many of a patron's are over here while the hub has not said so yet."""
    sql = f"SELECT count(*) FROM told_loan WHERE slot = ? AND patron_ref = ? AND {_NOT_OURS} AND {_IS_OVER}"  # noqa: S608
    (found,) = db.conn.execute(sql, (slot, patron_ref)).fetchone()
    return int(found)


def by_due(loans: Iterable[OpenLoan]) -> Sequence[OpenLoan]:
    """Return loans due soonest first."""
    return sorted(loans, key=lambda loan: loan.due)
