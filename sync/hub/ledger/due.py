"""Folding what a batch has touched: at once where that is little, else right after, item by item.

The invariant: whatever has come in force and is not yet counted is due. What is due is noted in the transaction that
stores the entries, so that a hub that stops in between goes on with it when it starts; and an item that is due is
folded from its beginning, never on from what is stored of it.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field

from django.db import OperationalError, connection, transaction

from sync.hub.clock import now_ms
from sync.hub.database import insert_many, lock_items, writing
from sync.hub.holds.fold import items_set_aside, refold_holds
from sync.hub.ledger.append import append
from sync.hub.ledger.fold import refold, refold_items
from sync.hub.ledger.limits import refold_patrons_of
from sync.hub.ledger.models import DueKind, LedgerDue
from sync.hub.upkeep.form import Closed

log = logging.getLogger(__name__)

AT_ONCE = 100
"""So many items and holds are folded with the batch that touches them; the station waits for it."""

AT_A_TIME = 100
"""So many are folded in one transaction later: other writers come in between."""

_LONGEST_WAIT_MS = 3600 * 1000


@dataclass(slots=True)
class Touched:
    """What is to be counted: the ids of new entries by item, items to fold from their beginning, and holds."""

    items: dict[str, list[str]] = field(default_factory=dict)
    anew: set[str] = field(default_factory=set)
    holds: set[str] = field(default_factory=set)

    def __len__(self) -> int:
        return len(self.anew | self.items.keys()) + len(self.holds)


_woken: list[Callable[[], None]] = []


def on_due(wake: Callable[[], None]) -> None:
    """Let `wake` be called in this process whenever something has become due."""
    _woken.append(wake)


def fold_or_leave_due(touched: Touched, at_ms: int) -> None:
    """Count what has been touched, or note that it is due. Runs inside the transaction that stores the entries."""
    touched.anew |= items_set_aside(touched.holds)
    if len(touched) > AT_ONCE:
        leave_due(touched.anew | touched.items.keys(), touched.holds)
        return
    anew = touched.anew
    lock_items(anew | touched.items.keys())
    # Looked at under the lock: whoever works off an item deletes its mark before letting go of it.
    late = _due_among(anew | touched.items.keys())
    leave_due(late, ())
    # Before the items: whose hold stood when says whether a loan is a case.
    refold_holds(touched.holds, at_ms)
    changed = append({item: ids for item, ids in touched.items.items() if item not in anew | late}, at_ms)
    changed |= refold_items(anew - late, at_ms)
    # Once for all of them: two transactions must not wait for each other's patrons.
    refold_patrons_of(changed, at_ms)


def leave_due(items: Collection[str], holds: Collection[str]) -> None:
    """Note that these are to be folded from their beginning."""
    if not items and not holds:
        return
    marks = [(DueKind.ITEM.value, name, 0, 0) for name in items]
    marks += [(DueKind.HOLD.value, name, 0, 0) for name in holds]
    insert_many("ledger_ledgerdue", ("kind", "name", "tries", "not_before_ms"), marks)
    for wake in _woken:
        transaction.on_commit(wake)


def _due_among(items: Collection[str]) -> set[str]:
    if not items:
        return set()
    return set(LedgerDue.objects.filter(kind=DueKind.ITEM, name__in=items).values_list("name", flat=True))


def work_off(stopping: Callable[[], bool] = lambda: False) -> int:
    """Fold what is due, some at a time, until nothing is left that can be; return how many marks are gone.

    What cannot be folded is told in the log, stays due, and is tried again later; it holds up nothing else.
    """
    done = 0
    while not stopping() and (some := _fold_some(AT_A_TIME)):
        done += some
        time.sleep(0)  # let a station in that waits
    return done


def _fold_some(limit: int) -> int:
    """Fold some of what is due in one transaction; return how many marks that took away."""
    try:
        with writing():
            marks = _take(limit)
            _fold(marks)
            return _forget(marks)
    except (Closed, OperationalError):
        raise
    except Exception:
        log.exception("something that is due could not be folded; the rest is folded one by one")
        return _fold_one_by_one(limit)


def _take(limit: int) -> list[LedgerDue]:
    """Return all marks of some items and holds; on PostgreSQL nobody else takes them meanwhile."""
    ready = LedgerDue.objects.filter(not_before_ms__lte=now_ms()).order_by("pk")
    if connection.features.has_select_for_update_skip_locked:
        ready = ready.select_for_update(skip_locked=True)
    first = list(ready[: 2 * limit])
    names = list(dict.fromkeys(mark.name for mark in first))[:limit]
    return list(ready.filter(name__in=names))


def _fold(marks: Iterable[LedgerDue]) -> None:
    marks = list(marks)
    holds = {mark.name for mark in marks if mark.kind == DueKind.HOLD}
    items = {mark.name for mark in marks if mark.kind == DueKind.ITEM} | items_set_aside(holds)
    lock_items(items)
    refold_holds(holds, now_ms())
    refold(items, now_ms())


def _forget(marks: Sequence[LedgerDue]) -> int:
    """Take these marks away; one that came meanwhile, for entries nobody has read yet, stays."""
    LedgerDue.objects.filter(pk__in=[mark.pk for mark in marks]).delete()
    return len(marks)


def _fold_one_by_one(limit: int) -> int:
    with writing():
        marks = _take(limit)
        done = [mark for mark in marks if _folds(mark)]
        _forget(done)
        return max(len(done), 1)


def _folds(mark: LedgerDue) -> bool:
    """Fold one; put it off if that fails."""
    try:
        with transaction.atomic():
            _fold([mark])
    except OperationalError:
        raise
    except Exception:
        log.exception("%s %s could not be folded; it stays due", mark.kind, mark.pk)
        mark.tries += 1
        mark.not_before_ms = now_ms() + min(_LONGEST_WAIT_MS, 10_000 * 2 ** min(mark.tries, 20))
        mark.save(update_fields=["tries", "not_before_ms"])
        return False
    return True
