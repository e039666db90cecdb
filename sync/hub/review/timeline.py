"""A small picture of when the entries around a case can have been made, for an SVG without scripts or styles.

Across everything is measured in hundredths of the width, so that the picture fits a phone with its letters as large.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db.models import QuerySet

from sync.hub.journal.models import RawEntry
from sync.hub.ledger.models import ReviewCase
from sync.hub.review.intervals import between, edges, is_wide
from sync.hub.review.when import clock_or_day
from sync.hub.review.words import say

_MOST = 24
_ROOM = 0.35
_LEAST_ROOM_MS = 20 * 60 * 1000
_TOP, _LANE, _BOTTOM = 30, 64, 40
_LABEL_LEFT = 62


@dataclass(frozen=True, slots=True)
class Mark:
    """One entry: a dot at `x`, or, if `width` is not empty, a bar from there. `label` stands beside what the case
    stands on; `title` says of each mark what it is.
    """

    x: str
    width: str
    y: int
    kind: str
    chosen: bool
    title: str
    label: str
    label_x: str
    anchor: str


@dataclass(frozen=True, slots=True)
class Lane:
    """One station."""

    name: str
    y: int


@dataclass(frozen=True, slots=True)
class Timeline:
    """The whole picture. `height` in points, `ticks` are pairs of place, words and how they are set."""

    height: int
    lanes: tuple[Lane, ...]
    marks: tuple[Mark, ...]
    ticks: tuple[tuple[str, str, str], ...]
    base: int
    words: str
    before: int
    after: int


@dataclass(frozen=True, slots=True)
class _Span:
    """The time the picture shows, Unix ms."""

    start: int
    end: int

    def percent(self, ms: int) -> float:
        """Return where a moment stands, 0 to 100; what lies outside stands at the edge."""
        share = (min(max(ms, self.start), self.end) - self.start) / (self.end - self.start)
        return 2 + 96 * share


def timeline_of(case: ReviewCase, names: Mapping[str, str], language: str) -> Timeline | None:
    """Return the picture of a case about an item; None if nothing of it is in force."""
    rows = RawEntry.objects.filter(item=case.item, in_force=True, order_ms__isnull=False)
    chosen = _first(rows.filter(entry_id__in=case.entry_ids[-_MOST:]))
    if not chosen:
        return None
    span = _span(chosen)
    others = rows.filter(order_ms__range=(span.start, span.end)).exclude(pk__in=[row.pk for row in chosen])
    seen = sorted([*chosen, *_first(others)[: _MOST - len(chosen)]], key=_place)
    stations = list(dict.fromkeys(row.journal.station_id for row in (*chosen, *seen)))
    lanes = tuple(Lane(names.get(s, s), _TOP + n * _LANE) for n, s in enumerate(stations))
    at_lane = {s: lane.y + 26 for s, lane in zip(stations, lanes, strict=True)}
    marks = tuple(_mark(row, at_lane[row.journal.station_id], span, row in chosen, names, language) for row in seen)
    base = _TOP + len(lanes) * _LANE
    return Timeline(
        height=base + _BOTTOM,
        lanes=lanes,
        marks=tuple(sorted(marks, key=lambda mark: mark.chosen)),
        ticks=_ticks(span, language),
        base=base,
        words="; ".join(mark.title for mark in marks),
        before=rows.filter(order_ms__lt=span.start).count(),
        after=rows.filter(order_ms__gt=span.end).count(),
    )


def _first(rows: QuerySet[RawEntry]) -> list[RawEntry]:
    """Return the first of these rows, in order."""
    found = rows.select_related("journal").defer("wire")
    return list(found.order_by("order_ms", "journal__station_id", "journal__epoch", "seq")[:_MOST])


def _place(row: RawEntry) -> tuple[int, str, int, int]:
    return (_at(row), row.journal.station_id, row.journal.epoch, row.seq)


def _at(row: RawEntry) -> int:
    return row.order_ms or 0


def _span(chosen: Sequence[RawEntry]) -> _Span:
    found = [edges(row) for row in chosen]
    start, end = min(lo for lo, _ in found), max(hi for _, hi in found)
    room = max(int((end - start) * _ROOM), _LEAST_ROOM_MS)
    return _Span(start - room, end + room)


def _mark(
    row: RawEntry,
    y: int,
    span: _Span,
    chosen: bool,  # noqa: FBT001 - private, by place
    names: Mapping[str, str],
    language: str,
) -> Mark:
    lo, hi = edges(row)
    wide = is_wide(row)
    left, right = span.percent(lo), span.percent(hi)
    at = span.percent(_at(row))
    when = between(row, language) if wide else clock_or_day(_at(row), span.start, span.end, language)
    what = say(language, f"entry.{row.kind}")
    tail = right if wide else at
    beyond = tail > _LABEL_LEFT
    return Mark(
        x=f"{left if wide else at:.2f}%",
        width=f"{max(right - left, 1):.2f}%" if wide else "",
        y=y,
        kind=row.kind if row.kind in ("loan", "return") else "other",
        chosen=chosen,
        title=f"{names.get(row.journal.station_id, row.journal.station_id)}: {what} {when}",
        label=f"{what} {when}" if chosen else "",
        label_x=f"{(left if wide else at - 1.6) if beyond else (left if wide else at + 1.6):.2f}%",
        anchor="end" if beyond and not wide else "start",
    )


def _ticks(span: _Span, language: str) -> tuple[tuple[str, str, str], ...]:
    places = ((0.0, "start"), (0.5, "middle"), (1.0, "end"))
    return tuple(
        (
            f"{2 + 96 * share:.2f}%",
            clock_or_day(int(span.start + (span.end - span.start) * share), span.start, span.end, language),
            anchor,
        )
        for share, anchor in places
    )
