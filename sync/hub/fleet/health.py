"""Heartbeats: what the hub keeps of them, and what it answers."""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence

from django.db.models import F

from sync.heartbeat import Beat, Order, Reply, beat_to_plain
from sync.hub.database import writing
from sync.hub.fleet import forks
from sync.hub.fleet.alarms import HOUR_MS, AlarmKind, judge, note, raised
from sync.hub.fleet.beats import note_signing
from sync.hub.fleet.models import Alarm, ContactHour, Station
from sync.hub.journal.models import Journal

KEPT_HOURS = 14 * 24
SILENT_MS = 24 * HOUR_MS
"""After how long a station that is not heard counts as silent: it works for days without network."""
_ONCE = frozenset({Order.PUSH, Order.FETCH})
"""Orders that are done with when they have been told; the others stay until what they ask for has happened."""


def take_beat(station: Station, beat: Beat, now_ms: int, *, signed: bool = False) -> Reply:
    """Keep the beat, which is the station's, and return what the station is to know."""
    with writing():
        if signed:
            note_signing(station, beat)
        row = Station.objects.select_for_update().get(pk=station.pk)
        orders = [Order(order) for order in row.orders if order in set(Order)]
        row.beat, row.beat_ms, row.last_contact_ms = beat_to_plain(beat), now_ms, now_ms
        row.clock_offset_ms, row.clock_synced = beat.clock.wall_ms - now_ms, beat.clock.synced
        row.client, row.orders = beat.client, [order.value for order in orders if order not in _ONCE]
        row.save(update_fields=["beat", "beat_ms", "last_contact_ms", "clock_offset_ms", "clock_synced", "client",
                                "orders"])  # fmt: skip
        note(row, judge(beat, now_ms), now_ms)
        _note_hour(row, now_ms)
    return _reply(row, beat, tuple(orders), now_ms)


def take_late_beat(station: Station, beat: Beat, now_ms: int) -> Reply:
    """Return what a unit is to know whose token only brings what an ended epoch has to say. Nothing is kept of it:
    another unit is the station now.
    """
    return Reply(now_ms, None, forks.is_of_ended_epoch(station, beat.epoch), (Order.ENROL_ANEW,))


def _reply(station: Station, beat: Beat, orders: tuple[Order, ...], now_ms: int) -> Reply:
    journal = Journal.objects.filter(station=station, epoch=beat.epoch).first()
    if journal is None:
        return Reply(now_ms, None, forked=False, orders=orders)
    if forks.decision(station.station_id, beat.epoch) is not None:
        told = forks.orders_for(station, beat.epoch, beat.head)
        return Reply(now_ms, None, forked=False, orders=(*orders, *told))
    return Reply(now_ms, journal.held, forks.is_forked(journal), orders)


def _note_hour(station: Station, now_ms: int) -> None:
    hour = now_ms // HOUR_MS
    trouble = Alarm.objects.filter(station=station, raised_ms__isnull=False).exists()
    row, new = ContactHour.objects.get_or_create(
        station=station, hour=hour, defaults={"beats": 1, "trouble": trouble}
    )
    if new:
        ContactHour.objects.filter(station=station, hour__lt=hour - KEPT_HOURS).delete()
        return
    ContactHour.objects.filter(pk=row.pk).update(beats=F("beats") + 1, trouble=row.trouble or trouble)


def order(station_id: str, wanted: Order) -> bool:
    """Return whether the station is there; it is told at its next heartbeat, however often it was ordered."""
    with writing():
        row = Station.objects.select_for_update().filter(pk=station_id).first()
        if row is None:
            return False
        if wanted.value not in row.orders:
            row.orders = [*row.orders, wanted.value]
            row.save(update_fields=["orders"])
    return True


def timeline(station_id: str, now_ms: int, hours: int = 7 * 24) -> Sequence[str]:
    """Return for each of the last hours, oldest first, "heard", "trouble" or "silent"."""
    last = now_ms // HOUR_MS
    rows = ContactHour.objects.filter(station=station_id, hour__gt=last - hours)
    known = {row.hour: "trouble" if row.trouble else "heard" for row in rows}
    return [known.get(hour, "silent") for hour in range(last - hours + 1, last + 1)]


def fleet_lines(now_ms: int) -> list[str]:
    """Return one line for each station in plain English: alarms first, the longest silent before others."""
    alarms, forked = raised(), forks.forked_journals()
    found = [(station, _trouble(station, alarms, forked, now_ms)) for station in Station.objects.all()]
    found.sort(key=lambda one: (not one[1], one[0].last_contact_ms or 0, one[0].station_id))
    return [_line(station, trouble, now_ms) for station, trouble in found]


def _trouble(
    station: Station, alarms: Mapping[str, Sequence[AlarmKind]], forked: Container[str], now_ms: int
) -> list[str]:
    if station.revoked:
        return ["shut out"]
    words = [kind.value.replace("_", " ") for kind in alarms.get(station.station_id, ())]
    if station.last_contact_ms is not None and now_ms - station.last_contact_ms > SILENT_MS:
        words.insert(0, "silent")
    if station.station_id in forked:
        words.insert(0, "forked")
    return words + (["wrong signatures"] if station.alarms else [])


def _line(station: Station, trouble: Sequence[str], now_ms: int) -> str:
    heard = station.last_contact_ms
    ago = "never heard" if heard is None else f"heard {max(0, now_ms - heard) // 60_000} min ago"
    waiting = station.beat.get("waiting")
    parts = [station.station_id, station.name, ago, station.client]
    parts += [f"{waiting} waiting"] if waiting is not None else []
    return "  ".join([*(part for part in parts if part), f"ALARM: {', '.join(trouble)}" if trouble else "ok"])
