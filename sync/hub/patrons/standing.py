"""Since when a card may no longer borrow."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings


def expired_since_ms(expires: date | None) -> int | None:
    """Return the first moment (Unix ms) after `expires`, the last day a card is good; None if it never runs out."""
    if expires is None or expires == date.max:
        return None
    after = datetime.combine(expires + timedelta(days=1), time.min, ZoneInfo(settings.TIME_ZONE))
    return int(after.timestamp() * 1000)
