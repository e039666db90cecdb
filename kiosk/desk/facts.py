"""The facts of one moment: the store as it stands, and the clocks as they were read for this input."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime
from functools import cached_property

from kiosk.desk.catalogue import Catalogue
from kiosk.desk.reckoning import Reckoning
from kiosk.desk.search.index import only_guesses
from kiosk.store.clocks import local_date, local_time, zone
from kiosk.store.hold_tables import CodeHash
from kiosk.store.station_store import StationStore, new_id
from lending.holds import standing
from lending.ledger import ItemLedger, OpenLoan
from lending.nouns import CardFacts, Hold, Item, Rules
from lending.times import Reading
from lending.visit import KnownOf

__all__ = ["BUILT", "DeskFacts", "local_time", "zone"]

BUILT = date(2026, 11, 22)
"""This software did not exist before; a clock that says so is wrong."""

BUILT_MS = int(datetime(BUILT.year, BUILT.month, BUILT.day, tzinfo=UTC).timestamp() * 1000)
HOUR_MS = 3_600_000


def no_codes(_hold_id: str, _code: str) -> str:
    """Return what fits no hold: a station without the library's key cannot check pickup codes."""
    return "-"


class DeskFacts:
    """`lending.visit.Facts` for one input. A patron is never more than a keyed hash."""

    def __init__(self, store: StationStore, at: Reading, code_hash: CodeHash = no_codes,
                 catalogue: Catalogue | None = None, reckoning: Reckoning | None = None) -> None:  # fmt: skip
        self._store = store
        self._code_hash = code_hash
        self.catalogue = catalogue or Catalogue(store)
        self.reckoning = reckoning or Reckoning(store)
        self.at = at

    @property
    def rules(self) -> Rules:
        """The rules of the newest feed."""
        return self._store.rules

    @property
    def station(self) -> str:
        """The id of this station."""
        return self._store.place.station

    @cached_property
    def today(self) -> date:
        """The local date of the station."""
        return local_date(self.at.wall_ms, self.rules.time_zone)

    @property
    def up_ms(self) -> int:
        """Milliseconds since boot."""
        return self.at.up_ms

    @property
    def latest_ms(self) -> int:
        """The latest time this station knows of (Unix ms): now, or what it has seen before if the clock went back."""
        return max(self.at.wall_ms, self._store.highest_wall_ms)

    @property
    def data_age_hours(self) -> float:
        """The least the newest feed can be old; 0 before the first."""
        made_ms = self._store.feed_made_ms
        return max(0, self.latest_ms - made_ms) / HOUR_MS if made_ms else 0.0

    @property
    def clock_doubtful(self) -> bool:
        """Whether the wall clock has not been set since boot, or says a time before this software was built."""
        return not self.at.synced or self.at.wall_ms < BUILT_MS

    def item(self, code: str) -> Item | None:
        """Return the item with this barcode, or None if no feed has told of it."""
        return self._store.item(code)

    def ledger(self, code: str) -> ItemLedger:
        """Return what the journal says of the item."""
        return self._store.ledger(code)

    def card(self, patron_ref: str) -> CardFacts:
        """Return what the feed says of the card."""
        return self._store.card(patron_ref)

    def loans_of(self, patron_ref: str) -> Sequence[OpenLoan]:
        """Return the patron's open loans, due soonest first."""
        return self._store.loans_of(patron_ref)

    def holds_on(self, thing: str) -> Sequence[Hold]:
        """Return the holds on this thing at this station, lapsed ones too, oldest first."""
        return self._store.holds_on(thing)

    def holds_of(self, patron_ref: str) -> Sequence[Hold]:
        """Return the patron's holds that have not lapsed."""
        return standing(self._store.holds_of(patron_ref), self.today)

    def hold_with_code(self, code: str) -> Hold | None:
        """Return the hold this pickup code belongs to, or None."""
        return self._store.hold_with_code(code, self.today, self._code_hash)

    def another_here(self, thing: str, but: str) -> Item | None:
        """Return another copy of `thing` that stands free on the shelf here, or None."""
        return self._store.another_here(thing, but, self.today)

    def copies_of(self, thing: str) -> Sequence[Item]:
        """Return all items of a thing the feed has told of, by barcode."""
        return self._store.copies_of(thing)

    def finds(self, words: str) -> bool:
        """Return whether a search for `words` finds anything."""
        return bool(self.catalogue.find(words))

    def guesses(self, words: str) -> bool:
        """Return whether a search for `words` finds guesses only."""
        hits = self.catalogue.find(words)
        return bool(hits) and only_guesses(hits)

    def left_here(self) -> Sequence[Item]:
        """Return the items that were left here and wait for staff, oldest first."""
        return [left.item for left in self._store.left_here()]

    def expected_here(self) -> Sequence[str]:
        """Return the codes of the items that should stand on the shelf here, in the order of their names."""
        return self.catalogue.shelf_here()

    def has_verified_pin(self, patron_ref: str) -> bool:
        """Return whether a right PIN was given for this card here within the days the rules keep it."""
        return self._store.verifier(patron_ref, self.latest_ms) is not None

    def known_of(self, patron_ref: str) -> KnownOf:
        """Return what this station holds about a card."""
        return self._store.known_of(patron_ref, self.latest_ms)

    def new_id(self) -> str:
        """Return a fresh random id."""
        return new_id()
