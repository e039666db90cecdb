"""The list of cases and the page of one."""

from __future__ import annotations

import re
from typing import Any

from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.templatetags.static import static
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from lending.errors import Refused
from sync.hub.clock import now_ms
from sync.hub.ledger.models import CaseState, ReviewCase
from sync.hub.review import decisions
from sync.hub.review.access import staff_only
from sync.hub.review.answers import ACCEPTED, OWN, other_answers
from sync.hub.review.case_list import Counted, Selection, count, count_by_kind, next_after, page_of
from sync.hub.review.context import language_of
from sync.hub.review.explained import why_words
from sync.hub.review.kinds import kind_of
from sync.hub.review.known import then_and_now
from sync.hub.review.present import case_words, journal_lines, station_facts, station_names, trail_of
from sync.hub.review.timeline import timeline_of
from sync.hub.review.when import day_and_time, local, weekday
from sync.hub.review.words import say

_CASE_ID = re.compile(r"[0-9]{1,12}")
_MOST_AT_ONCE = 500
_DECISIONS = {"accept": ACCEPTED, "other": OWN}


def who(person: AbstractBaseUser | AnonymousUser) -> str:
    """Return the name a decision is signed with."""
    return person.get_username()


@require_safe
@staff_only
def list_cases(request: HttpRequest) -> HttpResponse:
    """Show what waits, or with `?state=` what was decided last or has explained itself."""
    language, now = language_of(request), now_ms()
    chosen = Selection.of(request.GET)
    after = request.GET.get("after", "")
    page, kinds = page_of(chosen, after), count_by_kind(chosen)
    total = _total(chosen, kinds)
    facts = {
        "here": "cases",
        "title": _title(chosen, total, language),
        "state": chosen.state,
        "rest": static("drawings/hammock.svg"),
        "cases": case_words(page.rows, now, language),
        "total": total,
        "minutes": sum(kind_of(k).minutes * n.n for k, n in kinds.items() if chosen.kind in ("", k)),
        "kinds": [_kind_choice(kind, n, chosen, language) for kind, n in kinds.items()],
        "all_kinds": chosen.query(kind=""),
        "stations": sorted(station_names().items(), key=lambda pair: pair[1]),
        "chosen": chosen,
        "narrowed": chosen.narrowed,
        "query": chosen.query(),
        "beginning": after != "",
        "after": page.after,
        "done": _ids(request.GET.get("done", "").split(",")),
        "undone": len(_ids(request.GET.get("undone", "").split(","))),
        "why": say(language, "case.other_needs_note") if request.GET.get("why") == "note" else "",
    }
    return render(request, "cases.html", facts)


def _total(chosen: Selection, kinds: dict[str, Counted]) -> Counted:
    if chosen.kind:
        return kinds.get(chosen.kind, Counted(0))
    return Counted(sum(n.n for n in kinds.values()), any(n.more for n in kinds.values()))


def _title(chosen: Selection, total: Counted, language: str) -> str:
    if chosen.state != CaseState.OPEN:
        return say(language, f"cases.{chosen.state}")
    if total.n:
        return say(language, "cases.waiting", n=str(total) if total.more else total.n)
    return say(language, "cases.none.filtered" if chosen.narrowed else "cases.none")


def _kind_choice(kind: str, n: Counted, chosen: Selection, language: str) -> dict[str, Any]:
    looks = kind_of(kind)
    return {
        "query": chosen.query(kind=kind),
        "icon": looks.icon,
        "tone": looks.tone,
        "name": looks.chip.get(language),
        "n": str(n),
        "chosen": kind == chosen.kind,
    }


@require_POST
@staff_only
def answer_cases(request: HttpRequest) -> HttpResponse:
    """Give every ticked case the same answer and say how many were decided."""
    ids, chosen = _ids(request.POST.getlist("case")), _selection(request)
    try:
        done = _answer(request, ids)
    except Refused:
        return redirect(_list(chosen, why="note"))
    return redirect(_list(chosen, done=_joined(done)))


def _answer(request: HttpRequest, ids: list[int]) -> list[int]:
    asked = request.POST.get("decision", "accept")
    name = _DECISIONS.get(asked, asked)
    return decisions.answer(ids, name, who(request.user), request.POST.get("note", ""), now_ms())


@require_POST
@staff_only
def undo_cases(request: HttpRequest) -> HttpResponse:
    """Take several answers back at once and show the list again."""
    ids = _ids(request.POST.getlist("case"))
    undone = [case_id for case_id in ids if decisions.undo(case_id, who(request.user), now_ms())]
    return redirect(_list(_selection(request), undone=_joined(undone)))


def _ids(texts: list[str]) -> list[int]:
    """Return the case numbers in `texts`, at most 500; what is none is left out."""
    return [int(text) for text in texts[:_MOST_AT_ONCE] if _CASE_ID.fullmatch(text)]


def _joined(ids: list[int]) -> str:
    return ",".join(map(str, ids))


def _selection(request: HttpRequest) -> Selection:
    """Return the selection a form was sent from."""
    return Selection.of(QueryDict(request.POST.get("selection", "").replace("\x00", "")[:_MOST_AT_ONCE]))


def _list(chosen: Selection, **more: str) -> str:
    return _link(reverse("cases"), chosen, **more)


def _link(path: str, chosen: Selection, **more: str) -> str:
    query = QueryDict(chosen.query(), mutable=True)
    for name, value in more.items():
        if value:
            query[name] = value
    text = query.urlencode(safe=",")
    return f"{path}?{text}" if text else path


@require_safe
@staff_only
def show_case(request: HttpRequest, case_id: int) -> HttpResponse:
    """Show one case: the facts, what it stands on, the suggestion, and what has been done."""
    case = get_object_or_404(ReviewCase, pk=case_id)
    return _case_page(request, case, Selection.of(request.GET))


def _case_page(
    request: HttpRequest, case: ReviewCase, chosen: Selection, why: str = "", status: int = 200
) -> HttpResponse:
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
        "timeline": timeline_of(case, station_names(), language) if case.item else None,
        "known": then_and_now(case, now, language),
        "station_name": station_names().get(case.station, case.station),
        "trail": trail_of(case, now, language),
        "explained": why_words(case.why, station_names(), now, language),
        "answers": [(a.name, a.label.get(language), a.effect.get(language)) for a in other_answers(case.kind)],
        "query": chosen.query(),
        "done": _ids(request.GET.get("done", "").split(",")),
        **_position(case, chosen),
        **_similar(case),
        **_answered(case, now, language),
    }
    return render(request, "case.html", facts, status=status)


def _position(case: ReviewCase, chosen: Selection) -> dict[str, Any]:
    """Return where the case stands among the open ones chosen, and which comes after it."""
    rows = Selection(CaseState.OPEN.value, chosen.station, chosen.kind, chosen.q).rows()
    first = list(rows.order_by("risk", "at_ms", "pk").values_list("pk", flat=True)[:1000])
    after = next_after(case, chosen)
    place = first.index(case.pk) + 1 if case.pk in first else 0
    return {"place": place, "of": str(count(rows)) if place else "", "next_id": after.pk if after else None}


def _similar(case: ReviewCase) -> dict[str, Any]:
    """Return how many others of this kind wait from the same station, and the query that lists them all."""
    alike = Selection(CaseState.OPEN.value, case.station, case.kind)
    others = count(alike.rows().exclude(pk=case.pk)) if case.state == CaseState.OPEN else Counted(0)
    return {"similar": others, "similar_query": alike.query()}


def _answered(case: ReviewCase, now: int, language: str) -> dict[str, Any]:
    if case.decided_ms is None:
        return {}
    until = local(case.decided_ms + decisions.UNDO_MS).date()
    return {
        "answer": say(language, f"answer.{case.decision}"),
        "by": say(language, "case.by", who=case.decided_by, when=day_and_time(case.decided_ms, now, language)),
        "undo": decisions.can_undo(case, now),
        "undo_until": say(language, "case.undo_until", day=weekday(until, language)),
    }


@require_POST
@staff_only
def answer_case(request: HttpRequest, case_id: int) -> HttpResponse:
    """Store the answer and go on to the next case, or to the list if none is left; say so if it was not open."""
    case, chosen = get_object_or_404(ReviewCase, pk=case_id), _selection(request)
    language = language_of(request)
    try:
        done = _answer(request, [case.pk])
    except Refused:
        return _case_page(request, case, chosen, say(language, "case.other_needs_note"), 400)
    if not done:
        now_it_is = get_object_or_404(ReviewCase, pk=case_id)
        return _case_page(request, now_it_is, chosen, say(language, "case.already"), 409)
    after = next_after(case, chosen)
    path = reverse("case", args=[after.pk]) if after else reverse("cases")
    return redirect(_link(path, chosen, done=str(case.pk)))


@require_POST
@staff_only
def undo_case(request: HttpRequest, case_id: int) -> HttpResponse:
    """Take the answer back and show the case again."""
    case = get_object_or_404(ReviewCase, pk=case_id)
    chosen = _selection(request)
    if not decisions.undo(case.pk, who(request.user), now_ms()):
        return _case_page(request, case, chosen, say(language_of(request), "case.undo_over"), 409)
    return redirect(_link(reverse("case", args=[case.pk]), chosen))
