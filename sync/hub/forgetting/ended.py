"""When a loan ended, by the hub's clock: when the entry that closed it came, or when staff said so."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from django.db import connection

from lending.entries import Return
from sync.hub.journal.models import Journal, RawEntry
from sync.hub.ledger.models import LoanSpan, OpenLoan, StaffReturn

_AT = """SELECT e.journal_id, e.seq, e.entry_id, e.kind, e.received_ms
    FROM (VALUES {}) AS place JOIN journal_rawentry e ON e.journal_id = place.column1 AND e.seq = place.column2"""
_PAIRS_AT_ONCE = 200

_Place = tuple[str, int, int]
"""Station, epoch and place in the journal."""


@dataclass(frozen=True, slots=True)
class LoanRow:
    """A loan in force. `order_ms` is its time in the one order, `received_ms` when the hub got it (Unix ms)."""

    entry_id: str
    item: str
    station: str
    order_ms: int | None
    received_ms: int


@dataclass(frozen=True, slots=True)
class End:
    """When a loan was over for the hub, by which entry of which station; both empty where staff alone said so."""

    at_ms: int
    entry_id: str = ""
    station: str = ""
    by_staff: bool = False


def loans_named(entry_ids: Collection[str]) -> dict[str, LoanRow]:
    """Return those of these loans that are in force."""
    rows = RawEntry.objects.filter(entry_id__in=entry_ids, kind="loan", in_force=True)
    names = ("entry_id", "item", "journal__station_id", "order_ms", "received_ms")
    return {row.entry_id: row for row in (LoanRow(*values) for values in rows.values_list(*names))}


def ends_of(loans: Mapping[str, LoanRow]) -> dict[str, End]:
    """Return the ends of those of these loans that are over; one that is open, or whose end cannot be told, is not
    among them. Runs inside a transaction that has locked their items.
    """
    is_open = set(OpenLoan.objects.filter(pk__in=list(loans)).values_list("entry_id", flat=True))
    left = {loan: row for loan, row in loans.items() if loan not in is_open}
    ends = _by_spans(left)
    ends |= _by_reading({loan: row for loan, row in left.items() if loan not in ends})
    for loan, decided_ms in StaffReturn.objects.filter(loan__in=list(left)).values_list("loan", "case__decided_ms"):
        by_entry = ends.get(loan, End(0))
        ends[loan] = End(max(decided_ms or 0, by_entry.at_ms), by_entry.entry_id, by_entry.station, by_staff=True)
    return ends


def _by_spans(loans: Mapping[str, LoanRow]) -> dict[str, End]:
    """Return the ends that the spans know. A span also ends when its item goes out again, but its loan was over only
    with the next return: such a one is not among them.
    """
    spans = LoanSpan.objects.filter(pk__in=list(loans)).exclude(end_ms=None)
    rows = spans.values_list("entry_id", "end_station", "end_epoch", "end_seq")
    places = {loan: (station, epoch, seq) for loan, station, epoch, seq in rows}
    returns = _returns_at(set(places.values()))
    return {loan: returns[place] for loan, place in places.items() if place in returns}


def _returns_at(places: Collection[_Place]) -> dict[_Place, End]:
    """Return what stands at these places, as far as it is a return."""
    journals = Journal.objects.filter(station__in={station for station, _, _ in places})
    names = {pk: (station, epoch) for pk, station, epoch in journals.values_list("pk", "station_id", "epoch")}
    keys = {name: pk for pk, name in names.items()}
    wanted = [(keys[station, epoch], seq) for station, epoch, seq in places if (station, epoch) in keys]
    found = dict[_Place, End]()
    for start in range(0, len(wanted), _PAIRS_AT_ONCE):
        some = wanted[start : start + _PAIRS_AT_ONCE]
        with connection.cursor() as cursor:
            cursor.execute(_AT.format(", ".join(["(%s, %s)"] * len(some))), [n for pair in some for n in pair])
            for journal, seq, entry_id, kind, received_ms in cursor.fetchall():
                if kind == Return.kind:
                    found[*names[journal], seq] = End(received_ms, entry_id, names[journal][0])
    return found


def _by_reading(loans: Mapping[str, LoanRow]) -> dict[str, End]:
    """Return the ends of loans no span tells of, by reading the returns of their items: the first that came after the
    loan or took it back.
    """
    if not loans:
        return {}
    first_ms = min(row.order_ms or 0 for row in loans.values())
    returns = RawEntry.objects.filter(
        kind=Return.kind, in_force=True, item__in={row.item for row in loans.values()}, order_ms__gte=first_ms
    )
    names = ("item", "order_ms", "wire", "received_ms", "entry_id", "journal__station_id")
    by_item = defaultdict(list)
    for item, order_ms, wire, *end in returns.order_by("order_ms", "journal__station_id", "seq").values_list(*names):
        by_item[item].append((order_ms, _taken_back(wire), End(*end)))
    ends = dict[str, End]()
    for loan, row in loans.items():
        for order_ms, undone, end in by_item[row.item]:
            if undone == loan or (undone is None and order_ms >= (row.order_ms or 0)):
                ends[loan] = end
                break
    return ends


def _taken_back(wire: str) -> str | None:
    """Return the loan that a return takes back within the visit that made it, "" if it does not say which; None for
    one that takes back nothing.
    """
    return (json.loads(wire)["body"].get("loan") or "") if '"undo":true' in wire else None
