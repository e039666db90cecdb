"""The hub's own clock: the only place where the hub asks what time it is."""

from __future__ import annotations

import time
from datetime import UTC, datetime


def now_ms() -> int:
    """Return the time now in Unix milliseconds."""
    return time.time_ns() // 1_000_000


def moment(ms: int) -> datetime:
    """Return the moment of a Unix time in milliseconds, in UTC."""
    return datetime.fromtimestamp(ms / 1000, UTC)
