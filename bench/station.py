"""A station as large as it may become, with 500,000 cards and 100,000 entries: how fast it lends, starts and mends.

Everything runs on the disk the repository is on. Start and memory are measured in a process of their own
(`bench.station_start`), so that what was needed to build the station does not count.
"""

from __future__ import annotations

import json
import os
import random
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date
from pathlib import Path

from bench.figures import Figure, percentile
from kiosk.desk.facts import DeskFacts
from kiosk.desk.views import ConfirmedView, View
from kiosk.desk.worker import Desk
from kiosk.store.feed_load import FeedLoad
from kiosk.store.station_store import StationStore, new_id
from lending.entries import Draft, Loan, Personal, Return
from lending.nouns import Category, Item, RiskClass, Rules, Text
from lending.times import Reading
from lending.visit import CardShown, ConfirmLoan, Done, ItemScanned, decide, trace_of
from sync.feed import Feed, FeedCard

STATION = "ls-0001"
CARDS, ITEMS, ENTRIES = 500_000, 50_000, 100_000
ON_SHELF = 1000
"""Items whose home is this station; the feed tells of the others too. Those from `OUT` on are out on loan."""

OUT = 500
ROUNDS = 1000
BARE_ROW = "x" * 430
START_MS = 1_795_345_200_000
BOOT = "b" * 32

PAUSE_SECONDS = 0.2
"""Between two people at the desk, while a feed is loaded: far busier than any station."""

GOAL_COMMIT = 1.5
GOAL_FEED = 2.0
"""Half the speed of a bare `executemany`, told as time."""

GOAL_FEED_P99_MS = 50.0
GOAL_REBUILD_S = 10.0


def say(text: str) -> None:
    """Tell how far it is; the figures alone go to standard output."""
    sys.stderr.write(f"{text}\n")


def card_of(number: int) -> str:
    """Return a patron_ref as random as a keyed hash."""
    return f"1:{random.Random(number).getrandbits(128):032x}"


def code_of(number: int) -> str:
    """Return the barcode of an item."""
    return f"03{number:08d}"


def home_of(number: int) -> str:
    """Return the station an item belongs to."""
    return STATION if number < ON_SHELF else f"ls-{number // ON_SHELF:04}"


def make_feed(version: int, cards: list[str]) -> Feed:
    """Return a feed of the full size."""
    names = Text.of({"nb": "slagdrill", "en": "hammer drill"})
    first = Item(
        code="",
        thing="drill",
        name=names,
        definite=names,
        yours=names,
        category="tools",
        home=STATION,
        loan_days=14,
        risk_class=RiskClass.A,
        drawing="drill",
        parts=(),
    )
    items = tuple(replace(first, code=code_of(n), thing=f"thing-{n // 5}", home=home_of(n)) for n in range(ITEMS))
    return Feed(
        version=version,
        made_ms=START_MS,
        station=STATION,
        station_name="Tøyen",
        rules=Rules(version=version, loan_limit=1000),
        categories=(Category("tools", names, "hammer", "hammer", "#EFE9DC"),),
        items=items,
        cards=tuple(FeedCard(ref, blocked=False) for ref in cards),
    )


def at(number: int) -> Reading:
    """Return the clocks so many seconds later."""
    return Reading(START_MS + number * 1000, BOOT, number * 1000, synced=True)


def build(path: Path, cards: list[str]) -> StationStore:
    """Return a station of the full size, with loans and returns in its journal, and half of the shelf out."""
    store = StationStore.open(path, STATION)
    began = time.perf_counter()
    store.take_feed(make_feed(1, cards))
    say(f"feed of {CARDS:,} cards and {ITEMS:,} items stored in {time.perf_counter() - began:.0f} s")
    for start in range(0, ENTRIES, 100):
        drafts = []
        for number in range(start // 2, start // 2 + 50):
            code, who = code_of(number % ON_SHELF), Personal(cards[number % 10_000])
            loan = Draft(new_id(), Loan(code, date(2026, 12, 6)), who)
            drafts += [loan, Draft(new_id(), Return(code, loan.entry_id))]
        store.commit(drafts, at(start))
        if start % 25_000 == 0:
            say(f"{start:,} of {ENTRIES:,} entries")
    for number in range(OUT, ON_SHELF):
        loan = Loan(code_of(number), date(2026, 12, 6))
        store.commit([Draft(new_id(), loan, Personal(cards[10_000 + number]))], at(ENTRIES))
    say(f"{store.place.seq:,} entries in {time.perf_counter() - began:.0f} s")
    return store


def bare_insert(path: Path) -> Callable[[], None]:
    """Return a flushed insert of one row into a file of its own."""
    db = sqlite3.connect(path, isolation_level=None)
    db.execute("PRAGMA journal_mode=WAL")
    db.execute("PRAGMA synchronous=FULL")
    db.execute("CREATE TABLE entry (id INTEGER PRIMARY KEY, content TEXT)")

    def insert() -> None:
        db.execute("INSERT INTO entry (content) VALUES (?)", (BARE_ROW,))

    return insert


def timed_ms(work: Callable[[], object]) -> float:
    """Return how long `work` took."""
    began = time.perf_counter()
    work()
    return (time.perf_counter() - began) * 1000


def lend_once(store: StationStore, card: str, code: str, number: int) -> list[float]:
    """Return how long deciding and committing took for a loan and for its return, in milliseconds."""
    took: list[float] = []
    visit = None
    for given in (CardShown(card), ItemScanned(code), ConfirmLoan(), Done(), ItemScanned(code), Done()):
        began = time.perf_counter()
        reading = at(ENTRIES + number)
        outcome = decide(visit, given, DeskFacts(store, reading))
        if outcome.drafts or outcome.visit != visit:
            store.commit(outcome.drafts, reading, trace_of(outcome.visit))
        if outcome.drafts:
            took.append((time.perf_counter() - began) * 1000)
        visit = outcome.visit
    return took


def commit_figures(store: StationStore, folder: Path, cards: list[str]) -> list[Figure]:
    """Return p50 and p99 of deciding and committing beside a bare insert, the two taking turns."""
    bare = bare_insert(folder / "bare.db")
    bare_ms, station_ms = [], []
    for number in range(ROUNDS):
        bare_ms += [timed_ms(bare), timed_ms(bare)]
        station_ms += lend_once(store, cards[number % 1000], code_of(number % OUT), number)
    if len(station_ms) != 2 * ROUNDS:
        raise RuntimeError("not every round was one loan and one return")
    bare_p50, bare_p99 = percentile(bare_ms, 0.5), percentile(bare_ms, 0.99)
    return [
        Figure("decide and commit p50", percentile(station_ms, 0.5), "ms", bare_p50, GOAL_COMMIT),
        Figure("decide and commit p99", percentile(station_ms, 0.99), "ms", bare_p99),
    ]


class Lending:
    """A desk on which one person after the other borrows; `ms` is how long each waited for "yes"."""

    def __init__(self, store: StationStore, cards: list[str]) -> None:
        self.ms: list[float] = []
        self._yes = threading.Event()
        self._cards = cards
        self._stop = threading.Event()
        self._number = 0
        self.desk = Desk(store, lambda: at(ENTRIES + 10_000 + self._number), self._show, software="bench")

    def _show(self, view: View) -> None:
        if isinstance(view, ConfirmedView):
            self._yes.set()

    def run(self) -> None:
        """Lend until told to stop."""
        while not self._stop.wait(PAUSE_SECONDS):
            self._number += 1
            code = code_of(self._number % OUT)
            self.desk.submit(CardShown(self._cards[self._number % 500]))
            self.desk.submit(ItemScanned(code))
            self.desk.ask(lambda _: None)
            self._yes.clear()
            began = time.perf_counter()
            self.desk.submit(ConfirmLoan())
            if self._yes.wait(20):
                self.ms.append((time.perf_counter() - began) * 1000)
            for given in (Done(), ItemScanned(code), Done()):
                self.desk.submit(given)
            self.desk.ask(lambda _: None)

    def stop(self) -> None:
        """Let the last one finish."""
        self._stop.set()


def bare_cards(path: Path, cards: list[str]) -> float:
    """Return how many seconds a bare `executemany` needs for the cards, flushed at its end."""
    db = sqlite3.connect(path, isolation_level=None)
    db.execute("PRAGMA journal_mode=WAL")
    db.execute("PRAGMA synchronous=FULL")
    db.execute("CREATE TABLE card (patron_ref TEXT PRIMARY KEY, blocked INTEGER)")
    began = time.perf_counter()
    db.execute("BEGIN")
    db.executemany("INSERT INTO card VALUES (?, ?)", ((ref, 0) for ref in cards))
    db.execute("COMMIT")
    took = time.perf_counter() - began
    db.close()
    return took


def feed_figures(store: StationStore, folder: Path, cards: list[str]) -> list[Figure]:
    """Return how long a whole feed takes while people lend, and how long they wait meanwhile. Ends the store."""
    bare = bare_cards(folder / "cards.db", cards)
    feed = make_feed(store.feed_version + 1, cards)
    lending = Lending(store, cards)
    lending.desk.start()
    with ThreadPoolExecutor(1) as person:
        visits = person.submit(lending.run)
        began = time.perf_counter()
        for step in steps_of(feed):
            lending.desk.ask(step, 120)
        took = time.perf_counter() - began
        lending.stop()
        visits.result()
    if lending.desk.ask(lambda store: store.feed_version) != feed.version:
        raise RuntimeError("the feed was not taken")
    lending.desk.stop()
    p99 = percentile(lending.ms, 0.99)
    return [
        Figure(f"feed of {CARDS:,} cards, while lending", took, "s", bare, GOAL_FEED),
        Figure(f"loan p99 meanwhile ({len(lending.ms)} loans)", p99, "ms", None, GOAL_FEED_P99_MS),
        Figure("loan p50 meanwhile", percentile(lending.ms, 0.5), "ms"),
    ]


def steps_of(feed: Feed) -> Iterator[Callable[[StationStore], object]]:
    """Return the steps in which a station loads a feed beside the live one."""
    yield from FeedLoad(feed).steps()


def start_figures(path: Path) -> list[Figure]:
    """Return how soon a station of this size is ready and what memory it needs, from a process of its own."""
    done = subprocess.run(  # noqa: S603 - our own module
        [sys.executable, "-m", "bench.station_start", str(path), STATION, code_of(1), card_of(1)],
        env=os.environ | {"PYTHONPATH": str(Path.cwd())},
        check=True,
        capture_output=True,
        text=True,
    )
    return [Figure(**figure) for figure in json.loads(done.stdout)]


def run() -> list[Figure]:
    """Return all figures of one station."""
    cards = [card_of(number) for number in range(CARDS)]
    with tempfile.TemporaryDirectory(dir=Path.cwd()) as name:
        folder = Path(name)
        store = build(folder / "station.db", cards)
        figures = commit_figures(store, folder, cards)
        say("rebuilding")
        rebuilt_ms = timed_ms(store.rebuild)
        rows = store.place.seq
        store.close()
        figures += start_figures(folder / "station.db")
        figures.append(Figure(f"rebuild of {rows:,} entries", rebuilt_ms / 1000, "s", None, GOAL_REBUILD_S))
        say("a new feed while people lend")
        return figures + feed_figures(StationStore.open(folder / "station.db", STATION), folder, cards)
