"""The answers of a station's database for whoever looks around: nobody's loan depends on them."""

from __future__ import annotations

from collections.abc import Sequence

from sqlite_utils import Database

from kiosk.store import browse
from kiosk.store.browse import PlaceNear, ShownThing
from kiosk.store.errors import as_damage
from kiosk.store.remembered import Remembered
from kiosk.store.store_reads import READING, StoreReads
from lending.ledger import ItemLedger
from sync.feed_browse import CopyFacts, StationFigures, ThingPage
from sync.journal import Place


class BrowseReads(StoreReads):
    """Things with their pages, copies, places nearby and figures."""

    def __init__(self, db: Database, place: Place) -> None:
        super().__init__(db, place)
        self._things: Remembered[bool, Sequence[ShownThing]] = Remembered(READING)

    def things(self, *, everywhere: bool = False) -> Sequence[ShownThing]:
        """Return the things with a copy that is at home here or stands here, or all the library has, by their id.

        Each has a page, if only with what its copies say. All of them may be thousands: a second of work or more.
        """
        return self._things.get(
            everywhere, lambda: browse.things(self.db, self._slot, self._place.station, everywhere=everywhere)
        )

    def thing_page(self, thing: str) -> ThingPage | None:
        """Return the page of a thing, if only with what its copies say; None if no feed has told of the thing."""
        with as_damage(READING):
            told = browse.thing_page(self.db, self._slot, thing)
        item = self.item_of_thing(thing) if told is None else None
        return told if item is None else browse.page_of(item)

    def copy_facts(self, code: str) -> CopyFacts:
        """Return how often this copy was lent and when it was last checked, as far as anybody has told."""
        item = self.item(code)
        if item is None:
            return CopyFacts(code)
        with as_damage(READING):
            return browse.copy_facts(self.db, self._slot, item)

    def places(self) -> list[PlaceNear]:
        """Return the places nearby, the library's other stations among them, in the order to show them."""
        with as_damage(READING):
            return browse.places(self.db, self._slot, self._place.station)

    def figures(self) -> StationFigures | None:
        """Return what was lent from here, or None if the hub has not counted yet."""
        with as_damage(READING):
            return browse.figures(self.db, self._slot, self._place.station)

    def _ledger_changed(self, before: ItemLedger, after: ItemLedger) -> None:
        super()._ledger_changed(before, after)
        self._things.forget()

    def _forget_derived(self) -> None:
        super()._forget_derived()
        self._things.forget()
