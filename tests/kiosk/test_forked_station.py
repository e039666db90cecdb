"""What the hub says of a forked journal holds at the station through a restart."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from support import scripted_hub as hub_that
from support.journals import make_identity
from support.library import ANNA, HERE, NOON, SAW
from support.units import Unit
from support.waiting import until

from kiosk.desk.views import IdleView, ReturnedView, ShutOut
from kiosk.store.station_store import StationStore
from lending.visit import ItemScanned
from sync.agent.agent import Pace
from sync.agent.identity import Identity
from sync.heartbeat import Order, Reply, reply_to_plain

PACE = Pace(every=0.05, feed_every=60.0, beat_every=0.05, first_wait=0.05, longest_wait=0.1)
FORKED = Reply(NOON, 0, forked=True, orders=())
WHOLE = replace(FORKED, forked=False)
UNSAID = replace(WHOLE, held=None)
OTHER_LIVES_ON = replace(UNSAID, orders=(Order.ENROL_ANEW,))


class Forked(Unit):
    """Its hub's answer to heartbeats is `reply`; None: the hub is silent."""

    def __init__(self, folder: Path, hub: hub_that.ScriptedHub) -> None:
        self.reply: Reply | None = WHOLE
        self.beats = 0
        super().__init__(folder, hub, in_epoch(1), PACE)

    def answer(self, handler: Any, hub: hub_that.ScriptedHub, sent: Any) -> None:
        if self.reply is None:
            hub_that.says(503)(handler, hub, sent)
        elif handler.path == "/api/heartbeat":
            self.beats += 1
            hub_that.says(200, json.dumps(reply_to_plain(self.reply)).encode())(handler, hub, sent)
        else:
            hub_that.receipt(handler, hub, sent)

    def hears(self, reply: Reply) -> None:
        """Wait until the hub has said this, and once more so that what was said first is kept."""
        self.reply = reply
        before = self.beats
        until(lambda: self.beats >= before + 3)


def in_epoch(epoch: int) -> Identity:
    """Return the station's identity in an epoch."""
    return replace(make_identity(HERE), epoch=epoch)


@pytest.fixture
def unit(tmp_path: Path) -> Iterator[Forked]:
    with hub_that.scripted_hub() as hub:
        made = Forked(tmp_path, hub)
        yield made
        made.station.stop()


def stays_closed(unit: Forked) -> bool:
    """Let the hub say that the journal is forked and go silent; return whether nothing is lent after a restart."""
    unit.hears(FORKED)
    unit.eyes.see(IdleView, lambda view: view.status.shut_out is ShutOut.FORKED)
    unit.reply = None
    unit.restart()
    return not unit.lends()


def test_a_forked_station_that_starts_again_lends_nothing(unit: Forked) -> None:
    """Without network since the restart, it says so to staff, lends nothing, and takes things back."""
    assert unit.lends(SAW)
    assert stays_closed(unit)
    assert unit.eyes.see(IdleView).status.shut_out is ShutOut.FORKED
    unit.station.desk.submit(ItemScanned(SAW.code))
    unit.eyes.see(ReturnedView)
    assert unit.station.desk.ask(lambda store: store.ledger(SAW.code)).open_loans == ()


def test_a_station_that_does_not_keep_it_is_caught(unit: Forked, monkeypatch: pytest.MonkeyPatch) -> None:
    """Planted defect: what the hub said is known in memory alone."""

    def in_memory(store: StationStore, *, forked: bool) -> None:
        store._meta["forked"] = str(store.place.epoch) if forked else ""

    monkeypatch.setattr(StationStore, "note_forked", in_memory)
    assert not stays_closed(unit)


def test_other_news_of_the_hub_opens_nothing(unit: Forked) -> None:
    """After the restart a hub that takes batches, but has not said a word about the fork, does not end it."""
    assert stays_closed(unit)
    unit.hears(UNSAID)
    assert not unit.lends()
    unit.hears(OTHER_LIVES_ON)
    assert not unit.lends()


def test_it_ends_when_the_hub_says_so(unit: Forked) -> None:
    """Once the hub holds this journal unforked again the station lends, also after another restart."""
    assert stays_closed(unit)
    unit.hears(WHOLE)
    unit.eyes.see(IdleView, lambda view: view.status.shut_out is ShutOut.NO)
    unit.reply = None
    unit.restart()
    assert unit.lends()


def test_a_new_epoch_begins_unforked(unit: Forked) -> None:
    """The unit that staff chose lends from its first start in the new epoch on, though the hub is silent."""
    assert stays_closed(unit)
    unit.restart(in_epoch(3))
    assert unit.lends()
    assert unit.station.desk.ask(lambda store: store.loans_of(ANNA))
