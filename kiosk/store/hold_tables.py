"""Holds as they stand: those of the feed, and what this station's journal has done with them since."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from hmac import compare_digest
from typing import Any

from sqlite_utils import Database

from kiosk.store import journal_table, people
from lending.entries import Entry, HoldCancelled, HoldCollected, HoldPlaced, Return
from lending.holds import is_code
from lending.nouns import Hold
from sync.journal import open_entry

CodeHash = Callable[[str, str], str]
"""Turns hold id and pickup code into the keyed hash the feed carries."""

_STANDING = """
    SELECT hold_id, thing, patron_ref, until, item, code_hash, 0 AS here, rowid AS place FROM hold
        WHERE slot = :slot AND hold_id NOT IN (SELECT hold_id FROM hold_ended)
    UNION ALL
    SELECT hold_id, thing, patron_ref, until, item, '', 1, rowid FROM hold_here
        WHERE hold_id NOT IN (SELECT hold_id FROM hold WHERE slot = :slot)
"""


def apply(db: Database, entry: Entry) -> None:
    """Let `entry` change the holds of this station, inside the open transaction."""
    match entry.body:
        case HoldPlaced() as body if entry.personal is not None:
            row = (body.hold, body.thing, entry.personal.patron_ref, body.until.isoformat(), body.item)
            db.conn.execute("INSERT OR REPLACE INTO hold_here VALUES (?, ?, ?, ?, ?)", row)
        case HoldCancelled(hold=hold):
            _end(db, hold, None)
        case HoldCollected(hold=hold, loan=loan):
            _end(db, hold, loan)
        case Return(undo=True, loan=str() as loan):
            for (hold,) in db.conn.execute("SELECT hold_id FROM hold_ended WHERE loan = ?", (loan,)).fetchall():
                _stand_again(db, hold)


def _end(db: Database, hold: str, loan: str | None) -> None:
    db.conn.execute("DELETE FROM hold_here WHERE hold_id = ?", (hold,))
    db.conn.execute("INSERT OR IGNORE INTO hold_ended VALUES (?, ?)", (hold, loan))


def _stand_again(db: Database, hold: str) -> None:
    """Let a hold be as before it was collected. One of the feed is there; one placed here stands in the journal."""
    db.conn.execute("DELETE FROM hold_ended WHERE hold_id = ?", (hold,))
    for epoch, seq in people.reopen_placing(db, hold):
        for wire in journal_table.read_after(db, epoch, seq - 1, 1):
            apply(db, open_entry(wire))


def holds_where(db: Database, slot: int, condition: str, value: str) -> tuple[Hold, ...]:
    """Return the holds that have not ended, lapsed ones too: those of the feed first, then by age.

    `condition` is the name of a column.
    """
    sql = f"SELECT * FROM ({_STANDING}) WHERE {condition} = :value ORDER BY here, place"  # noqa: S608 - fixed words only
    return tuple(_hold(row) for row in db.conn.execute(sql, {"slot": slot, "value": value}))


def _hold(row: tuple[Any, ...]) -> Hold:
    hold_id, thing, patron_ref, until, item, code_hash, _, _ = row
    return Hold(hold_id, thing, patron_ref, date.fromisoformat(until), item, code_hash)


def with_code(db: Database, slot: int, code: str, today: date, code_hash: CodeHash) -> Hold | None:
    """Return the hold this pickup code belongs to and that has not lapsed by `today`, or None.

    Every hold is compared, so that the time it takes tells nothing.
    """
    if not is_code(code):
        return None
    sql = f"SELECT * FROM ({_STANDING}) WHERE code_hash != '' AND until >= :today"  # noqa: S608 - fixed words only
    found = None
    for row in db.conn.execute(sql, {"slot": slot, "today": today.isoformat()}).fetchall():
        hold = _hold(row)
        if compare_digest(code_hash(hold.hold_id, code), hold.code_hash):
            found = hold
    return found


def any_with_code(db: Database, slot: int, today: date) -> bool:
    """Return whether any hold that has not lapsed can be collected by code."""
    sql = f"SELECT 1 FROM ({_STANDING}) WHERE code_hash != '' AND until >= :today LIMIT 1"  # noqa: S608 - fixed words
    return db.conn.execute(sql, {"slot": slot, "today": today.isoformat()}).fetchone() is not None


def set_aside(db: Database, slot: int, today: date) -> set[str]:
    """Return the items that are set aside for somebody."""
    sql = f"SELECT item FROM ({_STANDING}) WHERE item IS NOT NULL AND until >= :today"  # noqa: S608 - fixed words only
    return {item for (item,) in db.conn.execute(sql, {"slot": slot, "today": today.isoformat()})}


def lapsed_here(db: Database, before: date) -> Sequence[str]:
    """Return the ids of holds placed here whose last day was before `before`."""
    sql = "SELECT hold_id FROM hold_here WHERE until < ?"
    return [hold_id for (hold_id,) in db.conn.execute(sql, (before.isoformat(),))]
