"""Tables derived from the journal: who has what. Written by the one fold in `lending.ledger`, never by hand."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import date
from typing import Any

from sqlite_utils import Database

from kiosk.store import journal_table
from lending.entries import Entry
from lending.ledger import ItemLedger, OpenLoan, apply_entry, item_of
from lending.nouns import Condition
from sync.journal import open_entry

_LOAN = "entry_id, item, patron_ref, station, seq, lent_ms, due, provisional"
_INSERT_LOAN = f"INSERT INTO loan ({_LOAN}) VALUES (?, ?, ?, ?, ?, ?, ?, ?)"  # noqa: S608 - no input in it
_UPSERT_STATE = "INSERT OR REPLACE INTO item_state VALUES (?, ?, ?, ?, ?, ?)"


def _loan(row: tuple[Any, ...]) -> OpenLoan:
    entry_id, item, patron_ref, station, seq, lent_ms, due, provisional = row
    return OpenLoan(entry_id, item, patron_ref, station, seq, lent_ms, date.fromisoformat(due), bool(provisional))


def _loans_where(db: Database, condition: str, value: str, order: str) -> tuple[OpenLoan, ...]:
    sql = f"SELECT {_LOAN} FROM loan WHERE {condition} = ? ORDER BY {order}"  # noqa: S608 - fixed words only
    return tuple(_loan(row) for row in db.conn.execute(sql, (value,)))


def ledger_of(db: Database, item: str) -> ItemLedger:
    """Return what the journal says of `item`; an empty ledger if it says nothing."""
    row = db.conn.execute("SELECT * FROM item_state WHERE item = ?", (item,)).fetchone()
    if row is None:
        return ItemLedger(item)
    _, place, condition, missing, times_lent, last_loan = row
    loans = _loans_where(db, "item", item, "rowid")  # the order of the fold; `seq` starts anew with each epoch
    return ItemLedger(item, loans, place, Condition(condition), tuple(json.loads(missing)), times_lent, last_loan)


def loans_of(db: Database, patron_ref: str) -> tuple[OpenLoan, ...]:
    """Return the open loans of a patron, due soonest first."""
    return _loans_where(db, "patron_ref", patron_ref, "due, seq")


def items_out(db: Database) -> set[str]:
    """Return the items that are out on loan."""
    return {item for (item,) in db.conn.execute("SELECT DISTINCT item FROM loan")}


def apply(db: Database, entry: Entry) -> None:
    """Let `entry` change the tables, inside the open transaction."""
    item = item_of(entry)
    if item is not None:
        _write(db, apply_entry(ledger_of(db, item), entry))


def _write(db: Database, ledger: ItemLedger) -> None:
    db.conn.execute("DELETE FROM loan WHERE item = ?", (ledger.item,))
    db.conn.executemany(_INSERT_LOAN, [_loan_row(loan) for loan in ledger.open_loans])
    db.conn.execute(_UPSERT_STATE, _state_row(ledger))


def _loan_row(loan: OpenLoan) -> tuple[Any, ...]:
    due = loan.due.isoformat()
    provisional = int(loan.provisional)
    return (loan.entry_id, loan.item, loan.patron_ref, loan.station, loan.seq, loan.lent_ms, due, provisional)


def _state_row(ledger: ItemLedger) -> tuple[Any, ...]:
    missing = json.dumps(list(ledger.missing))
    return (ledger.item, ledger.place, ledger.condition.value, missing, ledger.times_lent, ledger.last_loan)


def fold_all(entries: Iterable[Entry]) -> dict[str, ItemLedger]:
    """Return the ledger of every item the entries speak of, in the order of first mention."""
    ledgers: dict[str, ItemLedger] = {}
    for entry in entries:
        item = item_of(entry)
        if item is not None:
            ledgers[item] = apply_entry(ledgers.get(item, ItemLedger(item)), entry)
    return ledgers


def rebuild(db: Database) -> int:
    """Make the derived tables again from the journal and return how many entries were read."""
    count = 0

    def entries() -> Iterable[Entry]:
        nonlocal count
        for wire in journal_table.read_all(db):
            count += 1
            yield open_entry(wire)

    ledgers = fold_all(entries())
    with db.atomic():
        db.conn.execute("DELETE FROM loan")
        db.conn.execute("DELETE FROM item_state")
        loans = [_loan_row(loan) for ledger in ledgers.values() for loan in ledger.open_loans]
        db.conn.executemany(_INSERT_LOAN, loans)
        db.conn.executemany(_UPSERT_STATE, [_state_row(ledger) for ledger in ledgers.values()])
    return count


def rows(db: Database) -> dict[str, list[tuple[Any, ...]]]:
    """Return all rows of the derived tables in a fixed order, to compare two ways of making them."""
    return {
        "loan": sorted(db.conn.execute(f"SELECT {_LOAN} FROM loan").fetchall()),  # noqa: S608 - fixed words only
        "item_state": sorted(db.conn.execute("SELECT * FROM item_state").fetchall()),
    }
