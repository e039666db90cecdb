"""Gathering from the hub's tables what `sync.hub.koha.plan` must know of each item."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

from django.db.models import Exists, OuterRef, Q

from lending.cases import CaseKind
from lending.entries import Entry, Loan, Renewal, Return
from sync.hub.catalogue.models import CatalogueItem
from sync.hub.journal.models import RawEntry
from sync.hub.koha.models import ExportedEntry, StationLibrary
from sync.hub.koha.plan import Fact, History, What, Window
from sync.hub.ledger.history import Held, opened, rows_of
from sync.hub.ledger.models import CaseState, DueKind, LedgerDue, ReviewCase, StaffReturn
from sync.hub.patrons.models import LibraryCard

_AT_ONCE = 200
_KINDS = (Loan.kind, Return.kind, Renewal.kind)
_STOPPING = (CaseKind.LENT_TWICE.value, CaseKind.CLOCK_DOUBTFUL.value)


def histories(window: Window) -> Iterator[History]:
    """Return what is known of each item that has something to write or to say, in the order of their codes."""
    yield from histories_of(_items(window))


def histories_of(items: Iterable[str]) -> Iterator[History]:
    """Return what is known of each of these items, in their order."""
    remaining = iter(items)
    while some := list(islice(remaining, _AT_ONCE)):
        yield from _Gathered(some).histories()


def _items(window: Window) -> list[str]:
    written = ExportedEntry.objects.filter(pk=OuterRef("entry_id"))
    rows = RawEntry.objects.filter(
        ~Exists(written),
        in_force=True,
        kind__in=_KINDS,
        order_ms__gte=window.from_ms,
        order_ms__lt=window.to_ms,
    ).exclude(item="")
    items = set(rows.values_list("item", flat=True).distinct())
    ended = StaffReturn.objects.values("loan")
    items |= set(ExportedEntry.objects.filter(entry_id__in=ended).values_list("item", flat=True))
    return sorted(items)


def not_in_force(window: Window) -> int:
    """Return how many loans, returns and renewals of the window count nowhere yet. One that cannot be read counts by
    the time it came.
    """
    rows = RawEntry.objects.filter(in_force=False, kind__in=_KINDS)
    readable = Q(wall_ms__gte=window.from_ms, wall_ms__lt=window.to_ms)
    unreadable = Q(wall_ms=None, received_ms__gte=window.from_ms, received_ms__lt=window.to_ms)
    return rows.filter(readable | unreadable).count()


@dataclass(frozen=True, slots=True)
class _Told:
    """What Koha was told of an item so far."""

    on_loan: str | None
    written: str


class _Gathered:
    """All that must be read for some items, each table once."""

    def __init__(self, items: Sequence[str]) -> None:
        self._items = items
        due_before = _due_among(items)
        self._rows = {item: [row for row in rows if row.kind in _KINDS] for item, rows in rows_of(items).items()}
        self._exported = {row.entry_id: row for row in ExportedEntry.objects.filter(item__in=items)}
        self._told = _told(self._exported.values())
        self._known = set(CatalogueItem.objects.filter(code__in=items).values_list("code", flat=True))
        self._libraries = dict(StationLibrary.objects.values_list("station_id", "code"))
        self._entries = {row.entry_id: opened(row) for rows in self._rows.values() for row in rows}
        refs = {entry.personal.patron_ref for entry in self._entries.values() if entry.personal is not None}
        self._cards = dict(LibraryCard.objects.filter(patron_ref__in=refs).values_list("patron_ref", "card_id"))
        loans = [entry_id for entry_id, entry in self._entries.items() if isinstance(entry.body, Loan)]
        self._ended = set(StaffReturn.objects.filter(loan__in=loans).values_list("loan", flat=True))
        self._cases = _open_cases(items)
        # Looked at before and after: what became due or was worked off in between may be read only in part.
        self._due = due_before | _due_among(items)

    def histories(self) -> Iterator[History]:
        """Return what is known of each of the items."""
        for item in self._items:
            told = self._told.get(item, _Told(None, ""))
            yield History(
                item=item,
                known=item in self._known,
                facts=[self._fact(row) for row in self._rows.get(item, [])],
                on_loan=told.on_loan,
                written=told.written,
                ended=self._ended,
                due=item in self._due,
                cards=self._cards,
            )

    def _fact(self, row: Held) -> Fact:
        entry = self._entries[row.entry_id]
        exported = self._exported.get(row.entry_id)
        cases = self._cases.get(row.entry_id, set())
        return Fact(
            entry_id=row.entry_id,
            what=What(row.kind),
            at_ms=row.order_ms or 0,
            station=row.station,
            seq=row.seq,
            library=self._libraries.get(row.station, ""),
            loan=_loan_named(entry),
            undo=isinstance(entry.body, Return) and entry.body.undo,
            ref=entry.personal.patron_ref if entry.personal is not None else None,
            written=exported.written if exported is not None else "",
            lent_twice=CaseKind.LENT_TWICE.value in cases,
            doubtful=CaseKind.CLOCK_DOUBTFUL.value in cases,
        )


def _due_among(items: Sequence[str]) -> set[str]:
    return set(LedgerDue.objects.filter(kind=DueKind.ITEM, name__in=items).values_list("name", flat=True))


def _loan_named(entry: Entry) -> str | None:
    return entry.body.loan if isinstance(entry.body, Return | Renewal) else None


def _told(exported: Iterable[ExportedEntry]) -> Mapping[str, _Told]:
    """Return by item what the last line about it said."""
    newest = sorted(exported, key=lambda row: row.written)
    return {row.item: _Told(row.loan or None, row.written) for row in newest}


def _open_cases(items: Sequence[str]) -> Mapping[str, set[str]]:
    """Return the kinds of the open cases that keep an entry from being written, by the entry that raised them."""
    cases = defaultdict(set)
    rows = ReviewCase.objects.filter(item__in=items, kind__in=_STOPPING, state=CaseState.OPEN)
    for kind, entry_ids in rows.values_list("kind", "entry_ids"):
        cases[entry_ids[-1]].add(kind)
    return cases
