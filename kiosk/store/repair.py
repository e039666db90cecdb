"""Opening a station's database so that it can be trusted: checked, and made again from what is left if it is damaged.

The damaged file is set aside and kept. The new one is finished before it takes its place, so a power cut in between
changes nothing: the next start begins again, or finishes.
"""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from kiosk.store import journal_table, tables
from kiosk.store.bookmark import read_bookmark, sync_folder, write_bookmark
from kiosk.store.errors import DiskFull, as_damage
from kiosk.store.salvage import FEED_TABLES, Salvaged, chained, gaps_in, held_before, salvage
from kiosk.store.station_store import StationStore, new_id
from lending.entries import Body, ConditionAnswer, Draft, HoldCollected, Loan, Renewal, Return
from lending.errors import Damaged, EntryRefused
from lending.ledger import item_of
from sync.journal import Place, WireEntry, open_entry, seal

log = logging.getLogger(__name__)

REPORT = "station.repairs.txt"
_NOT_THE_CONTENT = (
    sqlite3.SQLITE_BUSY,
    sqlite3.SQLITE_LOCKED,
    sqlite3.SQLITE_READONLY,
    sqlite3.SQLITE_CANTOPEN,
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_PERM,
)
"""What SQLite says when the file may be well but cannot be used now."""


@dataclass(frozen=True, slots=True)
class Repair:
    """What came of a damaged database. `kept` entries are as they were; `lost_held` are gone here but the hub holds
    them; `lost` numbers of entries nobody has any more, as far as that can be known; `again` are entered again under
    new numbers because what stood before them is lost. `feed_whole`: items and cards are all there.
    """

    why: str
    kept: int = 0
    lost_held: int = 0
    lost: int = 0
    again: int = 0
    feed_whole: bool = True

    def __str__(self) -> str:
        told = [f"The database was damaged and has been made again ({self.why}). {self.kept} entries are kept."]
        if self.lost_held:
            told.append(f"{self.lost_held} are missing here, but the library has them.")
        if self.lost:
            told.append(f"At least {self.lost} entries are lost.")
        if self.again:
            told.append(f"{self.again} entries after them were entered again under new numbers.")
        if not self.feed_whole:
            told.append("Items and cards will be fetched from the library again.")
        return " ".join(told)


def open_checked(
    path: Path, station: str, epoch: int = 1, *, synchronous: str = "FULL"
) -> tuple[StationStore, Repair | None]:
    """Return the store in the file `path`, whole, and what a repair has done, if there was one.

    Raises Damaged only if nothing can be read or written there at all: then the disk, not the file, is the trouble.
    """
    with as_damage("opening the station's folder"):
        _finish_swap(path)
    held = read_bookmark(path.parent, station, epoch)
    store, why = _try_open(path, station, epoch, synchronous)
    if store is not None and not why and store.place.seq < held.seq:
        store.close()
        why = "its newest entries are gone"
    if store is not None and not why:
        _keep_bookmark(path.parent, store, held)
        return store, None
    log.error("the database is damaged (%s) and is made again", why)
    done = _make_again(path, station, epoch, held, why)
    _report(path.parent, done)
    store = StationStore.open(path, station, epoch, synchronous=synchronous)
    return store, done


def _try_open(path: Path, station: str, epoch: int, synchronous: str) -> tuple[StationStore | None, str]:
    """Return the store, or why its content cannot be trusted. Raises Damaged if the content is not the trouble."""
    store = None
    try:
        store = StationStore.open(path, station, epoch, synchronous=synchronous)
        store.check()
    except Damaged as damage:
        if store is not None:
            store.close()
        if _is_the_disk(damage):
            raise
        return None, _in_short(damage)
    except (ValueError, KeyError, TypeError):
        if store is not None:
            store.close()
        return None, "it holds values that are none"
    return store, ""


def _is_the_disk(damage: Damaged) -> bool:
    code = getattr(damage.__cause__, "sqlite_errorcode", None)
    return isinstance(damage, DiskFull) or isinstance(damage.__cause__, OSError) or code in _NOT_THE_CONTENT


def _in_short(damage: Damaged) -> str:
    cause = damage.__cause__
    return str(cause if cause is not None else damage).split(";")[0][:120]


def _keep_bookmark(folder: Path, store: StationStore, held: Place) -> None:
    """A station that was acknowledged before there were bookmarks gets one."""
    place = store.held_place()
    if place.seq > held.seq:
        write_bookmark(folder, place)


# --- making it again


def _make_again(path: Path, station: str, epoch: int, held: Place, why: str) -> Repair:
    with as_damage("making the database again"):
        found = salvage(path, path.with_name(path.name + ".rescue"))
        building = path.with_name(path.name + ".building")
        for leftover in path.parent.glob(building.name + "*"):
            leftover.unlink()
        done = _build(building, station, epoch, _held(found, held), found)
        _set_aside(path)
        building.replace(path.with_name(path.name + ".rebuilt"))
        sync_folder(path.parent)
        _finish_swap(path)
    return replace(done, why=why)


def _held(found: Salvaged, held: Place) -> Place:
    """Return up to where the hub holds the journal: by the bookmark, or by the database where that knows more."""
    noted = dict(row for row in found.tables.get("meta", []) if len(row) == 2)  # noqa: PLR2004 - name and value
    try:
        seq = int(noted.get(f"acknowledged_{held.epoch}", "0"))
    except (TypeError, ValueError):
        return held
    same = found.entries.get((held.epoch, seq), [])
    return Place(held.station, held.epoch, seq, str(same[0]["hash"])) if seq > held.seq and same else held


def _build(building: Path, station: str, epoch: int, held: Place, found: Salvaged) -> Repair:
    """Make a new database in the file `building` of all that was found, whole and flushed."""
    store = StationStore.open(building, station, epoch)
    try:
        with store.db.atomic():
            feed_whole = _put_tables(store, found, epoch, held)
            done = _put_journal(store, station, epoch, held, found)
            tables.rebuild(store.db)
    finally:
        store.close()
    with_all = StationStore.open(building, station, epoch)
    try:
        with_all.check()
        with_all.truncate_wal()
    finally:
        with_all.close()
    return replace(done, feed_whole=feed_whole)


def _put_tables(store: StationStore, found: Salvaged, epoch: int, held: Place) -> bool:
    """Put in what is not derived from the journal; return whether the feed is whole."""
    conn = store.db.conn
    for table, rows in found.tables.items():
        if table == "lost":
            continue
        for row in rows:
            marks = ", ".join("?" * len(row))
            try:
                conn.execute(f"INSERT OR REPLACE INTO {table} VALUES ({marks})", row)  # noqa: S608 - fixed words only
            except sqlite3.Error:
                found.incomplete.add(table)
    feed_whole = not found.incomplete & {*FEED_TABLES, "meta"}
    values = {f"acknowledged_{epoch}": str(held.seq), "highest_wall": "0 0 0", "stale": "0"}
    if not feed_whole:
        values |= {"feed_version": "0", "feed_cursor": "", "load_cursor": ""}
    conn.executemany("INSERT OR REPLACE INTO meta VALUES (?, ?)", list(values.items()))
    return feed_whole


def _put_journal(store: StationStore, station: str, epoch: int, held: Place, found: Salvaged) -> Repair:
    """Put in the entries: those the hub holds, those that follow, and what came after a loss under new numbers."""
    for earlier in sorted({e for e, _ in found.entries if e < epoch}):
        last = max(seq for e, seq in found.entries if e == earlier)
        _put_old_epoch(store, found, Place(station, earlier, last))
    kept = held_before(found, held)
    gaps = gaps_in(kept, held)
    store.db.conn.executemany("INSERT INTO lost VALUES (?, ?, ?, ?)", [(epoch, *gap) for gap in gaps])
    kept += chained(found, held)
    _put(store, kept)
    end = max(held.seq, int(kept[-1]["seq"]) if kept else 0)
    head = str(kept[-1]["hash"]) if kept and kept[-1]["seq"] == end else held.head
    beyond = [found.entries[key][0] for key in sorted(found.entries) if key[0] == epoch and key[1] > end]
    _put(store, _sealed_again(beyond, Place(station, epoch, end, head)))
    lost = beyond[-1]["seq"] - end - len(beyond) if beyond else 0
    return Repair("", len(kept), sum(last - first + 1 for first, last, _ in gaps), lost, len(beyond))


def _put_old_epoch(store: StationStore, found: Salvaged, last: Place) -> None:
    (newest, *_) = found.entries[last.epoch, last.seq]
    _put(store, held_before(found, replace(last, head=str(newest["hash"]))))


def _put(store: StationStore, wires: Sequence[WireEntry]) -> None:
    for wire in wires:
        try:
            item = item_of(open_entry(wire))
        except EntryRefused:  # a kind of tomorrow: it keeps its place in the chain
            item = None
        journal_table.append_again(store.db, wire, item)


def _sealed_again(wires: Sequence[WireEntry], place: Place) -> list[WireEntry]:
    """Return the entries sealed behind `place`: with fresh ids, their own clock readings, and what they point at."""
    fresh: dict[str, str] = {str(wire["id"]): new_id() for wire in wires}
    sealed = []
    for wire in wires:
        try:
            entry = open_entry(wire)
        except EntryRefused:
            continue
        draft = Draft(fresh[entry.entry_id], _pointing(entry.body, fresh), entry.personal)
        sealed.append(seal(draft, place, entry.at, new_id))
        place = Place(place.station, place.epoch, int(sealed[-1]["seq"]), str(sealed[-1]["hash"]))
    return sealed


def _pointing(body: Body, fresh: dict[str, str]) -> Body:
    """Return the body pointing at the fresh ids of the entries it spoke of."""

    def now(old: Any) -> Any:
        return fresh.get(old, old)

    match body:
        case Return() | Renewal() | HoldCollected():
            return replace(body, loan=now(body.loan))
        case ConditionAnswer():
            return replace(body, about=now(body.about))
        case Loan():
            return replace(body, instead_of=now(body.instead_of))
        case _:
            return body


# --- files


def _set_aside(path: Path) -> None:
    """Give the damaged file and its WAL a second name under which they are kept."""
    number = 1
    while path.with_name(f"{path.name}.damaged-{number}").exists():
        number += 1
    for ending in ("", "-wal"):
        damaged = path.with_name(path.name + ending)
        if damaged.exists():
            path.with_name(f"{path.name}.damaged-{number}{ending}").hardlink_to(damaged)
    sync_folder(path.parent)


def _finish_swap(path: Path) -> None:
    """Let a finished database take its place. Its WAL is empty, and the old one must not be replayed onto it."""
    rebuilt = path.with_name(path.name + ".rebuilt")
    if not rebuilt.exists():
        return
    for ending in ("-wal", "-shm"):
        path.with_name(path.name + ending).unlink(missing_ok=True)
    sync_folder(path.parent)
    rebuilt.replace(path)
    sync_folder(path.parent)


def _report(folder: Path, done: Repair) -> None:
    """Write down what a repair has done; that it cannot be written stops nothing."""
    line = f"{datetime.now(UTC):%Y-%m-%d %H:%M} {done}\n"
    try:
        with (folder / REPORT).open("a", encoding="utf-8") as file:
            file.write(line)
    except OSError as error:
        log.warning("the repair cannot be written down: %s", error.strerror)
