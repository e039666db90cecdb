"""Stations to be killed. Reads a line `PATH STORE`, starts a station of that kind on that file, and goes on reading.

Each station is a process of its own that lends and takes back as fast as it can. Whenever the screen has said yes it
prints the number and the hash of the newest entry. When it is dead, `gone` is printed.
"""

import os
import sys
import time
from itertools import cycle
from pathlib import Path

from support.library import ANNA, BERIT, BOOT, DRILL, HAMMER, HERE, SAW, make_feed

from kiosk.desk.views import ConfirmedView, ReturnedView, ThanksView, View
from kiosk.desk.worker import Desk
from kiosk.store.station_store import StationStore
from lending.nouns import Condition
from lending.times import Reading
from lending.visit import CardShown, ConditionGiven, ConfirmLoan, Done, ItemScanned, RestIsHere, UndoNewest


class LateStore(StationStore):
    """Planted defect: says that it has committed, but commits only every other time."""

    held = 0

    def commit(self, drafts, at, trace=None):
        """Return as if the entries were on the disk."""
        if not self.db.conn.in_transaction:
            self.db.conn.execute("BEGIN")
            self.held = 0
        entries = super().commit(drafts, at, trace)
        self.held += bool(entries)
        if self.held == 2:
            self.db.conn.execute("COMMIT")
        return entries


STORES = {"real": StationStore, "late": LateStore}


def read_clock():
    """Return this machine's clocks."""
    return Reading(time.time_ns() // 1_000_000, BOOT, time.monotonic_ns() // 1_000_000, synced=True)


def live(path, kind):
    """Serve visit after visit, for ever."""
    store = STORES[kind].open(path, HERE)
    store.take_feed(make_feed())

    def show(view: View) -> None:
        if isinstance(view, ConfirmedView | ReturnedView | ThanksView):
            os.write(1, f"{store.place.seq} {store.place.head}\n".encode())

    desk = Desk(store, read_clock, show)
    desk.start()
    for card, item in cycle([(ANNA, DRILL), (BERIT, HAMMER), (ANNA, SAW), (BERIT, DRILL)]):
        scan = ItemScanned(item.code)
        lend = (CardShown(card), scan, RestIsHere(), ConfirmLoan())
        back = (Done(), scan, ConditionGiven(Condition.OK), Done())
        for given in (*lend, UndoNewest(), scan, RestIsHere(), ConfirmLoan(), *back):
            desk.submit(given)
        desk.ask(lambda _: None)


def main():
    """Start a station for each line."""
    for line in sys.stdin:
        path, kind = line.split()
        station = os.fork()
        if station == 0:
            os.write(1, f"pid {os.getpid()}\n".encode())
            try:
                live(Path(path), kind)
            finally:
                os._exit(1)
        os.waitpid(station, 0)
        os.write(1, b"\ngone\n")


if __name__ == "__main__":
    main()
