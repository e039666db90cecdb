"""Figures as people say them: kroner, kilograms, and ranges of both."""

from __future__ import annotations

from assets.calendars import calendar
from kiosk.ui.tr import Translator
from lending.impact import Span

_GRAMS = 1000
_TONNE = 1_000_000
_MILLION = 1_000_000
_WHOLE_FROM = 10
"""Kilograms, tonnes or millions from which on a decimal would feign precision."""


def number(tr: Translator, value: float) -> str:
    """Return "1 900" or "1,900"."""
    return calendar(tr.language).figure(value)


def kroner(tr: Translator, span: Span) -> str:
    """Return a range such as 1 900 to 2 900 kr, "0 kr" where both ends are the same; in millions where it is much."""
    if span.low >= _MILLION:
        few = (_few(end / _MILLION) for end in (span.low, span.high))
        return unbroken(tr("money.millions", amount=_ends(tr, *few)))
    return unbroken(tr("money.kroner", amount=_ends(tr, span.low, span.high)))


def co2e(tr: Translator, grams: Span) -> str:
    """Return a range in kg, with one decimal where it is little, or in tonnes where it is much."""
    unit, key = (_TONNE, "money.tonnes") if grams.low >= _TONNE else (_GRAMS, "money.kilograms")
    low, high = (_few(end / unit) for end in (grams.low, grams.high))
    return unbroken(tr(key, amount=_ends(tr, low, high)))


def unbroken(said: str) -> str:
    """Return a figure and its unit such that no line ends between them."""
    return said.replace(" ", "\u00a0")


def _few(value: float) -> float:
    return round(value) if value >= _WHOLE_FROM else round(value, 1)


def _ends(tr: Translator, low: float, high: float) -> str:
    if low == high:
        return number(tr, low)
    return tr("money.range", low=number(tr, low), high=number(tr, high))
