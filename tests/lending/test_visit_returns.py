"""What comes back in a visit, and what is undone, step by step."""

from dataclasses import replace
from datetime import date

import pytest
from support.facts import Person, lent_to
from support.library import ANNA, BERIT, DRILL, HAMMER, MORE, SANDER, SAW, UNKNOWN_CODE
from support.touches import ANNA_COMES, BERIT_COMES, BORROW_HAMMER, SCAN_DRILL, SCAN_HAMMER, SCAN_SAW

from lending.entries import ConditionAnswer, Draft, ItemChecked, Loan, Personal, Return
from lending.nouns import Condition, PartAnswer, Shelf
from lending.visit import (
    Account,
    AskReturn,
    AskWhy,
    BorrowParts,
    ConditionGiven,
    ConfirmLoan,
    ConfirmMissing,
    ConfirmReturn,
    Done,
    GoOn,
    ItemScanned,
    Line,
    LineState,
    Notice,
    OddScan,
    PartAnswered,
    RenewLoan,
    RestIsHere,
    Returned,
    Thanks,
    Trace,
    UndoNewest,
    WhichMissing,
    after_power_cut,
    trace_of,
)

HERE, MISSING = PartAnswer.HERE, PartAnswer.MISSING
IN_TWO_WEEKS = date(2026, 12, 6)


# --- Returning


def test_ones_own_thing_is_taken_back_at_once():
    """A thing the patron has is taken back at the scan, naming the loan it ends."""
    facts = lent_to(ANNA, HAMMER)
    person = Person(facts).gives(ANNA_COMES, SCAN_HAMMER)
    loan = facts.entries[0].entry_id
    assert person.bodies == [Return(HAMMER.code, loan=loan)]
    back = person.drafts[0].entry_id
    assert person.step == Returned(HAMMER.code, back, loan)
    assert person.visit.lines == (Line(HAMMER.code, LineState.RETURNED, back),)
    assert facts.loans_of(ANNA) == []


def test_a_return_needs_no_card():
    """A thing that is out is taken back at the scan without a card."""
    person = Person(lent_to(ANNA, HAMMER)).gives(SCAN_HAMMER)
    assert isinstance(person.step, Returned)
    assert person.visit.patron is None


def test_an_unknown_thing_is_asked_about_and_taken(person):
    """A thing no feed has told of is taken back when asked, with thanks and without a question."""
    assert person.gives(ItemScanned(UNKNOWN_CODE)).step == AskReturn(UNKNOWN_CODE, AskWhy.ITEM_UNKNOWN)
    assert person.gives(ConfirmReturn()).step == Thanks(UNKNOWN_CODE, None)
    assert person.bodies == [Return(UNKNOWN_CODE, shelf=Shelf.LEFT)]


@pytest.mark.parametrize("answer", [Condition.OK, Condition.DAMAGED])
def test_the_condition_is_written_beside_the_return(answer):
    """What the returner says of the thing is an entry of its own about the return."""
    person = Person(lent_to(ANNA, HAMMER)).gives(SCAN_HAMMER)
    back = person.drafts[0].entry_id
    person.gives(ConditionGiven(answer))
    assert person.bodies == [ConditionAnswer(HAMMER.code, back, answer)]
    assert person.step == Thanks(HAMMER.code, answer, swap=MORE[0].code if answer is Condition.DAMAGED else None)


@pytest.mark.parametrize(("item", "shelf"), [(HAMMER, Shelf.FREE), (SANDER, Shelf.LEFT)])
def test_what_comes_back_is_free_or_left_by_its_class(item, shelf):
    """A thing of class A is free when it comes back, others wait for the next tick list or for staff."""
    facts = lent_to(ANNA, item)
    assert Person(facts).gives(ItemScanned(item.code)).bodies[0].shelf is shelf
    assert facts.ledger(item.code).shelf is shelf


def test_missing_parts_are_pointed_out():
    """The answer "something is missing" asks which part, and writes those pointed out."""
    person = Person(lent_to(ANNA, DRILL)).gives(SCAN_DRILL, ConditionGiven(Condition.MISSING))
    assert person.drafts == ()
    assert isinstance(person.step, WhichMissing)
    person.gives(PartAnswered(2, MISSING), PartAnswered(0, MISSING), PartAnswered(0, MISSING), ConfirmMissing())
    back = person.facts.entries[-2].entry_id
    assert person.bodies == [ConditionAnswer(DRILL.code, back, Condition.MISSING, ("part-2",))]
    assert person.step == Thanks(DRILL.code, Condition.MISSING, ("part-2",))


@pytest.mark.parametrize("change", [{"parts": ()}, {"parts": DRILL.parts[:1]}, None])
def test_a_kit_that_changes_while_it_is_asked_about_is_answered_as_far_as_it_goes(change):
    """Missing parts are written as far as the newest feed still knows them."""
    person = Person(lent_to(ANNA, DRILL)).gives(SCAN_DRILL, ConditionGiven(Condition.MISSING))
    person.gives(PartAnswered(0, MISSING), PartAnswered(2, MISSING))
    if change is None:
        del person.facts.items[DRILL.code]
    else:
        person.facts.items[DRILL.code] = replace(DRILL, **change)
    known = () if change is None or not change["parts"] else ("part-0",)
    assert person.gives(ConfirmMissing()).bodies[0].missing == known


@pytest.mark.parametrize("index", [-1, 3])
def test_a_touch_beside_the_missing_parts_is_none(index):
    """Pointing at a part that is not in the kit points at nothing."""
    person = Person(lent_to(ANNA, DRILL)).gives(SCAN_DRILL, ConditionGiven(Condition.MISSING))
    assert person.gives(PartAnswered(index, MISSING), ConfirmMissing()).bodies[0].missing == ()


def test_a_thing_scanned_again_after_its_return_is_back_already():
    """The second scan of a thing that has just come back changes nothing, at any of its questions."""
    person = Person(lent_to(ANNA, DRILL)).gives(ANNA_COMES, SCAN_DRILL, SCAN_DRILL)
    assert person.drafts == ()
    assert isinstance(person.step, Returned)
    assert isinstance(person.gives(ConditionGiven(Condition.MISSING), SCAN_DRILL).step, WhichMissing)
    assert isinstance(person.gives(ConfirmMissing(), SCAN_DRILL).step, Thanks)


def test_a_return_ends_ones_own_loan_of_two():
    """Of two open loans of one thing a return names the patron's own, and closes both."""
    facts = lent_to(ANNA, HAMMER)
    facts.commit([Draft("f" * 32, Loan(HAMMER.code, IN_TWO_WEEKS), Personal(BERIT))])
    assert Person(facts).gives(ANNA_COMES, SCAN_HAMMER).bodies[0].loan == facts.entries[0].entry_id
    assert facts.ledger(HAMMER.code).open_loans == ()


def test_a_return_without_card_ends_the_newest_loan():
    """Of two open loans of one thing a return without card names the newest."""
    facts = lent_to(ANNA, HAMMER)
    facts.commit([Draft("f" * 32, Loan(HAMMER.code, IN_TWO_WEEKS), Personal(BERIT))])
    assert Person(facts).gives(SCAN_HAMMER).bodies[0].loan == "f" * 32


def test_what_was_not_saved_is_done_when_it_comes_back():
    """A thing that a power cut kept from being saved leaves the list when it is brought back."""
    person = Person()
    person.visit = after_power_cut(Trace((), DRILL.code), person.facts)
    person.gives(SCAN_DRILL, ConfirmReturn())
    assert [line.state for line in person.visit.lines] == [LineState.RETURNED]


def test_what_was_not_saved_of_other_things_stays_on_the_list():
    """A return leaves the lines of other things, and the loan of the same thing, where they are."""
    person = Person()
    person.visit = after_power_cut(Trace((), DRILL.code), person.facts)
    person.gives(SCAN_HAMMER, ConfirmReturn())
    assert [line.state for line in person.visit.lines] == [LineState.NOT_SAVED, LineState.RETURNED]
    person = Person().gives(ANNA_COMES, *BORROW_HAMMER, GoOn(), SCAN_HAMMER)
    assert [line.state for line in person.visit.lines] == [LineState.LENT, LineState.RETURNED]


def test_missing_without_parts_is_an_answer():
    """The answer "something is missing" of a thing without parts is written at once."""
    person = Person(lent_to(ANNA, HAMMER)).gives(SCAN_HAMMER, ConditionGiven(Condition.MISSING))
    assert person.step == Thanks(HAMMER.code, Condition.MISSING)


def test_a_number_of_a_person_is_kept_nowhere(person):
    """A code in the shape of a person's number that no item has is answered as one, and nothing keeps it."""
    person.gives(ItemScanned("0101901234", maybe_person=True))
    assert person.step == Notice(OddScan.NATIONAL_ID)
    assert "0101901234" not in repr(person.visit)


def test_a_number_of_a_person_leaves_the_visit_where_it_was(anna):
    """A person's number scanned in the middle of a loan gives way to that loan."""
    anna.gives(SCAN_SAW, ItemScanned("0101901234", maybe_person=True), GoOn())
    assert anna.step == BorrowParts(SAW.code, (None,))


def test_an_item_in_the_shape_of_a_persons_number_is_an_item(anna):
    """A code in the shape of a person's number is an item if the feed or the journal knows it."""
    assert isinstance(anna.gives(ItemScanned(HAMMER.code, maybe_person=True)).step, BorrowParts)
    seen = Person().gives(ItemScanned("0101901234"), ConfirmReturn(), Done())
    assert isinstance(seen.gives(ItemScanned("0101901234", maybe_person=True)).step, AskReturn)


# --- Undo


def test_the_newest_loan_can_be_taken_back(anna):
    """Undo takes the newest loan back by a return marked so, and leaves the line to say it."""
    anna.gives(*BORROW_HAMMER)
    loan = anna.drafts[0].entry_id
    anna.gives(UndoNewest())
    assert anna.bodies == [Return(HAMMER.code, loan=loan, undo=True)]
    assert anna.visit.lines == (Line(HAMMER.code, LineState.UNDONE, anna.drafts[0].entry_id),)
    assert anna.facts.loans_of(ANNA) == []


def test_undo_before_anything_was_done_does_nothing(anna):
    """Where nothing was done there is nothing to take back."""
    assert anna.gives(UndoNewest()).drafts == ()
    assert anna.step == Account()


def test_undo_reaches_the_newest_loan_only(anna):
    """A second undo does nothing: only the newest loan can be taken back."""
    anna.gives(*BORROW_HAMMER, SCAN_SAW, RestIsHere(), ConfirmLoan(), UndoNewest(), UndoNewest())
    assert anna.drafts == ()
    assert [loan.item for loan in anna.facts.loans_of(ANNA)] == [HAMMER.code]


@pytest.mark.parametrize("shelf", [Shelf.LEFT, Shelf.CHECKED, Shelf.FREE])
def test_undo_leaves_the_thing_as_it_stood_before(anna, shelf):
    """A loan taken back leaves the thing as far as it had come."""
    anna.facts.commit([Draft("e" * 32, ItemChecked(SANDER.code, shelf))])
    anna.gives(ItemScanned(SANDER.code), RestIsHere(), ConfirmLoan(), UndoNewest())
    assert anna.facts.ledger(SANDER.code).shelf is shelf
    assert anna.step == Account()


def test_undo_leaves_the_loans_of_others_alone(anna):
    """Somebody who shows a card after a power cut cannot take back the loan of whoever was there before."""
    trace = trace_of(anna.gives(*BORROW_HAMMER).visit)
    berit = Person(anna.facts)
    berit.visit = after_power_cut(trace, anna.facts)
    berit.gives(SCAN_SAW, BERIT_COMES)
    assert berit.step == BorrowParts(SAW.code, (None,))
    assert berit.visit.lines == ()
    berit.visit = replace(berit.visit, lines=trace.lines)
    assert berit.gives(UndoNewest()).drafts == ()


def test_undo_does_not_take_a_renewal_back():
    """A renewal stays."""
    person = Person(lent_to(ANNA, HAMMER)).gives(ANNA_COMES)
    person.facts.pass_days(1)
    assert person.gives(RenewLoan("#0"), UndoNewest()).drafts == ()


def test_undo_after_a_return_does_nothing():
    """A return cannot be undone."""
    person = Person(lent_to(ANNA, HAMMER)).gives(ANNA_COMES, SCAN_HAMMER, UndoNewest())
    assert person.drafts == ()


def test_undo_needs_the_card(anna):
    """After a power cut nobody can undo a loan without showing a card."""
    trace = trace_of(anna.gives(*BORROW_HAMMER).visit)
    anna.visit = after_power_cut(trace, anna.facts)
    assert anna.gives(UndoNewest()).drafts == ()
