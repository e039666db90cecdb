"""A real hub on loopback for all journeys, and a station of its own for each."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from support.journey import Bench

from kiosk.store.station_store import StationStore
from nabolan.demo import world
from nabolan.demo.processes import Processes, run
from sync.agent.identity import enrol
from sync.agent.line import NetworkLine
from sync.agent.link import HubLink


@pytest.fixture(scope="session")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[world.Hub, Path]]:
    """A furnished hub for all journeys."""
    folder = tmp_path_factory.mktemp("hub")
    with Processes(folder / "logs") as processes:
        yield world.start_hub(folder / "hub", processes), folder


@pytest.fixture
def bench(hub: tuple[world.Hub, Path], tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Bench]:
    """A station of its own, freshly enrolled, with an empty journal."""
    running, _ = hub
    name = f"t-{abs(hash(request.node.nodeid)) % 10**8:08}"
    code = run("sync.hub", ["station", name, "Test"], running.environment).split()[-1]
    line = NetworkLine(("127.0.0.1", running.port))
    identity = enrol(HubLink(f"http://127.0.0.1:{line.port}"), code, tmp_path)
    store = StationStore.open(tmp_path / "station.db", identity.station, identity.epoch)
    yield Bench(running, line, identity, store, code)
    store.close()
    line.close()
