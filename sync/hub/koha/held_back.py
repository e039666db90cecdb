"""What was held back because Koha would have ended a newer loan: shown to staff once, as a case."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

from sync.hub.journal.models import RawEntry
from sync.hub.koha.models import HeldBack
from sync.hub.koha.plan import LeftOut, Why
from sync.hub.ledger.cases import JournalCaseKind, raise_journal_case

_AT_ONCE = 500


def show_held_back(left_out: Iterable[LeftOut], now_ms: int) -> None:
    """Make sure that staff are shown every entry that came too late, one case per journal as long as it is open.

    An entry is shown once, however often it is left out. Runs inside a transaction.
    """
    late = [one.fact.entry_id for one in left_out if one.why is Why.LATE]
    for start in range(0, len(late), _AT_ONCE):
        _show(late[start : start + _AT_ONCE], now_ms)


def _show(entry_ids: Sequence[str], now_ms: int) -> None:
    shown = set(HeldBack.objects.filter(entry_id__in=entry_ids).values_list("entry_id", flat=True))
    new = [entry_id for entry_id in entry_ids if entry_id not in shown]
    journals = defaultdict(list)
    for row in RawEntry.objects.filter(entry_id__in=new).select_related("journal").order_by("journal", "seq"):
        journals[row.journal].append(row)
    for journal, rows in journals.items():
        raise_journal_case(JournalCaseKind.KOHA_REFUSED, journal.station_id, journal.epoch, rows, now_ms)
    HeldBack.objects.bulk_create(HeldBack(entry_id=entry_id, at_ms=now_ms) for entry_id in new)
