"""The stations: how they are, and how a new one is let in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import Count, Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.safestring import mark_safe
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from lending.errors import Refused
from sync.hub.clock import now_ms
from sync.hub.environment import SettingError
from sync.hub.feed.pages import newest_versions
from sync.hub.fleet.alarms import AlarmKind, raised
from sync.hub.fleet.enrolment import create_station
from sync.hub.fleet.forks import forked_journals
from sync.hub.fleet.letters import letter_for
from sync.hub.fleet.models import Station
from sync.hub.journal.models import Journal
from sync.hub.ledger.cases import JournalCaseKind
from sync.hub.ledger.models import CaseState, ReviewCase
from sync.hub.review.access import staff_only
from sync.hub.review.context import language_of
from sync.hub.review.present import Chip, clock_words
from sync.hub.review.when import ago
from sync.hub.review.words import NOTHING, say

_SILENT_MS = 24 * 3600 * 1000
_CLOCK_MS = 5 * 60 * 1000
_ORDER = ("stop", "attention", "info", "good")
_CHIPS = {
    "stop": ("octagon-x", "stations.stop"),
    "attention": ("triangle-alert", "stations.look"),
    "info": ("circle-dashed", "stations.new_state"),
    "good": ("circle-check", "stations.ok"),
}


@dataclass(frozen=True, slots=True)
class StationRow:
    """One station in words."""

    station: Station
    chip: Chip
    heard: str
    held: int
    clock: str
    feed: str
    remark: str


@dataclass(frozen=True, slots=True)
class _Known:
    """What the hub knows of one station beside its own row."""

    held: int
    waiting: int
    cases: int
    forked: bool
    conflict: bool
    alarms: tuple[AlarmKind, ...] = ()


@require_safe
@staff_only
def list_stations(request: HttpRequest) -> HttpResponse:
    """Show every station, those that need somebody first."""
    language, now = language_of(request), now_ms()
    known, newest = _known_of_all(), newest_versions()
    rows = [
        _row(s, known[s.station_id], newest(s.station_id), now, language) for s in Station.objects.order_by("name")
    ]
    rows.sort(key=lambda row: _ORDER.index(row.chip.tone))
    tones = [row.chip.tone for row in rows]
    facts = {
        "here": "stations",
        "title": say(language, "stations.title", n=len(rows)) if rows else say(language, "stations.none"),
        "rows": rows,
        "need": tones.count("stop") + tones.count("attention"),
        "tiles": [
            ("circle-check", "good", tones.count("good"), say(language, "stations.tile.ok")),
            ("triangle-alert", "attention", tones.count("attention"), say(language, "stations.tile.look")),
            ("octagon-x", "stop", tones.count("stop"), say(language, "stations.tile.stop")),
            ("cloud-upload", "info", sum(row.held for row in rows), say(language, "stations.tile.entries")),
        ],
    }
    return render(request, "stations.html", facts)


def _known_of_all() -> Mapping[str, _Known]:
    journals = Journal.objects.values("station_id").annotate(held=Sum("held"), waiting=Sum("waiting"))
    counts = {row["station_id"]: (row["held"], row["waiting"]) for row in journals}
    waiting = ReviewCase.objects.filter(state=CaseState.OPEN)
    cases = dict(waiting.values_list("station").annotate(Count("pk")).order_by())
    forked = forked_journals()
    conflict = set(waiting.filter(kind=JournalCaseKind.JOURNAL_CONFLICT.value).values_list("station", flat=True))
    alarms = raised()
    return {
        station: _Known(
            *counts.get(station, (0, 0)),
            cases.get(station, 0),
            station in forked,
            station in conflict,
            tuple(alarms.get(station, ())),
        )
        for station in Station.objects.values_list("station_id", flat=True)
    }


def _row(station: Station, known: _Known, version: int, now: int, language: str) -> StationRow:
    tone, remark = _state(station, known, now, language)
    icon, word = _CHIPS[tone]
    return StationRow(
        station=station,
        chip=Chip(icon, tone, say(language, word)),
        heard=ago(station.last_contact_ms, now, language)
        if station.last_contact_ms is not None
        else say(language, "stations.never"),
        held=known.held,
        clock=clock_words(station.clock_offset_ms, language),
        feed=_feed_words(station.feed_version, version, language),
        remark=remark,
    )


def _feed_words(given: int | None, version: int, language: str) -> str:
    if given is None:
        return NOTHING
    return say(language, "stations.feed.newest" if given == version else "stations.feed.older")


def _state(station: Station, known: _Known, now: int, language: str) -> tuple[str, str]:
    """Return the tone of a station and the one remark that matters most."""
    if station.revoked:
        return "info", say(language, "stations.remark.revoked")
    if known.forked:
        return "stop", say(language, "stations.remark.forked")
    if known.conflict:
        return "stop", say(language, "stations.remark.conflict")
    if station.alarms:
        return "stop", say(language, "stations.remark.alarm", n=station.alarms)
    if station.last_contact_ms is None:
        return "info", say(language, "stations.remark.new")
    if now - station.last_contact_ms > _SILENT_MS:
        return "attention", say(language, "stations.remark.silent")
    if known.alarms:
        return "attention", say(language, f"alarm.{known.alarms[0].value}") + "."
    if station.beat_ms is None and abs(station.clock_offset_ms or 0) > _CLOCK_MS:
        return "attention", say(language, "stations.remark.clock")
    if known.waiting:
        return "attention", say(language, "stations.remark.waiting", n=known.waiting)
    return "good", say(language, "stations.remark.cases", n=known.cases) if known.cases else ""


@require_http_methods(["GET", "POST"])
@staff_only
def new_station(request: HttpRequest) -> HttpResponse:
    """Show the form for a new station, or create it and show its code this once."""
    language = language_of(request)
    facts = {"here": "stations", "title": say(language, "stations.new")}
    if request.method == "GET":
        return render(request, "new_station.html", facts)
    station_id, name = request.POST.get("id", "").strip(), request.POST.get("name", "").strip()
    facts |= {"id": station_id, "name": name}
    if Station.objects.filter(pk=station_id.replace("\x00", "")).exists():
        return render(request, "new_station.html", facts | {"why": say(language, "station.taken")}, status=409)
    try:
        code = create_station(station_id, name, now_ms())
    except Refused:
        return render(request, "new_station.html", facts | {"why": say(language, "station.refused")}, status=400)
    return _show_code(request, station_id, name, code)


@require_POST
@staff_only
def new_code(request: HttpRequest, station_id: str) -> HttpResponse:
    """Make a new code for a known station, as after a copied memory card, and show it this once."""
    station = get_object_or_404(Station, pk=station_id)
    code = create_station(station.station_id, station.name, now_ms())
    return _show_code(request, station.station_id, station.name, code)


def _show_code(request: HttpRequest, station_id: str, name: str, code: str) -> HttpResponse:
    """Show the code as text and as a QR; only as text where the hub's address or certificate is not set right."""
    language = language_of(request)
    facts = {"here": "stations", "title": say(language, "station.code", name=name), "code": code}
    try:
        letter = letter_for(station_id, code)
    except (Refused, SettingError) as wrong:
        return render(request, "code.html", facts | {"why": str(wrong)})
    return render(request, "code.html", facts | {"qr": mark_safe(letter.svg())})  # noqa: S308 - segno's squares, no text
