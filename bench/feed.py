"""A whole copy of a large library from a real hub to a real station, and what a poll costs when nothing is new.

The baseline reads the same rows from one file of JSON and puts them into plain tables in one transaction: no network,
no checks, nothing that could be resumed, and nobody served meanwhile.
"""

from __future__ import annotations

import json
import sqlite3
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

from bench.figures import Figure, percentile
from bench.throwaway import Hub, hub_environment, run, running_hub, say, throw_away_folder
from kiosk.store.page_load import PageLoad
from kiosk.store.station_store import StationStore
from lending.times import Reading
from sync.agent.agent import Agent
from sync.agent.identity import Identity, enrol
from sync.agent.link import HubLink
from sync.feed import Feed
from sync.feed_page import FeedPage
from sync.journal import WireEntry
from sync.protocol import Receipt

CARDS, ITEMS = 500_000, 50_000
STATION = "ls-0001"
POLLS = 100
BLOCKS = 5
GOAL_SECONDS = 60.0
GOAL_RATIO = 10.0
GOAL_POLL_MS = 30.0
GOAL_STEP_P99_MS = 50.0


@dataclass(slots=True)
class Boxes:
    """Outbox and inbox of a store without a desk; `steps_ms` is how long each step kept the store."""

    store: StationStore
    pages: int = 0
    steps_ms: list[float] = field(default_factory=list)

    def waiting(self, limit: int, *, after: int = 0) -> list[WireEntry]:
        """Return what the hub has not acknowledged, of it what follows entry `after`."""
        return self.store.waiting(limit, after=after)

    def acknowledge(self, receipt: Receipt) -> None:
        """Note what the hub holds."""
        self.store.acknowledge(receipt)

    def rewind(self, held: int) -> None:
        """Let what the hub has lost wait again."""
        self.store.rewind(held)

    def feed_cursor(self) -> str:
        """Return what to ask on with."""
        return self.store.feed_cursor

    def take_page(self, asked: str, page: FeedPage) -> None:
        """Take in a page step by step, as beside a desk."""
        self.pages += 1
        for step in PageLoad(asked, page).steps():
            began = time.perf_counter()
            step(self.store)
            self.steps_ms.append((time.perf_counter() - began) * 1000)

    def leave_pages(self) -> None:
        """Forget all cursors."""
        self.store.leave_pages()

    def feed_version(self) -> int:
        """Return the version of the feed."""
        return self.store.feed_version

    def take_feed(self, feed: Feed) -> None:
        """Replace the feed."""
        self.store.take_feed(feed)

    def confirm_feed(self, at_ms: int) -> None:
        """Note that nothing is newer."""
        self.store.confirm_feed(at_ms)


def run_feed() -> list[Figure]:
    """Measure at full size and return the figures."""
    return measure(CARDS, ITEMS)


def measure(cards: int, items: int) -> list[Figure]:
    """Return the figures of a library of this size."""
    with throw_away_folder() as folder:
        environment = hub_environment(folder)
        began = time.perf_counter()
        run([sys.executable, "-m", "bench.feed_hub", str(cards), str(items)], folder, environment)
        say(f"hub filled with {cards:,} cards and {items:,} items in {time.perf_counter() - began:.0f} s")
        with running_hub(folder, environment) as hub:
            return _measured(folder, hub, cards, items)


def _measured(folder: Path, hub: Hub, cards: int, items: int) -> list[Figure]:
    code = run([sys.executable, "-m", "sync.hub", "station", STATION, "Tøyen"], folder, hub.environment).split()[-1]
    identity = enrol(HubLink(hub.url), code, folder)
    store = StationStore.open(folder / "station.db", identity.station, identity.epoch)
    boxes = Boxes(store)
    agent = _agent(hub, identity, boxes)
    whole = _seconds(lambda: _fetch_all(agent))
    say(f"{boxes.pages} pages in {whole:.1f} s")
    _check(store, cards, items)
    steps = sorted(boxes.steps_ms)
    polls = [_seconds(agent.fetch) * 1000 for _ in range(POLLS)]
    blocks = [_block_ms(folder, hub, agent, number) for number in range(BLOCKS)]
    bare = _bare(folder, store)
    store.close()
    return [
        Figure(f"{cards:,} cards, {items:,} items to a station", whole, "s", None, GOAL_SECONDS),
        Figure("the same beside bare JSON and executemany", whole, "s", bare, GOAL_RATIO),
        Figure("one step at the station's store, p99", percentile(steps, 0.99), "ms", None, GOAL_STEP_P99_MS),
        Figure("poll, nothing new, median", median(polls), "ms", None, GOAL_POLL_MS),
        Figure("poll, nothing new, p95", percentile(polls, 0.95), "ms"),
        Figure("poll with one new block, median", median(blocks), "ms"),
        Figure("pages", float(boxes.pages), ""),
    ]


def _agent(hub: Hub, identity: Identity, boxes: Boxes) -> Agent:
    now = int(time.time() * 1000)
    return Agent(
        HubLink(hub.url, identity.token),
        identity,
        boxes,
        boxes,
        lambda: Reading(now, "b" * 32, 1000, synced=True),
        lambda _: None,
    )


def _fetch_all(agent: Agent) -> None:
    while agent.fetch():
        pass


def _seconds(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def _block_ms(folder: Path, hub: Hub, agent: Agent, number: int) -> float:
    card = f"N{7 * number + 1:09}"
    run([sys.executable, "-m", "sync.hub", "card", card, "--blocked", "yes"], folder, hub.environment)
    return _seconds(agent.fetch) * 1000


def _check(store: StationStore, cards: int, items: int) -> None:
    """A copy that is not whole is no figure."""
    for table, expected in (("card", cards), ("item", items)):
        (found,) = store.db.conn.execute(f"SELECT count(*) FROM {table}").fetchone()  # noqa: S608 - fixed words only
        if found != expected:
            raise AssertionError(f"{found} of {expected} rows of {table} arrived")


def _bare(folder: Path, store: StationStore) -> float:
    """Return the seconds it takes to read the same rows from JSON and to put them into plain tables."""
    tables = {"card": "(a, b, c, d, e, f, g, h)", "item": "(a, b, c, d, e, f)"}
    rows = {
        table: store.db.conn.execute(f"SELECT * FROM {table} ORDER BY 2").fetchall()  # noqa: S608 - fixed words only
        for table in tables
    }
    (folder / "rows.json").write_text(json.dumps(rows), encoding="utf-8")
    db = sqlite3.connect(folder / "bare.db", isolation_level=None)
    db.execute("PRAGMA journal_mode=WAL")
    db.execute("PRAGMA synchronous=FULL")
    for table, columns in tables.items():
        db.execute(f"CREATE TABLE {table} {columns}")
        db.execute(f"CREATE UNIQUE INDEX {table}_key ON {table} (a, b)")

    def load() -> None:
        db.execute("BEGIN")
        for table, some in json.loads((folder / "rows.json").read_text("utf-8")).items():
            marks = ", ".join("?" * len(some[0]))
            db.executemany(f"INSERT INTO {table} VALUES ({marks})", some)  # noqa: S608 - fixed words only
        db.execute("COMMIT")

    taken = _seconds(load)
    db.close()
    return taken
