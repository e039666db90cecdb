"""A station that lends for a long time: `FOLDER ENTRIES SAMPLES [leak]`. Prints a line of JSON at each sample.

The whole way of a loan is walked, from the card to the view, with the agent's questions in between.
`leak` plants a defect: every view is kept and a file is left open at each sample.
"""

import gc
import json
import os
import sys
from itertools import cycle
from pathlib import Path

from support.library import ANNA, BERIT, BOOT, HAMMER, HERE, MORE, NOON, make_feed

from hardware.clock import SimulatedClock
from kiosk.desk.worker import Desk
from kiosk.store.station_store import StationStore
from lending.nouns import Condition
from lending.times import Reading
from lending.visit import CardShown, ConditionGiven, ConfirmLoan, Done, ItemScanned
from sync.protocol import Receipt

ENTRIES_A_VISIT = 3


def measure():
    """Return the memory in use (kB) and how many files are open."""
    gc.collect()
    status = Path("/proc/self/status").read_text(encoding="ascii")
    rss = next(line.split()[1] for line in status.splitlines() if line.startswith("VmRSS"))
    return int(rss), len(list(Path("/proc/self/fd").iterdir()))


def send(store):
    """Do what the agent does: ask for what waits, and note that the hub has it."""
    waiting = store.waiting(500)
    if waiting:
        store.acknowledge(Receipt(waiting[-1]["seq"], (), 0))


def main():
    """Lend and take back, so many entries long."""
    folder, entries, samples, *leak = sys.argv[1:]
    clock = SimulatedClock(NOON, boot=BOOT, up_ms=3_600_000)
    store = StationStore.open(Path(folder) / "station.db", HERE)
    store.take_feed(make_feed())
    kept = []

    def read_clock():
        now = clock.read()
        return Reading(now.wall_ms, now.boot, now.up_ms, now.synced)

    desk = Desk(store, read_clock, kept.append if leak else lambda _: None, software="long life")
    desk.start()
    visits = int(entries) // ENTRIES_A_VISIT
    every = visits // int(samples)
    people, things = cycle((ANNA, BERIT)), cycle((HAMMER, *MORE))
    for visit in range(1, visits + 1):
        card, thing = next(people), next(things)
        for given in (CardShown(card), ItemScanned(thing.code), ConfirmLoan(), Done()):
            desk.submit(given)
        for given in (ItemScanned(thing.code), ConditionGiven(Condition.OK), Done()):
            desk.submit(given)
        clock.advance(20)
        if visit % 30 == 0:
            desk.ask(send)
        if visit % every == 0:
            if leak:
                kept.append(open(__file__))  # noqa: PTH123, SIM115 - the defect
            rss, files = desk.ask(lambda _: measure())
            said = {"entries": desk.ask(lambda s: s.place.seq), "rss_kb": rss, "files": files}
            os.write(1, json.dumps(said).encode() + b"\n")
    desk.stop()
    os._exit(0)


if __name__ == "__main__":
    main()
