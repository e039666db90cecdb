"""A desk that serves, and a store with a feed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from support.desks import DeskRun
from support.library import HERE, make_feed

from kiosk.desk.views import IdleView
from kiosk.store.station_store import StationStore


@pytest.fixture
def run(tmp_path: Path) -> Iterator[DeskRun]:
    """A desk that serves and has nothing to do."""
    run = DeskRun(tmp_path / "station.db")
    run.desk.start()
    run.eyes.see(IdleView)
    yield run
    run.desk.stop()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where the station's file is."""
    return tmp_path / "station.db"


@pytest.fixture
def store(path: Path) -> Iterator[StationStore]:
    """A store with a whole feed."""
    store = StationStore.open(path, HERE)
    store.take_feed(make_feed())
    yield store
    store.close()
