"""How a thing stands at a station: counts and dates, and never who."""

from dataclasses import fields, replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.facts import TODAY
from support.library import ANNA, BERIT, CHAINSAW, DRILL, HERE, SECOND_DRILL, TENT, THERE
from support.strategies import many

from lending.availability import Availability, Shelved, Stand, availability
from lending.ledger import ItemLedger, OpenLoan
from lending.nouns import Hold, ItemState, Rules, Shelf
from lending.rules import Reason


def out(item, due, ref=ANNA):
    return Shelved(item, ItemLedger(item.code, (OpenLoan("e", item.code, ref, HERE, 1, 0, due, provisional=False),)))


def on_shelf(item, shelf=Shelf.FREE, place=HERE):
    return Shelved(item, ItemLedger(item.code, place=place, shelf=shelf))


def never_seen(item):
    return Shelved(item, ItemLedger(item.code))


def stands(*copies, holds=(), today=TODAY):
    return availability(copies, holds, Rules(), HERE, today)


FRIDAY = TODAY + timedelta(days=5)


def test_what_is_here_is_counted():
    """One copy here and one out: one of two, on its shelf."""
    here = replace(DRILL, shelf="B3")
    found = stands(never_seen(here), out(SECOND_DRILL, FRIDAY))
    assert found == Availability(Stand.HERE, 1, 2, "B3", FRIDAY, (), Reason.ALREADY_OUT)


def test_what_is_out_comes_back_on_its_day():
    """The first day a copy is due is told; a day that has passed tells nothing and shames nobody."""
    assert stands(out(DRILL, FRIDAY), out(SECOND_DRILL, FRIDAY + timedelta(days=1))).back == FRIDAY
    late = stands(out(DRILL, TODAY - timedelta(days=9)))
    assert (late.stand, late.back) == (Stand.ASK, None)


def there(item):
    """Another copy of the thing, at home at another station."""
    return never_seen(replace(item, code="0301089999", home=THERE))


def test_what_is_not_here_is_told_with_where_else_it_is():
    """Out until today, out for longer than it should be, or waiting for staff: the other station is named each time,
    no shelf is, and the reason stands beside it.
    """
    out_today = Availability(Stand.BACK, 0, 1, "", TODAY, (THERE,), Reason.ALREADY_OUT)
    assert stands(out(replace(DRILL, shelf="B3"), TODAY), there(DRILL)) == out_today
    late = out(replace(DRILL, shelf="B3"), TODAY - timedelta(days=1))
    assert stands(late, there(DRILL)) == Availability(Stand.ASK, 0, 1, "", None, (THERE,), Reason.ALREADY_OUT)
    broken = never_seen(replace(DRILL, shelf="B3", state=ItemState.BROKEN))
    assert stands(broken, there(DRILL)) == Availability(Stand.RESTS, 0, 1, "", None, (THERE,), Reason.ITEM_BROKEN)


def test_what_stays_at_home_is_lent_there_and_nowhere_else():
    """A copy that is lent at its own station only is here at home, and rests where it was brought by mistake."""
    assert stands(never_seen(replace(DRILL, stays_home=True))).stand is Stand.HERE
    brought = stands(on_shelf(replace(TENT, stays_home=True)))
    assert (brought.stand, brought.reason) == (Stand.RESTS, Reason.AT_OTHER_STATION)


def test_what_is_at_home_elsewhere_is_there():
    """A thing of another station stands there, unless it was brought back here."""
    assert stands(never_seen(TENT)) == Availability(Stand.ELSEWHERE, 0, 1, elsewhere=(THERE,))
    assert stands(on_shelf(TENT)).stand is Stand.HERE
    assert stands(on_shelf(DRILL, place=THERE)).stand is Stand.ASK


@pytest.mark.parametrize(
    ("copy", "reason"),
    [
        (never_seen(replace(DRILL, state=ItemState.BROKEN)), Reason.ITEM_BROKEN),
        (never_seen(replace(DRILL, inspect_by=TODAY - timedelta(days=1))), Reason.INSPECTION_OVERDUE),
        (on_shelf(DRILL, Shelf.STOPPED), Reason.REPORTED_UNSAFE),
        (on_shelf(CHAINSAW, Shelf.LEFT), Reason.NOT_CHECKED_YET),
    ],
)
def test_what_stands_here_and_is_not_lent_rests(copy, reason):
    """A copy that waits for staff is not promised to anybody."""
    found = stands(copy)
    assert (found.stand, found.here, found.reason) == (Stand.RESTS, 0, reason)


def test_what_is_set_aside_is_not_here_for_others():
    """A copy that is kept for somebody is not counted; once the hold has lapsed it is."""
    hold = Hold("h", "drill", BERIT, FRIDAY, DRILL.code)
    assert stands(never_seen(DRILL), holds=[hold]).reason is Reason.HELD_FOR_OTHER
    assert stands(never_seen(DRILL), holds=[hold], today=FRIDAY + timedelta(days=1)).stand is Stand.HERE


def test_a_thing_nobody_knows_is_asked_about():
    """Without any copy only the library can say."""
    assert stands() == Availability(Stand.ASK)


days = st.dates(date(2026, 11, 1), date(2026, 12, 30))
copies = st.lists(
    st.one_of(
        st.builds(out, st.sampled_from([DRILL, TENT]), days, st.sampled_from([ANNA, BERIT, None])),
        st.builds(on_shelf, st.sampled_from([DRILL, TENT]), st.sampled_from(Shelf), st.sampled_from([HERE, THERE])),
        st.builds(never_seen, st.sampled_from([DRILL, TENT])),
    ),
    max_size=5,
)


def tells_of_nobody(found):
    """Say whether nothing in it points at a card or an entry."""
    return not any(str(getattr(found, field.name)) and ref in repr(found) for field in fields(found)
                   for ref in (ANNA, BERIT))  # fmt: skip


@many
@given(copies, days)
def test_an_availability_is_sound_and_tells_of_nobody(those, today):
    """Counts fit each other, no day has passed, and no card shows anywhere."""
    found = stands(*those, today=today)
    assert 0 <= found.here <= found.copies <= len(those)
    assert (found.stand is Stand.HERE) == (found.here > 0)
    assert found.back is None or found.back >= today
    assert found.stand is not Stand.BACK or found.back is not None
    assert tells_of_nobody(found)


def test_one_that_names_the_borrower_is_caught():
    """A planted availability whose shelf is the borrower's card does not pass for one that tells of nobody."""
    assert not tells_of_nobody(replace(stands(out(DRILL, FRIDAY)), shelf=ANNA))
