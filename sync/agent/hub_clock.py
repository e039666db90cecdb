"""What the station learns of the hub's clock from its answers, and when that is worth an entry in the journal.

An answer says what time it is at the hub; the call's beginning and end, on the clock that counts since boot, say when
that was. The truth lies within half of what the call took.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from lending.times import Reading

MOVED_MS = 2000
"""A difference between the clocks that has changed by more is noted again."""

AGAIN_MS = 24 * 3600 * 1000
"""After so long it is noted again in any case: until then, drift has made the last note worth less."""

SHARP_MS = 2000
"""A first note that is less sure than this is made better once an answer comes that is at least twice as sure."""


@dataclass(frozen=True, slots=True)
class HubClock:
    """When this boot was `up_ms` old, it was `hub_ms` at the hub (Unix ms), give or take `within_ms`."""

    boot: str
    up_ms: int
    hub_ms: int
    within_ms: int


class HubClockWatch:
    """Tells of the hub's clock at the first answer of each boot, when the difference has moved, and after a day."""

    def __init__(self, tell: Callable[[HubClock], None]) -> None:
        self._tell = tell
        self._told: HubClock | None = None

    def heard(self, before: Reading, after: Reading, hub_ms: int) -> None:
        """Take in an answer that said `hub_ms` to a call made between these two readings of the station's clocks."""
        if before.boot != after.boot or after.up_ms < before.up_ms or abs(hub_ms) >= 2**53:
            return
        took = after.up_ms - before.up_ms
        now = HubClock(after.boot, before.up_ms + took // 2, hub_ms, took // 2 + 1)
        if self._is_news(now):
            self._told = now
            self._tell(now)

    def _is_news(self, now: HubClock) -> bool:
        told = self._told
        if told is None or told.boot != now.boot or now.up_ms - told.up_ms >= AGAIN_MS:
            return True
        moved = abs((now.hub_ms - now.up_ms) - (told.hub_ms - told.up_ms))
        sharper = told.within_ms > SHARP_MS and 2 * now.within_ms <= told.within_ms
        return sharper or moved > MOVED_MS + now.within_ms + told.within_ms
