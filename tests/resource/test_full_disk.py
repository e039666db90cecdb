"""A disk that is full or broken closes lending, and never costs an entry that was confirmed."""

from collections import deque
from contextlib import suppress
from dataclasses import replace
from datetime import date
from itertools import pairwise

import pytest
from support.desks import DeskRun
from support.library import ANNA, HAMMER, HERE, MORE, at, make_feed, make_item

from kiosk.desk import worker
from kiosk.desk.views import ConfirmedView, IdleView, OutOfServiceView
from kiosk.store.station_store import StationStore, new_id
from lending.entries import Draft, Loan, Personal, Return
from lending.errors import Damaged
from lending.visit import CardShown, ConfirmLoan, Done, ItemScanned, Line, LineState, Trace

PAGE = 4096
PAGES_FREE = (*range(0, 60, 6), 80, 120, 400)
"""Where the space ends: while opening, in the log, at a checkpoint, in the feed."""

MOST = 5000
"""Entries after which a disk that does not fill up is a mistake of the test."""


class Lender:
    """Lends and takes back on a store of its own; `confirmed` is every entry with which `commit` came back."""

    def __init__(self, path, kind=StationStore):
        self.path = path
        self.store = kind.open(path, HERE)
        self.confirmed = []

    def lends(self, number):
        """Lend a thing, or take it back again, the visit's trace with it."""
        item = MORE[number // 2 % len(MORE)].code
        out = number % 2 == 0
        draft = Draft(
            new_id(), Loan(item, date(2026, 12, 6)) if out else Return(item), Personal(ANNA) if out else None
        )
        trace = Trace((Line(item, LineState.LENT if out else LineState.RETURNED, draft.entry_id),))
        self.store.commit((draft,), at(number), trace)
        self.confirmed.append(draft.entry_id)

    def lends_until_refused(self):
        """Go on until nothing can be saved any more."""
        with pytest.raises(Damaged, match="saving"):
            deque(map(self.lends, range(MOST)), maxlen=0)

    def held(self):
        """Return every entry the store holds; the journal must be whole and the tables what it says."""
        wires = self.store.waiting(2 * MOST)
        assert self.store.check() == len(wires)
        live = self.store.derived_rows()
        self.store.rebuild()
        assert self.store.derived_rows() == live
        return [wire["id"] for wire in wires]

    def reopens(self):
        """Start again on the same file."""
        self.store.close()
        self.store = StationStore.open(self.path, HERE)


def big_feed(version):
    """Return a feed that needs more space than a small disk has left."""
    items = tuple(replace(make_item(f"09{n:08d}"), loan_days=version) for n in range(1000))
    return make_feed(version, items=items)


def test_a_full_disk_keeps_every_confirmed_entry(disk):
    """On a full disk a loan is refused as damage, what was confirmed can be read, and space brings lending back."""
    lender = Lender(disk.folder / "station.db")
    disk.fill()
    lender.lends_until_refused()
    assert [wire["id"] for wire in lender.store.waiting(MOST)] == lender.confirmed
    disk.free()
    lender.lends(0)
    assert lender.held() == lender.confirmed
    lender.reopens()
    assert lender.held() == lender.confirmed
    lender.store.close()


class HopefulStore(StationStore):
    """Planted defect: says yes although the disk could not take it."""

    def commit(self, drafts, at, trace=None):
        """Save if it can be done."""
        with suppress(Damaged):
            return super().commit(drafts, at, trace)
        return ()


def test_a_planted_yes_on_a_full_disk_is_caught(disk):
    """The check notices a store that confirms what it could not save."""
    lender = Lender(disk.folder / "station.db", HopefulStore)
    disk.fill()
    for number in range(MOST):
        lender.lends(number)
        if number % 100 == 0 and lender.store.place.seq < len(lender.confirmed):
            break
    disk.free()
    assert len(lender.held()) < len(lender.confirmed)
    lender.store.close()


def test_wherever_the_space_ends_nothing_confirmed_is_lost(disk):
    """The space may end while opening, in the log or at a checkpoint: nothing confirmed is lost by it."""
    told = []
    for free in PAGES_FREE:
        folder = disk.folder / f"station{free}"
        folder.mkdir()
        disk.fill(but=free * PAGE)
        try:
            lender = Lender(folder / "station.db")
        except Damaged:
            disk.free()
            lender = Lender(folder / "station.db")
        else:
            lender.lends_until_refused()
            disk.free()
        told.append(len(lender.confirmed))
        lender.reopens()
        assert lender.held() == lender.confirmed
        lender.lends(0)
        lender.store.close()
    assert told[0] == 0
    assert told[-1] > 10


def test_a_feed_that_does_not_fit_leaves_the_one_before(disk):
    """A feed that meets a full disk leaves the one before whole, and is taken once there is space."""
    lender = Lender(disk.folder / "station.db")
    lender.store.take_feed(big_feed(1))
    disk.fill()
    with pytest.raises(Damaged):
        lender.store.take_feed(big_feed(2))
    assert lender.store.feed_version == 1
    assert lender.store.item("0900000999").loan_days == 1
    disk.free()
    lender.store.take_feed(big_feed(2))
    assert lender.store.item("0900000999").loan_days == 2
    lender.store.close()


def test_a_disk_gone_read_only_keeps_every_confirmed_entry(disk):
    """When the kernel gives the disk up, nothing is confirmed any more; after a restart all confirmed is there."""
    lender = Lender(disk.folder / "station.db")
    for number in range(50):
        lender.lends(number)
    disk.breaks()
    with pytest.raises(Damaged, match="saving"):
        lender.lends(50)
    assert [wire["id"] for wire in lender.store.waiting(MOST)] == lender.confirmed
    lender.store.close()
    disk.comes_back()
    lender = Lender(lender.path)
    assert len(lender.held()) == 50
    lender.lends(50)
    lender.store.close()


def visits_confirmed(run):
    """Return how often the screen has begun to say yes to a loan."""
    saw = [isinstance(view, ConfirmedView) for view in run.eyes.views]
    return sum(now and not before for before, now in pairwise((False, *saw)))


def test_a_full_disk_puts_the_station_out_of_service_and_space_back_in(disk, monkeypatch):
    """No screen says yes to a loan that met a full disk; the station says so, and lends again once there is space."""
    monkeypatch.setattr(worker, "PROBE_SECONDS", 0.05)
    run = DeskRun(disk.folder / "station.db")
    run.desk.start()
    run.eyes.see(IdleView)
    borrow = (CardShown(ANNA), ItemScanned(HAMMER.code), ConfirmLoan())
    bring_back = (ItemScanned(HAMMER.code), Done())
    disk.fill()
    for _ in range(MOST):
        run.gives(*borrow)
        run.desk.ask(lambda _: None)
        if isinstance(run.eyes.now, OutOfServiceView):
            break
        run.gives(Done(), *bring_back)
    run.eyes.see(OutOfServiceView)
    assert run.kinds().count("loan") == visits_confirmed(run)
    disk.free()
    run.eyes.see(IdleView)
    run.gives(*bring_back, *borrow)
    run.eyes.see(ConfirmedView)
    assert run.kinds().count("loan") == visits_confirmed(run)
    run.desk.stop()
