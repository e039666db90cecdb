"""What was written for Koha, run by run, with each run's file."""

from __future__ import annotations

import logging
from dataclasses import dataclass

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_POST, require_safe

from lending.errors import Refused
from sync.hub.clock import now_ms
from sync.hub.koha.export import fetched
from sync.hub.koha.models import ExportRun
from sync.hub.review.access import staff_only
from sync.hub.review.context import language_of
from sync.hub.review.present import Chip
from sync.hub.review.when import day, day_and_time
from sync.hub.review.words import say

log = logging.getLogger(__name__)

_A_PAGE = 50


@dataclass(frozen=True, slots=True)
class RunRow:
    """One run in words."""

    number: int
    when: str
    who: str
    period: str
    counts: str
    left_out: str
    chip: Chip


@require_safe
@staff_only
def list_runs(request: HttpRequest) -> HttpResponse:
    """Show the runs, the newest first."""
    return _list(request, "")


def _list(request: HttpRequest, problem: str, status: int = 200) -> HttpResponse:
    language, now = language_of(request), now_ms()
    page = Paginator(ExportRun.objects.order_by("-pk"), _A_PAGE).get_page(request.GET.get("page"))
    facts = {
        "here": "loans",
        "title": say(language, "koha.title"),
        "page": page,
        "runs": [_row(run, now, language) for run in page],
        "problem": problem,
    }
    return render(request, "koha.html", facts, status=status)


def _row(run: ExportRun, now: int, language: str) -> RunRow:
    period = f"{day(run.first_day, language)} \u2013 {day(run.last_day, language)}"
    left_out = sum(run.left_out.values())
    good = Chip("circle-check", "good", say(language, "koha.whole"))
    return RunRow(
        number=run.pk,
        when=day_and_time(run.at_ms, now, language),
        who=run.who,
        period=f"{period} ({run.library})" if run.library else period,
        counts=say(language, "koha.counts", loans=run.loans, returns=run.returns, renewals=run.renewals),
        left_out=say(language, "koha.left_out", n=left_out) if left_out else say(language, "koha.nothing_left_out"),
        chip=good if run.finished else Chip("clock-alert", "attention", say(language, "koha.interrupted")),
    )


@require_POST
@staff_only
def download_run(request: HttpRequest, number: int) -> HttpResponse:
    """Send the run's file, byte for byte as it was. It holds card numbers, so no browser may keep it."""
    run = get_object_or_404(ExportRun, pk=number)
    try:
        content = fetched(run)
    except Refused:
        return _list(request, say(language_of(request), "koha.gone", n=run.pk), status=409)
    log.info("koha: the file of run %s was fetched by %s", run.pk, request.user.get_username())
    answer = HttpResponse(content, content_type="application/octet-stream")
    answer["Content-Disposition"] = f'attachment; filename="nabolan-{run.pk}.koc"'
    answer["Cache-Control"] = "no-store"
    return answer
