"""Renewals, swaps and damage, as short stories."""

from dataclasses import replace
from datetime import date

import pytest
from support.facts import Person, lent_to
from support.library import ANNA, BERIT, DRILL, HAMMER, SAW, SECOND_DRILL, TENT, UNKNOWN_CODE
from support.touches import ANNA_COMES, LEND_IT, SCAN_DRILL, SCAN_HAMMER, SCAN_SAW, SCAN_SECOND

from lending.entries import DamageReport, Renewal
from lending.nouns import CardFacts, Condition, Damage, Hold, Rules, Standing
from lending.visit import (
    Account,
    AskDamage,
    BorrowParts,
    ConditionGiven,
    ConfirmLoan,
    ConfirmReturn,
    DamageGiven,
    GoOn,
    ItemScanned,
    Line,
    LineState,
    RenewLoan,
    RestIsHere,
    StartDamage,
    Thanks,
)
from lending.visit.rows import row_of

# --- Renewing


@pytest.fixture
def borrower():
    """Anna on the day after she borrowed the hammer."""
    facts = lent_to(ANNA, HAMMER)
    facts.pass_days(1)
    return Person(facts).gives(ANNA_COMES)


def test_a_loan_is_renewed_from_today(borrower):
    """A renewal counts from today, is an entry of its own about the loan, and says so in a line."""
    loan = borrower.facts.entries[0].entry_id
    borrower.gives(RenewLoan("#0"))
    due = date(2026, 12, 7)
    assert borrower.bodies == [Renewal(HAMMER.code, loan, due)]
    assert borrower.visit.lines == (Line(HAMMER.code, LineState.RENEWED, borrower.drafts[0].entry_id, due),)
    assert borrower.step == Account()
    assert borrower.facts.loans_of(ANNA)[0].due == due


def test_a_feed_between_the_account_and_the_touch_renews_no_other_loan(borrower):
    """A loan that comes meanwhile and is due sooner stands first; the touch still means the one it was on."""
    of_hammer = RenewLoan(row_of(borrower.facts.loans_of(ANNA)[0].entry_id))
    sooner = replace(SAW, loan_days=3)
    borrower.facts.items[SAW.code] = sooner
    lent_to(ANNA, sooner, facts=borrower.facts)
    borrower.facts.pass_days(1)
    assert [loan.item for loan in borrower.facts.loans_of(ANNA)] == [SAW.code, HAMMER.code]
    (renewal,) = borrower.gives(of_hammer).bodies
    assert renewal.item == HAMMER.code


@pytest.mark.parametrize("row", ["", "#1"])
def test_a_row_that_is_not_there_renews_nothing(borrower, row):
    """A touch on no row does nothing."""
    assert borrower.gives(RenewLoan(row)).drafts == ()


def test_a_renewal_that_is_not_allowed_is_a_touch_on_nothing(borrower):
    """When no renewals are left nothing is written, not even a refusal."""
    assert borrower.gives(RenewLoan("#0")).drafts
    borrower.facts.pass_days(1)
    assert borrower.gives(RenewLoan("#0")).drafts == ()


def test_a_renewal_that_gains_nothing_is_not_used_up():
    """On the day of the loan a renewal would not move the due date, and is kept for later."""
    person = Person(lent_to(ANNA, HAMMER)).gives(ANNA_COMES, RenewLoan("#0"))
    assert person.drafts == ()
    assert person.facts.loans_of(ANNA)[0].renewals == 0


def test_a_stopped_card_renews_nothing(borrower):
    """A card blocked meanwhile renews nothing; one that has run out by a doubtful clock does."""
    borrower.facts.cards[ANNA] = CardFacts(Standing.BLOCKED)
    assert borrower.gives(RenewLoan("#0")).drafts == ()
    borrower.facts.cards[ANNA] = CardFacts(Standing.KNOWN, expires=date(2026, 11, 1))
    assert borrower.gives(RenewLoan("#0")).drafts == ()
    borrower.facts.clock_doubtful = True
    assert borrower.gives(RenewLoan("#0")).drafts != ()


def test_a_thing_somebody_waits_for_comes_back(borrower):
    """A loan of what somebody else waits for is not renewed."""
    borrower.facts.set_aside(Hold("h", "hammer", BERIT, date(2026, 11, 25)))
    assert borrower.gives(RenewLoan("#0")).drafts == ()


def test_by_a_doubtful_clock_a_loan_runs_on_from_the_date_it_had(borrower):
    """A clock nobody has set makes no renewal worse: it counts from the old date, and is marked."""
    borrower.facts.clock_doubtful = True
    borrower.facts.pass_days(-400)
    (renewal,) = borrower.gives(RenewLoan("#0")).bodies
    assert (renewal.due, renewal.due_doubtful) == (date(2026, 12, 20), True)


def test_a_doubtful_clock_that_is_ahead_counts_as_today(borrower):
    """With a doubtful clock past the due date a renewal counts from that clock."""
    borrower.facts.clock_doubtful = True
    borrower.facts.pass_days(27)
    assert borrower.gives(RenewLoan("#0")).bodies[0].due == date(2027, 1, 3)


def test_a_renewal_ends_on_an_open_day(borrower):
    """A renewed loan ends on an open day too."""
    borrower.facts.rules = Rules(closed_days=(date(2026, 12, 7),))
    assert borrower.gives(RenewLoan("#0")).bodies[0].due == date(2026, 12, 8)


def test_a_thing_that_left_the_feed_is_not_renewed(borrower):
    """How long a thing is lent stands in the feed; without it there is no renewal."""
    del borrower.facts.items[HAMMER.code]
    assert borrower.gives(RenewLoan("#0")).drafts == ()


# --- Swaps and damage


def test_a_thing_that_did_not_work_is_swapped():
    """Whoever brings back a broken thing is offered another copy, whose loan names the one it stands in for."""
    person = Person(lent_to(ANNA, DRILL))
    loan = person.facts.entries[0].entry_id
    person.gives(ANNA_COMES, SCAN_DRILL, ConditionGiven(Condition.DAMAGED))
    assert person.step == Thanks(DRILL.code, Condition.DAMAGED, swap=SECOND_DRILL.code)
    assert person.gives(SCAN_SECOND, *LEND_IT).bodies[0].instead_of == loan
    assert person.gives(SCAN_DRILL, *LEND_IT).bodies[0].instead_of is None


def test_only_a_loan_of_the_same_thing_stands_in():
    """A loan of something else in between does not count as the swap; the next of the thing does."""
    person = Person(lent_to(ANNA, DRILL))
    loan = person.facts.entries[0].entry_id
    person.gives(ANNA_COMES, SCAN_DRILL, ConditionGiven(Condition.DAMAGED))
    assert person.gives(SCAN_SAW, *LEND_IT).bodies[0].instead_of is None
    assert person.gives(SCAN_SECOND, *LEND_IT).bodies[0].instead_of == loan


def test_without_a_card_or_a_loan_nothing_is_stood_in_for():
    """A broken thing brought back without card, or that was not lent here, is no swap."""
    person = Person(lent_to(ANNA, DRILL)).gives(SCAN_DRILL, ConditionGiven(Condition.DAMAGED))
    assert person.visit.instead_of is None
    person = Person().gives(ANNA_COMES, ItemScanned(TENT.code), ConfirmReturn(), ConditionGiven(Condition.DAMAGED))
    assert person.visit.instead_of is None
    assert person.step == Thanks(TENT.code, Condition.DAMAGED)


@pytest.mark.parametrize("answer", [Condition.OK, Condition.MISSING])
def test_only_damage_is_a_reason_to_swap(answer):
    """A thing that was well, or lacks a part, is no reason for a swap."""
    person = Person(lent_to(ANNA, HAMMER)).gives(ANNA_COMES, SCAN_HAMMER, ConditionGiven(answer))
    assert person.visit.instead_of is None
    assert person.step == Thanks(HAMMER.code, answer)


WAYS = {
    "from the shelf": [SCAN_SAW],
    "at the tick list": [ANNA_COMES, SCAN_SAW],
    "after a return": [SCAN_HAMMER],
    "after a loan": [ANNA_COMES, SCAN_SAW, *LEND_IT],
    "unknown": [ItemScanned(UNKNOWN_CODE)],
}


@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS)
def test_damage_is_told_in_two_touches_wherever_a_thing_is_shown(way):
    """Wherever a thing is on the screen its damage can be told, or not after all."""
    person = Person(lent_to(BERIT, HAMMER)).gives(*way)
    before = person.step
    assert person.gives(StartDamage()).step == AskDamage(before.item, before)
    assert person.gives(GoOn()).step == before
    assert person.gives(StartDamage(), DamageGiven(Damage.UNSAFE)).bodies == [
        DamageReport(before.item, Damage.UNSAFE)
    ]
    assert (person.step.item, person.step.answer) == (before.item, Condition.DAMAGED)


def test_another_copy_is_offered_once_the_damaged_one_is_back():
    """Another copy is offered for a damaged one from the shelf, not while the damaged one is still out."""
    tell = (StartDamage(), DamageGiven(Damage.BROKEN))
    assert Person().gives(SCAN_DRILL, *tell).step.swap == SECOND_DRILL.code
    assert Person().gives(ANNA_COMES, SCAN_DRILL, *LEND_IT, *tell).step.swap is None
    assert Person().gives(ItemScanned(UNKNOWN_CODE), *tell).step.swap is None


def test_damage_ends_a_loan_at_hand():
    """A thing told of as damaged at its tick list is not lent by the touch after."""
    person = Person().gives(ANNA_COMES, SCAN_SAW, RestIsHere(), StartDamage(), DamageGiven(Damage.UNSAFE))
    assert person.gives(ConfirmLoan()).drafts == ()


def test_a_scan_during_the_question_about_damage_is_a_scan():
    """Another thing scanned at the question is what counts; the same one changes nothing."""
    person = Person().gives(ANNA_COMES, SCAN_SAW, StartDamage(), SCAN_SAW)
    assert isinstance(person.step, AskDamage)
    assert person.gives(SCAN_HAMMER).step == BorrowParts(HAMMER.code, ())
