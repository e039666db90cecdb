"""Django made ready for the hub's tests, on SQLite and on a PostgreSQL of their own."""

from __future__ import annotations

import atexit
import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

# Memory instead of a disk where there is one: what is tested here is not whether a disk keeps its word.
_FAST = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None  # noqa: S108
HOME = Path(tempfile.mkdtemp(prefix="nabolan-hub-tests-", dir=_FAST))
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

from sync.hub import commands  # noqa: E402

_BINARIES = next(iter(sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)), None)


@pytest.fixture(autouse=True)
def hub_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """The environment of the tests' own hub."""
    for name, value in ENVIRONMENT.items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("HUB_DATABASE_URL", raising=False)


@pytest.fixture(scope="session")
def sqlite_url() -> str:
    """A migrated SQLite database."""
    url = f"sqlite:///{HOME}/tests.sqlite3"
    _migrate(url)
    return url


@pytest.fixture(scope="session")
def postgres_folder() -> Iterator[Path]:
    """A running PostgreSQL of our own, reachable through a socket in this folder only."""
    if _BINARIES is None:
        pytest.skip("NO POSTGRESQL BINARIES: the hub was not tested on PostgreSQL")
    folder = Path(tempfile.mkdtemp(prefix="nabolan-pg-", dir=_FAST))
    run = _as_nobody(folder)
    data, options = folder / "data", f"-c fsync=off -c listen_addresses='' -k {folder}"
    _quietly([*run, _BINARIES / "initdb", "-D", data, "-U", "hub", "-A", "trust", "-E", "UTF8"])
    start = [*run, _BINARIES / "pg_ctl", "-D", data, "-w", "-l", folder / "log", "-o", options, "start"]
    _quietly(start)
    yield folder
    connections.close_all()
    _quietly([*run, _BINARIES / "pg_ctl", "-D", data, "-m", "immediate", "stop"])
    shutil.rmtree(folder, ignore_errors=True)


def _quietly(command: list[str | Path]) -> None:
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd="/")


def _as_nobody(folder: Path) -> list[str]:
    """Return how to run a program as somebody unprivileged, who now owns the folder."""
    if os.getuid() != 0:
        return []
    nobody = pwd.getpwnam("nobody")
    os.chown(folder, nobody.pw_uid, nobody.pw_gid)
    return ["setpriv", f"--reuid={nobody.pw_uid}", f"--regid={nobody.pw_gid}", "--clear-groups"]


@pytest.fixture(scope="session")
def postgres_url(postgres_folder: Path) -> str:
    """A migrated PostgreSQL database."""
    url = f"postgres://hub@/postgres?host={postgres_folder}"
    _migrate(url)
    return url


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


def _bench(url: str) -> Iterator[Bench]:
    use_database(url)
    yield Bench.furnished()
    connection.close()


@pytest.fixture
def staff() -> Client:
    """A browser in which a staff member is logged in. Ask for a bench first."""
    client = Client()
    client.force_login(get_user_model().objects.create_user("anna", is_staff=True))
    return client
