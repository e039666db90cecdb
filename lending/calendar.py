"""Open and closed days: a loan never ends on a day on which nobody can bring it back."""

from __future__ import annotations

from datetime import date, timedelta

from lending.nouns import Rules

LONGEST_CLOSURE_DAYS = 60
"""A calendar that closes for longer is a mistake in the feed; the due date then stays where it was."""


def is_open(day: date, rules: Rules) -> bool:
    """Return whether things can be brought back on `day` (local date)."""
    return day.weekday() not in rules.closed_weekdays and day not in rules.closed_days


def next_open_day(day: date, rules: Rules) -> date:
    """Return `day` if it is open, else the first open day after it."""
    for later in range(LONGEST_CLOSURE_DAYS + 1):
        if is_open(day + timedelta(days=later), rules):
            return day + timedelta(days=later)
    return day


def due_date(today: date, loan_days: int, rules: Rules) -> date:
    """Return the last day of a loan made on `today`, moved to an open day.

    Raises ValueError if `loan_days` is below 1.
    """
    if loan_days < 1:
        raise ValueError(f"loan_days must be at least 1, not {loan_days}")
    return next_open_day(today + timedelta(days=loan_days), rules)
