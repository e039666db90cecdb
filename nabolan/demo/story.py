"""The tour's story: what a resident, a neighbour, a stranger and a power cut do to a station."""

from __future__ import annotations

import time
from dataclasses import dataclass, field

from hardware.control import ControlClient
from nabolan.demo.actor import Actor, TourStoppedError
from sync.agent.line import NetworkLine

KIT = {
    "drill": "2809901017",
    "tent": "2809901680",
    "game": "2809902003",
    "sewing": "2809901459",
    "ski": "2809901833",
}
"""Barcodes of five demo items that stand at the station of the tour."""

RESIDENT, NEIGHBOUR, BLOCKED, STRANGER = "N999000001", "N999000006", "N999000002", "N999999999"


@dataclass(slots=True)
class Measured:
    """What the story measures, in milliseconds, and what the screen confirmed."""

    card_to_account: list[float] = field(default_factory=list)
    scan_to_confirmed: list[float] = field(default_factory=list)
    commit: list[float] = field(default_factory=list)
    loans: int = 0
    returns: int = 0


class Story:
    """Plays the story on one station, with its simulated devices and a network line that can be cut."""

    def __init__(self, actor: Actor, devices: ControlClient, line: NetworkLine) -> None:
        self._actor = actor
        self._devices = devices
        self._line = line
        self.measured = Measured()

    def play(self) -> None:
        """Play it from the first card to the last entry at the hub."""
        self._first_loan()
        self._without_network()
        self._return_with_something_missing()
        self._strangers()
        self._power_cut()
        self._network_is_back()

    # --- chapters

    def _first_loan(self) -> None:
        actor = self._actor
        actor.wait("IdleView")
        actor.wait_until("waiting", 0)
        actor.look("Nobody is here. One sentence, and what is on the shelf")
        self._card(RESIDENT, "AccountView")
        actor.look("A resident lays the card on the reader")
        began = self._scan("drill", "BorrowView")
        actor.look("The drill is scanned: is everything here?")
        for part in ("Drill", "Batteri 1", "Batteri 2"):
            actor.touch(part)
        actor.look("Three parts are ticked, five wait")
        actor.touch("Alt er med")
        actor.look("All parts are here")
        self._confirm("Lån slagdrillen", began)
        actor.look("Saved on the station, with the weekday it is due")
        self._done()

    def _without_network(self) -> None:
        actor = self._actor
        self._line.cut()
        actor.wait_until("offline", value=True)
        self._reads("Uten nett", "alt virker")
        actor.look("The network is cut. The screen says so, and that everything works")
        self._card(NEIGHBOUR, "AccountView")
        began = self._scan("tent", "BorrowView")
        actor.touch("Alt er med")
        actor.look("A neighbour borrows a tent without network")
        self._confirm("Lån teltet", began)
        self._reads("Uten nett akkurat nå. Alt virker, og lånet er lagret.")
        actor.look("Confirmed without network: it is saved here")
        self._done()

    def _return_with_something_missing(self) -> None:
        actor = self._actor
        self._scan("drill", "ReturnedView")
        self.measured.returns += 1
        actor.look("The drill comes back. The thanks comes before the question")
        actor.touch("Noe mangler")
        actor.wait("WhichMissingView")
        actor.touch("Batteri 2")
        actor.look("Which part is missing? One touch")
        actor.touch("Meld fra")
        actor.wait("ThanksView")
        actor.look("Good to know. We will sort it out")
        self._done()

    def _strangers(self) -> None:
        actor = self._actor
        self._card(STRANGER, "UnknownCardView", timed=False)
        actor.look("A card the station does not know: a way in, not a wall")
        actor.touch("Lån én ting")
        began = self._scan("game", "BorrowView")
        actor.touch("Alt er med")
        self._confirm("Lån", began)
        actor.look("One provisional loan, for the library to check")
        self._done()
        self._card(BLOCKED, "CardStopView", timed=False)
        actor.look("A blocked card is told what it can do")
        self._done()

    def _power_cut(self) -> None:
        actor = self._actor
        self._card(RESIDENT, "AccountView")
        began = self._scan("sewing", "BorrowView")
        actor.touch("Alt er med")
        self._confirm("Lån", began)
        self._scan("ski", "BorrowView")
        actor.look("The next thing is half ticked when the power goes")
        self.measured.commit += actor.figures()["commit_ms"]
        actor.kill()
        actor.enter()
        actor.wait("PowerBackView")
        self._reads("Strømmen var borte.", "Symaskin", "Lagret", "Langrennspakke", "Ikke lagret")
        actor.look("The power is back: what was saved, and what was not")
        self._done()

    def _network_is_back(self) -> None:
        actor = self._actor
        self._line.mend()
        actor.wait_until("offline", value=False)
        actor.wait_until("waiting", 0)
        actor.look("The network is back. Every entry has reached the hub")
        self.measured.commit += actor.figures()["commit_ms"]

    # --- what people do

    def _card(self, number: str, view: str, *, timed: bool = True) -> None:
        began = time.monotonic()
        self._devices.send(f"place ntag {number}")
        shown = self._actor.wait(view)
        if timed:
            self.measured.card_to_account.append((shown - began) * 1000)
        self._devices.send("remove")

    def _scan(self, thing: str, view: str) -> float:
        began = time.monotonic()
        self._devices.send(f"scan {KIT[thing]}")
        self._actor.wait(view)
        return began

    def _confirm(self, words: str, began: float) -> None:
        self._actor.touch(words)
        self.measured.scan_to_confirmed.append((self._actor.wait("ConfirmedView") - began) * 1000)
        self.measured.loans += 1

    def _reads(self, *words: str) -> None:
        """Go on only if all of this stands on the screen."""
        there = self._actor.words()
        gone = [expected for expected in words if not any(expected in text for text in there)]
        if gone:
            raise TourStoppedError(f"the screen does not say {gone}; it says {there}")

    def _done(self) -> None:
        self._actor.touch("Ferdig")
        self._actor.wait("IdleView")
