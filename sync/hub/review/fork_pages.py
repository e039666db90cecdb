"""A forked journal: its lines side by side, which unit lives on, and taking that back."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from lending.errors import Refused
from sync.hub.clock import now_ms
from sync.hub.fleet.forks import decision, declare, is_forked, take_back
from sync.hub.fleet.lines import Line, lines_of
from sync.hub.fleet.models import Fork, Station
from sync.hub.journal.models import Journal
from sync.hub.review.access import staff_only
from sync.hub.review.case_pages import who
from sync.hub.review.context import language_of
from sync.hub.review.when import day_and_time
from sync.hub.review.words import NOTHING, say

_LETTERS = "ABCDEFGHIJ"
_MOST = len(_LETTERS)


@dataclass(frozen=True, slots=True)
class Choice:
    """One line in words."""

    key: str
    name: str
    in_force: bool
    first: str
    last: str
    count: int
    loans: int
    returns: int
    boots: int


@require_http_methods(["GET", "POST"])
@staff_only
def choose_line(request: HttpRequest, station_id: str, epoch: int) -> HttpResponse:
    """Show the lines of a journal, or store which one lives on."""
    station = get_object_or_404(Station, pk=station_id)
    journal = get_object_or_404(Journal, station=station, epoch=epoch)
    if request.method == "GET":
        return _page(request, station, journal)
    count = request.POST.get("count") == "yes"
    try:
        declare(station.station_id, epoch, request.POST.get("line", "?"), count_others=count, who=who(request.user),
                now_ms=now_ms())  # fmt: skip
    except Refused:
        return _page(request, station, journal, say(language_of(request), "fork.changed"), 409)
    return redirect("fork", station.station_id, epoch)


def _page(request: HttpRequest, station: Station, journal: Journal, why: str = "", status: int = 200) -> HttpResponse:
    language, now = language_of(request), now_ms()
    made = decision(station.station_id, journal.epoch)
    facts = {
        "here": "stations",
        "title": say(language, "fork.title", name=station.name),
        "station": station,
        "epoch": journal.epoch,
        "why": why,
        "forked": is_forked(journal) and made is None,
        "choices": _choices(journal, now, language) if made is None else [],
        "made": made,
        "when": day_and_time(made.at_ms, now, language) if made is not None else "",
    }
    return render(request, "fork.html", facts, status=status)


def _choices(journal: Journal, now: int, language: str) -> list[Choice]:
    """Return the lines in words, the one that counts and the longest others: somebody may have sent thousands."""
    lines = lines_of(journal)
    others = sorted(lines[1:], key=lambda line: -len(line.entries))[: _MOST - 1]
    return [_choice(line, at, now, language) for at, line in enumerate([lines[0], *others])] if others else []


def _choice(line: Line, number: int, now: int, language: str) -> Choice:
    walls, kinds = line.walls(), Counter(entry.kind for entry in line.entries)
    boots = {str(at.get("boot")) for entry in line.entries if isinstance(at := entry.wire.get("at"), dict)}
    return Choice(
        key=line.key,
        name=say(language, "fork.line", letter=_LETTERS[number]),
        in_force=line.in_force,
        first=day_and_time(walls[0], now, language) if walls else NOTHING,
        last=day_and_time(walls[-1], now, language) if walls else NOTHING,
        count=len(line.entries),
        loans=kinds["loan"],
        returns=kinds["return"],
        boots=len(boots),
    )


@require_POST
@staff_only
def undo_choice(request: HttpRequest, fork_id: int) -> HttpResponse:
    """Take back which unit lives on, as long as it has not been told."""
    fork = get_object_or_404(Fork, pk=fork_id)
    if take_back(fork.pk, who(request.user), now_ms()):
        return redirect("fork", fork.station_id, fork.epoch)
    journal = get_object_or_404(Journal, station=fork.station, epoch=fork.epoch)
    return _page(request, fork.station, journal, say(language_of(request), "fork.too_late"), 409)
