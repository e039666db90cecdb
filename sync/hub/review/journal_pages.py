"""One station's journal, one click behind each case, and its export."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from sync.hub.clock import now_ms
from sync.hub.fleet.models import Station
from sync.hub.journal.models import RawEntry
from sync.hub.ledger.models import ReviewCase
from sync.hub.review.access import staff_only
from sync.hub.review.context import language_of
from sync.hub.review.entry_lines import ICONS, line_of, short_ref, wire_kind
from sync.hub.review.journal_rows import Choice, count, in_order, page_of
from sync.hub.review.things import Things
from sync.hub.review.when import local
from sync.hub.review.words import say

_CASE_ID = re.compile(r"[0-9]{1,12}")
_KINDS = (*ICONS, "unreadable")
_COLUMNS = ("station", "epoch", "seq", "time", "kind", "item", "card", "verdict", "in_force", "reason", "entry_id")
_DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n")


@require_safe
@staff_only
def show_journal(request: HttpRequest, station_id: str) -> HttpResponse:
    """Show the entries of a station, the newest first, as the filter says."""
    station, language, now = get_object_or_404(Station, pk=station_id), language_of(request), now_ms()
    chosen = _asked(request)
    choice = _choice(station, chosen)
    page = page_of(choice, request.GET.get("after", ""), request.GET.get("before", ""))
    things = Things((row.item for row in page.rows if row.item), language)
    case = _case_asked_for(request.GET.get("case", ""))
    marked = set(case.entry_ids) if case else set()
    query = request.GET.copy()
    for place in ("after", "before"):
        query.pop(place, None)
    facts = {
        "here": "stations",
        "title": say(language, "journal.title", name=station.name),
        "station": station,
        "total": count(choice).word,
        "page": page,
        "lines": [line_of(row, things[row.item], now, language, chosen=row.entry_id in marked) for row in page.rows],
        "case": case,
        "things": things,
        "chosen": chosen,
        "kinds": [(kind, say(language, f"entry.{kind}")) for kind in _KINDS],
        "query": query.urlencode(),
    }
    return render(request, "journal.html", facts)


def _case_asked_for(number: str) -> ReviewCase | None:
    """Return the case whose entries are to be marked, if there is one of this number."""
    return ReviewCase.objects.filter(pk=int(number)).first() if _CASE_ID.fullmatch(number) else None


def _asked(request: HttpRequest) -> dict[str, str]:
    return {name: request.GET.get(name, "").replace("\x00", "") for name in ("kind", "item", "from", "to")}


def _choice(station: Station, asked: dict[str, str]) -> Choice:
    """Return what was asked for; what makes no sense is left out."""
    first, last = _day(asked["from"]), _day(asked["to"])
    return Choice(
        station=station.station_id,
        kind=asked["kind"] if asked["kind"] in _KINDS else "",
        item=asked["item"].strip(),
        first_ms=None if first is None else _start_ms(first),
        end_ms=None if last is None else _start_ms(last + timedelta(days=1)),
    )


def _day(text: str) -> date | None:
    """Return the day, or None where there is none; years far off do not count as days."""
    try:
        found = date.fromisoformat(text)
    except ValueError:
        return None
    return found if 1970 <= found.year <= 2999 else None  # noqa: PLR2004 - what a filter can mean


def _start_ms(day: date) -> int:
    return int(datetime.combine(day, time.min, ZoneInfo(settings.TIME_ZONE)).timestamp() * 1000)


@require_safe
@staff_only
def export_journal(request: HttpRequest, station_id: str) -> HttpResponseBase:
    """Send the chosen entries as CSV (semicolons, UTF-8 with mark, for spreadsheets), the oldest first."""
    station = get_object_or_404(Station, pk=station_id)
    rows = in_order(_choice(station, _asked(request)))
    answer = StreamingHttpResponse(_csv(rows), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="journal-{station.station_id}.csv"'
    return answer


class _Line:
    """A file of one line: what the writer writes is handed on at once."""

    def write(self, text: str) -> str:
        return text


def _csv(rows: Iterable[RawEntry]) -> Iterator[bytes]:
    writer = csv.writer(_Line(), delimiter=";")
    yield "\ufeff".encode()
    yield str(writer.writerow(_COLUMNS)).encode()
    for row in rows:
        yield str(writer.writerow([harmless(str(cell)) for cell in _cells(row)])).encode()


def _cells(row: RawEntry) -> tuple[object, ...]:
    personal = getattr(row, "personal", None)
    return (
        row.journal.station_id,
        row.journal.epoch,
        row.seq,
        local(row.wall_ms).isoformat() if row.wall_ms is not None else "",
        wire_kind(row),
        row.item,
        _card(row, personal.patron_ref if personal is not None else ""),
        row.verdict,
        "yes" if row.in_force else "no",
        row.reason,
        row.entry_id,
    )


def _card(row: RawEntry, patron_ref: str) -> str:
    if patron_ref:
        return f"…{short_ref(patron_ref)}"
    return f"forgotten {local(row.forgotten_ms).date()}" if row.forgotten_ms is not None else ""


def harmless(cell: str) -> str:
    """Return the cell so that no spreadsheet takes it for a formula."""
    return f"'{cell}" if cell.lstrip(" ").startswith(_DANGEROUS) else cell
