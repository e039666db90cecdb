"""What staff do at a station: trying the readers, counting, registering, moving, noting. In and out of order."""

from dataclasses import replace

import pytest
from support.facts import Person, lent_to
from support.library import ANNA, DRILL, HAMMER, HERE, SAW, STAFF, STRANGER, UNKNOWN_CODE, make_item

from lending.entries import Draft, ItemMoved, ItemRegistered, Return, StaffNote, StaffPresence, StockCount
from lending.plain import MAX_LIST
from lending.said import MOST_LETTERS
from lending.visit import (
    Account,
    AskReturn,
    BorrowParts,
    CardShown,
    CountDone,
    CountFinished,
    CountShelf,
    Done,
    GoOn,
    ItemScanned,
    ListThings,
    MoveItem,
    MoveTo,
    NoteWritten,
    Notice,
    OddScan,
    OddScanned,
    OpenStaffPage,
    Registered,
    RegisterItem,
    Seen,
    StaffMenu,
    StaffPage,
    StaffTasks,
    StationState,
    StillHere,
    ThingChosen,
    Tick,
    TryAgain,
    TryReaders,
    UndoNewest,
    WriteNote,
)
from lending.visit.staff_work import stands_here, waits_for_library

STAFF_COME, ANNA_COMES = CardShown(STAFF), CardShown(ANNA)
DRILL_SCAN, SAW_SCAN, HAMMER_SCAN = (ItemScanned(item.code) for item in (DRILL, SAW, HAMMER))
NEW_TAG = ItemScanned(UNKNOWN_CODE)


@pytest.fixture
def staff():
    """Somebody of staff at the menu."""
    return Person().gives(STAFF_COME)


def test_staff_pages_open_for_staff_only(staff):
    """Each page opens from the menu and leads back to it; a patron's touch of the same name does nothing."""
    steps = (StaffTasks, StationState, TryReaders, CountShelf, RegisterItem, MoveItem, WriteNote)
    for page, step in zip(StaffPage, steps, strict=True):
        assert isinstance(staff.gives(OpenStaffPage(page)).step, step)
        assert staff.drafts == ()
    assert staff.gives(GoOn()).step == StaffMenu()
    for touch in (
        OpenStaffPage(StaffPage.COUNT),
        CountFinished(),
        ThingChosen(DRILL.thing),
        MoveTo(here=True),
        NoteWritten("hei"),
    ):
        anna = Person().gives(ANNA_COMES)
        assert anna.gives(touch).step == Account()
        assert anna.drafts == ()


def test_done_on_any_page_ends_the_visit_and_says_that_staff_left():
    """Wherever they are, "done" is the end, and the journal says so."""
    for page in StaffPage:
        person = Person().gives(STAFF_COME, OpenStaffPage(page), Done())
        assert person.visit is None
        assert person.bodies == [StaffPresence(inside=False)]


# --- trying the readers


@pytest.mark.parametrize(
    ("given", "seen"),
    [
        (STAFF_COME, Seen.CARD_KNOWN),
        (ANNA_COMES, Seen.CARD_KNOWN),
        (CardShown(STRANGER, "sealed"), Seen.CARD_NEW),
        (DRILL_SCAN, Seen.ITEM_KNOWN),
        (NEW_TAG, Seen.ITEM_NEW),
        (OddScanned(OddScan.UNREADABLE_CARD), Seen.CARD_UNREADABLE),
        (OddScanned(OddScan.ISBN), Seen.CODE_OTHER),
        (ItemScanned("0101019012", maybe_person=True), Seen.CODE_OTHER),
    ],
)
def test_trying_the_readers_shows_a_kind_and_does_nothing(staff, given, seen):
    """Cards open no visit, codes lend and return nothing, and of what was read only its kind is kept."""
    staff.gives(OpenStaffPage(StaffPage.TRY), given, given)
    assert staff.step == TryReaders(seen, 2)
    assert staff.drafts == ()
    assert staff.gives(GoOn()).step == StaffMenu()


def test_trying_a_lent_thing_does_not_return_it():
    """On the page for trying, a thing that is lent stays lent."""
    person = Person(lent_to(ANNA, DRILL)).gives(STAFF_COME, OpenStaffPage(StaffPage.TRY), DRILL_SCAN)
    assert person.drafts == ()
    assert person.facts.ledger(DRILL.code).open_loans


# --- counting


def test_a_count_writes_what_was_found_and_what_was_not(staff):
    """Each thing counts once; the end of the count is one entry, and nothing is written before."""
    staff.gives(OpenStaffPage(StaffPage.COUNT), DRILL_SCAN, SAW_SCAN, DRILL_SCAN)
    assert staff.step == CountShelf((DRILL.code, SAW.code))
    assert staff.drafts == ()
    staff.gives(CountFinished())
    (count,) = staff.bodies
    assert isinstance(count, StockCount)
    assert count.found == (DRILL.code, SAW.code)
    at_home = {item.code for item in staff.facts.items.values() if item.home == HERE}
    assert set(count.missing) == at_home - {DRILL.code, SAW.code}
    assert staff.step == CountDone(2, count.missing)
    assert staff.gives(OpenStaffPage(StaffPage.COUNT)).step == CountShelf()


def test_a_count_can_be_left_and_gone_on_with(staff):
    """The menu keeps a count that is not finished; checking a thing meanwhile does not lose it."""
    staff.gives(OpenStaffPage(StaffPage.COUNT), DRILL_SCAN, GoOn())
    assert staff.step == StaffMenu(counted=(DRILL.code,))
    staff.gives(HAMMER_SCAN, GoOn(), OpenStaffPage(StaffPage.STATE), OpenStaffPage(StaffPage.COUNT), SAW_SCAN)
    assert staff.step == CountShelf((DRILL.code, SAW.code))


def test_the_newest_scan_of_a_count_can_be_undone(staff):
    """Undo takes back one scan at a time, to the beginning."""
    staff.gives(OpenStaffPage(StaffPage.COUNT), DRILL_SCAN, SAW_SCAN, UndoNewest())
    assert staff.step == CountShelf((DRILL.code,))
    assert staff.gives(UndoNewest()).step == CountShelf()
    assert staff.gives(UndoNewest()).step == CountShelf()
    assert staff.gives(CountFinished()).step == CountShelf()
    assert staff.drafts == ()


def test_a_lent_thing_that_stands_on_the_shelf_is_back():
    """Counting takes a return (invariant 6), and the count goes on."""
    person = Person(lent_to(ANNA, DRILL)).gives(STAFF_COME, OpenStaffPage(StaffPage.COUNT), DRILL_SCAN)
    assert [type(body) for body in person.bodies] == [Return]
    assert person.step == CountShelf((DRILL.code,))
    assert not person.facts.ledger(DRILL.code).open_loans
    assert person.gives(CountFinished()).bodies[0].found == (DRILL.code,)


def test_a_thing_thought_elsewhere_stands_here_once_it_is_counted(staff):
    """What was taken away and is found again is here; of what has always stood here there is nothing to write."""
    assert staff.gives(OpenStaffPage(StaffPage.COUNT), DRILL_SCAN).drafts == ()
    staff.facts.commit([Draft("9" * 32, ItemMoved(HAMMER.code, here=False))])
    staff.gives(OpenStaffPage(StaffPage.COUNT), HAMMER_SCAN)
    assert staff.bodies == [ItemMoved(HAMMER.code, here=True)]
    assert stands_here(HAMMER.code, staff.facts)


def test_a_code_nobody_knows_is_counted_too_but_no_number_of_a_person(staff):
    """An unknown tag is found; what may be a national number is kept nowhere."""
    staff.gives(OpenStaffPage(StaffPage.COUNT), NEW_TAG)
    assert staff.step == CountShelf((UNKNOWN_CODE,))
    staff.gives(ItemScanned("0101019012", maybe_person=True))
    assert staff.step == Notice(OddScan.NATIONAL_ID)
    assert staff.gives(GoOn()).step == CountShelf((UNKNOWN_CODE,))


def test_a_count_takes_no_more_than_an_entry_can_hold(staff):
    """A scanner gone wild makes no entry the hub would refuse."""
    staff.gives(OpenStaffPage(StaffPage.COUNT))
    for number in range(MAX_LIST + 5):
        staff.gives(ItemScanned(f"X{number}"))
    assert len(staff.step.found) == MAX_LIST


def test_a_count_has_time(staff):
    """Walking along the shelf takes minutes; a count does not end after the seconds of a loan, nor a scan of what
    was counted already.
    """
    staff.gives(OpenStaffPage(StaffPage.COUNT), DRILL_SCAN, DRILL_SCAN)
    assert staff.visit.span_ms == 300_000
    staff.gives(OpenStaffPage(StaffPage.COUNT), DRILL_SCAN).waits(280).gives(Tick())
    assert staff.step == CountShelf((DRILL.code,))
    assert staff.waits(30).gives(Tick()).visit is None


# --- registering


def test_a_new_tag_is_registered_and_can_be_taken_back(staff):
    """Scan, choose, saved; undo writes that the tag is of no thing, and the station forgets that it stands here."""
    staff.gives(OpenStaffPage(StaffPage.REGISTER), NEW_TAG)
    assert staff.step == RegisterItem(UNKNOWN_CODE)
    thing = SAW.thing
    assert staff.gives(ThingChosen(thing)).bodies == [ItemRegistered(UNKNOWN_CODE, thing)]
    assert staff.step == Registered(UNKNOWN_CODE, thing)
    assert staff.facts.ledger(UNKNOWN_CODE).place == HERE
    assert staff.gives(UndoNewest()).bodies == [ItemRegistered(UNKNOWN_CODE, thing, undo=True)]
    assert staff.facts.ledger(UNKNOWN_CODE).place is None
    assert staff.step == RegisterItem()


def test_registering_the_same_tag_twice_writes_it_once(staff):
    """A tag that waits for the library, or is known, is not registered again; nor is a thing that is not offered."""
    staff.gives(OpenStaffPage(StaffPage.REGISTER), NEW_TAG, ThingChosen(DRILL.thing), NEW_TAG)
    assert staff.step == RegisterItem(UNKNOWN_CODE)
    assert staff.gives(ThingChosen(DRILL.thing)).drafts == ()
    assert staff.gives(DRILL_SCAN, ThingChosen(DRILL.thing)).drafts == ()
    other = ItemScanned("0399000000")
    for thing in ("", "nobody's"):
        assert staff.gives(other, ThingChosen(thing)).drafts == ()


def test_a_feed_between_the_list_and_the_touch_changes_no_choice(staff):
    """Whatever a feed adds or takes away meanwhile, the tag is of the thing that was touched, or of none."""
    staff.gives(OpenStaffPage(StaffPage.REGISTER), NEW_TAG)
    staff.facts.items = {"0100": make_item("0100", "øks", "axe"), **staff.facts.items}
    assert staff.gives(ThingChosen(SAW.thing)).bodies == [ItemRegistered(UNKNOWN_CODE, SAW.thing)]
    staff.gives(UndoNewest(), NEW_TAG)
    del staff.facts.items[SAW.code]
    assert staff.gives(ThingChosen(SAW.thing)).drafts == ()


def test_things_are_listed_from_anywhere_and_found_by_words(staff):
    """The page and the words stay while another tag is scanned, and only while a tag waits for its thing."""
    assert staff.gives(OpenStaffPage(StaffPage.REGISTER), ListThings(6)).step == RegisterItem()
    assert staff.gives(NEW_TAG, ListThings(6)).step == RegisterItem(UNKNOWN_CODE, 6)
    assert staff.gives(ListThings(-1, "sag" * 99)).step == RegisterItem(UNKNOWN_CODE, 0, ("sag" * 99)[:MOST_LETTERS])
    assert staff.gives(ListThings(6), ItemScanned("0399000000")).step == RegisterItem("0399000000", 6)
    assert staff.gives(ThingChosen(SAW.thing), NEW_TAG).step == RegisterItem(UNKNOWN_CODE)
    assert "sag" not in repr(ListThings(0, "sag")) + repr(RegisterItem("1", 0, "sag"))


def test_a_registered_thing_waits_for_the_library_before_it_is_lent(staff):
    """Until the feed tells of it, nobody borrows it; it is taken back as any thing nobody knows."""
    staff.gives(OpenStaffPage(StaffPage.REGISTER), NEW_TAG, ThingChosen(DRILL.thing), Done())
    anna = Person(staff.facts).gives(ANNA_COMES, NEW_TAG)
    assert isinstance(anna.step, AskReturn)
    assert anna.drafts == ()
    staff.facts.items[UNKNOWN_CODE] = replace(DRILL, code=UNKNOWN_CODE)  # the library has taken it in
    assert isinstance(Person(staff.facts).gives(ANNA_COMES, NEW_TAG).step, BorrowParts)


# --- moving and noting


def test_a_thing_is_moved_away_and_here_again(staff):
    """What is said is saved, undone by its opposite, and not saved twice."""
    staff.gives(OpenStaffPage(StaffPage.MOVE), DRILL_SCAN)
    assert staff.step == MoveItem(DRILL.code)
    assert staff.gives(MoveTo(here=True)).drafts == ()  # it stands here already
    assert staff.gives(MoveTo(here=False)).bodies == [ItemMoved(DRILL.code, here=False)]
    assert staff.step == MoveItem(DRILL.code, moved=False)
    assert staff.gives(MoveTo(here=False)).drafts == ()
    assert staff.gives(UndoNewest()).bodies == [ItemMoved(DRILL.code, here=True)]
    assert staff.step == MoveItem(DRILL.code)
    assert stands_here(DRILL.code, staff.facts)


def test_what_stands_here_is_neither_away_nor_lent(staff):
    """A thing that was taken away does not stand here, nor does one that is lent; a tag the library knows of does not
    wait for it.
    """
    facts = lent_to(ANNA, SAW, facts=staff.facts)
    facts.commit(
        [Draft("9" * 32, ItemMoved(HAMMER.code, here=False)), Draft("8" * 32, ItemMoved(DRILL.code, here=True))]
    )
    assert [stands_here(item.code, facts) for item in (HAMMER, SAW, DRILL)] == [False, False, True]
    Person(facts).gives(SAW_SCAN)
    assert stands_here(SAW.code, facts)
    facts.commit([Draft("7" * 32, ItemMoved(SAW.code, here=False))])
    assert not stands_here(SAW.code, facts)
    assert [waits_for_library(code, facts) for code in (DRILL.code, UNKNOWN_CODE)] == [False, False]
    staff.gives(OpenStaffPage(StaffPage.REGISTER), NEW_TAG, ThingChosen(DRILL.thing))
    assert waits_for_library(UNKNOWN_CODE, facts)


def test_a_counted_thing_that_is_out_comes_back():
    """The hub may tell of a loan of a thing that was counted a moment ago: scanned again, it is taken back."""
    person = Person(lent_to(ANNA, DRILL)).gives(STAFF_COME)
    person.visit = replace(person.visit, step=CountShelf((DRILL.code,)))
    assert [type(body) for body in person.gives(DRILL_SCAN).bodies] == [Return]
    assert person.step == CountShelf((DRILL.code,))
    assert person.gives(DRILL_SCAN).drafts == ()


def test_a_full_count_takes_things_back():
    """No more is counted than a list can hold, but what was lent comes back."""
    person = Person(lent_to(ANNA, DRILL)).gives(STAFF_COME)
    full = CountShelf(tuple(f"{n:010d}" for n in range(MAX_LIST)))
    person.visit = replace(person.visit, step=full)
    assert [type(body) for body in person.gives(DRILL_SCAN).bodies] == [Return]
    assert person.step == full


def test_moving_a_lent_thing_takes_it_back_first():
    """A thing that is lent and stands before staff is back."""
    person = Person(lent_to(ANNA, DRILL)).gives(STAFF_COME, OpenStaffPage(StaffPage.MOVE), DRILL_SCAN)
    assert [(type(body), body.item) for body in person.bodies] == [(Return, DRILL.code)]
    assert person.step == MoveItem(DRILL.code)


def test_an_unknown_thing_is_not_moved(staff):
    """It is to be registered first; one that was registered here can be moved."""
    assert staff.gives(OpenStaffPage(StaffPage.MOVE), NEW_TAG).step == MoveItem(unknown=True)
    staff.gives(
        OpenStaffPage(StaffPage.REGISTER), NEW_TAG, ThingChosen(DRILL.thing), OpenStaffPage(StaffPage.MOVE), NEW_TAG
    )
    assert staff.gives(MoveTo(here=False)).bodies == [ItemMoved(UNKNOWN_CODE, here=False)]


def test_a_note_is_kept_in_one_line(staff):
    """Words are written as they were, without space around them and not too long; nothing at all is not written."""
    staff.gives(OpenStaffPage(StaffPage.NOTE))
    assert staff.gives(NoteWritten("  ")).drafts == ()
    assert staff.gives(NoteWritten(" Laderen  er løs ")).bodies == [StaffNote("Laderen er løs")]
    assert staff.step == WriteNote(saved=True)
    assert len(staff.gives(NoteWritten("a" * 999)).bodies[0].words) == MOST_LETTERS
    assert staff.gives(NoteWritten("ring 99 88 77 66 om drillen")).bodies == [StaffNote("ring … om drillen")]
    assert "løs" not in repr(NoteWritten("løs"))


def test_trying_again_only_keeps_the_visit_going(staff):
    """The visit knows no device: it goes on, and the desk does the rest."""
    staff.gives(OpenStaffPage(StaffPage.STATE)).waits(100)
    assert staff.gives(TryAgain(), StillHere()).step == StationState()
    assert staff.drafts == ()
