"""One station's page: how it is, when it was heard, and what can be done with it."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from lending.errors import Refused
from sync.heartbeat import Order
from sync.hub.clock import now_ms
from sync.hub.database import writing
from sync.hub.fleet import enrolment, health
from sync.hub.fleet.alarms import AlarmKind, raised
from sync.hub.fleet.forks import forked_journals
from sync.hub.fleet.models import EnrolCode, Station
from sync.hub.review.access import staff_only
from sync.hub.review.acts import REVOKED, done_with, note
from sync.hub.review.case_pages import who
from sync.hub.review.context import language_of
from sync.hub.review.present import Chip, clock_words
from sync.hub.review.told import take_in, take_out, told_at
from sync.hub.review.when import ago
from sync.hub.review.words import NOTHING, say

_MB = 1024 * 1024
_DAY_HOURS = 24
_ORDERS = {"push": Order.PUSH, "fetch": Order.FETCH, "roll": Order.ROLL_TOKEN}
_BAR_WIDTH = 4
_HEIGHT = 36


@dataclass(frozen=True, slots=True)
class Bar:
    """One hour of the picture of contacts."""

    x: int
    y: int
    height: int
    look: str


@dataclass(frozen=True, slots=True)
class Picture:
    """When a station was heard in the last days, as bars of an SVG; `days` are the places of the day lines."""

    bars: tuple[Bar, ...]
    days: tuple[int, ...]
    width: int
    height: int
    words: str


@require_safe
@staff_only
def show_station(request: HttpRequest, station_id: str) -> HttpResponse:
    """Show one station: what it said last, its alarms, when it was heard, and what can be done."""
    station = get_object_or_404(Station, pk=station_id)
    language, now = language_of(request), now_ms()
    kinds = raised([station.station_id]).get(station.station_id, [])
    facts = {
        "here": "stations",
        "title": station.name,
        "station": station,
        "fork": forked_journals().get(station.station_id),
        "alarms": [alarm_chip(kind, language) for kind in kinds],
        "rows": _rows(station, now, language),
        "picture": _picture(health.timeline(station.station_id, now), language),
        "told": told_at(station.station_id, now, language),
        "orders": [(name, say(language, f"fleet.{name}"), order.value in station.orders)
                   for name, order in _ORDERS.items()],
        "done": done_with(station.station_id, now, language),
        "code_open": EnrolCode.objects.filter(station=station, used_by="", expires_ms__gt=now).exists(),
    }  # fmt: skip
    return render(request, "station.html", facts)


def alarm_chip(kind: AlarmKind, language: str) -> Chip:
    """Return an alarm as a chip."""
    return Chip("triangle-alert", "attention", say(language, f"alarm.{kind.value}"))


def _rows(station: Station, now: int, language: str) -> list[tuple[str, str]]:
    """Return what is known of the station as pairs of words."""
    beat: dict[str, Any] = station.beat

    def row(name: str, value: object) -> tuple[str, str]:
        return say(language, f"fleet.{name}"), NOTHING if value in (None, "") else str(value)

    heard = None if station.last_contact_ms is None else ago(station.last_contact_ms, now, language)
    rows = [
        row("heard", heard or say(language, "stations.never")),
        row("epoch", station.epoch),
        row("clock", clock_words(station.clock_offset_ms, language)),
        row("client", station.client),
    ]
    if not beat:
        return rows
    clock = beat.get("clock") or {}
    waiting, oldest = beat.get("waiting"), beat.get("oldest_ms")
    old = f" · {ago(oldest, clock.get('wall', now), language)}" if oldest is not None else ""
    commit = beat.get("commit_us")
    rows += [
        row("programs", f"Python {beat.get('python')}, SQLite {beat.get('sqlite')}"),
        row("devices", _devices(beat.get("devices") or [], language)),
        row("disk", _disk(beat.get("disk_free"), beat.get("disk_total"), language)),
        row("waiting", f"{waiting}{old}"),
        row("up", _span(clock.get("up", 0), language)),
        row("faults", beat.get("faults") or None),
        row("commit", None if commit is None else f"{commit / 1000:.1f} ms"),
    ]
    return rows


def _devices(devices: Sequence[dict[str, Any]], language: str) -> str:
    words = [
        f"{say(language, 'fleet.' + d['name']) if d['name'] in ('card_reader', 'scanner') else d['name']}: "
        f"{say(language, 'fleet.works' if d['up'] else 'fleet.works_not')}"
        for d in devices
    ]
    return ", ".join(words)


def _disk(free: int | None, total: int | None, language: str) -> str | None:
    return None if free is None or not total else say(language, "fleet.free", n=free // _MB, all=total // _MB)


def _span(up_ms: int, language: str) -> str:
    hours = up_ms // 3_600_000
    if hours < 2 * _DAY_HOURS:
        return say(language, "fleet.hours", n=hours)
    return say(language, "fleet.days", n=hours // _DAY_HOURS)


def _picture(hours: Sequence[str], language: str) -> Picture:
    bars = tuple(
        Bar(at * _BAR_WIDTH, *((2, _HEIGHT - 4) if look == "trouble" else (_HEIGHT // 3, _HEIGHT * 2 // 3 - 2)), look)
        for at, look in enumerate(hours)
        if look != "silent"
    )
    days = tuple(range(0, len(hours) * _BAR_WIDTH, _DAY_HOURS * _BAR_WIDTH))
    words = say(language, "fleet.picture", n=sum(look != "silent" for look in hours), all=len(hours))
    return Picture(bars, days, len(hours) * _BAR_WIDTH, _HEIGHT, words)


@require_POST
@staff_only
def order_station(request: HttpRequest, station_id: str) -> HttpResponse:
    """Ask something of a station; it hears it at its next contact."""
    station = get_object_or_404(Station, pk=station_id)
    name = request.POST.get("order", "")
    wanted = _ORDERS.get(name)
    if wanted is not None:
        with writing():
            health.order(station.station_id, wanted)
            note(name, who(request.user), now_ms(), station.station_id)
    return redirect("station", station.station_id)


@require_POST
@staff_only
def take_in_tag(request: HttpRequest, station_id: str) -> HttpResponse:
    """Take a tag that staff registered into the catalogue; one that does not wait any more stays as it is."""
    station = get_object_or_404(Station, pk=station_id)
    with suppress(Refused):
        take_in(station.station_id, _code(request), who(request.user), now_ms())
    return redirect("station", station.station_id)


@require_POST
@staff_only
def take_out_tag(request: HttpRequest, station_id: str) -> HttpResponse:
    """Take a tag out of the catalogue again; one that was not taken in here stays as it is."""
    station = get_object_or_404(Station, pk=station_id)
    with suppress(Refused):
        take_out(station.station_id, _code(request), who(request.user), now_ms())
    return redirect("station", station.station_id)


def _code(request: HttpRequest) -> str:
    return request.POST.get("code", "").replace("\x00", "")


@require_POST
@staff_only
def revoke_station(request: HttpRequest, station_id: str) -> HttpResponse:
    """Shut a station out, as after a theft. A new code lets it in anew."""
    station = get_object_or_404(Station, pk=station_id)
    if not station.revoked:
        note(REVOKED, who(request.user), now_ms(), station.station_id)
    enrolment.revoke(station.station_id, now_ms())
    return redirect("station", station.station_id)
