"""What still needs to know who it was: cases that are open, journals nobody has sorted out yet, Koha."""

from __future__ import annotations

from collections.abc import Collection

from django.db.models import Exists, OuterRef, Q, QuerySet

from lending.cases import CaseKind
from lending.rules import Reason
from sync.hub.fleet.forks import forked_journals
from sync.hub.fleet.models import Fork
from sync.hub.forgetting.times import Times
from sync.hub.ledger.cases import JournalCaseKind
from sync.hub.ledger.models import CaseEvent, CaseState, ReviewCase

_OF_JOURNALS = [kind.value for kind in JournalCaseKind if kind is not JournalCaseKind.KOHA_REFUSED]
_OF_LINES = [JournalCaseKind.JOURNAL_FORKED.value, JournalCaseKind.JOURNAL_CONFLICT.value]


def live_cases(times: Times) -> QuerySet[ReviewCase]:
    """Return the cases that are open, that something happened to since loans that ended then are kept, or whose
    answer can still be undone.
    """
    lately = CaseEvent.objects.filter(case=OuterRef("pk"), at_ms__gt=times.over_ms)
    undoable = Q(state=CaseState.DECIDED, decided_ms__gt=times.settled_ms)
    return ReviewCase.objects.filter(Q(state=CaseState.OPEN) | undoable | Exists(lately))


def named_anywhere(times: Times) -> set[str]:
    """Return the entries that live cases name which are not found by the item of the entry."""
    rows = live_cases(times).filter(Q(item="") | Q(kind=CaseKind.OVER_LIMIT.value))
    return {entry for ids in rows.values_list("entry_ids", flat=True) for entry in ids}


def named_of(items: Collection[str], times: Times) -> set[str]:
    """Return the entries that live cases of these items name."""
    rows = live_cases(times).filter(item__in=items)
    return {entry for ids in rows.values_list("entry_ids", flat=True) for entry in ids}


def set_aside_in_doubt(items: Collection[str], times: Times) -> set[str]:
    """Return those of these items that are in a live case because they were set aside for somebody else."""
    rows = live_cases(times).filter(
        item__in=items, kind=CaseKind.NOT_LOANABLE.value, reason=Reason.HELD_FOR_OTHER.value
    )
    return set(rows.values_list("item", flat=True))


def unsorted_lines(times: Times) -> set[str]:
    """Return the stations of whose journals it is not settled for good which entries count."""
    forks = Fork.objects.filter(Q(at_ms__gt=times.settled_ms) | Q(undone_ms__gt=times.settled_ms))
    return (
        set(forked_journals())
        | set(forks.values_list("station_id", flat=True))
        | set(live_cases(times).filter(kind__in=_OF_LINES).values_list("station", flat=True))
    )


def unsorted_journals(times: Times) -> set[str]:
    """Return the stations of whose journals staff have still to look at something that counts nowhere."""
    cases = live_cases(times).filter(kind__in=_OF_JOURNALS)
    return unsorted_lines(times) | set(cases.values_list("station", flat=True))
