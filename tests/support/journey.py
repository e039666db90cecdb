"""A real hub on loopback, a line to it that can be cut, and a station's store with its agent."""

from __future__ import annotations

import json
from dataclasses import dataclass

from kiosk.store.station_store import StationStore
from lending.times import Reading
from nabolan.demo import world
from nabolan.demo.processes import run
from sync.agent.agent import Agent
from sync.agent.identity import Identity
from sync.agent.line import NetworkLine
from sync.agent.link import HubLink
from sync.feed import Feed
from sync.feed_page import FeedPage

WALL_MS = 1_795_300_000_000


class Mailbox:
    """Outbox and inbox of a store used by one thread."""

    def __init__(self, store: StationStore) -> None:
        self.store = store
        self.waiting = store.waiting
        self.acknowledge = store.acknowledge
        self.rewind = store.rewind
        self.confirm_feed = store.confirm_feed
        self.leave_pages = store.leave_pages

    def feed_cursor(self) -> str:
        return self.store.feed_cursor

    def take_page(self, asked: str, page: FeedPage) -> None:
        self.store.take_page(asked, page)

    def feed_version(self) -> int:
        return self.store.feed_version

    def take_feed(self, feed: Feed) -> None:
        self.store.take_feed(feed)


@dataclass
class Bench:
    """One station at one hub."""

    hub: world.Hub
    line: NetworkLine
    identity: Identity
    store: StationStore
    code: str

    def agent(self, kind: type[Agent] = Agent) -> Agent:
        """Return an agent of this kind over the line."""
        link = HubLink(f"http://127.0.0.1:{self.line.port}", self.identity.token)
        mailbox = Mailbox(self.store)
        return kind(link, self.identity, mailbox, mailbox, clock, lambda _: None)

    def hub_entries(self) -> list[str]:
        """Return the ids of all entries the hub holds, read from its own database."""
        return list(json.loads(run("nabolan.demo.hub_facts", [], self.hub.environment))["entries"])


def clock() -> Reading:
    """Return a reading that does not matter here."""
    return Reading(WALL_MS, "b" * 32, 1000, synced=True)
