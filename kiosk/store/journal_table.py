"""The journal in its table: appended to, read in order, never changed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import orjson
from sqlite_utils import Database

from lending.errors import Damaged, EntryRefused
from sync.journal import GENESIS, Place, Sealed, WireEntry, canonical, check_chain, check_envelope

_APPEND = "INSERT INTO journal VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
_APPEND_PERSONAL = "INSERT INTO personal VALUES (?, ?, ?, ?, ?)"
_NO_END = 2**63
_READ = "SELECT j.covered, j.hash, p.personal, p.salt FROM journal j LEFT JOIN personal p ON p.place = j.place "


def place_of(epoch: int, seq: int) -> int:
    """Return the one number under which an entry lies: entries of an epoch, and epochs, follow each other."""
    return epoch << 40 | seq


def append(db: Database, sealed: Sealed, item: str | None) -> None:
    """Write one sealed entry into the open transaction. Raises sqlite3.Error, and then nothing has been written."""
    entry = sealed.entry
    epoch, seq, place = entry.epoch, entry.seq, place_of(entry.epoch, entry.seq)
    row = (epoch, seq, entry.entry_id, entry.body.kind, item, sealed.hash, sealed.covered, place)
    db.conn.execute(_APPEND, row)
    if sealed.personal is not None:
        db.conn.execute(_APPEND_PERSONAL, (epoch, seq, sealed.personal, sealed.salt, place))


def append_again(db: Database, wire: WireEntry, item: str | None) -> None:
    """Write an entry that was sealed before, as it was, into the open transaction."""
    covered = {name: value for name, value in wire.items() if name not in ("hash", "personal", "salt")}
    epoch, seq, place = wire["epoch"], wire["seq"], place_of(wire["epoch"], wire["seq"])
    row = (epoch, seq, wire["id"], wire["kind"], item, wire["hash"], canonical(covered).decode(), place)
    db.conn.execute(_APPEND, row)
    if wire["personal"] is not None:
        personal = canonical(wire["personal"]).decode()
        db.conn.execute(_APPEND_PERSONAL, (epoch, seq, personal, wire["salt"], place))


def _wire(row: tuple[Any, ...]) -> WireEntry:
    covered, digest, personal, salt = row
    try:
        wire: WireEntry = dict(orjson.loads(covered))
        wire["personal"] = None if personal is None else orjson.loads(personal)
    except (ValueError, TypeError):
        raise Damaged("the journal holds an entry that cannot be read; rebuild from the hub") from None
    wire["hash"] = digest
    wire["salt"] = salt
    return wire


def read_after(db: Database, epoch: int, seq: int, limit: int) -> list[WireEntry]:
    """Return up to `limit` entries of `epoch` that follow `seq`, in order."""
    where = "WHERE j.place > ? AND j.place < ? ORDER BY j.place LIMIT ?"
    return [
        _wire(row) for row in db.conn.execute(_READ + where, (place_of(epoch, seq), place_of(epoch + 1, 0), limit))
    ]


def ends_of_others(db: Database, epoch: int) -> dict[int, int]:
    """Return for each epoch but this one the sequence number of its last entry."""
    sql = "SELECT epoch, max(seq) FROM journal WHERE epoch <> ? GROUP BY epoch"
    return dict(db.conn.execute(sql, (epoch,)).fetchall())


def oldest_after(db: Database, epoch: int, seq: int) -> WireEntry | None:
    """Return the entry of `epoch` that follows `seq`, or None if there is none."""
    return next(iter(read_after(db, epoch, seq, 1)), None)


def read_all(db: Database) -> Iterator[WireEntry]:
    """Yield every entry in order."""
    for row in db.conn.execute(_READ + "ORDER BY j.place"):
        yield _wire(row)


def gaps(db: Database, epoch: int) -> list[tuple[int, int, str]]:
    """Return the runs of entries a damaged file has lost and the hub holds: first, last, hash of the last."""
    sql = "SELECT first, last, hash FROM lost WHERE epoch = ? ORDER BY first"
    return [(first, last, head) for first, last, head in db.conn.execute(sql, (epoch,))]


def hash_of(db: Database, epoch: int, seq: int) -> str | None:
    """Return the hash of an entry, or None if it is not here."""
    row = db.conn.execute("SELECT hash FROM journal WHERE place = ?", (place_of(epoch, seq),)).fetchone()
    return None if row is None else str(row[0])


def newest_ids(db: Database, limit: int) -> list[str]:
    """Return the ids of up to `limit` entries that were written last, oldest first."""
    rows = db.conn.execute("SELECT entry_id FROM journal ORDER BY place DESC LIMIT ?", (limit,)).fetchall()
    return [entry_id for (entry_id,) in reversed(rows)]


def place(db: Database, station: str, epoch: int) -> Place:
    """Return where the next entry of `epoch` goes.

    Raises Damaged if the newest entry is not what its hash says.
    """
    lost = max(((last, head) for _, last, head in gaps(db, epoch)), default=(0, GENESIS))
    of_epoch = "WHERE j.place > ? AND j.place < ? ORDER BY j.place DESC LIMIT 1"
    row = db.conn.execute(_READ + of_epoch, (place_of(epoch, 0), place_of(epoch + 1, 0))).fetchone()
    if row is None:
        return Place(station, epoch, *lost)
    newest = _wire(row)
    try:
        check_envelope(newest)
    except EntryRefused as refused:
        raise Damaged(f"journal of {station}: {refused}") from None
    return Place(station, epoch, *max(lost, (int(newest["seq"]), str(newest["hash"]))))


def _check_personal(wires: Sequence[WireEntry], station: str) -> None:
    for wire in wires:
        try:
            check_envelope(wire)
        except EntryRefused as refused:
            raise Damaged(f"journal of {station}: {refused}") from None


def check(db: Database, station: str, epoch: int) -> int:
    """Return how many entries of `epoch` form an unbroken chain; raises Damaged at the first that does not.

    What a damaged file is known to have lost, and the hub holds, is no break.
    """
    after, count = Place(station, epoch), 0
    for first, last, head in gaps(db, epoch):
        after, run = _check_run(db, after, before=first)
        if after.seq != first - 1:
            raise Damaged(f"journal of {station}: entry {after.seq + 1}: is missing")
        after, count = Place(station, epoch, last, head), count + run
    _, run = _check_run(db, after, before=_NO_END)
    return count + run


def _check_run(db: Database, after: Place, *, before: int) -> tuple[Place, int]:
    """Check the entries up to a gap; return where they end and how many there are."""
    count = 0
    while wires := [wire for wire in read_after(db, after.epoch, after.seq, 1000) if wire["seq"] < before]:
        broken = check_chain(wires, after)
        if broken is not None:
            raise Damaged(f"journal of {after.station}: entry {broken.seq}: {broken.reason}")
        _check_personal(wires, after.station)
        after = Place(after.station, after.epoch, int(wires[-1]["seq"]), str(wires[-1]["hash"]))
        count += len(wires)
    return after, count
