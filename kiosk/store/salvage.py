"""What can be saved of a damaged database: entries that prove themselves, and the other tables as far as they go."""

from __future__ import annotations

import contextlib
import json
import shutil
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from kiosk.store import carve, snapshot
from lending.errors import EntryRefused
from sync.journal import Place, WireEntry, check_envelope, commitment

_JOURNAL_FORM = (int, int, str, str, object, str, str)
_PERSONAL_FORM = (int, int, str, str)
"""What both begin with. Since the fifth migration the row's number follows; it stands elsewhere, so None here."""

_KEEP_KEYS = {"card": "patron_ref"}
"""Tables without row ids, by the second column of their key."""

FEED_TABLES = snapshot.TABLES
KEPT_TABLES = ("meta", "verdict", "acknowledgement", "pin_verifier", "wrong_try", "open_visit", "lost", *FEED_TABLES)


@dataclass(slots=True)
class Salvaged:
    """All that could be read. `entries` by epoch and number; several where an old page held another one.

    `tables` holds the rows of the tables that are not derived; `incomplete` names those that broke off.
    """

    entries: dict[tuple[int, int], list[WireEntry]] = field(default_factory=dict)
    tables: dict[str, list[tuple[Any, ...]]] = field(default_factory=dict)
    incomplete: set[str] = field(default_factory=set)


def salvage(database: Path, rescue: Path) -> Salvaged:
    """Return what can be read of `database` and its WAL, which stay as they are. `rescue` is room for a copy."""
    found = Salvaged()
    wal = database.with_name(database.name + "-wal")
    _carve(database, wal, found)
    try:
        _copy(database, wal, rescue)
        _read_tables(rescue, found)
    except (sqlite3.Error, OSError):
        found.incomplete |= set(KEPT_TABLES)
    finally:
        for leftover in rescue.parent.glob(rescue.name + "*"):
            leftover.unlink(missing_ok=True)
    return found


# --- the journal


def _carve(database: Path, wal: Path, found: Salvaged) -> None:
    personal: dict[tuple[int, int], list[tuple[Any, str]]] = {}
    for row in carve.rows(database, wal):
        if _has_form(row, _JOURNAL_FORM):
            _take_entry(row, found)
        elif _has_form(row, _PERSONAL_FORM):
            with contextlib.suppress(ValueError):
                place = (int(str(row[0])), int(str(row[1])))
                personal.setdefault(place, []).append((json.loads(str(row[2])), str(row[3])))
    for key, wires in found.entries.items():
        for wire in wires:
            _give_personal(wire, personal.get(key, []))


def _has_form(row: carve.Row, form: tuple[type, ...]) -> bool:
    with_number = len(row) == len(form) + 1 and row[-1] is None
    return (len(row) == len(form) or with_number) and all(map(isinstance, row, form))


def _take_entry(row: carve.Row, found: Salvaged) -> None:
    """Take a row of the journal if it proves itself: its hash fits its content, and that is what the row says."""
    epoch, seq, entry_id, _, _, digest, covered = row[:7]
    try:
        wire: WireEntry = {**json.loads(str(covered)), "hash": digest, "personal": None, "salt": None}
        check_envelope(wire)
    except (ValueError, TypeError, EntryRefused):
        return
    if (wire["epoch"], wire["seq"], wire["id"]) == (epoch, seq, entry_id):
        same = found.entries.setdefault((wire["epoch"], wire["seq"]), [])
        if all(wire["hash"] != other["hash"] for other in same):
            same.append(wire)


def _give_personal(wire: WireEntry, parts: list[tuple[Any, str]]) -> None:
    """Give the entry its personal part, if it is still there: the commitment says which one it is."""
    for personal, salt in parts:
        with contextlib.suppress(ValueError, TypeError, AttributeError, EntryRefused):
            if commitment(personal, salt) == wire.get("commitment"):
                wire["personal"], wire["salt"] = personal, salt


def chained(found: Salvaged, after: Place) -> list[WireEntry]:
    """Return the entries that follow `after` without a gap."""
    run: list[WireEntry] = []
    head = after.head
    while True:
        fitting = found.entries.get((after.epoch, after.seq + len(run) + 1), [])
        following = next((wire for wire in fitting if wire["prev"] == head), None)
        if following is None:
            return run
        run.append(following)
        head = str(following["hash"])


def held_before(found: Salvaged, held: Place) -> list[WireEntry]:
    """Return the surviving entries up to `held`, in order. Of several in one place the chain's next hash chooses."""
    kept: list[WireEntry] = []
    head: str | None = held.head
    for seq in range(held.seq, 0, -1):
        fitting = found.entries.get((held.epoch, seq), [])
        wire = next((one for one in fitting if head is None or one["hash"] == head), None)
        head = None if wire is None else str(wire["prev"])
        if wire is not None:
            kept.append(wire)
    return kept[::-1]


def gaps_in(kept: list[WireEntry], held: Place) -> list[tuple[int, int, str]]:
    """Return the runs of numbers up to `held` that are missing in `kept`: first, last, hash of the last."""
    gaps = []
    after = 0
    for wire in kept:
        if wire["seq"] > after + 1:
            gaps.append((after + 1, int(wire["seq"]) - 1, str(wire["prev"])))
        after = int(wire["seq"])
    if after < held.seq:
        gaps.append((after + 1, held.seq, held.head))
    return gaps


# --- the other tables


def _copy(database: Path, wal: Path, rescue: Path) -> None:
    """Copy the file with a header SQLite can open and at its full length, and its WAL."""
    pages = carve.read_blocks(database)
    count = max(max(pages, default=1), _pages_in_header(pages.get(1, b"")))
    with rescue.open("wb") as copy:
        for number in range(1, count + 1):
            page = pages.get(number, bytes(carve.PAGE))
            copy.write(carve.with_header(page, count) if number == 1 else page)
    if wal.exists():
        shutil.copyfile(wal, rescue.with_name(rescue.name + "-wal"))


def _pages_in_header(first: bytes) -> int:
    if not first.startswith(carve.MAGIC):
        return 0
    return min(int.from_bytes(first[28:32], "big"), 10_000_000)


def _read_tables(rescue: Path, found: Salvaged) -> None:
    connection = sqlite3.connect(rescue, isolation_level=None)
    try:
        connection.execute("PRAGMA writable_schema=ON")  # reads on where a length or an index does not fit
        for table in KEPT_TABLES:
            rows = found.tables.setdefault(table, [])
            if not _read_table(connection, table, rows):
                found.incomplete.add(table)
    finally:
        connection.close()


def _read_table(connection: sqlite3.Connection, table: str, rows: list[tuple[Any, ...]]) -> bool:
    """Read a table from its beginning, and from its end where it breaks off; return whether it is whole."""
    key = _KEEP_KEYS.get(table, "rowid")
    first = list(_until_it_breaks(connection, f"SELECT {key}, * FROM {table} NOT INDEXED ORDER BY {key}"))  # noqa: S608
    whole = bool(first) and first[-1] is None
    seen = {row[0] for row in first if row is not None}
    rows.extend(row[1:] for row in first if row is not None)
    if not whole:
        backwards = f"SELECT {key}, * FROM {table} NOT INDEXED ORDER BY {key} DESC"  # noqa: S608 - fixed words only
        rest = _until_it_breaks(connection, backwards)
        rows.extend(row[1:] for row in rest if row is not None and row[0] not in seen)
    return whole


def _until_it_breaks(connection: sqlite3.Connection, sql: str) -> Iterator[tuple[Any, ...] | None]:
    """Yield rows while they can be read, and None after the last if nothing broke."""
    with contextlib.suppress(sqlite3.Error):
        for row in connection.execute(sql):  # noqa: UP028 - the error may come between two rows
            yield row
        yield None
