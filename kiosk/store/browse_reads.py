"""The answers of a station's database for whoever looks around: nobody's loan depends on them."""

from __future__ import annotations

from kiosk.store import browse
from kiosk.store.browse import PlaceNear
from kiosk.store.errors import as_damage
from kiosk.store.store_reads import READING, StoreReads
from sync.feed_browse import CopyFacts, StationFigures, ThingPage


class BrowseReads(StoreReads):
    """Pages of things, copies, places nearby and figures."""

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
