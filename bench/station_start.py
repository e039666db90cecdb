"""One start of a large station, in a process of its own: `PATH STATION ITEM CARD`. Prints figures as JSON."""

from __future__ import annotations

import time

BEGAN = time.perf_counter()

import json  # noqa: E402 - what is imported is part of a start
import sys  # noqa: E402
from dataclasses import asdict  # noqa: E402
from pathlib import Path  # noqa: E402

from bench.figures import Figure  # noqa: E402
from kiosk.desk.facts import DeskFacts  # noqa: E402
from kiosk.desk.worker import Desk  # noqa: E402
from kiosk.store.station_store import StationStore  # noqa: E402
from lending.times import Reading  # noqa: E402
from lending.visit import CardShown, ConfirmLoan, Done, ItemScanned  # noqa: E402

GOAL_READY_S = 1.0
GOAL_RSS_MB = 90.0


def resident_mb() -> float:
    """Return the memory in use."""
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return int(next(line.split()[1] for line in lines if line.startswith("VmRSS"))) / 1024


def main() -> None:
    """Open the station, ask the first facts, then serve a hundred visits."""
    path, station, code, card = sys.argv[1:]
    imported = time.perf_counter()
    store = StationStore.open(Path(path), station)
    at = Reading(int(time.time() * 1000), "c" * 32, 1000, synced=True)
    facts = DeskFacts(store, at)
    facts.item(code)
    facts.ledger(code)
    facts.loans_of(card)
    facts.card(card)
    store.here_by_category()
    ready = time.perf_counter()
    desk = Desk(store, lambda: at, lambda _: None, software="bench")
    desk.start()
    for _ in range(100):
        for given in (CardShown(card), ItemScanned(code), ConfirmLoan(), Done(), ItemScanned(code), Done()):
            desk.submit(given)
        desk.ask(lambda _: None)
    resident = resident_mb()
    desk.stop()
    figures = [
        Figure("start to ready (store and first facts)", ready - imported, "s", None, GOAL_READY_S),
        Figure("imports before that", imported - BEGAN, "s"),
        Figure("memory without screen, after 100 visits", resident, "MB", None, GOAL_RSS_MB),
    ]
    sys.stdout.write(json.dumps([asdict(figure) for figure in figures]))


if __name__ == "__main__":
    main()
