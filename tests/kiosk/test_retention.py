"""Forgetting: whom a returned loan was lent to is gone some time after the hub has it, to the last byte."""

import secrets
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.library import DRILL, HAMMER, HERE, NOON, SAW, STRANGER, TENT, at
from support.stores import bytes_on_disk, draft
from support.strategies import some

from kiosk.store.retention import DAY_MS
from kiosk.store.station_store import StationStore
from lending.entries import (
    HoldCancelled,
    HoldCollected,
    HoldPlaced,
    Loan,
    Renewal,
    Return,
    StaffPresence,
)
from lending.nouns import Rules
from lending.visit import KnownOf
from sync.protocol import Receipt

DUE = date(2026, 12, 6)
DAYS = Rules().retention_days
AFTER = NOON + DAYS * DAY_MS


def somebody():
    """Return a card nobody else has."""
    return "1:" + secrets.token_hex(16)


def lent(store, item, who, sealed=None):
    loan = draft(Loan(item.code, DUE), who, sealed)
    store.commit([loan], at(1))
    return loan.entry_id


def brought_back(store, item, loan=None, *, undo=False):
    store.commit([draft(Return(item.code, loan, undo=undo))], at(2))


def acknowledged(store, at_ms=NOON):
    store.acknowledge(Receipt(store.place.seq, (), at_ms))


def forgets_all(store, now_ms=AFTER):
    gone = 0
    while step := store.forget(now_ms):
        gone += step
    return gone


def left_of(store, path, secrets_):
    """Return which of these still stand in a file after forgetting."""
    forgets_all(store)
    raw = bytes_on_disk(path)
    return [secret for secret in secrets_ if secret.encode() in raw]


def a_month_of_loans(store):
    """Lend to twenty people and take back; return their cards, salts and sealed cards."""
    people = [somebody() for _ in range(20)]
    for number, who in enumerate(people):
        item = (DRILL, HAMMER, SAW, TENT)[number % 4]
        brought_back(store, item, lent(store, item, who, f"sealed-{who}"))
    salts = [wire["salt"] for wire in store.waiting(1000) if wire["salt"]]
    acknowledged(store)
    return [*people, *salts, *(f"sealed-{who}" for who in people)]


def test_a_returned_loan_is_forgotten_to_the_last_byte(store, path):
    """After acknowledgement and the retention time no byte of card, sealed card or salt is in file or WAL."""
    secrets_ = a_month_of_loans(store)
    before = bytes_on_disk(path)
    assert all(secret.encode() in before for secret in secrets_)
    assert left_of(store, path, secrets_) == []
    assert store.check() == 40


class LeavesTheWal(StationStore):
    """Planted defect: erases from the tables but leaves the WAL."""

    def truncate_wal(self):
        pass


def test_a_planted_wal_that_is_left_is_caught(path):
    """The check notices a store that leaves the WAL as it is."""
    store = LeavesTheWal.open(path, HERE)
    assert left_of(store, path, a_month_of_loans(store)) != []
    store.close()


def test_a_planted_soft_erasure_is_caught(store, path):
    """The check notices a file in which erased rows are only unlinked."""
    store.db.conn.execute("PRAGMA secure_delete=OFF")
    assert left_of(store, path, a_month_of_loans(store)) != []


def test_an_open_loan_keeps_its_patron(store):
    """While a thing is out the station knows who has it, however long that takes."""
    who = somebody()
    lent(store, DRILL, who)
    acknowledged(store)
    assert forgets_all(store, NOON + 4000 * DAY_MS) == 0
    assert [loan.item for loan in store.loans_of(who)] == [DRILL.code]


@pytest.mark.parametrize(("days", "forgotten"), [(DAYS - 1, 0), (DAYS, 1)])
def test_the_time_counts_from_the_acknowledgement(store, days, forgotten):
    """Nothing is forgotten before the days are over, and nothing after."""
    brought_back(store, DRILL, lent(store, DRILL, somebody()))
    acknowledged(store)
    assert forgets_all(store, NOON + days * DAY_MS) == forgotten


def test_what_the_hub_does_not_hold_is_not_forgotten(store):
    """Without the hub's word nothing is forgotten, whatever the clock says; nor is a return it has not got."""
    loan = lent(store, DRILL, somebody())
    acknowledged(store)
    brought_back(store, DRILL, loan)
    assert forgets_all(store, NOON + 4000 * DAY_MS) == 0
    acknowledged(store, NOON + DAY_MS)
    assert forgets_all(store, NOON + DAYS * DAY_MS) == 0
    assert forgets_all(store, NOON + (DAYS + 1) * DAY_MS) == 1


def test_everything_about_a_loan_goes_with_it(store, path):
    """Renewals, holds that ended, loans that were undone and staff at the menu go the same way."""
    who, staff = somebody(), somebody()
    loan = lent(store, DRILL, who)
    store.commit([draft(Renewal(DRILL.code, loan, DUE), who)], at(2))
    store.commit([draft(HoldPlaced("h1", "tent", DUE), who), draft(HoldPlaced("h2", "saw", DUE), who)], at(3))
    store.commit([draft(HoldCancelled("h1")), draft(HoldCollected("h2", SAW.code, loan))], at(4))
    store.commit([draft(StaffPresence(inside=True), staff), draft(StaffPresence(inside=False), staff)], at(5))
    brought_back(store, DRILL, loan)
    undone = lent(store, HAMMER, who)
    brought_back(store, HAMMER, undone, undo=True)
    acknowledged(store)
    assert forgets_all(store) == 7
    raw = bytes_on_disk(path)
    assert who.encode() not in raw
    assert staff.encode() not in raw
    assert store.check() == store.place.seq


def test_a_hold_that_stands_keeps_its_patron_and_a_lapsed_one_does_not(store, path):
    """A hold placed here is forgotten so many days after its last day, though no entry ever said that it lapsed."""
    who, later = somebody(), somebody()
    last = date(2026, 11, 25)
    store.commit([draft(HoldPlaced("h1", "tent", last), who)], at(1))
    store.commit([draft(HoldPlaced("h2", "saw", last + timedelta(days=300)), later)], at(1))
    acknowledged(store)
    assert forgets_all(store, AFTER) == 0
    assert len(store.holds_of(who)) == len(store.holds_on("tent")) == 1
    assert forgets_all(store, AFTER + 5 * DAY_MS) == 1
    assert (store.holds_of(who), store.holds_on("tent")) == ((), ())  # out of the program's memory too
    raw = bytes_on_disk(path)
    assert (who.encode() in raw, later.encode() in raw) == (False, True)
    live = store.derived_rows()
    store.rebuild()
    assert store.derived_rows() == live


def test_forgetting_comes_in_small_steps(store):
    """One step forgets no more than it was asked to."""
    a_month_of_loans(store)
    assert [store.forget(AFTER, 8) for _ in range(4)] == [8, 8, 4, 0]


@some
@given(st.lists(st.tuples(st.sampled_from(["loan", "return", "ack", "forget"]), st.integers(0, 2)), max_size=30))
def test_after_any_history_the_open_loans_stay_and_the_rest_can_go(tmp_path_factory, steps):
    """In whatever order things happened, open loans keep their patron and all others go; tables and chain hold."""
    path = tmp_path_factory.mktemp("store") / "station.db"
    store = StationStore.open(path, HERE, synchronous="OFF")
    items = (DRILL, HAMMER, SAW)
    everybody = []
    for kind, number in steps:
        if kind == "loan":
            everybody.append(somebody())
            lent(store, items[number], everybody[-1])
        elif kind == "return":
            brought_back(store, items[number])
        elif kind == "ack":
            acknowledged(store)
        else:
            forgets_all(store)
    acknowledged(store)
    forgets_all(store)
    out = {loan.patron_ref for item in items for loan in store.ledger(item.code).open_loans}
    raw = bytes_on_disk(path)
    assert {who for who in everybody if who.encode() in raw} == out
    live = store.derived_rows()
    store.rebuild()
    assert store.derived_rows() == live
    assert store.check() == store.place.seq
    store.close()


def test_what_this_station_knows_about_me(store):
    """The station can say what it holds about a card, until when, and that nothing is left after that."""
    assert store.known_of(STRANGER, NOON) == KnownOf(in_feed=False, open_loans=0, returned_loans=0, holds=0)
    brought_back(store, DRILL, lent(store, DRILL, STRANGER))
    lent(store, HAMMER, STRANGER)
    store.commit([draft(HoldPlaced("h1", "tent", DUE), STRANGER)], at(3))
    known = store.known_of(STRANGER, NOON)
    assert (known.in_feed, known.open_loans, known.returned_loans, known.holds) == (False, 1, 1, 1)
    assert known.forgotten_by is None
    assert store.waiting_about(STRANGER) == 3
    acknowledged(store)
    assert store.known_of(STRANGER, NOON).forgotten_by == date(2026, 11, 23) + timedelta(days=DAYS)
    assert store.waiting_about(STRANGER) == 0
    forgets_all(store)
    assert store.known_of(STRANGER, AFTER).returned_loans == 0
