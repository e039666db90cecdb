"""A whole station without devices at a scripted hub: switched on and off, and asked to lend."""

from __future__ import annotations

from abc import ABC, abstractmethod
from pathlib import Path
from typing import Any

from hardware.clock import SimulatedClock
from kiosk.desk.views import ConfirmedView, IdleView, ReturnsOnlyView
from kiosk.settings import Settings
from kiosk.station import Station
from kiosk.store.station_store import StationStore
from lending.nouns import Item
from lending.visit import ConfirmLoan, Done, ItemScanned, RestIsHere
from support.desks import ANNA_COMES, Eyes
from support.library import BOOT, HAMMER, HERE, NOON, make_feed
from support.scripted_hub import ScriptedHub
from sync.agent.agent import Pace
from sync.agent.identity import Identity, save


class Unit(ABC):
    """It starts as `identity`, at a hub that answers as `answer` says."""

    def __init__(self, folder: Path, hub: ScriptedHub, identity: Identity, pace: Pace) -> None:
        self.folder, self.hub, self.pace = folder, hub, pace
        hub.answer = self.answer
        store = StationStore.open(folder / "station.db", HERE)
        store.take_feed(make_feed())
        store.close()
        self.start(identity)

    @abstractmethod
    def answer(self, handler: Any, hub: ScriptedHub, sent: Any) -> None:
        """Answer a call to the hub."""

    def start(self, identity: Identity | None = None) -> None:
        """Switch on; as whoever `identity` says, if it was let in anew."""
        if identity is not None:
            save(self.folder, identity)
        self.eyes = Eyes()
        clock = SimulatedClock(NOON, boot=BOOT, up_ms=3_600_000)
        settings = Settings(data_dir=self.folder, hub_url=self.hub.url)
        self.station = Station(settings, self.eyes, clock=clock, pace=self.pace)
        self.station.start()
        self.eyes.see(IdleView)

    def restart(self, identity: Identity | None = None) -> None:
        """Go off, as at a power cut or an update, and come up again."""
        self.station.stop()
        self.start(identity)

    def lends(self, item: Item = HAMMER) -> bool:
        """Let Anna try to borrow an item; return whether it was lent."""
        before, seen = len(self.loans()), len(self.eyes.views)
        for given in (ANNA_COMES, ItemScanned(item.code), RestIsHere(), ConfirmLoan()):
            self.station.desk.submit(given)
        lent = len(self.loans()) > before
        answer = ConfirmedView if lent else ReturnsOnlyView
        assert any(isinstance(view, answer) for view in self.eyes.views[seen:])
        self.station.submit(Done())
        self.station.submit(Done())
        self.eyes.see(IdleView)
        return lent

    def loans(self) -> list[str]:
        """Return the ids of the loans in its journal."""
        rows = "SELECT entry_id FROM journal WHERE kind = 'loan'"
        return [entry for (entry,) in self.station.desk.ask(lambda store: list(store.db.conn.execute(rows)))]
