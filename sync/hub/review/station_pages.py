"""The stations: how they are, and how a new one is let in."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.core.paginator import Paginator
from django.db.models import Count, Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.safestring import mark_safe
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from lending.errors import Refused
from sync.hub.clock import now_ms
from sync.hub.database import writing
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
from sync.hub.review.acts import CODE, note
from sync.hub.review.case_pages import who
from sync.hub.review.context import language_of
from sync.hub.review.present import Chip, clock_words
from sync.hub.review.when import ago
from sync.hub.review.words import NOTHING, say

_A_PAGE = 100
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
    forked: bool
    conflict: bool
    alarms: tuple[AlarmKind, ...] = ()


_NEW = _Known(0, 0, forked=False, conflict=False)


@dataclass(frozen=True, slots=True)
class _State:
    """How a station is: its tone, and the name of the one remark that matters most, with its number."""

    station: Station
    known: _Known
    tone: str
    remark: str = ""
    n: int = 0


@require_safe
@staff_only
def list_stations(request: HttpRequest) -> HttpResponse:
    """Show the stations page by page, those that need somebody first."""
    language, now = language_of(request), now_ms()
    states = _states(now)
    page = Paginator(states, _A_PAGE).get_page(request.GET.get("page"))
    tones = Counter(state.tone for state in states)
    held = sum(state.known.held for state in states)
    facts = {
        "here": "stations",
        "title": say(language, "stations.title", n=len(states)) if states else say(language, "stations.none"),
        "page": page,
        "rows": _rows(list(page), now, language),
        "need": tones["stop"] + tones["attention"],
        "tiles": [
            ("circle-check", "good", tones["good"], say(language, "stations.tile.ok")),
            ("triangle-alert", "attention", tones["attention"], say(language, "stations.tile.look")),
            ("octagon-x", "stop", tones["stop"], say(language, "stations.tile.stop")),
            ("cloud-upload", "info", held, say(language, "stations.tile.entries")),
        ],
    }
    return render(request, "stations.html", facts)


def _states(now: int) -> list[_State]:
    """Return how every station is, in the order of the list. Only what decides that is read of each."""
    known = _known_of_all()
    stations = Station.objects.defer("beat", "orders").order_by("name", "station_id")
    states = [_state(station, known.get(station.station_id, _NEW), now) for station in stations]
    return sorted(states, key=lambda state: _ORDER.index(state.tone))


def _rows(shown: Sequence[_State], now: int, language: str) -> list[StationRow]:
    """Return these stations in words; what only the words need is asked for these alone."""
    ids = [state.station.station_id for state in shown]
    cases, newest = _open_cases(ids), newest_versions(ids)
    return [_row(state, cases, newest(state.station.station_id), now, language) for state in shown]


def _open_cases(stations: Sequence[str]) -> Mapping[str, int]:
    rows = ReviewCase.objects.filter(state=CaseState.OPEN, station__in=stations)
    return dict(rows.values_list("station").annotate(Count("pk")).order_by())


def _known_of_all() -> Mapping[str, _Known]:
    journals = Journal.objects.values("station_id").annotate(held=Sum("held"), waiting=Sum("waiting"))
    counts = {row["station_id"]: (row["held"], row["waiting"]) for row in journals}
    conflicts = ReviewCase.objects.filter(kind=JournalCaseKind.JOURNAL_CONFLICT.value, state=CaseState.OPEN)
    conflict = set(conflicts.values_list("station", flat=True).distinct())
    forked, alarms = forked_journals(), raised()
    return {
        station: _Known(
            *counts.get(station, (0, 0)), station in forked, station in conflict, tuple(alarms.get(station, ()))
        )
        for station in {*counts, *forked, *conflict, *alarms}
    }


def _row(state: _State, cases: Mapping[str, int], version: int, now: int, language: str) -> StationRow:
    station = state.station
    icon, word = _CHIPS[state.tone]
    return StationRow(
        station=station,
        chip=Chip(icon, state.tone, say(language, word)),
        heard=ago(station.last_contact_ms, now, language)
        if station.last_contact_ms is not None
        else say(language, "stations.never"),
        held=state.known.held,
        clock=clock_words(station.clock_offset_ms, language),
        feed=_feed_words(station.feed_version, version, language),
        remark=_remark(state, cases.get(station.station_id, 0), language),
    )


def _remark(state: _State, cases: int, language: str) -> str:
    if state.remark in set(AlarmKind):
        return say(language, f"alarm.{state.remark}") + "."
    if state.remark:
        return say(language, f"stations.remark.{state.remark}", **({"n": state.n} if state.n else {}))
    return say(language, "stations.remark.cases", n=cases) if cases else ""


def _feed_words(given: int | None, version: int, language: str) -> str:
    if given is None:
        return NOTHING
    return say(language, "stations.feed.newest" if given == version else "stations.feed.older")


def _state(station: Station, known: _Known, now: int) -> _State:
    """Return how a station is."""
    if station.revoked:
        return _State(station, known, "info", "revoked")
    for there, remark in ((known.forked, "forked"), (known.conflict, "conflict")):
        if there:
            return _State(station, known, "stop", remark)
    if station.alarms:
        return _State(station, known, "stop", "alarm", station.alarms)
    if station.last_contact_ms is None:
        return _State(station, known, "info", "new")
    return _State(station, known, *_heard(station, known, now))


def _heard(station: Station, known: _Known, now: int) -> tuple[str, str, int]:
    """Return the same of a station that has been heard and about which nothing is wrong at the hub."""
    if now - (station.last_contact_ms or 0) > _SILENT_MS:
        return "attention", "silent", 0
    if known.alarms:
        return "attention", known.alarms[0].value, 0
    if station.beat_ms is None and abs(station.clock_offset_ms or 0) > _CLOCK_MS:
        return "attention", "clock", 0
    if known.waiting:
        return "attention", "waiting", known.waiting
    return "good", "", 0


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
        code = _code_for(request, station_id, name)
    except Refused:
        return render(request, "new_station.html", facts | {"why": say(language, "station.refused")}, status=400)
    return _show_code(request, station_id, name, code)


@require_POST
@staff_only
def new_code(request: HttpRequest, station_id: str) -> HttpResponse:
    """Make a new code for a known station, as after a copied memory card, and show it this once."""
    station = get_object_or_404(Station, pk=station_id)
    code = _code_for(request, station.station_id, station.name)
    return _show_code(request, station.station_id, station.name, code)


def _code_for(request: HttpRequest, station_id: str, name: str) -> str:
    """Return a new code for the station; who made it stays on record. Raises Refused for a bad id or name."""
    with writing():
        code = create_station(station_id, name, now_ms())
        note(CODE, who(request.user), now_ms(), station_id)
    return code


def _show_code(request: HttpRequest, station_id: str, name: str, code: str) -> HttpResponse:
    """Show the code as text and as a QR; only as text where the hub's address or certificate is not set right."""
    language = language_of(request)
    facts = {"here": "stations", "title": say(language, "station.code", name=name), "code": code}
    try:
        letter = letter_for(station_id, code)
    except (Refused, SettingError) as wrong:
        return render(request, "code.html", facts | {"why": str(wrong)})
    return render(request, "code.html", facts | {"qr": mark_safe(letter.svg())})  # noqa: S308 - segno's squares, no text
