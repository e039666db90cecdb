"""The staff menu: what was left is looked at, and staff are named when they come and go."""

import pytest
from support.facts import MemoryFacts, Person, lent_to
from support.library import ANNA, CHAINSAW, HAMMER, SANDER, STAFF, TRAINED, UNKNOWN_CODE

from lending.entries import (
    ConditionAnswer,
    DamageReport,
    Draft,
    ItemChecked,
    ItemMoved,
    Personal,
    Refusal,
    Return,
    StaffPresence,
)
from lending.ledger import ItemLedger
from lending.nouns import CardFacts, Condition, Damage, Rules, Shelf, Standing
from lending.visit import (
    Account,
    AskReturn,
    AskWhy,
    BorrowParts,
    CardShown,
    CardStop,
    ConfirmReturn,
    Done,
    GoOn,
    ItemScanned,
    LineState,
    Notice,
    OddScan,
    OddScanned,
    StaffMenu,
    Tick,
)
from lending.visit.staff import needs_look

STAFF_COME, ANNA_COMES = CardShown(STAFF), CardShown(ANNA)
SCAN_SAW, SCAN_SANDER, SCAN_HAMMER = (ItemScanned(item.code) for item in (CHAINSAW, SANDER, HAMMER))
LEFT_IT = StaffPresence(inside=False)


def left_here(*items):
    """Return a station at which these things were left."""
    facts = MemoryFacts()
    facts.commit([Draft(f"{n:x}" * 32, Return(item.code, shelf=Shelf.LEFT)) for n, item in enumerate(items, 1)])
    return facts


@pytest.fixture
def staff():
    return Person(left_here(CHAINSAW, SANDER)).gives(STAFF_COME)


def test_a_staff_card_opens_the_menu_and_is_named(staff):
    """The menu opens by a staff card, and the journal says who came."""
    assert staff.step == StaffMenu()
    assert staff.bodies == [StaffPresence(inside=True)]
    assert staff.drafts[0].personal == Personal(STAFF)


@pytest.mark.parametrize("standing", [Standing.BLOCKED, Standing.EXPIRED])
def test_a_staff_card_that_is_stopped_opens_nothing(standing):
    """A blocked or expired staff card is stopped as any card."""
    person = Person()
    person.facts.cards[STAFF] = CardFacts(standing, staff=True)
    person.gives(STAFF_COME)
    assert isinstance(person.step, CardStop)
    assert [type(body) for body in person.bodies] == [Refusal]


def test_a_scan_frees_what_was_left(staff):
    """Each thing scanned in the menu is free for the next, counted, and then lent again."""
    assert staff.gives(SCAN_SAW).bodies == [ItemChecked(CHAINSAW.code, Shelf.FREE)]
    assert staff.gives(SCAN_SANDER).step == StaffMenu(2)
    staff.gives(Done())
    assert isinstance(Person(staff.facts).gives(CardShown(TRAINED), SCAN_SAW).step, BorrowParts)


def test_a_thing_is_checked_once(staff):
    """A second scan of the same thing is written and counted no more."""
    staff.gives(SCAN_SAW, SCAN_SAW)
    assert (staff.step, staff.drafts) == (StaffMenu(1), ())


@pytest.mark.parametrize(
    "said",
    [
        ConditionAnswer(HAMMER.code, "r" * 32, Condition.DAMAGED),
        ConditionAnswer(HAMMER.code, "r" * 32, Condition.MISSING, ("lid",)),
        DamageReport(HAMMER.code, Damage.DIRTY),
    ],
)
def test_a_check_settles_what_was_said_of_a_thing(said):
    """A thing that is free but was told of as damaged or incomplete is checked by its scan."""
    facts = MemoryFacts()
    facts.commit([Draft("1" * 32, Return(HAMMER.code)), Draft("2" * 32, said)])
    assert isinstance(Person(facts).gives(STAFF_COME, SCAN_HAMMER).bodies[0], ItemChecked)
    assert not needs_look(facts.ledger(HAMMER.code))


def test_what_is_missing_alone_is_something_to_look_at():
    """A thing that lacks a part needs a look even if all else is well."""
    assert needs_look(ItemLedger("x", missing=("lid",)))
    assert not needs_look(ItemLedger("x"))


def test_what_is_out_comes_back_in_the_menu():
    """A thing that is out is taken back by its scan in the menu, and checked by the next."""
    facts = lent_to(TRAINED, CHAINSAW)
    staff = Person(facts).gives(STAFF_COME, SCAN_SAW)
    assert staff.bodies == [Return(CHAINSAW.code, loan=facts.entries[0].entry_id, shelf=Shelf.LEFT)]
    assert staff.step == StaffMenu()
    assert [line.state for line in staff.visit.lines] == [LineState.RETURNED]
    assert staff.gives(SCAN_SAW).step == StaffMenu(1)


def test_a_thing_from_elsewhere_is_asked_about():
    """A thing the journal does not know to be here may be coming back, and is asked about."""
    staff = Person().gives(STAFF_COME, SCAN_HAMMER)
    assert staff.step == AskReturn(HAMMER.code, AskWhy.ON_SHELF)
    assert staff.gives(ConfirmReturn()).bodies == [Return(HAMMER.code)]
    assert staff.step == StaffMenu()
    staff.facts.commit([Draft("9" * 32, ItemMoved(HAMMER.code, here=False))])
    assert isinstance(staff.gives(SCAN_HAMMER).step, AskReturn)


def test_an_unknown_thing_is_asked_about_and_the_menu_comes_back(staff):
    """An unknown thing gets the answer it gets everywhere, and the count goes on after it."""
    assert staff.gives(SCAN_SAW, ItemScanned(UNKNOWN_CODE)).step == AskReturn(UNKNOWN_CODE, AskWhy.ITEM_UNKNOWN)
    assert staff.gives(GoOn()).step == StaffMenu(1)
    assert staff.gives(ItemScanned(UNKNOWN_CODE), ConfirmReturn()).step == StaffMenu(1)
    assert staff.gives(ItemScanned("0777777777"), SCAN_SANDER).step == StaffMenu(2)


def test_an_odd_scan_leaves_the_menu_as_it_was(staff):
    """A notice over the menu gives way to it again."""
    assert staff.gives(SCAN_SAW, OddScanned(OddScan.ISBN)).step == Notice(OddScan.ISBN)
    assert staff.gives(GoOn()).step == StaffMenu(1)


def test_staff_who_are_done_have_left(staff):
    """Leaving the menu is written, with who it was."""
    assert staff.gives(Done()).bodies == [LEFT_IT]
    assert staff.drafts[0].personal == Personal(STAFF)
    assert staff.visit is None


def test_staff_who_walk_away_have_left(staff):
    """A menu nobody touches closes, and that is written."""
    assert staff.waits(59.9).gives(Tick()).drafts == ()
    assert staff.waits(0.1).gives(Tick()).bodies == [LEFT_IT]


def test_another_card_closes_the_menu_at_once(staff):
    """A resident's card never stands before an open staff menu, whatever was done in it."""
    assert staff.gives(SCAN_SAW, ItemScanned(UNKNOWN_CODE), ConfirmReturn(), ANNA_COMES).bodies == [LEFT_IT]
    assert staff.step == Account()


def test_one_of_the_staff_after_another(staff):
    """The first has left before the second has come, each by their own card."""
    second = "1:" + "6" * 32
    staff.facts.cards[second] = CardFacts(Standing.KNOWN, staff=True)
    assert staff.gives(CardShown(second)).bodies == [LEFT_IT, StaffPresence(inside=True)]
    assert [draft.personal.patron_ref for draft in staff.drafts] == [STAFF, second]
    assert staff.step == StaffMenu()


def test_the_same_staff_card_again_changes_nothing(staff):
    """The card that opened the menu may be shown again."""
    assert staff.gives(SCAN_SAW, STAFF_COME).drafts == ()
    assert staff.step == StaffMenu(1)


def test_a_staff_card_before_which_a_thing_was_scanned_opens_the_menu():
    """A staff card borrows nothing, also when a thing was scanned first."""
    assert Person().gives(SCAN_HAMMER, STAFF_COME).step == StaffMenu()


def test_what_the_rules_free_at_once_never_waits_for_staff():
    """A class that is free at once is never left for a check."""
    facts = lent_to(ANNA, SANDER, facts=MemoryFacts(Rules(free_at_once=("A", "B"))))
    assert Person(facts).gives(SCAN_SANDER).bodies[0].shelf is Shelf.FREE
