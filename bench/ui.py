"""The screen as a person meets it: how soon it can be touched and answers, what it costs while nobody is there.

The real program (`kiosk.run.run`) runs in a process of its own, with its window drawn off screen, its database on
the disk the repository is on, and simulated devices in another process whose bytes go through the real drivers.
Times are taken from the input (the card laid down, the finger lifted) to the flip of the frame that shows the
answer. Beside it, in turn, a bare Kivy window with one label.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import Any

from bench.figures import Figure, percentile
from bench.throwaway import ROOT, NotThereError, run, say, server, throw_away_folder
from bench.ui_visits import EVERY, SETTLED

STARTS = 5
IDLE_SECONDS = 25
ROUNDS = 60
VISITS = 2000

GOAL_START_S = 1.5
GOAL_ANSWER_MS = 150.0
GOAL_IDLE = 2.0
GOAL_MB = 170.0
GOAL_GROWTH_MB = 5.0

Found = Mapping[str, Any]


def run_ui(
    visits: int = VISITS, rounds: int = ROUNDS, idle: float = IDLE_SECONDS, starts: int = STARTS
) -> list[Figure]:
    """Return all figures of the screen."""
    with throw_away_folder() as folder:
        station = folder / "station"
        station.mkdir()
        _module(folder, "bench.ui_world", station)
        with _devices(folder) as devices:
            ours, bare = [], []
            for number in range(starts):
                say(f"start {number + 1} of {starts}, and a bare window")
                ours.append(_program(folder, station, devices))
                bare.append(_bare(folder))
            say(f"{idle:.0f} s with nobody there, then {rounds} visits; and the bare window")
            life = _program(folder, station, devices, idle, rounds)
            label = _bare(folder, idle, rounds)
        say(f"{visits} visits without a pause")
        long = _module(folder, "bench.ui_visits", station, visits)
    return figures(ours, bare, life, label, long)


def figures(ours: Sequence[Found], bare: Sequence[Found], life: Found, label: Found, long: Found) -> list[Figure]:
    """Return what was found as figures beside their goals."""
    if long["faults"]:
        raise RuntimeError(f"{long['faults']} screens could not be drawn")
    start, bare_start = (median(found["first_frame_s"] for found in runs) for runs in (ours, bare))
    touchable = median(found["touchable_s"] for found in ours)
    loan = [scan + touch for scan, touch in zip(life["borrow_ms"], life["confirmed_ms"], strict=True)]
    settled, last = long["after_mb"][min(SETTLED // EVERY, len(long["after_mb"])) - 1], long["after_mb"][-1]
    count = len(long["after_mb"]) * EVERY
    return [
        Figure("start to the idle screen drawn", start, "s", bare_start),
        Figure("start to the first touch answered", touchable, "s", None, GOAL_START_S),
        *_times("card laid down to account drawn", life["account_ms"], GOAL_ANSWER_MS),
        *_times("scan of a return to confirmed drawn", life["returned_ms"], GOAL_ANSWER_MS),
        *_times("scan, then touch of a loan, to confirmed drawn", loan, GOAL_ANSWER_MS),
        *_times("bare window: a label changed", label["label_ms"]),
        Figure("processor while nobody is there, of one core", life["idle_cpu"], "%", None, GOAL_IDLE),
        Figure("the same beside a bare window", life["idle_cpu"], "%", label["idle_cpu"]),
        Figure(f"memory after {count} visits", last, "MB", None, GOAL_MB),
        Figure("the same beside a bare window", last, "MB", label["mb"]),
        Figure(f"memory grown from visit {SETTLED} to {count}", last - settled, "MB", None, GOAL_GROWTH_MB),
    ]


def _times(name: str, values: Sequence[float], goal: float | None = None) -> list[Figure]:
    return [
        Figure(f"{name}, p50", percentile(values, 0.5), "ms"),
        Figure(f"{name}, p95", percentile(values, 0.95), "ms", None, goal),
    ]


@contextmanager
def _devices(folder: Path) -> Iterator[Path]:
    """Run a simulated reader and scanner in a process of their own until the block ends."""
    devices = folder / "devices"
    command = [sys.executable, "-m", "hardware.simulate", "--dir", devices]
    with server(command, folder / "devices.log", {"PYTHONPATH": str(ROOT)}):
        until = time.monotonic() + 10
        while not (devices / "control").exists():
            if time.monotonic() > until:
                raise NotThereError("the simulated devices did not start")
            time.sleep(0.02)
        yield devices


def _program(folder: Path, station: Path, devices: Path, idle: float = 0, rounds: int = 0) -> Found:
    return _module(folder, "bench.ui_program", station, devices, time.monotonic(), idle, rounds)


def _bare(folder: Path, idle: float = 0, rounds: int = 0) -> Found:
    return _module(folder, "bench.ui_bare", folder / "kivy", time.monotonic(), idle, rounds)


def _module(folder: Path, name: str, *arguments: object) -> Found:
    """Run a module of ours to its end and return what it found. Raises NotThereError with its complaint."""
    told = run([sys.executable, "-m", name, *map(str, arguments)], folder, {"PYTHONPATH": str(ROOT)})
    found: Found = json.loads(told or "{}")
    return found
