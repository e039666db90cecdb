"""Stations to be killed while they sync. Reads lines, one order each, and forks a process for each:

`lend NAME FOLDER PORT KIND` a station that lends and takes back without end, and syncs through the port
`send NAME FOLDER PORT KIND` a station that only sends what waits, and ends when nothing does

Each prints `said NAME SEQ HASH` whenever its screen has said yes, and `held NAME SEQ MS` when it knows that the hub
holds more, with the time. `pid NAME N`, `sent NAME` and `gone NAME` tell of its life. `KIND` is `real`, or a planted
defect.
"""

import os
import threading
import time
from itertools import cycle
from pathlib import Path

from kill.forking import fork_for_each_line, say
from kill.stations_known import items_of

from kiosk.desk.views import ConfirmedView, ReturnedView, ThanksView
from kiosk.settings import Settings
from kiosk.station import Station
from lending.errors import TryLater
from lending.nouns import Condition
from lending.visit import CardShown, ConditionGiven, ConfirmLoan, Done, ItemScanned, RestIsHere, UndoNewest
from sync.agent.agent import Agent, Pace
from sync.protocol import Receipt

CARDS = ("N999000001", "N999000004")
LOOK_SECONDS = 0.02
PACE = Pace(every=0.05, feed_every=1.0, first_wait=0.02, longest_wait=0.2)
"""A network that comes back is used at once here; how long real stations wait is no matter."""


honest_push = Agent.push


def push_and_believe_in_silence(agent):
    """Planted defect: drop what was sent, whether the hub answered or not."""
    wires = agent._outbox.waiting(500)
    try:
        return honest_push(agent)
    except TryLater:
        if wires:
            agent._outbox.acknowledge(Receipt(int(wires[-1]["seq"]), (), 0))
        raise


PUSHES = {"real": honest_push, "believes": push_and_believe_in_silence}


class Life:
    """One life of a station, until it is killed or has sent all."""

    def __init__(self, name, folder, port, kind):
        self.name = name
        self.folder = folder
        Agent.push = PUSHES[kind]
        self.station = Station(Settings(data_dir=folder, hub_url=f"http://127.0.0.1:{port}"), self.show, pace=PACE)
        self.desk = self.station.desk

    def show(self, view):
        """Tell of a yes on the screen; called by the desk's own thread, right after the commit."""
        if isinstance(view, ConfirmedView | ReturnedView | ThanksView):
            place = self.desk._store.place
            say("said", self.name, place.seq, place.head)

    def watch(self):
        """Tell how much the station knows the hub to hold."""
        held = -1
        while True:
            now = self.desk.ask(lambda store: store.acknowledged)
            if now != held:
                held = now
                say("held", self.name, held, time.time_ns() // 1_000_000)
            time.sleep(LOOK_SECONDS)

    def lend(self):
        """Serve visit after visit, for ever."""
        for n, item in enumerate(cycle(items_of(self.name))):
            reference, sealed = self.station._identity.card(CARDS[n % 2])
            scan = ItemScanned(item)
            lend = (CardShown(reference, sealed), scan, RestIsHere(), ConfirmLoan())
            again = (UndoNewest(), scan, RestIsHere(), ConfirmLoan()) if n % 5 == 0 else ()
            for given in (*lend, *again, Done(), scan, ConditionGiven(Condition.OK), Done()):
                self.desk.submit(given)
            self.desk.ask(lambda _: None)
            time.sleep(0.03)

    def send(self):
        """Wait until the hub holds all."""
        while self.desk.ask(lambda store: store.waiting_count()):
            time.sleep(LOOK_SECONDS)
        say("held", self.name, self.desk.ask(lambda store: store.acknowledged), time.time_ns() // 1_000_000)
        self.station.stop()
        say("sent", self.name)


def live(order, name, folder, port, kind):
    """Live as ordered."""
    say("pid", name, os.getpid())
    life = Life(name, Path(folder), int(port), kind)
    life.station.start()
    if order == "send":
        life.send()
        return
    threading.Thread(target=life.watch, daemon=True).start()
    life.lend()


if __name__ == "__main__":
    fork_for_each_line(live)
