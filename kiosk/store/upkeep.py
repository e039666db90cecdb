"""What a technician does with a station's data: take it out, copy it, erase it."""

from __future__ import annotations

import csv
import json
import os
import secrets
import sqlite3
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path

from sqlite_utils import Database

from kiosk.store import journal_table
from kiosk.store.errors import as_damage
from kiosk.store.schema import TABLES
from kiosk.store.station_store import StationStore
from lending.errors import Damaged, Refused

JOURNAL_FILE = "journal.jsonl"
_NEVER = {"pin_verifier", "wrong_try", "journal", "personal"}
"""Not exported as tables: PINs never, the journal in a form of its own."""

_ONLY_WITH_PERSONAL = {"card", "about"}
_PERSONAL_COLUMNS = {"patron_ref", "code_hash"}
_STATION_FILES = ("identity.json*", "past-keys.json*", "enrolment.key*", "station.*")


def whose_journal(path: Path) -> str:
    """Return the id of the station whose journal is in the database `path`; "" if there is none or none that can be
    read. No other thread or process may have it open.
    """
    if not path.exists():
        return ""
    try:
        with closing(sqlite3.connect(path)) as db:
            row = db.execute("SELECT covered FROM journal ORDER BY epoch DESC, seq DESC LIMIT 1").fetchone()
        station = "" if row is None else json.loads(row[0])["station"]
    except (sqlite3.Error, ValueError, KeyError, TypeError):
        return ""
    return station if isinstance(station, str) else ""


def export(store: StationStore, folder: Path, *, with_personal: bool = False) -> list[Path]:
    """Write the journal as JSON lines and every table as CSV into `folder`; return the files.

    Who an entry or loan is about is left out unless `with_personal`. Raises Refused if `folder` holds anything.
    """
    folder.mkdir(parents=True, exist_ok=True)
    if any(folder.iterdir()):
        raise Refused(f"{folder} is not empty; name a new folder")
    with as_damage(f"writing to {folder}"):
        files = [_export_journal(store, folder / JOURNAL_FILE, with_personal=with_personal)]
        for table in sorted(set(TABLES) - _NEVER - (set() if with_personal else _ONLY_WITH_PERSONAL)):
            hidden = set() if with_personal else _PERSONAL_COLUMNS
            files.append(_export_table(store.db, table, folder / f"{table}.csv", hidden))
    return files


def _export_journal(store: StationStore, file: Path, *, with_personal: bool) -> Path:
    with file.open("w", encoding="utf-8") as lines:
        for wire in journal_table.read_all(store.db):
            told = wire if with_personal else wire | {"personal": None, "salt": None}
            lines.write(json.dumps(told, ensure_ascii=False, sort_keys=True) + "\n")
    return file


def _export_table(db: Database, table: str, file: Path, hidden: set[str]) -> Path:
    cursor = db.conn.execute(f"SELECT * FROM {table}")  # noqa: S608 - fixed words only
    names = [column[0] for column in cursor.description]
    shown = [place for place, name in enumerate(names) if name not in hidden]
    with file.open("w", encoding="utf-8", newline="") as lines:
        out = csv.writer(lines)
        out.writerow([names[place] for place in shown])
        out.writerows([row[place] for place in shown] for row in cursor)
    return file


def backup(store: StationStore, file: Path) -> int:
    """Copy the whole database to `file`, readable by its owner alone, check the copy, and return how many entries it
    has. Raises Refused if `file` exists, Damaged if the copy is not sound; then there is none.
    """
    if file.exists():
        raise Refused(f"{file} exists; name a new file")
    with as_damage(f"copying to {file}"):
        os.close(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
        copy = sqlite3.connect(file)
        try:
            store.db.conn.backup(copy)
            copy.execute("PRAGMA journal_mode=DELETE")
            return _checked(copy, store)
        except BaseException:
            file.unlink(missing_ok=True)
            raise
        finally:
            copy.close()


def _checked(copy: sqlite3.Connection, store: StationStore) -> int:
    (answer,) = copy.execute("PRAGMA integrity_check").fetchone()
    if answer != "ok":
        raise Damaged(f"the copy is not sound ({answer}); try another disk")
    count = journal_table.check(Database(copy), store.place.station, store.place.epoch)
    if journal_table.place(Database(copy), store.place.station, store.place.epoch) != store.place:
        raise Damaged("the copy ends elsewhere than the journal; try again")
    return count


def wipe(folder: Path) -> int:
    """Overwrite and remove the station's keys, database and everything kept beside it; return how many files went.

    A memory card may keep old blocks that no program can reach: a card that is given away is destroyed.
    """
    gone = 0
    with as_damage("erasing the station"):
        for file in _files_of(folder):
            _overwrite(file)
            file.unlink()
            gone += 1
    return gone


def _files_of(folder: Path) -> Iterable[Path]:
    """Keys first, the lock last."""
    found = sorted({file for pattern in _STATION_FILES for file in folder.glob(pattern) if file.is_file()})
    return sorted(found, key=lambda file: (file.name == "station.lock", file.name.startswith("station")))


def _overwrite(file: Path) -> None:
    left = file.stat().st_size
    with file.open("r+b") as open_file:
        while left > 0:
            left -= open_file.write(secrets.token_bytes(min(left, 1 << 20)))
        open_file.flush()
        os.fsync(open_file.fileno())
