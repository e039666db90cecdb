"""Rules stop a loan before it happens, each with its reason."""

from datetime import date

import pytest

from lending.ledger import ItemLedger, OpenLoan
from lending.nouns import Rules, Standing, Text
from lending.rules import Reason, card_refuses, item_refuses, limit_refuses, loan_refused
from lending.times import due_date

RULES = Rules(loan_limit=3, provisional_limit=1)
ON_SHELF = ItemLedger("x")
OUT = ItemLedger("x", (OpenLoan("e", "x", None, "s", 1, 0, date(2026, 12, 6), provisional=False),))


@pytest.mark.parametrize(
    ("standing", "open_loans", "reason"),
    [
        (Standing.KNOWN, 2, None),
        (Standing.KNOWN, 3, Reason.LIMIT_REACHED),
        (Standing.KNOWN, 4, Reason.LIMIT_REACHED),
        (Standing.UNKNOWN, 0, None),
        (Standing.UNKNOWN, 1, Reason.PROVISIONAL_LIMIT),
    ],
)
def test_limits_hold_from_the_figure_on(standing, open_loans, reason):
    """A limit refuses exactly from the number of open loans it names."""
    assert limit_refuses(standing, open_loans, RULES) is reason


def test_only_a_blocked_card_is_refused_as_such():
    """A blocked card cannot borrow; a known and an unknown one can."""
    assert [card_refuses(standing) for standing in (Standing.KNOWN, Standing.BLOCKED, Standing.UNKNOWN)] == [
        None,
        Reason.CARD_BLOCKED,
        None,
    ]


def test_an_item_that_is_out_is_refused():
    """An item with an open loan is not lent again."""
    assert item_refuses(OUT) is Reason.ALREADY_OUT
    assert item_refuses(ON_SHELF) is None


def test_the_card_is_told_first_then_the_item_then_the_count():
    """Of several reasons the first of card, item, count is given."""
    assert loan_refused(Standing.BLOCKED, 9, OUT, RULES) is Reason.CARD_BLOCKED
    assert loan_refused(Standing.KNOWN, 9, OUT, RULES) is Reason.ALREADY_OUT
    assert loan_refused(Standing.KNOWN, 9, ON_SHELF, RULES) is Reason.LIMIT_REACHED
    assert loan_refused(Standing.KNOWN, 0, ON_SHELF, RULES) is None


def test_a_due_date_counts_calendar_days():
    """The last day of a loan is so many days after today, over the end of a year too."""
    assert due_date(date(2026, 12, 28), 14) == date(2027, 1, 11)
    with pytest.raises(ValueError, match="at least 1"):
        due_date(date(2026, 11, 22), 0)


def test_words_fall_back_to_bokmal_then_to_any_language():
    """A text without the language asked for gives Bokmål, else any, else nothing."""
    assert Text.of({"nb": "sag", "en": "saw"}).get("sv") == "sag"
    assert Text.of({"en": "saw"}).get("sv") == "saw"
    assert Text(()).get("nb") == ""
