"""The page of what residents say."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from sync.hub.clock import now_ms
from sync.hub.review import said
from sync.hub.review.access import staff_only
from sync.hub.review.case_pages import who
from sync.hub.review.context import language_of
from sync.hub.review.present import Chip, station_names
from sync.hub.review.said import Words
from sync.hub.review.when import day_and_time
from sync.hub.review.words import say

_A_PAGE = 50
_ICONS = {"suggestion": "lightbulb", "offered_item": "hand-heart", "search_missed": "search"}


@dataclass(frozen=True, slots=True)
class SaidRow:
    """One thing that was said, in words."""

    key: str
    words: str
    chip: Chip
    times: str
    stations: str
    last: str
    answer: str
    handled: str


@require_safe
@staff_only
def list_said(request: HttpRequest) -> HttpResponse:
    """Show what waits, what was said most often first; with `?state=handled` what was handled."""
    language, now = language_of(request), now_ms()
    over = request.GET.get("state") == "handled"
    every = said.all_said()
    chosen = [one for one in every if one.handled] if over else said.waiting(every)
    page = Paginator(chosen, _A_PAGE).get_page(request.GET.get("page"))
    names = station_names()
    facts = {
        "here": "said",
        "title": _title(len(chosen), language, over=over),
        "over": over,
        "page": page,
        "query": "state=handled" if over else "",
        "said": [_row(one, names, now, language) for one in page],
        "done": request.GET.get("done", ""),
        "undone": request.GET.get("undone", ""),
    }
    return render(request, "said.html", facts)


def _title(total: int, language: str, *, over: bool) -> str:
    if over:
        return say(language, "said.handled_title") if total else say(language, "said.none_handled")
    return say(language, "said.title", n=total) if total else say(language, "said.none")


def _row(one: Words, names: Mapping[str, str], now: int, language: str) -> SaidRow:
    mark = one.mark
    handled = mark is not None and mark.handled_ms is not None and one.handled
    return SaidRow(
        one.key,
        one.words,
        Chip(_ICONS[one.kind], "info", say(language, f"entry.{one.kind}")),
        say(language, "said.times", n=one.times),
        ", ".join(sorted(names.get(station, station) for station in one.stations)),
        day_and_time(one.last_ms, now, language),
        mark.answer if mark is not None else "",
        f"{mark.who} · {day_and_time(mark.handled_ms or 0, now, language)}" if handled and mark is not None else "",
    )


@require_POST
@staff_only
def handle_said(request: HttpRequest) -> HttpResponse:
    """Mark words as handled and show the list again, which offers to undo it."""
    key = _key(request)
    done = said.handle(key, request.POST.get("answer", ""), who(request.user), now_ms())
    return redirect(f"{reverse('said')}?done={key if done else 'no'}")


@require_POST
@staff_only
def undo_said(request: HttpRequest) -> HttpResponse:
    """Let words wait again."""
    done = said.undo(_key(request), who(request.user), now_ms())
    return redirect(f"{reverse('said')}?undone={'yes' if done else 'no'}")


def _key(request: HttpRequest) -> str:
    return request.POST.get("key", "").replace("\x00", "")[:64]
