"""`nabolan hub move`: an SQLite hub becomes a PostgreSQL hub, all of it or nothing."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import OperationalError, connections
from django.db.backends.postgresql.base import DatabaseWrapper as PostgresWrapper
from django.test import Client
from hub.bench import DRILL, NOW, TENT, Bench, everything, push, use_database
from hub.conftest import ENVIRONMENT
from support.postgres import PostgresServer
from support.waiting import until

from lending.errors import Refused
from sync.hub import commands
from sync.hub.journal.models import RawEntry
from sync.hub.upkeep import tables
from sync.hub.upkeep.models import Mark

pytestmark = pytest.mark.postgres


@pytest.fixture
def target(postgres_server: PostgresServer) -> Iterator[str]:
    """An empty PostgreSQL database."""
    postgres_server.ask("CREATE DATABASE target")
    yield f"postgres://hub@/target?host={postgres_server.folder}"
    connections.close_all()
    postgres_server.ask("DROP DATABASE target WITH (FORCE)")


@pytest.fixture
def full(tmp_path: Path) -> Bench:
    """A bench on an SQLite hub of its own, with loans, returns, cases and staff; its URL is `sqlite:///tmp_path/db`."""
    use_database(f"sqlite:///{tmp_path}/db")
    commands.migrate()
    bench = Bench.furnished()
    for n in range(20):
        bench[n % 3].lend((DRILL, TENT)[n % 2], wall=NOW + n)
    for n in range(3):
        bench.take(bench[n])
    commands.create_staff("kari")
    return bench


def heard(_: str) -> None:
    """Take the progress."""


def test_a_moved_hub_is_what_it_was_and_goes_on(full: Bench, target: str, tmp_path: Path):
    """All rows arrive, the old hub is shut and says where it went, and stations go on at the new one."""
    before = everything()
    said: list[str] = []
    digests = commands.move(target, said.append)
    assert digests["journal_rawentry"].startswith("20 rows, ")
    assert any("comparing" in line for line in said)
    full[0].lend(wall=NOW + 50)
    refused = push(full)
    assert (refused.status_code, "has moved" in refused.json()["problem"]) == (503, True)
    assert commands.move(target, heard) == {}
    use_database(target)
    assert everything() == before
    assert push(full).json()["acknowledged"] == 8
    full[1].take_back(wall=NOW + 60)
    assert full.take(full[1]).acknowledged == 8
    assert commands.create_staff("ola")
    assert not Mark.objects.filter(name="closed").exists()
    use_database(f"sqlite:///{tmp_path}/db")
    assert RawEntry.objects.count() == 20


def test_what_does_not_arrive_is_noticed_and_nothing_is_moved(
    full: Bench, target: str, monkeypatch: pytest.MonkeyPatch
):
    """Planted defect: a copy that loses a row is caught by the digests; the old hub goes on, the new one is shut."""
    honest = tables._prepared

    def careless(model: Any, row: Any, alias: str) -> list[Any]:
        made = honest(model, row, alias)
        return [value.replace('"seq":3', '"seq":4') if isinstance(value, str) else value for value in made]

    monkeypatch.setattr(tables, "_prepared", careless)
    with pytest.raises(Refused, match="journal_rawentry: 20 rows"):
        commands.move(target, heard)
    assert push(full).status_code == 200
    use_database(target)
    assert not RawEntry.objects.exists()
    assert "being moved" in Client().get("/api/health").json()["problem"]


def test_a_database_with_something_in_it_is_refused(full: Bench, postgres_url: str, tmp_path: Path):
    """A hub is never moved over another one, nor to a second SQLite file."""
    use_database(postgres_url)
    Bench.furnished()
    before = everything()
    use_database(f"sqlite:///{tmp_path}/db")
    nowhere = "postgres://hub@/none?host=/nowhere"
    whys = {
        nowhere: "connection is bad",
        postgres_url: "something in the new",
        "sqlite:///elsewhere": "must be a Postgre",
    }
    for url, why in whys.items():
        with pytest.raises(Refused, match=why):
            commands.move(url, heard)
    assert push(full).status_code == 200
    use_database(postgres_url)
    assert everything() == before


def test_a_move_that_is_killed_is_done_by_the_next_one(full: Bench, target: str, tmp_path: Path):
    """Killed anywhere, the old hub goes on and the new one is shut; given again, the command brings all over."""
    environment = dict(os.environ) | ENVIRONMENT | {"HUB_DATABASE_URL": f"sqlite:///{tmp_path}/db"}
    command = [sys.executable, "-m", "sync.hub", "move", "--to", "-"]
    moving = subprocess.Popen(
        command, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    assert moving.stdin is not None
    assert moving.stdout is not None
    moving.stdin.write(f"{target}\n")
    moving.stdin.flush()
    while "comparing" not in (line := moving.stdout.readline()):
        assert line, "it ended too early"
    moving.kill()
    moving.communicate()
    full[0].lend(wall=NOW + 90)
    until(lambda: push(full).status_code == 200)
    before = everything()
    commands.move(target, heard)
    use_database(target)
    assert everything() == before


def test_a_move_that_dies_at_its_last_step_is_done_by_the_next_one(
    full: Bench, target: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    """With the old hub shut and the copy not committed, neither is served, until the command is given again."""
    before = everything()
    honest = PostgresWrapper._commit

    def dies_at_the_end(wrapper: PostgresWrapper) -> None:
        if connections["default"].vendor == "sqlite" and Mark.objects.filter(name="closed").exists():
            raise OperationalError("the server has gone")
        honest(wrapper)

    with monkeypatch.context() as patch:
        patch.setattr(PostgresWrapper, "_commit", dies_at_the_end)
        with pytest.raises(Refused, match="the server has gone"):
            commands.move(target, heard)
    assert "has moved" in push(full).json()["problem"]
    use_database(target)
    assert "being moved" in push(full).json()["problem"]
    use_database(f"sqlite:///{tmp_path}/db")
    assert commands.move(target, heard)
    use_database(target)
    assert everything() == before
    assert push(full).status_code == 200
