"""Between which times an entry can have been made, for people."""

from __future__ import annotations

from sync.hub.journal.models import RawEntry
from sync.hub.review.when import clock_or_day
from sync.hub.review.words import say

WIDE_MS = 2 * 60 * 1000
"""An entry whose time is known no better than this has an interval, not a moment."""

FURTHEST_MS = 12 * 3600 * 1000
"""An edge that is further off than this is no time worth telling: nothing is known."""


def edges(row: RawEntry) -> tuple[int, int]:
    """Return the earliest and the latest an entry in force can have been made (Unix ms), at most half a day off."""
    at = row.order_ms or 0
    lo = at if row.lo_ms is None else max(row.lo_ms, at - FURTHEST_MS)
    hi = at if row.hi_ms is None else min(row.hi_ms, at + FURTHEST_MS)
    return min(lo, at), max(hi, at)


def is_wide(row: RawEntry) -> bool:
    """Return whether the time of the entry is an interval."""
    lo, hi = edges(row)
    return hi - lo > WIDE_MS


def between(row: RawEntry, language: str) -> str:
    """Return the interval of an entry in words, "" where its time is as good as a moment."""
    lo, hi = edges(row)
    if not is_wide(row):
        return ""
    if (row.lo_ms, row.hi_ms) != (lo, hi):
        return say(language, "timeline.unknown")
    return f"{clock_or_day(lo, lo, hi, language)}\u2013{clock_or_day(hi, lo, hi, language)}"
