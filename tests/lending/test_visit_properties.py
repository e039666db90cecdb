"""What holds in every visit, whatever is given at whatever step."""

from dataclasses import fields
from datetime import date
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.facts import MemoryFacts, Person, lent_to
from support.library import (
    ANNA,
    BERIT,
    BLOCKED,
    CARDS,
    CHAINSAW,
    CHILD,
    DRILL,
    HAMMER,
    SANDER,
    SAW,
    STAFF,
    STRANGER,
    TENT,
    UNKNOWN_CODE,
)
from support.pointing import pointed
from support.strategies import busy_inputs, few, inputs, many, moments, touches, work_inputs

from lending.entries import (
    ConditionAnswer,
    DamageReport,
    HoldCancelled,
    HoldCollected,
    HoldPlaced,
    ItemChecked,
    ItemMoved,
    ItemRegistered,
    Loan,
    OfferedItem,
    Refusal,
    Renewal,
    Return,
    SearchMissed,
    StaffNote,
    StaffPresence,
    StockCount,
    Suggestion,
    SurveyAnswer,
)
from lending.impact import Instead
from lending.nouns import Condition, Hold, PartAnswer, PinRule, Rules, Standing
from lending.rules import Reason
from lending.said import Said, cleaned
from lending.visit import (
    AboutMe,
    Account,
    AskDamage,
    AskInstead,
    AskPin,
    AskReturn,
    AskWhy,
    AtPage,
    BorrowParts,
    Browse,
    CancelHold,
    CannotLend,
    CardShown,
    CardStop,
    CodeEntered,
    ConditionGiven,
    Confirmed,
    ConfirmLoan,
    ConfirmMissing,
    ConfirmReturn,
    CountDone,
    CountFinished,
    CountShelf,
    DamageGiven,
    Done,
    EnterCode,
    GoOn,
    Heard,
    HoldMade,
    InsteadGiven,
    ItemScanned,
    Line,
    LookAt,
    MoveItem,
    MoveTo,
    NoteWritten,
    Notice,
    OddScan,
    OpenPage,
    OtherCard,
    Outcome,
    Page,
    Patron,
    PinChecked,
    PinUnchecked,
    PlaceHold,
    PowerBack,
    Registered,
    RegisterItem,
    RenewLoan,
    Returned,
    Search,
    SearchFor,
    Seen,
    StaffMenu,
    StaffTasks,
    StartBrowse,
    StartCode,
    StationState,
    Step,
    SwitchCard,
    Thanks,
    ThingChosen,
    Trace,
    TryReaders,
    UndoNewest,
    UnknownCard,
    Visit,
    WhichMissing,
    WordsGiven,
    WriteNote,
    decide,
    trace_of,
)
from lending.visit.moves import under_notice

MAY_WRITE = {
    (CardShown, None): {Refusal, StaffPresence},
    (ItemScanned, None): {Refusal, Return},
    (ItemScanned, StaffMenu): {ItemChecked},
    (ConfirmLoan, BorrowParts): {Loan, HoldCollected, Refusal},
    (ConditionGiven, Returned): {ConditionAnswer},
    (ConditionGiven, Confirmed): {ConditionAnswer},
    (ConfirmMissing, WhichMissing): {ConditionAnswer},
    (ConfirmReturn, AskReturn): {Return},
    (ConfirmReturn, CannotLend): {Return},
    (ConfirmReturn, BorrowParts): {Return},
    (UndoNewest, None): {Return},
    (PinChecked, None): {StaffPresence, Refusal},
    (SwitchCard, OtherCard): {Refusal, StaffPresence},
    (CodeEntered, EnterCode): {Refusal},
    (PlaceHold, CannotLend): {HoldPlaced},
    (PlaceHold, LookAt): {HoldPlaced},
    (CardShown, LookAt): {HoldPlaced},
    (PinChecked, AskPin): {HoldPlaced},
    (SearchFor, Search): {SearchMissed},
    (CancelHold, Account): {HoldCancelled},
    (RenewLoan, Account): {Renewal},
    (DamageGiven, AskDamage): {DamageReport},
    (InsteadGiven, AskInstead): {SurveyAnswer},
    (WordsGiven, AtPage): {Suggestion, OfferedItem},
    (ItemScanned, CountShelf): {ItemMoved},
    (CountFinished, CountShelf): {StockCount},
    (ThingChosen, RegisterItem): {ItemRegistered},
    (UndoNewest, Registered): {ItemRegistered},
    (MoveTo, MoveItem): {ItemMoved},
    (UndoNewest, MoveItem): {ItemMoved},
    (NoteWritten, WriteNote): {StaffNote},
}
"""Which input at which step may write what; None stands for any step. Beside these only staff who leave write."""

LONG_WORK = CountShelf | RegisterItem | StationState | TryReaders | WriteNote
"""What staff walk about for."""

PINS = st.sampled_from(PinRule)
KNOWN_ITEMS = (DRILL, HAMMER, SAW, TENT, SANDER, CHAINSAW)


def may_write(given_input, visit):
    kind = type(given_input)
    step, home = (type(visit.step), type(visit.home)) if visit else (None, None)
    allowed = MAY_WRITE.get((kind, None), set()) | MAY_WRITE.get((kind, step), set())
    if visit and Search in (step, type(visit.before)):
        allowed = allowed | {SearchMissed}
    if visit and kind is ItemScanned:  # a scan is about what lies under a page or a notice
        allowed = allowed | MAY_WRITE.get((kind, type(visit.before)), set())
    if home is StaffMenu:
        allowed = allowed | MAY_WRITE.get((kind, home), set()) | {StaffPresence}
    return allowed


def facts_for(pin=PinRule.NEVER, **rules):
    facts = MemoryFacts(Rules(version=1, pin=pin, **rules))
    facts.set_aside(Hold("h1", "drill", ANNA, date(2026, 11, 25), DRILL.code), "123456")
    facts.set_aside(Hold("h2", "hammer", BLOCKED, date(2026, 11, 25)), "654321")
    return facts


@many
@given(PINS, moments)
def test_whatever_is_given_only_the_table_is_written(pin, story):
    """No input at any step raises, and an entry is written only where the table says."""
    person = Person(facts_for(pin))
    for seconds, given_input in story:
        before = person.waits(seconds).visit
        person.gives(given_input)
        assert {type(body) for body in person.bodies} <= may_write(given_input, before)
        assert len(person.drafts) <= 3
        longest = 300_000 if isinstance(person.step, LONG_WORK) else 120_000
        assert person.visit is None or person.visit.deadline_ms - person.facts.up_ms <= longest


@many
@given(PINS, moments)
def test_rules_hold_whatever_is_given(pin, story):
    """No card is over its limit, no blocked card borrows, nothing is lent twice, only what must says who."""
    person = Person(facts_for(pin, loan_limit=2, provisional_limit=1))
    for seconds, given_input in story:
        person.waits(seconds).gives(given_input)
        assert len(person.facts.loans_of(ANNA)) <= 2
        assert len(person.facts.loans_of(STRANGER)) <= 1
        assert person.facts.loans_of(BLOCKED) == []
        assert not any(
            loan.item == CHAINSAW.code for ref in (ANNA, BERIT, CHILD) for loan in person.facts.loans_of(ref)
        )
        named = [isinstance(d.body, Loan | HoldPlaced | StaffPresence) for d in person.drafts]
        assert named == [d.personal is not None for d in person.drafts]
    for item in KNOWN_ITEMS:
        assert len(person.facts.ledger(item.code).open_loans) <= 1


@many
@given(st.lists(busy_inputs.filter(lambda given_input: not isinstance(given_input, ConfirmLoan)), max_size=40))
def test_what_is_not_confirmed_is_never_lent(inputs):
    """Without the main button of the tick list there is no loan, whatever else is touched."""
    person = Person(facts_for())
    for given_input in inputs:
        assert not any(isinstance(body, Loan) for body in person.gives(given_input).bodies)


@many
@given(moments)
def test_without_the_pin_there_are_only_returns(story):
    """Where a PIN is always asked for and none is right, no known card borrows, renews, holds or sees its account."""
    person = Person(facts_for(PinRule.ALWAYS))
    for seconds, given_input in story:
        if isinstance(given_input, PinChecked | CodeEntered) or given_input == CardShown(STRANGER, "sealed"):
            continue
        person.waits(seconds).gives(given_input)
        known = person.visit is not None and person.visit.patron is not None and person.visit.patron.ref in CARDS
        assert not known or not isinstance(person.step, Account | StaffMenu | AboutMe | BorrowParts | Confirmed)
        if known:
            assert not any(isinstance(body, Loan | Renewal | HoldPlaced | ItemChecked) for body in person.bodies)


@many
@given(touches.filter(lambda touch: not isinstance(touch, StartCode | StartBrowse | SearchFor | OpenPage)))
def test_touches_on_an_idle_screen_do_nothing(touch):
    """A touch while nobody is here begins nothing, unless it asks for a page, a pickup code or what there is."""
    assert Person().gives(touch).visit is None


@many
@given(st.lists(busy_inputs, max_size=30))
def test_staff_who_came_have_left(story):
    """In the journal staff come and go in turn, and nobody is inside once the visit has ended."""
    person = Person(facts_for())
    for given_input in [*story, Done()]:
        person.gives(given_input)
    inside = [entry.body.inside for entry in person.facts.entries if isinstance(entry.body, StaffPresence)]
    assert inside == [True, False] * (len(inside) // 2)


@many
@given(st.lists(work_inputs, max_size=30))
def test_what_staff_write_hangs_together(work):
    """Only what is registered is taken back, a count names each thing once, and no note holds a long number."""
    person = Person(facts_for()).gives(CardShown(STAFF))
    registered, things = set(), {item.thing for item in person.facts.items.values()}
    for given_input in work:
        for body in person.gives(given_input).bodies:
            match body:
                case ItemRegistered(item, thing, undo):
                    assert (item in registered) is undo
                    assert thing in things
                    assert item not in person.facts.items
                    registered ^= {item}
                case StockCount(found, missing):
                    assert found
                    assert len({*found, *missing}) == len(found) + len(missing)
                case StaffNote(words):
                    assert cleaned(words) == Said(words, left_out=False)


# --- Every step, however it was come to

ANNA_HERE = Patron(ANNA, Standing.KNOWN)
STEPS = (
    Account(),
    CardStop(Reason.CARD_BLOCKED),
    UnknownCard(),
    BorrowParts(DRILL.code, (None, PartAnswer.HERE, None)),
    BorrowParts(UNKNOWN_CODE, ()),
    Confirmed(HAMMER.code, told=True),
    Returned(DRILL.code, "r" * 32, "l" * 32),
    Returned(UNKNOWN_CODE, "r" * 32),
    WhichMissing(DRILL.code, "r" * 32, (True, False, False)),
    WhichMissing(UNKNOWN_CODE, "r" * 32, (True,)),
    Thanks(HAMMER.code, Condition.OK),
    AskInstead(SAW.code),
    AskInstead(UNKNOWN_CODE, Instead.RENTED),
    CannotLend(CHAINSAW.code, Reason.NOT_CHECKED_YET),
    CannotLend(UNKNOWN_CODE, Reason.ALREADY_OUT),
    AskReturn(SANDER.code, AskWhy.ON_SHELF),
    AskReturn(UNKNOWN_CODE, AskWhy.ITEM_UNKNOWN),
    Notice(OddScan.ISBN),
    PowerBack(),
    AskPin(),
    AskPin(3, 5_000, checking=True),
    PinUnchecked(),
    OtherCard(BERIT),
    AskDamage(SAW.code, AskReturn(SAW.code, AskWhy.ON_SHELF)),
    HoldMade(DRILL.code, date(2026, 11, 25)),
    EnterCode(2),
    AboutMe(),
    StaffMenu(2),
    AtPage(Page.HELP),
    AtPage(Page.SUGGEST, (Page.HELP,)),
    Heard(Page.OFFER, saved=True),
    Browse("tools", 1),
    Search("gardinstang", missed="gardin", back=Browse()),
    LookAt("drill", Browse(), asked=True),
    LookAt("chainsaw"),
    StaffTasks(),
    StationState(),
    TryReaders(),
    TryReaders(Seen.ITEM_KNOWN, 2),
    TryReaders(Seen.CODE_OTHER, 3),
    CountShelf(),
    CountShelf((DRILL.code, UNKNOWN_CODE)),
    CountDone(2, (SAW.code,)),
    RegisterItem(),
    RegisterItem(UNKNOWN_CODE),
    RegisterItem(HAMMER.code),
    Registered(UNKNOWN_CODE, "drill"),
    MoveItem(),
    MoveItem(SANDER.code),
    MoveItem(SAW.code),
    MoveItem(TENT.code, moved=True),
    MoveItem(unknown=True),
    WriteNote(saved=True),
)
PEOPLE = (
    None,
    *(Patron(ref, facts.standing) for ref, facts in CARDS.items()),
    Patron(STRANGER, Standing.UNKNOWN, "sealed"),
)
BY_NAME = [pytest.param(step, id=f"{type(step).__name__}-{place}") for place, step in enumerate(STEPS)]


def visits_at(step):
    """Return visits at this step, with anything about them that may be and much that may not."""
    locked = [AskPin(), AskPin(1, 0, checking=True), PinUnchecked()]
    return st.builds(
        Visit,
        st.sampled_from(PEOPLE),
        st.just(step),
        deadline_ms=st.sampled_from([0, 60_000]),
        before=st.none() | st.sampled_from(STEPS),
        home=st.sampled_from([Account(), *locked, StaffMenu(), StaffMenu(1, (SAW.code,))]),
        instead_of=st.sampled_from([None, "l" * 32]),
        instead_thing=st.sampled_from(["", "drill"]),
        hold=st.sampled_from([None, "h1", "gone"]),
        then=st.sampled_from([None, LookAt("drill", asked=True)]),
    )


def test_every_step_is_among_them():
    """No kind of step is left out below."""
    assert {type(step) for step in STEPS} == set(get_args(Step))


@pytest.mark.parametrize("step", BY_NAME)
@few
@given(data=st.data())
def test_every_step_takes_every_input(step, data):
    """At any step with any card, covered or not, no input raises, and what follows can be traced."""
    visit, given_input = data.draw(visits_at(step)), data.draw(inputs | work_inputs)
    facts = facts_for()
    outcome = decide(visit, pointed(given_input, visit, facts), facts)
    facts.commit(outcome.drafts)
    trace_of(outcome.visit)


def is_taken(visit, code, facts):
    """Return whether this item was brought back just now, or stands here by the count that is going on."""
    match under_notice(visit):
        case Returned(item=item) | WhichMissing(item=item) | Thanks(item=item) | AskInstead(item=item):
            return item == code
        case CountShelf(found):
            return code in found and not facts.ledger(code).open_loans
    return False


CODES = (DRILL.code, HAMMER.code, SANDER.code, CHAINSAW.code, TENT.code, UNKNOWN_CODE, "A / B' %")


def comes_back(visit, code, facts, decide_as=decide):
    """Return whether this item can be brought back from here: by a scan, one touch, or a touch and another scan.
    Staff who count it write down that it stands here, which says the same of a thing nobody had.
    """
    person = Person(facts, decide_as)
    leave = [GoOn(), GoOn()] if isinstance(visit.step, AtPage) and visit.step.via else [GoOn()]
    for story in ([], [ConfirmReturn()], [*leave, ItemScanned(code), ConfirmReturn()]):
        person.visit = visit
        for given_input in (ItemScanned(code), *story):
            person.gives(given_input)
            if any(isinstance(body, Return | ItemMoved) and body.item == code for body in person.bodies):
                return True
    return False


@pytest.mark.parametrize("step", BY_NAME)
@few
@given(data=st.data())
def test_a_return_is_taken_at_every_step(step, data):
    """Wherever a visit is, whoever's card opened it, an item that is out here, elsewhere or nowhere comes back."""
    visit, code = data.draw(visits_at(step)), data.draw(st.sampled_from(CODES))
    borrower = data.draw(st.sampled_from([None, ANNA, BERIT, STRANGER]))
    facts = facts_for()
    if borrower is not None and code in facts.items and code != CHAINSAW.code:
        facts = lent_to(borrower, facts.items[code])
    assert is_taken(visit, code, facts) or comes_back(visit, code, facts)


@pytest.mark.parametrize(
    "step",
    [
        *(AskPin(), PinUnchecked(), EnterCode(), OtherCard(BERIT), StaffMenu(), AboutMe(), AtPage(Page.OFFER)),
        *(Browse(), Search(), LookAt("drill"), TryReaders(), CountShelf(), RegisterItem(), MoveItem(), WriteNote()),
    ],
)
def test_a_step_that_refuses_returns_is_caught(step):
    """The check above notices any one step that would not take a return."""

    def refusing(visit, given_input, facts):
        if visit is not None and isinstance(visit.step, type(step)):
            return Outcome(visit)
        return decide(visit, given_input, facts)

    visit = Visit(ANNA_HERE, step, before=Account())
    assert comes_back(visit, HAMMER.code, lent_to(BERIT, HAMMER))
    assert not comes_back(visit, HAMMER.code, lent_to(BERIT, HAMMER), refusing)


def test_a_loan_without_confirmation_is_caught():
    """The check that nothing unconfirmed is written notices a visit that lends at the scan."""

    def eager(visit, given_input, facts):
        outcome = decide(visit, given_input, facts)
        if isinstance(given_input, ItemScanned) and isinstance(outcome.visit.step, BorrowParts):
            return decide(outcome.visit, ConfirmLoan(), facts)
        return outcome

    person = Person(decide_as=eager).gives(CardShown(ANNA), ItemScanned(HAMMER.code))
    assert {type(body) for body in person.bodies} - MAY_WRITE[(ItemScanned, None)] == {Loan}


def test_a_visit_names_nobody_in_what_outlives_it():
    """What is kept for a power cut has no field for a card."""
    assert {field.name for field in fields(Trace)} == {"lines", "pending"}
    assert {field.name for field in fields(Line)} == {"item", "state", "entry_id", "due", "was"}
