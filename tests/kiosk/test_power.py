"""What the screen confirmed is still there after the process is killed at any moment."""

import os
import random
import re
import signal
import subprocess
import sys
import time
from itertools import pairwise
from pathlib import Path

import pytest
from support.library import HERE

from kiosk.store.station_store import StationStore

SCRIPT = Path(__file__).with_name("station_to_kill.py")
KILLS = 30
CONFIRMED = re.compile(r"(\d+) ([0-9a-f]{64})\n")


class Stations:
    """Starts stations on one file, one after the other, and kills each at a random moment."""

    def __init__(self, path, kind):
        self.path = path
        self.order = f"{path} {kind}\n"
        root = str(SCRIPT.parents[2])
        environment = os.environ | {"PYTHONPATH": os.pathsep.join([root, str(SCRIPT.parents[1])])}
        self.host = subprocess.Popen(
            [sys.executable, str(SCRIPT)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            bufsize=1,
            env=environment,
        )

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.host.communicate(timeout=10)

    def killed_after(self, seconds):
        """Return number and hash of what one station confirmed before it was killed, so long after its first yes."""
        self.host.stdin.write(self.order)
        pid = int(self.host.stdout.readline().split()[1])
        said = [self.host.stdout.readline()]
        time.sleep(seconds)
        os.kill(pid, signal.SIGKILL)
        while (line := self.host.stdout.readline()) != "gone\n":
            assert line, "the host of the stations is dead"
            said.append(line)
        return [(int(m[1]), m[2]) for line in said if (m := CONFIRMED.fullmatch(line))]


def missing_from(path, confirmed):
    """Return what of `confirmed` the file lacks; the journal must be whole and the tables what it says."""
    store = StationStore.open(path, HERE)
    wires = store.waiting(1_000_000)
    assert store.check() == len(wires)
    assert [wire["seq"] for wire in wires] == list(range(1, len(wires) + 1))
    assert all(before["hash"] == after["prev"] for before, after in pairwise(wires))
    live = store.derived_rows()
    store.rebuild()
    assert store.derived_rows() == live
    store.close()
    kept = {(wire["seq"], wire["hash"]) for wire in wires}
    return [one for one in confirmed if one not in kept]


def lost_in_kills(path, kind, kills):
    """Return (confirmed, lost) after at most so many kills; ends at the first loss."""
    seed = random.randrange(2**32)
    print(f"seed {seed}")  # noqa: T201 - shown by pytest if it fails
    moments = random.Random(seed)
    confirmed = []
    with Stations(path, kind) as stations:
        for _ in range(kills):
            confirmed += stations.killed_after(moments.random() * 0.15)
            if lost := missing_from(path, confirmed):
                return confirmed, lost
    return confirmed, []


@pytest.mark.timeout(60)
def test_what_the_screen_confirmed_survives_being_killed(tmp_path):
    """A loan or return shown as done is there after kill -9 at any moment, and chain and tables hold."""
    confirmed, lost = lost_in_kills(tmp_path / "station.db", "real", KILLS)
    assert lost == []
    assert len(confirmed) >= 2 * KILLS


@pytest.mark.timeout(60)
def test_a_planted_late_commit_is_caught(tmp_path):
    """The check notices a store that commits later than it says."""
    _, lost = lost_in_kills(tmp_path / "station.db", "late", KILLS)
    assert lost
