"""A hub with 10 million entries of 2,000 stations beside one with 100,000: what grows with it, and by how much.

Both hold the same stations, items and cards and are asked in turn over HTTP. docs/benchmarks.md tells more.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from bench.figures import Figure, percentile
from bench.growing import Filled, Rounds, take_turns
from bench.throwaway import (
    NotThereError,
    hub_environment,
    postgres,
    run,
    running_hub,
    say,
    throw_away_folder,
)

STATIONS = 2000
FEW, MANY = 100_000, 10_000_000
GOAL = 1.5
_A_DAY_MS = 86_400_000
_GOAL_ABOUT = ("push", "feed", "case")


def run_growth(entries: int = MANY, kinds: tuple[str, ...] = ("SQLite", "PostgreSQL")) -> list[Figure]:
    """Return p95 of everything asked of a hub with `entries` beside one with 100,000, and bytes per entry."""
    found = []
    for kind in kinds:
        try:
            found += _measure(kind, entries)
        except NotThereError as missing:
            say(f"\n*** NOT MEASURED: {kind}\n*** {missing}\n")
    return found


def _measure(kind: str, entries: int) -> list[Figure]:
    with throw_away_folder() as folder, ExitStack() as open_things:
        server = open_things.enter_context(postgres(folder)) if kind == "PostgreSQL" else ""
        hubs = []
        for count in (FEW, entries):
            place = folder / str(count)
            place.mkdir()
            database = _new_database(server, f"hub{count}", folder) if server else ""
            hubs.append(open_things.enter_context(filled_hub(place, database, STATIONS, count // STATIONS)))
        for what in take_turns(hubs, Rounds()):
            say(f"{kind}: {what} are measured")
        return figures(kind, *hubs) + [_size(kind, hub, server, folder) for hub in hubs]


def _new_database(server: str, name: str, folder: Path) -> str:
    """Return the URL of a new database on a PostgreSQL of ours."""
    run(["psql", "-h", folder / "postgres", "-U", "hub", "-d", "postgres", "-c", f"CREATE DATABASE {name}"], folder)
    return server.replace("/postgres?", f"/{name}?")


@contextmanager
def filled_hub(folder: Path, database: str, stations: int, per_station: int) -> Iterator[Filled]:
    """Fill a hub, run it, and return it."""
    environment = hub_environment(folder, database)
    began = time.perf_counter()
    end_ms = time.time_ns() // 1_000_000 - _A_DAY_MS
    command = [sys.executable, "-m", "bench.fill_hub", str(stations), str(per_station), str(end_ms)]
    told = json.loads(run(command, folder, environment))
    say(f"{told['entries']:,} entries and {told['cases']:,} cases filled in {time.perf_counter() - began:.0f} s")
    with running_hub(folder, environment) as hub:
        yield Filled(
            url=hub.url,
            folder=folder,
            environment=environment,
            entries=told["entries"],
            per_station=per_station,
            password=told["password"],
            heads=told["heads"],
        )


def figures(kind: str, few: Filled, many: Filled) -> list[Figure]:
    """Return p95 of what the large hub took beside the small one's, with p50 behind it."""
    found = []
    for name, took in many.ms.items():
        goal = GOAL if name.startswith(_GOAL_ABOUT) else None
        for share in (0.95, 0.5):
            label = f"{name}, {kind}, p{share * 100:.0f}"
            value, baseline = percentile(took, share), percentile(few.ms[name], share)
            found.append(Figure(label, value, "ms", baseline, goal if share > 0.9 else None))  # noqa: PLR2004
    return found


def _size(kind: str, hub: Filled, server: str, folder: Path) -> Figure:
    if server:
        name = f"hub{hub.entries}"
        asked = ["psql", "-h", folder / "postgres", "-U", "hub", "-d", name, "-At", "-c"]
        size = int(run([*asked, f"SELECT pg_database_size('{name}')"], folder))
    else:
        size = sum(file.stat().st_size for file in hub.folder.glob("hub.sqlite3*"))
    return Figure(f"bytes per entry at {hub.entries:,}, {kind}", size / hub.entries, "B")
