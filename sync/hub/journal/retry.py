"""Entries in quarantine that this version can read come in force after all, as if they had been readable at once.

Kinds and schema versions come after each other: a station may be newer than the hub. Its entries wait in quarantine
with their place in the journal, so that nothing behind them is lost, and count once the hub has been updated.
"""

from __future__ import annotations

from lending.ledger import item_of
from sync.hub.holds.fold import hold_of
from sync.hub.journal.aside import not_counting
from sync.hub.journal.batch import incoming_of
from sync.hub.journal.dates import date_anew
from sync.hub.journal.ingest import FORKED, Ingest
from sync.hub.journal.models import Journal, RawEntry
from sync.hub.ledger.cases import explain_quarantine, explain_too_much
from sync.journal import GENESIS
from sync.protocol import VerdictKind


def retry_quarantined(now_ms: int) -> int:
    """Return how many entries came out of quarantine. Runs inside a transaction; fold everything afterwards."""
    waiting = RawEntry.objects.filter(verdict=VerdictKind.QUARANTINED.value).exclude(reason=FORKED)
    journals = list(waiting.values_list("journal", flat=True).distinct())
    return sum(_retry(journal, now_ms) for journal in Journal.objects.select_for_update().filter(pk__in=journals))


def date_all_anew() -> None:
    """Date every journal from its beginning. Runs inside a transaction; fold everything afterwards."""
    for journal in Journal.objects.select_for_update().order_by("pk"):
        date_anew(journal)


def _retry(journal: Journal, now_ms: int) -> int:
    rows = RawEntry.objects.filter(journal=journal, verdict=VerdictKind.QUARANTINED.value).exclude(reason=FORKED)
    freed = [row for row in rows.select_related("journal", "personal").order_by("seq") if _read(row, now_ms)]
    if freed:
        _count_from(journal, freed[0].seq)
        if not RawEntry.objects.filter(not_counting(), journal=journal).exists():
            explain_too_much(journal.station_id, journal.epoch, now_ms)
    return len(freed)


def _read(row: RawEntry, now_ms: int) -> bool:
    """Return whether the entry can be read now and continues its journal; then it is stored as such."""
    personal = getattr(row, "personal", None)
    incoming = incoming_of(row.wire, personal.plain if personal is not None else None)
    entry, _ = Ingest().judge(incoming)
    if entry is None or not _continues(row):
        return False
    row.verdict, row.reason = VerdictKind.STORED.value, ""
    row.item, row.hold, row.wall_ms = item_of(entry) or "", hold_of(entry) or "", entry.at.wall_ms
    row.save(update_fields=["verdict", "reason", "item", "hold", "wall_ms"])
    if personal is not None:
        personal.patron_ref = entry.personal.patron_ref if entry.personal is not None else ""
        personal.save(update_fields=["patron_ref"])
    explain_quarantine(row, now_ms)
    return True


def _continues(row: RawEntry) -> bool:
    """Return whether an entry before the end of the gap-free prefix carries the hash of the one before it, and lies
    before a fork. One behind a gap is looked at when the gap is filled.
    """
    journal = row.journal
    if row.seq > journal.held:
        return True
    if journal.forked_at is not None and row.seq >= journal.forked_at:
        return False
    before = RawEntry.objects.filter(journal=journal, seq=row.seq - 1).values_list("hash", flat=True).first()
    return row.prev == (GENESIS if before is None else before or row.prev)


def _count_from(journal: Journal, first: int) -> None:
    """Put the entries from `first` on in force, at the dates they would have had if all had been readable at once."""
    rows = RawEntry.objects.filter(journal=journal, verdict=VerdictKind.STORED.value, seq__lte=journal.held)
    if journal.forked_at is not None:
        rows = rows.filter(seq__lt=journal.forked_at)
    rows.filter(seq__gte=first).update(in_force=True)
    date_anew(journal)
