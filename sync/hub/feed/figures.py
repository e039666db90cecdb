"""Counting, once a day, what stations may show: how often each copy was lent, and how much from each station.

Nobody waits for these figures, and each loan by itself would be a change for every station. They are counted from the
spans of loans, so a loan undone in the same visit never was one.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from itertools import islice
from typing import TypeVar
from zoneinfo import ZoneInfo

from django.db import connection
from django.db.models import Count, Max

from sync.feed_browse import (
    FEWEST_NEIGHBOURS,
    CopyFacts,
    StationFigures,
    copy_to_plain,
    figures_from_plain,
    figures_to_plain,
)
from sync.feed_page import Kind
from sync.hub.catalogue.looking_around import tell_stations
from sync.hub.catalogue.models import CatalogueItem
from sync.hub.clock import moment
from sync.hub.database import writing
from sync.hub.feed.models import FeedRow, FeedState, Lane
from sync.hub.feed.publish import Told, publish
from sync.hub.feed.service import rules_now
from sync.hub.feed.stamps import state
from sync.hub.fleet.models import Station
from sync.hub.journal.models import RawEntry
from sync.hub.ledger.models import LoanSpan

T = TypeVar("T")

_AT_ONCE = 300
_LENT = "SELECT station, count(*) FROM ledger_loanspan WHERE at_ms >= %s GROUP BY station"
_NEIGHBOURS = """SELECT s.station, count(DISTINCT p.patron_ref) FROM ledger_loanspan s
    JOIN journal_rawentry e ON e.entry_id = s.entry_id JOIN journal_personalpart p ON p.entry_id = e.id
    WHERE s.at_ms >= %s AND p.patron_ref <> '' GROUP BY s.station"""


def count_if_due(now_ms: int) -> bool:
    """Return whether today's figures were counted now: the first process that asks on a day does it."""
    today = _local(now_ms).date()
    if FeedState.objects.filter(counted_on=today).exists():
        return False
    with writing():
        state()
        # A clock that was set back counts again at most once: the day it was counted on is another one.
        due = FeedState.objects.exclude(counted_on=today).update(counted_on=today)
    if due:
        count_figures(now_ms)
    return bool(due)


def count_figures(now_ms: int) -> int:
    """Return how many figures are others than before, now that all are counted and told."""
    with writing():
        changed = tell_stations(now_ms)
    for figures in _in_parts(_stations(now_ms)):
        with writing():
            changed += publish(Kind.FIGURES, map(_told_figures, figures), now_ms)
    for codes in _in_parts(list(CatalogueItem.objects.order_by("code").values_list("code", flat=True))):
        with writing():
            changed += publish(Kind.COPY, _told_copies(codes), now_ms)
    return changed


def _in_parts(things: Iterable[T]) -> Iterator[list[T]]:
    remaining = iter(things)
    while some := list(islice(remaining, _AT_ONCE)):
        yield some


def _local(now_ms: int) -> datetime:
    return moment(now_ms).astimezone(ZoneInfo(rules_now().time_zone))


# --- stations


def _stations(now_ms: int) -> list[StationFigures]:
    today = _local(now_ms)
    month = today.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    year = month.replace(month=1)
    in_month, in_year, neighbours = (
        _by_station(sql, since) for sql, since in ((_LENT, month), (_LENT, year), (_NEIGHBOURS, year))
    )
    before = _neighbours_told(today.year)
    return [
        StationFigures(
            station,
            today.date(),
            in_month.get(station, 0),
            in_year.get(station, 0),
            _enough(max(neighbours.get(station, 0), before.get(station, 0))),
        )
        for station in Station.objects.filter(epoch__gt=0).order_by("station_id").values_list("station_id", flat=True)
    ]


def _by_station(sql: str, since: datetime) -> dict[str, int]:
    with connection.cursor() as cursor:
        cursor.execute(sql, [int(since.timestamp() * 1000)])
        return dict(cursor.fetchall())


def _neighbours_told(year: int) -> dict[str, int]:
    """Return how many cards each station was told of before in this year.

    Who borrowed is forgotten, and whoever comes again then cannot be told from somebody new: so the count is the most
    that were known of at a time, and never falls.
    """
    rows = FeedRow.objects.filter(kind=Kind.FIGURES).exclude(content="").values_list("station", "content")
    told = {station: figures_from_plain(json.loads(content)) for station, content in rows}
    return {station: one.neighbours or 0 for station, one in told.items() if one.counted_on.year == year}


def _enough(neighbours: int) -> int | None:
    return neighbours if neighbours >= FEWEST_NEIGHBOURS else None


def _told_figures(figures: StationFigures) -> Told:
    return Told(figures.station, figures_to_plain(figures), Lane.HERE, figures.station)


# --- copies


def _told_copies(codes: Sequence[str]) -> list[Told]:
    """Return what the home of each copy is told; nothing of one that was never lent nor checked."""
    lent = dict(LoanSpan.objects.filter(item__in=codes).values_list("item").annotate(Count("pk")).order_by())
    checked = _checked_on(codes)
    found = []
    for row in CatalogueItem.objects.filter(code__in=codes):
        copy = CopyFacts(row.code, lent.get(row.code, 0), checked.get(row.code))
        known = copy.times_lent or copy.checked_on
        found.append(Told(row.code, copy_to_plain(copy) if known else None, Lane.HERE, row.home))
    return found


def _checked_on(codes: Sequence[str]) -> Mapping[str, date]:
    """Return the day on which staff last checked each copy at a station."""
    rows = RawEntry.objects.filter(item__in=codes, kind="item_checked", in_force=True)
    newest: dict[str, int] = defaultdict(int)
    newest.update(rows.values_list("item").annotate(Max("order_ms")).order_by())
    zone = ZoneInfo(rules_now().time_zone)
    return {code: moment(ms).astimezone(zone).date() for code, ms in newest.items() if ms}
