"""Holds in a station's store: a loan that is undone leaves the hold it collected as it was."""

import secrets
from dataclasses import replace
from datetime import date

import pytest
from support.library import ANNA, DRILL, NOON, SAW, at, make_feed

from kiosk.store.retention import DAY_MS
from kiosk.store.station_store import new_id
from lending.entries import Draft, HoldCancelled, HoldCollected, HoldPlaced, Loan, Personal, Return
from lending.nouns import Hold
from sync.protocol import Receipt

DUE, LATER = date(2026, 12, 6), date(2026, 12, 20)


PLACED = HoldPlaced("h" * 32, DRILL.thing, LATER)


def collected(store, who=ANNA, hold=PLACED.hold, second=2):
    """Lend the drill for a hold, as a visit does; return the loan."""
    loan = Draft(new_id(), Loan(DRILL.code, DUE, hold=hold), Personal(who))
    store.commit([loan, Draft(new_id(), HoldCollected(hold, DRILL.code, loan.entry_id), Personal(who))], at(second))
    return loan.entry_id


def stands(store, who=ANNA):
    """Return the holds of a patron."""
    return [hold.hold_id for hold in store.holds_of(who)]


@pytest.mark.parametrize("of_the_feed", [False, True])
def test_undoing_a_loan_lets_its_hold_stand_again(store, of_the_feed):
    """A hold that was placed here or came with the feed is as it was once the loan that collected it is undone."""
    if of_the_feed:
        told = Hold(PLACED.hold, DRILL.thing, ANNA, LATER, DRILL.code, "hash")
        store.take_feed(replace(make_feed(), version=store.feed_version + 1, holds=(told,)))
    else:
        store.commit([Draft(new_id(), PLACED, Personal(ANNA))], at(1))
    before = store.holds_of(ANNA)
    loan = collected(store)
    assert stands(store) == []
    store.commit([Draft(new_id(), Return(DRILL.code, loan, undo=True))], at(3))
    assert store.holds_of(ANNA) == before != ()
    assert store.holds_on(DRILL.thing) == before
    live = store.derived_rows()
    store.rebuild()
    assert store.derived_rows() == live
    assert collected(store, second=4)
    assert stands(store) == []


def test_a_return_later_leaves_the_hold_collected(store):
    """Only undoing brings a hold back: an ordinary return, or undoing another loan, does not."""
    store.commit([Draft(new_id(), PLACED, Personal(ANNA))], at(1))
    loan = collected(store)
    other = Draft(new_id(), Loan(SAW.code, DUE), Personal(ANNA))
    store.commit([other], at(3))
    store.commit([Draft(new_id(), Return(SAW.code, other.entry_id, undo=True))], at(4))
    store.commit([Draft(new_id(), Return(DRILL.code, loan))], at(5))
    assert stands(store) == []


def test_a_hold_that_was_given_up_stays_so(store):
    """A hold that was cancelled before anything collected it does not come back with an undone loan."""
    store.commit([Draft(new_id(), PLACED, Personal(ANNA))], at(1))
    store.commit([Draft(new_id(), HoldCancelled(PLACED.hold), Personal(ANNA))], at(2))
    loan = collected(store, second=3)
    store.commit([Draft(new_id(), Return(DRILL.code, loan, undo=True))], at(4))
    assert stands(store) == []


def test_a_hold_that_stands_again_is_forgotten_when_it_is_over(store, tmp_path):
    """Its patron is kept while it stands, and gone to the last byte when it has ended after all."""
    who = "1:" + secrets.token_hex(16)
    store.commit([Draft(new_id(), PLACED, Personal(who))], at(1))
    loan = collected(store, who)
    store.commit([Draft(new_id(), Return(DRILL.code, loan, undo=True))], at(3))
    store.acknowledge(Receipt(store.place.seq, (), NOON))
    while store.forget(NOON + 15 * DAY_MS):
        pass
    assert stands(store, who) == [PLACED.hold]
    loan = collected(store, who, second=5)
    store.commit([Draft(new_id(), Return(DRILL.code, loan))], at(6))
    store.acknowledge(Receipt(store.place.seq, (), NOON))
    while store.forget(NOON + 15 * DAY_MS):
        pass
    raw = b"".join(file.read_bytes() for file in sorted(tmp_path.glob("station.db*")))
    assert who.encode() not in raw
    assert store.check() == 7
