"""A station the hub does not allow any more stays closed through a restart."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from support import scripted_hub as hub_that
from support.desks import ANNA_COMES, Eyes
from support.journals import make_identity
from support.library import BOOT, HAMMER, HERE, NOON, SAW, make_feed

from hardware.clock import SimulatedClock
from kiosk.desk.views import ConfirmedView, IdleView, ReturnedView, ReturnsOnlyView, ShutOut
from kiosk.settings import Settings
from kiosk.station import Station
from kiosk.store.station_store import StationStore
from lending.visit import ConfirmLoan, ConfirmReturn, Done, ItemScanned, RestIsHere
from sync.agent.agent import Pace
from sync.agent.identity import Identity, save

PACE = Pace(every=0.05, feed_every=0.1, beat_every=60.0, first_wait=0.05, longest_wait=0.1)


class Unit:
    """A station without devices, at a hub that answers each call with `status`, or takes it if that is 200."""

    def __init__(self, folder: Path, hub: hub_that.ScriptedHub) -> None:
        self.folder, self.hub, self.status = folder, hub, 200
        hub.answer = self.answer
        self.identity = make_identity(HERE)
        store = StationStore.open(folder / "station.db", HERE)
        store.take_feed(make_feed())
        store.close()
        self.start()

    def answer(self, handler: Any, hub: hub_that.ScriptedHub, sent: Any) -> None:
        if self.status == 200:
            hub_that.receipt(handler, hub, sent)
        elif self.status == 401:
            hub_that.does_not_allow(401)(handler, hub, sent)
        else:
            hub_that.says(self.status)(handler, hub, sent)

    def start(self, identity: Identity | None = None) -> None:
        """Switch on, as whoever it is by then."""
        self.identity = identity or self.identity
        save(self.folder, self.identity)
        self.eyes = Eyes()
        clock = SimulatedClock(NOON, boot=BOOT, up_ms=3_600_000)
        settings = Settings(data_dir=self.folder, hub_url=self.hub.url)
        self.station = Station(settings, self.eyes, clock=clock, pace=PACE)
        self.station.start()
        self.eyes.see(IdleView)

    def shows(self, shut_out: ShutOut) -> None:
        """Wait until the screen knows that."""
        self.eyes.see(IdleView, lambda view: view.status.shut_out is shut_out)

    def lends(self) -> bool:
        """Let Anna try to borrow a hammer; return whether it was lent."""
        for given in (ANNA_COMES, ItemScanned(HAMMER.code), RestIsHere(), ConfirmLoan()):
            self.station.desk.submit(given)
        loans = "SELECT count(*) FROM journal WHERE kind = 'loan'"
        ((lent,),) = self.station.desk.ask(lambda store: list(store.db.conn.execute(loans)))
        assert any(isinstance(view, ConfirmedView if lent else ReturnsOnlyView) for view in self.eyes.views)
        self.station.submit(Done())
        self.station.submit(Done())
        self.eyes.see(IdleView)
        return bool(lent)


@pytest.fixture
def unit(tmp_path: Path) -> Iterator[Unit]:
    with hub_that.scripted_hub() as hub:
        made = Unit(tmp_path, hub)
        yield made
        made.station.stop()


def stays_closed(unit: Unit) -> bool:
    """Let the hub revoke the station and go silent; return whether nothing is lent after a restart."""
    unit.status = 401
    unit.shows(ShutOut.NOT_ALLOWED)
    unit.status = 503
    unit.station.stop()
    unit.start()
    return not unit.lends()


def test_a_revoked_station_that_starts_again_lends_nothing(unit: Unit) -> None:
    """Without network since the restart, it says so to staff, lends nothing, and takes things back."""
    assert stays_closed(unit)
    assert unit.eyes.see(IdleView).status.shut_out is ShutOut.NOT_ALLOWED
    unit.station.desk.submit(ItemScanned(SAW.code))
    unit.station.submit(ConfirmReturn())
    unit.eyes.see(ReturnedView)


def test_a_station_that_does_not_keep_it_is_caught(unit: Unit, monkeypatch: pytest.MonkeyPatch) -> None:
    """Planted defect: what the hub said is known in memory alone."""

    def in_memory(_store: StationStore, _identity: str, *, barred: bool) -> None:
        assert barred

    monkeypatch.setattr(StationStore, "note_barred", in_memory)
    assert not stays_closed(unit)


def test_it_ends_when_the_hub_takes_it_again(unit: Unit) -> None:
    """Once the hub answers the station as one of its own it lends, also after another restart without network."""
    assert stays_closed(unit)
    unit.status = 200
    unit.shows(ShutOut.NO)
    unit.status = 503
    unit.station.stop()
    unit.start()
    assert unit.lends()


def test_a_new_identity_begins_allowed(unit: Unit) -> None:
    """A station that was let in again with a new code lends from its first start on, though the hub is silent."""
    assert stays_closed(unit)
    unit.station.stop()
    unit.start(make_identity(HERE))
    assert unit.lends()
