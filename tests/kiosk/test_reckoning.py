"""The figures of a station are made ahead, in short steps, and are those of the whole journal."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import date

import pytest
from support.desks import DeskRun
from support.library import ANNA, HERE, SAW, TENT, at, make_feed, make_item

from kiosk.desk.reckoning import Reckoning
from kiosk.desk.views_impact import ImpactView
from kiosk.store import tally
from kiosk.store.station_store import StationStore
from lending.entries import Draft, Loan, Personal, Return, Started, SurveyAnswer
from lending.impact import QUESTION, Instead, Lent, Told
from lending.visit import OpenPage, Page

DUE = date(2026, 12, 6)
THINGS = tuple(make_item(f"07{n:08d}", f"ting {n:03d}", f"thing {n:03d}") for n in range(60))


@pytest.fixture
def store(tmp_path):
    """A store with some things in its feed."""
    store = StationStore.open(tmp_path / "station.db", HERE, synchronous="OFF")
    store.take_feed(make_feed(items=(SAW, TENT, *THINGS)))
    yield store
    store.close()


def fill(store, loans, first=0):
    """Write so many loans, each brought back; every third is undone, every fifth is asked about."""
    drafts = []
    for n in range(first, first + loans):
        code = THINGS[n % len(THINGS)].code
        loan = f"{n:032x}"
        drafts.append(Draft(loan, Loan(code, DUE, ()), Personal(ANNA)))
        drafts.append(Draft(f"{n + (1 << 40):032x}", Return(code, loan, undo=n % 3 == 0)))
        if n % 5 == 0:
            drafts.append(Draft(f"{n + (1 << 50):032x}", SurveyAnswer(QUESTION, "rented", THINGS[n % 60].thing)))
    for begin in range(0, len(drafts), 500):
        store.commit(drafts[begin : begin + 500], at(first + begin))


def whole(store):
    """Return what one reading of the whole journal tells."""
    times, answers = Counter(), Counter()
    for wire in store.waiting(1_000_000):
        body = wire["body"]
        if wire["kind"] == "loan":
            times[body["item"]] += 1
        elif wire["kind"] == "return" and body["undo"]:
            times[body["item"]] -= 1
        elif wire["kind"] == "survey":
            answers[body["about"]] += 1
    thing_of = {item.code: item.thing for item in (SAW, TENT, *THINGS)}
    lent = {thing_of[code]: Lent(n) for code, n in times.items() if n}
    return lent, [Told(thing, Instead.RENTED, n) for thing, n in sorted(answers.items())]


def test_counting_on_is_counting_all(store, monkeypatch):
    """Whatever the steps are, and whatever comes between them, what is told is what the whole journal says."""
    monkeypatch.setattr(tally, "ROWS_AT_ONCE", 7)
    reckoning = Reckoning(store)
    for part in range(4):
        fill(store, 25 + part, part * 100)
        if part % 2:
            reckoning.step(seconds=0)
        assert (store.lent(), store.told()) == whole(store)
        assert reckoning.figures().loans == sum(one.times for one in whole(store)[0].values())
    store.take_feed(make_feed(items=tuple(replace(item, thing="the-same") for item in THINGS), version=2))
    assert list(store.lent()) == ["the-same"]


def test_a_loan_is_counted_without_reading_all_again(store):
    """After one more loan only what is new is read, and the costs are those that were read before."""
    fill(store, 1200)
    reckoning = Reckoning(store)
    steps = 0
    while reckoning.is_due:
        reckoning.step(seconds=0)
        steps += 1
    assert steps >= 3240 // tally.ROWS_AT_ONCE
    asked = []
    fill(store, 1, 5000)
    store.db.conn.set_trace_callback(asked.append)
    before = store.place.seq
    reckoning.figures()
    reckoning.figures()
    store.db.conn.set_trace_callback(None)
    reads = [sql for sql in asked if "FROM journal" in sql]
    assert len(reads) == 1
    assert f"place > {(1 << 40) + before - 3}" in reads[0]
    assert len(asked) == 1


def test_what_cannot_be_read_holds_nobody_up(store):
    """Where the journal cannot be counted, that is said once, and is no fault of the station."""
    fill(store, 2)
    store.db.conn.execute("ALTER TABLE journal RENAME COLUMN item TO thing")
    reckoning = Reckoning(store)
    reckoning.step()
    assert not reckoning.is_due


def test_the_desk_counts_while_nobody_waits(tmp_path):
    """The figures are made before anybody asks for them; the page then shows those of the whole journal."""
    run = DeskRun(tmp_path / "station.db", feed=make_feed(items=(SAW, TENT, *THINGS)))
    fill(run.store, 300)
    run.store.commit([Draft(f"{1 << 60:032x}", Started("test", unclean=False))], at(9999))
    run.desk.start()
    try:
        for _ in range(200):
            if run.desk.ask(lambda store: store.is_all_counted):
                break
        assert run.desk.ask(lambda store: store.is_all_counted)
        run.gives(OpenPage(Page.IMPACT))
        assert run.eyes.see(ImpactView).figures.loans == 200
    finally:
        run.desk.stop()
