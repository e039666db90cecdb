"""Folding new entries onto what is stored of their items, so that a batch does not read whole histories again.

The invariant: what is stored afterwards is what `fold.refold` would have stored. So the short way is taken only
where the new entries come after everything held of their item, undo nothing, and staff have ended no loan of it;
whatever is not as simple as that is folded from its beginning.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from itertools import islice

from lending.cases import Case, find_cases
from lending.entries import Entry, ItemChecked, Return
from lending.ledger import ItemLedger, apply_entry
from lending.ledger import OpenLoan as FoldedLoan
from lending.limits import Place
from lending.nouns import Condition, Shelf
from sync.hub.database import lock_items
from sync.hub.feed.ended import ended_elsewhere, tell_ended
from sync.hub.feed.still_open import tell_still_open
from sync.hub.ledger.cases import add_cases
from sync.hub.ledger.fold import AT_ONCE, Folded, lenders_of, refold_some, write
from sync.hub.ledger.history import Held, held, opened, place_in_order
from sync.hub.ledger.models import ItemState, OpenLoan, StaffReturn
from sync.hub.ledger.register import register_for
from sync.hub.ledger.spans import Changed, add_spans

_MANY = 5000
"""So many new entries at once were waiting behind a gap; then it hardly matters what else is read."""


@dataclass(frozen=True, slots=True)
class _Stored:
    """What is stored of one item."""

    ledger: ItemLedger
    last: Place | None


def append(entry_ids: Mapping[str, Collection[str]], now_ms: int) -> Changed:
    """Make loans, places and cases count these entries (ids by item), which have just come in force.

    Returns the loans whose patrons are to be gone through (see `limits`). Runs inside a transaction.
    """
    wanted = sorted(entry_ids)
    lock_items(wanted)
    remaining = iter(wanted)
    changed: Changed = {}
    while some := list(islice(remaining, AT_ONCE)):
        changed |= _append_some(some, [entry_id for item in some for entry_id in entry_ids[item]], now_ms)
    return changed


def _append_some(items: Sequence[str], entry_ids: Sequence[str], now_ms: int) -> Changed:
    new = _rows(entry_ids) if len(entry_ids) <= _MANY else {}
    entries = {item: [opened(row) for row in rows] for item, rows in new.items()}
    stored = _stored(items)
    short = [
        item for item, rows in new.items() if item in stored and is_simple(stored[item].last, rows, entries[item])
    ]
    register = register_for(short, (entry for item in short for entry in entries[item]))
    folded, cases, ended = [], list[Case](), list[FoldedLoan]()
    for item in short:
        before, some = stored[item], entries[item]
        ended += ended_elsewhere(before.ledger, some)
        ledger = reduce(apply_entry, some, before.ledger)
        folded.append(Folded(ledger, place_in_order(new[item][-1]), undone_ahead=False))
        cases.extend(find_cases(item, some, register, before.ledger))
    was_open = {loan.entry_id: loan.station for item in short for loan in stored[item].ledger.open_loans}
    write(short, folded)
    tell_still_open(was_open, lenders_of(folded), short, now_ms)
    tell_ended(ended, now_ms)
    add_cases(cases, now_ms)
    places = {item: [place_in_order(row) for row in new[item]] for item in short}
    changed = add_spans({item: list(zip(places[item], entries[item], strict=True)) for item in short})
    return changed | refold_some([item for item in items if item not in set(short)], now_ms)


def is_simple(last: Place | None, rows: Sequence[Held], entries: Sequence[Entry]) -> bool:
    """Return whether new entries of an item come after `last`, the newest held before (None: there is none), and none
    of them undoes a loan or, by a check, ends cases.
    """
    return not any(_looks_back(entry) for entry in entries) and (last is None or place_in_order(rows[0]) > last)


def _looks_back(entry: Entry) -> bool:
    return isinstance(entry.body, ItemChecked) or (isinstance(entry.body, Return) and entry.body.undo)


def _rows(entry_ids: Sequence[str]) -> Mapping[str, list[Held]]:
    by_item = defaultdict(list)
    for row in held(entry_id__in=entry_ids):
        by_item[row.item].append(row)
    return by_item


def _stored(items: Sequence[str]) -> Mapping[str, _Stored]:
    """Return what is stored of each item that can be folded on: neither its order nor its loans hold a surprise."""
    states = {state.item: state for state in ItemState.objects.filter(item__in=items)}
    ended = set(StaffReturn.objects.filter(case__item__in=items).values_list("case__item", flat=True))
    loans = {loan.entry_id: loan for loan in OpenLoan.objects.filter(item__in=states)}
    rows = _rows(list(loans))
    stored = {}
    for item in set(items) - ended:
        state = states.get(item)
        if state is None:
            stored[item] = _Stored(ItemLedger(item), None)
        elif state.last_ms is not None and not state.undone_ahead:
            ledger = _ledger(state, [loans[row.entry_id] for row in rows.get(item, [])])
            last = (state.last_ms, state.last_station, state.last_epoch, state.last_seq)
            stored[item] = _Stored(ledger, last)
    return stored


def _ledger(state: ItemState, loans: Sequence[OpenLoan]) -> ItemLedger:
    return ItemLedger(
        item=state.item,
        open_loans=tuple(_folded(loan) for loan in loans),
        place=state.place or None,
        shelf=Shelf(state.shelf),
        condition=Condition(state.condition),
        missing=tuple(state.missing),
        times_lent=state.times_lent,
        last_loan=state.last_loan or None,
    )


def _folded(loan: OpenLoan) -> FoldedLoan:
    return FoldedLoan(
        entry_id=loan.entry_id,
        item=loan.item,
        patron_ref=loan.patron_ref or None,
        station=loan.station,
        seq=loan.seq,
        lent_ms=loan.lent_ms,
        due=loan.due,
        provisional=loan.provisional,
        renewals=loan.renewals,
    )
