"""The hub's fold: the tables of an item say what all entries in force say of it, whatever order they came in."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from itertools import islice

from lending.cases import Case, Register, find_cases
from lending.entries import Entry
from lending.ledger import ItemLedger, fold_item
from sync.hub.catalogue.models import CatalogueItem
from sync.hub.database import lock_items
from sync.hub.journal.models import RawEntry
from sync.hub.ledger.cases import sync_cases
from sync.hub.ledger.models import ItemState, OpenLoan, StaffReturn
from sync.hub.patrons.models import LibraryCard
from sync.journal import open_entry

_AT_ONCE = 200


def refold(items: Iterable[str], now_ms: int) -> None:
    """Make loans, places and cases of `items` say what their entries in force say. Runs inside a transaction."""
    wanted = sorted(set(items))
    lock_items(wanted)
    remaining = iter(wanted)
    while some := list(islice(remaining, _AT_ONCE)):
        _refold_some(some, now_ms)


def refold_all(now_ms: int) -> int:
    """Fold every item anew; return how many there are. Runs inside a transaction."""
    items = set(RawEntry.objects.filter(in_force=True).exclude(item="").values_list("item", flat=True))
    items |= set(ItemState.objects.values_list("item", flat=True))
    refold(items, now_ms)
    return len(items)


def _refold_some(items: Sequence[str], now_ms: int) -> None:
    by_item = entries_of(items)
    register = register_for(items, (entry for entries in by_item.values() for entry in entries))
    ledgers, cases = [], list[Case]()
    for item in items:
        entries = by_item.get(item, [])
        if entries:
            ledgers.append(fold_item(item, entries))
        cases.extend(find_cases(item, entries, register))
    _write(items, ledgers)
    sync_cases(items, cases, now_ms)


def entries_of(items: Iterable[str]) -> Mapping[str, list[Entry]]:
    """Return the entries in force about each of `items`, in the one order everything is folded in.

    It is the order of `lending.ledger.in_order` over all entries in force: `order_ms` is kept when the gap-free
    prefix passes an entry, so that not every journal must be read to place one item's entries.
    """
    rows = RawEntry.objects.filter(item__in=list(items), in_force=True).select_related("journal", "personal")
    by_item = defaultdict(list)
    for row in sorted(rows, key=_place_in_order):
        by_item[row.item].append(opened(row))
    return by_item


def _place_in_order(row: RawEntry) -> tuple[int, str, int, int]:
    return (row.order_ms or 0, row.journal.station_id, row.journal.epoch, row.seq)


def opened(row: RawEntry) -> Entry:
    """Return the entry in a row that could be read, with its personal part if that is still there."""
    wire = json.loads(row.wire)
    personal = getattr(row, "personal", None)
    wire["personal"] = json.loads(personal.plain)["personal"] if personal is not None else None
    return open_entry(wire)


def register_for(items: Iterable[str], entries: Iterable[Entry]) -> Register:
    """Return what the hub knows of these items, and of the cards in these entries."""
    codes = set(CatalogueItem.objects.filter(code__in=list(items)).values_list("code", flat=True))
    refs = {entry.personal.patron_ref for entry in entries if entry.personal is not None}
    cards = dict(LibraryCard.objects.filter(patron_ref__in=refs).values_list("patron_ref", "blocked_since_ms"))
    return Register(codes.__contains__, cards.__contains__, cards.get)


def _write(items: Sequence[str], ledgers: Sequence[ItemLedger]) -> None:
    OpenLoan.objects.filter(item__in=items).delete()
    ItemState.objects.filter(item__in=items).delete()
    loans = [loan for ledger in ledgers for loan in ledger.open_loans]
    over = set(StaffReturn.objects.filter(loan__in=[loan.entry_id for loan in loans]).values_list("loan", flat=True))
    OpenLoan.objects.bulk_create(
        OpenLoan(
            entry_id=loan.entry_id,
            item=loan.item,
            patron_ref=loan.patron_ref or "",
            station=loan.station,
            seq=loan.seq,
            lent_ms=loan.lent_ms,
            due=loan.due,
            provisional=loan.provisional,
        )
        for loan in loans
        if loan.entry_id not in over
    )
    ItemState.objects.bulk_create(_state(ledger) for ledger in ledgers)


def _state(ledger: ItemLedger) -> ItemState:
    return ItemState(
        item=ledger.item,
        place=ledger.place or "",
        condition=ledger.condition.value,
        missing=list(ledger.missing),
        times_lent=ledger.times_lent,
        last_loan=ledger.last_loan or "",
    )
