"""Whose visit it is: cards, their PIN, and a second card in the middle."""

import pytest
from support.facts import MemoryFacts, Person, lent_to
from support.library import ANNA, BERIT, BLOCKED, DRILL, EXPIRED, HAMMER, SAW, STAFF, STRANGER, TENT, UNKNOWN_CODE

from lending.entries import Loan, Refusal, Return, StaffPresence
from lending.nouns import CardFacts, Condition, PartAnswer, PinRule, Rules, Standing
from lending.rules import Reason
from lending.visit import (
    AboutMe,
    Account,
    AskAboutMe,
    AskDamage,
    AskPin,
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
    LineState,
    Notice,
    OddScan,
    OddScanned,
    OtherCard,
    PartAnswered,
    PinChecked,
    PinEntered,
    PinUnchecked,
    RestIsHere,
    Returned,
    StaffMenu,
    StartDamage,
    StillHere,
    SwitchCard,
    Tick,
    UndoNewest,
    UnknownCard,
    Visit,
    trace_of,
)

ANNA_COMES, BERIT_COMES, STAFF_COME = CardShown(ANNA), CardShown(BERIT), CardShown(STAFF)
SCAN_DRILL, SCAN_HAMMER, SCAN_SAW = (ItemScanned(item.code) for item in (DRILL, HAMMER, SAW))
RIGHT, WRONG, NOBODY_KNOWS = PinChecked(right=True), PinChecked(right=False), PinChecked(right=None)


@pytest.fixture
def anna():
    return Person().gives(ANNA_COMES)


def asks(pin):
    return Person(MemoryFacts(Rules(version=1, pin=pin)))


@pytest.fixture
def at_pin():
    """Anna at a station that always asks for the PIN."""
    return asks(PinRule.ALWAYS).gives(ANNA_COMES)


# --- A card alone


def test_a_card_that_has_run_out_is_stopped():
    """An expired card is stopped with its own reason."""
    person = Person().gives(CardShown(EXPIRED))
    assert person.step == CardStop(Reason.CARD_EXPIRED)
    assert person.bodies == [Refusal("card_expired")]


def test_nobody_is_refused_for_a_wrong_clock():
    """By a clock nobody has set no card has run out, and its loan says so."""
    person = Person()
    person.facts.clock_doubtful = True
    person.gives(CardShown(EXPIRED), SCAN_HAMMER, ConfirmLoan())
    assert isinstance(person.step, Confirmed)
    assert person.bodies[0].due_doubtful


def test_a_stopped_card_goes_on_to_its_account_and_borrows_nothing():
    """A blocked patron sees what they have, and a thing from the shelf is only asked about."""
    person = Person().gives(CardShown(BLOCKED), GoOn())
    assert person.step == Account()
    assert person.gives(SCAN_HAMMER).step == AskReturn(HAMMER.code, AskWhy.ON_SHELF)


def test_what_the_station_knows_about_me_is_shown_to_my_card_only(anna):
    """The page about oneself opens with a card, and leads back to the account."""
    assert anna.gives(AskAboutMe()).step == AboutMe()
    assert anna.gives(GoOn()).step == Account()
    nobody = Person(lent_to(BERIT, HAMMER)).gives(SCAN_HAMMER, GoOn(), AskAboutMe())
    assert nobody.step == Account()


@pytest.mark.parametrize("card", [BLOCKED, STRANGER])
def test_a_card_that_is_stopped_or_unknown_may_ask_too(card):
    """Whoever's card it is may ask what the station knows about it."""
    assert Person().gives(CardShown(card), AskAboutMe()).step == AboutMe()


def test_asking_about_oneself_does_not_leave_a_thing_at_hand(anna):
    """The page about oneself does not open over a tick list."""
    assert isinstance(anna.gives(SCAN_SAW, AskAboutMe()).step, BorrowParts)


# --- Another card


@pytest.mark.parametrize("begun", [[], [ItemScanned(UNKNOWN_CODE)], [AskAboutMe()], [OddScanned(OddScan.ISBN)]])
def test_another_card_before_anything_was_done_takes_over(anna, begun):
    """A visit that has neither done nor begun anything gives way to another card at once."""
    anna.gives(*begun, BERIT_COMES)
    assert anna.step == Account()
    assert anna.visit.patron.ref == BERIT


@pytest.mark.parametrize("times", [1, 2, 3])
def test_another_card_never_takes_over_a_loan_at_hand(anna, times):
    """Another card while a thing is being borrowed is asked about, however often it is shown."""
    anna.gives(SCAN_DRILL, PartAnswered(0, PartAnswer.HERE), *[BERIT_COMES] * times)
    assert anna.step == OtherCard(BERIT)
    assert anna.visit.patron.ref == ANNA
    assert anna.gives(GoOn()).step == BorrowParts(DRILL.code, (PartAnswer.HERE, None, None))


BEGUN = {
    "loan": [SCAN_HAMMER, ConfirmLoan()],
    "damage": [ItemScanned(UNKNOWN_CODE), StartDamage()],
    "notice over a loan at hand": [SCAN_DRILL, OddScanned(OddScan.GS1)],
    "return": [ItemScanned(TENT.code), ConfirmReturn(), ConditionGiven(Condition.OK)],
}


@pytest.mark.parametrize("begun", BEGUN.values(), ids=BEGUN)
def test_a_visit_with_something_done_asks_before_it_gives_way(anna, begun):
    """Another card in the middle of something is a question: go on, or change over."""
    anna.gives(*begun, BERIT_COMES)
    assert anna.step == OtherCard(BERIT)
    anna.gives(SwitchCard())
    assert (anna.visit.patron.ref, anna.step, anna.visit.lines) == (BERIT, Account(), ())


def test_changing_over_drops_what_was_not_confirmed(anna):
    """A thing at hand is neither lent to the first card nor to the second."""
    anna.gives(SCAN_DRILL, RestIsHere(), BERIT_COMES, SwitchCard(), ConfirmLoan())
    assert anna.facts.entries == []


def test_the_first_card_again_answers_the_question(anna):
    """The first card shown again at the question goes on with its own visit."""
    anna.gives(SCAN_DRILL, RestIsHere(), BERIT_COMES, ANNA_COMES)
    assert anna.step == BorrowParts(DRILL.code, (PartAnswer.HERE,) * 3)
    assert anna.gives(ConfirmLoan()).drafts[0].personal.patron_ref == ANNA


def test_a_third_card_is_asked_about_in_place_of_the_second(anna):
    """The question is about the card that was shown last, and going on leads to where it began."""
    anna.gives(SCAN_SAW, BERIT_COMES, CardShown(STRANGER, "sealed"))
    assert anna.step == OtherCard(STRANGER, "sealed")
    assert anna.gives(CancelItem()).step == BorrowParts(SAW.code, (None,))


def test_the_sealed_number_of_the_other_card_goes_with_it(anna):
    """An unknown card that is changed over to keeps its sealed number for the hub."""
    anna.gives(SCAN_SAW, CardShown(STRANGER, "sealed"), SwitchCard())
    assert anna.step == UnknownCard(room=True)
    assert anna.gives(SCAN_HAMMER, ConfirmLoan()).drafts[0].personal.sealed_card == "sealed"


def test_only_an_answer_gets_past_the_question(anna):
    """At the question no loan can be taken back or confirmed, and nothing is written."""
    anna.gives(SCAN_HAMMER, ConfirmLoan(), BERIT_COMES)
    for touch in (UndoNewest(), ConfirmLoan(), RestIsHere(), StillHere(), AskAboutMe()):
        assert anna.gives(touch).drafts == ()
        assert anna.step == OtherCard(BERIT)


def test_an_odd_scan_drops_the_question(anna):
    """A notice takes the place of the question, and gives way to what was there before it."""
    anna.gives(SCAN_SAW, BERIT_COMES, OddScanned(OddScan.ISBN))
    assert anna.step == Notice(OddScan.ISBN)
    assert anna.gives(GoOn()).step == BorrowParts(SAW.code, (None,))


def test_a_thing_scanned_at_the_question_is_lent_to_neither(anna):
    """At the question a thing from the shelf is asked about; the card shown next says for whom it is."""
    anna.gives(SCAN_HAMMER, ConfirmLoan(), BERIT_COMES, SCAN_SAW)
    assert anna.step == AskReturn(SAW.code, AskWhy.ON_SHELF)
    assert anna.gives(BERIT_COMES, SwitchCard()).step == BorrowParts(SAW.code, (None,))
    assert anna.visit.patron.ref == BERIT


def test_a_thing_scanned_at_the_question_is_lent_to_the_first_card_if_it_is_shown(anna):
    """The first card shown after such a scan borrows it."""
    anna.gives(SCAN_HAMMER, ConfirmLoan(), BERIT_COMES, SCAN_SAW, ANNA_COMES)
    assert anna.step == BorrowParts(SAW.code, (None,))
    assert anna.visit.patron.ref == ANNA


def test_an_unknown_thing_scanned_at_the_question_is_asked_about(anna):
    """At the question an unknown thing gets the answer it gets everywhere."""
    anna.gives(SCAN_HAMMER, ConfirmLoan(), BERIT_COMES, ItemScanned(UNKNOWN_CODE))
    assert anna.step == AskReturn(UNKNOWN_CODE, AskWhy.ITEM_UNKNOWN)


def test_a_return_is_taken_at_the_question():
    """At the question a thing that is out is taken back, whoever had it."""
    person = Person(lent_to(BERIT, HAMMER)).gives(ANNA_COMES, SCAN_SAW, BERIT_COMES, SCAN_HAMMER)
    assert isinstance(person.bodies[0], Return)
    assert isinstance(person.step, Returned)


def test_a_thing_at_hand_under_the_question_was_not_saved(anna):
    """A power cut at the question, or while damage is told of, still names the thing at hand."""
    assert trace_of(anna.gives(SCAN_SAW, BERIT_COMES).visit).pending == SAW.code
    assert trace_of(anna.gives(GoOn(), StartDamage()).visit).pending == SAW.code


def test_nobody_answering_ends_the_visit(anna):
    """A question that nobody answers ends the visit, and nothing is written."""
    anna.gives(SCAN_SAW, RestIsHere(), BERIT_COMES).waits(60).gives(Tick())
    assert anna.visit is None
    assert anna.facts.entries == []


def test_a_card_after_a_return_without_card_begins_afresh():
    """What was brought back without a card is not counted to the card shown after it."""
    person = Person(lent_to(BERIT, HAMMER)).gives(SCAN_HAMMER, ANNA_COMES)
    assert (person.step, person.visit.lines) == (Account(), ())


# --- PIN


@pytest.mark.parametrize(
    ("rule", "verified", "card", "asked"),
    [
        (PinRule.NEVER, False, ANNA, False),
        (PinRule.FIRST_TIME_HERE, False, ANNA, True),
        (PinRule.FIRST_TIME_HERE, True, ANNA, False),
        (PinRule.ALWAYS, True, ANNA, True),
        (PinRule.ALWAYS, False, STRANGER, False),
        (PinRule.FIRST_TIME_HERE, False, STRANGER, False),
    ],
)
def test_a_pin_is_asked_for_when_the_rules_say(rule, verified, card, asked):
    """Never, the first time here, or always; never of a card the station does not know."""
    person = asks(rule)
    person.facts.verified = {card} if verified else set()
    assert (person.gives(CardShown(card)).step == AskPin()) is asked


def test_a_right_pin_opens_the_account(at_pin):
    """After a right PIN the card is where it would be without one."""
    assert at_pin.gives(PinEntered()).step == AskPin(checking=True)
    assert at_pin.gives(RIGHT).step == Account()
    assert isinstance(at_pin.gives(SCAN_HAMMER, ConfirmLoan()).bodies[0], Loan)


def test_a_thing_scanned_before_the_card_waits_for_the_pin():
    """A thing scanned first is being borrowed once the PIN was right."""
    person = asks(PinRule.ALWAYS).gives(SCAN_SAW, ANNA_COMES)
    assert person.step == AskPin(wants=SAW.code)
    assert person.gives(PinEntered(), WRONG, PinEntered(), RIGHT).step == BorrowParts(SAW.code, (None,))
    assert person.gives(CancelItem()).step == Account()


def test_wrong_pins_slow_down_and_never_block(at_pin):
    """After the third wrong PIN each new try waits longer, up to a minute, and the card is never stopped."""
    waits = []
    at_pin.waits(30)
    assert at_pin.gives(PinEntered(), WRONG).step == AskPin(wrong=1)
    at_pin.gives(Done(), ANNA_COMES)
    for _ in range(7):
        at_pin.gives(PinEntered(), WRONG)
        waits.append(max(0, at_pin.step.wait_until_ms - at_pin.facts.up_ms) / 1000)
        at_pin.waits(waits[-1])
    assert waits == [0, 0, 5, 15, 60, 60, 60]
    assert at_pin.step.wrong == 7
    assert at_pin.gives(PinEntered(), RIGHT).step == Account()


def test_a_pin_typed_too_early_is_not_looked_at(at_pin):
    """Before its time a new try does nothing; then it is taken."""
    at_pin.gives(PinEntered(), WRONG, PinEntered(), WRONG, PinEntered(), WRONG)
    assert not at_pin.waits(4.999).gives(PinEntered()).step.checking
    assert at_pin.waits(0.001).gives(PinEntered()).step.checking


def test_without_network_and_without_an_earlier_pin_there_are_only_returns(at_pin):
    """A PIN nobody can check lets things be brought back and nothing else."""
    at_pin.facts.commit(lent_to(ANNA, HAMMER).entries)
    assert at_pin.gives(PinEntered(), NOBODY_KNOWS).step == PinUnchecked()
    assert at_pin.gives(GoOn()).step == PinUnchecked()
    assert at_pin.gives(AskAboutMe()).step == PinUnchecked()
    assert at_pin.gives(SCAN_SAW).step == AskReturn(SAW.code, AskWhy.ON_SHELF)
    assert isinstance(at_pin.gives(SCAN_HAMMER).bodies[0], Return)
    assert at_pin.gives(GoOn()).step == PinUnchecked()


def test_a_return_does_not_get_round_the_pin(at_pin):
    """Bringing something back while the PIN is asked for leads back to it, wrong tries and all."""
    at_pin.gives(PinEntered(), WRONG, ItemScanned(UNKNOWN_CODE), ConfirmReturn(), GoOn())
    assert at_pin.step == AskPin(wrong=1)
    assert at_pin.gives(SCAN_SAW, ANNA_COMES).step == AskReturn(SAW.code, AskWhy.ON_SHELF)
    assert at_pin.gives(CancelItem()).step == AskPin(wrong=1)


def test_an_answer_that_comes_while_something_is_brought_back(at_pin):
    """A wrong PIN counts whatever the screen shows by then; a right one is asked for again."""
    scan = ItemScanned(UNKNOWN_CODE)
    assert isinstance(at_pin.gives(PinEntered(), scan, WRONG).step, AskReturn)
    assert at_pin.gives(GoOn()).step == AskPin(wrong=1)
    assert at_pin.gives(PinEntered(), scan, RIGHT, GoOn()).step == AskPin(wrong=1)
    assert at_pin.gives(PinEntered(), scan, NOBODY_KNOWS, GoOn()).step == PinUnchecked()


def test_an_answer_under_a_notice_takes_its_place(at_pin):
    """An answer about a PIN is shown even if something odd was scanned meanwhile."""
    at_pin.gives(PinEntered(), OddScanned(OddScan.ISBN))
    assert at_pin.step == Notice(OddScan.ISBN)
    assert at_pin.gives(WRONG).step == AskPin(wrong=1)
    assert at_pin.gives(PinEntered(), OddScanned(OddScan.ISBN), RIGHT).step == Account()


def test_an_answer_under_the_question_about_another_card_is_there_afterwards(at_pin):
    """Whoever goes on after that question finds the PIN as it was answered meanwhile."""
    at_pin.gives(ItemScanned(UNKNOWN_CODE), ConfirmReturn(), GoOn(), PinEntered(), BERIT_COMES, WRONG)
    assert at_pin.step == OtherCard(BERIT)
    assert at_pin.gives(GoOn()).step == AskPin(wrong=1)


@pytest.mark.parametrize("given", [RIGHT, WRONG, NOBODY_KNOWS])
def test_an_answer_nobody_waits_for_changes_nothing(at_pin, given):
    """An answer before a PIN was typed, or to nobody, does nothing."""
    before = at_pin.visit
    assert at_pin.gives(given).visit == before
    assert at_pin.gives(Done(), given).visit is None
    assert Person().gives(ANNA_COMES, given).step == Account()


def test_an_answer_about_another_card_opens_nothing(at_pin):
    """The answer about the card before does not open the visit of the next."""
    at_pin.gives(PinEntered(), BERIT_COMES, PinEntered(), PinChecked(right=True, patron_ref=ANNA))
    assert at_pin.step == AskPin(checking=True)
    assert at_pin.gives(PinChecked(right=True, patron_ref=BERIT)).step == Account()


def test_a_slow_down_carried_over_from_an_earlier_visit_holds():
    """The desk can begin a visit with the wrong tries of an earlier one, and nothing gets round them."""
    person = asks(PinRule.ALWAYS).gives(ANNA_COMES)
    person.visit = Visit(person.visit.patron, AskPin(wrong=4, wait_until_ms=15_000), deadline_ms=60_000)
    person.gives(ItemScanned(UNKNOWN_CODE), GoOn())
    assert person.step == AskPin(wrong=4, wait_until_ms=15_000)
    assert not person.gives(PinEntered()).step.checking


def test_a_stopped_card_shows_its_loans_only_after_the_pin():
    """A blocked card is told so at once, and gives its PIN before its account is shown."""
    person = asks(PinRule.ALWAYS).gives(CardShown(BLOCKED))
    assert person.step == CardStop(Reason.CARD_BLOCKED)
    assert person.gives(AskAboutMe()).step == CardStop(Reason.CARD_BLOCKED)
    assert person.gives(GoOn()).step == AskPin()
    assert person.gives(PinEntered(), RIGHT).step == Account()


def test_a_card_blocked_while_its_pin_was_typed_borrows_nothing():
    """A feed that blocks the card in the middle of its visit stops its loans from then on."""
    person = asks(PinRule.ALWAYS).gives(SCAN_SAW, ANNA_COMES, PinEntered())
    person.facts.cards[ANNA] = CardFacts(Standing.BLOCKED)
    assert person.gives(RIGHT).step == AskReturn(SAW.code, AskWhy.ON_SHELF)


def test_staff_give_their_pin_too():
    """Where a PIN is asked for, the staff menu opens after it."""
    person = asks(PinRule.ALWAYS).gives(STAFF_COME)
    assert (person.step, person.drafts) == (AskPin(), ())
    assert person.gives(PinEntered(), RIGHT).bodies == [StaffPresence(inside=True)]
    assert person.step == StaffMenu()


def test_nobody_types_a_pin_where_none_is_asked_for(anna):
    """A PIN elsewhere does nothing."""
    assert anna.gives(PinEntered()).step == Account()
    assert anna.gives(SCAN_SAW, StartDamage(), PinEntered()).step == AskDamage(
        SAW.code, BorrowParts(SAW.code, (None,))
    )


def test_the_lines_of_a_return_stay_with_the_pin(at_pin):
    """What was brought back before the PIN is still on the list after it."""
    at_pin.gives(ItemScanned(UNKNOWN_CODE), ConfirmReturn(), GoOn(), PinEntered(), RIGHT)
    assert [line.state for line in at_pin.visit.lines] == [LineState.RETURNED]


def test_a_limit_is_told_to_a_card_behind_a_pin(at_pin):
    """Behind the PIN all rules hold as without."""
    at_pin.facts.commit(lent_to(BERIT, HAMMER).entries)
    at_pin.gives(PinEntered(), RIGHT, SCAN_HAMMER)
    assert at_pin.step == CannotLend(HAMMER.code, Reason.ALREADY_OUT)
