"""Several processes that draw at once, and how far they are."""

from __future__ import annotations

import json
import queue
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import IO, Any

from kiosk.ui.gallery.findings import Example, Measured
from kiosk.ui.gallery.looks import Look

_TELL_SECONDS = 2.0


@dataclass(slots=True)
class Tally:
    """What is drawn so far. `failed` names what could not be drawn, `examples` tells what was measured, `pages`
    how many pages each has that has more than one, by `folder/name`.
    """

    wanted: int
    drawn: int = 0
    bytes: int = 0
    examples: list[Example] = field(default_factory=list)
    pages: dict[str, int] = field(default_factory=dict)
    failed: list[str] = field(default_factory=list)
    began: float = field(default_factory=time.monotonic)

    @property
    def seconds(self) -> float:
        """Seconds since the beginning."""
        return time.monotonic() - self.began

    def line(self) -> str:
        """Return how far it is, how fast, and how long it will take at that speed."""
        done = self.drawn + len(self.failed)
        speed = done / max(0.1, self.seconds)
        left = (self.wanted - done) / speed if speed else 0
        size = self.bytes / 1e6 * self.wanted / max(1, self.drawn)
        found = sum(len(one.measured.findings) for one in self.examples)
        more = f", {found} findings" if self.examples else f", about {size:.0f} MB"
        return f"{done} of {self.wanted} pictures, {speed:.0f} a second, {_clock(left)} left{more}"


def _clock(seconds: float) -> str:
    return f"{seconds // 60:.0f}:{seconds % 60:02.0f}"


@dataclass(frozen=True, slots=True)
class Wish:
    """What is made of each example: a picture, sheets of them, and whether it is measured."""

    pictures: bool = True
    sheets: bool = False
    measure: bool = False


def draw_all(
    out: Path, looks: Sequence[Look], names: Sequence[str], wish: Wish, *, jobs: int, tell: Callable[[str], None]
) -> Tally:
    """Draw every example in every look with `jobs` processes; return what came of it. `tell` hears how far it is."""
    tally = Tally(len(looks) * len(names))
    waiting: queue.SimpleQueue[Look] = queue.SimpleQueue()
    for look in looks:
        waiting.put(look)
    lock = threading.Lock()

    def work() -> None:
        _serve(waiting, {"out": str(out), "names": list(names), **asdict(wish)}, tally, lock)

    threads = [threading.Thread(target=work, daemon=True) for _ in range(min(jobs, len(looks)))]
    for thread in threads:
        thread.start()
    while any(thread.is_alive() for thread in threads):
        for thread in threads:
            thread.join(_TELL_SECONDS / len(threads))
        tell(tally.line())
    return tally


def _serve(waiting: queue.SimpleQueue[Look], wanted: dict[str, Any], tally: Tally, lock: threading.Lock) -> None:
    """Hand one process look after look; what it leaves undone because it ended counts as failed."""
    with subprocess.Popen(
        [sys.executable, "-m", "kiosk.ui.gallery.draw"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        if process.stdin is None or process.stdout is None:
            raise RuntimeError("a process without pipes")
        while True:
            try:
                look = waiting.get_nowait()
            except queue.Empty:
                return
            order = {**wanted, "look": _plain(look)}
            left = set(wanted["names"]) - _order(process.stdin, process.stdout, order, look, tally, lock)
            with lock:
                tally.failed += [f"{look.folder}/{name}: the process ended" for name in sorted(left)]


def _order(
    to: IO[str], answers: IO[str], order: dict[str, Any], look: Look, tally: Tally, lock: threading.Lock
) -> set[str]:
    done: set[str] = set()
    try:
        to.write(json.dumps(order) + "\n")
        to.flush()
    except OSError:
        return done
    for line in answers:
        answer = json.loads(line)
        if not answer:
            break
        done.add(answer["name"])
        with lock:
            if "why" in answer:
                tally.failed.append(f"{look.folder}/{answer['name']}: {answer['why']}")
            else:
                tally.drawn += 1
                tally.bytes += answer["bytes"]
                if answer["pages"] > 1:
                    tally.pages[f"{look.folder}/{answer['name']}"] = answer["pages"]
                if answer["measured"] is not None:
                    measured = Measured.from_dict(answer["measured"])
                    tally.examples.append(Example(look.folder, answer["name"], measured))
    return done


def _plain(look: Look) -> dict[str, Any]:
    return {key: value for key, value in look.as_dict().items() if key not in {"shape", "folder"}}
