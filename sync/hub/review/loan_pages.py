"""What is out, and what is due first."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from sync.hub.clock import now_ms
from sync.hub.ledger.models import OpenLoan
from sync.hub.review.access import staff_only
from sync.hub.review.case_list import count
from sync.hub.review.context import language_of
from sync.hub.review.entry_lines import short_ref
from sync.hub.review.keyset import Piece, both_ways, mark_of, take
from sync.hub.review.present import Chip, station_names
from sync.hub.review.things import Thing, Things
from sync.hub.review.when import day_and_time, local, weekday
from sync.hub.review.words import NOTHING, say

A_PAGE = 100
_ORDER = ("due", "lent_ms", "entry_id")


@dataclass(frozen=True, slots=True)
class LoanRow:
    """One open loan in words."""

    thing: Thing
    station: str
    lent: str
    due: str
    renewed: str
    card: str
    chip: Chip


@require_safe
@staff_only
def list_loans(request: HttpRequest) -> HttpResponse:
    """Show the open loans, what is due first on top."""
    language, now = language_of(request), now_ms()
    page = _page(request.GET.get("after", ""), request.GET.get("before", ""))
    things, names = Things((loan.item for loan in page.rows), language), station_names()
    total = count(OpenLoan.objects.all())
    facts = {
        "here": "loans",
        "title": say(language, "loans.title", n=total.word) if total.n else say(language, "loans.none"),
        "total": total.n,
        "page": page,
        "loans": [_row(loan, things, names.get(loan.station, loan.station), now, language) for loan in page.rows],
    }
    return render(request, "loans.html", facts)


def _page(after: str, before: str) -> Piece[OpenLoan]:
    def taking(mark: str, most: int, back: bool) -> list[OpenLoan]:  # noqa: FBT001 - as keyset asks
        return take(OpenLoan.objects.all(), _ORDER, mark, most, down=back)

    return both_ways(taking, lambda loan: mark_of(loan, _ORDER), after, before, A_PAGE)


def _row(loan: OpenLoan, things: Things, station: str, now: int, language: str) -> LoanRow:
    return LoanRow(
        thing=things[loan.item],
        station=station,
        lent=day_and_time(loan.lent_ms, now, language),
        due=weekday(loan.due, language),
        renewed=say(language, "loans.renewed", n=loan.renewals) if loan.renewals else "",
        card=f"…{short_ref(loan.patron_ref)}" if loan.patron_ref else NOTHING,
        chip=_chip(loan, now, language),
    )


def _chip(loan: OpenLoan, now: int, language: str) -> Chip:
    if loan.due < local(now).date():
        return Chip("clock-alert", "attention", say(language, "loans.overdue"))
    if loan.provisional:
        return Chip("id-card", "info", say(language, "loans.provisional"))
    return Chip("arrow-up-right", "good", say(language, "loans.out"))
