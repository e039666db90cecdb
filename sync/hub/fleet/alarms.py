"""Alarms of a station that neither flap nor cry at once: what is bad for long enough is shown, what is well for long
enough is gone, and what lies between changes nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from sync.heartbeat import Beat
from sync.hub.fleet.models import Alarm, Station

MINUTE_MS = 60_000
HOUR_MS = 60 * MINUTE_MS
CALM_MS = 10 * MINUTE_MS
"""How long a station must be well before an alarm ends."""


class AlarmKind(StrEnum):
    """What can be wrong with a station that is heard."""

    READER_DOWN = "reader_down"
    SCANNER_DOWN = "scanner_down"
    CLOCK_OFF = "clock_off"
    DISK_FULL = "disk_full"
    QUEUE_OLD = "queue_old"
    FEED_OLD = "feed_old"


PATIENCE_MS: Mapping[AlarmKind, int] = {
    AlarmKind.READER_DOWN: 10 * MINUTE_MS,
    AlarmKind.SCANNER_DOWN: 10 * MINUTE_MS,
    AlarmKind.CLOCK_OFF: 10 * MINUTE_MS,
    AlarmKind.DISK_FULL: 0,
    AlarmKind.QUEUE_OLD: 10 * MINUTE_MS,
    AlarmKind.FEED_OLD: 10 * MINUTE_MS,
}
"""How long each must have been bad before it is shown."""


@dataclass(frozen=True, slots=True)
class Band:
    """From `bad` on something is bad, up to `well` it is well again; between them it stays as it was."""

    bad: float
    well: float

    def says(self, value: float) -> bool | None:
        """Return True for bad, False for well, None for in between."""
        return True if value >= self.bad else False if value <= self.well else None


CLOCK_OFF = Band(5 * MINUTE_MS, MINUTE_MS)
QUEUE_OLD = Band(6 * HOUR_MS, HOUR_MS)
FEED_OLD = Band(24 * HOUR_MS, 2 * HOUR_MS)
DISK_USED = Band(0.95, 0.90)


def judge(beat: Beat, now_ms: int) -> dict[AlarmKind, bool | None]:
    """Return for each kind whether this beat says bad (True), well (False), or neither."""
    devices = {device.name: device.up for device in beat.devices}
    up_to_date = not beat.feed_version or not beat.feed_made_ms
    return {
        AlarmKind.READER_DOWN: not devices.get("card_reader", True),
        AlarmKind.SCANNER_DOWN: not devices.get("scanner", True),
        AlarmKind.CLOCK_OFF: CLOCK_OFF.says(abs(beat.clock.wall_ms - now_ms)),
        AlarmKind.DISK_FULL: _disk(beat),
        AlarmKind.QUEUE_OLD: False if beat.oldest_ms is None else QUEUE_OLD.says(beat.clock.wall_ms - beat.oldest_ms),
        AlarmKind.FEED_OLD: None if up_to_date else FEED_OLD.says(now_ms - beat.feed_made_ms),
    }


def _disk(beat: Beat) -> bool | None:
    if not beat.disk_total or beat.disk_free is None:
        return None
    return DISK_USED.says(1 - beat.disk_free / beat.disk_total)


def note(station: Station, says: Mapping[AlarmKind, bool | None], now_ms: int) -> None:
    """Raise, keep or end the station's alarms by what a beat says."""
    known = {row.kind: row for row in Alarm.objects.filter(station=station)}
    for kind, bad in says.items():
        row = known.get(kind.value)
        if bad and row is None:
            row = Alarm(station=station, kind=kind.value, since_ms=now_ms)
            known[kind.value] = row
        if row is None or bad is None:
            continue
        _step(row, now_ms, bad=bad)


def _step(row: Alarm, now_ms: int, *, bad: bool) -> None:
    if bad:
        row.calm_ms = None
        if row.raised_ms is None and now_ms - row.since_ms >= PATIENCE_MS[AlarmKind(row.kind)]:
            row.raised_ms = now_ms
        row.save()
        return
    row.calm_ms = row.calm_ms if row.calm_ms is not None else now_ms
    if now_ms - row.calm_ms >= CALM_MS:
        row.delete()
    else:
        row.save()


def raised(stations: list[str] | None = None) -> dict[str, list[AlarmKind]]:
    """Return the alarms that are shown, by station, the oldest first."""
    rows = Alarm.objects.filter(raised_ms__isnull=False).order_by("since_ms", "kind")
    found: dict[str, list[AlarmKind]] = {}
    for row in rows if stations is None else rows.filter(station__in=stations):
        if row.kind in set(AlarmKind):
            found.setdefault(row.station_id, []).append(AlarmKind(row.kind))
    return found
