"""A visit, step by step: cards, borrowing, odd scans, time and power."""

from dataclasses import replace
from datetime import date

import pytest
from support.facts import MemoryFacts, Person, lent_to
from support.library import ANNA, BERIT, BLOCKED, DRILL, HAMMER, MORE, SANDER, SAW, STRANGER, TENT
from support.touches import A_STRANGER_COMES, ANNA_COMES, BORROW_HAMMER, SCAN_DRILL, SCAN_HAMMER, SCAN_SAW

from lending.entries import ConditionAnswer, Draft, ItemChecked, Loan, Personal, Refusal
from lending.nouns import AskedOf, CardFacts, Condition, PartAnswer, Rules, Shelf, Standing
from lending.rules import Reason
from lending.visit import (
    Account,
    AskReturn,
    AskWhy,
    BorrowParts,
    CancelItem,
    CannotLend,
    CardShown,
    CardStop,
    ConditionGiven,
    Confirmed,
    ConfirmLoan,
    ConfirmReturn,
    Done,
    GoOn,
    ItemScanned,
    Line,
    LineState,
    Notice,
    OddScan,
    OddScanned,
    PartAnswered,
    Patron,
    PowerBack,
    RenewLoan,
    RestIsHere,
    Returned,
    StillHere,
    Tick,
    Trace,
    UndoNewest,
    UnknownCard,
    after_power_cut,
    trace_of,
)

HERE, MISSING = PartAnswer.HERE, PartAnswer.MISSING
IN_TWO_WEEKS = date(2026, 12, 6)


# --- Cards


def test_a_known_card_opens_the_account(anna):
    """A known card opens the account, and nothing is written for it."""
    assert anna.step == Account()
    assert anna.drafts == ()


def test_a_blocked_card_is_stopped_without_saying_who(person):
    """A blocked card is stopped, and the entry says why but not who."""
    person.gives(CardShown(BLOCKED))
    assert person.step == CardStop(Reason.CARD_BLOCKED)
    assert person.bodies == [Refusal("card_blocked")]
    assert person.drafts[0].personal is None


def test_an_unknown_card_has_room_for_its_first_loan(person):
    """A card the station does not know is asked in, with room for one thing."""
    assert person.gives(A_STRANGER_COMES).step == UnknownCard(room=True)


def test_an_unknown_card_with_its_one_thing_out_has_no_room():
    """A card the station does not know has no room while its one thing is out."""
    assert Person(lent_to(STRANGER, HAMMER)).gives(A_STRANGER_COMES).step == UnknownCard(room=False)


def test_the_same_card_again_changes_nothing(anna):
    """The card that opened the visit may be shown again at any step."""
    assert anna.gives(SCAN_DRILL, ANNA_COMES).step == BorrowParts(DRILL.code, (None, None, None))


def test_scanning_the_thing_again_leaves_the_notice_and_keeps_the_ticks(anna):
    """The thing at hand scanned again leads from a notice back to its half answered list."""
    anna.gives(SCAN_DRILL, PartAnswered(0, HERE), OddScanned(OddScan.ISBN), SCAN_DRILL)
    assert anna.step == BorrowParts(DRILL.code, (HERE, None, None))


def test_a_card_after_a_scan_goes_on_with_that_thing(person):
    """A thing from the shelf scanned before the card is being borrowed once the card is shown."""
    assert person.gives(SCAN_HAMMER).step == AskReturn(HAMMER.code, AskWhy.ON_SHELF)
    assert person.gives(ANNA_COMES).step == BorrowParts(HAMMER.code, ())


def test_a_blocked_card_after_a_scan_is_told_what_it_can_do(person):
    """A blocked card shown after a scan is stopped in private, not told about the thing."""
    assert person.gives(SCAN_HAMMER, CardShown(BLOCKED)).step == CardStop(Reason.CARD_BLOCKED)


# --- Borrowing


def test_a_loan_is_written_when_it_is_confirmed(anna):
    """A confirmed loan names item, due date, parts, rules and, apart from it, the card."""
    anna.gives(SCAN_DRILL, RestIsHere(), PartAnswered(1, MISSING), ConfirmLoan())
    answers = (("part-0", HERE), ("part-1", MISSING), ("part-2", HERE))
    assert anna.bodies == [Loan(DRILL.code, IN_TWO_WEEKS, answers, provisional=False, rules_version=1)]
    assert anna.drafts[0].personal == Personal(ANNA, None)
    assert anna.step == Confirmed(DRILL.code)
    assert anna.visit.lines == (Line(DRILL.code, LineState.LENT, anna.drafts[0].entry_id, IN_TWO_WEEKS),)


def test_a_loan_says_how_much_the_station_knew(anna):
    """A loan carries the whole hours its data was old, and that the clock was doubtful."""
    anna.facts.data_age_hours, anna.facts.clock_doubtful = 5.9, True
    (loan,) = anna.gives(*BORROW_HAMMER).bodies
    assert (loan.data_age_hours, loan.due_doubtful) == (5, True)


@pytest.mark.parametrize(("hours", "kept"), [(float("inf"), 10**6), (-1.0, 0)])
def test_an_age_of_data_that_cannot_be_is_bounded(anna, hours, kept):
    """Data of an impossible age is as old as can be, or new; the loan can still be written."""
    anna.facts.data_age_hours = hours
    anna.facts.rules = Rules(age_steps=())
    assert anna.gives(*BORROW_HAMMER).bodies[0].data_age_hours == kept


def test_a_due_date_falls_on_an_open_day(anna):
    """A loan that would end on a closed day ends on the next open one."""
    anna.facts.rules = Rules(closed_days=(IN_TWO_WEEKS,))
    assert anna.gives(*BORROW_HAMMER).bodies[0].due == date(2026, 12, 7)


def test_several_things_are_borrowed_and_brought_back_in_one_visit():
    """One visit lends several things and takes several back, each with a line of its own."""
    person = Person(lent_to(ANNA, HAMMER, SAW)).gives(ANNA_COMES, SCAN_HAMMER, SCAN_SAW, SCAN_DRILL)
    person.gives(RestIsHere(), ConfirmLoan(), ItemScanned(MORE[0].code), ConfirmLoan())
    states = [line.state for line in person.visit.lines]
    assert states == [LineState.RETURNED, LineState.RETURNED, LineState.LENT, LineState.LENT]
    assert {loan.item for loan in person.facts.loans_of(ANNA)} == {DRILL.code, MORE[0].code}


@pytest.mark.parametrize("answer", [Condition.OK, Condition.DAMAGED])
def test_the_next_borrower_is_asked_once(anna, answer):
    """What the borrower says of the thing is an entry about the loan, and can be said once."""
    anna.gives(*BORROW_HAMMER)
    loan = anna.drafts[0].entry_id
    anna.gives(ConditionGiven(answer))
    assert anna.bodies == [ConditionAnswer(HAMMER.code, loan, answer, asked_of=AskedOf.BORROWER)]
    assert anna.step == Confirmed(HAMMER.code, told=True)
    assert anna.gives(ConditionGiven(answer)).drafts == ()


def test_the_next_borrower_has_said_what_is_missing(anna):
    """The tick list was the question about parts; it is not asked again."""
    assert anna.gives(*BORROW_HAMMER, ConditionGiven(Condition.MISSING)).drafts == ()
    assert anna.step == Confirmed(HAMMER.code)


def test_a_borrower_tells_of_the_thing_just_borrowed(anna):
    """Asked after a second loan, the borrower's answer is about that one."""
    anna.gives(*BORROW_HAMMER, SCAN_SAW, RestIsHere(), ConfirmLoan())
    second = anna.drafts[0].entry_id
    assert anna.gives(ConditionGiven(Condition.OK)).bodies[0].about == second


@pytest.mark.parametrize("answered", [(), (PartAnswered(0, HERE), PartAnswered(2, MISSING))])
def test_a_loan_waits_for_every_part(anna, answered):
    """The main button does nothing while a part has no answer."""
    anna.gives(SCAN_DRILL, *answered, ConfirmLoan())
    assert isinstance(anna.step, BorrowParts)
    assert anna.facts.entries == []


def test_the_same_touch_takes_an_answer_back(anna):
    """A second touch of the same answer takes it back; the other answer replaces it."""
    assert anna.gives(SCAN_SAW, PartAnswered(0, HERE), PartAnswered(0, HERE)).step == BorrowParts(SAW.code, (None,))
    assert anna.gives(PartAnswered(0, HERE), PartAnswered(0, MISSING)).step == BorrowParts(SAW.code, (MISSING,))


def test_a_touch_beside_the_list_is_no_answer(anna):
    """An answer for a part that is not in the kit changes nothing."""
    anna.gives(SCAN_SAW, PartAnswered(1, HERE), PartAnswered(-1, HERE))
    assert anna.step == BorrowParts(SAW.code, (None,))


def test_a_feed_that_changes_the_kit_asks_again(anna):
    """Answers about a kit that a new feed has changed meanwhile are not written; the list is asked anew."""
    anna.gives(SCAN_SAW, RestIsHere())
    anna.facts.items[SAW.code] = replace(SAW, parts=DRILL.parts)
    assert anna.gives(ConfirmLoan()).step == BorrowParts(SAW.code, (None, None, None))
    assert anna.facts.entries == []


def test_the_limit_stops_the_next_loan():
    """The sixth thing is refused, with a reason and an entry that says so."""
    person = Person(lent_to(ANNA, *MORE[:5])).gives(ANNA_COMES, SCAN_HAMMER)
    assert person.step == CannotLend(HAMMER.code, Reason.LIMIT_REACHED)
    assert person.bodies == [Refusal("limit_reached", HAMMER.code)]


def test_the_limit_is_looked_at_again_when_it_counts():
    """A limit that a new feed has lowered meanwhile stops the loan at its last step."""
    person = Person().gives(ANNA_COMES, SCAN_HAMMER)
    person.facts.rules = Rules(loan_limit=0)
    assert person.gives(ConfirmLoan()).step == CannotLend(HAMMER.code, Reason.LIMIT_REACHED)
    assert person.bodies == [Refusal("limit_reached", HAMMER.code)]


def test_what_the_patron_has_counts_by_its_kind():
    """A limit of a kind counts the patron's things of that kind, also when a feed has lost one of them."""
    facts = lent_to(ANNA, SAW, HAMMER, facts=MemoryFacts(Rules(kind_limits=(("tools", 2),))))
    assert Person(facts).gives(ANNA_COMES, SCAN_DRILL).step == CannotLend(DRILL.code, Reason.KIND_LIMIT)
    del facts.items[HAMMER.code]
    assert isinstance(Person(facts).gives(ANNA_COMES, SCAN_DRILL).step, BorrowParts)


def test_old_data_lends_less():
    """The age of the data tightens the limit."""
    person = Person(lent_to(ANNA, *MORE[:3]))
    person.facts.data_age_hours = 73.0
    assert person.gives(ANNA_COMES, SCAN_HAMMER).step == CannotLend(HAMMER.code, Reason.DATA_OLD_LIMIT)


@pytest.mark.parametrize(("item", "lends"), [(HAMMER, True), (TENT, False)])
def test_a_thing_that_stays_home_is_lent_at_home(anna, item, lends):
    """A thing that stays home is lent at its own station and at no other."""
    anna.facts.items[item.code] = replace(item, stays_home=True)
    assert isinstance(anna.gives(ItemScanned(item.code)).step, BorrowParts) is lends


def test_a_card_the_feed_gets_to_know_meanwhile_is_no_longer_sealed(person):
    """A feed that tells of the card in the middle of its visit makes the loan an ordinary one."""
    person.gives(A_STRANGER_COMES, SCAN_HAMMER)
    person.facts.cards[STRANGER] = CardFacts(Standing.KNOWN)
    person.gives(ConfirmLoan())
    assert person.drafts[0].personal == Personal(STRANGER, None)
    assert not person.bodies[0].provisional


def test_an_unknown_card_gets_one_provisional_loan(person):
    """A card the station does not know gets one thing, marked provisional, with the card sealed; then no more."""
    person.gives(A_STRANGER_COMES, *BORROW_HAMMER)
    assert person.bodies[0].provisional
    assert person.drafts[0].personal == Personal(STRANGER, "sealed")
    assert person.gives(SCAN_DRILL).step == CannotLend(DRILL.code, Reason.PROVISIONAL_LIMIT)


def test_a_sealed_card_travels_only_if_the_station_does_not_know_it(person):
    """The sealed number of a card the feed knows is not kept."""
    person.gives(CardShown(ANNA, "sealed"))
    assert person.visit.patron == Patron(ANNA, Standing.KNOWN)
    person.gives(*BORROW_HAMMER)
    assert person.drafts[0].personal == Personal(ANNA, None)


def test_a_thing_already_out_offers_to_return_it():
    """A thing that is out to somebody else is not lent but offered to be taken back."""
    person = Person(lent_to(BERIT, HAMMER)).gives(ANNA_COMES, SCAN_HAMMER)
    assert person.step == CannotLend(HAMMER.code, Reason.ALREADY_OUT)
    loan = person.facts.entries[0].entry_id
    assert person.gives(ConfirmReturn()).step == Returned(HAMMER.code, person.drafts[0].entry_id, loan)


def test_not_this_thing_goes_back_to_the_account(anna):
    """Cancelling a thing leads back to the account and writes nothing."""
    assert anna.gives(SCAN_DRILL, RestIsHere(), CancelItem()).step == Account()
    assert anna.facts.entries == []


def test_another_thing_takes_the_place_of_the_one_at_hand(anna):
    """Scanning another thing turns to that one."""
    assert anna.gives(SCAN_DRILL, SCAN_SAW).step == BorrowParts(SAW.code, (None,))


@pytest.mark.parametrize("item", [HAMMER, SAW])
def test_the_same_scan_twice_is_one_scan(anna, item):
    """A thing scanned twice is asked about once, lent once, and not taken back by the second scan."""
    scan = ItemScanned(item.code)
    anna.gives(scan, RestIsHere())
    assert anna.gives(scan).step == BorrowParts(item.code, (HERE,) * len(item.parts))
    anna.gives(ConfirmLoan(), scan)
    assert anna.drafts == ()
    assert anna.step == Confirmed(item.code)


def test_a_refused_thing_scanned_twice_is_one_refusal():
    """A thing that cannot be lent is refused once however often it is scanned."""
    person = Person(lent_to(BERIT, HAMMER)).gives(ANNA_COMES, SCAN_HAMMER, SCAN_HAMMER)
    assert person.drafts == ()
    assert person.step == CannotLend(HAMMER.code, Reason.ALREADY_OUT)


def test_a_thing_that_left_the_feed_is_not_lent(anna):
    """A thing that a new feed no longer tells of stays on the shelf."""
    anna.gives(SCAN_HAMMER)
    del anna.facts.items[HAMMER.code]
    assert anna.gives(ConfirmLoan()).drafts == ()


# --- Odd scans, time, power


@pytest.mark.parametrize("about", OddScan)
def test_an_odd_scan_gets_its_own_answer_and_the_step_comes_back(anna, about):
    """Whatever is no item gets a notice, after which the visit is where it was."""
    anna.gives(SCAN_DRILL, OddScanned(about), OddScanned(OddScan.GS1))
    assert anna.step == Notice(OddScan.GS1)
    assert anna.gives(GoOn()).step == BorrowParts(DRILL.code, (None, None, None))
    assert anna.visit.before is None


def test_a_notice_ends_by_itself_and_the_step_comes_back(anna):
    """A notice nobody touches gives way to the step before it, then the visit ends."""
    anna.gives(SCAN_DRILL, OddScanned(OddScan.ISBN)).waits(61).gives(Tick())
    assert isinstance(anna.step, BorrowParts)
    assert anna.waits(61).gives(Tick()).visit is None


def test_a_notice_to_nobody_ends(person):
    """An odd scan while nobody is here gets a notice that leads nowhere."""
    assert person.gives(OddScanned(OddScan.ISBN)).step == Notice(OddScan.ISBN)
    assert person.gives(GoOn()).visit is None


@pytest.mark.parametrize(("seconds", "here"), [(59, True), (60, False)])
def test_a_visit_nobody_touches_ends(anna, seconds, here):
    """A visit ends exactly when its time is up, and a loan at hand is not written."""
    anna.gives(SCAN_DRILL, RestIsHere()).waits(seconds).gives(Tick())
    assert (anna.visit is not None) is here
    assert anna.facts.entries == []


def test_a_touch_keeps_the_visit_open(anna):
    """Any touch sets the time anew."""
    assert anna.waits(59).gives(StillHere()).waits(59).gives(Tick()).step == Account()


def test_a_confirmation_closes_sooner(anna):
    """A confirmation closes after 8 seconds, and 4 more for each further thing."""
    assert anna.gives(*BORROW_HAMMER).visit.span_ms == 8000
    assert anna.gives(SCAN_SAW, RestIsHere(), ConfirmLoan()).visit.span_ms == 12000


def test_a_renewal_counts_as_a_thing_done_and_an_undone_loan_does_not():
    """The time for reading grows with the things that were done, not with what was taken back."""
    person = Person(lent_to(ANNA, HAMMER)).gives(ANNA_COMES)
    person.facts.pass_days(1)
    person.gives(RenewLoan("#0"), SCAN_SAW, RestIsHere(), ConfirmLoan())
    assert person.visit.span_ms == 12000
    person.gives(UndoNewest(), SCAN_SAW, RestIsHere(), ConfirmLoan())
    assert person.visit.span_ms == 12000


def test_done_ends_the_visit(anna):
    """Done ends the visit at any step."""
    assert anna.gives(SCAN_DRILL, Done()).visit is None


def test_after_a_power_cut_the_screen_says_what_was_saved(anna):
    """After a power cut every line of the visit is there, a thing at hand is "not saved", and no card is."""
    anna.gives(*BORROW_HAMMER, SCAN_DRILL)
    visit = after_power_cut(trace_of(anna.visit), anna.facts)
    assert isinstance(visit.step, PowerBack)
    assert visit.patron is None
    states = [(line.item, line.state) for line in visit.lines]
    assert states == [(HAMMER.code, LineState.LENT), (DRILL.code, LineState.NOT_SAVED)]


def test_after_a_power_cut_what_was_done_is_told_also_where_nothing_was_under_way(anna):
    """Who had just borrowed and had nothing else at hand reads after a power cut that it was saved."""
    visit = after_power_cut(trace_of(anna.gives(*BORROW_HAMMER).visit), anna.facts)
    assert isinstance(visit.step, PowerBack)
    assert [(line.item, line.state) for line in visit.lines] == [(HAMMER.code, LineState.LENT)]


def test_a_thing_under_a_notice_counts_as_at_hand(anna):
    """A power cut during a notice still says that the thing at hand was not saved."""
    assert trace_of(anna.gives(SCAN_DRILL, OddScanned(OddScan.ISBN)).visit) == Trace((), DRILL.code)


def test_after_a_power_cut_with_nobody_there_nothing_is_said(person):
    """A station that comes back with no visit open starts idle."""
    assert after_power_cut(trace_of(None), person.facts) is None
    assert after_power_cut(trace_of(person.gives(ANNA_COMES).visit), person.facts) is None


def test_a_trace_does_not_keep_how_a_thing_stood_before(anna):
    """Undo ends with the visit, so that what it needs is not kept for a power cut."""
    anna.facts.commit([Draft("e" * 32, ItemChecked(SANDER.code, Shelf.LEFT))])
    anna.gives(ItemScanned(SANDER.code), RestIsHere(), ConfirmLoan())
    assert anna.visit.lines[0].was is Shelf.LEFT
    assert trace_of(anna.visit).lines[0].was is Shelf.FREE


def test_after_a_power_cut_the_visit_ends_by_itself(anna):
    """What is said after a power cut gives way when nobody touches it for two minutes."""
    anna.waits(5)
    anna.visit = after_power_cut(Trace((), DRILL.code), anna.facts)
    assert anna.visit.span_ms == 120_000
    assert anna.waits(119.9).gives(Tick()).visit is not None
    assert anna.waits(0.1).gives(Tick()).visit is None
