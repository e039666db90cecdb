"""Django made ready for the hub's tests, on SQLite and on a PostgreSQL of their own."""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.postgres import FAST, PostgresServer, postgres_servers

HOME = Path(tempfile.mkdtemp(prefix="nabolan-hub-tests-", dir=FAST))
atexit.register(shutil.rmtree, HOME, ignore_errors=True)
ENVIRONMENT = {"HUB_DATA_DIR": str(HOME), "HUB_ALLOWED_HOSTS": "testserver,127.0.0.1,localhost", "HUB_HTTPS": "0"}

with pytest.MonkeyPatch.context() as _patch:
    for _name, _value in ENVIRONMENT.items():
        _patch.setenv(_name, _value)
    _patch.delenv("HUB_DATABASE_URL", raising=False)
    from sync.hub import setup

    setup()

from django.contrib.auth import get_user_model  # noqa: E402 - Django is ready only now
from django.db import connection, connections  # noqa: E402
from django.test import Client  # noqa: E402
from hub.bench import Bench, use_database  # noqa: E402
from hub.office import furnish  # noqa: E402

from sync.hub import commands  # noqa: E402


@pytest.fixture(autouse=True)
def hub_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """The environment of the tests' own hub."""
    for name, value in ENVIRONMENT.items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("HUB_DATABASE_URL", raising=False)


@pytest.fixture(scope="session")
def sqlite_url(request: pytest.FixtureRequest) -> str:
    """A migrated SQLite database; with NABOLAN_HUB_TESTS_ON=postgres a PostgreSQL in its place, to compare them."""
    if os.environ.get("NABOLAN_HUB_TESTS_ON") == "postgres":
        return str(request.getfixturevalue("postgres_url"))
    url = f"sqlite:///{HOME}/tests.sqlite3"
    _migrate(url)
    return url


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    """A running PostgreSQL of our own."""
    with postgres_servers() as (server,):
        server.make().start()
        yield server
        connections.close_all()


@pytest.fixture(scope="session")
def postgres_url(postgres_server: PostgresServer) -> str:
    """A migrated PostgreSQL database."""
    _migrate(postgres_server.url)
    return postgres_server.url


def _migrate(url: str) -> None:
    with pytest.MonkeyPatch.context() as patch:
        for name, value in ENVIRONMENT.items():
            patch.setenv(name, value)
        use_database(url)
        commands.migrate()


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def url(request: pytest.FixtureRequest) -> str:
    """Where the database is: each test that asks runs on both."""
    return str(request.getfixturevalue(f"{request.param}_url"))


@pytest.fixture
def bench(url: str) -> Iterator[Bench]:
    """An empty hub with three stations and a small library, on SQLite and on PostgreSQL."""
    yield from _bench(url)


@pytest.fixture
def sqlite_bench(sqlite_url: str) -> Iterator[Bench]:
    """An empty hub with three stations and a small library, on SQLite alone."""
    yield from _bench(sqlite_url)


@pytest.fixture
def postgres_bench(postgres_url: str) -> Iterator[Bench]:
    """The same on PostgreSQL alone."""
    yield from _bench(postgres_url)


def _bench(url: str) -> Iterator[Bench]:
    use_database(url)
    yield Bench.furnished()
    connection.close()


@pytest.fixture
def hub() -> Client:
    """A caller that is told of errors by answers, as over a real line."""
    return Client(raise_request_exception=False)


@pytest.fixture
def staff() -> Client:
    """A browser in which a staff member is logged in. Ask for a bench first."""
    client = Client()
    client.force_login(get_user_model().objects.create_user("anna", is_staff=True))
    return client


@pytest.fixture
def office(sqlite_bench: Bench, staff: Client) -> Client:
    """Staff before a hub in which every kind of entry and most kinds of case have come up."""
    furnish(sqlite_bench)
    return staff


@pytest.fixture
def both_offices(bench: Bench, staff: Client) -> Client:
    """The same on both databases."""
    furnish(bench)
    return staff
