"""The hub's fold: the tables of an item say what all entries in force say of it, whatever order they came in."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import islice

from lending.cases import Case, find_cases
from lending.entries import Entry, Loan, Return
from lending.explain import explain
from lending.ledger import ItemLedger, fold_item
from lending.ledger import OpenLoan as FoldedLoan
from lending.limits import Place
from sync.hub.database import lock_items
from sync.hub.feed.ended import ended_elsewhere, tell_ended
from sync.hub.feed.still_open import open_before, tell_still_open
from sync.hub.journal.models import RawEntry
from sync.hub.ledger.cases import sync_cases
from sync.hub.ledger.history import opened, place_in_order, rows_of
from sync.hub.ledger.limits import refold_all_patrons, refold_patrons_of
from sync.hub.ledger.models import ItemState, OpenLoan, StaffReturn
from sync.hub.ledger.register import register_for
from sync.hub.ledger.spans import Changed, set_spans

AT_ONCE = 200


@dataclass(frozen=True, slots=True)
class Folded:
    """What all entries of one item say. `last` is the place of the newest; `undone_ahead` says that a loan was undone
    that is not held yet.
    """

    ledger: ItemLedger
    last: Place
    undone_ahead: bool


def refold(items: Iterable[str], now_ms: int, patrons: Iterable[str] = ()) -> None:
    """Make loans, places and cases of `items` say what their entries in force say, and go through the patrons of the
    loans that changed by that, and through `patrons` (patron_ref). Runs inside a transaction.
    """
    refold_patrons_of(refold_items(items, now_ms), now_ms, patrons)


def refold_items(items: Iterable[str], now_ms: int) -> Changed:
    """Do so without going through the patrons; return the loans that changed. Runs inside a transaction."""
    wanted = sorted(set(items))
    lock_items(wanted)
    remaining = iter(wanted)
    changed: Changed = {}
    while some := list(islice(remaining, AT_ONCE)):
        changed |= refold_some(some, now_ms)
    return changed


def refold_all(now_ms: int) -> int:
    """Fold every item anew; return how many there are. Runs inside a transaction."""
    items = all_items()
    refold_items(items, now_ms)
    refold_all_patrons(now_ms)
    return len(items)


def all_items() -> set[str]:
    """Return every item anybody has said anything of."""
    items = set(RawEntry.objects.filter(in_force=True).exclude(item="").values_list("item", flat=True))
    return items | set(ItemState.objects.values_list("item", flat=True))


def refold_some(items: Sequence[str], now_ms: int) -> Changed:
    """Fold these items, which are locked, from all their entries in force; return the loans that changed."""
    by_item = rows_of(items)
    entries = {item: [opened(row) for row in rows] for item, rows in by_item.items()}
    register = register_for(items, (entry for some in entries.values() for entry in some))
    folded, cases = [], list[Case]()
    for item, some in entries.items():
        folded.append(
            Folded(fold_item(item, some), place_in_order(by_item[item][-1]), undone_ahead=_undone_ahead(some))
        )
        cases.extend(find_cases(item, some, register))
    before = open_before(items)
    closed = write(items, folded)
    tell_still_open(before, lenders_of(folded), items, now_ms)
    ended = [loan for item, some in entries.items() for loan in ended_elsewhere(ItemLedger(item), some)]
    tell_ended([*ended, *closed], now_ms, among=_lent(entries.values()))
    sync_cases(items, cases, lambda case: explain(case, entries.get(case.item, ()), register), now_ms)
    places = {item: [place_in_order(row) for row in rows] for item, rows in by_item.items()}
    return set_spans(items, {item: list(zip(places[item], some, strict=True)) for item, some in entries.items()})


def lenders_of(folded: Iterable[Folded]) -> set[str]:
    """Return the stations of the loans that are open."""
    return {loan.station for one in folded for loan in one.ledger.open_loans}


def _lent(histories: Iterable[Sequence[Entry]]) -> dict[str, str]:
    """Return which station lent each loan these entries tell of, by entry id."""
    return {entry.entry_id: entry.station for some in histories for entry in some if isinstance(entry.body, Loan)}


def _undone_ahead(entries: Sequence[Entry]) -> bool:
    """Return whether an entry undoes a loan of this item that is not among them."""
    undone = {entry.body.loan for entry in entries if isinstance(entry.body, Return) and entry.body.undo}
    return bool(undone - {None} - {entry.entry_id for entry in entries})


def write(items: Sequence[str], folded: Sequence[Folded]) -> list[FoldedLoan]:
    """Put what was folded in the place of what is stored of `items`; return the loans that staff have closed."""
    OpenLoan.objects.filter(item__in=items).delete()
    ItemState.objects.filter(item__in=items).delete()
    loans = [loan for one in folded for loan in one.ledger.open_loans]
    over = set(StaffReturn.objects.filter(loan__in=[loan.entry_id for loan in loans]).values_list("loan", flat=True))
    OpenLoan.objects.bulk_create(_loan(loan) for loan in loans if loan.entry_id not in over)
    ItemState.objects.bulk_create(_state(one) for one in folded)
    return [loan for loan in loans if loan.entry_id in over]


def _loan(loan: FoldedLoan) -> OpenLoan:
    return OpenLoan(
        entry_id=loan.entry_id,
        item=loan.item,
        patron_ref=loan.patron_ref or "",
        station=loan.station,
        seq=loan.seq,
        lent_ms=loan.lent_ms,
        due=loan.due,
        provisional=loan.provisional,
        renewals=loan.renewals,
    )


def _state(folded: Folded) -> ItemState:
    said = folded.ledger
    last_ms, last_station, last_epoch, last_seq = folded.last
    return ItemState(
        item=said.item,
        place=said.place or "",
        shelf=said.shelf.value,
        condition=said.condition.value,
        missing=list(said.missing),
        times_lent=said.times_lent,
        last_loan=said.last_loan or "",
        last_ms=last_ms,
        last_station=last_station,
        last_epoch=last_epoch,
        last_seq=last_seq,
        undone_ahead=folded.undone_ahead,
    )
