"""How long until a loan is safe: the station's commit against a bare `sqlite3` insert, both flushed to the disk."""

from __future__ import annotations

import sqlite3
import tempfile
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path

from bench.figures import Figure, percentile
from kiosk.store.station_store import StationStore, new_id
from lending.entries import Draft, Loan, Personal, Return
from lending.times import Reading

ROUNDS = 2000
GOAL_P50 = 1.5
"""From the issue that asked for the store: p50 at most 1.5 times a bare insert."""


def run() -> list[Figure]:
    """Return p50 and p99 of a committed entry, in milliseconds, the two ways taking turns in one folder."""
    with tempfile.TemporaryDirectory(dir=Path.cwd()) as folder:
        bare, station = _bare(Path(folder) / "bare.db"), _station(Path(folder) / "station.db")
        bare_ms, station_ms = [], []
        for number in range(ROUNDS):
            bare_ms.append(_timed(bare, number))
            station_ms.append(_timed(station, number))
    return [
        Figure(f"commit p{share}", percentile(station_ms, share / 100), "ms", percentile(bare_ms, share / 100), goal)
        for share, goal in ((50, GOAL_P50), (99, None))
    ]


def _timed(work: Callable[[int], None], number: int) -> float:
    began = time.perf_counter()
    work(number)
    return (time.perf_counter() - began) * 1000


def _bare(path: Path) -> Callable[[int], None]:
    db = sqlite3.connect(path, isolation_level=None)
    db.execute("PRAGMA journal_mode=WAL")
    db.execute("PRAGMA synchronous=FULL")
    db.execute("CREATE TABLE entry (id INTEGER PRIMARY KEY, content TEXT)")
    content = "x" * 430

    def insert(_: int) -> None:
        db.execute("INSERT INTO entry (content) VALUES (?)", (content,))

    return insert


def _station(path: Path) -> Callable[[int], None]:
    store = StationStore.open(path, "ls-0001")
    at = Reading(1_795_000_000_000, "b" * 32, 1000, synced=True)
    loans: dict[str, str] = {}

    def commit(number: int) -> None:
        item = f"{number // 2 % 50:010}"
        if number % 2 == 0:
            draft = Draft(new_id(), Loan(item, date(2026, 11, 29)), Personal("1:" + "a" * 32))
            loans[item] = draft.entry_id
        else:
            draft = Draft(new_id(), Return(item, loans[item]))
        store.commit((draft,), at)

    return commit
