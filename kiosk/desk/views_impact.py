"""What the screen shows of what sharing comes to: the question after a return, and the figures of this station."""

from __future__ import annotations

from dataclasses import dataclass, field

from kiosk.desk.views import ThingFace, View
from lending.impact import Figures, Instead, Span


@dataclass(frozen=True, slots=True)
class InsteadView(View):
    """The return is saved. What would have been done without the loan? Board 08; offers `InsteadGiven`.

    Before an answer, `buy` and `rent` (for `rent_days`) say what those cost in kroner. After it, `chose` is the
    answer, `saved` the kroner for that answer, and `co2e` the grams of making the new one that was not bought. None
    where nothing is known. `uses` is how often this copy was lent. `co2e_source` names who published
    the CO2e; "" marks an estimate.
    """

    thing: ThingFace = field(kw_only=True)
    buy: Span | None = None
    rent: Span | None = None
    rent_days: int = 1
    uses: int = 0
    chose: Instead | None = None
    saved: Span | None = None
    co2e: Span | None = None
    co2e_source: str = ""


@dataclass(frozen=True, slots=True)
class ImpactView(View):
    """What the loans of this station come to, kroner and uses first. Board 25, for residents.

    `neighbours` is how many cards borrowed here this year, as the hub counts; None where nobody says.
    """

    figures: Figures = field(kw_only=True)
    neighbours: int | None = None


@dataclass(frozen=True, slots=True)
class CountingView(View):
    """How the figures are counted, in plain words."""
