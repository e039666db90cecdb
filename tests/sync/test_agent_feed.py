"""How an agent fetches the feed: page by page, whole from an older hub, and how old it then is."""

import time

import pytest
from support import scripted_hub as hub_that
from support.library import ANNA, HERE, make_feed

from lending.errors import Refused
from sync.agent.agent import AgentState
from sync.feed import FeedCard, feed_to_plain
from sync.feed_page import Kind


def test_a_newer_feed_is_taken_and_an_unchanged_one_costs_nothing(station, hub):
    """A hub that knows no pages is asked with the version one has; a new feed is taken, "nothing new" is not."""
    assert not station.agent.fetch()
    hub.feed = feed_to_plain(make_feed(3))
    assert station.agent.fetch()
    assert station.boxes.feed == make_feed(3)
    hub.feed = None
    assert not station.agent.fetch()
    asked = [path for _, path, _ in hub.calls if "changes" not in path]
    assert asked == ["/api/feed?known=0", "/api/feed?known=0", "/api/feed?known=3"]


def page(number, **said):
    """Return a page with the cursor of that number; one card on it."""
    plain = {
        "cursor": f"c{number}", "more": False, "version": number, "made_ms": 1, "begins": False, "ends": False,
        "snapshot": False, "head": None, "put": {"card": [{"ref": ANNA, "blocked": True}]}, "gone": {},
    }  # fmt: skip
    return plain | said


def test_pages_are_fetched_until_there_is_no_more(station, hub):
    """The agent asks on with the cursor of each page, and with that of the last one the next time."""
    hub.pages = [page(1, more=True), page(2)]
    assert station.agent.fetch()
    assert not station.agent.fetch()
    asked = [path.partition("=")[2] for _, path, _ in hub.calls]
    assert asked == ["", "c1", "c2"]
    assert [one.put[Kind.CARD] for one in station.boxes.pages] == [(FeedCard(ANNA, blocked=True),)] * 2


def test_what_waits_is_sent_between_the_pages_of_a_long_feed(station, hub):
    """A long feed does not hold up the journal: some pages, then what waits, then on at once."""
    hub.pages = [page(n, more=True) for n in range(1, 50)]
    station.agent.round()
    assert (len(station.boxes.pages), station.agent._wait_seconds()) == (30, 0.0)
    station.agent.round()
    assert len(station.boxes.pages) == 49
    assert station.agent._wait_seconds() > 0


def test_a_thing_that_cannot_be_understood_holds_up_nothing(station, hub):
    """One spoilt card on a page is left out; what else is on it, and what follows, is taken."""
    hub.pages = [page(1, put={"card": [{"ref": 7}, {"ref": ANNA, "blocked": True}], "sound": [1]})]
    assert station.agent.fetch()
    assert (station.boxes.pages[0].odd, len(station.boxes.pages[0].put[Kind.CARD])) == (1, 1)


@pytest.mark.parametrize(
    "wrong",
    [
        {"cursor": ""},
        {"cursor": "x" * 1001},
        {"cursor": "å"},
        {"cursor": 7},
        {"more": 1},
        {"put": []},
        {"gone": {"card": [7]}},
        {"put": {"card": {}}},
        {"head": {"station": {"id": "s9", "name": "S9"}, "rules": {}}},
        {"head": {"station": {"id": HERE, "name": "S"}, "rules": {"loan_limit": -1}}},
        {"version": None},
    ],
)
def test_a_page_that_is_none_is_refused(station, hub, wrong):
    """A page that cannot be understood or is for another station changes nothing, and is a "no" that is shown."""
    hub.pages = [page(1) | wrong]
    with pytest.raises(Refused):
        station.agent.fetch()
    assert station.boxes.pages == []


def test_a_feed_that_goes_round_in_circles_is_refused(station, hub):
    """A cursor that leads to itself is refused instead of being asked for ever."""
    hub.pages = [page(1, more=True)] * 3
    with pytest.raises(Refused):
        station.agent.fetch()
    assert len(station.boxes.pages) == 1


def test_an_older_hub_sends_whole_feeds_again(station, hub):
    """After a hub went back to a version without pages the station takes its whole feed, whatever its number."""
    hub.pages = [page(1)]
    station.agent.fetch()
    hub.pages, hub.feed = None, feed_to_plain(make_feed(3))
    assert station.agent.fetch()
    assert (station.boxes.pages, station.boxes.feed) == ([], make_feed(3))
    assert hub.calls[-1][1] == "/api/feed?known=0"


def test_a_404_that_is_not_the_hubs_loses_no_cursor(station, hub):
    """When whatever answers knows neither call the station keeps its cursor."""
    hub.pages = [page(1)]
    station.agent.fetch()
    hub.answer = hub_that.says(404)
    with pytest.raises(Refused):
        station.agent.fetch()
    assert station.boxes.feed_cursor() == "c1"


def test_a_feed_for_another_station_is_refused(station, hub):
    """A feed that is for another station, or none at all, changes nothing."""
    for feed in (feed_to_plain(make_feed(3)) | {"station": {"id": "s9", "name": "S9"}}, {"version": 9}):
        hub.feed = feed
        with pytest.raises(Refused):
            station.agent.fetch()
    assert station.boxes.feed is None


def test_a_no_to_the_journal_does_not_hold_up_the_feed(station, hub):
    """When the hub refuses a batch its feed is fetched all the same, and the "no" is kept to be shown."""
    hub.feed = feed_to_plain(make_feed(3))
    hub.answers = [hub_that.says(400)]
    station.agent.round()
    assert station.boxes.feed_version() == 3
    assert station.states == [AgentState(offline=False, refused="the hub said no (400)", heard=True)]
    station.agent.round()
    assert station.states[-1] == AgentState(heard=True)


def test_nothing_new_makes_the_feed_young_again(station, hub):
    """When the hub has nothing newer the station notes the hub's time, so that a quiet feed does not grow old."""
    station.agent.fetch()
    assert station.boxes.confirmed_ms == 0
    hub.feed = feed_to_plain(make_feed(3))
    station.agent.fetch()
    hub.feed = None
    before = int(time.time()) * 1000
    station.agent.fetch()
    assert before <= station.boxes.confirmed_ms <= time.time() * 1000


def test_a_hub_without_a_clock_confirms_nothing(station, hub):
    """Without a date in the answer nobody knows how young the feed is."""
    station.boxes.feed = make_feed(3)
    hub.answer = hub_that.raw(b"HTTP/1.1 304 Not Modified\r\nContent-Length: 0\r\n\r\n")
    station.agent.fetch()
    hub.answer = hub_that.raw(b"HTTP/1.1 304 Not Modified\r\nDate: once upon a time\r\nContent-Length: 0\r\n\r\n")
    station.agent.fetch()
    assert station.boxes.confirmed_ms == 0
