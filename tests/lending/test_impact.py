"""What sharing comes to: ranges that can be worked out again."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lending.impact import NOTHING, Figures, Instead, Lent, Span, ThingCost, Told, figures

DRILL = ThingCost(2300, 7, Span(12_200, 36_800))
GAME = ThingCost(800, 7)
COSTS = {"drill": DRILL, "game": GAME}

prices = st.integers(20, 2_000_000)
answers = st.builds(Told, st.sampled_from([*COSTS, "gone"]), st.sampled_from(Instead), st.integers(1, 40))


def test_a_drill_costs_what_the_page_says():
    """The worked example of docs/architecture/impact.md."""
    assert DRILL.to_buy() == Span(1800, 2900)
    assert (DRILL.to_rent(), DRILL.rent_days) == (Span(250, 500), 2)
    assert ThingCost(2300, 7, rent_kroner=190).to_rent() == Span(300, 500)
    assert ThingCost(2300, 1).rent_days == 1


@pytest.mark.parametrize(
    ("instead", "kroner", "grams"),
    [
        (Instead.BOUGHT, Span(1800, 2900), Span(12_200, 36_800)),
        (Instead.RENTED, Span(250, 500), NOTHING),
        (Instead.BORROWED, NOTHING, NOTHING),
        (Instead.NOT_DONE, NOTHING, NOTHING),
    ],
)
def test_only_what_was_not_bought_or_rented_counts(instead, kroner, grams):
    """Who would have borrowed or left it has saved nothing; only a purchase that did not happen spares CO2e."""
    assert (DRILL.kroner(instead), DRILL.grams(instead)) == (kroner, grams)


def test_what_nobody_knows_is_not_made_up():
    """Without a price or CO2e there is no figure, not a zero."""
    unknown = ThingCost(None, 7)
    assert (unknown.to_buy(), unknown.to_rent(), unknown.grams(Instead.BOUGHT)) == (None, None, None)


@given(prices, st.integers(1, 60))
def test_a_range_holds_the_price(price, days):
    """A range holds the noted price and never stands on its head."""
    cost = ThingCost(price, days)
    bought, rented = cost.to_buy(), cost.to_rent()
    assert 0 <= bought.low <= price <= bought.high
    assert 0 <= rented.low < rented.high


def test_a_station_is_counted_from_low_to_high():
    """Low: nobody but those who answered has saved anything. High: the others are like those who answered."""
    lent = {"drill": Lent(30, 2), "game": Lent(10)}
    told = [Told("drill", Instead.BOUGHT, 2), Told("drill", Instead.NOT_DONE, 5), Told("game", Instead.RENTED, 1)]
    sums = figures(lent, told, COSTS.get)
    assert (sums.loans, sums.things, sums.answers) == (40, 3, 8)
    assert sums.by_answer == {
        Instead.BOUGHT: 2, Instead.RENTED: 1, Instead.BORROWED: 0, Instead.NOT_DONE: 5,
    }  # fmt: skip
    assert sums.kroner == Span(3600, 30_000)  # 2 x 1800 + 0; (2 x 2900 + 200) x 40 / 8
    assert sums.grams == Span(24_400, 368_000)
    assert sums.made == Span(24_400, 73_600)


def test_where_everybody_answered_the_high_end_is_theirs():
    """Nobody is left whose answer would have to be guessed: both ends are what those who answered told."""
    sums = figures({"drill": Lent(2)}, [Told("drill", Instead.BOUGHT, 2)], COSTS.get)
    assert (sums.kroner, sums.grams) == (Span(3600, 5800), Span(24_400, 73_600))


def test_all_things_that_were_lent_had_to_be_made():
    """What making them caused is added up over the things; one of which nobody knows it adds nothing."""
    costs = COSTS | {"saw": ThingCost(900, 7, Span(100, 300))}
    lent = {"drill": Lent(1), "saw": Lent(4, 3), "game": Lent(2)}
    assert figures(lent, [], costs.get).made == Span(12_500, 37_700)


def test_without_answers_nothing_is_claimed():
    """A station that has lent much and asked nobody claims no saving at all."""
    assert figures({"drill": Lent(500)}, [], COSTS.get) == Figures(
        500, 1, 0, dict.fromkeys(Instead, 0), NOTHING, NOTHING, DRILL.co2e
    )


@given(st.dictionaries(st.sampled_from([*COSTS, "gone"]), st.builds(Lent, st.integers(0, 99))), st.lists(answers))
def test_figures_hold_together(lent, told):
    """Whatever was lent and answered: low is not above high, each answer is counted once, and its order changes
    nothing; more answers than loans (those of an older journal) lift nothing.
    """
    sums = figures(lent, told, COSTS.get)
    assert sums == figures(lent, list(reversed(told)), COSTS.get)
    assert sums.answers == sum(sums.by_answer.values()) == sum(one.count for one in told)
    assert sums.kroner.low <= sums.kroner.high
    assert sums.grams.low <= sums.grams.high
    if sums.answers >= sums.loans and not any(one.instead is Instead.BOUGHT for one in told):
        assert sums.grams == NOTHING
