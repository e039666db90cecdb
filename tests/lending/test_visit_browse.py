"""Looking around: lists, search, all about a thing, and setting it aside; with and without a card."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.facts import MemoryFacts, Person, lent_to
from support.library import (
    ANNA,
    BERIT,
    BLOCKED,
    CHAINSAW,
    DRILL,
    HAMMER,
    SECOND_DRILL,
    STAFF,
    STRANGER,
    TENT,
    TRAINED,
)
from support.strategies import many

from lending.entries import HoldPlaced, SearchMissed
from lending.nouns import Hold, PinRule, Rules
from lending.rules import Reason
from lending.said import LONGEST_SEARCH, MOST_DIGITS, kept_words
from lending.visit import (
    Account,
    AskPin,
    AskReturn,
    Browse,
    CardShown,
    CardStop,
    GoBack,
    HoldMade,
    ItemScanned,
    LookAt,
    Notice,
    OddScan,
    OddScanned,
    PinChecked,
    PinEntered,
    PlaceHold,
    Returned,
    Search,
    SearchFor,
    ShowThing,
    StaffMenu,
    StartBrowse,
    Tick,
    TurnPage,
    UnknownCard,
    decide,
)
from lending.visit.browse import can_hold, reason_to_wait

DRILLS = (DRILL, SECOND_DRILL)


def both_drills_out():
    return lent_to(BERIT, *DRILLS)


def looks_at(thing, facts=None):
    return Person(facts).gives(StartBrowse("tools"), ShowThing(thing))


def missed(person):
    return [entry.body.words for entry in person.facts.entries if isinstance(entry.body, SearchMissed)]


def test_somebody_looks_around_without_a_card():
    """From the idle screen to a category, a page on, a thing, and all the way back to idle; nothing is written."""
    person = Person().gives(StartBrowse("tools"))
    assert person.step == Browse("tools")
    assert person.gives(TurnPage(1), ShowThing("drill")).step == LookAt("drill", Browse("tools", 1))
    assert person.gives(GoBack()).step == Browse("tools", 1)
    assert person.gives(GoBack()).visit is None
    assert person.facts.entries == []


def test_with_a_card_the_way_back_leads_to_the_account():
    """Who looks around in the middle of a visit comes back to their account, not to a stranger's start."""
    person = Person().gives(CardShown(ANNA), StartBrowse(), ShowThing("drill"), GoBack(), GoBack())
    assert person.step == Account()
    assert person.visit.patron.ref == ANNA


def test_a_search_leads_back_to_its_list_or_on_to_another():
    """Letter by letter the search keeps the list and the page it was begun on; another category can be opened too."""
    person = Person().gives(StartBrowse("tools"), TurnPage(1))
    types(person, "drill")
    assert person.gives(GoBack()).step == Browse("tools", 1)
    assert person.gives(SearchFor("dr"), StartBrowse("garden")).step == Browse("garden")


def test_looking_around_begins_where_nothing_waits_for_an_answer():
    """From an account, a stopped card or a refusal lists and searches open; a tick list keeps its place."""
    for begun in ([CardShown(ANNA)], [CardShown(BLOCKED)], [CardShown(ANNA), ItemScanned(CHAINSAW.code)]):
        assert Person().gives(*begun, StartBrowse("tools")).step == Browse("tools")
        assert Person().gives(*begun, SearchFor("dr")).step.words == "dr"
    person = Person().gives(CardShown(ANNA), ItemScanned(DRILL.code))
    ticks = person.step
    assert person.gives(StartBrowse("tools"), SearchFor("dr")).step == ticks


def test_pages_of_a_list_begin_at_the_first():
    """A list is turned forth and back, and not further back than to its first page."""
    person = Person().gives(StartBrowse("tools"), TurnPage(1), TurnPage(0))
    assert person.step == Browse("tools", 0)
    assert person.gives(TurnPage(-1)).step == Browse("tools", 0)


def test_nobody_there_ends_it():
    """A list nobody touches gives way to the idle screen after its own time."""
    person = Person().gives(StartBrowse()).waits(59).gives(Tick())
    assert person.step == Browse()
    assert person.waits(1).gives(Tick()).visit is None


def test_what_nobody_knows_is_not_shown():
    """A thing that no feed has told of opens nothing."""
    assert Person().gives(StartBrowse(), ShowThing("nobody's")).step == Browse()


# --- A card or a scan while looking around


def test_a_card_on_the_page_of_a_thing_keeps_the_thing():
    """The card opens the visit, and the thing still stands there, so that it can be set aside."""
    person = looks_at("drill", both_drills_out()).gives(CardShown(ANNA))
    assert person.step == LookAt("drill", Browse("tools"))
    person.gives(PlaceHold())
    (body,) = person.bodies
    assert (type(body), body.thing, person.drafts[0].personal.patron_ref) == (HoldPlaced, "drill", ANNA)
    assert isinstance(person.step, HoldMade)


def test_another_card_on_the_page_of_a_thing_keeps_the_thing_too():
    """Where nothing has been done yet, the next card opens its own visit at the same page."""
    person = looks_at("drill", both_drills_out()).gives(CardShown(ANNA), CardShown(BERIT))
    assert person.step == LookAt("drill", Browse("tools"))
    assert person.visit.patron.ref == BERIT


def test_whoever_asks_first_only_shows_the_card():
    """With "set aside" touched before, the card is all that is still needed."""
    person = looks_at("drill", both_drills_out()).gives(PlaceHold())
    assert person.step == LookAt("drill", Browse("tools"), asked=True)
    assert isinstance(person.gives(CardShown(ANNA)).step, HoldMade)
    assert [type(body) for body in person.bodies] == [HoldPlaced]


def test_the_thing_waits_behind_the_pin():
    """Where a PIN is asked for, the thing comes back once it was right, and nothing is set aside before."""
    facts = both_drills_out()
    facts.rules = Rules(version=1, pin=PinRule.ALWAYS)
    person = looks_at("drill", facts).gives(PlaceHold(), CardShown(ANNA))
    assert (type(person.step), person.drafts) == (AskPin, ())
    assert person.visit.then == LookAt("drill", Browse("tools"), asked=True)
    person.gives(PinEntered(), PinChecked(right=True, patron_ref=ANNA))
    assert isinstance(person.step, HoldMade)
    assert person.visit.then is None


def test_what_is_set_aside_is_told_with_its_last_day():
    """The one who waits reads which copy was looked for and until when; the hold has an id of its own, and names a
    copy only where that copy is here and waits for staff.
    """
    person = looks_at("drill", both_drills_out()).gives(CardShown(ANNA), PlaceHold())
    until = person.facts.today + timedelta(days=person.facts.rules.hold_days)
    assert person.step == HoldMade(DRILL.code, until)
    assert person.bodies == [HoldPlaced(person.bodies[0].hold, "drill", until, None)]
    assert len(person.bodies[0].hold) == 32
    person = looks_at("chainsaw", left(CHAINSAW)).gives(CardShown(TRAINED), PlaceHold())
    assert person.bodies == [HoldPlaced(person.bodies[0].hold, "chainsaw", until, CHAINSAW.code)]


def left(item):
    """A thing that came back and waits for staff to check it."""
    return Person(lent_to(TRAINED, item)).gives(ItemScanned(item.code)).facts


def test_a_card_that_may_not_ends_the_waiting_for_one():
    """The page asks for a card no longer, and back leads to the list: with a card that may not have the thing, and
    where it came back meanwhile.
    """
    person = looks_at("chainsaw", lent_to(TRAINED, CHAINSAW)).gives(PlaceHold())
    assert person.step == LookAt("chainsaw", Browse("tools"), asked=True)
    assert person.gives(CardShown(ANNA)).step == LookAt("chainsaw", Browse("tools"))
    assert person.gives(GoBack()).step == Browse("tools")
    person = looks_at("drill", both_drills_out()).gives(PlaceHold())
    Person(person.facts).gives(ItemScanned(DRILL.code))
    assert person.gives(CardShown(ANNA)).step == LookAt("drill", Browse("tools"))
    assert person.drafts == ()


def test_why_a_thing_has_to_be_waited_for():
    """The first copy that cannot be had, and why: out, waiting for staff, set aside for another, at another station.
    For whom it is set aside, and where it stands here, there is nothing to wait for.
    """
    assert reason_to_wait("drill", both_drills_out()) == (DRILL, Reason.ALREADY_OUT)
    assert reason_to_wait("chainsaw", left(CHAINSAW)) == (CHAINSAW, Reason.NOT_CHECKED_YET)
    facts = MemoryFacts()
    facts.items[HAMMER.code] = replace(HAMMER, thing="one hammer", stays_home=True)
    assert reason_to_wait("one hammer", facts) is None
    facts.set_aside(Hold("h", "one hammer", BERIT, date(2026, 11, 25), HAMMER.code))
    for who, reason in ((BERIT, None), (ANNA, Reason.HELD_FOR_OTHER), ("", Reason.HELD_FOR_OTHER)):
        waits = reason_to_wait("one hammer", facts, who)
        assert (waits and waits[1]) is reason
    assert reason_to_wait("tent", facts) == (TENT, Reason.ALREADY_OUT)
    assert reason_to_wait("nobody's", facts) is None


def test_a_change_of_mind_waits_for_no_card():
    """Back from "show your card" is the page of the thing; a card then sets nothing aside by itself."""
    person = looks_at("drill", both_drills_out()).gives(PlaceHold(), GoBack())
    assert person.step == LookAt("drill", Browse("tools"))
    assert person.gives(CardShown(ANNA)).drafts == ()


def test_what_stands_here_is_not_set_aside():
    """While a copy can simply be taken, nothing is set aside and no card is waited for."""
    facts = lent_to(BERIT, DRILL)
    assert looks_at("drill", facts).gives(PlaceHold()).step == LookAt("drill", Browse("tools"))
    assert looks_at("drill", facts).gives(CardShown(ANNA), PlaceHold()).drafts == ()


def test_nobody_sets_aside_what_they_could_not_borrow():
    """A thing that needs training is not set aside for a card without it, nor anything twice for the same card."""
    assert looks_at("chainsaw", lent_to(TRAINED, CHAINSAW)).gives(CardShown(ANNA), PlaceHold()).drafts == ()
    facts = both_drills_out()
    facts.set_aside(Hold("h", "drill", ANNA, date(2026, 11, 25)))
    assert looks_at("drill", facts).gives(CardShown(ANNA), PlaceHold()).drafts == ()


@pytest.mark.parametrize(
    ("card", "step"), [(BLOCKED, CardStop), (STRANGER, UnknownCard), (STAFF, StaffMenu), (ANNA, Account)]
)
def test_a_card_on_a_list_opens_its_visit(card, step):
    """On lists and in a search a card does what it does on the idle screen."""
    assert isinstance(Person().gives(StartBrowse(), CardShown(card)).step, step)
    assert isinstance(Person().gives(SearchFor("drill"), CardShown(card)).step, step)


def test_a_scan_while_searching_does_what_was_meant():
    """What is out comes back, what stands here is asked about, and with a card it is lent."""
    assert isinstance(Person(lent_to(BERIT, HAMMER)).gives(SearchFor("dr"), ItemScanned(HAMMER.code)).step, Returned)
    assert isinstance(Person().gives(SearchFor("dr"), ItemScanned(HAMMER.code)).step, AskReturn)
    person = Person().gives(CardShown(ANNA), SearchFor("dr"), ItemScanned(HAMMER.code))
    assert person.step.item == HAMMER.code
    assert type(person.step).__name__ == "BorrowParts"


def test_a_notice_gives_the_search_back():
    """A strange scan covers the search for a moment; the words are still there."""
    person = Person().gives(SearchFor("dr"), OddScanned(OddScan.ISBN))
    assert isinstance(person.step, Notice)
    assert person.waits(61).gives(Tick()).step.words == "dr"


# --- Words that found nothing


def types(person, words, seconds=0.1):
    for end in range(1, len(words) + 1):
        person.waits(seconds).gives(SearchFor(words[:end]))
    return person


def test_a_search_in_vain_is_written_once_when_it_is_over():
    """Not each letter but the words as they stood at the end are written, when the search is left."""
    person = types(Person(), "gardinstang")
    assert missed(person) == []
    assert missed(person.gives(GoBack())) == ["gardinstang"]


@pytest.mark.parametrize("end", [GoBack(), StartBrowse(), CardShown(ANNA), ItemScanned(HAMMER.code), Tick()])
def test_however_a_search_ends_it_is_written(end):
    """Back, a card, a scan or nobody there any more: the words that found nothing are known."""
    person = types(Person(), "gardinstang").waits(61).gives(end)
    assert missed(person) == ["gardinstang"]


def test_what_found_something_is_not_written():
    """A search that found something leaves nothing behind."""
    assert missed(types(Person(), "drill").gives(GoBack())) == []


def test_words_that_were_read_and_given_up_are_written():
    """Who erases words that stood there in vain and looks for something else has told of both."""
    person = types(Person(), "gardinstang").waits(3)
    for end in range(10, 0, -1):
        person.gives(SearchFor("gardinstang"[:end]))
    types(person.gives(SearchFor("")), "badestamp").gives(GoBack())
    assert missed(person) == ["gardinstang", "badestamp"]


@pytest.mark.parametrize(
    ("words", "seconds", "written"),
    [("gardinstang", 1.9, []), ("gardinstang", 2, ["gardinstang"]), ("drill", 9, []), ("", 9, [])],
)
def test_words_count_once_they_have_stood_for_two_seconds(words, seconds, written):
    """Also the very first words of a search, however long the station has run; what found something does not."""
    person = Person().waits(600).gives(StartBrowse(), SearchFor(words)).waits(seconds).gives(SearchFor("x"), GoBack())
    assert missed(person) == written


def test_the_same_words_again_change_nothing():
    """Words that are given twice stand since the first time."""
    person = types(Person(), "gardinstang").waits(1.5).gives(SearchFor("gardinstang"))
    assert person.step.words == "gardinstang"
    person.waits(1).gives(SearchFor(""), SearchFor("b"))
    assert missed(person) == ["gardinstang"]


def test_going_on_with_the_same_words_is_one_search():
    """Who stops to think in the middle of a word is counted once."""
    person = types(Person(), "gardinst").waits(5)
    person.gives(SearchFor("gardinstang"), GoBack())
    assert missed(person) == ["gardinstang"]


def test_words_that_are_come_back_to_are_new_again():
    """Who looks at a thing and comes back has read the words before: they count again only where they stand again."""
    person = types(Person(), "gardinstang").waits(3).gives(ShowThing("drill"))
    assert missed(person) == ["gardinstang"]
    person.waits(30).gives(GoBack()).waits(1).gives(SearchFor("bad"))
    assert missed(person) == ["gardinstang"]


def test_a_search_under_a_notice_is_still_the_same_search():
    """A strange scan in the middle ends nothing."""
    person = types(Person(), "gardinstang").gives(OddScanned(OddScan.ISBN)).waits(61).gives(Tick())
    assert missed(person) == []
    assert missed(person.gives(GoBack())) == ["gardinstang"]


@pytest.mark.parametrize(
    "words",
    ["01019012345", "010190 12345", "ola@nordmann.no", "ola.nordmann@x", "99 88 77 66", "www.ola.no", "a1", "  "],
)
def test_nothing_that_points_at_a_person_is_kept(words):
    """Numbers of people, cards and telephones and addresses are not written, nor what says nothing."""
    assert kept_words(words) is None


@many
@given(st.text(max_size=120))
def test_what_is_kept_is_short_and_plain(words):
    """Whatever is typed, what is kept is short, has few digits, and no sign that an address needs."""
    kept = kept_words(words)
    if kept is not None:
        assert 0 < len(kept) <= LONGEST_SEARCH
        assert sum(sign.isdigit() for sign in kept) <= MOST_DIGITS
        assert not set(kept) & set("@._:/\\")
        assert kept_words(kept) == kept


def test_the_words_are_in_no_repr():
    """A visit in a log shows no words that were typed."""
    person = Person().gives(SearchFor("gardinstang"))
    assert "gardin" not in repr(person.visit) + repr(SearchFor("gardinstang"))


# --- Planted defects


def writes_each_letter(visit, given_input, facts):
    outcome = decide(visit, given_input, facts)
    if isinstance(given_input, SearchFor) and not facts.finds(given_input.words):
        from dataclasses import replace  # noqa: PLC0415  # the defect's own

        from lending.visit.moves import draft  # noqa: PLC0415

        return replace(outcome, drafts=(*outcome.drafts, draft(facts, SearchMissed(given_input.words))))
    return outcome


def test_a_station_that_writes_each_letter_is_caught():
    """A visit that writes on the way is not taken for one that writes at the end."""
    person = types(Person(decide_as=writes_each_letter), "gardinstang").gives(GoBack())
    assert missed(person) != ["gardinstang"]


def test_steps_keep_their_words_apart():
    """A search that is left and come back to stands as it was."""
    person = Person().gives(SearchFor("drill"), ShowThing("drill"), GoBack())
    assert isinstance(person.step, Search)
    assert person.step.words == "drill"


def test_who_may_not_is_not_offered_it():
    """Setting aside is offered to a card that may have it, not to nobody, and not behind a PIN."""
    facts = lent_to(BERIT, DRILL, SECOND_DRILL)
    nobody = Person(facts).gives(StartBrowse(), ShowThing("drill"))
    assert not can_hold(nobody.visit, "drill", facts)
    anna = Person(facts).gives(CardShown(ANNA), StartBrowse(), ShowThing("drill"))
    assert can_hold(anna.visit, "drill", facts)
    assert not can_hold(replace(anna.visit, home=AskPin()), "drill", facts)
    assert not can_hold(anna.visit, "hammer", facts)
