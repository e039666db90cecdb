"""Forgetting: a returned loan's patron goes some time after the hub has acknowledged it, from the table, the file and
the WAL. The hash chain covers a salted commitment instead, so it still verifies (invariant 9).

An entry may be forgotten once the entry that closed its subject was acknowledged `retention_days` ago or more. The
times of acknowledgement are the hub's, so a wrong clock at the station forgets nothing the hub does not hold.
"""

from __future__ import annotations

from datetime import timedelta

from sqlite_utils import Database

from kiosk.store import ended_loans, hold_tables, people, pin_tables
from kiosk.store.clocks import local_time
from lending.nouns import Rules

DAY_MS = 24 * 3600 * 1000
KEEP_WRONG_MS = DAY_MS
STEP = 100
"""Entries forgotten in one short transaction."""


def note_acknowledged(db: Database, epoch: int, seq: int, at_ms: int) -> None:
    """Remember that at `at_ms` (the hub's time) the hub held everything up to `seq`."""
    db.conn.execute("INSERT OR IGNORE INTO acknowledgement VALUES (?, ?, ?)", (epoch, seq, at_ms))


def note_rewound(db: Database, epoch: int, held: int) -> None:
    """Remember that the hub, set back to an older state, holds everything up to `held` and nothing after it."""
    at_ms = acknowledged_ms(db, epoch, held) if held else None
    db.conn.execute("DELETE FROM acknowledgement WHERE epoch = ? AND seq > ?", (epoch, held))
    if at_ms is not None:
        note_acknowledged(db, epoch, held, at_ms)


def acknowledged_ms(db: Database, epoch: int, seq: int) -> int | None:
    """Return when the hub was first known to hold the entry at this place, or None if it is not known to."""
    sql = "SELECT min(at_ms) FROM acknowledgement WHERE epoch = ? AND seq >= ?"
    (found,) = db.conn.execute(sql, (epoch, seq)).fetchone()
    return None if found is None else int(found)


def acknowledged_by(db: Database, moment_ms: int) -> dict[int, int]:
    """Return for each epoch up to which entry the hub held everything at that moment."""
    sql = "SELECT epoch, max(seq) FROM acknowledgement WHERE at_ms <= ? GROUP BY epoch"
    return dict(db.conn.execute(sql, (moment_ms,)).fetchall())


def forget(db: Database, slot: int, rules: Rules, now_ms: int, limit: int = STEP) -> int:
    """Erase up to `limit` personal parts whose time is over, inside the open transaction; return how many rows went.
    `slot` is that of the live feed, which tells of loans that ended elsewhere.

    What was erased may still stand in the WAL until the caller has truncated it.
    """
    gone = pin_tables.erase_old(db, now_ms, KEEP_WRONG_MS)
    before_ms = now_ms - rules.retention_days * DAY_MS
    for epoch, seq in acknowledged_by(db, before_ms).items():
        found = people.forgettable(db, epoch, seq, limit) + _lapsed(db, epoch, seq, rules, now_ms)
        found += ended_loans.forget(db, slot, before_ms, epoch, seq, limit)
        people.forget(db, found)
        db.conn.execute("DELETE FROM acknowledgement WHERE epoch = ? AND seq < ?", (epoch, seq))
        gone += len(found)
    return gone


def _lapsed(db: Database, epoch: int, seq: int, rules: Rules, now_ms: int) -> list[people.Row]:
    """Return the entries of holds that were placed here and whose last day was `retention_days` ago or more: no entry
    says that they lapsed. The holds themselves are erased.
    """
    day = local_time(now_ms, rules.time_zone).date() - timedelta(days=rules.retention_days)
    places = []
    for hold in hold_tables.lapsed_here(db, day):
        found = people.placed(db, hold, epoch, seq)
        if found:
            db.conn.execute("DELETE FROM hold_here WHERE hold_id = ?", (hold,))
        places += found
    return places
