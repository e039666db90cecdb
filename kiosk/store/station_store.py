"""The store of one station. One thread owns it; what it has committed is still there after the plug is pulled."""

from __future__ import annotations

import json
import secrets
import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from sqlite_utils import Database

from kiosk.store import ended_loans, hold_tables, journal_table, people, pin_tables, retention, snapshot, tables
from kiosk.store.clocks import local_time
from kiosk.store.errors import as_damage
from kiosk.store.feed_load import ROWS_SLOW, FeedLoad
from kiosk.store.page_load import PageLoad
from kiosk.store.pin_tables import Verifier
from kiosk.store.remembered import Remembered
from kiosk.store.schema import TABLES, migrations
from lending.entries import Draft, Entry
from lending.errors import Damaged
from lending.ledger import ItemLedger, OpenLoan, item_of
from lending.nouns import CardFacts, Category, Condition, Hold, Item, ItemState, Rules, Shelf, Standing
from lending.times import Reading
from lending.visit.model import KnownOf, Line, LineState, Trace
from sync.feed import Feed
from sync.feed_page import FeedPage, Message
from sync.journal import Place, Sealed, WireEntry, open_entry, seal_with_texts
from sync.protocol import Receipt, VerdictKind

MAX_TRACE_LINES = 200
_READING = "reading the station's database"


@dataclass(frozen=True, slots=True)
class Left:
    """An item that was left here and waits; `since_ms` is the wall time of its return, None if not known."""

    item: Item
    since_ms: int | None


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


class StationStore:
    """Journal, derived tables and feed of one station. `rows_at_once` is how many rows of a feed its disk takes in
    one short step.

    Owned by one thread; every method may raise Damaged when the disk cannot be trusted any more.
    """

    def __init__(self, db: Database, station: str, epoch: int, salts: Callable[[], str] = new_id) -> None:
        self.db = db
        self._salts = salts
        self._loading: FeedLoad | PageLoad | None = None
        self.rows_at_once = ROWS_SLOW
        self._items: Remembered[str, Item | None] = Remembered(_READING)
        self._cards: Remembered[str, CardFacts] = Remembered(_READING)
        self._ledgers: Remembered[str, ItemLedger] = Remembered(_READING)
        self._folded: Remembered[str, ItemLedger] = Remembered(_READING)
        self._loans: Remembered[str, Sequence[OpenLoan]] = Remembered(_READING)
        self._holds_on: Remembered[str, Sequence[Hold]] = Remembered(_READING)
        self._holds_of: Remembered[str, Sequence[Hold]] = Remembered(_READING)
        with as_damage(_READING):
            (self._synchronous,) = db.conn.execute("PRAGMA synchronous").fetchone()
            migrations.apply(db)
            self._meta: dict[str, str] = dict(db.conn.execute("SELECT name, value FROM meta").fetchall())
            self._place = journal_table.place(db, station, epoch)
            self._ends = journal_table.ends_of_others(db, epoch)
            with _legible("what is kept beside the journal"):
                self._bring_up_to_date()
                self._highest_wall_ms = self._latest_wall()
            with _legible("what is kept of the newest feed"):
                self._rules = snapshot.rules_from_text(self._meta.get("rules"))
                _ = (self.feed_version, self._slot, self.hub_wall_ms)
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

    @property
    def feed_made_ms(self) -> int:
        """When the hub last said that what this station knows is up to date (Unix ms); 0 before the first feed."""
        return int(self._meta.get("feed_made_ms", "0"))

    @property
    def highest_wall_ms(self) -> int:
        """The latest wall time (Unix ms) this station has ever seen, in an entry or a feed."""
        return self._highest_wall_ms

    @property
    def _slot(self) -> int:
        return int(self._meta.get("feed_slot", "0"))

    def item(self, code: str) -> Item | None:
        """Return the item with this barcode, or None if no feed has told of it."""
        return self._items.get(code, lambda: snapshot.item(self.db, self._slot, code))

    def item_of_thing(self, thing: str) -> Item | None:
        """Return any item of a thing, to show how it looks; None if no feed has told of one."""
        with as_damage(_READING):
            return next(iter(snapshot.items_of(self.db, self._slot, thing)), None)

    def card(self, patron_ref: str) -> CardFacts:
        """Return what the feed says of the card."""
        return self._cards.get(patron_ref, lambda: snapshot.card(self.db, self._slot, patron_ref))

    def ledger(self, code: str) -> ItemLedger:
        """Return what the journal says of the item; loans the feed says ended elsewhere are over."""
        return self._ledgers.get(
            code, lambda: ended_loans.without_ended(self.db, self._slot, self._folded_ledger(code))
        )

    def _folded_ledger(self, code: str) -> ItemLedger:
        """Return what the journal alone says of the item: what the next entry is folded onto."""
        return self._folded.get(code, lambda: tables.ledger_of(self.db, code))

    def loans_of(self, patron_ref: str) -> Sequence[OpenLoan]:
        """Return the patron's open loans, due soonest first."""
        return self._loans.get(
            patron_ref, lambda: ended_loans.open_ones(self.db, self._slot, tables.loans_of(self.db, patron_ref))
        )

    def holds_on(self, thing: str) -> Sequence[Hold]:
        """Return the holds on this thing at this station, lapsed ones too, oldest first."""
        return self._holds_on.get(thing, lambda: hold_tables.holds_where(self.db, self._slot, "thing", thing))

    def holds_of(self, patron_ref: str) -> Sequence[Hold]:
        """Return the holds of a patron, lapsed ones too, oldest first."""
        return self._holds_of.get(
            patron_ref, lambda: hold_tables.holds_where(self.db, self._slot, "patron_ref", patron_ref)
        )

    def hold_with_code(self, code: str, today: date, code_hash: hold_tables.CodeHash) -> Hold | None:
        """Return the hold this pickup code belongs to and that has not lapsed by `today`, or None."""
        with as_damage(_READING):
            return hold_tables.with_code(self.db, self._slot, code, today, code_hash)

    def has_codes(self, today: date) -> bool:
        """Return whether anything can be collected by code."""
        with as_damage(_READING):
            return hold_tables.any_with_code(self.db, self._slot, today)

    def messages(self, today: date) -> list[Message]:
        """Return what the library has to say on this day to whoever stands at the screen."""
        with as_damage(_READING):
            return snapshot.messages(self.db, self._slot, today)

    def categories(self) -> list[Category]:
        """Return the categories in the order of the feed."""
        with as_damage(_READING):
            return snapshot.categories(self.db, self._slot)

    def here_by_category(self) -> dict[str, int]:
        """Return how many items of each category are on the shelf here now."""
        station = self._place.station
        with as_damage(_READING):
            known = snapshot.places_of_known(self.db, self._slot)
            at_home = snapshot.items_at(self.db, self._slot, station)
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
        """Return up to `limit` other items of the same category that stand free on the shelf here now."""
        known = self.item(code)
        if known is None:
            return []
        with as_damage(_READING):
            taken = tables.not_free(self.db)
            here = snapshot.items_at(self.db, self._slot, self._place.station)
        codes = (c for c, category in here if category == known.category and c != code and c not in taken)
        found: list[Item] = []
        for other in map(self.item, codes):
            if len(found) == limit:
                break
            if other is not None and other.state is ItemState.OK:
                found.append(other)
        return found

    def another_here(self, thing: str, but: str, today: date) -> Item | None:
        """Return another copy of `thing` that stands free and whole on the shelf here, or None."""
        with as_damage(_READING):
            copies = snapshot.items_of(self.db, self._slot, thing)
            aside = hold_tables.set_aside(self.db, self._slot, today)
        for item in copies:
            fit = item.state is ItemState.OK and (item.inspect_by is None or item.inspect_by >= today)
            if fit and item.code != but and item.code not in aside and self._stands_free(item):
                return item
        return None

    def _stands_free(self, item: Item) -> bool:
        ledger = self.ledger(item.code)
        never_seen = ledger == ItemLedger(item.code)
        here = item.home == self._place.station if never_seen else ledger.place == self._place.station
        whole = ledger.condition is Condition.OK and not ledger.missing
        return here and whole and not ledger.open_loans and ledger.shelf in (Shelf.FREE, Shelf.CHECKED)

    def left_here(self) -> list[Left]:
        """Return what was left here and waits for staff, oldest first; only items a feed has told of."""
        with as_damage(_READING):
            left = tables.left_at(self.db, self._place.station)
        found = [(self.item(code), since_ms) for code, since_ms in left]
        return [Left(item, since_ms) for item, since_ms in found if item is not None]

    def known_of(self, patron_ref: str, now_ms: int) -> KnownOf:
        """Return what this station holds about a card. `now_ms` is the latest time it knows of (Unix ms)."""
        today = local_time(now_ms, self._rules.time_zone).date()
        with as_damage(_READING):
            closed = people.closed_loans(self.db, patron_ref)
            open_here = [loan.entry_id for loan in tables.loans_of(self.db, patron_ref)]
            elsewhere = ended_loans.ended_at(self.db, self._slot, open_here)
            until = pin_tables.verifier_until(self.db, patron_ref, now_ms)
        return KnownOf(
            in_feed=self.card(patron_ref) != CardFacts(Standing.UNKNOWN),
            open_loans=len(self.loans_of(patron_ref)),
            returned_loans=len(closed) + len(elsewhere),
            holds=sum(hold.until >= today for hold in self.holds_of(patron_ref)),
            forgotten_by=self._forgotten_by(closed, list(elsewhere.values())),
            pin_until=None if until is None else local_time(until, self._rules.time_zone).date(),
        )

    def _forgotten_by(self, closed: Sequence[tuple[int, int]], elsewhere: Sequence[int]) -> date | None:
        with as_damage(_READING):
            times = [*elsewhere, *(retention.acknowledged_ms(self.db, epoch, seq) for epoch, seq in closed)]
        if not times or None in times:
            return None
        last = max(ms for ms in times if ms is not None) + self._rules.retention_days * retention.DAY_MS
        return local_time(last, self._rules.time_zone).date() + timedelta(days=1)

    def waiting_about(self, patron_ref: str) -> int:
        """Return how many entries about a card the hub has not acknowledged."""
        with as_damage(_READING):
            return people.count(self.db, patron_ref, (self._place.epoch, self.acknowledged))

    # --- PINs and wrong tries

    def verifier(self, patron_ref: str, now_ms: int) -> Verifier | None:
        """Return what checks a PIN without network, or None if none was right here within its days."""
        with as_damage(_READING):
            return pin_tables.verifier(self.db, patron_ref, now_ms)

    def wrong_tries(self, who: str) -> int:
        """Return how many wrong tries in a row `who` (a card, or `pin_tables.STATION`) has had."""
        with as_damage(_READING):
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
        sealed: list[Sealed] = []
        place = self._place
        for draft in drafts:
            new = seal_with_texts(draft, place, at, self._salts)
            place = Place(place.station, place.epoch, place.seq + 1, str(new.wire["hash"]))
            sealed.append(new)
        entries = tuple(open_entry(new.wire) for new in sealed)
        new_trace = trace if trace is not None and trace != self._trace else None
        if not sealed and new_trace is None:
            return ()
        try:
            with as_damage("saving"), self.db.atomic():
                for new, entry in zip(sealed, entries, strict=True):
                    self._write(new, entry)
                if new_trace is not None:
                    self._write_trace(new_trace, at)
        finally:
            if entries:
                self._forget_derived()
        self._place = place
        self._trace = trace if new_trace is not None and trace is not None else self._trace
        if entries:
            self._highest_wall_ms = max(self._highest_wall_ms, at.wall_ms)
        return entries

    def _write(self, sealed: Sealed, entry: Entry) -> None:
        item = item_of(entry)
        journal_table.append(self.db, sealed, item)
        tables.apply(self.db, entry, self._folded_ledger(item) if item is not None else None)
        if item is not None:
            self._folded.forget()
            self._ledgers.forget()

    def _forget_derived(self) -> None:
        for answers in (self._ledgers, self._folded, self._loans, self._holds_on, self._holds_of):
            answers.forget()

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
        with _legible("what is kept of the last visit"):
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
        return self.acknowledged_of(self._place.epoch)

    def acknowledged_of(self, epoch: int) -> int:
        """Return up to which entry of an epoch the hub holds everything."""
        return int(self._meta.get(f"acknowledged_{epoch}", "0"))

    def waiting(self, limit: int, epoch: int | None = None) -> list[WireEntry]:
        """Return up to `limit` entries the hub has not acknowledged, in order; of this epoch, or an earlier one."""
        chosen = self._place.epoch if epoch is None else epoch
        with as_damage("reading the journal"):
            return journal_table.read_after(self.db, chosen, self.acknowledged_of(chosen), limit)

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

    @property
    def hub_wall_ms(self) -> int:
        """The hub's time when it was last heard (Unix ms); 0 if it never was."""
        return max(int(self._meta.get("hub_wall_ms", "0")), self.feed_made_ms)

    def _wall_note(self) -> dict[str, str]:
        return {"highest_wall": f"{self._place.epoch} {self._place.seq} {self._highest_wall_ms}"}

    # --- the feed

    def take_feed(self, feed: Feed) -> None:
        """Put the feed in the place of the one before, at once. An older one than we have changes nothing."""
        FeedLoad(feed).all_at(self)

    def confirm_feed(self, at_ms: int) -> None:
        """Note that at `at_ms` (the hub's time) the hub had nothing newer: what is known is that young."""
        if at_ms > self.feed_made_ms:
            with as_damage("noting the age of the feed"), self._noting({"feed_made_ms": str(at_ms)}):
                self._highest_wall_ms = max(self._highest_wall_ms, at_ms)

    @property
    def feed_cursor(self) -> str:
        """What to ask the hub on with: the place in a snapshot under way, else in the changes; "" for none."""
        return self._meta.get("load_cursor") or self._meta.get("feed_cursor", "")

    def take_page(self, asked: str, page: FeedPage) -> None:
        """Take in a page that follows the cursor `asked`, at once."""
        PageLoad(asked, page).all_at(self)

    def begin_page(self, load: PageLoad) -> None:
        """Let `load` use the spare slot from now on. Where a snapshot begins, one under way is forgotten."""
        self._loading = load
        if load.page.begins:
            self._leave_load()

    def _leave_load(self) -> None:
        if self._meta.get("load_cursor"):
            with as_damage("beginning a feed"), self._noting({"load_cursor": ""}):
                pass

    def leave_pages(self) -> None:
        """Forget all cursors: the hub does not know them any more and sends whole feeds."""
        if self._meta.get("load_cursor") or self._meta.get("feed_cursor"):
            note = {"load_cursor": "", "feed_cursor": "", "feed_version": "0"}
            with as_damage("noting the hub's older form"), self._noting(note):
                self._loading = None

    def apply_page(self, page: FeedPage) -> None:
        """Change the live tables as the page says: one short, flushed transaction."""
        note = {"feed_cursor": page.cursor, "feed_version": str(page.version)}
        note |= {} if page.head is None else snapshot.head_facts(page.head)
        note |= {} if page.more else self._as_young_as(page.made_ms)
        try:
            with as_damage("storing what is new"), self._noting(note):
                snapshot.put(self.db, self._slot, list(snapshot.page_rows(page)))
                snapshot.remove(self.db, self._slot, page.gone)
        finally:
            self._forget_feed()
        self._believe(page)
        if not page.more:
            self._highest_wall_ms = page.made_ms

    def _as_young_as(self, made_ms: int) -> dict[str, str]:
        """Return what is kept of the hub's time, which is right by definition: a wall clock that was once far ahead
        is forgotten with it.
        """
        place = self._place
        return {"feed_made_ms": str(made_ms), "highest_wall": f"{place.epoch} {place.seq} {made_ms}"}

    def _believe(self, page: FeedPage) -> None:
        if page.head is not None:
            self._rules = page.head.rules

    def load_page(self, rows: Sequence[tuple[str, tuple[Any, ...]]], cursor: str | None) -> None:
        """Put rows of a snapshot into the spare slot, and the cursor that follows if these are the last of a page.

        A blocked card counts at once, in the live tables too: nobody waits for a whole snapshot with that.
        """
        blocked = snapshot.blocked_cards(rows) if self.feed_version else []
        note = {} if cursor is None else {"load_cursor": cursor}
        with as_damage("storing the feed"), self._unhurried():
            snapshot.put(self.db, 1 - self._slot, rows)
            snapshot.put(self.db, self._slot, blocked)
            self._write_notes(note)
        self._meta.update(note)
        if blocked:
            self._cards.forget()

    def swap_pages(self, page: FeedPage) -> None:
        """Make the spare slot, which holds a whole copy now, the live one: one short, flushed transaction."""
        note = {"feed_slot": str(1 - self._slot), "feed_cursor": page.cursor, "load_cursor": ""}
        note |= {"feed_version": str(page.version), **self._as_young_as(page.made_ms)}
        note |= {} if page.head is None else snapshot.head_facts(page.head)
        with as_damage("storing the feed"), self._noting(note):
            pass
        self._forget_feed()
        self._believe(page)
        self._highest_wall_ms = page.made_ms

    def _forget_feed(self) -> None:
        self._items.forget()
        self._cards.forget()
        self._forget_derived()

    def begin_feed(self, load: FeedLoad) -> int:
        """Let `load` use the spare slot from now on, in the place of any other, and return which it is."""
        self._loading = load
        self._leave_load()
        return 1 - self._slot

    def is_loading(self, load: FeedLoad | PageLoad) -> bool:
        """Return whether the spare slot still belongs to `load`."""
        return self._loading is load

    def erase_spare(self, limit: int) -> int:
        """Erase up to `limit` rows of each table in the spare slot; return how many there were."""
        with as_damage("making room for the feed"), self._unhurried():
            return snapshot.erase(self.db, 1 - self._slot, limit)

    def load_rows(self, table: str, rows: Sequence[tuple[Any, ...]]) -> None:
        """Put rows into the spare slot."""
        with as_damage("storing the feed"), self._unhurried():
            snapshot.insert(self.db, table, rows)

    def swap_feed(self, feed: Feed, slot: int) -> None:
        """Make the spare slot the live one: one short, flushed transaction.

        The hub's time is right by definition: a wall clock that was once far ahead is forgotten with it.
        """
        note = {**snapshot.feed_facts(feed, slot), **self._as_young_as(feed.made_ms)}
        with as_damage("storing the feed"), self._noting(note):
            self._loading = None
        self._forget_feed()
        self._rules = feed.rules
        self._highest_wall_ms = feed.made_ms

    @contextmanager
    def _unhurried(self) -> Iterator[None]:
        """One transaction that need not be on the disk by itself: the next commit of a visit, or the swap, flushes it
        too, and until the swap nobody misses it.
        """
        self.db.conn.execute("PRAGMA synchronous=NORMAL")
        try:
            with self.db.atomic():
                yield
        finally:
            self.db.conn.execute(f"PRAGMA synchronous={self._synchronous}")

    # --- forgetting

    def forget(self, now_ms: int, limit: int = retention.STEP) -> int:
        """Erase up to `limit` personal parts whose time is over, from tables, file and WAL; return how many went.

        `now_ms` is the latest time that is known for sure (Unix ms).
        """
        with as_damage("forgetting"):
            with self.db.atomic():
                gone = retention.forget(self.db, self._slot, self._rules, now_ms, limit)
            self._forget_derived()
            if gone:
                self.truncate_wal()
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

    @contextmanager
    def _noting(self, values: Mapping[str, str]) -> Iterator[None]:
        """Write single values together with what happens inside, in one commit; believe them only after it."""
        with self.db.atomic():
            yield
            self._write_notes(values)
        self._meta.update(values)

    def _write_notes(self, values: Mapping[str, str]) -> None:
        self.db.conn.executemany("INSERT OR REPLACE INTO meta VALUES (?, ?)", list(values.items()))


@contextmanager
def _legible(what: str) -> Iterator[None]:
    """Say Damaged of a value that a spoilt file has made unreadable."""
    try:
        yield
    except (ValueError, TypeError, KeyError, AttributeError):
        raise Damaged(f"{what} cannot be read; the file is damaged") from None


def _line(row: list[Any]) -> Line:
    item, state, entry_id, due = row
    return Line(item, LineState(state), entry_id, due and date.fromisoformat(due))
