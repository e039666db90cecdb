"""Stations and hubs as processes of their own, a hostile line between them, and somebody who kills."""

from __future__ import annotations

import json
import os
import random
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import cycle
from pathlib import Path
from typing import Any, Self

from kill.stations_known import STATIONS

from sync.agent.hostile_line import Address, HostileLine
from sync.agent.identity import enrol
from sync.agent.link import HubLink

ROOT = Path(__file__).parents[2]
HERE = Path(__file__).parent
PATIENCE = 40.0


class Host:
    """A program that forks processes when told to, and what they say, by name."""

    def __init__(self, script: Path, environment: dict[str, str], log: Path) -> None:
        with log.open("ab") as errors:
            self._process = subprocess.Popen(
                [sys.executable, str(script)],
                env=environment,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=errors,
                text=True,
                bufsize=1,
            )
        self.heard: dict[str, list[tuple[str, ...]]] = defaultdict(list)
        self.pids: dict[str, int] = {}
        self.news = threading.Condition()
        threading.Thread(target=self._listen, daemon=True).start()

    def order(self, *words: object) -> None:
        """Give an order."""
        assert self._process.stdin is not None
        self._process.stdin.write(" ".join(map(str, words)) + "\n")

    def wait_until(self, holds: Callable[[], object], what: str, seconds: float = PATIENCE) -> None:
        """Wait until something holds; what is said is looked at whenever something new is."""
        with self.news:
            assert self.news.wait_for(holds, seconds), f"waited in vain until {what}"

    def kill(self, name: str) -> None:
        """Kill a process and wait until it is gone."""
        gone = self.count("gone", name)
        os.kill(self.pids[name], signal.SIGKILL)
        self.wait_until(lambda: self.count("gone", name) > gone, f"{name} is gone")

    def count(self, what: str, name: str) -> int:
        """Return how often this was said of `name`."""
        return sum(words[0] == what for words in self.heard[name])

    def end(self) -> None:
        """Let it end."""
        self._process.communicate(timeout=20)

    def _listen(self) -> None:
        assert self._process.stdout is not None
        while line := self._process.stdout.readline():
            what, name, *more = line.split()
            with self.news:
                self.heard[name].append((what, *more))
                if what == "pid":
                    self.pids[name] = int(more[0])
                self.news.notify_all()


@dataclass
class Found:
    """What the hub has in the end, against what the stations have and have heard."""

    lost: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    acknowledged_too_early: list[str] = field(default_factory=list)
    leftovers: list[str] = field(default_factory=list)
    confirmed: int = 0
    entries: int = 0

    @property
    def is_well(self) -> bool:
        """Whether nothing is wrong."""
        return not (self.lost or self.doubled or self.acknowledged_too_early or self.leftovers)

    def __str__(self) -> str:
        return (
            f"{self.entries} entries, {self.confirmed} confirmed on a screen: {len(self.lost)} lost "
            f"{self.lost[:3]}, {len(self.doubled)} doubled {self.doubled[:3]}, {len(self.acknowledged_too_early)} "
            f"acknowledged too early {self.acknowledged_too_early[:3]}, leftovers {self.leftovers[:5]}"
        )


class Siege:
    """Three stations and one or more hubs on one database. Everything is in `folder`."""

    def __init__(
        self, folder: Path, database: str, seed: int, *, hubs: int = 1, station: str = "real", hub: str = "real"
    ) -> None:
        self.random = random.Random(seed)
        self.kinds = (station, hub)
        self.folder = folder
        self.kills: Counter[str] = Counter()
        self.received: dict[str, dict[int, int]] = {}
        """When the hub took in each entry of a station (Unix ms), once it has been looked at."""
        environment = {name: value for name, value in os.environ.items() if not name.startswith("HUB_")}
        self.environment = environment | {
            "PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "tests")]),
            "PYTHONDONTWRITEBYTECODE": "1",
            "HUB_DATA_DIR": str(folder / "hub"),
            "HUB_DATABASE_URL": database,
            "HUB_WORKERS": "2",
            "HUB_ALLOWED_HOSTS": "127.0.0.1",
        }
        (folder / "hub").mkdir(mode=0o700)
        self.hubs = Host(HERE / "hubs.py", self.environment, folder / "hub.log")
        self.stations = Host(HERE / "stations.py", self.environment, folder / "stations.log")
        codes = self._ask("furnish")
        self.hub_names = [f"hub-{number}" for number in range(hubs)]
        self._ports: dict[str, int] = {}
        for name in self.hub_names:
            self.start_hub(name)
        self._turns = cycle(self.hub_names)
        self.line = HostileLine(self._next_hub, seed)
        for name in STATIONS:
            link = HubLink(f"http://127.0.0.1:{self._ports[self.hub_names[0]]}")
            enrol(link, codes[name], folder / name)
            link.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for name in STATIONS:
            self._kill_if_there(self.stations, name)
        for name in self.hub_names:
            self.stop_hub(name)
        self.line.close()
        self.stations.end()
        self.hubs.end()

    # --- lives and deaths

    def start_hub(self, name: str) -> None:
        """Start a hub and wait until it takes connections."""
        port_file = self.folder / f"{name}.port"
        port_file.unlink(missing_ok=True)
        self.hubs.order("serve", name, port_file, self.kinds[1])
        until = time.monotonic() + PATIENCE
        while not port_file.exists():
            assert time.monotonic() < until, (self.folder / "hub.log").read_text("utf-8")[-3000:]
            time.sleep(0.01)
        self._ports[name] = int(port_file.read_text("ascii"))

    def stop_hub(self, name: str) -> None:
        """Stop a hub as systemd does."""
        if self.hubs.count("pid", name) > self.hubs.count("gone", name):
            gone = self.hubs.count("gone", name)
            os.kill(self.hubs.pids[name], signal.SIGTERM)
            self.hubs.wait_until(lambda: self.hubs.count("gone", name) > gone, f"{name} has stopped")

    def start_station(self, name: str, order: str = "lend") -> None:
        """Start a station; it lends at once."""
        lives = self.stations.count("pid", name)
        self.stations.order(order, name, self.folder / name, self.line.port, self.kinds[0])
        self.stations.wait_until(lambda: self.stations.count("pid", name) > lives, f"{name} lives")

    def kill_somebody(self) -> None:
        """Kill a station, a whole hub, a worker of it or only its parent, and start what is missing anew."""
        what = self.random.choice(["station"] * 3 + ["hub", "hub", "worker", "parent"])
        self.kills[what] += 1
        if what == "station":
            name = self.random.choice(STATIONS)
            self.stations.kill(name)
            self.start_station(name)
            return
        name = self.random.choice(self.hub_names)
        parent = self.hubs.pids[name]
        if what == "worker":
            workers = Path(f"/proc/{parent}/task/{parent}/children").read_text("ascii").split()
            if workers:
                os.kill(int(self.random.choice(workers)), signal.SIGKILL)
            return
        if what == "hub":
            os.killpg(parent, signal.SIGKILL)
            self.hubs.wait_until(
                lambda: self.hubs.count("gone", name) == self.hubs.count("pid", name), f"{name} is gone"
            )
        else:
            self.hubs.kill(name)
        self.start_hub(name)

    def rage(self, kills: int, pause: float = 0.4) -> None:
        """Kill so often, at moments that nobody chose."""
        for name in STATIONS:
            self.start_station(name)
        for name in STATIONS:
            self.stations.wait_until(lambda name=name: self.said(name), f"{name} has lent")
        for _ in range(kills):
            time.sleep(self.random.uniform(0, 2 * pause))
            self.kill_somebody()

    def heal(self) -> None:
        """Kill the stations once more, let everything through, and wait until each has sent all."""
        for name in STATIONS:
            self._kill_if_there(self.stations, name)
        self.line.heal()
        for name in STATIONS:
            self.start_station(name, "send")
        for name in STATIONS:
            self.stations.wait_until(lambda name=name: self.stations.count("sent", name), f"{name} has sent all")

    # --- what they say, and what there is

    def said(self, name: str) -> list[tuple[int, str]]:
        """Return number and hash of what the station's screen has confirmed."""
        return [(int(words[1]), words[2]) for words in self.stations.heard[name] if words[0] == "said"]

    def held(self, name: str) -> list[tuple[int, int]]:
        """Return up to where the station knew that the hub holds its journal, and when (Unix ms)."""
        return [(int(words[1]), int(words[2])) for words in self.stations.heard[name] if words[0] == "held"]

    def look(self) -> Found:
        """Stop the hubs, and compare what is in the database with what the stations have."""
        for name in self.hub_names:
            self.stop_hub(name)
        facts = self._ask("look")
        found = Found()
        for name in STATIONS:
            self._compare(name, facts["entries"].get(name, []), found)
        self._leftovers(facts, found)
        return found

    def _compare(self, name: str, rows: list[list[Any]], found: Found) -> None:
        at_hub = {(seq, digest): received for seq, digest, received in rows}
        mine = set(_journal(self.folder / name / "station.db"))
        confirmed = set(self.said(name))
        found.entries += len(mine)
        found.confirmed += len(confirmed)
        found.lost += [f"{name}/{seq}" for seq, digest in sorted((mine | confirmed) - at_hub.keys())]
        often = Counter(seq for seq, _, _ in rows)
        found.doubled += [f"{name}/{seq}" for seq, times in often.items() if times > 1]
        found.doubled += [f"{name}/{seq}" for seq, digest in sorted(at_hub.keys() - mine)]
        received = self.received[name] = {seq: at for (seq, _), at in at_hub.items()}
        before = 0
        for upto, at in self.held(name):
            late = [seq for seq in range(before + 1, upto + 1) if received.get(seq, at + 1) > at]
            found.acknowledged_too_early += [f"{name}/{seq}" for seq in late]
            before = max(before, upto)

    def _leftovers(self, facts: dict[str, Any], found: Found) -> None:
        for what in ("waiting", "idle", "aside", "cases", "half", "locks", "refold_differs"):
            if facts[what]:
                found.leftovers.append(f"{what}: {facts[what]}")
        known = {"hub.sqlite3", "secret.key", "seal.key", "card.key"}
        known |= {f"hub.sqlite3{ending}" for ending in ("-wal", "-shm", ".turn", ".door", ".gate")}
        found.leftovers += sorted({file.name for file in (self.folder / "hub").iterdir()} - known)
        for name in STATIONS:
            found.leftovers += [f"{name}/{file.name}" for file in (self.folder / name).glob("*.new")]
        for log in ("hub.log", "stations.log"):
            if "Traceback" in (self.folder / log).read_text("utf-8"):
                found.leftovers.append(f"a traceback in {log}")

    def _next_hub(self) -> Address:
        return ("127.0.0.1", self._ports[next(self._turns)])

    def _kill_if_there(self, host: Host, name: str) -> None:
        if host.count("pid", name) > host.count("gone", name):
            host.kill(name)

    def command(self, *words: object) -> None:
        """Run one of the hub's commands to its end, beside whatever is served."""
        done = self.hubs.count("gone", "command")
        self.hubs.order("command", "command", *words)
        self.hubs.wait_until(lambda: self.hubs.count("gone", "command") > done, f"{words[0]} is done")

    def _ask(self, order: str) -> dict[str, Any]:
        """Have something done to the database by a process of its own, and return what it leaves."""
        file = self.folder / f"{order}.json"
        self.hubs.order(order, order, file)
        self.hubs.wait_until(lambda: self.hubs.count("gone", order), f"{order} is done")
        assert file.exists(), (self.folder / "hub.log").read_text("utf-8")[-3000:]
        answer: dict[str, Any] = json.loads(file.read_text("utf-8"))
        return answer


def _journal(database: Path) -> list[tuple[int, str]]:
    with sqlite3.connect(database) as db:
        rows = db.execute("SELECT seq, hash FROM journal ORDER BY seq").fetchall()
    db.close()
    return rows
