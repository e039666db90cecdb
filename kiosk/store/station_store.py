"""The store of one station. One thread owns it; what it has committed is still there after the plug is pulled."""

from __future__ import annotations

import json
import secrets
import sqlite3
from collections import deque
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import orjson
from sqlite_utils import Database

from kiosk.store import journal_table, pin_tables, retention, snapshot, tables
from kiosk.store.errors import as_damage
from kiosk.store.feed_slots import ERASED, FeedSlots
from kiosk.store.pin_tables import Verifier
from kiosk.store.schema import TABLES, migrations
from kiosk.store.store_reads import READING, legible
from lending.entries import Draft, Entry, HoldCancelled, HoldCollected, HoldPlaced
from lending.errors import Damaged
from lending.holds import undone_loan
from lending.ledger import item_of
from lending.times import Reading
from lending.visit.model import Line, LineState, Trace
from sync.journal import Place, Sealed, WireEntry, seal_all
from sync.protocol import Receipt, VerdictKind

MAX_TRACE_LINES = 200
IDS_KEPT = 100
"""So many of the newest ids are compared with those of a commit, also after a restart: who saves something twice does
so at once.
"""


def new_id() -> str:
    """Return 128 random bits as 32 hex digits."""
    return secrets.token_hex(16)


def connect(path: Path, *, synchronous: str = "FULL") -> Database:
    """Return a connection that keeps every commit through a power cut: WAL, flushed at each commit.

    `secure_delete` overwrites erased personal parts. A new file can be read by its owner alone. Raises Damaged if the
    file cannot be opened.
    """
    with as_damage(f"opening the station's database {path.name}"):
        if not path.exists():
            path.touch(mode=0o600)
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


class StationStore(FeedSlots):
    """Journal, derived tables and feed of one station.

    Owned by one thread; every method may raise Damaged when the disk cannot be trusted any more.
    """

    def __init__(self, db: Database, station: str, epoch: int, salts: Callable[[], str] = new_id) -> None:
        with as_damage(READING):
            migrations.apply(db)
            super().__init__(db, journal_table.place(db, station, epoch))
            self._salts = salts
            self._ends = journal_table.ends_of_others(db, epoch)
            with legible("what is kept beside the journal"):
                self._bring_up_to_date()
                self._highest_wall_ms = self._latest_wall()
            with legible("what is kept of the newest feed"):
                self._rules = snapshot.rules_from_text(self._meta.get("rules"))
                _ = (self.feed_version, self._slot, self.hub_wall_ms)
            self._newest_ids = deque(journal_table.newest_ids(db, IDS_KEPT), IDS_KEPT)
        self._trace = self.trace()

    def _bring_up_to_date(self) -> None:
        """Make the derived tables again if a migration changed them, and note what older versions did not."""
        if self._meta.get("stale") == "1":
            with self._noting({"stale": "0"}):
                tables.rebuild(self.db)
        epoch, seq = self._place.epoch, self.acknowledged
        if seq and retention.acknowledged_ms(self.db, epoch, seq) is None:
            with self.db.atomic():
                retention.note_acknowledged(self.db, epoch, seq, tables.highest_wall(self.db, 0, 0))

    def _latest_wall(self) -> int:
        """Return the latest wall time ever seen, in an entry or a feed."""
        epoch, seq, noted = (int(n) for n in self._meta.get("highest_wall", "0 0 0").split())
        return max(noted, tables.highest_wall(self.db, epoch, seq), self.feed_made_ms)

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

    # --- PINs and wrong tries

    def verifier(self, patron_ref: str, now_ms: int) -> Verifier | None:
        """Return what checks a PIN without network, or None if none was right here within its days."""
        with as_damage(READING):
            return pin_tables.verifier(self.db, patron_ref, now_ms)

    def wrong_tries(self, who: str) -> int:
        """Return how many wrong tries in a row `who` (a card, or `pin_tables.STATION`) has had."""
        with as_damage(READING):
            return pin_tables.wrong_tries(self.db, who)

    def note_wrong(self, who: str, now_ms: int) -> None:
        """Count a wrong try; a restart does not forget it."""
        with as_damage("noting a wrong try"), self.db.atomic():
            pin_tables.note_wrong(self.db, who, now_ms)

    def note_right(self, who: str, made: Verifier | None = None, until_ms: int = 0) -> None:
        """Forget the wrong tries of `who`, and keep the verifier if one was made."""
        with as_damage("noting a right PIN"), self.db.atomic():
            pin_tables.forget_wrong(self.db, who)
            if made is not None:
                pin_tables.keep(self.db, who, made, until_ms)

    def forget_verifier(self, patron_ref: str) -> None:
        """Erase the verifier of a card: the hub says that its PIN is another one."""
        with as_damage("erasing a verifier"), self.db.atomic():
            pin_tables.forget_verifier(self.db, patron_ref)

    # --- what the desk commits

    def commit(self, drafts: Sequence[Draft], at: Reading, trace: Trace | None = None) -> tuple[Entry, ...]:
        """Write the entries, what follows from them, and the visit's trace in one durable commit.

        When this returns, all of it is on the disk; when it raises Damaged, none of it is. `trace` None leaves
        the trace as it is.
        """
        sealed = seal_all(drafts, self._place, at, self._salts)
        self._refuse_known(sealed)
        new_trace = trace if trace is not None and trace != self._trace else None
        if not sealed and new_trace is None:
            return ()
        try:
            with as_damage("saving"), self.db.atomic():
                for new in sealed:
                    self._write(new)
                if new_trace is not None:
                    self._write_trace(new_trace, at)
        except BaseException:
            self._forget_derived()
            raise
        if new_trace is not None:
            self._trace = new_trace
        if sealed:
            self._newest_ids.extend(new.entry.entry_id for new in sealed)
            self._place = sealed[-1].place
            self._highest_wall_ms = max(self._highest_wall_ms, at.wall_ms)
        return tuple(new.entry for new in sealed)

    def _refuse_known(self, sealed: Sequence[Sealed]) -> None:
        """Say Damaged if an entry was committed already or stands twice in this commit: ids are random, so that is
        no chance.
        """
        ids = {new.entry.entry_id for new in sealed}
        if len(ids) < len(sealed) or not ids.isdisjoint(self._newest_ids):
            raise Damaged("saving: an entry has been saved already. Everything confirmed before is kept. Restart.")

    def _write(self, sealed: Sealed) -> None:
        """Write an entry and what follows from it, and remember that: the next entry comes on top of it."""
        entry = sealed.entry
        item = item_of(entry)
        journal_table.append(self.db, sealed, item)
        if item is None:
            tables.apply(self.db, entry)
        else:
            before = self._folded_ledger(item)
            after = tables.apply(self.db, entry, before)
            self._ledger_changed(before, after or before)
        if isinstance(entry.body, (HoldPlaced, HoldCancelled, HoldCollected)) or undone_loan(entry):
            self._holds_changed()

    def _write_trace(self, trace: Trace, at: Reading) -> None:
        if not trace:
            self.db.conn.execute("DELETE FROM open_visit")
            return
        lines = [
            [line.item, line.state.value, line.entry_id, line.due and line.due.isoformat()]
            for line in trace.lines[-MAX_TRACE_LINES:]
        ]
        text = orjson.dumps({"lines": lines, "pending": trace.pending}).decode()
        self.db.conn.execute("INSERT OR REPLACE INTO open_visit VALUES (1, ?, ?)", (text, at.wall_ms))

    def trace(self) -> Trace:
        """Return what is kept of a visit that has not ended; empty if there is none."""
        with as_damage(READING):
            row = self.db.conn.execute("SELECT trace FROM open_visit").fetchone()
        if row is None:
            return Trace()
        with legible("what is kept of the last visit"):
            kept = json.loads(row[0])
            return Trace(tuple(_line(line) for line in kept["lines"]), kept["pending"])

    def trace_wall_ms(self) -> int | None:
        """Return when the trace was written (Unix ms by the station's clock), or None if there is none."""
        with as_damage(READING):
            row = self.db.conn.execute("SELECT wall_ms FROM open_visit").fetchone()
        return None if row is None else int(row[0])

    # --- what the agent asks

    def waiting(self, limit: int, epoch: int | None = None, *, after: int = 0) -> list[WireEntry]:
        """Return up to `limit` entries the hub has not acknowledged, in order; of this epoch, or an earlier one;
        only what follows entry `after`.
        """
        chosen = self._place.epoch if epoch is None else epoch
        with as_damage("reading the journal"):
            return journal_table.read_after(self.db, chosen, max(after, self.acknowledged_of(chosen)), limit)

    def oldest_waiting_ms(self) -> int | None:
        """Return the station's wall time of the oldest entry the hub has not acknowledged, None if there is none."""
        with as_damage("reading the journal"):
            for epoch in sorted((*self._ends, self._place.epoch)):
                wire = journal_table.oldest_after(self.db, epoch, self.acknowledged_of(epoch))
                if wire is not None:
                    return int(wire["at"]["wall"])
        return None

    def held_place(self) -> Place:
        """Return the place of the last entry the hub is known to hold; the beginning if it holds none."""
        station, epoch, seq = self._place.station, self._place.epoch, self.acknowledged
        with as_damage("reading the journal"):
            lost = {last: head for _, last, head in journal_table.gaps(self.db, epoch)}
            head = journal_table.hash_of(self.db, epoch, seq) or lost.get(seq)
        return Place(station, epoch) if not seq or head is None else Place(station, epoch, seq, head)

    def waiting_count(self) -> int:
        """Return how many entries the hub has not acknowledged, those of earlier epochs too."""
        past = sum(max(0, end - self.acknowledged_of(epoch)) for epoch, end in self._ends.items())
        return self._place.seq - self.acknowledged + past

    def rewind(self, held: int, epoch: int | None = None) -> None:
        """Believe the hub that it holds no more than `held` (it was restored from an older copy): what it has lost
        waits again. What was forgotten meanwhile goes without its personal part, and the chain still verifies.
        """
        chosen = self._place.epoch if epoch is None else epoch
        if held >= self.acknowledged_of(chosen):
            return
        with as_damage("noting what the hub holds"), self._noting({f"acknowledged_{chosen}": str(held)}):
            retention.note_rewound(self.db, chosen, held)

    def acknowledge(self, receipt: Receipt, epoch: int | None = None) -> None:
        """Note what the hub holds. It only ever grows, and never past what was written here."""
        chosen = self._place.epoch if epoch is None else epoch
        end = self._place.seq if chosen == self._place.epoch else self._ends.get(chosen, 0)
        known, before = min(receipt.acknowledged, end), self.acknowledged_of(chosen)
        odd = [v for v in receipt.verdicts if v.kind is not VerdictKind.STORED]
        if known <= before and not odd:
            return
        epoch, held = chosen, max(known, before)
        note = {f"acknowledged_{epoch}": str(held), "hub_wall_ms": str(receipt.hub_wall_ms), **self._wall_note()}
        with as_damage("noting what the hub holds"), self._noting(note):
            retention.note_acknowledged(self.db, epoch, held, receipt.hub_wall_ms)
            self.db.conn.executemany(
                "INSERT OR REPLACE INTO verdict VALUES (?, ?, ?, ?)",
                [(v.entry_id, v.seq, v.kind.value, v.reason) for v in odd],
            )

    def _wall_note(self) -> dict[str, str]:
        return {"highest_wall": f"{self._place.epoch} {self._place.seq} {self._highest_wall_ms}"}

    # --- forgetting

    def forget(self, now_ms: int, limit: int = retention.STEP) -> int:
        """Erase up to `limit` personal parts whose time is over, from tables, file and WAL; return how many went.

        `now_ms` is the latest time that is known for sure (Unix ms).
        """
        with as_damage("forgetting"):
            with self.db.atomic():
                gone = retention.forget(self.db, self._slot, self._rules, now_ms, limit)
            self._forget_derived()
            if gone or ERASED.items() <= self._meta.items():
                self.truncate_wal()
                with self._noting(dict.fromkeys(ERASED, "0")):
                    pass
        return gone

    def truncate_wal(self) -> None:
        """Move everything from the WAL into the file and leave no byte of it behind."""
        busy, _, _ = self.db.conn.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        if busy:
            raise sqlite3.OperationalError("somebody else reads the database")

    # --- starting, checking, rebuilding

    def mark_running(self, *, running: bool) -> bool:
        """Note whether the station runs, and return whether it was noted as running before (an unclean end)."""
        before = self._meta.get("running") == "1"
        note = {"running": "1" if running else "0", **self._wall_note()}
        with as_damage("noting the start"), self._noting(note):
            return before

    @property
    def is_forked(self) -> bool:
        """Whether the hub said last that two units write the journal of this epoch; another epoch begins unforked."""
        return self._meta.get("forked") == str(self._place.epoch)

    def note_forked(self, *, forked: bool) -> None:
        """Keep what the hub says of that; a restart does not forget it."""
        if forked is not self.is_forked:
            note = {"forked": str(self._place.epoch) if forked else ""}
            with as_damage("noting what the hub says of the journal"), self._noting(note):
                pass

    def is_barred(self, identity: str) -> bool:
        """Return whether the hub said last that it does not allow the station with this mark of its identity."""
        return bool(identity) and self._meta.get("barred") == identity

    def note_barred(self, identity: str, *, barred: bool) -> None:
        """Keep what the hub says of that identity; a restart does not forget it, a new identity begins allowed."""
        if barred is not self.is_barred(identity):
            with as_damage("noting what the hub says of the station"), self._noting({"barred": identity * barred}):
                pass

    def check(self) -> int:
        """Return how many entries the unbroken journal has. Raises Damaged if file, tables or chain are broken."""
        with as_damage("checking the database"):
            for table in TABLES:
                self.db.conn.execute(f"SELECT 1 FROM {table} LIMIT 1").fetchone()  # noqa: S608 - fixed words only
            (answer,) = self.db.conn.execute("PRAGMA quick_check").fetchone()
        if answer != "ok":
            raise Damaged(f"the database file is damaged ({answer}); rebuild it from journal and hub")
        with as_damage("checking the journal"):
            return journal_table.check(self.db, self._place.station, self._place.epoch)

    def rebuild(self) -> int:
        """Make the derived tables again from the journal; return how many entries were read."""
        with as_damage("rebuilding the tables"):
            self._forget_derived()
            return tables.rebuild(self.db)

    def derived_rows(self) -> dict[str, list[tuple[Any, ...]]]:
        """Return all rows of the derived tables in a fixed order."""
        return tables.rows(self.db)


def _line(row: list[Any]) -> Line:
    item, state, entry_id, due = row
    return Line(item, LineState(state), entry_id, due and date.fromisoformat(due))
