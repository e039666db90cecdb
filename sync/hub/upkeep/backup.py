"""Backing the hub's database up while it is served, and putting a backup in its place.

A backup is one file: of an SQLite hub an SQLite database, of a PostgreSQL hub what `pg_dump` makes. The keys are not
in it.
"""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from pathlib import Path

from django.db import connection, connections
from django.db.migrations.loader import MigrationLoader

from lending.errors import Refused
from sync.hub import environment
from sync.hub.database import turn
from sync.hub.feed.stamps import renew
from sync.hub.upkeep import postgres_tools
from sync.hub.upkeep.door import shut
from sync.hub.upkeep.form import CLOSED, missing_steps
from sync.hub.upkeep.models import Mark

_SQLITE = b"SQLite format 3\0"
_POSTGRES = b"PGDMP"

RESTORED = "restored"
"""The mark of a database that was put back and has not been made ready since."""

SENT_UNKNOWN = "sent_unknown"
"""The mark of a database that went back: what left the hub since then, as for Koha, is not known in it."""


def backup(file: Path) -> int:
    """Return how many bytes the backup in `file` has, which is whole and checked. Stations notice nothing.

    Raises Refused if there is such a file already, or it cannot be made.
    """
    if file.exists():
        raise Refused(f"{file} is there already")
    half = file.with_name(f".{file.name}.half")
    try:
        half.unlink(missing_ok=True)
        half.touch(mode=0o600)
        if connection.vendor == "sqlite":
            _copy_sqlite(half)
        else:
            postgres_tools.dump(half)
        _onto_the_disk(half)
        half.replace(file)
        _onto_the_disk(file.parent)
    except sqlite3.Error as error:
        raise Refused(f"the database cannot be read ({error})") from None
    except OSError as error:
        raise Refused(f"{file} cannot be written ({error.strerror})") from None
    finally:
        half.unlink(missing_ok=True)
    return file.stat().st_size


def restore(file: Path, *, overwrite: bool) -> bool:
    """Return whether the hub must be migrated now that its database is what it was when `file` was made.

    Raises Refused, with nothing changed, if the file is no whole backup of a hub on this kind of database, or is of a
    newer version, or if there is something in the database and `overwrite` is not said.
    """
    kind = _kind_of(file)
    vendor = connection.vendor
    if kind != vendor:
        raise Refused(
            f"{file.name} is a backup of a hub on {kind}, and this one is on {vendor}; set HUB_DATABASE_URL, and use "
            "`nabolan hub move` afterwards"
        )
    if vendor == "sqlite":
        applied = _check_sqlite(file)
        environment.make_place_for_database()
    else:
        applied = postgres_tools.check(file)
    if applied - set(MigrationLoader(None).disk_migrations):
        raise Refused(f"{file.name} was made by a newer version; install that one first")
    with shut(), turn():
        if not overwrite and connection.introspection.table_names():
            raise Refused("there is a hub in the database; say --yes to put the backup in its place")
        if vendor == "sqlite":
            _put_sqlite(file)
        else:
            postgres_tools.restore(file)
        _note_restored()
        if missing_steps():
            return True
        finish_restore()
        return False


def _note_restored() -> None:
    """Note it where there is a table for it; a database without one is so old that migrating makes all else anew."""
    if "upkeep_mark" in connection.introspection.table_names():
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM upkeep_mark WHERE name = %s", (RESTORED,))
            cursor.execute("INSERT INTO upkeep_mark (name, value) VALUES (%s, '')", (RESTORED,))


def finish_restore() -> None:
    """Do what is to be done once after a restore, when the database has the form this version needs."""
    if not Mark.objects.filter(name=RESTORED).exists():
        return
    # Stations may know more of the feed than a database that went back: they take it whole.
    renew()
    Mark.objects.update_or_create(name=SENT_UNKNOWN, defaults={"value": ""})
    # Whoever restores a database means to use it, even if it was shut when it was backed up.
    Mark.objects.filter(name__in=(CLOSED, RESTORED)).delete()


def _kind_of(file: Path) -> str:
    try:
        with file.open("rb") as opened:
            begin = opened.read(16)
    except OSError as error:
        raise Refused(f"{file} cannot be read ({error.strerror})") from None
    if begin == _SQLITE:
        return "sqlite"
    if begin.startswith(_POSTGRES):
        return "postgresql"
    raise Refused(f"{file.name} is no backup of a hub")


def _copy_sqlite(half: Path) -> None:
    # Only reading: this connection never writes to the hub's file, nor to its WAL.
    with closing(_read_only(Path(str(connection.settings_dict["NAME"])))) as source, closing(_open(half)) as copy:
        source.backup(copy)
        copy.execute("PRAGMA journal_mode=DELETE")
    _check_sqlite(half)


def _put_sqlite(file: Path) -> None:
    connections.close_all()
    live = Path(str(connection.settings_dict["NAME"]))
    with closing(_read_only(file)) as source, closing(_open(live)) as target:
        target.execute("PRAGMA synchronous=FULL")
        source.backup(target)


def _check_sqlite(file: Path) -> set[tuple[str, str]]:
    """Return the migrations of the hub in the file; raises Refused if that is not whole."""
    try:
        with closing(_read_only(file)) as db:
            found = [row[0] for row in db.execute("PRAGMA integrity_check(3)")]
            applied = db.execute("SELECT app, name FROM django_migrations").fetchall()
            db.execute("SELECT count(*) FROM journal_journal").fetchone()
    except sqlite3.Error as error:
        raise Refused(f"{file.name} is no whole backup of a hub ({error})") from None
    if found != ["ok"]:
        raise Refused(f"{file.name} is damaged: {found[0]}")
    return set(applied)


def _open(file: Path) -> sqlite3.Connection:
    return sqlite3.connect(file, timeout=30)


def _read_only(file: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True, timeout=30)


def _onto_the_disk(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
