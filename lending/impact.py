"""What sharing a thing comes to: ranges of kroner and CO2e, from answers to "what would you have done without it?".

Every figure is a range and can be worked out again from the entries and the feed. The formulas, where the numbers
come from and what is not claimed: `docs/architecture/impact.md`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

QUESTION = "without_loan"
"""The name of the question in `lending.entries.SurveyAnswer`; its `answer` is one of `Instead`."""


class Instead(StrEnum):
    """What somebody would have done without the loan."""

    BOUGHT = "bought"
    RENTED = "rented"
    BORROWED = "borrowed"
    NOT_DONE = "not_done"


@dataclass(frozen=True, slots=True)
class Span:
    """From low to high, both included; whole kroner, or whole grams of CO2e."""

    low: int
    high: int

    def __add__(self, other: Span) -> Span:
        return Span(self.low + other.low, self.high + other.high)

    def times(self, low: float, high: float) -> Span:
        """Return the span with its ends multiplied, rounded to whole units."""
        return Span(round(self.low * low), round(self.high * high))


NOTHING = Span(0, 0)

PRICE_LOW, PRICE_HIGH = 0.8, 1.25
"""A price somebody noted is this many times as much in the cheapest and the dearest shop. Assumption."""

RENT_LOW, RENT_HIGH = 0.06, 0.10
"""A day's rent, as a part of the price of a new one, where no rent has been noted. Assumption."""

RENT_DAYS = 2
"""Nobody rents for the length of a loan: a day there and a day back. Never more than the loan."""

FEWEST_ANSWERS = 5
"""Fewer are not told: one answer does not speak for hundreds of loans, and might point at somebody."""

_STEPS = ((1000, 50), (10_000, 100), (100_000, 1000))
"""Kroner are rounded to steps that do not feign precision: up to 1000 by 50, up to 10,000 by 100, and so on."""
_LARGEST_STEP = 10_000


@dataclass(frozen=True, slots=True)
class ThingCost:
    """What is known of a thing. `new_kroner` is the noted price of a new one, `rent_kroner` that of a day's rent,
    `co2e` the grams that making one causes, `loan_days` how long it is lent. None where nobody has said.
    """

    new_kroner: int | None
    loan_days: int
    co2e: Span | None = None
    rent_kroner: int | None = None

    @property
    def rent_days(self) -> int:
        """For how many days it would have been rented."""
        return max(1, min(RENT_DAYS, self.loan_days))

    def to_buy(self) -> Span | None:
        """Return what a new one costs in kroner."""
        return (
            None
            if self.new_kroner is None
            else _rounded(Span(self.new_kroner, self.new_kroner), PRICE_LOW, PRICE_HIGH)
        )

    def to_rent(self) -> Span | None:
        """Return what renting one for `rent_days` costs in kroner."""
        days = self.rent_days
        if self.rent_kroner is not None:
            return _rounded(Span(self.rent_kroner * days, self.rent_kroner * days), PRICE_LOW, PRICE_HIGH)
        if self.new_kroner is None:
            return None
        return _rounded(Span(self.new_kroner * days, self.new_kroner * days), RENT_LOW, RENT_HIGH)

    def kroner(self, instead: Instead) -> Span | None:
        """Return what a loan saved somebody who would have done this; None if no price is known.

        Who would have borrowed elsewhere or left it has saved nothing.
        """
        match instead:
            case Instead.BOUGHT:
                return self.to_buy()
            case Instead.RENTED:
                return self.to_rent()
            case _:
                return NOTHING

    def grams(self, instead: Instead) -> Span | None:
        """Return the CO2e (g) of making the new one that was not bought because of a loan; None if nothing is known.

        Only a purchase that did not happen counts. What making the shared copy caused stands beside it, never inside.
        """
        return self.co2e if instead is Instead.BOUGHT else NOTHING


def _rounded(span: Span, low: float, high: float) -> Span:
    """Return the span with its ends multiplied and rounded outwards, each to a step that fits its size."""
    ends = span.times(low, high)
    return Span(ends.low // _step(ends.low) * _step(ends.low), -(-ends.high // _step(ends.high)) * _step(ends.high))


def _step(kroner: int) -> int:
    return next((step for most, step in _STEPS if kroner <= most), _LARGEST_STEP)


@dataclass(frozen=True, slots=True)
class Told:
    """So many people gave this answer about this thing."""

    thing: str
    instead: Instead
    count: int


@dataclass(frozen=True, slots=True)
class Lent:
    """How often the copies of a thing were lent here, and how many copies that were."""

    times: int
    copies: int = 1


@dataclass(frozen=True, slots=True)
class Figures:
    """What a station's loans come to. `answers` were told of `loans`. `kroner` and `grams` (CO2e not caused) are for
    all loans: low as if nobody else had saved anything, high as if the others were like those who answered.
    `made` is the CO2e (g) of making the copies that were lent.
    """

    loans: int
    things: int
    answers: int
    by_answer: Mapping[Instead, int]
    kroner: Span
    grams: Span
    made: Span


def figures(lent: Mapping[str, Lent], told: Iterable[Told], cost_of: Callable[[str], ThingCost | None]) -> Figures:
    """Return the figures of a station from how often each thing was lent and what was answered.

    An answer about a thing nobody knows the price of counts as one that saved nothing, so that it never lifts the
    high end.
    """
    loans = sum(one.times for one in lent.values())
    kroner, grams, answers = NOTHING, NOTHING, 0
    by_answer = dict.fromkeys(Instead, 0)
    for one in told:
        answers += one.count
        by_answer[one.instead] += one.count
        cost = cost_of(one.thing)
        if cost is not None:
            kroner += (cost.kroner(one.instead) or NOTHING).times(one.count, one.count)
            grams += (cost.grams(one.instead) or NOTHING).times(one.count, one.count)
    share = max(1.0, loans / answers) if answers else 1.0
    used = {thing: one for thing, one in lent.items() if one.times}
    return Figures(
        loans,
        sum(one.copies for one in used.values()),
        answers,
        by_answer,
        _rounded(kroner, 1, share),
        grams.times(1, share),
        _made(used, cost_of),
    )


def _made(lent: Mapping[str, Lent], cost_of: Callable[[str], ThingCost | None]) -> Span:
    made = NOTHING
    for thing, one in lent.items():
        cost = cost_of(thing)
        if cost is not None and cost.co2e is not None:
            made += cost.co2e.times(one.copies, one.copies)
    return made
