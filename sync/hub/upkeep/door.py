"""The door of the database: stations and staff go in and out; upkeep waits until nobody is inside and shuts it.

The invariant: while upkeep holds the door shut nobody else reads or writes, and whoever comes is asked to come again
later. The door is a lock that the system lets go of with the process that holds it: upkeep that is killed leaves it
open, and nothing to clear away.

On PostgreSQL it is an advisory lock of the session, so all processes on all machines meet at it. On SQLite it is two
files beside the database: whoever is inside shares `.door`; whoever wants in passes `.gate`, which upkeep takes
first, so that newcomers cannot keep the door open for ever.
"""

from __future__ import annotations

import fcntl
import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import DatabaseError, InterfaceError, OperationalError, connections

from lending.errors import Refused
from sync.hub.upkeep.form import Closed, check_servable

UPKEEP = "the hub is being looked after"
PATIENCE_SECONDS = 60
_DOOR = 0x4E63
_ASK_AGAIN_SECONDS = 0.02


class _Here(threading.local):
    """How often this thread has passed the door."""

    depth = 0


_here = _Here()


@contextmanager
def inside() -> Iterator[None]:
    """Be inside while the block runs. Raises Closed if the door is shut, or the database must not be served."""
    if _here.depth:
        yield
        return
    with _shared(), _passed():
        check_servable()
        yield


@contextmanager
def shut(alias: str = "default", patience: float = PATIENCE_SECONDS) -> Iterator[None]:
    """Have the database for this thread alone while the block runs.

    Raises Refused if somebody else has it, or those inside have not left after `patience` seconds.
    """
    vendor = connections[alias].vendor
    with (_shut_files if vendor == "sqlite" else _shut_session)(alias, patience), _passed():
        yield


@contextmanager
def _passed() -> Iterator[None]:
    _here.depth += 1
    try:
        yield
    finally:
        _here.depth -= 1


@contextmanager
def _shared() -> Iterator[None]:
    connection = connections["default"]
    if connection.vendor == "sqlite":
        with _file("door") as door, _file("gate") as gate:
            if not (_try(gate, fcntl.LOCK_SH) and _try(door, fcntl.LOCK_SH)):
                raise Closed(UPKEEP)
            fcntl.flock(gate, fcntl.LOCK_UN)
            yield
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock_shared(%s, 0)", (_DOOR,))
        if not cursor.fetchone()[0]:
            raise Closed(UPKEEP)
    session = connection.connection
    try:
        yield
    finally:
        # A session that broke has let go by itself, and a new one must not be opened for this.
        if session is not None and connection.connection is session and not session.closed:
            _let_go("pg_advisory_unlock_shared", "default")


@contextmanager
def _shut_files(alias: str, patience: float) -> Iterator[None]:
    until = time.monotonic() + patience
    with _file("door", alias) as door, _file("gate", alias) as gate:
        if not _try_until(gate, until):
            raise Refused("somebody else looks after this hub just now")
        if not _try_until(door, until):
            raise Refused(f"requests under way did not end within {patience:g} seconds; try again")
        yield


@contextmanager
def _shut_session(alias: str, patience: float) -> Iterator[None]:
    try:
        with connections[alias].cursor() as cursor:
            cursor.execute("SELECT set_config('lock_timeout', %s, false)", (f"{int(patience * 1000)}ms",))
            cursor.execute("SELECT pg_advisory_lock(%s, 0)", (_DOOR,))
            cursor.execute("SELECT set_config('lock_timeout', '0', false)")
    except OperationalError as error:
        raise Refused(f"the hub could not be had alone within {patience:g} seconds ({error}); try again") from None
    try:
        yield
    finally:
        _let_go("pg_advisory_unlock", alias)


def _let_go(function: str, alias: str) -> None:
    connection = connections[alias]
    try:
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT {function}(%s, 0)", (_DOOR,))
    except (DatabaseError, InterfaceError):
        # The session ends with the connection, and the lock with the session.
        connection.close()


@contextmanager
def _file(ending: str, alias: str = "default") -> Iterator[int]:
    handle = os.open(f"{connections[alias].settings_dict['NAME']}.{ending}", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        yield handle
    finally:
        os.close(handle)


def _try(handle: int, how: int) -> bool:
    try:
        fcntl.flock(handle, how | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _try_until(handle: int, until: float) -> bool:
    while not _try(handle, fcntl.LOCK_EX):
        if time.monotonic() > until:
            return False
        time.sleep(_ASK_AGAIN_SECONDS)
    return True
