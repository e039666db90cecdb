"""A push of 10,000 entries to durable per-entry verdicts, beside other engines and a bare insert, in one run.

Every engine gets the same entries, in a process of its own, over HTTP on this machine, onto the same disk.
docs/benchmarks.md tells what each one does and how durable it is.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import TypeVar

from bench.bare import push_bare
from bench.due import seconds_until_nothing_is_due
from bench.figures import Figure, percentile
from bench.peers import morango, pouchdb
from bench.peers.result import PeerResult
from bench.pushing import CARDS, ITEMS, PushingStation, as_lines, wires_of, write_journal
from bench.throwaway import Hub, NotThereError, hub_environment, postgres, run, running_hub, say, throw_away_folder
from sync.agent.identity import enrol
from sync.agent.link import HubLink

ENTRIES = 10_000
ROUNDS = 3
EMPTY_ROUNDS = 40
GOAL_POUCHDB, GOAL_MORANGO = 5.0, 50.0
GOAL_EMPTY_MS = 30.0
GOAL_CAUGHT_UP_S = 5.0

T = TypeVar("T")


@dataclass(slots=True)
class Ours:
    """What a hub of ours did: seconds per push, ms per empty round, seconds from the last verdict to nothing due."""

    push_s: list[float] = field(default_factory=list)
    empty_ms: list[float] = field(default_factory=list)
    caught_up_s: list[float] = field(default_factory=list)


def run_sync() -> list[Figure]:
    """Measure everything that can be had here and return the figures. What is missing is said loudly."""
    with throw_away_folder() as folder:
        entries = folder / "entries.jsonl"
        ours = push_to_hub(folder, "", ENTRIES, ROUNDS, keep=entries)
        wires = [json.loads(line) for line in entries.read_text("utf-8").splitlines()]
        say(f"SQLite: {ENTRIES:,} entries in {median(ours.push_s):.2f} s")
        bare = [push_bare(folder, wires) for _ in range(ROUNDS)]
        beside = or_not("PostgreSQL", lambda: _on_postgres(folder))
        pouch = or_not(pouchdb.NAME, lambda: pouchdb.push(folder, entries, ROUNDS, EMPTY_ROUNDS))
        other = or_not(morango.NAME, lambda: morango.push(folder, entries))
    return figures(ENTRIES, ours, beside, bare, pouch, other)


def or_not(name: str, measure: Callable[[], T]) -> T | None:
    """Return what was measured, or None, said loudly, if it cannot be had on this machine."""
    say(f"measuring {name}")
    try:
        return measure()
    except NotThereError as missing:
        say(f"\n*** NOT MEASURED: {name}\n*** {missing}\n")
        return None


def _on_postgres(folder: Path) -> Ours:
    place = folder / "on-postgres"
    place.mkdir()
    with postgres(place) as database:
        return push_to_hub(place, database, ENTRIES, ROUNDS)


def push_to_hub(folder: Path, database: str, entries: int, rounds: int, keep: Path | None = None) -> Ours:
    """Return how a real hub takes journals of so many entries, one station after the other.

    `keep` gets the entries of the first as lines of JSON.
    """
    environment, ours = hub_environment(folder, database), Ours()
    furnish = [sys.executable, "-m", "bench.furnish", str(rounds * ITEMS), str(CARDS), str(rounds)]
    codes: dict[str, str] = json.loads(run(furnish, folder, environment))
    with running_hub(folder, environment) as hub:
        for number, (name, code) in enumerate(codes.items()):
            with _station(hub, folder / name, code, entries, number * ITEMS) as station:
                if keep is not None and number == 0:
                    keep.write_text(as_lines(wires_of(station.store)), "utf-8")
                ours.push_s.append(station.push(entries))
                ours.caught_up_s.append(seconds_until_nothing_is_due(hub))
                station.catch_up()
                ours.empty_ms += [station.empty_sync_ms() for _ in range(EMPTY_ROUNDS)]
    return ours


@contextmanager
def _station(hub: Hub, folder: Path, code: str, entries: int, first_item: int) -> Iterator[PushingStation]:
    link = HubLink(hub.url)
    identity = enrol(link, code, folder)
    link.close()
    station = PushingStation(hub.url, identity, write_journal(folder / "station.db", identity, entries, first_item))
    try:
        yield station
    finally:
        station.close()


def figures(
    entries: int,
    ours: Ours,
    on_postgres: Ours | None,
    bare: Sequence[float],
    pouch: PeerResult | None,
    other: PeerResult | None,
) -> list[Figure]:
    """Return the figures: entries a second, the median of the rounds, beside each that was measured."""
    found = []
    for name, hub in (("SQLite", ours), ("PostgreSQL", on_postgres)):
        if hub is None:
            continue
        rate = entries / median(hub.push_s)
        found.append(Figure(f"push, {name}, beside a bare insert", rate, "entries/s", entries / median(bare)))
        for peer, result, goal in ((pouchdb, pouch, GOAL_POUCHDB), (morango, other, GOAL_MORANGO)):
            if result is not None:
                beside = entries / median(result.seconds)
                label = f"push, {name}, beside {peer.NAME.split(' to ')[0]}"
                found.append(Figure(label, rate, "entries/s", beside, goal, at_least=True))
        found += [
            Figure(f"empty sync p50, {name}", percentile(hub.empty_ms, 0.5), "ms"),
            Figure(f"empty sync p95, {name}", percentile(hub.empty_ms, 0.95), "ms", None, GOAL_EMPTY_MS),
            Figure(f"caught up after the last batch, {name}", max(hub.caught_up_s), "s", None, GOAL_CAUGHT_UP_S),
        ]
    for peer, result in ((pouchdb, pouch), (morango, other)):
        if result is not None:
            found.append(Figure(f"empty sync p50, {peer.NAME.split(' to ')[0]}", median(result.empty_ms), "ms"))
    return found
