"""Local time at a station."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cache
from zoneinfo import ZoneInfo


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
