"""Tables derived from the journal: who has what. Written by the one fold in `lending.ledger`, never by hand."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import date
from typing import Any

from sqlite_utils import Database

from kiosk.store import hold_tables, journal_table, people, told_loans
from lending.entries import Entry, Return
from lending.errors import Damaged, EntryRefused
from lending.ledger import ItemLedger, OpenLoan, apply_entry, item_of
from lending.nouns import Condition, Shelf
from sync.journal import WireEntry, open_entry

_LOAN = "entry_id, item, patron_ref, station, seq, lent_ms, due, provisional, renewals"
_INSERT_LOAN = "INSERT INTO loan VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
_RENEW_LOAN = "UPDATE loan SET due = ?, renewals = ? WHERE item = ? AND entry_id = ?"
_END_LOAN = "DELETE FROM loan WHERE item = ? AND entry_id = ?"
_STATE = "item, place, shelf, condition, missing, times_lent, last_loan"


def _upsert_state(columns: str) -> str:
    """Return the statement that writes these columns of an item's row, named by the first of them."""
    item, *others = columns.split(", ")
    marks = ", ".join("?" * (1 + len(others)))
    newer = ", ".join(f"{name} = excluded.{name}" for name in others)
    return (
        f"INSERT INTO item_state ({columns}) VALUES ({marks}) "  # noqa: S608 - fixed words only
        f"ON CONFLICT ({item}) DO UPDATE SET {newer}"
    )


_UPSERT_STATE = _upsert_state(_STATE)
_UPSERT_CAME_BACK = _upsert_state(f"{_STATE}, back_epoch, back_seq, back_ms")

_WAITS = "('left', 'stopped')"
"""The shelves of what waits for somebody to look at it."""

DERIVED = ("loan", "item_state", "hold_here", "hold_ended", "about", "told_end", "told_renewal")
"""The tables that `rebuild` makes anew."""


def _loan(row: tuple[Any, ...]) -> OpenLoan:
    entry_id, item, patron_ref, station, seq, lent_ms, due, provisional, renewals = row
    last = date.fromisoformat(due)
    return OpenLoan(entry_id, item, patron_ref, station, seq, lent_ms, last, bool(provisional), renewals)


def _loans_where(db: Database, condition: str, value: str, order: str) -> tuple[OpenLoan, ...]:
    sql = f"SELECT {_LOAN} FROM loan WHERE {condition} = ? ORDER BY {order}"  # noqa: S608 - fixed words only
    return tuple(_loan(row) for row in db.conn.execute(sql, (value,)))


def ledger_of(db: Database, item: str) -> ItemLedger:
    """Return what the journal says of `item`; an empty ledger if it says nothing."""
    sql = f"SELECT {_STATE} FROM item_state WHERE item = ?"  # noqa: S608 - fixed words only
    row = db.conn.execute(sql, (item,)).fetchone()
    if row is None:
        return ItemLedger(item)
    _, place, shelf, condition, missing, times_lent, last_loan = row
    loans = _loans_where(db, "item", item, "place")  # the order of the fold; `seq` starts anew with each epoch
    parts = tuple(json.loads(missing))
    return ItemLedger(item, loans, place, Shelf(shelf), Condition(condition), parts, times_lent, last_loan)


def has_seen(db: Database, item: str) -> bool:
    """Return whether the journal says anything of `item`. One that was taken away may have an empty ledger."""
    return db.conn.execute("SELECT 1 FROM item_state WHERE item = ?", (item,)).fetchone() is not None


def loans_of(db: Database, patron_ref: str) -> tuple[OpenLoan, ...]:
    """Return the open loans of a patron, due soonest first."""
    return _loans_where(db, "patron_ref", patron_ref, "due, seq")


def not_free(db: Database) -> set[str]:
    """Return the items that are out on loan or wait for somebody to look at them."""
    out = {item for (item,) in db.conn.execute("SELECT DISTINCT item FROM loan")}
    waiting = f"SELECT item FROM item_state WHERE shelf IN {_WAITS}"  # noqa: S608 - fixed words only
    return out | {item for (item,) in db.conn.execute(waiting)}


def items_out(db: Database) -> set[str]:
    """Return the items that are out on loan."""
    return {item for (item,) in db.conn.execute("SELECT DISTINCT item FROM loan")}


def left_at(db: Database, station: str) -> list[tuple[str, int | None]]:
    """Return item and time of return (Unix ms) of all that was left at `station` and waits, oldest first."""
    sql = f"SELECT item, back_ms FROM item_state WHERE shelf IN {_WAITS} AND place = ? ORDER BY back_epoch, back_seq"  # noqa: S608
    return [(item, back_ms) for item, back_ms in db.conn.execute(sql, (station,))]


def apply(db: Database, entry: Entry, ledger: ItemLedger | None = None) -> ItemLedger | None:
    """Let `entry` change the tables, inside the open transaction. Return what they say of its item after it.

    `ledger` is what they say of its item now, if that is known already.
    """
    item = item_of(entry)
    after, ended = None, list[str]()
    if item is not None:
        before = ledger_of(db, item) if ledger is None else ledger
        after = apply_entry(before, entry)
        ended = _write_loans(db, before.open_loans, after.open_loans, entry)
        _write_state(db, after, entry)
        told_loans.note(db, entry, before)
    people.note(db, entry, ended)
    hold_tables.apply(db, entry)
    return after


def _write_state(db: Database, ledger: ItemLedger, entry: Entry) -> None:
    missing = json.dumps(ledger.missing) if ledger.missing else "[]"
    shelf, condition = ledger.shelf.value, ledger.condition.value
    row = (ledger.item, ledger.place, shelf, condition, missing, ledger.times_lent, ledger.last_loan)
    if isinstance(entry.body, Return) and not entry.body.undo:
        db.conn.execute(_UPSERT_CAME_BACK, (*row, entry.epoch, entry.seq, entry.at.wall_ms))
    else:
        db.conn.execute(_UPSERT_STATE, row)


def _write_loans(db: Database, before: tuple[OpenLoan, ...], after: tuple[OpenLoan, ...], entry: Entry) -> list[str]:
    """Write what differs; return the loans that ended. A row lies where the entry that lent stands in the journal."""
    if before == after:
        return []
    old, new = {loan.entry_id: loan for loan in before}, {loan.entry_id: loan for loan in after}
    ended = [entry_id for entry_id in old if entry_id not in new]
    for entry_id in ended:
        db.conn.execute(_END_LOAN, (old[entry_id].item, entry_id))
    for entry_id, loan in new.items():
        if entry_id not in old:
            db.conn.execute(_INSERT_LOAN, _loan_row(loan, entry))
        elif loan != old[entry_id]:
            db.conn.execute(_RENEW_LOAN, (loan.due.isoformat(), loan.renewals, loan.item, entry_id))
    return ended


def _loan_row(loan: OpenLoan, entry: Entry) -> tuple[Any, ...]:
    return (
        loan.item,
        journal_table.place_of(entry.epoch, entry.seq),
        loan.entry_id,
        loan.patron_ref,
        loan.station,
        loan.seq,
        loan.lent_ms,
        loan.due.isoformat(),
        int(loan.provisional),
        loan.renewals,
    )


def readable(wires: Iterable[WireEntry]) -> Iterable[Entry]:
    """Yield the entries that can be read. One that cannot (a kind of tomorrow, a spoilt line) stops nothing."""
    for wire in wires:
        try:
            yield open_entry(wire)
        except EntryRefused:
            continue


def rebuild(db: Database) -> int:
    """Make the derived tables again from the journal and return how many entries were read.

    Raises Damaged if the journal cannot be read at all; then the tables are as they were.
    """
    count = 0
    with db.atomic():
        for table in DERIVED:
            db.conn.execute(f"DELETE FROM {table}")  # noqa: S608 - fixed words only
        for entry in readable(journal_table.read_all(db)):
            apply(db, entry)
            count += 1
    return count


def rows(db: Database) -> dict[str, list[tuple[Any, ...]]]:
    """Return all rows of the derived tables in a fixed order, to compare two ways of making them."""
    return {
        table: sorted(db.conn.execute(f"SELECT * FROM {table}").fetchall(), key=repr)  # noqa: S608 - fixed words only
        for table in DERIVED
    }


def highest_wall(db: Database, epoch: int, seq: int) -> int:
    """Return the latest wall time (Unix ms) any entry after this place carries; 0 if there is none."""
    sql = """SELECT max(json_extract(covered, '$.at.wall')) FROM journal
        WHERE (epoch, seq) > (?, ?) AND json_valid(covered)"""
    (found,) = db.conn.execute(sql, (epoch, seq)).fetchone()
    if found is not None and not isinstance(found, int):
        raise Damaged("the journal holds a time that is none")
    return found or 0
