"""What a station can show beside lending: things with their pages, copies, places nearby, figures, messages."""

from __future__ import annotations

import sqlite3
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from support.library import ANNA, DRILL, HAMMER, HERE, ITEMS, MORE, SAW, TENT, THERE, at, make_feed

from kiosk.store.browse import distance_metres
from kiosk.store.repair import open_checked
from kiosk.store.station_store import StationStore, new_id
from lending.entries import Draft, Loan, Personal
from lending.nouns import Text
from sync.feed_browse import CopyFacts, Footprint, NearbyPlace, PlaceKind, StationFigures, ThingPage
from sync.feed_page import FeedPage, Head, Kind, Message, MessageKind

DAY = date(2026, 11, 22)
SAMPLES = Path(__file__).parent / "samples"
PAGE = ThingPage(
    DRILL.thing,
    Text.of({"nb": "For hull i mur", "en": "For holes in brick"}),
    tasks=(Text.of({"nb": "henge gardin", "en": "hang curtains"}),),
    how_to=(Text.of({"nb": "Sett i batteriet", "en": "Put in the battery"}),),
    rent_kroner=190,
    co2e=Footprint(12.2, 36.8),
)
LIBRARY = NearbyPlace("library", PlaceKind.LIBRARY, "Biblioteket", latitude=59.7440, longitude=10.2045, order=1)
REPAIR = NearbyPlace("repair", PlaceKind.REPAIR, "Fiksekafeen", order=1)
NEAR = NearbyPlace("reuse", PlaceKind.REUSE, "Ombrukshuset", latitude=59.7479, longitude=10.2060, order=1)
US = NearbyPlace(f"station:{HERE}", PlaceKind.STATION, "Tøyen", latitude=59.7478, longitude=10.2052, station=HERE)
OTHERS = NearbyPlace(f"station:{THERE}", PlaceKind.STATION, "Grorud", station=THERE)
FIGURES = StationFigures(HERE, DAY, 37, 412, 161)
PUT = {
    Kind.THING: (PAGE,),
    Kind.COPY: (CopyFacts(DRILL.code, 41, date(2026, 10, 30)),),
    Kind.PLACE: (LIBRARY, REPAIR, NEAR, US, OTHERS),
    Kind.FIGURES: (FIGURES, StationFigures(THERE, DAY, 1, 2)),
}


def page(cursor, *, put=None, gone=None, **said):
    """Return a page of the feed with everything else as usual."""
    usual = {
        "more": False,
        "version": 10,
        "made_ms": at(1).wall_ms,
        "begins": False,
        "ends": False,
        "snapshot": False,
    }
    return FeedPage(**(usual | {"cursor": cursor, "head": None, "put": put or {}, "gone": gone or {}} | said))


@pytest.fixture
def store(tmp_path):
    """A station with items and all there is to look at, as a whole copy brought them."""
    store = StationStore.open(tmp_path / "station.db", HERE)
    put = {Kind.ITEM: (*ITEMS, *MORE), **PUT}
    head = Head(HERE, "Tøyen", make_feed().rules)
    store.take_page("", page("c1", put=put, begins=True, ends=True, snapshot=True, head=head))
    yield store
    store.close()


def test_a_thing_has_its_page(store):
    """The page is what the feed told; a thing without one says what its copies know; an unknown one has none."""
    assert store.thing_page(DRILL.thing) == PAGE
    assert store.thing_page(TENT.thing) == ThingPage(TENT.thing, buy_kroner=TENT.buy_kroner)
    assert store.thing_page("spaceship") is None


def test_a_change_is_shown_at_once(store):
    """A page that changes or goes is another one for whoever looks next, and nothing else is forgotten."""
    assert store.thing_page(DRILL.thing) == PAGE
    changed = replace(PAGE, rent_kroner=200)
    store.take_page("c1", page("c2", put={Kind.THING: (changed,)}, gone={Kind.PLACE: ("repair",)}))
    assert store.thing_page(DRILL.thing).rent_kroner == 200
    assert "repair" not in {near.place.place_id for near in store.places()}
    store.take_page("c2", page("c3", gone={Kind.THING: (DRILL.thing,), Kind.FIGURES: (HERE,)}))
    assert store.thing_page(DRILL.thing).rent_kroner is None
    assert store.figures() is None


def test_a_copy_tells_how_it_has_fared(store):
    """How often it was lent comes from the hub, the day of the last check from whoever checked it last."""
    assert store.copy_facts(DRILL.code) == CopyFacts(DRILL.code, 41, date(2026, 10, 30))
    later = replace(DRILL, checked_on=date(2026, 11, 5))
    store.take_page("c1", page("c2", put={Kind.ITEM: (later,)}))
    assert store.copy_facts(DRILL.code).checked_on == date(2026, 11, 5)
    assert store.copy_facts(SAW.code) == CopyFacts(SAW.code)
    assert store.copy_facts("nothing") == CopyFacts("nothing")


def test_places_come_by_rank_and_nearness_and_never_this_one(store):
    """Places go by rank, those of one rank the nearer first; how far is known where both have coordinates."""
    near = store.places()
    assert [one.place.place_id for one in near] == [f"station:{THERE}", "reuse", "library", "repair"]
    assert [one.metres is None for one in near] == [True, False, False, True]
    assert 30 < near[1].metres < 60
    assert 400 < near[2].metres < 450


def test_distances_are_those_of_the_globe():
    """From Oslo to Bergen it is about 305 km, and from a place to itself nothing."""
    oslo = NearbyPlace("o", PlaceKind.OTHER, "Oslo", latitude=59.9139, longitude=10.7522)
    bergen = NearbyPlace("b", PlaceKind.OTHER, "Bergen", latitude=60.3913, longitude=5.3221)
    assert distance_metres(oslo, bergen) == pytest.approx(305_000, rel=0.005)
    assert distance_metres(oslo, oslo) == 0


def test_a_station_shows_its_own_figures(store):
    """Of the figures in its feed a station shows those that are its own."""
    assert store.figures() == FIGURES


def test_messages_keep_their_kind(store):
    """A welcome is told from a notice."""
    welcome = Message("hi", Text.of({"nb": "Velkommen"}), DAY, DAY, MessageKind.WELCOME)
    store.take_page("c1", page("c2", put={Kind.MESSAGE: (welcome,)}))
    assert store.messages(DAY) == [welcome]


def test_looking_around_needs_no_feed(tmp_path):
    """A station that has heard nothing yet has no things, places or figures, and says so without fuss."""
    store = StationStore.open(tmp_path / "station.db", HERE)
    assert (store.places(), store.figures()) == ([], None)
    assert store.thing_page("drill") is None
    store.close()


def test_a_station_of_before_asks_for_a_whole_copy(tmp_path):
    """What its old cursor has passed would never come again: an updated station begins anew, and lends meanwhile."""
    path = tmp_path / "station.db"
    with sqlite3.connect(path) as db:
        db.execute("PRAGMA journal_mode=WAL")
        db.executescript((SAMPLES / "m003.sql").read_text("utf-8"))
        assert db.execute("SELECT value FROM meta WHERE name = 'feed_cursor'").fetchone() == ("c17",)
    db.close()
    store, _ = open_checked(path, HERE)
    assert (store.feed_cursor, store.feed_version) == ("", 7)
    assert store.messages(date(2026, 12, 1))[0].kind is MessageKind.NOTICE
    assert store.item(HAMMER.code) is not None
    store.commit([Draft(new_id(), Loan(DRILL.code, DAY), Personal(ANNA))], at(200))
    store.close()


def plans_of(store, ask):
    """Return how SQLite finds the rows of each statement `ask` runs."""
    said = []
    store.db.conn.set_trace_callback(said.append)
    ask(store)
    store.db.conn.set_trace_callback(None)
    steps = [store.db.conn.execute(f"EXPLAIN QUERY PLAN {sql}").fetchall() for sql in said]
    return [row[3] for plan in steps for row in plan]


@pytest.mark.parametrize(
    "ask",
    [
        lambda store: store.copies_of(DRILL.thing),
        lambda store: store.item_of_thing(DRILL.thing),
        lambda store: store.another_here(DRILL.thing, "", DAY),
        lambda store: store.here_by_category(),
        lambda store: store.free_here(),
        lambda store: store.like(DRILL.code, limit=2),
        lambda store: store.with_price(1, 3),
    ],
)
def test_nobody_waits_for_a_walk_through_all_items(store, ask):
    """What a visit or the idle screen asks of things is looked up; a library may have 50,000 items."""
    plans = plans_of(store, ask)
    assert any("item_thing (slot=? AND thing=?)" in step or "item_home (slot=? AND home=?)" in step for step in plans)
    walks = ("SCAN item", "SCAN i ", "item_1 (slot=?)", "item_home (slot=?)", "item_thing (slot=?)")
    assert not [step for step in plans if any(walk in f"{step} " and "item_state" not in step for walk in walks)]
