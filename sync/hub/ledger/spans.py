"""From when to when each loan held its item, so that a patron's loans can be counted without reading their items."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from lending.entries import Entry
from lending.limits import Place, Span, spans_of
from sync.hub.ledger.models import LoanSpan

Placed = Sequence[tuple[Place, Entry]]
"""Entries of one item with their places, in order."""

_COLUMNS = ("item", "at_ms", "station", "epoch", "seq", "end_ms", "end_station", "end_epoch", "end_seq")


Changed = dict[str, int]
"""Loans of which something changed, each with the earliest time (Unix ms) from which that can matter."""


def set_spans(items: Iterable[str], entries: Mapping[str, Placed]) -> Changed:
    """Make the spans of `items` those of all their entries; return what changed."""
    before = {row.entry_id: row for row in LoanSpan.objects.filter(item__in=list(items))}
    after = {span.entry_id: _row(span) for item, placed in entries.items() for span in spans_of(item, placed)}
    gone = before.keys() - after.keys()
    changed = [row for loan, row in after.items() if loan not in before or _seen(before[loan]) != _seen(row)]
    if gone:
        LoanSpan.objects.filter(entry_id__in=gone).delete()
    _store(changed)
    return {
        loan: min(row.at_ms for row in (before.get(loan), after.get(loan)) if row is not None)
        for loan in (*gone, *(row.entry_id for row in changed))
    }


def add_spans(entries: Mapping[str, Placed]) -> Changed:
    """Add what these entries say, which come after all others of their items; return what changed."""
    out = {row.item: span_of(row) for row in LoanSpan.objects.filter(item__in=list(entries), end_ms=None)}
    changed = [_row(one) for item, placed in entries.items() for one in spans_of(item, placed, out.get(item))]
    _store(changed)
    return {row.entry_id: row.at_ms for row in changed}


def _store(rows: Sequence[LoanSpan]) -> None:
    if rows:
        LoanSpan.objects.bulk_create(
            rows, update_conflicts=True, unique_fields=["entry_id"], update_fields=_COLUMNS, batch_size=500
        )


def _seen(row: LoanSpan) -> tuple[object, ...]:
    return tuple(getattr(row, name) for name in _COLUMNS)


def span_of(row: LoanSpan) -> Span:
    """Return what a stored span says."""
    end = None if row.end_ms is None else (row.end_ms, row.end_station, row.end_epoch, row.end_seq)
    return Span(row.entry_id, row.item, (row.at_ms, row.station, row.epoch, row.seq), end)


def _row(one: Span) -> LoanSpan:
    at_ms, station, epoch, seq = one.start
    end_ms, end_station, end_epoch, end_seq = one.end or (None, "", 0, 0)
    return LoanSpan(
        entry_id=one.entry_id,
        item=one.item,
        at_ms=at_ms,
        station=station,
        epoch=epoch,
        seq=seq,
        end_ms=end_ms,
        end_station=end_station,
        end_epoch=end_epoch,
        end_seq=end_seq,
    )
