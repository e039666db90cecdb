"""What the hub says of a forked journal holds at the station through a restart."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from support import scripted_hub as hub_that
from support.desks import ANNA_COMES, Eyes
from support.journals import make_identity
from support.library import ANNA, BOOT, HAMMER, HERE, NOON, SAW, make_feed
from support.waiting import until

from hardware.clock import SimulatedClock
from kiosk.desk.views import ConfirmedView, IdleView, ReturnedView, ReturnsOnlyView, ShutOut
from kiosk.settings import Settings
from kiosk.station import Station
from kiosk.store.station_store import StationStore
from lending.nouns import Item
from lending.visit import ConfirmLoan, Done, ItemScanned, RestIsHere
from sync.agent.agent import Pace
from sync.agent.identity import save
from sync.heartbeat import Order, Reply, reply_to_plain

PACE = Pace(every=0.05, feed_every=60.0, beat_every=0.05, first_wait=0.05, longest_wait=0.1)
FORKED = Reply(NOON, 0, forked=True, orders=())
WHOLE = replace(FORKED, forked=False)
UNSAID = replace(WHOLE, held=None)
OTHER_LIVES_ON = replace(UNSAID, orders=(Order.ENROL_ANEW,))


class Unit:
    """A station without devices, at a hub whose answer to heartbeats is `reply`; None: the hub is silent."""

    def __init__(self, folder: Path, hub: hub_that.ScriptedHub) -> None:
        self.folder, self.hub = folder, hub
        self.reply: Reply | None = WHOLE
        self.beats = 0
        hub.answer = self.answer
        self.enrol(1)
        store = StationStore.open(folder / "station.db", HERE)
        store.take_feed(make_feed())
        store.close()
        self.start()

    def enrol(self, epoch: int) -> None:
        save(self.folder, replace(make_identity(HERE), epoch=epoch))

    def answer(self, handler: Any, hub: hub_that.ScriptedHub, sent: Any) -> None:
        if self.reply is None:
            hub_that.says(503)(handler, hub, sent)
        elif handler.path == "/api/heartbeat":
            self.beats += 1
            hub_that.says(200, json.dumps(reply_to_plain(self.reply)).encode())(handler, hub, sent)
        else:
            hub_that.receipt(handler, hub, sent)

    def start(self) -> None:
        self.eyes = Eyes()
        clock = SimulatedClock(NOON, boot=BOOT, up_ms=3_600_000)
        self.station = Station(
            Settings(data_dir=self.folder, hub_url=self.hub.url), self.eyes, clock=clock, pace=PACE
        )
        self.station.start()
        self.eyes.see(IdleView)

    def restart(self) -> None:
        """Go off, as at a power cut or an update, and come up again."""
        self.station.stop()
        self.start()

    def hears(self, reply: Reply) -> None:
        """Wait until the hub has said this, and once more so that what was said first is kept."""
        self.reply = reply
        before = self.beats
        until(lambda: self.beats >= before + 3)

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
        rows = "SELECT entry_id FROM journal WHERE kind = 'loan'"
        return [entry for (entry,) in self.station.desk.ask(lambda store: list(store.db.conn.execute(rows)))]


@pytest.fixture
def unit(tmp_path: Path) -> Iterator[Unit]:
    with hub_that.scripted_hub() as hub:
        made = Unit(tmp_path, hub)
        yield made
        made.station.stop()


def stays_closed(unit: Unit) -> bool:
    """Let the hub say that the journal is forked and go silent; return whether nothing is lent after a restart."""
    unit.hears(FORKED)
    unit.eyes.see(IdleView, lambda view: view.status.shut_out is ShutOut.FORKED)
    unit.reply = None
    unit.restart()
    return not unit.lends()


def test_a_forked_station_that_starts_again_lends_nothing(unit: Unit) -> None:
    """Without network since the restart, it says so to staff, lends nothing, and takes things back."""
    assert unit.lends(SAW)
    assert stays_closed(unit)
    assert unit.eyes.see(IdleView).status.shut_out is ShutOut.FORKED
    unit.station.desk.submit(ItemScanned(SAW.code))
    unit.eyes.see(ReturnedView)
    assert unit.station.desk.ask(lambda store: store.ledger(SAW.code)).open_loans == ()


def test_a_station_that_does_not_keep_it_is_caught(unit: Unit, monkeypatch: pytest.MonkeyPatch) -> None:
    """Planted defect: what the hub said is known in memory alone."""

    def in_memory(store: StationStore, *, forked: bool) -> None:
        store._meta["forked"] = str(store.place.epoch) if forked else ""

    monkeypatch.setattr(StationStore, "note_forked", in_memory)
    assert not stays_closed(unit)


def test_other_news_of_the_hub_opens_nothing(unit: Unit) -> None:
    """After the restart a hub that takes batches, but has not said a word about the fork, does not end it."""
    assert stays_closed(unit)
    unit.hears(UNSAID)
    assert not unit.lends()
    unit.hears(OTHER_LIVES_ON)
    assert not unit.lends()


def test_it_ends_when_the_hub_says_so(unit: Unit) -> None:
    """Once the hub holds this journal unforked again the station lends, also after another restart."""
    assert stays_closed(unit)
    unit.hears(WHOLE)
    unit.eyes.see(IdleView, lambda view: view.status.shut_out is ShutOut.NO)
    unit.reply = None
    unit.restart()
    assert unit.lends()


def test_a_new_epoch_begins_unforked(unit: Unit) -> None:
    """The unit that staff chose lends from its first start in the new epoch on, though the hub is silent."""
    assert stays_closed(unit)
    unit.station.stop()
    unit.enrol(3)
    unit.start()
    assert unit.lends()
    assert unit.station.desk.ask(lambda store: store.loans_of(ANNA))
