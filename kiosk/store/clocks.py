"""Local time at a station."""

from __future__ import annotations

from datetime import UTC, date, datetime
from functools import cache, lru_cache
from zoneinfo import ZoneInfo

MINUTE_MS = 60_000


@cache
def zone(name: str) -> ZoneInfo:
    """Return the time zone of the rules; UTC if this machine does not know it."""
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return ZoneInfo("UTC")


def local_time(wall_ms: int, time_zone: str) -> datetime:
    """Return Unix milliseconds as local time of the station."""
    return datetime.fromtimestamp(wall_ms / 1000, UTC).astimezone(zone(time_zone))


def local_date(wall_ms: int, time_zone: str) -> date:
    """Return the day it is at the station. No day begins, and no clock is put forward, within a minute."""
    return _day_of_minute(wall_ms // MINUTE_MS, time_zone)


@lru_cache(16)
def _day_of_minute(minute: int, time_zone: str) -> date:
    return local_time(minute * MINUTE_MS, time_zone).date()
