"""What a station's database answers: a visit asks, nothing is written."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta

from sqlite_utils import Database

from kiosk.store import (
    ended_loans,
    hold_tables,
    people,
    pin_tables,
    retention,
    sharing,
    snapshot,
    tables,
    told_loans,
)
from kiosk.store.clocks import local_time
from kiosk.store.errors import as_damage
from kiosk.store.journal_table import place_of
from kiosk.store.remembered import Remembered
from kiosk.store.tally import Tally
from lending.errors import Damaged
from lending.impact import Lent, Told
from lending.ledger import ItemLedger, OpenLoan
from lending.nouns import CardFacts, Category, Condition, Hold, Item, ItemState, Rules, Shelf, Standing
from lending.visit.model import KnownOf
from sync.feed_page import Message
from sync.journal import Place

READING = "reading the station's database"


@dataclass(frozen=True, slots=True)
class Left:
    """An item that was left here and waits; `since_ms` is the wall time of its return, None if not known."""

    item: Item
    since_ms: int | None


@contextmanager
def legible(what: str) -> Iterator[None]:
    """Say Damaged of a value that a spoilt file has made unreadable."""
    try:
        yield
    except (ValueError, TypeError, KeyError, AttributeError):
        raise Damaged(f"{what} cannot be read; the file is damaged") from None


class StoreReads:
    """The answers, remembered while they are true, and the single values beside the tables."""

    def __init__(self, db: Database, place: Place) -> None:
        self.db = db
        self._place = place
        self._meta: dict[str, str] = dict(db.conn.execute("SELECT name, value FROM meta").fetchall())
        self._rules = Rules()
        self._highest_wall_ms = 0
        self._things_mark = 0
        self._priced: tuple[tuple[int, ...], list[str]] | None = None
        self._tally = Tally()
        self._items: Remembered[str, Item | None] = Remembered(READING)
        self._copies: Remembered[str, Sequence[Item]] = Remembered(READING)
        self._cards: Remembered[str, CardFacts] = Remembered(READING)
        self._ledgers: Remembered[str, ItemLedger] = Remembered(READING)
        self._folded: Remembered[str, ItemLedger] = Remembered(READING)
        self._loans: Remembered[str, Sequence[OpenLoan]] = Remembered(READING)
        self._told: Remembered[str, bool] = Remembered(READING)
        self._holds_on: Remembered[str, Sequence[Hold]] = Remembered(READING)
        self._holds_of: Remembered[str, Sequence[Hold]] = Remembered(READING)

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

    def copies_of(self, thing: str) -> Sequence[Item]:
        """Return all items of a thing, by barcode."""
        return self._copies.get(thing, lambda: snapshot.items_of(self.db, self._slot, thing))

    def items_after(self, code: str, limit: int) -> list[Item]:
        """Return up to `limit` items whose barcodes come after `code`, by barcode: the whole catalogue in steps."""
        with as_damage(READING):
            return snapshot.items_after(self.db, self._slot, code, limit)

    @property
    def feed_mark(self) -> str:
        """What changes with every feed and page of one: whoever keeps something made of a feed compares it."""
        return " ".join((str(self._slot), str(self.feed_version), self._meta.get("feed_cursor", "")))

    @property
    def things_mark(self) -> int:
        """What changes, while the store is open, with every feed or page that tells of items, things or categories:
        most pages tell of cards, holds or loans, and what is made of all things takes its time.
        """
        return self._things_mark

    def free_here(self) -> frozenset[str]:
        """Return the barcodes of what is on the shelf here, not out on loan and not waiting for a look.

        Holds and what staff say of a copy are not asked: see `lending.availability` for one thing at a time.
        """
        station = self._place.station
        with as_damage(READING):
            seen = {code: place for code, _, place in snapshot.places_of_known(self.db, self._slot)}
            home = {code for code, _ in snapshot.items_at(self.db, self._slot, station)}
            taken = tables.not_free(self.db) | told_loans.items_out(self.db, self._slot)
        here = {code for code in home if code not in seen} | {c for c, place in seen.items() if place == station}
        return frozenset(here - taken)

    def item_of_thing(self, thing: str) -> Item | None:
        """Return any item of a thing, to show how it looks; None if no feed has told of one."""
        with as_damage(READING):
            return next(iter(snapshot.items_of(self.db, self._slot, thing)), None)

    def card(self, patron_ref: str) -> CardFacts:
        """Return what the feed says of the card."""
        return self._cards.get(patron_ref, lambda: snapshot.card(self.db, self._slot, patron_ref))

    def ledger(self, code: str) -> ItemLedger:
        """Return what the journal says of the item; loans the feed says ended elsewhere are over, and those another
        unit of this station made are out.
        """
        return self._ledgers.get(code, lambda: self._whole_ledger(code))

    def _whole_ledger(self, code: str) -> ItemLedger:
        kept = ended_loans.without_ended(self.db, self._slot, self._folded_ledger(code))
        return told_loans.with_told(self.db, self._slot, self._place.station, kept)

    def _folded_ledger(self, code: str) -> ItemLedger:
        """Return what the journal alone says of the item: what the next entry is folded onto."""
        return self._folded.get(code, lambda: tables.ledger_of(self.db, code))

    def loans_of(self, patron_ref: str) -> Sequence[OpenLoan]:
        """Return the patron's open loans, due soonest first."""
        return self._loans.get(patron_ref, lambda: self._all_loans_of(patron_ref))

    def _all_loans_of(self, patron_ref: str) -> Sequence[OpenLoan]:
        own = ended_loans.open_ones(self.db, self._slot, tables.loans_of(self.db, patron_ref))
        told = told_loans.open_where(self.db, self._slot, self._place.station, "patron_ref", patron_ref)
        return own if not told else told_loans.by_due((*told, *own))

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
        with as_damage(READING):
            return hold_tables.with_code(self.db, self._slot, code, today, code_hash)

    def has_codes(self, today: date) -> bool:
        """Return whether anything can be collected by code."""
        with as_damage(READING):
            return hold_tables.any_with_code(self.db, self._slot, today)

    def messages(self, today: date) -> list[Message]:
        """Return what the library has to say on this day to whoever stands at the screen."""
        with as_damage(READING):
            return snapshot.messages(self.db, self._slot, today)

    @property
    def is_all_counted(self) -> bool:
        """Whether `lent` and `told` can answer without reading further in the journal."""
        return self._tally.knows(self._newest_place, self.feed_mark)

    def count_on(self) -> None:
        """Read a little further in the journal, for `lent` and `told`: a few milliseconds."""
        with as_damage(READING):
            self._tally.count_on(self.db, self._slot, self._newest_place, self.feed_mark)

    def lent(self) -> dict[str, Lent]:
        """Return how often each thing was lent here. Reads what of the journal has not been counted yet."""
        self._count_all()
        return self._tally.lent()

    def told(self) -> list[Told]:
        """Return what was answered to the question after a return. Reads what has not been counted yet."""
        self._count_all()
        return self._tally.told()

    def _count_all(self) -> None:
        while not self.is_all_counted:
            self.count_on()

    @property
    def _newest_place(self) -> int:
        return place_of(self._place.epoch, self._place.seq)

    def only_elsewhere(self, limit: int) -> list[str]:
        """Return one barcode of each of up to `limit` things the library has, but not this station."""
        with as_damage(READING):
            return sharing.only_elsewhere(self.db, self._slot, self._place.station, limit)

    def with_price(self, begin: int, limit: int) -> list[str]:
        """Return up to `limit` items of this station that have a price, others first for another `begin`."""
        asked = (self._slot, self.feed_version, begin, limit)
        if self._priced is None or self._priced[0] != asked:
            with as_damage(READING):
                self._priced = (asked, sharing.with_price(self.db, self._slot, self._place.station, begin, limit))
        return self._priced[1]

    def has_places(self) -> bool:
        """Return whether the feed tells of places nearby."""
        with as_damage(READING):
            return sharing.has_places(self.db, self._slot, self._place.station)

    def categories(self) -> list[Category]:
        """Return the categories in the order of the feed."""
        with as_damage(READING):
            return snapshot.categories(self.db, self._slot)

    def shelf_here(self) -> list[str]:
        """Return the codes of the known items that stand on the shelf here, in the order of their names."""
        here = [item for item in map(self.item, self._here()) if item is not None]
        return [item.code for item in sorted(here, key=lambda item: (item.name.get("nb").casefold(), item.code))]

    def loaded_so_far(self) -> tuple[int, int]:
        """Return how many items and cards of a feed on its way have been loaded beside the live one."""
        with as_damage(READING):
            return snapshot.counts(self.db, 1 - self._slot)

    def here_by_category(self) -> dict[str, int]:
        """Return how many items of each category are on the shelf here now."""
        counts: dict[str, int] = {}
        for category in self._here().values():
            counts[category] = counts.get(category, 0) + 1
        return counts

    def _here(self) -> dict[str, str]:
        """Return code and category of every known item that stands on the shelf here now."""
        station = self._place.station
        with as_damage(READING):
            known = snapshot.places_of_known(self.db, self._slot)
            at_home = snapshot.items_at(self.db, self._slot, station)
            out = tables.items_out(self.db) | told_loans.items_out(self.db, self._slot)
        places = {code: place for code, _, place in known}
        here = {code: cat for code, cat in at_home if places.get(code, station) == station}
        here |= {code: cat for code, cat, place in known if place == station}
        return {code: category for code, category in here.items() if code not in out}

    def like(self, code: str, *, limit: int) -> list[Item]:
        """Return up to `limit` other items of the same category that stand free on the shelf here now."""
        known = self.item(code)
        if known is None:
            return []
        with as_damage(READING):
            taken = tables.not_free(self.db) | told_loans.items_out(self.db, self._slot)
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
        with as_damage(READING):
            copies = snapshot.items_of(self.db, self._slot, thing)
            aside = hold_tables.set_aside(self.db, self._slot, today)
        for item in copies:
            fit = item.state is ItemState.OK and (item.inspect_by is None or item.inspect_by >= today)
            if fit and item.code != but and item.code not in aside and self._stands_free(item):
                return item
        return None

    def _stands_free(self, item: Item) -> bool:
        ledger = self.ledger(item.code)
        with as_damage(READING):
            never_seen = not tables.has_seen(self.db, item.code)
        here = item.home == self._place.station if never_seen else ledger.place == self._place.station
        whole = ledger.condition is Condition.OK and not ledger.missing
        return here and whole and not ledger.open_loans and ledger.shelf in (Shelf.FREE, Shelf.CHECKED)

    def left_here(self) -> list[Left]:
        """Return what was left here and waits for staff, oldest first; only items a feed has told of."""
        with as_damage(READING):
            left = tables.left_at(self.db, self._place.station)
        found = [(self.item(code), since_ms) for code, since_ms in left]
        return [Left(item, since_ms) for item, since_ms in found if item is not None]

    def known_of(self, patron_ref: str, now_ms: int) -> KnownOf:
        """Return what this station holds about a card. `now_ms` is the latest time it knows of (Unix ms)."""
        today = local_time(now_ms, self._rules.time_zone).date()
        with as_damage(READING):
            closed = people.closed_loans(self.db, patron_ref)
            open_here = [loan.entry_id for loan in tables.loans_of(self.db, patron_ref)]
            elsewhere = ended_loans.ended_at(self.db, self._slot, open_here)
            told = told_loans.returned_of(self.db, self._slot, patron_ref)
            until = pin_tables.verifier_until(self.db, patron_ref, now_ms)
        return KnownOf(
            in_feed=self.card(patron_ref) != CardFacts(Standing.UNKNOWN),
            open_loans=len(self.loans_of(patron_ref)),
            returned_loans=len(closed) + len(elsewhere) + told,
            holds=sum(hold.until >= today for hold in self.holds_of(patron_ref)),
            forgotten_by=None if told else self._forgotten_by(closed, list(elsewhere.values())),
            pin_until=None if until is None else local_time(until, self._rules.time_zone).date(),
        )

    def _forgotten_by(self, closed: Sequence[tuple[int, int]], elsewhere: Sequence[int]) -> date | None:
        with as_damage(READING):
            times = [*elsewhere, *(retention.acknowledged_ms(self.db, epoch, seq) for epoch, seq in closed)]
        if not times or None in times:
            return None
        last = max(ms for ms in times if ms is not None) + self._rules.retention_days * retention.DAY_MS
        return local_time(last, self._rules.time_zone).date() + timedelta(days=1)

    def waiting_about(self, patron_ref: str) -> int:
        """Return how many entries about a card the hub has not acknowledged."""
        with as_damage(READING):
            return people.count(self.db, patron_ref, (self._place.epoch, self.acknowledged))

    @property
    def acknowledged(self) -> int:
        """The hub holds every entry up to and including this one."""
        return self.acknowledged_of(self._place.epoch)

    def acknowledged_of(self, epoch: int) -> int:
        """Return up to which entry of an epoch the hub holds everything."""
        return int(self._meta.get(f"acknowledged_{epoch}", "0"))

    @property
    def hub_wall_ms(self) -> int:
        """The hub's time when it was last heard (Unix ms); 0 if it never was."""
        return max(int(self._meta.get("hub_wall_ms", "0")), self.feed_made_ms)

    def _ledger_changed(self, before: ItemLedger, after: ItemLedger) -> None:
        """Remember what an entry has made of an item, and forget what was told of it and of its patrons."""
        self._folded.put(after.item, after)
        self._ledgers.drop(after.item)
        if self._is_told_any():
            self._loans.forget()
        for loan in (*before.open_loans, *after.open_loans):
            if loan.patron_ref is not None:
                self._loans.drop(loan.patron_ref)

    def _holds_changed(self) -> None:
        self._holds_on.forget()
        self._holds_of.forget()

    def _is_told_any(self) -> bool:
        """Return whether the feed tells of loans of another unit: an entry about a thing may be about these."""
        return self._told.get("any", lambda: told_loans.are_any(self.db, self._slot))

    def _forget_derived(self) -> None:
        self._told.forget()
        for answers in (self._ledgers, self._folded, self._loans, self._holds_on, self._holds_of):
            answers.forget()

    @contextmanager
    def _noting(self, values: Mapping[str, str]) -> Iterator[None]:
        """Write single values together with what happens inside, in one commit; believe them only after it."""
        with self.db.atomic():
            yield
            self._write_notes(values)
        self._meta.update(values)

    def _write_notes(self, values: Mapping[str, str]) -> None:
        self.db.conn.executemany("INSERT OR REPLACE INTO meta VALUES (?, ?)", list(values.items()))
