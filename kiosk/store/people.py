"""Which entries are about whom, what they are about, and when that was over: what forgetting needs to know.

A *subject* is a loan (its entry id) or a hold (its hold id). While it is open its entries keep their personal part.
Other entries with a personal part, such as a staff card at the menu, are over at once.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlite_utils import Database

from kiosk.store.journal_table import place_of
from lending.entries import Entry, HoldCancelled, HoldCollected, HoldPlaced, Loan, Renewal

Row = tuple[str, int, int]
"""The key of a row: subject, epoch and sequence number."""

_INSERT = "INSERT INTO about VALUES (?, ?, ?, ?, ?, ?, ?)"
_CLOSE = "UPDATE about SET closed_epoch = ?, closed_seq = ? WHERE subject = ? AND closed_seq IS NULL"
_IS_OPEN = "SELECT 1 FROM about WHERE subject = ? AND closed_seq IS NULL LIMIT 1"


def note(db: Database, entry: Entry, closed_loans: Iterable[str]) -> None:
    """Remember whom `entry` is about and which subjects it closes, inside the open transaction."""
    for subject in closed_loans:
        db.conn.execute(_CLOSE, (entry.epoch, entry.seq, subject))
    if isinstance(entry.body, (HoldCancelled, HoldCollected)):  # a tuple: a union is made anew for every entry
        db.conn.execute(_CLOSE, (entry.epoch, entry.seq, entry.body.hold))
    if entry.personal is not None:
        subject, is_open = _subject(db, entry)
        closed = (None, None) if is_open else (entry.epoch, entry.seq)
        row = (subject, entry.epoch, entry.seq, entry.body.kind, entry.personal.patron_ref, *closed)
        db.conn.execute(_INSERT, row)


def _subject(db: Database, entry: Entry) -> tuple[str, bool]:
    """Return what the entry is about, and whether that is still open after it."""
    match entry.body:
        case Loan():
            return entry.entry_id, True
        case HoldPlaced(hold=hold):
            return hold, True
        case Renewal(loan=loan):
            return loan, db.conn.execute(_IS_OPEN, (loan,)).fetchone() is not None
        case HoldCancelled(hold=hold) | HoldCollected(hold=hold):
            return hold, False
        case _:
            return entry.entry_id, False


def reopen_placing(db: Database, hold: str) -> list[tuple[int, int]]:
    """Let the entry that placed a hold keep its personal part, and return where it stands; none if the hold was not
    placed here.
    """
    where = "subject = ? AND kind = 'hold_placed'"
    db.conn.execute(f"UPDATE about SET closed_epoch = NULL, closed_seq = NULL WHERE {where}", (hold,))  # noqa: S608
    rows = db.conn.execute(f"SELECT epoch, seq FROM about WHERE {where} ORDER BY epoch, seq", (hold,))  # noqa: S608
    return [(epoch, seq) for epoch, seq in rows]


def count(db: Database, patron_ref: str, after: tuple[int, int]) -> int:
    """Return how many entries about the card follow the place `(epoch, seq)`. Reads all that is not forgotten yet."""
    sql = "SELECT count(*) FROM about WHERE patron_ref = ? AND (epoch, seq) > (?, ?)"
    (found,) = db.conn.execute(sql, (patron_ref, *after)).fetchone()
    return int(found)


def closed_loans(db: Database, patron_ref: str) -> list[tuple[int, int]]:
    """Return where each loan of the card that is over was closed, as `(epoch, seq)`."""
    sql = "SELECT closed_epoch, closed_seq FROM about WHERE patron_ref = ? AND kind = 'loan' AND closed_seq NOT NULL"
    return [(epoch, seq) for epoch, seq in db.conn.execute(sql, (patron_ref,))]


def placed(db: Database, hold: str, epoch: int, seq: int) -> list[Row]:
    """Return the entries about a hold that stand in `epoch` at `seq` or before."""
    sql = "SELECT subject, epoch, seq FROM about WHERE subject = ? AND epoch = ? AND seq <= ?"
    return db.conn.execute(sql, (hold, epoch, seq)).fetchall()


def forgettable(db: Database, epoch: int, seq: int, limit: int) -> list[Row]:
    """Return up to `limit` entries of an epoch whose subject was closed at `seq` or before."""
    sql = """SELECT subject, epoch, seq FROM about
        WHERE closed_seq IS NOT NULL AND closed_epoch = ? AND closed_seq <= ? LIMIT ?"""
    return db.conn.execute(sql, (epoch, seq, limit)).fetchall()


def forget(db: Database, rows: Sequence[Row]) -> None:
    """Erase who these entries are about, and their personal parts, inside the open transaction."""
    db.conn.executemany("DELETE FROM about WHERE subject = ? AND epoch = ? AND seq = ?", rows)
    places = [(place_of(epoch, seq),) for _, epoch, seq in rows]
    db.conn.executemany("DELETE FROM personal WHERE place = ?", places)
