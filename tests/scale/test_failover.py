"""Beyond one machine: several hubs over a PostgreSQL primary with a synchronous standby, and the primary dies.

It takes many seconds, so it runs only where `NABOLAN_FAILOVERS` says how often, as in CI; `-s` shows the figures.
"""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from kill.siege import STATIONS, Siege
from support.postgres import PostgresServer, postgres_servers

TIMES = int(os.environ.get("NABOLAN_FAILOVERS", "0"))
pytestmark = [
    pytest.mark.postgres,
    pytest.mark.skipif(not TIMES, reason="THE DEATH OF A PRIMARY WAS NOT TRIED: set NABOLAN_FAILOVERS=1"),
]
SYNCHRONOUS = "synchronous_commit = remote_apply\nsynchronous_standby_names = 'standby'\n"
SECONDS_AT_PEACE = 1.0


@dataclass
class Pair:
    """A primary that does not count a commit before its standby has it, and that standby."""

    primary: PostgresServer
    standby: PostgresServer

    @property
    def url(self) -> str:
        """Both, of which the one is used that takes writes."""
        return f"postgres://hub@/postgres?host={self.primary.folder},{self.standby.folder}&target_session_attrs=read-write"

    def settle(self) -> None:
        """Wait until the standby keeps up, and let the primary wait for it from now on."""
        self.primary.wait_for("SELECT count(*) FROM pg_stat_replication WHERE state = 'streaming'", "1")
        with (self.primary.data / "postgresql.conf").open("a") as file:
            file.write(SYNCHRONOUS)
        self.primary.run("pg_ctl", "-D", self.primary.data, "reload")
        self.primary.wait_for("SELECT sync_state FROM pg_stat_replication", "sync")


@contextmanager
def pair(*, synchronous: bool = True) -> Iterator[Pair]:
    """Have such a pair; without waiting for the standby that is the planted defect."""
    with postgres_servers(2) as (primary, standby):
        primary.make(
            "wal_level = replica\nmax_wal_senders = 4\nhot_standby = on\nwal_retrieve_retry_interval = 100ms\n"
        ).start()
        standby.copy_of(primary, "standby").start()
        both = Pair(primary, standby)
        if synchronous:
            both.settle()
        yield both


def acknowledged(siege: Siege) -> int:
    """Return how many entries the stations know to be held."""
    return sum(max((seq for seq, _ in siege.held(name)), default=0) for name in STATIONS)


def wait_for_more(siege: Siege, than: int, patience: float = 30) -> float:
    """Return how many seconds pass until the stations know of more than so many."""
    began = time.monotonic()
    siege.stations.wait_until(lambda: acknowledged(siege) > than, "more is acknowledged", patience)
    return time.monotonic() - began


def told(siege: Siege, died_ms: int) -> tuple[int, int, int]:
    """Return how many entries were acknowledged that the hub took in before that moment, how many later ones, and how
    many ms after it a station first knew of one of those.
    """
    before, after, first = 0, 0, 10**9
    for name in STATIONS:
        old = [upto for upto, _ in siege.held(name) if siege.received[name].get(upto, 0) <= died_ms]
        new = [(upto, at) for upto, at in siege.held(name) if siege.received[name].get(upto, 0) > died_ms]
        before += max(old, default=0)
        after += max((upto for upto, _ in new), default=0) - max(old, default=0)
        first = min([first, *(at - died_ms for _, at in new)])
    return before, after, first


@pytest.mark.parametrize("_", range(TIMES))
def test_a_dead_primary_loses_nothing_that_was_acknowledged(room: Path, _: int):
    """The primary is killed, the standby promoted: no acknowledged entry is lost, and the stations go on alone."""
    with pair() as both, Siege(room, both.url, 1, hubs=2) as siege:
        siege.line.heal()
        siege.rage(0)
        wait_for_more(siege, 0)
        time.sleep(SECONDS_AT_PEACE)
        died = time.time()
        both.primary.kill()
        both.standby.promote()
        promoted = time.time() - died
        wait_for_more(siege, acknowledged(siege) + 30)
        siege.heal()
        found = siege.look()
        before, after, first = told(siege, int(died * 1000))
        figures = (
            f"{before} entries acknowledged before the primary died, {after} after it; promoted after {promoted:.2f} "
            f"s, first new acknowledgement known {first / 1000:.2f} s after the death; {found}"
        )
        sys.stderr.write(f"\n{figures}\n")
        assert found.is_well, figures


def test_a_standby_nobody_waits_for_is_caught(room: Path):
    """Planted defect: acknowledged before the standby has it, so what the primary alone held is gone with it."""
    with pair(synchronous=False) as both, Siege(room, both.url, 1) as siege:
        siege.line.heal()
        siege.rage(0)
        wait_for_more(siege, 0)
        (receiver,) = both.standby.processes("walreceiver")
        os.kill(receiver, signal.SIGSTOP)
        wait_for_more(siege, acknowledged(siege) + 30)
        both.primary.kill()
        os.kill(receiver, signal.SIGTERM)  # a kill would make the whole standby start anew
        os.kill(receiver, signal.SIGCONT)
        both.standby.promote()
        found = siege.look()
    assert len(found.acknowledged_too_early) >= 30, str(found)
