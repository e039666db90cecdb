"""The list of cases and the page of one."""

from __future__ import annotations

import re
from typing import Any

from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from lending.errors import Refused
from sync.hub.clock import now_ms
from sync.hub.ledger.models import CaseState, ReviewCase
from sync.hub.review import decisions
from sync.hub.review.access import staff_only
from sync.hub.review.context import language_of
from sync.hub.review.explained import why_words
from sync.hub.review.kinds import kind_names, kind_of
from sync.hub.review.present import (
    case_words,
    journal_lines,
    station_facts,
    station_names,
    trail_of,
    waiting_cases,
)
from sync.hub.review.when import day_and_time, local, weekday
from sync.hub.review.words import say

_A_PAGE = 50
_CASE_ID = re.compile(r"[0-9]{1,12}")


def who(person: AbstractBaseUser | AnonymousUser) -> str:
    """Return the name a decision is signed with."""
    return person.get_username()


@require_safe
@staff_only
def list_cases(request: HttpRequest) -> HttpResponse:
    """Show what waits, or with `?state=decided` what was decided last."""
    language, now = language_of(request), now_ms()
    decided = request.GET.get("state") == "decided"
    every = ReviewCase.objects.filter(state=CaseState.DECIDED).order_by("-decided_ms") if decided else waiting_cases()
    chosen = {name: request.GET.get(name, "") for name in ("station", "kind")}
    some = every.filter(**{name: value for name, value in chosen.items() if value and "\x00" not in value})
    page = Paginator(some, _A_PAGE).get_page(request.GET.get("page"))
    done = _ids(request.GET.get("done", "").split(","))
    facts = {
        "here": "cases",
        "title": _title(some.count(), decided=decided, filtered=any(chosen.values()), language=language),
        "decided": decided,
        "page": page,
        "cases": case_words(page.object_list, now, language),
        "total": some.count(),
        "minutes": sum(kind_of(kind).minutes for kind in some.values_list("kind", flat=True)),
        "stations": sorted(station_names().items(), key=lambda pair: pair[1]),
        "kinds": [(name, kind_of(name).chip.get(language)) for name in kind_names()],
        "chosen": chosen,
        "filtered": any(chosen.values()),
        "done": done,
    }
    return render(request, "cases.html", facts)


def _title(count: int, *, decided: bool, filtered: bool, language: str) -> str:
    if decided:
        return say(language, "cases.decided")
    if count:
        return say(language, "cases.waiting", n=count)
    return say(language, "cases.none.filtered" if filtered else "cases.none")


@require_POST
@staff_only
def accept_cases(request: HttpRequest) -> HttpResponse:
    """Accept the suggestion of every ticked case and say how many were decided."""
    ids = _ids(request.POST.getlist("case"))
    done = decisions.accept(ids, who(request.user), "", now_ms())
    return redirect(_list_with_done(done))


def _ids(texts: list[str]) -> list[int]:
    """Return the case numbers in `texts`, at most 500; what is none is left out."""
    return [int(text) for text in texts[:500] if _CASE_ID.fullmatch(text)]


def _list_with_done(done: list[int]) -> str:
    query = QueryDict(mutable=True)
    if done:
        query["done"] = ",".join(map(str, done))
    return f"{reverse('cases')}?{query.urlencode(safe=',')}" if done else reverse("cases")


@require_safe
@staff_only
def show_case(request: HttpRequest, case_id: int) -> HttpResponse:
    """Show one case: the facts, what it stands on, the suggestion, and what has been done."""
    case = get_object_or_404(ReviewCase, pk=case_id)
    return _case_page(request, case)


def _case_page(request: HttpRequest, case: ReviewCase, why: str = "", status: int = 200) -> HttpResponse:
    language, now = language_of(request), now_ms()
    words = case_words([case], now, language)[0]
    facts = {
        "here": "cases",
        "title": words.title,
        "words": words,
        "case": case,
        "why": why,
        "facts": station_facts(case, words.thing, now, language) if case.item else [],
        "lines": [] if case.item else journal_lines(case, now, language),
        "station_name": station_names().get(case.station, case.station),
        "trail": trail_of(case, now, language),
        "explained": why_words(case.why, station_names(), now, language),
        **_position(case),
        **_answered(case, now, language),
    }
    return render(request, "case.html", facts, status=status)


def _position(case: ReviewCase) -> dict[str, Any]:
    """Return where the case stands among the open ones, and which comes after it."""
    ids = list(waiting_cases().values_list("pk", flat=True)[:1000])
    if case.pk not in ids:
        return {"place": 0, "of": len(ids), "next_id": ids[0] if ids else None}
    place = ids.index(case.pk)
    return {"place": place + 1, "of": len(ids), "next_id": ids[place + 1] if place + 1 < len(ids) else None}


def _answered(case: ReviewCase, now: int, language: str) -> dict[str, Any]:
    if case.decided_ms is None:
        return {}
    until = local(case.decided_ms + decisions.UNDO_MS).date()
    return {
        "by": say(language, "case.by", who=case.decided_by, when=day_and_time(case.decided_ms, now, language)),
        "undo": decisions.can_undo(case, now),
        "undo_until": say(language, "case.undo_until", day=weekday(until, language)),
    }


@require_POST
@staff_only
def answer_case(request: HttpRequest, case_id: int) -> HttpResponse:
    """Store the answer and go on to the list; say so if the case was no longer open."""
    case = get_object_or_404(ReviewCase, pk=case_id)
    note, language = request.POST.get("note", ""), language_of(request)
    try:
        done = _decide(request, case, note)
    except Refused:
        return _case_page(request, case, say(language, "case.other_needs_note"), 400)
    if not done:
        return _case_page(request, get_object_or_404(ReviewCase, pk=case_id), say(language, "case.already"), 409)
    return redirect(_list_with_done([case.pk]))


def _decide(request: HttpRequest, case: ReviewCase, note: str) -> bool:
    if request.POST.get("decision") == "accept":
        return bool(decisions.accept([case.pk], who(request.user), note, now_ms()))
    return decisions.answer_otherwise(case.pk, who(request.user), note, now_ms())


@require_POST
@staff_only
def undo_case(request: HttpRequest, case_id: int) -> HttpResponse:
    """Take the answer back and show the case again."""
    case = get_object_or_404(ReviewCase, pk=case_id)
    if not decisions.undo(case.pk, who(request.user), now_ms()):
        return _case_page(request, case, say(language_of(request), "case.undo_over"), 409)
    return redirect("case", case_id=case.pk)
