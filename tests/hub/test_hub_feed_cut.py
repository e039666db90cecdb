"""A snapshot from a real hub to a real store survives any cut and goes on: of the line, the hub and the station."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import pytest
from django.db import connection
from hub.bench import KNOWN, STATIONS, Bench
from hub.feed_copy import KEYS, Rows, fresh
from support.station_to_fetch import agent_of

from kiosk.store.snapshot import TABLES
from kiosk.store.station_store import StationStore
from lending.errors import TryLater
from sync.agent.line import NetworkLine
from sync.hub import commands
from sync.hub.api import calls
from sync.hub.feed import pages
from sync.hub.wsgi import application

CARDS = 600
ROWS = 25
TESTS = Path(__file__).parents[1]
KILLS = [(1, 0.0), (3, 3.0)]
"""Pages that go well, and how long after that the station is killed while it takes in the next ones."""

if os.environ.get("NABOLAN_POWER_CUTS") == "all":
    KILLS = [(1, number / 4) for number in range(40)]

KIND_OF = {"ended_loan": "ended"}


class _Quiet(WSGIRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the name of the base class
        """Say nothing."""


class _Server(WSGIServer):
    def handle_error(self, request: Any, client_address: Any) -> None:
        """A station that hangs up is no news."""


@dataclass
class Served:
    """A hub that serves small pages in this process; `begun` counts the snapshots it began."""

    bench: Bench
    port: int = 0
    begun: int = 0
    asked: list[str] = field(default_factory=list)

    def next_page(self, station: Any, cursor: str, now_ms: int) -> str | None:
        """Answer as the hub does, and keep count."""
        text = pages.next_page(station, cursor, now_ms)
        self.asked.append(cursor)
        self.begun += text is not None and '"begins": true' in text
        return text

    @property
    def url(self) -> str:
        """Where it answers."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def token(self) -> str:
        """What the first station shows."""
        return self.bench[0].token


@contextmanager
def serving(hub: Served) -> Iterator[None]:
    """Let the hub answer until the block ends; a new one on the same port is the hub after a restart."""
    server = make_server("127.0.0.1", hub.port, application, _Server, _Quiet)
    hub.port = server.server_port

    def serve() -> None:
        server.serve_forever(0.01)
        connection.close()

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture
def hub(sqlite_bench: Bench, monkeypatch: pytest.MonkeyPatch) -> Served:
    """A hub with some hundred cards and small pages."""
    commands.load_cards([(f"N{number:09}", number % 50 == 0) for number in range(CARDS)])
    served = Served(sqlite_bench)
    monkeypatch.setattr(pages, "MAX_PAGE_ROWS", ROWS)
    monkeypatch.setattr(calls, "next_page", served.next_page)
    return served


def live(store: StationStore) -> set[tuple[str, str]]:
    """Return kind and key of everything in the live feed."""
    found = set()
    for table in TABLES:
        rows = store.db.conn.execute(f"SELECT * FROM {table} WHERE slot = ?", (store._slot,))  # noqa: S608
        found |= {(KIND_OF.get(table, table), row[1]) for row in rows}
    return found


def keys_of(rows: Rows) -> set[tuple[str, str]]:
    """Return kind and key of everything in a copy."""
    assert {kind for kind, _ in rows} <= KEYS.keys()
    return set(rows)


def test_a_snapshot_cut_at_any_byte_goes_on(hub: Served, tmp_path: Path):
    """Wherever answers are cut, the station goes on from its last page; changes made meanwhile are there too."""
    store = StationStore.open(tmp_path / "station.db", STATIONS[0])
    with serving(hub):
        line = NetworkLine(("127.0.0.1", hub.port))
        agent = agent_of(store, f"http://127.0.0.1:{line.port}", hub.token, STATIONS[0])
        for cut in [*range(0, 200, 40), *range(200, 2600, 300)]:
            line.drop_after(cut)
            with suppress(TryLater):
                agent.fetch()
        amid = store.feed_cursor
        commands.load_cards([(KNOWN, True), ("N777", False)])
        line.mend()
        while agent.fetch():
            pass
        line.close()
    assert amid in hub.asked
    assert hub.begun < len(hub.asked) / 3  # the first page is asked for until it has arrived once
    assert live(store) == keys_of(fresh().rows)
    store.close()


def test_a_hub_that_restarts_amid_a_snapshot_goes_on(hub: Served, tmp_path: Path):
    """The hub keeps nothing of a snapshot under way: another process goes on with the same cursor."""
    store = StationStore.open(tmp_path / "station.db", STATIONS[0])
    for _ in range(20):
        with serving(hub), pytest.MonkeyPatch.context() as patch:
            patch.setattr("sync.agent.agent._PAGES_AT_ONCE", 4)
            more = agent_of(store, hub.url, hub.token, STATIONS[0]).fetch()
        if not more:
            break
    assert hub.begun == 1
    assert live(store) == keys_of(fresh().rows)
    store.close()


def start(hub: Served, database: Path) -> subprocess.Popen[str]:
    """Start a station of its own."""
    environment = dict(os.environ) | {"PYTHONPATH": f"{TESTS.parent}:{TESTS}"}
    return subprocess.Popen(
        [sys.executable, "-m", "support.station_to_fetch", hub.url, hub.token, STATIONS[0], database],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env=environment,
    )


def test_a_station_killed_amid_a_snapshot_goes_on(hub: Served, tmp_path: Path):
    """A station that is killed with SIGKILL amid a copy goes on from its last page after the restart."""
    database = tmp_path / "station.db"
    cards_changed = ((f"N{number}", bool(number % 2)) for number in count(1))
    with serving(hub):
        for pages_first, milliseconds in KILLS:
            process = start(hub, database)
            assert process.stdin is not None
            assert process.stdout is not None
            process.stdin.write("go on\n" * pages_first)
            process.stdin.flush()
            for _ in range(pages_first):
                assert process.stdout.readline() == "page\n"
            process.stdin.write("go on\n" * 3)
            process.stdin.flush()
            time.sleep(milliseconds / 1000)
            process.kill()
            process.communicate()
            commands.load_cards([next(cards_changed)])
        last = start(hub, database)
        told, _ = last.communicate("go on\n" * 100, timeout=60)
    assert told.splitlines()[-1] == "whole"
    assert hub.begun == 1
    store = StationStore.open(database, STATIONS[0])
    assert live(store) == keys_of(fresh().rows)
    store.close()
