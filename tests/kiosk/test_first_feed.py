"""A station before its first feed: it says what it waits for and how far that has come, and takes things back."""

from __future__ import annotations

import pytest
from support.desks import Eyes
from support.library import BOOT, HERE, ITEMS, NOON, UNKNOWN_CODE, at, make_feed

from hardware.clock import SimulatedClock
from kiosk.desk import worker
from kiosk.desk.messages import LinkState
from kiosk.desk.views import AskReturnView, IdleView
from kiosk.desk.views_care import LoadingView
from kiosk.desk.worker import Desk
from kiosk.store.feed_load import FeedLoad
from kiosk.store.station_store import StationStore
from lending.times import Reading
from lending.visit import ConfirmReturn, Done, ItemScanned
from sync.feed_page import FeedPage, Head, Kind


@pytest.fixture
def new(tmp_path, monkeypatch):
    """A desk on an empty file, and what it shows."""
    monkeypatch.setattr(worker, "LOADING_SECONDS", 0.0)
    clock, eyes = SimulatedClock(NOON, boot=BOOT, up_ms=3_600_000), Eyes()

    def read_clock():
        now = clock.read()
        return Reading(now.wall_ms, now.boot, now.up_ms, now.synced)

    desk = Desk(StationStore.open(tmp_path / "station.db", HERE), read_clock, eyes, software="test")
    desk.start()
    yield desk, eyes
    desk.stop()


def test_the_screen_tells_how_far_the_first_feed_has_come(new):
    """Nothing, then counts that grow, then the shelf."""
    desk, eyes = new
    assert eyes.see(LoadingView) == LoadingView(eyes.now.status, phone=eyes.now.phone)
    feed = make_feed()
    for step in FeedLoad(feed).steps():
        desk.ask(step)
    eyes.see(IdleView, lambda view: not isinstance(view, LoadingView))
    counts = [(view.things, view.cards) for view in eyes.views if isinstance(view, LoadingView)]
    assert counts == sorted(counts)
    assert counts[-1] == (len(feed.items), len(feed.cards))


def test_things_are_taken_back_before_the_first_feed(new):
    """Invariant 6 holds from the first minute."""
    desk, eyes = new
    eyes.see(LoadingView)
    desk.submit(ItemScanned(UNKNOWN_CODE))
    eyes.see(AskReturnView)
    for given in (ConfirmReturn(), Done()):
        desk.submit(given)
    eyes.see(LoadingView)
    assert [wire["kind"] for wire in desk.ask(lambda store: store.waiting(10))] == ["started", "return"]


def test_a_station_that_has_a_list_never_says_that_it_waits_for_one(new):
    """Where the hub went back to an older form, the list is asked for anew; the one that is here lends on."""
    desk, eyes = new
    page = FeedPage("c1", more=False, version=2, made_ms=at(9).wall_ms, begins=True, ends=True, snapshot=True,
                    head=Head(HERE, "Tøyen", make_feed().rules), put={Kind.ITEM: ITEMS}, gone={})  # fmt: skip
    desk.ask(lambda store: store.take_page("", page))
    eyes.see(IdleView)
    shown = len(eyes.views)
    desk.ask(lambda store: store.leave_pages())
    desk.submit(LinkState(offline=True))
    eyes.see(IdleView, lambda view: view.status.offline)
    assert not [view for view in eyes.views[shown:] if isinstance(view, LoadingView)]
