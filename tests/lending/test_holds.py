"""Holds: what the feed says and what happened here since, and the codes that collect them."""

from datetime import date

import pytest
from support.library import ANNA, BERIT, at

from lending.entries import Entry, HoldCancelled, HoldCollected, HoldPlaced, Personal, Return
from lending.holds import apply_hold, code_hash, is_code, merge, standing
from lending.nouns import Hold

UNTIL = date(2026, 11, 25)
FIRST = Hold("h1", "drill", ANNA, UNTIL)
SECOND = Hold("h2", "drill", BERIT, UNTIL, "0301082412")


def entry(body, person=None):
    return Entry("e", "s", 1, 1, at(), body, person and Personal(person))


def test_a_hold_stands_from_when_it_is_placed():
    """A hold placed here stands under its id, for whom and until when."""
    placed = HoldPlaced("h2", "drill", UNTIL, "0301082412")
    assert apply_hold({"h1": FIRST}, entry(placed, BERIT)) == {"h1": FIRST, "h2": SECOND}


def test_a_hold_whose_person_was_erased_is_nobodys():
    """A hold without its personal part is not kept."""
    assert apply_hold({}, entry(HoldPlaced("h1", "drill", UNTIL))) == {}


@pytest.mark.parametrize(
    "body", [HoldCancelled("h1"), HoldCancelled("h1", lapsed=True), HoldCollected("h1", "x", "l")]
)
def test_a_hold_that_is_over_is_gone(body):
    """Cancelled, lapsed or collected, a hold is gone, and only that one."""
    assert apply_hold({"h1": FIRST, "h2": SECOND}, entry(body)) == {"h2": SECOND}


def test_other_entries_change_no_hold():
    """A return changes no hold."""
    assert apply_hold({"h1": FIRST}, entry(Return("x"))) == {"h1": FIRST}


def test_the_feed_and_this_station_together():
    """Holds that ended here are gone whoever knows them, the feed wins over what was placed here, in order of ids."""
    placed_here = Hold("h1", "drill", ANNA, date(2026, 11, 23))
    third = Hold("h0", "saw", ANNA, UNTIL)
    assert merge([FIRST, SECOND], [], [placed_here, third]) == (third, FIRST, SECOND)
    assert merge([FIRST, SECOND], ["h1", "h9"], [placed_here]) == (SECOND,)


def test_a_hold_stands_through_its_last_day():
    """A hold stands until the end of its last day."""
    assert standing([FIRST], UNTIL) == (FIRST,)
    assert standing([FIRST], date(2026, 11, 26)) == ()


def test_a_code_is_bound_to_its_hold_and_key():
    """The hash of a code is another for another hold, key or code, and 32 hex digits long."""
    one = code_hash(b"key", "h1", "123456")
    assert one == code_hash(b"key", "h1", "123456")
    others = {code_hash(b"KEY", "h1", "123456"), code_hash(b"key", "h2", "123456"), code_hash(b"key", "h1", "123457")}
    assert len(others | {one}) == 4
    assert len(one) == 32
    assert set(one) <= set("0123456789abcdef")
    assert one == "d6511e8347ba24e693cdabea948b4243"


@pytest.mark.parametrize("text", ["12345", "1234567", "12345a", "", "١٢٣٤٥٦", "12 456", "²23456"])
def test_six_digits_are_a_code_and_nothing_else(text):
    """Only six of the digits 0 to 9 are a pickup code."""
    assert is_code("012345")
    assert not is_code(text)
