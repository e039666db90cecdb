"""While the hub is looked after, whoever comes is asked to come again, and nothing is lost."""

from __future__ import annotations

import json
import logging
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client
from hub.bench import Bench, in_a_thread, push
from hub.conftest import ENVIRONMENT
from support.waiting import until

from lending.errors import Refused
from sync.hub import commands
from sync.hub.calm import Calm
from sync.hub.environment import SettingError, database
from sync.hub.journal.models import RawEntry
from sync.hub.upkeep import door
from sync.hub.upkeep.form import CLOSED, Closed
from sync.hub.upkeep.models import Mark


@contextmanager
def shut_elsewhere() -> Iterator[None]:
    """Hold the door shut in another thread, as `migrate` and `move` do in another process."""
    is_shut, over = threading.Event(), threading.Event()

    def look_after() -> None:
        with door.shut(patience=10):
            is_shut.set()
            over.wait(20)

    other = in_a_thread(look_after)
    try:
        assert is_shut.wait(10)
        yield
    finally:
        over.set()
        other.join()


def test_a_shut_door_asks_everybody_to_come_again(bench: Bench):
    """Stations, health and staff get 503 with Retry-After, nothing is stored, and all is well once it is open."""
    bench[0].lend()
    with shut_elsewhere():
        answers = [push(bench), Client().get("/api/health"), Client().get("/sakene"), Client().get("/api/feed")]
        assert [(answer.status_code, answer["Retry-After"]) for answer in answers] == [(503, "10")] * 4
        assert json.loads(answers[0].content)["what_now"].startswith("Nothing was stored. Keep everything")
        assert "stengt et øyeblikk" in answers[2].content.decode()
        with pytest.raises(Closed):
            commands.create_station("ls-0009", "Svelvik")
    assert push(bench).status_code == 200
    assert RawEntry.objects.count() == 1


@pytest.mark.usefixtures("bench")
def test_upkeep_waits_until_nobody_is_inside_and_newcomers_wait_for_it():
    """The door is shut only once the last one inside has left; who comes meanwhile is not let in before upkeep."""
    order: list[str] = []
    newcomer: list[int] = []

    def look_after() -> None:
        with door.shut(patience=20):
            order.append("shut")

    def come() -> None:
        while 503 not in newcomer:
            newcomer.append(Client().get("/api/health").status_code)

    with door.inside():
        upkeep = in_a_thread(look_after)
        in_a_thread(come).join(15)
        order.append("left")
    upkeep.join()
    assert order == ["left", "shut"]
    assert newcomer[-1] == 503
    assert Client().get("/api/health").status_code == 200


@pytest.mark.usefixtures("bench")
def test_upkeep_gives_up_if_somebody_stays_inside():
    """After its patience upkeep is refused, and the door is as open as before."""
    refused: list[str] = []

    def look_after() -> None:
        try:
            with door.shut(patience=0.05):
                pass
        except Refused as no:
            refused.append(str(no))

    with door.inside():
        in_a_thread(look_after).join()
    assert "try again" in refused[0]
    assert Client().get("/api/health").status_code == 200


def test_upkeep_that_is_killed_leaves_the_door_open(bench: Bench, url: str):
    """A process that dies while it holds the door leaves nothing to clear away."""
    program = (
        "from sync.hub import setup; setup()\n"
        "from sync.hub.upkeep import door\n"
        "import sys, time\n"
        "with door.shut():\n    print('shut', flush=True)\n    time.sleep(60)\n"
    )
    environment = dict(os.environ) | ENVIRONMENT | {"HUB_DATABASE_URL": url}
    other = subprocess.Popen([sys.executable, "-c", program], env=environment, stdout=subprocess.PIPE)
    try:
        assert other.stdout is not None
        assert other.stdout.readline() == b"shut\n"
        bench[0].lend()
        assert push(bench).status_code == 503
    finally:
        other.kill()
        other.communicate()
    until(lambda: push(bench).status_code == 200)


@pytest.mark.usefixtures("bench")
def test_a_mark_closes_the_hub_and_says_why():
    """A database that is not in use any more says so to whoever still asks it."""
    Mark.objects.create(name=CLOSED, value="this hub has moved")
    answer = Client().get("/api/health")
    assert (answer.status_code, answer.json()["problem"]) == (503, "this hub has moved")
    Mark.objects.all().delete()
    assert Client().get("/api/health").status_code == 200


def test_a_hub_rides_over_a_migration(bench: Bench, caplog: pytest.LogCaptureFixture):
    """Before `migrate` it says 503 "not migrated", afterwards it goes on; no entry of the station is lost."""
    bench[0].lend()
    assert push(bench).status_code == 200
    call_command("migrate", "upkeep", "zero", verbosity=0)
    health = Client().get("/api/health")
    assert (health.status_code, health["Retry-After"]) == (503, "10")
    assert "not migrated" in health.json()["problem"]
    bench[0].lend()
    assert push(bench).status_code == 503
    commands.migrate()
    assert push(bench).json()["acknowledged"] == 2
    assert not [record for record in caplog.records if record.exc_info]


@pytest.mark.usefixtures("bench")
def test_a_database_of_a_newer_version_is_not_served():
    """A process that was not restarted after an update says so, instead of writing what it does not understand."""
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO django_migrations (app, name, applied) VALUES ('fleet', '9999', '2027-01-01')")
        try:
            assert "newer version" in Client().get("/api/health").json()["problem"]
            with pytest.raises(Refused, match="newer version"):
                commands.check_form()
        finally:
            cursor.execute("DELETE FROM django_migrations WHERE name = '9999'")
    assert Client().get("/api/health").status_code == 200


def test_a_database_with_several_hosts_is_understood():
    """Hosts with commas, addresses of version 6 and options go where libpq reads them; bad ones are refused."""
    found = database("postgres://h%40b:p%3Aw@a:5432,[::1]:5433/n?target_session_attrs=read-write&connect_timeout=2")
    assert {name: found[name] for name in ("NAME", "USER", "PASSWORD", "HOST", "PORT")} == {
        "NAME": "n",
        "USER": "h@b",
        "PASSWORD": "p:w",
        "HOST": "a,::1",
        "PORT": "5432,5433",
    }
    assert found["OPTIONS"]["target_session_attrs"] == "read-write"
    assert (found["OPTIONS"]["connect_timeout"], found["OPTIONS"]["tcp_user_timeout"]) == ("2", "10000")
    assert database("postgres://hub@/db?host=/run/x")["HOST"] == "/run/x"
    for bad in ("postgres://a:b:c/db", "postgres://a:port/db", "mysql://a/db"):
        with pytest.raises(SettingError):
            database(bad)


def test_an_outage_does_not_fill_the_log(caplog: pytest.LogCaptureFixture):
    """The same trouble is logged once in a while, in one line, with how often it was kept quiet."""
    calm = Calm(logging.getLogger("sync.hub.test"), "no database")
    for _ in range(500):
        calm.say("refused\nand many more lines")
    assert [record.message for record in caplog.records] == ["no database: refused"]
    calm._next = 0.0
    calm.say("refused")
    assert caplog.records[-1].message == "no database: refused (and 499 times before)"
