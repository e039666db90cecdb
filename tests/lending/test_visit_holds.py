"""Holds and pickup codes, as short stories."""

from dataclasses import replace
from datetime import date

import pytest
from support.facts import MemoryFacts, Person, lent_to
from support.library import (
    ANNA,
    BERIT,
    BLOCKED,
    CHAINSAW,
    DRILL,
    HAMMER,
    SAW,
    SECOND_DRILL,
    STAFF,
    STRANGER,
    TRAINED,
    UNKNOWN_CODE,
)
from support.touches import ANNA_COMES, BERIT_COMES, LEND_IT, SCAN_DRILL, SCAN_HAMMER, SCAN_SAW, SCAN_SECOND

from lending.entries import (
    Draft,
    HoldCancelled,
    HoldCollected,
    HoldPlaced,
    Loan,
    Personal,
    Refusal,
    Return,
)
from lending.nouns import Hold, PinRule, Rules, Standing
from lending.rules import Reason
from lending.visit import (
    AboutMe,
    Account,
    AskAboutMe,
    AskPin,
    AskReturn,
    AskWhy,
    BorrowParts,
    CancelHold,
    CancelItem,
    CannotLend,
    CardShown,
    CardStop,
    CodeEntered,
    Confirmed,
    EnterCode,
    GoOn,
    HoldMade,
    ItemScanned,
    LookAt,
    Patron,
    PlaceHold,
    RenewLoan,
    Returned,
    ShowThing,
    StartBrowse,
    StartCode,
    UndoNewest,
)
from lending.visit.rows import row_of

UNTIL = date(2026, 11, 25)
OF_DRILL = Hold("h1", "drill", ANNA, UNTIL, DRILL.code)
ANY_DRILL = replace(OF_DRILL, item=None)
CODE, BAD = CodeEntered("123456"), CodeEntered("000000")


def waiting_for(hold=OF_DRILL, pin=PinRule.NEVER):
    """Return somebody in front of a station at which this is set aside under the code."""
    facts = MemoryFacts(Rules(version=1, pin=pin))
    facts.set_aside(hold, "123456")
    return Person(facts)


@pytest.fixture
def anna():
    return Person(lent_to(BERIT, HAMMER)).gives(ANNA_COMES)


def test_a_card_after_a_code_keeps_the_page_it_is_shown_at():
    """Who came with a code looks at a thing and shows the card that goes with it: the thing is still there, and now
    the account is open too.
    """
    person = waiting_for(ANY_DRILL).gives(StartCode(), CODE, StartBrowse("tools"), ShowThing("hammer"))
    looks = person.step
    assert (type(looks), person.visit.hold) == (LookAt, OF_DRILL.hold_id)
    assert person.gives(ANNA_COMES).step == looks
    assert (person.visit.hold, person.visit.patron.ref) == (None, ANNA)


# --- Placing and giving up


def test_the_next_copy_can_be_set_aside(anna):
    """A thing that is out can be set aside for the patron, who is named apart from the entry."""
    anna.gives(SCAN_HAMMER, PlaceHold())
    (placed,) = anna.bodies
    assert len(placed.hold) == 32
    assert placed == HoldPlaced(placed.hold, "hammer", UNTIL, None)
    assert anna.drafts[0].personal == Personal(ANNA)
    assert anna.step == HoldMade(HAMMER.code, UNTIL)
    assert anna.gives(GoOn()).step == Account()
    assert [hold.hold_id for hold in anna.facts.holds_of(ANNA)] == [placed.hold]


def test_one_hold_per_thing_is_enough(anna):
    """A second hold for the same thing is not placed."""
    anna.gives(SCAN_HAMMER, PlaceHold(), SCAN_HAMMER, PlaceHold())
    assert anna.drafts == ()
    assert anna.step == CannotLend(HAMMER.code, Reason.ALREADY_OUT)


def test_a_copy_that_waits_for_staff_is_itself_set_aside():
    """A thing that stands here and must be checked first is set aside as that copy."""
    person = Person(lent_to(TRAINED, CHAINSAW)).gives(ItemScanned(CHAINSAW.code), CardShown(TRAINED))
    person.gives(ItemScanned(CHAINSAW.code))
    assert person.step == CannotLend(CHAINSAW.code, Reason.NOT_CHECKED_YET)
    assert person.gives(PlaceHold()).bodies[0].item == CHAINSAW.code


def test_an_unknown_card_sets_nothing_aside():
    """A card the station does not know cannot have anything set aside."""
    person = Person(lent_to(BERIT, HAMMER)).gives(CardShown(STRANGER, "s"), SCAN_HAMMER, PlaceHold())
    assert person.drafts == ()


def test_what_left_the_feed_is_not_set_aside(anna):
    """A thing that a new feed no longer tells of cannot be set aside."""
    anna.gives(SCAN_HAMMER)
    del anna.facts.items[HAMMER.code]
    assert anna.gives(PlaceHold()).drafts == ()


def test_a_hold_can_be_given_up(anna):
    """A hold in its row of the account is given up; a row that is not there does nothing."""
    anna.facts.set_aside(OF_DRILL)
    anna.facts.set_aside(Hold("h2", "saw", ANNA, UNTIL))
    for row in ("", "#2", "h1"):
        assert anna.gives(CancelHold(row)).drafts == ()
    assert anna.gives(CancelHold("#1")).bodies == [HoldCancelled("h2")]
    assert anna.step == Account()
    assert anna.facts.holds_of(ANNA) == [OF_DRILL]
    assert anna.gives(CancelHold("#0")).bodies == [HoldCancelled("h1")]


def test_a_feed_between_the_account_and_the_touch_gives_up_no_other_hold(anna):
    """What the finger was on is given up or nothing is, whatever a feed puts before it or takes away."""
    anna.facts.set_aside(OF_DRILL)
    anna.facts.set_aside(Hold("h2", "saw", ANNA, UNTIL))
    of_saw = CancelHold(row_of("h2"))
    anna.facts.holds = {"h0": Hold("h0", "tent", ANNA, UNTIL), **anna.facts.holds}
    assert anna.gives(of_saw).bodies == [HoldCancelled("h2")]
    assert anna.gives(of_saw).drafts == ()


def test_without_a_card_there_is_no_hold_to_give_up(anna):
    """On a screen without card no row does anything."""
    nobody = Person(anna.facts).gives(SCAN_HAMMER, GoOn())
    assert nobody.step == Account()
    assert nobody.gives(CancelHold("#0")).drafts == ()
    assert nobody.gives(RenewLoan("#0")).drafts == ()


# --- Collecting


@pytest.mark.parametrize(
    ("hold", "scan"), [(OF_DRILL, SCAN_DRILL), (ANY_DRILL, SCAN_SECOND), (OF_DRILL, SCAN_SECOND)]
)
def test_borrowing_what_was_set_aside_collects_the_hold(hold, scan):
    """A loan of the copy or the thing that was set aside collects the hold, in the same step."""
    person = waiting_for(hold).gives(ANNA_COMES, scan, *LEND_IT)
    loan, collected = person.drafts
    assert loan.body.hold == "h1"
    assert collected.body == HoldCollected("h1", scan.code, loan.entry_id)
    assert person.facts.holds == {}


def test_the_hold_of_this_very_copy_is_collected_first():
    """Of two holds that fit, the one of this copy is collected."""
    person = waiting_for(ANY_DRILL)
    person.facts.set_aside(Hold("h0", "drill", ANNA, UNTIL, SECOND_DRILL.code))
    person.facts.set_aside(replace(OF_DRILL, hold_id="h9"))
    assert person.gives(ANNA_COMES, SCAN_DRILL, *LEND_IT).bodies[0].hold == "h9"


def test_other_things_collect_no_hold():
    """A loan of something else leaves the hold as it is."""
    person = waiting_for().gives(ANNA_COMES, SCAN_SAW, *LEND_IT)
    assert len(person.drafts) == 1
    assert person.bodies[0].hold is None


def test_what_is_set_aside_for_somebody_else_stays():
    """A thing set aside is lent to nobody else, who can have the next one set aside."""
    person = waiting_for().gives(BERIT_COMES, SCAN_DRILL)
    assert person.step == CannotLend(DRILL.code, Reason.HELD_FOR_OTHER)
    assert isinstance(person.gives(PlaceHold()).step, HoldMade)


# --- Pickup codes


@pytest.mark.parametrize("pin", PinRule)
def test_a_code_opens_what_was_set_aside(pin):
    """A right code asks for the parts of what was set aside, without card or PIN, and lends it to whom it belongs."""
    person = waiting_for(pin=pin).gives(StartCode())
    assert person.step == EnterCode()
    assert person.gives(CODE).step == BorrowParts(DRILL.code, (None, None, None))
    assert person.visit.patron == Patron(ANNA, Standing.KNOWN)
    person.gives(*LEND_IT)
    loan, collected = person.drafts
    assert loan.personal == Personal(ANNA)
    assert collected.body == HoldCollected("h1", DRILL.code, loan.entry_id, by_code=True)


def test_a_code_for_any_copy_waits_for_the_scan():
    """Where no copy is bound the thing is scanned, and only such a thing is lent, once."""
    person = waiting_for(ANY_DRILL).gives(StartCode(), CODE)
    assert (person.step, person.visit.hold) == (Account(), "h1")
    assert person.gives(SCAN_SAW).step == AskReturn(SAW.code, AskWhy.ON_SHELF)
    person.gives(GoOn(), SCAN_SECOND, *LEND_IT)
    assert person.bodies[0].hold == "h1"
    assert person.gives(SCAN_DRILL).step == AskReturn(DRILL.code, AskWhy.ON_SHELF)


def test_a_code_for_a_copy_the_feed_lost_waits_for_the_scan():
    """Where the bound copy is not known any more, another of the thing can be scanned."""
    person = waiting_for(replace(OF_DRILL, item=UNKNOWN_CODE)).gives(StartCode(), CODE)
    assert person.step == Account()
    assert isinstance(person.gives(SCAN_DRILL).step, BorrowParts)


def test_a_code_is_no_card():
    """With a code alone nothing is renewed, given up, set aside or shown of the patron."""
    person = waiting_for(ANY_DRILL)
    lent_to(ANNA, HAMMER, facts=person.facts)
    lent_to(BERIT, DRILL, facts=person.facts)
    person.facts.pass_days(1)
    person.gives(StartCode(), CODE)
    for touch in (RenewLoan("#0"), CancelHold("#0"), AskAboutMe()):
        assert person.gives(touch).drafts == ()
        assert person.step == Account()


def test_a_code_collects_its_own_hold_of_two():
    """Of two holds that fit, the one whose code was typed is collected."""
    person = waiting_for(ANY_DRILL)
    person.facts.set_aside(Hold("h0", "drill", ANNA, UNTIL, SECOND_DRILL.code))
    assert person.gives(StartCode(), CODE, SCAN_SECOND, *LEND_IT).bodies[1].by_code


def test_a_code_sets_nothing_aside():
    """What a code opens cannot be set aside anew with it, also when the hold is over by then."""
    person = waiting_for()
    person.facts.commit([Draft("e" * 32, Loan(DRILL.code, UNTIL), Personal(BERIT))])
    person.gives(StartCode(), CODE)
    person.facts.holds.clear()
    assert person.gives(PlaceHold()).drafts == ()
    assert person.step == CannotLend(DRILL.code, Reason.ALREADY_OUT)


def test_the_card_goes_on_with_what_was_scanned_after_its_code():
    """A thing the code did not open is being borrowed once the patron's card is shown."""
    person = waiting_for(ANY_DRILL).gives(StartCode(), CODE, SCAN_SAW, ANNA_COMES)
    assert person.step == BorrowParts(SAW.code, (None,))


def test_a_code_visit_takes_back_what_is_out_whoever_had_it():
    """Somebody with a code brings things back as somebody without card does."""
    person = waiting_for(ANY_DRILL)
    lent_to(BERIT, HAMMER, facts=person.facts)
    assert isinstance(person.gives(StartCode(), CODE, SCAN_HAMMER).step, Returned)


def test_the_card_takes_over_from_its_code():
    """The patron's own card opens their account, unless the thing is already at hand."""
    person = waiting_for(ANY_DRILL).gives(StartCode(), CODE, ANNA_COMES)
    assert (person.step, person.visit.hold) == (Account(), None)
    assert person.gives(AskAboutMe()).step == AboutMe()
    person = waiting_for().gives(StartCode(), CODE, ANNA_COMES)
    assert isinstance(person.step, BorrowParts)
    assert person.visit.hold == "h1"


def test_a_right_code_of_a_blocked_card_is_told_so():
    """A code does not get round a blocked card."""
    person = waiting_for(replace(OF_DRILL, patron_ref=BLOCKED)).gives(StartCode(), CODE)
    assert person.step == CardStop(Reason.CARD_BLOCKED)
    assert person.bodies == [Refusal("card_blocked")]
    assert person.gives(GoOn(), SCAN_DRILL).step == AskReturn(DRILL.code, AskWhy.ON_SHELF)


def test_rules_hold_with_a_code():
    """What may not be lent is not lent with a code either."""
    person = waiting_for()
    lent_to(ANNA, DRILL, facts=person.facts)
    person.facts.set_aside(OF_DRILL, "123456")
    person.facts.commit([Draft("e" * 32, Loan(DRILL.code, UNTIL), Personal(BERIT))])
    assert person.gives(StartCode(), CODE).step == CannotLend(DRILL.code, Reason.ALREADY_OUT)
    assert person.gives(PlaceHold()).drafts == ()


@pytest.mark.parametrize("code", ["", "12345", "1234567", "12345x", "\u0661\u0662\u0663\u0664\u0665\u0666"])
def test_a_malformed_code_is_asked_for_again(code):
    """What is no code of six digits does not count as a try."""
    assert waiting_for().gives(StartCode(), CodeEntered(code)).step == EnterCode()


def test_wrong_codes_slow_down():
    """Wrong codes are slowed down as wrong PINs are, and the right one is taken when its time has come."""
    person = waiting_for().gives(StartCode())
    waits = []
    for _ in range(6):
        person.gives(BAD)
        waits.append(max(0, person.step.wait_until_ms - person.facts.up_ms) / 1000)
        person.waits(waits[-1])
    assert waits == [0, 0, 5, 15, 60, 60]
    person.gives(BAD)
    assert person.waits(59.9).gives(CODE).step == EnterCode(7, person.step.wait_until_ms)
    assert isinstance(person.waits(0.1).gives(CODE).step, BorrowParts)


@pytest.mark.parametrize(("days", "stands"), [(3, True), (4, False)])
def test_a_code_works_through_the_last_day_of_its_hold(days, stands):
    """The code of a lapsed hold is a wrong code."""
    person = waiting_for()
    person.facts.pass_days(days)
    assert isinstance(person.gives(StartCode(), CODE).step, BorrowParts) is stands


def test_typing_a_code_is_left_by_going_on_or_with_a_card():
    """Whoever has no code goes back, or shows a card."""
    assert waiting_for().gives(StartCode(), CancelItem()).visit is None
    assert waiting_for().gives(StartCode(), ANNA_COMES).step == Account()


def test_a_code_is_asked_for_when_nobody_is_here():
    """In the middle of a visit nobody is asked for a code, and none is taken."""
    assert waiting_for().gives(BERIT_COMES, StartCode()).step == Account()
    assert waiting_for().gives(BERIT_COMES, CODE).step == Account()


def test_undo_after_collecting_takes_the_loan_back():
    """A collected loan can be taken back; what was set aside is set aside again."""
    person = waiting_for().gives(ANNA_COMES, SCAN_DRILL, *LEND_IT, UndoNewest())
    assert isinstance(person.bodies[0], Return)
    assert list(person.facts.holds.values()) == [OF_DRILL]


def test_a_code_does_not_ask_staff_in():
    """A code whose hold is a staff member's opens no staff menu."""
    person = waiting_for(replace(ANY_DRILL, patron_ref=STAFF)).gives(StartCode(), CODE)
    assert (person.step, person.drafts) == (Account(), ())


def test_with_a_pin_the_account_of_a_code_stays_closed():
    """At a station that asks for the PIN the card, shown after its code, is asked for it."""
    person = waiting_for(ANY_DRILL, PinRule.ALWAYS).gives(StartCode(), CODE, ANNA_COMES)
    assert person.step == AskPin()


def test_a_loan_with_a_code_is_confirmed_as_any():
    """After a loan by code the screen says so and leads on to nothing but this hold."""
    person = waiting_for().gives(StartCode(), CODE, *LEND_IT)
    assert person.step == Confirmed(DRILL.code)
    assert person.gives(GoOn(), AskAboutMe()).step == Account()


def test_a_pickup_code_shows_in_no_repr():
    """What was typed as a pickup code is not in the words an input is printed with."""
    assert "123456" not in repr(CodeEntered("123456"))
