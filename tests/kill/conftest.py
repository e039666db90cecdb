"""Databases for sieges."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from support.postgres import postgres_servers


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def database(request: pytest.FixtureRequest, room: Path) -> Iterator[str]:
    """Where an empty database is, on SQLite and on PostgreSQL."""
    if request.param == "sqlite":
        yield f"sqlite:///{room}/hub/hub.sqlite3"
        return
    with postgres_servers() as (server,):
        server.make().start()
        yield server.url
