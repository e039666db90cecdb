"""The figures of this station, made in short steps between two inputs: nobody who borrows waits for them."""

from __future__ import annotations

import logging
import time

from kiosk.store.station_store import StationStore
from lending.impact import Figures, Span, ThingCost, figures
from lending.nouns import Item

log = logging.getLogger(__name__)

COSTS_AT_ONCE = 20
"""Things whose costs are read in one go: a few milliseconds on a small computer."""


def cost_of(item: Item, store: StationStore) -> ThingCost:
    """Return what the feed says a thing costs, in kroner and CO2e."""
    page = store.thing_page(item.thing)
    if page is None:
        return ThingCost(item.buy_kroner, item.loan_days)
    made = page.co2e
    grams = None if made is None else Span(round(made.low_kg * 1000), round(made.high_kg * 1000))
    price = item.buy_kroner if page.buy_kroner is None else page.buy_kroner
    return ThingCost(price, item.loan_days, grams, page.rent_kroner)


class Reckoning:
    """What sharing comes to. It belongs to the thread that owns the store."""

    def __init__(self, store: StationStore) -> None:
        self._store = store
        self._mark = ""
        self._costs: dict[str, ThingCost | None] = {}
        self._priced: object = None
        self._open: list[str] | None = None
        self._figures: tuple[object, Figures | None] = (None, None)
        self._given_up: object = None

    @property
    def _now(self) -> object:
        """What the figures follow from: they are others only if this is another."""
        return (self._store.place, self._store.feed_mark)

    @property
    def is_due(self) -> bool:
        """Whether anything has come that the figures do not know yet."""
        now = self._now
        return now not in (self._priced, self._given_up)

    def step(self, seconds: float = 0.01) -> None:
        """Go on for about so long. What cannot be read is left until the next entry: no loan depends on a figure."""
        until = time.perf_counter() + seconds
        try:
            while self.is_due and self._go_on() and time.perf_counter() < until:
                pass
        except Exception:
            log.exception("the figures of this station could not be made")
            self._given_up = self._now

    def _go_on(self) -> bool:
        """Count a little, or read a few costs; return whether more is to be done."""
        store = self._store
        if self._mark != store.feed_mark:
            self._mark, self._costs, self._open = store.feed_mark, {}, None
        if not store.is_all_counted:
            store.count_on()
            self._open = None
            return True
        if self._open is None:
            things = {*store.lent(), *(one.thing for one in store.told())}
            self._open = sorted(things - self._costs.keys())
        for _ in range(min(COSTS_AT_ONCE, len(self._open))):
            thing = self._open.pop()
            self._costs[thing] = self._cost(thing)
        if self._open:
            return True
        self._priced, self._open = self._now, None
        return False

    def _cost(self, thing: str) -> ThingCost | None:
        item = self._store.item_of_thing(thing)
        return None if item is None else cost_of(item, self._store)

    def figures(self) -> Figures:
        """Return the figures; what has not been counted yet is counted first."""
        now = self._now
        known, made = self._figures
        if known == now and made is not None:
            return made
        while self._priced != now and self._go_on():
            pass
        made = figures(self._store.lent(), self._store.told(), self._costs.get)
        self._figures = (now, made)
        return made
