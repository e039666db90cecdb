"""Looking around at a desk: lists, search and pages of things as the screen gets them."""

import time
from dataclasses import replace
from datetime import date

import pytest
from support.desks import DeskRun, words_in
from support.library import (
    ANNA,
    BERIT,
    CARDS,
    DRILL,
    HAMMER,
    HERE,
    SAW,
    SECOND_DRILL,
    TENT,
    at,
    make_feed,
    make_item,
)

from kiosk.desk.catalogue import ROWS_AT_ONCE, Catalogue
from kiosk.desk.views import AccountView, BorrowView, ConfirmedView, HoldMadeView, IdleView, ReturnedView
from kiosk.desk.views_browse import BrowseView, CanHold, SearchView, ThingView
from kiosk.desk.views_pages import WriteView
from kiosk.store import feed_slots
from kiosk.store.feed_load import FeedLoad
from kiosk.store.station_store import StationStore
from lending.availability import Stand
from lending.nouns import Hold, Text
from lending.visit import (
    CardShown,
    ConfirmLoan,
    Done,
    GoBack,
    GoOn,
    ItemScanned,
    OpenPage,
    Page,
    PlaceHold,
    RestIsHere,
    SearchFor,
    ShowThing,
    StartBrowse,
    TurnPage,
)
from sync.feed import FeedCard
from sync.feed_page import FeedPage, Kind

PEOPLE = (*CARDS, "sealed")
HOLD = Hold("h1", "hammer", ANNA, date(2026, 12, 1))
CARD = FeedCard(BERIT, blocked=True)
PAUSE = feed_slots.BETWEEN_STEPS_SECONDS


@pytest.fixture
def run(tmp_path):
    run = DeskRun(tmp_path / "station.db", feed=make_feed(items=(DRILL, SECOND_DRILL, HAMMER, SAW, TENT, *unlike(9))))
    run.desk.start()
    run.eyes.see(IdleView)
    yield run
    run.desk.stop()


def unlike(count):
    """Return so many things with names of their own."""
    return tuple(make_item(f"06{n:08d}", f"ting {n:02d}", f"thing {n:02d}") for n in range(count))


def lend(run, card, *items):
    run.gives(CardShown(card, "sealed"))
    run.eyes.see(AccountView)
    for item in items:
        run.gives(ItemScanned(item.code), RestIsHere(), ConfirmLoan())
        run.eyes.see(ConfirmedView)
    run.gives(Done())
    run.eyes.see(IdleView)


def named(view):
    return [card.face.name.get("nb") for card in view.things]


def test_a_list_has_things_and_not_copies(run):
    """Two drills are one card, six cards are a page, and what stands elsewhere comes last."""
    run.gives(StartBrowse("tools"))
    view = run.eyes.see(BrowseView)
    assert (len(view.things), view.pages, view.first, view.count) == (6, 3, 1, 13)
    drill = next(card for card in view.things if card.thing == "drill")
    assert (drill.standing.stand, drill.standing.here, drill.standing.copies) == (Stand.HERE, 2, 2)
    run.gives(TurnPage(99))
    last = run.eyes.see(BrowseView, lambda v: v.page == 2)
    assert [card.standing.stand for card in last.things] == [Stand.ELSEWHERE]
    assert [tile.category for tile in last.categories] == ["tools"]


def test_the_page_of_a_thing_tells_of_the_thing_and_of_nobody(run):
    """Where it is, its parts and its terms; when it is out, the day it is due and not a word of who has it."""
    lend(run, BERIT, DRILL, SECOND_DRILL)
    run.gives(StartBrowse(), ShowThing("drill"))
    view = run.eyes.see(ThingView)
    assert (view.standing.stand, view.standing.here, view.standing.copies) == (Stand.BACK, 0, 2)
    assert view.standing.back is not None
    assert (view.hold, len(view.parts), view.loan_days) == (CanHold.CARD, 3, 14)
    assert tells_of_nobody(view)


def tells_of_nobody(view):
    """Say whether no text in a view points at a person."""
    return not any(who in text for text in words_in(view) for who in PEOPLE)


def test_a_page_that_names_the_borrower_is_caught(run):
    """A planted page with the borrower's card in its words does not pass."""
    run.gives(StartBrowse(), ShowThing("drill"))
    view = run.eyes.see(ThingView)
    assert tells_of_nobody(view)
    assert not tells_of_nobody(replace(view, use=Text.of({"nb": f"hos {BERIT}"})))


def test_a_card_on_the_page_sets_aside(run):
    """Touch "set aside", lay the card on the reader: it is done, and saved before the screen says so."""
    lend(run, BERIT, DRILL, SECOND_DRILL)
    run.gives(StartBrowse(), ShowThing("drill"), PlaceHold())
    assert run.eyes.see(ThingView, lambda v: v.hold is CanHold.WAITS)
    run.gives(CardShown(ANNA, "sealed"))
    run.eyes.see(HoldMadeView)
    assert run.kinds()[-1] == "hold_placed"
    run.gives(Done())
    run.eyes.see(IdleView)
    run.gives(StartBrowse(), ShowThing("drill"), CardShown(ANNA, "sealed"))
    assert run.eyes.see(ThingView, lambda v: v.has_card).hold is CanHold.HAVE


def test_results_come_with_each_letter(run):
    """Each letter narrows; names in every language count, a typo is forgiven and said, what is here comes first."""
    run.gives(SearchFor(""))
    assert not run.eyes.see(SearchView).asked
    run.gives(SearchFor("dr"))
    assert named(run.eyes.see(SearchView, lambda v: v.words == "dr")) == ["drill"]
    run.gives(SearchFor("saw"))
    assert named(run.eyes.see(SearchView, lambda v: v.words == "saw")) == ["sag"]
    run.gives(SearchFor("hammmer"))
    view = run.eyes.see(SearchView, lambda v: v.words == "hammmer")
    assert (named(view), view.alike) == (["hammer"], True)
    run.gives(ShowThing("hammer"), GoBack())
    assert run.eyes.see(SearchView, lambda v: v.words == "hammmer").alike
    assert run.kinds() == ["started"]
    run.gives(SearchFor("saw"), GoBack())
    run.eyes.see(IdleView)
    assert run.kinds() == ["started"]


def test_a_guess_nobody_chose_is_a_search_in_vain(run):
    """Only a guess was there and nobody wanted it: the library gets to know what was looked for."""
    run.gives(SearchFor("hammmer"))
    assert run.eyes.see(SearchView, lambda v: v.words == "hammmer").alike
    run.gives(GoBack())
    run.eyes.see(IdleView)
    assert [wire["body"] for wire in run.entries() if wire["kind"] == "search_missed"] == [{"words": "hammmer"}]


def test_words_without_a_hit_stand_on_the_suggestion(run):
    """Who asks for what was not found need not write it again, and no repr shows it."""
    run.gives(SearchFor("gardinstang"), OpenPage(Page.SUGGEST))
    view = run.eyes.see(WriteView)
    assert view.words == "gardinstang"
    assert "gardinstang" not in repr(view)
    run.gives(GoOn(), GoBack(), OpenPage(Page.SUGGEST))  # somebody else begins with an empty line
    assert run.eyes.see(WriteView, lambda v: v.words == "").words == ""


def test_a_search_in_vain_is_in_the_journal(run):
    """Words that found nothing are written once, without whose they are, when the search is over."""
    run.gives(SearchFor("gard"), SearchFor("gardinstang"))
    assert run.eyes.see(SearchView, lambda v: v.words == "gardinstang").things == ()
    run.gives(CardShown(ANNA, "sealed"))
    run.eyes.see(AccountView)
    wires = run.entries()
    assert [(wire["kind"], wire["body"]) for wire in wires[1:]] == [("search_missed", {"words": "gardinstang"})]
    assert wires[-1].get("personal") is None


def test_a_scan_in_a_search_is_served(run):
    """What is out is taken back in the middle of a search; with a card what stands here is borrowed."""
    lend(run, BERIT, HAMMER)
    run.gives(SearchFor("sa"), ItemScanned(HAMMER.code))
    run.eyes.see(ReturnedView)
    run.gives(Done(), CardShown(ANNA, "sealed"), SearchFor("sa"), ItemScanned(SAW.code))
    run.eyes.see(BorrowView)


def test_a_new_feed_is_found_without_being_asked_for(run):
    """What a new feed brings can be found soon after, and what it takes away is gone."""
    run.desk.ask(lambda store: store.take_feed(make_feed(2, items=(HAMMER, make_item("0700000000", "telt", "tent")))))
    deadline = time.monotonic() + 5
    while run.desk._catalogue.is_due and time.monotonic() < deadline:
        time.sleep(0.01)
    run.gives(SearchFor("telt"))
    assert named(run.eyes.see(SearchView, lambda v: v.words == "telt")) == ["telt"]
    run.gives(SearchFor("drill"))
    assert run.eyes.see(SearchView, lambda v: v.words == "drill").things == ()


def made_beside_a_load(run, monkeypatch):
    """Let rows of a copy come in and then no more; tell of each step of the catalogue whether it was too early."""
    too_early, step = [], Catalogue.step

    def seen(catalogue, seconds=0.01):
        too_early.append(time.monotonic() - run.store._loaded_at < PAUSE)
        step(catalogue, seconds)

    def come_in(store):
        store.take_feed(make_feed(2, items=unlike(50)))
        steps = FeedLoad(make_feed(3, items=unlike(60))).steps()
        while store._loaded_at < 0:
            next(steps)(store)

    monkeypatch.setattr(Catalogue, "step", seen)
    run.desk.ask(come_in)
    deadline = time.monotonic() + 5
    while run.desk._catalogue.is_due and time.monotonic() < deadline:
        time.sleep(0.01)
    return too_early


def test_a_copy_that_comes_in_goes_before_the_catalogue(run, monkeypatch):
    """While rows of a copy keep coming nothing is made of the feed before it, which is about to go; where they stop
    coming it is made without being asked for.
    """
    too_early = made_beside_a_load(run, monkeypatch)
    assert too_early
    assert not any(too_early)
    assert not run.desk._catalogue.is_due


def test_a_catalogue_that_holds_a_copy_up_is_caught(run, monkeypatch):
    """Planted: a desk that goes on with the catalogue between any two steps of a load."""
    monkeypatch.setattr(feed_slots, "BETWEEN_STEPS_SECONDS", 0)
    assert any(made_beside_a_load(run, monkeypatch))


def test_a_feed_that_cannot_be_looked_around_in_ends_no_visit(run, monkeypatch, caplog):
    """Somebody who stands before a tick list goes on, whatever the pages of a new feed hold."""
    run.gives(CardShown(ANNA, "sealed"), ItemScanned(HAMMER.code))
    run.eyes.see(BorrowView)
    monkeypatch.setattr(run.store, "thing_page", lambda thing: {}[thing])
    run.desk.ask(lambda store: store.take_feed(make_feed(2, items=(HAMMER, SAW))))
    deadline = time.monotonic() + 5
    while run.desk._catalogue.is_due and time.monotonic() < deadline:
        time.sleep(0.01)
    monkeypatch.undo()
    run.gives(RestIsHere(), ConfirmLoan())
    run.eyes.see(ConfirmedView)
    assert "the catalogue could not be made" in caplog.text


# --- The making


@pytest.fixture
def store(tmp_path):
    store = StationStore.open(tmp_path / "station.db", HERE)
    yield store
    store.close()


def test_a_catalogue_is_made_in_short_steps(store):
    """However large a feed, one step takes in one item, or sorts a few words, and the one before answers until the
    new is whole.
    """
    store.take_feed(make_feed(items=(HAMMER,)))
    catalogue = Catalogue(store)
    assert [hit.thing for hit in catalogue.find("hammer")] == ["hammer"]
    store.take_feed(make_feed(2, items=unlike(2 * ROWS_AT_ONCE + 1)))
    steps = 0
    while catalogue.is_due:
        assert [hit.thing for hit in catalogue.find("hammer")] == ["hammer"]
        catalogue.step(0)
        steps += 1
    assert steps > 2 * ROWS_AT_ONCE + 1
    assert catalogue.find("hammer") == []
    assert [hit.thing for hit in catalogue.find("ting 07")][:1] == ["thing 07"]
    assert len(catalogue.listed("")) == 2 * ROWS_AT_ONCE + 1


@pytest.mark.parametrize(
    ("kind", "put", "is_due"), [(Kind.HOLD, HOLD, False), (Kind.CARD, CARD, False), (Kind.ITEM, TENT, True)]
)
def test_a_page_without_things_makes_no_catalogue_anew(store, kind, put, is_due):
    """Cards, holds and loans change all day; what there is to look at is made anew only where that has changed."""
    store.take_feed(make_feed(items=(HAMMER,)))
    catalogue = Catalogue(store)
    assert len(catalogue.listed("")) == 1
    page = FeedPage("c2", more=False, version=3, made_ms=at(9).wall_ms, begins=False, ends=False, snapshot=False,
                    head=None, put={kind: (put,)}, gone={})  # fmt: skip
    store.apply_page(page)
    assert catalogue.is_due is is_due


def test_a_catalogue_that_could_not_be_made_is_not_half_there(store, monkeypatch):
    """Where a feed stumbles in the middle, the catalogue of the one before answers, and the next feed is taken in."""
    store.take_feed(make_feed(items=(HAMMER,)))
    catalogue = Catalogue(store)
    assert len(catalogue.listed("")) == 1
    store.take_feed(make_feed(2, items=(SAW, TENT)))
    with monkeypatch.context() as patch:
        patch.setattr(store, "thing_page", lambda thing: {}[thing])
        catalogue.step(1)
    assert not catalogue.is_due
    assert [known.thing for known in catalogue.listed("")] == ["hammer"]
    store.take_feed(make_feed(3, items=(SAW, TENT)))
    catalogue.step(1)
    assert {known.thing for known in catalogue.listed("")} == {"saw", "tent"}


def test_a_feed_that_comes_in_the_middle_is_the_one_that_counts(store):
    """A catalogue half made of one feed is begun again with the next."""
    store.take_feed(make_feed(items=unlike(2 * ROWS_AT_ONCE)))
    catalogue = Catalogue(store)
    catalogue.step(0)
    store.take_feed(make_feed(2, items=(HAMMER, TENT)))
    catalogue.step(1)
    assert [known.thing for known in catalogue.listed("")] == ["hammer", "tent"]
    assert [known.home_here for known in catalogue.listed("")] == [True, False]


def test_an_empty_station_lists_nothing(store):
    """Before the first feed there is nothing to list and nothing to find, and nobody stumbles."""
    catalogue = Catalogue(store)
    assert (catalogue.listed(""), catalogue.find("drill")) == ([], [])


def test_what_is_out_goes_behind_what_is_here(run):
    """Once lent, a thing comes after those that can be taken."""
    run.gives(StartBrowse())
    assert named(run.eyes.see(BrowseView))[0] == "drill"
    run.gives(Done())
    run.eyes.see(IdleView)
    lend(run, BERIT, DRILL, SECOND_DRILL)
    run.gives(StartBrowse())
    assert "drill" not in named(run.eyes.see(BrowseView))
