"""Taking in a batch: what is new is stored once, what is known is answered again, what is wrong is kept and shown.

The invariant: the hub acknowledges the gap-free prefix it holds, and a batch sent twice, in pieces or by detours
changes nothing. Entries beyond a gap are stored, wait without effect and are not acknowledged.

```text
entry ─▶ its place is free ─▶ readable ─▶ STORED ──────▶ in force once the journal is gap-free up to it
      │                    └▶ not so ───▶ QUARANTINED    (has its place, changes nothing, case for staff)
      ├▶ same content at its place ─────▶ the first verdict again
      └▶ other content, or id taken ────▶ CONFLICT       (set aside, case for staff, first one kept)
```
"""

from __future__ import annotations

import heapq
import json
import logging
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from django.db import IntegrityError
from django.db.models import F

from lending.entries import Entry
from lending.errors import EntryRefused, Refused
from lending.ledger import item_of
from sync.hub.database import writing
from sync.hub.fleet.models import Station
from sync.hub.holds.fold import hold_of, refold_holds
from sync.hub.journal.batch import Batch, Incoming, holds_nul, stand_in
from sync.hub.journal.models import Journal, PersonalPart, RawEntry, SetAside
from sync.hub.ledger.append import append
from sync.hub.ledger.cases import JournalCaseKind, raise_journal_case
from sync.journal import check_envelope, open_entry, signature_holds
from sync.protocol import Receipt, Verdict, VerdictKind

log = logging.getLogger(__name__)

FORKED = "does not continue the journal the hub holds"
PLACE_TAKEN = "the hub holds another entry at this place"
ID_TAKEN = "the hub holds another entry with this id"
_MAX_REASON = 300


class SignatureRefused(Refused):
    """The batch was not signed with the key the station enrolled with. Nothing of it was taken in."""


@dataclass(slots=True)
class _Work:
    """One batch on its way: what is new, what is set aside, and the verdicts in the order of the batch."""

    journal: Journal
    now_ms: int
    new: dict[int, tuple[RawEntry, Incoming]] = field(default_factory=dict)
    aside: dict[str, SetAside] = field(default_factory=dict)
    forked: list[RawEntry] = field(default_factory=list)
    rows: list[RawEntry | SetAside] = field(default_factory=list)


class Ingest:
    """Takes in batches. Its steps are methods, so that a test can plant a defect in one of them."""

    def take(self, station: Station, batch: Batch, now_ms: int) -> Receipt:
        """Return the receipt for `batch`, which is now durably stored and counted in the ledger.

        Raises Refused if the epoch is not one of this station's, SignatureRefused if the signature does not hold;
        then nothing is stored, save that the alarm is counted.
        """
        self._check_signature(station, batch)
        try:
            return self._take_once(station, batch, now_ms)
        except IntegrityError:
            # Another station's batch took one of these ids between our look and our insert: look again.
            return self._take_once(station, batch, now_ms)

    def _check_signature(self, station: Station, batch: Batch) -> None:
        journal = Journal.objects.filter(station=station, epoch=batch.epoch).first()
        if journal is None:
            raise Refused(f"epoch: station {station.station_id} was never enrolled for epoch {batch.epoch}")
        if signature_holds(batch.plain, bytes.fromhex(journal.public_key)):
            return
        with writing():
            Station.objects.filter(pk=station.pk).update(alarms=F("alarms") + 1)
        log.warning("station %s: a batch whose signature does not hold was refused", station.station_id)
        raise SignatureRefused("signature: does not hold for this station's key")

    def _take_once(self, station: Station, batch: Batch, now_ms: int) -> Receipt:
        with writing():
            journal = Journal.objects.select_for_update().get(station=station, epoch=batch.epoch)
            work = self._sort_out(_Work(journal, now_ms), batch.entries)
            woken = self._advance(work)
            self._store(work, woken)
            _show(work, station.station_id)
            self._fold(
                in_force=[row for row in (*woken, *(row for row, _ in work.new.values())) if row.in_force],
                now_ms=now_ms,
            )
            _heard(station, batch, now_ms)
            return Receipt(self.acknowledged(journal), self._verdicts(work, batch.entries), now_ms)

    def _fold(self, in_force: Sequence[RawEntry], now_ms: int) -> None:
        """Let what has come in force count: items first, then holds, in the order in which all writers lock them."""
        items = defaultdict(list)
        for row in in_force:
            if row.item:
                items[row.item].append(row.entry_id)
        append(items, now_ms)
        refold_holds({row.hold for row in in_force} - {""}, now_ms)

    def acknowledged(self, journal: Journal) -> int:
        """Return up to where the station may forget: the end of the gap-free prefix."""
        return journal.held

    def _sort_out(self, work: _Work, entries: Sequence[Incoming]) -> _Work:
        """Give each entry the row that speaks for it: one held before, a new one, or one set aside."""
        held = self.held_before(work.journal, entries)
        taken = set(
            RawEntry.objects.filter(entry_id__in=[e.entry_id for e in entries]).values_list("entry_id", flat=True)
        )
        digests = [e.digest for e in entries if e.seq in held]
        aside = {row.digest: row for row in SetAside.objects.filter(journal=work.journal, digest__in=digests)}
        for entry in entries:
            first = held.get(entry.seq)
            if first is None:
                row = self._new_row(work, entry, id_taken=entry.entry_id in taken)
                work.new[entry.seq] = (row, entry)
                held[entry.seq] = row
                taken.add(entry.entry_id)
                work.rows.append(row)
            elif self.is_same(first, entry):
                work.rows.append(first)
            else:
                work.rows.append(aside.get(entry.digest) or _set_aside(work, entry))
        return work

    def held_before(self, journal: Journal, entries: Sequence[Incoming]) -> dict[int, RawEntry]:
        """Return the entries the hub holds at the places these claim."""
        rows = RawEntry.objects.filter(journal=journal, seq__in=[entry.seq for entry in entries])
        return {row.seq: row for row in rows}

    def _new_row(self, work: _Work, entry: Incoming, *, id_taken: bool) -> RawEntry:
        opened, reason = (None, ID_TAKEN) if id_taken else self.judge(entry)
        verdict = VerdictKind.CONFLICT if id_taken else VerdictKind.STORED if opened else VerdictKind.QUARANTINED
        return RawEntry(
            journal=work.journal,
            seq=entry.seq,
            entry_id=stand_in("dup", f"{work.journal.pk}/{entry.text}") if id_taken else entry.entry_id,
            hash=entry.hash,
            prev=entry.prev,
            kind=entry.kind,
            item=(item_of(opened) or "") if opened else "",
            hold=(hold_of(opened) or "") if opened else "",
            wall_ms=opened.at.wall_ms if opened else None,
            wire=entry.text,
            received_ms=work.now_ms,
            verdict=verdict.value,
            reason=reason[:_MAX_REASON],
        )

    def is_same(self, first: RawEntry, entry: Incoming) -> bool:
        """Return whether an entry is the one the hub holds at its place, sent again."""
        return first.wire == entry.text

    def judge(self, entry: Incoming) -> tuple[Entry | None, str]:
        """Return the entry and no reason, or none and the reason why it cannot be read."""
        try:
            check_envelope(entry.wire)
            opened = open_entry(entry.wire)
        except EntryRefused as refused:
            return None, f"{refused.field}: {refused.reason}"
        if holds_nul(entry.text) or holds_nul(entry.personal or ""):
            return None, "entry: holds a character that cannot be kept"
        return opened, ""

    def _advance(self, work: _Work) -> list[RawEntry]:
        """Move the end of the gap-free prefix as far as it goes; return what had waited and now lies before it."""
        journal, woken = work.journal, []
        waited = RawEntry.objects.filter(journal=journal, seq__gt=journal.held).order_by("seq")
        new = sorted((row for row, _ in work.new.values()), key=_seq)
        ahead = heapq.merge(new, waited.iterator(chunk_size=500) if journal.waiting else (), key=_seq)
        journal.waiting += len(new)
        for row in ahead:
            if row.seq != journal.held + 1:
                break
            self._pass_over(work, row)
            journal.waiting -= 1
            if row.seq not in work.new:
                woken.append(row)
        journal.save()
        return woken

    def _pass_over(self, work: _Work, row: RawEntry) -> None:
        """Put the entry that comes next in force if it continues the journal and could be read."""
        journal = work.journal
        readable = row.verdict == VerdictKind.STORED
        if readable and journal.forked_at is None and not self.continues(journal, row):
            journal.forked_at = row.seq
        if readable and journal.forked_at is None and row.wall_ms is not None:
            journal.newest_ms = max(journal.newest_ms, row.wall_ms)
            row.in_force, row.order_ms = True, journal.newest_ms
        if readable and journal.forked_at is not None:
            work.forked.append(row)
            if row.seq in work.new:
                row.verdict, row.reason = VerdictKind.QUARANTINED.value, FORKED
        journal.held, journal.head = row.seq, row.hash

    def continues(self, journal: Journal, row: RawEntry) -> bool:
        """Return whether an entry carries the hash of the one before it (which may have been too bad to have one)."""
        return not journal.head or row.prev == journal.head

    def _store(self, work: _Work, woken: Sequence[RawEntry]) -> None:
        RawEntry.objects.bulk_create([row for row, _ in work.new.values()])
        PersonalPart.objects.bulk_create(
            [_personal_row(row, entry) for row, entry in work.new.values() if entry.personal is not None]
        )
        RawEntry.objects.bulk_update(woken, ["in_force", "order_ms"], batch_size=200)
        SetAside.objects.bulk_create(work.aside.values())

    def _verdicts(self, work: _Work, entries: Sequence[Incoming]) -> tuple[Verdict, ...]:
        return tuple(_verdict(entry, row) for entry, row in zip(entries, work.rows, strict=True))


def _seq(row: RawEntry) -> int:
    return row.seq


def _set_aside(work: _Work, entry: Incoming) -> SetAside:
    row = work.aside.get(entry.digest)
    if row is None:
        row = SetAside(
            journal=work.journal,
            seq=entry.seq,
            entry_id=entry.entry_id,
            digest=entry.digest,
            wire=entry.text,
            personal=entry.personal or "",
            received_ms=work.now_ms,
            reason=PLACE_TAKEN,
        )
        work.aside[entry.digest] = row
    return row


def _personal_row(row: RawEntry, entry: Incoming) -> PersonalPart:
    personal = json.loads(entry.personal or "{}").get("personal")
    ref = str(personal["patron_ref"]) if row.verdict == VerdictKind.STORED else ""
    return PersonalPart(entry=row, patron_ref=ref, plain=entry.personal or "")


def _verdict(entry: Incoming, row: RawEntry | SetAside) -> Verdict:
    kind = VerdictKind.CONFLICT if isinstance(row, SetAside) else VerdictKind(row.verdict)
    return Verdict(entry.claimed_id, entry.seq, kind, row.reason)


def _show(work: _Work, station: str) -> None:
    """Raise the cases that stand on the journal itself: entries in quarantine, a conflict, a fork."""
    journal = work.journal
    new = [row for row, _ in work.new.values()]
    for row in new:
        if row.verdict == VerdictKind.QUARANTINED and row.reason != FORKED:
            raise_journal_case(JournalCaseKind.ENTRY_QUARANTINED, station, journal.epoch, [row], work.now_ms)
    conflicts: list[RawEntry | SetAside] = [
        *work.aside.values(),
        *(row for row in new if row.verdict == VerdictKind.CONFLICT),
    ]
    if conflicts:
        log.warning("station %s: %s entries conflict with what the hub holds", station, len(conflicts))
        raise_journal_case(JournalCaseKind.JOURNAL_CONFLICT, station, journal.epoch, conflicts, work.now_ms)
    if work.forked:
        log.warning("station %s: the journal forks at %s", station, journal.forked_at)
        raise_journal_case(JournalCaseKind.JOURNAL_FORKED, station, journal.epoch, work.forked, work.now_ms)


def _heard(station: Station, batch: Batch, now_ms: int) -> None:
    Station.objects.filter(pk=station.pk).update(
        last_contact_ms=now_ms,
        clock_offset_ms=batch.clock.wall_ms - now_ms,
        clock_synced=batch.clock.synced,
        client=batch.client,
    )
