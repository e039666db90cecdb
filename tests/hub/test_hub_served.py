"""The hub as a real process: stations at the same time, torn connections, its commands."""

from __future__ import annotations

import json
import os
import socket
import stat
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests
from hub.bench import KNOWN, NOW, OTHER, Bench, SimulatedStation, everything
from hub.conftest import ENVIRONMENT
from hub.server import RunningHub, running_hub
from support.waiting import until

from sync.feed import feed_from_plain
from sync.hub import commands
from sync.hub.journal.models import RawEntry
from sync.protocol import receipt_from_plain


@pytest.fixture
def served(bench: Bench, url: str, tmp_path: Path) -> Iterator[tuple[RunningHub, Bench]]:
    """A hub behind gunicorn, on SQLite and on PostgreSQL, with the bench's stations."""
    with running_hub(tmp_path, ENVIRONMENT | {"HUB_DATABASE_URL": url, "HUB_WORKERS": "2"}) as hub:
        yield hub, bench


def _send(hub: RunningHub, station: SimulatedStation, start: int, end: int) -> int:
    answer = requests.post(
        f"{hub.url}/api/journal", json=station.batch(station.journal[start:end]), headers=station.headers, timeout=30
    )
    return receipt_from_plain(answer.json()).acknowledged


def test_stations_that_send_at_the_same_time_lose_nothing(served: tuple[RunningHub, Bench]):
    """Three stations that lend the same items and send at once, twice over, give what a fold over all gives."""
    hub, bench = served
    for n in range(60):
        bench[n % 3].lend(card=(KNOWN, OTHER)[n % 2], wall=NOW + n) if n % 4 else bench[n % 3].take_back(wall=NOW + n)
    held: list[int] = []

    def keep_sending(station: SimulatedStation) -> None:
        for start in range(0, len(station.journal), 2):
            _send(hub, station, start, start + 2)
        held.append(_send(hub, station, 0, len(station.journal)))

    threads = [threading.Thread(target=keep_sending, args=(bench[n % 3],)) for n in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert held == [20] * 6
    before = everything()
    commands.refold()
    assert everything() == before
    assert RawEntry.objects.filter(in_force=True).count() == 60
    assert hub.log.read_text("utf-8") == ""


def test_a_station_is_let_in_over_the_line(served: tuple[RunningHub, Bench]):
    """From code to feed over real HTTP: enrolment, batch, feed, and nothing new the second time."""
    hub, _ = served
    station = SimulatedStation("ls-0007")
    body = {"code": commands.create_station("ls-0007", "Svelvik"), "public_key": station.public_key}
    given = requests.post(f"{hub.url}/api/enrol", json=body, timeout=30).json()
    station.token, station.epoch = given["token"], given["epoch"]
    station.take_back()
    assert _send(hub, station, 0, 1) == 1

    def nothing_new() -> bool:
        feed = feed_from_plain(requests.get(f"{hub.url}/api/feed", headers=station.headers, timeout=30).json())
        known = requests.get(f"{hub.url}/api/feed?known={feed.version}", headers=station.headers, timeout=30)
        return known.status_code == 304

    until(nothing_new, "the feed stays new")  # PostgreSQL shows a change once no older transaction is under way


def test_torn_requests_leave_nothing_and_no_trace_in_the_log(sqlite_bench: Bench, sqlite_url: str, tmp_path: Path):
    """A request cut at any place stores nothing, floods no log, and the next whole one is taken in."""
    station = sqlite_bench[0]
    station.lend()
    body = json.dumps(station.batch()).encode()
    head = (
        "POST /api/journal HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
        f"Authorization: Bearer {station.token}\r\nContent-Length: {len(body)}\r\n\r\n"
    ).encode()
    whole = head + body
    with running_hub(tmp_path, ENVIRONMENT | {"HUB_DATABASE_URL": sqlite_url}) as hub:
        for cut in range(10, len(whole) - 1, len(whole) // 12):
            with socket.create_connection(("127.0.0.1", hub.port), 10) as line:
                line.sendall(whole[:cut])
        time.sleep(0.3)
        assert not RawEntry.objects.exists()
        assert _send(hub, station, 0, 1) == 1
        lengthless = requests.post(f"{hub.url}/api/journal", data=iter([b"{}"]), headers=station.headers, timeout=30)
        assert lengthless.status_code == 400
    log = hub.log.read_text("utf-8")
    assert "Traceback" not in log
    assert station.token not in log


def _hub(*arguments: str, folder: Path) -> subprocess.CompletedProcess[str]:
    environment = dict(os.environ) | {"HUB_DATA_DIR": str(folder)}
    command = [sys.executable, "-m", "sync.hub", *arguments]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)


def test_the_commands_set_up_a_hub(tmp_path: Path):
    """From nothing to a staff member and a station by commands alone; secrets are readable by their owner only."""
    folder = tmp_path / "hub"
    for command in (["staff", "kari"], ["station", "ls-0001", "Bragernes"], ["refold"], ["serve", "--port", "0"]):
        too_early = _hub(*command, folder=folder)
        assert (too_early.returncode, "run `nabolan hub migrate` first" in too_early.stderr) == (1, True)
        assert "Traceback" not in too_early.stderr
    assert _hub("migrate", folder=folder).returncode == 0
    password = _hub("staff", "kari", folder=folder).stdout.strip()
    assert len(password) >= 16
    again = _hub("staff", "kari", folder=folder)
    assert (again.returncode, "Nothing was changed" in again.stderr) == (1, True)
    assert len(_hub("station", "ls-0001", "Bragernes", folder=folder).stdout.strip()) == 19
    assert _hub("station", "Not An Id", "x", folder=folder).returncode == 1
    assert _hub("refold", folder=folder).stdout == "0 items\n"
    assert [_hub("revoke", name, folder=folder).returncode for name in ("ls-0001", "ls-0002")] == [0, 1]
    for file in folder.iterdir():
        assert stat.S_IMODE(file.stat().st_mode) == 0o600, file
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert password not in (folder / "hub.sqlite3").read_bytes().decode("latin-1")


def test_django_finds_nothing_to_warn_of(tmp_path: Path):
    """Behind a proxy with TLS, Django's check for live sites passes, and no migration is missing."""
    named = {
        "HUB_DATA_DIR": str(tmp_path),
        "HUB_ALLOWED_HOSTS": "hub.example.org",
        "HUB_BEHIND_PROXY": "1",
        "HUB_HTTPS": "1",
    }
    environment = dict(os.environ) | named | {"DJANGO_SETTINGS_MODULE": "sync.hub.settings"}
    _hub("migrate", folder=tmp_path)
    for arguments in (["check", "--deploy", "--fail-level", "WARNING"], ["makemigrations", "--check"]):
        command = [sys.executable, "-m", "django", *arguments]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr


def test_the_help_lists_every_command(tmp_path: Path):
    """`--help` names migrate, staff, station, refold and serve, and makes no file."""
    shown = _hub("--help", folder=tmp_path / "none").stdout
    assert all(name in shown for name in ("migrate", "staff", "station", "refold", "serve"))
    assert not (tmp_path / "none").exists()
