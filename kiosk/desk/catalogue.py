"""What can be looked around in: the things of the newest feed by category, and the index that finds them by words.

Both are made anew after a feed, in short steps between two inputs, so that nobody who borrows waits for them; until
they are whole, those of the feed before answer.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from kiosk.desk.search.index import Findable, Hit, Index, Source
from kiosk.store.station_store import StationStore
from lending.errors import Damaged
from lending.nouns import Item, Text
from sync.feed_browse import ThingPage

log = logging.getLogger(__name__)

ROWS_AT_ONCE = 20
"""Items read at once: a few milliseconds on a small computer."""


@dataclass(slots=True)
class Known:
    """A thing as it is listed: its category, the name it is sorted by, and the barcodes of its copies."""

    thing: str
    category: str
    name: str
    codes: list[str] = field(default_factory=list)
    home_here: bool = False


class _Making:
    """A catalogue in the making."""

    def __init__(self, mark: int, categories: dict[str, Text]) -> None:
        self.mark = mark
        self.things: dict[str, Known] = {}
        self.index = Index()
        self._categories = categories

    def work(self, store: StationStore) -> Iterator[None]:
        """Make it of what `store` knows, and yield after each few milliseconds of work."""
        station, after = store.place.station, ""
        while items := store.items_after(after, ROWS_AT_ONCE):
            for item in items:
                self._take(item, station, store.thing_page)
                yield
            after = items[-1].code
        yield from self.index.closing()

    def _take(self, item: Item, station: str, page_of: Callable[[str], ThingPage | None]) -> None:
        """Take in one copy; the first of a thing tells what it is called, its page what it is for."""
        known = self.things.get(item.thing)
        if known is None:
            known = Known(item.thing, item.category, item.name.get("nb"))
            self.things[item.thing] = known
            self.index.add(Findable(item.thing, tuple(self._texts(item, page_of(item.thing)))))
        known.codes.append(item.code)
        known.home_here = known.home_here or item.home == station

    def _texts(self, item: Item, page: ThingPage | None) -> Iterator[tuple[Source, str]]:
        """Yield all texts of a thing, in all languages."""
        page = page or ThingPage(item.thing)
        sources = {
            Source.NAME: (item.name,),
            Source.SYNONYM: page.words,
            Source.TASK: page.tasks,
            Source.USE: (page.use,),
            Source.CATEGORY: (self._categories.get(item.category, Text(())),),
        }
        for source, texts in sources.items():
            for text in texts:
                yield from ((source, words) for _, words in text.by_language)


class Catalogue:
    """The things of the newest feed. It belongs to the thread that owns the store."""

    def __init__(self, store: StationStore) -> None:
        self._store = store
        self._made: _Making | None = None
        self._making: _Making | None = None
        self._work: Iterator[None] = iter(())
        self._given_up = -1
        self._stations: tuple[str, Mapping[str, str]] = ("", {})
        self._asked: tuple[str, list[Hit]] = ("", [])
        self._free: tuple[object, frozenset[str]] = (None, frozenset())
        self._listed: tuple[object, list[Known]] = (None, [])
        self._by_name: tuple[object, list[Known]] = (None, [])
        self._shelf: tuple[object, list[str]] = (None, [])

    # --- Making

    @property
    def is_due(self) -> bool:
        """Whether there is anything to make: a feed has told of things that the catalogue does not know yet."""
        mark = self._store.things_mark
        return mark != self._given_up and (self._made is None or self._made.mark != mark)

    def step(self, seconds: float = 0.01) -> None:
        """Go on with the making for about so long. Raises Damaged.

        Where a feed cannot be read, that is logged once and the catalogue of the one before goes on answering: no
        visit depends on it.
        """
        until = time.perf_counter() + seconds
        try:
            while self.is_due and self._go_on() and time.perf_counter() < until:
                pass
        except Damaged:
            raise
        except Exception:
            log.exception("the catalogue could not be made of the newest feed")
            self._given_up = self._store.things_mark

    def _go_on(self) -> bool:
        """Do a little of the work; return whether more is to be done."""
        mark = self._store.things_mark
        making = self._making
        if making is None or making.mark != mark:
            names = {one.category_id: one.name for one in self._store.categories()}
            making = self._making = _Making(mark, names)
            self._work = making.work(self._store)
        try:
            for _ in self._work:
                return True
        except Exception:
            self._making = None
            raise
        self._made, self._making = making, None
        self._asked, self._listed = ("", []), (None, [])
        return False

    def _ready(self) -> _Making:
        """Return the newest whole catalogue; the very first is made at once, as somebody waits for it."""
        while self._made is None:
            self._go_on()
        return self._made

    # --- Asking

    def stations(self) -> Mapping[str, str]:
        """Return the names of the library's stations by their ids, as far as the feed tells them."""
        mark = self._store.feed_mark
        if self._stations[0] != mark:
            near = (one.place for one in self._store.places())
            self._stations = (mark, {place.station: place.name for place in near if place.station})
        return self._stations[1]

    def find(self, words: str) -> list[Hit]:
        """Return what fits `words`, the best first; the last answer is kept."""
        made = self._ready()
        if self._asked[0] != words or not words:
            self._asked = (words, made.index.find(words))
        return self._asked[1]

    def listed(self, category: str) -> Sequence[Known]:
        """Return the things of a category ("" for all): first what is here now, then what belongs here, then the
        rest; each by name.
        """
        made, free = self._ready(), self.free_here()
        key = (made.mark, self._free[0], category)
        if self._listed[0] != key:
            those = [one for one in made.things.values() if category in {"", one.category}]
            those.sort(key=lambda one: (free.isdisjoint(one.codes), not one.home_here, one.name, one.thing))
            self._listed = (key, those)
        return self._listed[1]

    def by_name(self) -> Sequence[Known]:
        """Return all things by name."""
        made = self._ready()
        if self._by_name[0] != made.mark:
            every = sorted(made.things.values(), key=lambda one: (one.name.casefold(), one.thing))
            self._by_name = (made.mark, every)
        return self._by_name[1]

    def known(self, thing: str) -> Known | None:
        """Return what is known of a thing, or None."""
        return self._ready().things.get(thing)

    def shelf_here(self) -> Sequence[str]:
        """Return the barcodes of what should stand on the shelf here by name, read anew after each entry and feed."""
        if self._shelf[0] != self._now:
            self._shelf = (self._now, self._store.shelf_here())
        return self._shelf[1]

    def free_here(self) -> frozenset[str]:
        """Return the barcodes of what stands free on the shelf, read anew after each entry and feed."""
        if self._free[0] != self._now:
            self._free = (self._now, self._store.free_here())
        return self._free[1]

    @property
    def _now(self) -> tuple[int, int, str]:
        """What changes with each entry and each feed."""
        place = self._store.place
        return (place.epoch, place.seq, self._store.feed_mark)
