"""A broken unit is replaced: the new one knows over a real hub and line what its station has lent."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from support.journey import Bench, clock

from kiosk.store.station_store import StationStore, new_id
from lending.entries import Draft, Loan, Personal, Return
from nabolan.demo.library import items
from nabolan.demo.processes import run
from sync.agent.identity import enrol
from sync.agent.link import HubLink

DUE = date(2027, 1, 10)


@pytest.fixture
def new_unit(bench: Bench, tmp_path: Path) -> Iterator[Bench]:
    """The unit that takes the place of `bench`, with an empty card."""
    ref = "1:" + secrets.token_hex(16)
    for item in items()[:2]:
        bench.store.commit([Draft(new_id(), Loan(item.code, DUE), Personal(ref))], clock())
    bench.agent().push()
    station = bench.identity.station
    code = run("sync.hub", ["station", station, "Test"], bench.hub.environment).split()[-1]
    folder = tmp_path / "new"
    folder.mkdir()
    identity = enrol(HubLink(f"http://127.0.0.1:{bench.line.port}"), code, folder)
    store = StationStore.open(folder / "station.db", identity.station, identity.epoch)
    yield replace(bench, identity=identity, store=store, code=code)
    store.close()


def test_a_new_unit_knows_what_is_out_and_takes_it_back(bench: Bench, new_unit: Bench):
    """It has both loans with their patron; what it takes back is over here at once, and at the hub."""
    agent = new_unit.agent()
    while agent.fetch():
        pass
    drill, other = (item.code for item in items()[:2])
    (loan,) = new_unit.store.ledger(drill).open_loans
    (first,) = bench.store.ledger(drill).open_loans
    assert (loan.entry_id, loan.patron_ref, loan.due) == (first.entry_id, first.patron_ref, DUE)
    assert len(new_unit.store.loans_of(str(first.patron_ref))) == 2
    new_unit.store.commit([Draft(new_id(), Return(drill, loan.entry_id))], clock())
    assert [one.item for one in new_unit.store.loans_of(str(first.patron_ref))] == [other]
    agent.push()
    while agent.fetch():
        pass
    told = new_unit.store.db.conn.execute("SELECT item FROM told_loan").fetchall()
    assert told == [(other,)]
