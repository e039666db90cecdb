"""What the feed tells for looking around: read as it was written, whoever wrote it."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.plain import through_json
from support.strategies import some

from lending.nouns import Text
from sync.feed_browse import (
    FEWEST_NEIGHBOURS,
    Basis,
    CopyFacts,
    Footprint,
    NearbyPlace,
    PlaceKind,
    StationFigures,
    ThingPage,
    copy_from_plain,
    copy_to_plain,
    figures_from_plain,
    figures_to_plain,
    page_from_plain,
    page_to_plain,
    place_from_plain,
    place_to_plain,
)
from sync.feed_page import Message, MessageKind, message_from_plain, message_to_plain
from sync.feed_page import page_from_plain as read_page

words = st.text(max_size=12)
keys = st.text(min_size=1, max_size=12)
texts = st.dictionaries(st.sampled_from(["nb", "en", "se"]), words, max_size=3).map(Text.of)
lines = st.lists(texts, max_size=3).map(tuple)
kroner = st.none() | st.integers(0, 100_000)
kilos = st.floats(0, 5000)
footprints = st.builds(
    lambda pair, basis, source: Footprint(min(pair), max(pair), basis, source),
    st.tuples(kilos, kilos), st.sampled_from(Basis), words,
)  # fmt: skip
pages = st.builds(
    ThingPage, thing=keys, use=texts, tasks=lines, words=lines, how_to=lines, needs=lines, more=lines,
    rent_kroner=kroner, rent_basis=texts, buy_kroner=kroner, weight_kg=st.none() | kilos, co2e=st.none() | footprints,
)  # fmt: skip
copies = st.builds(CopyFacts, code=keys, times_lent=st.integers(0, 9999), checked_on=st.none() | st.dates())
places = st.builds(
    NearbyPlace, place_id=keys, kind=st.sampled_from(PlaceKind), name=keys, address=words, what=texts, hours=texts,
    way=texts, phone=words, url=words, latitude=st.none() | st.floats(-90, 90),
    longitude=st.none() | st.floats(-180, 180), order=st.integers(0, 99), station=words,
)  # fmt: skip
figures = st.builds(
    StationFigures, station=keys, counted_on=st.dates(), month=st.integers(0, 999), year=st.integers(0, 9999),
    neighbours=st.none() | st.integers(FEWEST_NEIGHBOURS, 999),
)  # fmt: skip


@some
@given(pages, copies, places, figures)
def test_everything_comes_back_as_it_was(page, copy, place, counted):
    """Pages, copies, places and figures are the same after a trip through JSON, every field of them."""
    assert page_from_plain(through_json(page_to_plain(page))) == page
    assert copy_from_plain(through_json(copy_to_plain(copy))) == copy
    assert place_from_plain(through_json(place_to_plain(place))) == place
    assert figures_from_plain(through_json(figures_to_plain(counted))) == counted


def test_what_nobody_knows_takes_no_room():
    """A page with nothing on it is its id alone, and one that says only what a thing is for has one line more."""
    assert page_to_plain(ThingPage("drill")) == {"id": "drill"}
    assert page_from_plain({"id": "drill"}) == ThingPage("drill")
    assert page_to_plain(ThingPage("drill", Text.of({"nb": "hull"}))) == {"id": "drill", "use": {"nb": "hull"}}


@pytest.mark.parametrize(
    ("read", "plain"),
    [
        (page_from_plain, {}),
        (page_from_plain, {"id": ""}),
        (page_from_plain, {"id": "a", "use": {"nb": 7}}),
        (page_from_plain, {"id": "a", "how_to": "turn it"}),
        (page_from_plain, {"id": "a", "how_to": ["turn it"]}),
        (page_from_plain, {"id": "a", "how_to": [{"nb": "x" * 201}]}),
        (page_from_plain, {"id": "a", "rent": {"kroner": -1}}),
        (page_from_plain, {"id": "a", "buy_kroner": 1.5}),
        (page_from_plain, {"id": "a", "weight_kg": True}),
        (page_from_plain, {"id": "a", "weight_kg": float("nan")}),
        (page_from_plain, {"id": "a", "co2e": {"low_kg": 2, "high_kg": 1}}),
        (page_from_plain, {"id": "a", "co2e": {"low_kg": 1, "high_kg": 2, "basis": "hope"}}),
        (copy_from_plain, {"code": "a", "times_lent": -1}),
        (copy_from_plain, {"code": "a", "checked_on": "lately"}),
        (place_from_plain, {"id": "a", "kind": "bua"}),
        (place_from_plain, {"id": "a", "kind": "bua", "name": "B", "latitude": 91}),
        (figures_from_plain, {"id": "a", "counted_on": "2026-11-22", "month": 1, "year": 2, "neighbours": 4}),
    ],
)  # fmt: skip
def test_nonsense_is_refused(read, plain):
    """What could not be shown, or would tell of too few people, is refused: the station leaves it out."""
    with pytest.raises((KeyError, TypeError, ValueError, AttributeError)):
        read(plain)


def test_kinds_of_tomorrow_are_shown_as_something():
    """A place or message of a kind this version does not know is another place, and a notice."""
    assert place_from_plain({"id": "a", "kind": "tool bus", "name": "B"}).kind is PlaceKind.OTHER
    plain = {"id": "m", "words": {"nb": "Hei"}, "first": "2026-11-22", "last": "2026-11-22", "kind": "song"}
    assert message_from_plain(plain).kind is MessageKind.NOTICE


def test_a_message_of_an_older_hub_is_read():
    """A message without a kind is a notice, and a notice is written as hubs always wrote it."""
    day = date(2026, 11, 22)
    notice = Message("m", Text.of({"nb": "Hei"}), day, day)
    assert "kind" not in message_to_plain(notice)
    assert message_from_plain(message_to_plain(notice)) == notice
    event = replace(notice, kind=MessageKind.EVENT)
    assert message_from_plain(message_to_plain(event)) == event


def test_one_odd_page_holds_up_nothing():
    """A thing that cannot be understood and a kind of tomorrow are left out of a page; the rest is read."""
    plain = {
        "cursor": "c", "more": False, "version": 1, "made_ms": 1, "begins": False, "ends": False, "snapshot": False,
        "put": {"thing": [{"id": "drill"}, {"id": "saw", "weight_kg": "heavy"}], "weather": [{"id": "rain"}]},
        "gone": {"place": ["bua"], "weather": ["snow"]},
    }  # fmt: skip
    page = read_page(plain)
    assert page.put == {"thing": (ThingPage("drill"),)}
    assert page.gone == {"place": ("bua",)}
    assert page.odd == 1
