"""Open and closed days: a loan ends on a day on which somebody can bring it back."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.strategies import some

from lending.calendar import LONGEST_CLOSURE_DAYS, due_date, is_open, next_open_day
from lending.nouns import Rules

SUNDAY = date(2026, 11, 22)
ALWAYS_OPEN = Rules()
WEEKENDS = Rules(closed_weekdays=(5, 6))
CHRISTMAS = Rules(closed_days=tuple(date(2026, 12, day) for day in (24, 25, 26)))


def closed_for(days):
    return Rules(closed_days=tuple(SUNDAY + timedelta(days=n) for n in range(days)))


def test_a_due_date_counts_calendar_days():
    """The last day of a loan is so many days after today, over the end of a year too."""
    assert due_date(date(2026, 12, 28), 14, ALWAYS_OPEN) == date(2027, 1, 11)
    assert due_date(SUNDAY, 1, ALWAYS_OPEN) == date(2026, 11, 23)


def test_a_loan_lasts_at_least_a_day():
    """A loan of no day is a mistake in the feed and is said so."""
    with pytest.raises(ValueError, match="loan_days must be at least 1, not 0"):
        due_date(SUNDAY, 0, ALWAYS_OPEN)


def test_a_due_date_moves_to_the_next_open_day():
    """A loan that would end on closed days ends on the first open day after them."""
    assert due_date(date(2026, 12, 10), 14, CHRISTMAS) == date(2026, 12, 27)
    assert due_date(date(2026, 11, 21), 14, WEEKENDS) == date(2026, 12, 7)


def test_an_open_day_stays():
    """A loan that ends on an open day ends there."""
    assert next_open_day(date(2026, 12, 4), WEEKENDS) == date(2026, 12, 4)


@pytest.mark.parametrize(("days", "moved"), [(LONGEST_CLOSURE_DAYS, True), (LONGEST_CLOSURE_DAYS + 1, False)])
def test_a_calendar_that_never_opens_moves_nothing(days, moved):
    """A closure longer than the bound is taken for a mistake, and the due date stays where it was."""
    assert next_open_day(SUNDAY, closed_for(days)) == (SUNDAY + timedelta(days=days) if moved else SUNDAY)
    assert next_open_day(SUNDAY, Rules(closed_weekdays=tuple(range(7)))) == SUNDAY


@some
@given(st.dates(date(2020, 1, 1), date(2040, 1, 1)), st.integers(1, 60), st.sets(st.integers(0, 6), max_size=6))
def test_a_loan_is_never_shorter_than_promised_and_ends_open(today, days, closed):
    """With any closed weekdays a loan ends on an open day, at most six days later than promised."""
    rules = Rules(closed_weekdays=tuple(closed))
    due = due_date(today, days, rules)
    assert is_open(due, rules)
    assert timedelta(0) <= due - (today + timedelta(days=days)) <= timedelta(days=6)
