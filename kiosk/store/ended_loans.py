"""Loans lent here that ended elsewhere, as the feed tells. The journal knows nothing of it, so the tables derived
from it stay as they are: whoever reads loans leaves these out.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from sqlite_utils import Database

from kiosk.store import people
from lending.ledger import ItemLedger, OpenLoan
from lending.nouns import Shelf

_FORGETTABLE = """SELECT about.subject, about.epoch, about.seq, about.patron_ref FROM ended_loan
    JOIN about ON about.subject = ended_loan.loan
    WHERE ended_loan.slot = ? AND ended_loan.at_ms <= ? AND about.epoch = ? AND about.seq <= ? LIMIT ?"""


def ended_at(db: Database, slot: int, loans: Iterable[str]) -> dict[str, int]:
    """Return those of these loans that ended elsewhere, with the hub's time when it knew (Unix ms)."""
    sql = "SELECT at_ms FROM ended_loan WHERE slot = ? AND loan = ?"
    found = {loan: db.conn.execute(sql, (slot, loan)).fetchone() for loan in loans}
    return {loan: int(row[0]) for loan, row in found.items() if row is not None}


def open_ones(db: Database, slot: int, loans: Sequence[OpenLoan]) -> tuple[OpenLoan, ...]:
    """Return those of the loans the journal has open that did not end elsewhere."""
    ended = ended_at(db, slot, (loan.entry_id for loan in loans))
    return tuple(loan for loan in loans if loan.entry_id not in ended)


def without_ended(db: Database, slot: int, ledger: ItemLedger) -> ItemLedger:
    """Return the ledger of an item without loans that ended elsewhere. Where it stands then nobody here knows."""
    kept = open_ones(db, slot, ledger.open_loans)
    if len(kept) == len(ledger.open_loans):
        return ledger
    shelf = Shelf.FREE if not kept and ledger.shelf is Shelf.OUT else ledger.shelf
    return replace(ledger, open_loans=kept, shelf=shelf)


def forget(db: Database, slot: int, before_ms: int, epoch: int, seq: int, limit: int) -> list[people.Row]:
    """Return up to `limit` entries at `seq` or before that are about loans which ended elsewhere by `before_ms`. The
    loans themselves forget whose they were.
    """
    rows = db.conn.execute(_FORGETTABLE, (slot, before_ms, epoch, seq, limit)).fetchall()
    whose = {(patron_ref, loan) for loan, _, _, patron_ref in rows}
    db.conn.executemany("UPDATE loan SET patron_ref = NULL WHERE patron_ref = ? AND entry_id = ?", whose)
    return [row[:3] for row in rows]
