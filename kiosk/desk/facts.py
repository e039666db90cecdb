"""The facts of one moment: the store as it stands, and the clocks as they were read for this input."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime
from functools import cache
from zoneinfo import ZoneInfo

from kiosk.store.station_store import StationStore, new_id
from lending.ledger import ItemLedger, OpenLoan
from lending.nouns import Item, Rules, Standing
from lending.times import Reading


@cache
def zone(name: str) -> ZoneInfo:
    """Return the time zone of the rules; UTC if this machine does not know it."""
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return ZoneInfo("UTC")


def local_time(wall_ms: int, time_zone: str) -> datetime:
    """Return Unix milliseconds as local time of the station."""
    return datetime.fromtimestamp(wall_ms / 1000, UTC).astimezone(zone(time_zone))


class DeskFacts:
    """`lending.visit.Facts` for one input. `patron` below is never more than a keyed hash."""

    def __init__(self, store: StationStore, at: Reading) -> None:
        self._store = store
        self.at = at

    @property
    def rules(self) -> Rules:
        """The rules of the newest feed."""
        return self._store.rules

    @property
    def today(self) -> date:
        """The local date of the station."""
        return local_time(self.at.wall_ms, self.rules.time_zone).date()

    @property
    def up_ms(self) -> int:
        """Milliseconds since boot."""
        return self.at.up_ms

    def item(self, code: str) -> Item | None:
        """Return the item with this barcode, or None if no feed has told of it."""
        return self._store.item(code)

    def ledger(self, code: str) -> ItemLedger:
        """Return what the journal says of the item."""
        return self._store.ledger(code)

    def standing(self, patron_ref: str) -> Standing:
        """Return what the feed says of the card."""
        return self._store.standing(patron_ref)

    def loans_of(self, patron_ref: str) -> Sequence[OpenLoan]:
        """Return the patron's open loans, due soonest first."""
        return self._store.loans_of(patron_ref)

    def new_id(self) -> str:
        """Return a fresh random id."""
        return new_id()
