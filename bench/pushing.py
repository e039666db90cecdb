"""A real station's half of a sync: a journal in a real store, and a real agent that pushes it."""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from bench import library
from kiosk.store.station_store import StationStore, new_id
from lending.entries import Draft, Loan, Personal, Return
from lending.times import Reading
from sync.agent.agent import Agent
from sync.agent.identity import Identity
from sync.agent.link import HubLink
from sync.feed import Feed
from sync.feed_page import FeedPage
from sync.journal import WireEntry
from sync.protocol import Receipt, VerdictKind

ITEMS, CARDS = 1000, 2000
_BOOT = "b" * 32


def reading(ms_ago: int = 0) -> Reading:
    """Return this machine's clocks as they were so many milliseconds ago, set by the network."""
    now = time.time_ns() // 1_000_000
    return Reading(now - ms_ago, _BOOT, max(0, time.monotonic_ns() // 1_000_000 + 10**9 - ms_ago), synced=True)


def write_journal(path: Path, identity: Identity, entries: int, first_item: int = 0) -> StationStore:
    """Return a store whose journal holds so many entries, loans and their returns, one durable commit per two.

    Each loan is over before its item is lent again, a second passes between entries, and the last is of now.
    """
    store = StationStore.open(path, identity.station, identity.epoch)
    cards = [identity.card(library.card_of(number))[0] for number in range(CARDS)]
    for number in range(0, entries, 2):
        item = library.code_of(first_item + number // 2 % ITEMS)
        loan = Draft(new_id(), Loan(item, library.DUE), Personal(cards[number % CARDS]))
        back = Draft(new_id(), Return(item, loan.entry_id))
        store.commit([loan, back][: entries - number], reading(1000 * (entries - number)))
    return store


def wires_of(store: StationStore) -> list[WireEntry]:
    """Return the whole journal as it would be sent."""
    return store.waiting(10**9)


@dataclass(slots=True)
class CountedOutbox:
    """The store as the agent's outbox; counts the verdicts that came durably back."""

    store: StationStore
    stored: int = 0
    other: list[str] = field(default_factory=list)

    def waiting(self, limit: int, *, after: int = 0) -> Sequence[WireEntry]:
        """Return what waits, of it what follows entry `after`."""
        return self.store.waiting(limit, after=after)

    def acknowledge(self, receipt: Receipt) -> None:
        """Keep what the hub says in the store, flushed, and count it."""
        self.store.acknowledge(receipt)
        for verdict in receipt.verdicts:
            if verdict.kind is VerdictKind.STORED:
                self.stored += 1
            else:
                self.other.append(f"{verdict.kind.value} {verdict.reason}")


@dataclass(frozen=True, slots=True)
class StoreInbox:
    """The store as the agent's inbox."""

    store: StationStore

    def feed_cursor(self) -> str:
        """Return what to ask the hub on with."""
        return self.store.feed_cursor

    def take_page(self, asked: str, page: FeedPage) -> None:
        """Keep the page."""
        self.store.take_page(asked, page)

    def leave_pages(self) -> None:
        """Forget all cursors."""
        self.store.leave_pages()

    def feed_version(self) -> int:
        """Return the version of the feed the station has."""
        return self.store.feed_version

    def take_feed(self, feed: Feed) -> None:
        """Keep the feed."""
        self.store.take_feed(feed)

    def confirm_feed(self, at_ms: int) -> None:
        """Keep when the hub had nothing newer."""
        self.store.confirm_feed(at_ms)


class PushingStation:
    """A station with an agent that is not running: each call is made when the benchmark says so."""

    def __init__(self, url: str, identity: Identity, store: StationStore) -> None:
        self.store = store
        self.outbox = CountedOutbox(store)
        link = HubLink(url, identity.token)
        self.agent = Agent(link, identity, self.outbox, StoreInbox(store), reading, lambda _: None, client="bench")
        self._link = link

    def push(self, entries: int) -> float:
        """Return the seconds until every one of `entries` had its verdict and the station had kept it.

        Raises RuntimeError if the hub did anything but store each of them once.
        """
        began = time.perf_counter()
        sent = self.agent.push()
        took = time.perf_counter() - began
        if sent != entries or self.outbox.stored != entries or self.outbox.other:
            raise RuntimeError(f"{sent} sent, {self.outbox.stored} stored, others: {self.outbox.other[:3]}")
        return took

    def catch_up(self) -> None:
        """Fetch the whole feed."""
        while self.agent.fetch():
            pass

    def empty_sync_ms(self) -> float:
        """Return how long a round takes in which neither side has anything new, in milliseconds."""
        began = time.perf_counter()
        sent, fetched = self.agent.push(), self.agent.fetch()
        took = (time.perf_counter() - began) * 1000
        if sent or fetched:
            raise RuntimeError("there was something new after all")
        return took

    def close(self) -> None:
        """Let go of file and line."""
        self._link.close()
        self.store.close()


def as_lines(wires: Sequence[WireEntry]) -> str:
    """Return the entries as lines of JSON, as peers read them."""
    return "".join(json.dumps(wire, ensure_ascii=False, separators=(",", ":")) + "\n" for wire in wires)
