"""From when on the hub may forget, by its own clock."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from sync.hub.clock import moment
from sync.hub.feed.service import rules_now
from sync.hub.review.decisions import UNDO_MS

DAY_MS = 24 * 3600 * 1000


@dataclass(frozen=True, slots=True)
class Times:
    """What ended before `over_ms` (Unix ms) ended long enough ago; what staff answered before `settled_ms` can
    neither be undone any more. A hold that nobody ended is over if its last day lies before `last_day`.
    """

    now_ms: int
    over_ms: int
    settled_ms: int
    last_day: date


def times_at(now_ms: int) -> Times:
    """Return what the rules say at this time: the stations forget after as many days."""
    rules = rules_now()
    kept_ms = rules.retention_days * DAY_MS
    today = moment(now_ms).astimezone(ZoneInfo(rules.time_zone)).date()
    return Times(
        now_ms,
        now_ms - kept_ms,
        now_ms - max(kept_ms, UNDO_MS),
        today - timedelta(days=rules.retention_days),
    )
