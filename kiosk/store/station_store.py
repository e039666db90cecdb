"""The store of one station. One thread owns it; what it has committed is still there after the plug is pulled."""

from __future__ import annotations

import json
import secrets
import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

from sqlite_utils import Database

from kiosk.store import journal_table, snapshot, tables
from kiosk.store.errors import as_damage
from kiosk.store.schema import migrations
from lending.entries import Draft, Entry
from lending.errors import Damaged
from lending.ledger import ItemLedger, OpenLoan, item_of
from lending.nouns import Category, Item, Rules, Standing
from lending.times import Reading
from lending.visit import Line, LineState, Trace
from sync.feed import Feed
from sync.journal import Place, WireEntry, open_entry, seal
from sync.protocol import Receipt, VerdictKind

MAX_TRACE_LINES = 200
_READING = "reading the station's database"


def new_id() -> str:
    """Return 128 random bits as 32 hex digits."""
    return secrets.token_hex(16)


def connect(path: Path, *, synchronous: str = "FULL") -> Database:
    """Return a connection that keeps every commit through a power cut: WAL, flushed at each commit.

    `secure_delete` overwrites erased personal parts. Raises Damaged if the file cannot be opened.
    """
    with as_damage(f"opening the station's database {path.name}"):
        connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        try:
            for pragma in (
                "journal_mode=WAL",
                f"synchronous={synchronous}",
                "secure_delete=ON",
                "foreign_keys=ON",
                "busy_timeout=2000",
            ):
                connection.execute(f"PRAGMA {pragma}")
        except sqlite3.Error:
            connection.close()
            raise
        return Database(connection)


class StationStore:
    """Journal, derived tables and feed of one station.

    Owned by one thread; every method may raise Damaged when the disk cannot be trusted any more.
    """

    def __init__(self, db: Database, station: str, epoch: int, salts: Callable[[], str] = new_id) -> None:
        self.db = db
        self._salts = salts
        with as_damage(_READING):
            migrations.apply(db)
            self._meta: dict[str, str] = dict(db.conn.execute("SELECT name, value FROM meta").fetchall())
            self._place = journal_table.place(db, station, epoch)
        self._rules = snapshot.rules_from_text(self._meta.get("rules"))
        self._trace = self.trace()

    @classmethod
    def open(cls, path: Path, station: str, epoch: int = 1, *, synchronous: str = "FULL") -> StationStore:
        """Return the store in the file `path`, made and migrated if need be. Raises Damaged."""
        db = connect(path, synchronous=synchronous)
        try:
            return cls(db, station, epoch)
        except BaseException:
            db.close()
            raise

    def close(self) -> None:
        """Let go of the file. Nothing else may be called after."""
        self.db.close()

    # --- what the visit asks

    @property
    def place(self) -> Place:
        """Where the journal stands."""
        return self._place

    @property
    def rules(self) -> Rules:
        """The rules of the newest feed."""
        return self._rules

    @property
    def station_name(self) -> str:
        """The station's name for people; its id until a feed has told the name."""
        name: str = self._meta.get("station_name", self._place.station)
        return name

    @property
    def feed_version(self) -> int:
        """The version of the newest feed; 0 before the first."""
        return int(self._meta.get("feed_version", "0"))

    def item(self, code: str) -> Item | None:
        """Return the item with this barcode, or None if no feed has told of it."""
        with as_damage(_READING):
            return snapshot.item(self.db, code)

    def standing(self, patron_ref: str) -> Standing:
        """Return what the feed says of the card."""
        with as_damage(_READING):
            return snapshot.standing(self.db, patron_ref)

    def ledger(self, code: str) -> ItemLedger:
        """Return what the journal says of the item."""
        with as_damage(_READING):
            return tables.ledger_of(self.db, code)

    def loans_of(self, patron_ref: str) -> Sequence[OpenLoan]:
        """Return the patron's open loans, due soonest first."""
        with as_damage(_READING):
            return tables.loans_of(self.db, patron_ref)

    def categories(self) -> list[Category]:
        """Return the categories in the order of the feed."""
        with as_damage(_READING):
            return snapshot.categories(self.db)

    def here_by_category(self) -> dict[str, int]:
        """Return how many items of each category are on the shelf here now."""
        station = self._place.station
        with as_damage(_READING):
            known = snapshot.places_of_known(self.db)
            at_home = snapshot.items_at(self.db, station)
            out = tables.items_out(self.db)
        places = {code: place for code, _, place in known}
        here = {code: cat for code, cat in at_home if places.get(code, station) == station}
        here |= {code: cat for code, cat, place in known if place == station}
        counts: dict[str, int] = {}
        for code, category in here.items():
            if code not in out:
                counts[category] = counts.get(category, 0) + 1
        return counts

    def like(self, code: str, *, limit: int) -> list[Item]:
        """Return up to `limit` other items of the same category that are on the shelf here now."""
        known = self.item(code)
        if known is None:
            return []
        with as_damage(_READING):
            out = tables.items_out(self.db)
            here = snapshot.items_at(self.db, self._place.station)
        codes = [c for c, category in here if category == known.category and c != code and c not in out]
        return [item for item in map(self.item, codes[:limit]) if item is not None]

    # --- what the desk commits

    def commit(self, drafts: Sequence[Draft], at: Reading, trace: Trace | None = None) -> tuple[Entry, ...]:
        """Write the entries, what follows from them, and the visit's trace in one durable commit.

        When this returns, all of it is on the disk; when it raises Damaged, none of it is. `trace` None leaves
        the trace as it is.
        """
        wires: list[WireEntry] = []
        place = self._place
        for draft in drafts:
            wire = seal(draft, place, at, self._salts)
            place = Place(place.station, place.epoch, int(wire["seq"]), str(wire["hash"]))
            wires.append(wire)
        entries = tuple(open_entry(wire) for wire in wires)
        new_trace = trace if trace is not None and trace != self._trace else None
        if not wires and new_trace is None:
            return ()
        with as_damage("saving"), self.db.atomic():
            for wire, entry in zip(wires, entries, strict=True):
                journal_table.append(self.db, wire, item_of(entry))
                tables.apply(self.db, entry)
            if new_trace is not None:
                self._write_trace(new_trace, at)
        self._place = place
        self._trace = trace if new_trace is not None and trace is not None else self._trace
        return entries

    def _write_trace(self, trace: Trace, at: Reading) -> None:
        if not trace:
            self.db.conn.execute("DELETE FROM open_visit")
            return
        lines = [
            [line.item, line.state.value, line.entry_id, line.due and line.due.isoformat()]
            for line in trace.lines[-MAX_TRACE_LINES:]
        ]
        text = json.dumps({"lines": lines, "pending": trace.pending})
        self.db.conn.execute("INSERT OR REPLACE INTO open_visit VALUES (1, ?, ?)", (text, at.wall_ms))

    def trace(self) -> Trace:
        """Return what is kept of a visit that has not ended; empty if there is none."""
        with as_damage(_READING):
            row = self.db.conn.execute("SELECT trace FROM open_visit").fetchone()
        if row is None:
            return Trace()
        kept = json.loads(row[0])
        return Trace(tuple(_line(line) for line in kept["lines"]), kept["pending"])

    def trace_wall_ms(self) -> int | None:
        """Return when the trace was written (Unix ms by the station's clock), or None if there is none."""
        with as_damage(_READING):
            row = self.db.conn.execute("SELECT wall_ms FROM open_visit").fetchone()
        return None if row is None else int(row[0])

    # --- what the agent asks

    @property
    def acknowledged(self) -> int:
        """The hub holds every entry up to and including this one."""
        return int(self._meta.get(f"acknowledged_{self._place.epoch}", "0"))

    def waiting(self, limit: int) -> list[WireEntry]:
        """Return up to `limit` entries the hub has not acknowledged, in order."""
        with as_damage("reading the journal"):
            return journal_table.read_after(self.db, self._place.epoch, self.acknowledged, limit)

    def waiting_count(self) -> int:
        """Return how many entries the hub has not acknowledged."""
        return self._place.seq - self.acknowledged

    def acknowledge(self, receipt: Receipt) -> None:
        """Note what the hub holds. It only ever grows, and never past what was written here."""
        known = min(receipt.acknowledged, self._place.seq)
        odd = [v for v in receipt.verdicts if v.kind is not VerdictKind.STORED]
        if known <= self.acknowledged and not odd:
            return
        note = {f"acknowledged_{self._place.epoch}": str(max(known, self.acknowledged))}
        with as_damage("noting what the hub holds"), self._noting(note):
            self.db.conn.executemany(
                "INSERT OR REPLACE INTO verdict VALUES (?, ?, ?, ?)",
                [(v.entry_id, v.seq, v.kind.value, v.reason) for v in odd],
            )

    def take_feed(self, feed: Feed) -> None:
        """Put the feed in the place of the one before. An older one than we have changes nothing."""
        if feed.version <= self.feed_version:
            return
        with as_damage("storing the feed"), self._noting(snapshot.feed_facts(feed)):
            snapshot.store_feed(self.db, feed)
        self._rules = feed.rules

    # --- starting, checking, rebuilding

    def mark_running(self, *, running: bool) -> bool:
        """Note whether the station runs, and return whether it was noted as running before (an unclean end)."""
        before = self._meta.get("running") == "1"
        with as_damage("noting the start"), self._noting({"running": "1" if running else "0"}):
            return before

    def check(self) -> int:
        """Return how many entries the unbroken journal has. Raises Damaged if file or chain are broken."""
        with as_damage("checking the database"):
            (answer,) = self.db.conn.execute("PRAGMA quick_check").fetchone()
        if answer != "ok":
            raise Damaged(f"the database file is damaged ({answer}); rebuild it from journal and hub")
        with as_damage("checking the journal"):
            return journal_table.check(self.db, self._place.station, self._place.epoch)

    def rebuild(self) -> int:
        """Make the derived tables again from the journal; return how many entries were read."""
        with as_damage("rebuilding the tables"):
            return tables.rebuild(self.db)

    def derived_rows(self) -> dict[str, list[tuple[Any, ...]]]:
        """Return all rows of the derived tables in a fixed order."""
        return tables.rows(self.db)

    @contextmanager
    def _noting(self, values: Mapping[str, str]) -> Iterator[None]:
        """Write single values together with what happens inside, in one commit; believe them only after it."""
        with self.db.atomic():
            yield
            self.db.conn.executemany("INSERT OR REPLACE INTO meta VALUES (?, ?)", list(values.items()))
        self._meta.update(values)


def _line(row: list[Any]) -> Line:
    item, state, entry_id, due = row
    return Line(item, LineState(state), entry_id, due and date.fromisoformat(due))
