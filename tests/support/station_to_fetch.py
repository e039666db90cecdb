"""A station that only fetches its feed, in a process of its own to be killed: `URL TOKEN STATION DATABASE`.

Waits for a line before each page it takes in, writes one after it, and "whole" once nothing more is there.
"""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

from kiosk.store.station_store import StationStore
from support.journals import make_identity
from support.journey import Mailbox, clock
from sync.agent.agent import Agent
from sync.agent.link import HubLink
from sync.feed_page import FeedPage


class TellingMailbox(Mailbox):
    """A mailbox that waits for its turn and tells of each page."""

    def take_page(self, asked: str, page: FeedPage) -> None:
        """Take the page in when told to, and say so."""
        sys.stdin.readline()
        self.store.take_page(asked, page)
        sys.stdout.write("page\n")
        sys.stdout.flush()


def agent_of(store: StationStore, url: str, token: str, station: str, kind: type[Mailbox] = Mailbox) -> Agent:
    """Return an agent of this station over its store."""
    mailbox = kind(store)
    return Agent(HubLink(url, token), replace(make_identity(station), token=token), mailbox, mailbox, clock, print)


def main() -> None:
    """Fetch until nothing more is there."""
    url, token, station, database = sys.argv[1:]
    store = StationStore.open(Path(database), station)
    agent = agent_of(store, url, token, station, TellingMailbox)
    while agent.fetch():
        pass
    store.close()
    sys.stdout.write("whole\n")


if __name__ == "__main__":
    main()
