"""The ledger: one fold, whatever the order of arrival."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.strategies import many, some, three_journals

from lending.entries import (
    ConditionAnswer,
    DamageReport,
    Entry,
    ItemChecked,
    ItemMoved,
    ItemRegistered,
    Loan,
    Personal,
    Refusal,
    Renewal,
    Return,
)
from lending.ledger import ItemLedger, apply_entry, fold_item, in_order, item_of
from lending.nouns import AskedOf, Condition, Damage, PartAnswer, Shelf
from lending.times import Reading

DUE = date(2026, 12, 6)


def entry(seq, body, *, station="s1", wall=None, epoch=1, person=None):
    at = Reading(seq * 10 if wall is None else wall, "b" * 32, 0, synced=True)
    return Entry(f"{station}-{epoch}-{seq}", station, epoch, seq, at, body, person and Personal(person))


def folded(*entries):
    return fold_item("x", entries)


def test_a_loan_is_open_and_says_who():
    """A loan is open from the moment it is written, and says who, where and until when."""
    (loan,) = folded(entry(1, Loan("x", DUE), person="1:a")).open_loans
    assert (loan.patron_ref, loan.station, loan.due, loan.lent_ms) == ("1:a", "s1", DUE, 10)
    assert (loan.item, loan.entry_id, loan.seq, loan.provisional) == ("x", "s1-1-1", 1, False)
    (provisional,) = folded(entry(7, Loan("x", DUE, provisional=True))).open_loans
    assert (provisional.patron_ref, provisional.seq, provisional.provisional) == (None, 7, True)


def test_two_loans_without_a_return_stay_both_open():
    """Two loans of one item are both facts, and the item is nowhere."""
    ledger = folded(entry(1, Loan("x", DUE)), entry(1, Loan("x", DUE), station="s2"))
    assert [loan.station for loan in ledger.open_loans] == ["s1", "s2"]
    assert ledger.place is None
    assert ledger.times_lent == 2


def test_a_return_anywhere_closes_every_loan():
    """A return closes all loans of the item, whatever loan it names, and the item is where it was taken."""
    loans = entry(1, Loan("x", DUE)), entry(2, Loan("x", DUE))
    ledger = folded(*loans, entry(3, Return("x", loan="nobody knows"), station="s3"))
    assert ledger.open_loans == ()
    assert ledger.place == "s3"


def test_undo_closes_its_own_loan_only():
    """An undo takes back the loan it names, and leaves the other one open."""
    first, second = entry(1, Loan("x", DUE)), entry(2, Loan("x", DUE))
    ledger = folded(first, second, entry(3, Return("x", loan=second.entry_id, undo=True)))
    assert [loan.entry_id for loan in ledger.open_loans] == [first.entry_id]
    assert ledger.place is None


def test_undo_puts_the_item_back():
    """An undo of the only loan leaves the item at the station."""
    loan = entry(1, Loan("x", DUE))
    assert folded(loan, entry(2, Return("x", loan=loan.entry_id, undo=True))).place == "s1"


def test_condition_and_missing_parts_stay_until_told_otherwise():
    """What was said of an item holds until the next answer or the next tick list."""
    told = folded(entry(1, ConditionAnswer("x", "r", Condition.MISSING, ("lid",))))
    assert (told.condition, told.missing) == (Condition.MISSING, ("lid",))
    lent = apply_entry(told, entry(2, Loan("x", DUE, (("lid", PartAnswer.HERE), ("bag", PartAnswer.MISSING)))))
    assert lent.missing == ("bag",)


def test_a_next_borrower_wipes_out_neither_damage_nor_what_is_missing():
    """A borrower who says that all is well changes nothing; damage they tell of keeps what is known to be missing."""
    told = entry(1, ConditionAnswer("x", "r", Condition.MISSING, ("lid",)))
    fine = entry(2, ConditionAnswer("x", "l", Condition.OK, asked_of=AskedOf.BORROWER))
    broken = entry(3, ConditionAnswer("x", "l", Condition.DAMAGED, asked_of=AskedOf.BORROWER))
    assert folded(told, fine) == folded(told)
    assert (folded(told, broken).condition, folded(told, broken).missing) == (Condition.DAMAGED, ("lid",))


def test_a_returner_who_says_that_all_is_well_is_believed():
    """The returner's answer takes the place of what was said before."""
    told = entry(1, ConditionAnswer("x", "r", Condition.MISSING, ("lid",)))
    fine = folded(told, entry(2, ConditionAnswer("x", "r", Condition.OK)))
    assert (fine.condition, fine.missing) == (Condition.OK, ())


def test_a_report_without_loan_or_return_marks_the_item():
    """A damage report marks the item until staff have checked it."""
    damaged = entry(1, DamageReport("x", Damage.UNSAFE))
    assert folded(damaged).condition is Condition.DAMAGED
    checked = folded(damaged, entry(2, ItemChecked("x", Shelf.CHECKED)))
    assert (checked.condition, checked.missing, checked.shelf) == (Condition.OK, (), Shelf.CHECKED)


@pytest.mark.parametrize("what", Damage)
def test_what_is_reported_unsafe_is_stopped_until_staff_have_checked_it(what):
    """Only "unsafe" stops a thing, at once or while it is out, and bringing it back does not free it."""
    report = DamageReport("x", what)
    on_shelf = folded(entry(1, Return("x")), entry(2, report))
    brought_back = folded(entry(1, Loan("x", DUE)), entry(2, report), entry(3, Return("x")))
    expected = Shelf.STOPPED if what is Damage.UNSAFE else Shelf.FREE
    assert (on_shelf.shelf, brought_back.shelf) == (expected, expected)
    checked = folded(entry(1, report), entry(2, ItemChecked("x", Shelf.FREE)))
    assert checked.shelf is Shelf.FREE


def test_an_item_goes_out_is_left_and_is_freed():
    """An item is out while lent, left when it comes back so, and free after a check."""
    lent, left = entry(1, Loan("x", DUE)), entry(2, Return("x", shelf=Shelf.LEFT))
    assert folded(lent).shelf is Shelf.OUT
    assert folded(lent, left).shelf is Shelf.LEFT
    assert folded(lent, left, entry(3, ItemChecked("x", Shelf.FREE))).shelf is Shelf.FREE
    assert folded(lent, entry(2, Return("x"))).shelf is Shelf.FREE


def test_undo_gives_back_how_far_the_item_had_come():
    """An undo leaves the item as it stood before, unless another loan of it is still open."""
    first, second = entry(1, Loan("x", DUE)), entry(2, Loan("x", DUE))
    undo = entry(3, Return("x", loan=second.entry_id, undo=True, shelf=Shelf.LEFT))
    assert folded(second, undo).shelf is Shelf.LEFT
    assert folded(first, second, undo).shelf is Shelf.OUT


def test_the_newest_loan_is_remembered_when_it_is_closed():
    """The newest loan keeps its name after the item has come back."""
    ledger = folded(entry(1, Loan("x", DUE)), entry(2, Loan("x", DUE)), entry(3, Return("x")))
    assert ledger.last_loan == "s1-1-2"


def test_a_renewal_moves_the_due_date_of_its_own_loan():
    """A renewal gives its loan a new due date and counts it; another open loan of the item stays."""
    loans = entry(1, Loan("x", DUE)), entry(2, Loan("x", DUE))
    ledger = folded(*loans, entry(3, Renewal("x", "s1-1-1", date(2026, 12, 20))))
    assert [(loan.due, loan.renewals) for loan in ledger.open_loans] == [(date(2026, 12, 20), 1), (DUE, 0)]
    assert folded(entry(1, Renewal("x", "nobody's", DUE))) == ItemLedger("x")


def test_an_item_is_where_it_was_registered_or_brought():
    """A registered or moved item is at that station, one that was taken away is nowhere."""
    registered = entry(1, ItemRegistered("x", "drill"))
    assert (folded(registered).place, folded(registered).shelf) == ("s1", Shelf.FREE)
    assert folded(registered, entry(2, ItemMoved("x", here=False))).place is None
    assert folded(entry(1, ItemMoved("x", here=True), station="s2")).place == "s2"
    assert folded(entry(1, Return("x", shelf=Shelf.LEFT)), entry(2, ItemRegistered("x", "drill"))).shelf is Shelf.FREE


def test_what_is_about_no_item_changes_no_ledger():
    """A refusal changes no ledger."""
    refusal = entry(1, Refusal("limit_reached", "x"))
    assert item_of(refusal) is None
    assert folded(refusal) == ItemLedger("x")


def test_what_is_about_an_item_is_found_under_it():
    """Every kind that changes a ledger is found under its item."""
    bodies = (
        Loan("x", DUE),
        Return("x"),
        Renewal("x", "l", DUE),
        ConditionAnswer("x", "r", Condition.OK),
        DamageReport("x", Damage.DIRTY),
        ItemChecked("x", Shelf.FREE),
        ItemMoved("x", here=True),
        ItemRegistered("x", "drill"),
    )
    assert {item_of(entry(1, body)) for body in bodies} == {"x"}


def test_what_was_brought_back_and_lent_again_is_nowhere():
    """An item that is lent again is no longer where it was brought back."""
    assert folded(entry(1, Return("x")), entry(2, Loan("x", DUE))).place is None


def test_an_entry_that_comes_twice_is_put_in_order():
    """The same entry given twice has its place in the order, twice."""
    one, other = entry(1, Loan("x", DUE)), entry(2, Return("x"))
    assert in_order([other, one, other]) == [one, other, other]


def test_the_branches_of_a_forked_journal_have_one_order():
    """Two entries that claim the same place have the same order however they come."""
    one = entry(1, Loan("x", DUE))
    other = replace(one, entry_id="s1-1-1b", body=Return("x"))
    assert in_order([other, one]) == in_order([one, other]) == [one, other]


def test_within_a_station_the_journal_decides():
    """A clock that goes back does not turn a station's own entries round."""
    late, early = entry(1, Loan("x", DUE), wall=1000), entry(2, Return("x"), wall=10)
    assert in_order([early, late]) == [late, early]


def test_between_stations_the_time_decides():
    """Entries of two stations come in the order of their clocks, then of the stations' names."""
    a, b, c = (entry(1, Return("x"), station=s, wall=w) for s, w in (("s2", 5), ("s1", 7), ("s3", 5)))
    assert in_order([c, b, a]) == [a, c, b]


def ledgers_of(entries):
    ledgers = {}
    for one in in_order(entries):
        item = item_of(one)
        if item is not None:
            ledgers[item] = apply_entry(ledgers.get(item, ItemLedger(item)), one)
    return ledgers


@many
@given(three_journals(), st.randoms(use_true_random=False))
def test_the_order_of_arrival_changes_nothing(journals, random):
    """Any shuffle of three stations' entries gives the same ledgers."""
    entries = [one for journal in journals for one in journal]
    shuffled = random.sample(entries, len(entries))
    assert in_order(shuffled) == in_order(entries)
    assert ledgers_of(shuffled) == ledgers_of(entries)


@some
@given(three_journals())
def test_every_journal_keeps_its_order(journals):
    """In the one order each station's entries stand as its journal has them."""
    ordered = in_order([one for journal in reversed(journals) for one in journal])
    for journal in journals:
        assert [one for one in ordered if journal and one.station == journal[0].station] == journal


@some
@given(three_journals())
def test_open_loans_are_those_nothing_has_closed(journals):
    """A loan is open exactly if no return of its item, nor its own undo, comes after it."""
    ordered = in_order([one for journal in journals for one in journal])
    for item, ledger in ledgers_of(ordered).items():
        about = [one for one in ordered if item_of(one) == item]
        expected = [one.entry_id for place, one in enumerate(about) if still_open(one, about[place + 1 :])]
        assert [loan.entry_id for loan in ledger.open_loans] == expected


def still_open(one, later):
    closing = [x.body for x in later if isinstance(x.body, Return)]
    ended = any(not body.undo or body.loan == one.entry_id for body in closing)
    return isinstance(one.body, Loan) and not ended
