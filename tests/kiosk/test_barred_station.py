"""A station the hub does not allow any more stays closed through a restart."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from support import scripted_hub as hub_that
from support.journals import make_identity
from support.library import HERE, SAW
from support.units import Unit

from kiosk.desk.views import IdleView, ReturnedView, ShutOut
from kiosk.store.station_store import StationStore
from lending.visit import ConfirmReturn, ItemScanned
from sync.agent.agent import Pace

PACE = Pace(every=0.05, feed_every=0.1, beat_every=60.0, first_wait=0.05, longest_wait=0.1)


class Barred(Unit):
    """Its hub answers each call with `status`, or takes it if that is 200."""

    def __init__(self, folder: Path, hub: hub_that.ScriptedHub) -> None:
        self.status = 200
        super().__init__(folder, hub, make_identity(HERE), PACE)

    def answer(self, handler: Any, hub: hub_that.ScriptedHub, sent: Any) -> None:
        if self.status == 200:
            hub_that.receipt(handler, hub, sent)
        elif self.status == 401:
            hub_that.does_not_allow(401)(handler, hub, sent)
        else:
            hub_that.says(self.status)(handler, hub, sent)

    def shows(self, shut_out: ShutOut) -> None:
        """Wait until the screen knows that."""
        self.eyes.see(IdleView, lambda view: view.status.shut_out is shut_out)


@pytest.fixture
def unit(tmp_path: Path) -> Iterator[Barred]:
    with hub_that.scripted_hub() as hub:
        made = Barred(tmp_path, hub)
        yield made
        made.station.stop()


def stays_closed(unit: Barred) -> bool:
    """Let the hub revoke the station and go silent; return whether nothing is lent after a restart."""
    unit.status = 401
    unit.shows(ShutOut.NOT_ALLOWED)
    unit.status = 503
    unit.restart()
    return not unit.lends()


def test_a_revoked_station_that_starts_again_lends_nothing(unit: Barred) -> None:
    """Without network since the restart, it says so to staff, lends nothing, and takes things back."""
    assert stays_closed(unit)
    assert unit.eyes.see(IdleView).status.shut_out is ShutOut.NOT_ALLOWED
    unit.station.desk.submit(ItemScanned(SAW.code))
    unit.station.submit(ConfirmReturn())
    unit.eyes.see(ReturnedView)


def test_a_station_that_does_not_keep_it_is_caught(unit: Barred, monkeypatch: pytest.MonkeyPatch) -> None:
    """Planted defect: what the hub said is known in memory alone."""

    def in_memory(_store: StationStore, _identity: str, *, barred: bool) -> None:
        assert barred

    monkeypatch.setattr(StationStore, "note_barred", in_memory)
    assert not stays_closed(unit)


def test_it_ends_when_the_hub_takes_it_again(unit: Barred) -> None:
    """Once the hub answers the station as one of its own it lends, also after another restart without network."""
    assert stays_closed(unit)
    unit.status = 200
    unit.shows(ShutOut.NO)
    unit.status = 503
    unit.restart()
    assert unit.lends()


def test_a_new_identity_begins_allowed(unit: Barred) -> None:
    """A station that was let in again with a new code lends from its first start on, though the hub is silent."""
    assert stays_closed(unit)
    unit.restart(make_identity(HERE))
    assert unit.lends()
