"""A unit that took the place of a broken one: what its station lent before is out, comes back, is renewed, counts."""

from __future__ import annotations

import secrets
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.desks import DeskRun
from support.library import ANNA, BERIT, DRILL, HAMMER, HERE, ITEMS, MORE, NOON, SAW, TENT, at, make_feed
from support.stores import bytes_on_disk
from support.strategies import some

from kiosk.desk.views import AccountView
from kiosk.store import snapshot
from kiosk.store.feed_slots import FeedSlots
from kiosk.store.retention import DAY_MS
from kiosk.store.salvage import FEED_TABLES
from kiosk.store.station_store import StationStore, new_id
from lending.entries import Draft, Loan, Personal, Renewal, Return
from lending.ledger import OpenLoan
from lending.nouns import Rules, Shelf
from lending.visit import CardShown, ItemScanned, RenewLoan, Returned
from sync.feed import FeedCard
from sync.feed_page import FeedPage, Head, Kind, StillOpen
from sync.protocol import Receipt

SOON, DUE, LATER, LAST = date(2026, 11, 24), date(2026, 12, 6), date(2026, 12, 20), date(2027, 1, 3)
EARLIER = at(0).wall_ms - 5 * DAY_MS
TOLD = StillOpen("a" * 32, DRILL.code, ANNA, EARLIER, DUE)


def page(cursor, *, put=None, gone=None, **said):
    """Return a page of the feed with everything else as usual."""
    usual = {"more": False, "version": 10, "made_ms": NOON, "begins": False, "ends": False, "snapshot": False}
    return FeedPage(**(usual | {"cursor": cursor, "head": None, "put": put or {}, "gone": gone or {}} | said))


def first_copy(*loans, rules=None):
    """Return the copy a new unit begins with: things, two cards, and what is out."""
    put = {Kind.OPEN: loans, Kind.ITEM: (*ITEMS, *MORE), Kind.CARD: (FeedCard(ANNA), FeedCard(BERIT))}
    head = Head(HERE, "Tøyen", rules or make_feed().rules)
    return page("c1", put=put, begins=True, ends=True, snapshot=True, head=head)


@pytest.fixture
def store(path):
    """A new unit that has been told that the drill is out."""
    store = StationStore.open(path, HERE, 2)
    store.take_page("", first_copy(TOLD))
    yield store
    store.close()


def write(store, body, who=None, second=1):
    """Commit an entry; return its id."""
    draft = Draft(new_id(), body, Personal(who) if who else None)
    store.commit([draft], at(second))
    return draft.entry_id


def test_what_is_out_is_out(store):
    """The drill is with Anna: in the ledger, in her account, and not among what stands here."""
    expected = OpenLoan(TOLD.loan, DRILL.code, ANNA, HERE, 0, EARLIER, DUE, provisional=False)
    assert store.loans_of(ANNA) == [expected]
    ledger = store.ledger(DRILL.code)
    assert (ledger.open_loans, ledger.place, ledger.shelf, ledger.last_loan) == (
        (expected,), None, Shelf.OUT, TOLD.loan
    )  # fmt: skip
    assert store.loans_of(BERIT) == ()
    assert DRILL.code not in store.free_here()
    fewer = sum(store.here_by_category().values())
    store.take_page("c1", page("c2", gone={Kind.OPEN: (TOLD.loan,)}))
    assert sum(store.here_by_category().values()) == fewer + (DRILL.home == HERE)


def test_it_comes_back_before_the_hub_knows(store):
    """A return that names the loan ends it here at once, and the hub's word later changes nothing."""
    write(store, Return(DRILL.code, TOLD.loan))
    assert store.loans_of(ANNA) == ()
    assert store.ledger(DRILL.code).open_loans == ()
    assert store.ledger(DRILL.code).place == HERE
    assert store.known_of(ANNA, NOON).returned_loans == 1
    store.take_page("c1", page("c2", gone={Kind.OPEN: (TOLD.loan,)}))
    assert store.known_of(ANNA, NOON).returned_loans == 0
    assert store.loans_of(ANNA) == ()


def test_it_came_back_before_the_unit_heard_of_it(path):
    """A thing that came back while the first copy was under way is not out when the copy is there."""
    store = StationStore.open(path, HERE, 2)
    write(store, Return(DRILL.code))
    store.take_page("", first_copy(TOLD))
    assert store.loans_of(ANNA) == ()
    assert store.ledger(DRILL.code).open_loans == ()
    store.close()


def test_undoing_a_loan_ends_no_other(store):
    """Berit borrows the drill, which is out in Anna's name, and undoes it: Anna's loan is as it was."""
    loan = write(store, Loan(DRILL.code, DUE), BERIT)
    assert {one.patron_ref for one in store.ledger(DRILL.code).open_loans} == {ANNA, BERIT}
    write(store, Return(DRILL.code, loan, undo=True), second=2)
    assert [one.patron_ref for one in store.ledger(DRILL.code).open_loans] == [ANNA]


def test_a_renewal_holds_at_once_and_counts_once(store):
    """A renewal here moves the date before the hub has it, and is not counted twice when it has."""
    write(store, Renewal(DRILL.code, TOLD.loan, LATER), ANNA)
    (loan,) = store.loans_of(ANNA)
    assert (loan.due, loan.renewals) == (LATER, 1)
    renewed = StillOpen(TOLD.loan, DRILL.code, ANNA, EARLIER, LATER, renewals=1)
    store.take_page("c1", page("c2", put={Kind.OPEN: (renewed,)}))
    (loan,) = store.loans_of(ANNA)
    assert (loan.due, loan.renewals) == (LATER, 1)
    write(store, Renewal(DRILL.code, TOLD.loan, LAST), ANNA, 2)
    (loan,) = store.loans_of(ANNA)
    assert (loan.due, loan.renewals) == (LAST, 2)


def test_a_loan_of_its_own_is_not_told_twice(store):
    """What stands in the unit's own journal is left out, open or over: a unit that was let in anew keeps its own."""
    own = write(store, Loan(SAW.code, DUE), BERIT)
    told = StillOpen(own, SAW.code, BERIT, at(1).wall_ms, DUE)
    store.take_page("c1", page("c2", put={Kind.OPEN: (told,)}))
    assert [loan.entry_id for loan in store.loans_of(BERIT)] == [own]
    write(store, Return(SAW.code, own), second=2)
    assert store.loans_of(BERIT) == ()
    assert store.ledger(SAW.code).open_loans == ()


def test_a_rebuild_changes_nothing(store):
    """The tables are those the journal makes, whatever was told and done."""
    write(store, Renewal(DRILL.code, TOLD.loan, LATER), ANNA)
    write(store, Loan(SAW.code, DUE), BERIT, 2)
    write(store, Return(DRILL.code, TOLD.loan), second=3)
    live, known = store.derived_rows(), store.ledger(DRILL.code)
    store.rebuild()
    assert store.derived_rows() == live
    assert store.ledger(DRILL.code) == known


deeds = st.lists(
    st.tuples(st.sampled_from(["lend", "back", "renew", "tell", "untell"]), st.integers(0, 1), st.integers(0, 1)),
    max_size=10,
)


@some
@given(deeds)
def test_whatever_happens_the_account_and_the_ledger_agree(tmp_path_factory, story):
    """A loan is open in its patron's account exactly if it is open in its thing's ledger."""
    store = StationStore.open(tmp_path_factory.mktemp("told") / "station.db", HERE, 2)
    store.take_page("", first_copy())
    codes, people = (DRILL.code, SAW.code), (ANNA, BERIT)
    for number, (deed, thing, who) in enumerate(story):
        code, ref, key = codes[thing], people[who], f"{thing}{who}" * 16
        named = store.ledger(code).open_loans
        match deed:
            case "lend":
                write(store, Loan(code, DUE), ref, number)
            case "back":
                write(store, Return(code, named[-1].entry_id if named else None), second=number)
            case "renew" if named:
                write(store, Renewal(code, named[0].entry_id, LATER), named[0].patron_ref, number)
            case "tell":
                put = {Kind.OPEN: (StillOpen(key, code, ref, EARLIER, DUE),)}
                store.take_page(store.feed_cursor, page(f"d{number}", put=put))
            case "untell":
                store.take_page(store.feed_cursor, page(f"d{number}", gone={Kind.OPEN: (key,)}))
        by_thing = {loan.entry_id for code in codes for loan in store.ledger(code).open_loans}
        assert by_thing == {loan.entry_id for ref in people for loan in store.loans_of(ref)}
        if deed == "back":
            assert store.ledger(code).open_loans == ()
    live = store.derived_rows()
    store.rebuild()
    assert store.derived_rows() == live
    store.close()


# --- visits


def run_with(path, *loans, rules=None):
    """Return a desk of a new unit that was told of these loans."""
    run = DeskRun(path)
    run.store.take_page("", first_copy(*loans, rules=rules))
    run.desk.start()
    return run


def test_a_patron_sees_and_renews_what_the_old_unit_lent(path):
    """The account shows the loan; a touch renews it, and the entry names the loan the old unit made."""
    run = run_with(path, replace(TOLD, due=SOON))
    run.gives(CardShown(ANNA))
    account = run.eyes.see(AccountView)
    assert [row.due for row in account.loans] == [SOON]
    run.gives(RenewLoan(account.loans[0].row))
    run.eyes.see(AccountView, lambda view: view.loans[0].due > SOON)
    (renewal,) = [wire for wire in run.entries() if wire["kind"] == "renewal"]
    assert renewal["body"]["loan"] == TOLD.loan
    run.desk.stop()


def test_a_scan_takes_it_back(path):
    """Without a card, a scan of the thing takes it back and names the loan."""
    run = run_with(path, TOLD)
    run.gives(ItemScanned(DRILL.code))
    (back,) = [wire for wire in run.entries() if wire["kind"] == "return"]
    assert back["body"]["loan"] == TOLD.loan
    assert run.desk.ask(lambda store: store.loans_of(ANNA)) == ()
    run.desk.stop()


def test_it_counts_against_the_limit(path):
    """Who has as many things out as the rules allow is refused another one, although this unit lent none of them."""
    run = run_with(path, TOLD, rules=Rules(loan_limit=1))
    run.gives(CardShown(ANNA))
    run.eyes.see(AccountView)
    run.gives(ItemScanned(TENT.code))
    (refusal,) = [wire for wire in run.entries() if wire["kind"] == "refusal"]
    assert refusal["body"]["reason"] == "limit_reached"
    run.desk.stop()


# --- forgetting


def a_loan_of_somebody(code=HAMMER.code):
    """Return a loan of a card nobody else has."""
    return StillOpen(new_id(), code, "1:" + secrets.token_hex(16), EARLIER, DUE)


def who_is_left(store, path, loan, *, copy=False):
    """Take the loan back, let the hub know and take its row away, by a change or a whole copy, and let the retention
    time pass; return whether the patron still stands in a file.
    """
    write(store, Return(loan.item, loan.loan))
    store.acknowledge(Receipt(store.place.seq, (), NOON))
    if copy:
        store.take_page("", first_copy())
    else:
        store.take_page(store.feed_cursor, page("c3", gone={Kind.OPEN: (loan.loan,)}))
    while store.forget(NOON + 15 * DAY_MS):
        pass
    return loan.patron_ref.encode() in bytes_on_disk(path)


@pytest.mark.parametrize("copy", [False, True])
def test_who_had_it_is_forgotten_to_the_last_byte(store, path, copy):
    """Once the hub has taken the loan back and the time is over, no byte of its patron is in file or WAL."""
    loan = a_loan_of_somebody()
    store.take_page("c1", page("c2", put={Kind.OPEN: (loan,)}))
    write(store, Renewal(loan.item, loan.loan, LATER), loan.patron_ref)
    assert loan.patron_ref.encode() in bytes_on_disk(path)
    if copy:
        store.leave_pages()
    assert not who_is_left(store, path, loan, copy=copy)


def test_a_planted_wal_that_is_left_is_caught(path, monkeypatch):
    """The check notices a store that does not remember that something was erased."""
    monkeypatch.setattr("kiosk.store.feed_slots.ERASED", {})
    store = StationStore.open(path, HERE, 2)
    loan = a_loan_of_somebody()
    store.take_page("", first_copy(loan))
    monkeypatch.setattr("kiosk.store.station_store.ERASED", {"erased": "1"})
    store.take_page("c1", page("c2", gone={Kind.OPEN: (loan.loan,)}))
    while store.forget(NOON + 15 * DAY_MS):
        pass
    assert loan.patron_ref.encode() in bytes_on_disk(path)
    store.close()


class ErasesSoftly(StationStore):
    """Planted defect: marks a row as gone instead of erasing it."""

    def apply_page(self, given):
        super().apply_page(page(given.cursor, put=given.put))
        for loan in given.gone.get(Kind.OPEN, ()):
            self.db.conn.execute("INSERT OR IGNORE INTO told_end VALUES (?)", (loan,))


def test_a_planted_soft_erasure_is_caught(path):
    """The check notices a store that keeps the row."""
    store = ErasesSoftly.open(path, HERE, 2)
    loan = a_loan_of_somebody()
    store.take_page("", first_copy(loan))
    assert who_is_left(store, path, loan)
    store.close()


def test_the_note_survives_a_restart(path):
    """A station that stops between erasing and truncating does the rest after the next start."""
    store = StationStore.open(path, HERE, 2)
    loan = a_loan_of_somebody()
    store.take_page("", first_copy(loan))
    store.take_page("c1", page("c2", gone={Kind.OPEN: (loan.loan,)}))
    store.close()
    again = StationStore.open(path, HERE, 2)
    assert isinstance(again, FeedSlots)
    again.forget(NOON)
    assert loan.patron_ref.encode() not in bytes_on_disk(path)
    again.close()


def test_a_repair_keeps_or_asks_for_all_of_the_feed():
    """No table of the feed is left out when a damaged file is made again."""
    assert set(FEED_TABLES) == set(snapshot.TABLES)


def test_a_step_names_what_the_old_unit_lent(path):
    """The step after the return knows the loan, so that an answer about its condition is about it."""
    run = run_with(path, TOLD)
    run.gives(CardShown(ANNA), ItemScanned(DRILL.code))
    step = run.desk.ask(lambda _: run.desk._visit.step)
    assert isinstance(step, Returned)
    assert step.loan == TOLD.loan
    run.desk.stop()
