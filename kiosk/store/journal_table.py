"""The journal in its table: appended to, read in order, never changed."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any

from sqlite_utils import Database

from lending.errors import Damaged, EntryRefused
from sync.journal import GENESIS, Place, Sealed, WireEntry, check_chain, check_envelope

_APPEND = "INSERT INTO journal (epoch, seq, entry_id, kind, item, hash, covered) VALUES (?, ?, ?, ?, ?, ?, ?)"
_APPEND_PERSONAL = "INSERT INTO personal (epoch, seq, personal, salt) VALUES (?, ?, ?, ?)"
_READ = (
    "SELECT j.covered, j.hash, p.personal, p.salt FROM journal j "
    "LEFT JOIN personal p ON p.epoch = j.epoch AND p.seq = j.seq "
)


def append(db: Database, sealed: Sealed, item: str | None) -> None:
    """Write one sealed entry into the open transaction. Raises sqlite3.Error, and then nothing has been written."""
    wire = sealed.wire
    row = (wire["epoch"], wire["seq"], wire["id"], wire["kind"], item, wire["hash"], sealed.covered)
    db.conn.execute(_APPEND, row)
    if sealed.personal is not None:
        db.conn.execute(_APPEND_PERSONAL, (wire["epoch"], wire["seq"], sealed.personal, wire["salt"]))


def _wire(row: tuple[Any, ...]) -> WireEntry:
    covered, digest, personal, salt = row
    try:
        wire: WireEntry = dict(json.loads(covered))
        wire["personal"] = None if personal is None else json.loads(personal)
    except (ValueError, TypeError):
        raise Damaged("the journal holds an entry that cannot be read; rebuild from the hub") from None
    wire["hash"] = digest
    wire["salt"] = salt
    return wire


def read_after(db: Database, epoch: int, seq: int, limit: int) -> list[WireEntry]:
    """Return up to `limit` entries of `epoch` that follow `seq`, in order."""
    where = "WHERE j.epoch = ? AND j.seq > ? ORDER BY j.seq LIMIT ?"
    return [_wire(row) for row in db.conn.execute(_READ + where, (epoch, seq, limit))]


def read_all(db: Database) -> Iterator[WireEntry]:
    """Yield every entry in order."""
    for row in db.conn.execute(_READ + "ORDER BY j.epoch, j.seq"):
        yield _wire(row)


def place(db: Database, station: str, epoch: int) -> Place:
    """Return where the next entry of `epoch` goes.

    Raises Damaged if the newest entry is not what its hash says.
    """
    row = db.conn.execute(_READ + "WHERE j.epoch = ? ORDER BY j.seq DESC LIMIT 1", (epoch,)).fetchone()
    if row is None:
        return Place(station, epoch, 0, GENESIS)
    newest = _wire(row)
    try:
        check_envelope(newest)
    except EntryRefused as refused:
        raise Damaged(f"journal of {station}: {refused}") from None
    return Place(station, epoch, int(newest["seq"]), str(newest["hash"]))


def _check_personal(wires: Sequence[WireEntry], station: str) -> None:
    for wire in wires:
        try:
            check_envelope(wire)
        except EntryRefused as refused:
            raise Damaged(f"journal of {station}: {refused}") from None


def check(db: Database, station: str, epoch: int) -> int:
    """Return how many entries of `epoch` form an unbroken chain; raises Damaged at the first that does not."""
    after, count = Place(station, epoch), 0
    while wires := read_after(db, epoch, after.seq, 1000):
        broken = check_chain(wires, after)
        if broken is not None:
            raise Damaged(f"journal of {station}: entry {broken.seq}: {broken.reason}")
        _check_personal(wires, station)
        after = Place(station, epoch, int(wires[-1]["seq"]), str(wires[-1]["hash"]))
        count += len(wires)
    return count
