"""Writing to the hub's database: one writer at a time on SQLite, row locks on PostgreSQL."""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager

from django.db import connection, transaction

from sync.hub.upkeep.door import inside

_BUCKETS = 1024


class _Turn:
    """The turn to write to one SQLite file: a lock among this process's threads and a file lock among processes.

    The thread that has it may take it again.
    """

    def __init__(self) -> None:
        self._threads = threading.RLock()
        self._depth = 0
        self._file = -1

    def take(self, path: str) -> None:
        """Wait for the turn."""
        self._threads.acquire()
        if self._depth == 0 and path and not path.startswith((":memory:", "file:")):
            self._file = os.open(f"{path}.turn", os.O_RDWR | os.O_CREAT, 0o600)
            fcntl.flock(self._file, fcntl.LOCK_EX)
        self._depth += 1

    def give_back(self) -> None:
        """Let the next one write."""
        self._depth -= 1
        if self._depth == 0 and self._file >= 0:
            os.close(self._file)
            self._file = -1
        self._threads.release()


_TURN = _Turn()


@contextmanager
def turn() -> Iterator[None]:
    """Hold the turn to write while on SQLite, where one writes at a time; do nothing on PostgreSQL.

    Waiting in line here is cheap, waiting inside SQLite is not; and some versions of SQLite can lose a commit when
    two connections write or checkpoint at the same instant.
    """
    if connection.vendor != "sqlite":
        yield
        return
    _TURN.take(str(connection.settings_dict["NAME"]))
    try:
        yield
    finally:
        _TURN.give_back()


@contextmanager
def writing() -> Iterator[None]:
    """Run the block as one database transaction, in turn. Raises Closed while the hub is looked after."""
    with inside(), turn(), transaction.atomic():
        yield


def insert_many(table: str, columns: Sequence[str], rows: Sequence[tuple[int | str | bool | None, ...]]) -> None:
    """Insert rows in as few words as the database likes best: PostgreSQL takes them all in one, SQLite one by one.

    PostgreSQL gets them as one JSON text: thousands of values of their own took longer to read than to store. Not
    for columns that hold JSON.
    """
    if not rows:
        return
    names = ", ".join(columns)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            sql = f"INSERT INTO {table} ({names}) SELECT {names} FROM json_populate_recordset(NULL::{table}, %s)"  # noqa: S608 - fixed words only
            cursor.execute(sql, [json.dumps([dict(zip(columns, row, strict=True)) for row in rows])])
        else:
            places = ", ".join(["%s"] * len(columns))
            cursor.executemany(f"INSERT INTO {table} ({names}) VALUES ({places})", rows)  # noqa: S608 - the same


def lock_items(items: Iterable[str]) -> None:
    """Keep other transactions from folding these items until this one ends (PostgreSQL; SQLite has one writer).

    Call it after the entries are inserted and before they are read back: whoever gets the lock second reads what
    the first one committed. Locks are taken in one order, so that two batches never wait for each other.
    """
    _lock(_ITEMS, items)


def lock_holds(hold_ids: Iterable[str]) -> None:
    """Keep other transactions from working out these holds until this one ends. Call `lock_items` first, if it is
    needed.
    """
    _lock(_HOLDS, hold_ids)


def keep_epochs() -> None:
    """Keep every station in its epoch until this transaction ends. Call it after `lock_items` and `lock_holds`."""
    _lock(_EPOCHS, ("all",), "pg_advisory_xact_lock_shared")


def lock_epochs() -> None:
    """Wait for those who keep the epochs as they are, and keep others from it: a station is about to get another one.
    Its place in the order is that of `keep_epochs`.
    """
    _lock(_EPOCHS, ("all",))


def lock_patrons(refs: Iterable[str]) -> None:
    """Keep other transactions from going through these patrons' loans until this one ends. Call all other locks
    first, and this once only, so that two transactions never wait for each other.
    """
    _lock(_PATRONS, refs)


def lock_koha() -> None:
    """Keep other transactions from writing for Koha until this one ends."""
    _lock(_KOHA, ("export",))


# They keep our advisory locks apart from each other, from the door's (0x4E63, see `sync.hub.upkeep.door`) and from
# anybody else's in the same database.
_ITEMS = 0x4E61
_HOLDS = 0x4E62
_PATRONS = 0x4E64
_KOHA = 0x4E65
_EPOCHS = 0x4E66


def _lock(namespace: int, names: Iterable[str], how: str = "pg_advisory_xact_lock") -> None:
    if connection.vendor != "postgresql":
        return
    with connection.cursor() as cursor:
        for bucket in sorted({_bucket(name) for name in names}):
            cursor.execute(f"SELECT {how}(%s, %s)", (namespace, bucket))


def _bucket(item: str) -> int:
    return int.from_bytes(hashlib.sha256(item.encode()).digest()[:4]) % _BUCKETS
