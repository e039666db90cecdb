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
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from django.db import IntegrityError
from django.db.models import F

from lending.entries import Entry, Loan, Return
from lending.errors import EntryRefused, Refused
from lending.ledger import item_of
from sync.hub.database import writing
from sync.hub.fleet.models import Station
from sync.hub.holds.fold import hold_collected_by, hold_of, holds_collected_by
from sync.hub.journal.aside import refuse_too_much
from sync.hub.journal.batch import Batch, Incoming, holds_nul, stand_in
from sync.hub.journal.dates import Moved, date_rows
from sync.hub.journal.models import Journal, RawEntry, SetAside
from sync.hub.journal.rows import Row, insert, rows_after, rows_at, write_dates
from sync.hub.ledger.cases import JournalCaseKind, raise_journal_case, show_quarantined
from sync.hub.ledger.due import Touched, fold_or_leave_due
from sync.journal import check_envelope, open_entry, signature_holds
from sync.protocol import Receipt, Verdict, VerdictKind

log = logging.getLogger(__name__)

FORKED = "does not continue the journal the hub holds"
PLACE_TAKEN = "the hub holds another entry at this place"
ID_TAKEN = "the hub holds another entry with this id"
_MAX_REASON = 300


class SignatureRefused(Refused):
    """What came was not signed with the key the station enrolled with. Nothing of it was taken in."""


def count_alarm(station: Station, what: str) -> None:
    """Count, for staff, that something came in the station's name whose signature does not hold."""
    with writing():
        Station.objects.filter(pk=station.pk).update(alarms=F("alarms") + 1)
    log.warning("station %s: %s whose signature does not hold was refused", station.station_id, what)


@dataclass(slots=True)
class _Work:
    """One batch on its way: what is new, what had waited behind a gap it fills, what comes in force by it, in the
    order of the journal, what is set aside, and what answers each entry of the batch. `waited` is how much waited
    behind a gap before.
    """

    journal: Journal
    now_ms: int
    new: dict[int, Row] = field(default_factory=dict)
    woken: list[Row] = field(default_factory=list)
    in_force: list[Row] = field(default_factory=list)
    aside: dict[str, SetAside] = field(default_factory=dict)
    forked: list[Row] = field(default_factory=list)
    answers: list[Row | SetAside] = field(default_factory=list)
    waited: int = 0

    def brings_what_counts_nowhere(self) -> bool:
        """Return whether more is kept aside for it, or more waits behind a gap than before."""
        odd = (row for row in self.new.values() if row.verdict != VerdictKind.STORED)
        return bool(self.aside) or any(odd) or self.journal.waiting > self.waited


class Ingest:
    """Takes in batches. Its steps are methods, so that a test can plant a defect in one of them."""

    def take(self, station: Station, batch: Batch, now_ms: int) -> Receipt:
        """Return the receipt for `batch`, which is now durably stored and counted in the ledger.

        Raises Refused if the epoch is not one of this station's, SignatureRefused if the signature does not hold,
        TooMuchAside if the hub keeps too much of the station that counts nowhere; then nothing is stored, save that
        the alarm is counted.
        """
        self._check_signature(station, batch)
        try:
            return self._take_once(station, batch, now_ms, look_for_ids=False)
        except IntegrityError:
            # One of these ids is taken, here or by a batch of another station's just now: look which.
            return self._take_once(station, batch, now_ms, look_for_ids=True)

    def take_line(
        self, journal: Journal, entries: Sequence[Incoming], now_ms: int, *, may_be_refused: bool = False
    ) -> Receipt:
        """Take entries, whose signature was checked when they came, into one of a forked journal's lines.

        Shows no case: whoever sorts the lines knows of them. Runs inside a transaction in which `journal` is locked.
        `may_be_refused` says that a station has just sent them: then it raises TooMuchAside as `take` does.
        """
        work = _Work(journal, now_ms, waited=journal.waiting)
        self._sort_out(work, entries, _ids_held(entries))
        self._advance(work)
        moved = self.date(work)
        self._store(work)
        if may_be_refused:
            self.limit(work)
        self._fold(work, moved)
        return Receipt(self.acknowledged(journal), self._verdicts(work, entries), now_ms)

    def take_rest(self, station: Station, batch: Batch, now_ms: int) -> Receipt:
        """As `take`, for a batch whose signature has been checked, and from which some entries were taken out."""
        return self._take_once(station, batch, now_ms, look_for_ids=True)

    def check_signature(self, station: Station, batch: Batch) -> None:
        """Do nothing if the batch is signed with the key of its epoch. Raises as `take`."""
        self._check_signature(station, batch)

    def _check_signature(self, station: Station, batch: Batch) -> None:
        journal = Journal.objects.filter(station=station, epoch=batch.epoch).first()
        if journal is None:
            raise Refused(f"epoch: station {station.station_id} was never enrolled for epoch {batch.epoch}")
        if signature_holds(batch.plain, bytes.fromhex(journal.public_key)):
            return
        count_alarm(station, "a batch")
        raise SignatureRefused("signature: does not hold for this station's key")

    def _take_once(self, station: Station, batch: Batch, now_ms: int, *, look_for_ids: bool) -> Receipt:
        with writing():
            journal = Journal.objects.select_for_update().get(station=station, epoch=batch.epoch)
            work = _Work(journal, now_ms, waited=journal.waiting)
            self._sort_out(work, batch.entries, _ids_held(batch.entries) if look_for_ids else set())
            self._advance(work)
            moved = self.date(work)
            self._store(work)
            self.limit(work)
            _show(work, station.station_id)
            self._fold(work, moved)
            _heard(station, batch, now_ms)
            return Receipt(self.acknowledged(journal), self._verdicts(work, batch.entries), now_ms)

    def limit(self, work: _Work) -> None:
        """Raise TooMuchAside if what was just stored is more than is kept of one station (see `aside`)."""
        if work.brings_what_counts_nowhere():
            refuse_too_much(work.journal.station_id)

    def date(self, work: _Work) -> Moved:
        """Give what comes in force its dates, and older entries theirs anew where that tells more of them."""
        return date_rows(work.journal, work.in_force)

    def _fold(self, work: _Work, moved: Moved) -> None:
        """Let what has come in force count, and what has moved count in its new place."""
        touched = Touched(anew=set(moved.items), holds=set(moved.holds))
        for row in work.in_force:
            if row.item:
                touched.items.setdefault(row.item, []).append(row.entry_id)
            hold = hold_collected_by(row.wire) if row.kind == Loan.kind else row.hold
            if hold:
                touched.holds.add(hold)
        undone = [loan for row in work.in_force if (loan := _undone_by(row)) is not None]
        if undone:
            touched.holds |= holds_collected_by(undone)
        fold_or_leave_due(touched, work.now_ms)

    def acknowledged(self, journal: Journal) -> int:
        """Return up to where the station may forget: the end of the gap-free prefix."""
        return journal.held

    def _sort_out(self, work: _Work, entries: Sequence[Incoming], taken: set[str]) -> None:
        """Give each entry the row that speaks for it: one held before, a new one, or one set aside."""
        held = self.held_before(work.journal, entries)
        digests = [e.digest for e in entries if e.seq in held]
        aside = {row.digest: row for row in SetAside.objects.filter(journal=work.journal, digest__in=digests)}
        for entry in entries:
            first = held.get(entry.seq)
            if first is None:
                row = self._new_row(work, entry, id_taken=entry.entry_id in taken)
                work.new[entry.seq] = held[entry.seq] = row
                taken.add(entry.entry_id)
                work.answers.append(row)
            elif self.is_same(first, entry):
                work.answers.append(first)
            else:
                work.answers.append(aside.get(entry.digest) or _set_aside(work, entry))

    def held_before(self, journal: Journal, entries: Sequence[Incoming]) -> dict[int, Row]:
        """Return the entries the hub holds at the places these claim."""
        last = journal.held if journal.waiting == 0 else None
        seqs = [entry.seq for entry in entries if last is None or entry.seq <= last]
        return rows_at(journal, seqs) if seqs else {}

    def _new_row(self, work: _Work, entry: Incoming, *, id_taken: bool) -> Row:
        opened, reason = (None, ID_TAKEN) if id_taken else self.judge(entry)
        verdict = VerdictKind.CONFLICT if id_taken else VerdictKind.STORED if opened else VerdictKind.QUARANTINED
        return Row(
            pk=None,
            seq=entry.seq,
            entry_id=stand_in("dup", f"{work.journal.pk}/{entry.text}") if id_taken else entry.entry_id,
            hash=entry.hash,
            prev=entry.prev,
            kind=entry.kind,
            item=(item_of(opened) or "") if opened else "",
            hold=(hold_of(opened) or "") if opened else "",
            wall_ms=opened.at.wall_ms if opened else None,
            wire=entry.text,
            verdict=verdict.value,
            reason=reason[:_MAX_REASON],
            incoming=entry,
            entry=opened,
        )

    def is_same(self, first: Row, entry: Incoming) -> bool:
        """Return whether an entry is the one the hub holds at its place, sent again."""
        return first.wire == entry.text

    def judge(self, entry: Incoming) -> tuple[Entry | None, str]:
        """Return the entry and no reason, or none and the reason why it cannot be read."""
        try:
            check_envelope(entry.wire, entry.forms)
            opened = open_entry(entry.wire)
        except EntryRefused as refused:
            return None, f"{refused.field}: {refused.reason}"
        if holds_nul(entry.text) or holds_nul(entry.personal or ""):
            return None, "entry: holds a character that cannot be kept"
        return opened, ""

    def _advance(self, work: _Work) -> None:
        """Move the end of the gap-free prefix as far as it goes, over what is new and what had waited."""
        journal = work.journal
        new = sorted(work.new.values(), key=_seq)
        waited: Iterable[Row] = rows_after(journal, journal.held) if journal.waiting else ()
        journal.waiting += len(new)
        for row in heapq.merge(new, waited, key=_seq):
            if row.seq != journal.held + 1:
                break
            self._pass_over(work, row)
            journal.waiting -= 1
            if row.seq not in work.new:
                work.woken.append(row)

    def _pass_over(self, work: _Work, row: Row) -> None:
        """Put the entry that comes next in force if it continues the journal and could be read."""
        journal = work.journal
        readable = row.verdict == VerdictKind.STORED
        if readable and journal.forked_at is None and not self.continues(journal, row):
            journal.forked_at = row.seq
        if readable and journal.forked_at is None:
            row.in_force = True
            work.in_force.append(row)
        if readable and journal.forked_at is not None:
            work.forked.append(row)
            if row.seq in work.new:
                row.verdict, row.reason = VerdictKind.QUARANTINED.value, FORKED
        journal.held, journal.head = row.seq, row.hash

    def continues(self, journal: Journal, row: Row) -> bool:
        """Return whether an entry carries the hash of the one before it (which may have been too bad to have one)."""
        return not journal.head or row.prev == journal.head

    def _store(self, work: _Work) -> None:
        work.journal.save()
        insert(work.journal, list(work.new.values()), work.now_ms)
        write_dates((row.pk, row.dated) for row in work.woken if row.pk is not None and row.dated is not None)
        SetAside.objects.bulk_create(work.aside.values())

    def _verdicts(self, work: _Work, entries: Sequence[Incoming]) -> tuple[Verdict, ...]:
        return tuple(_verdict(entry, row) for entry, row in zip(entries, work.answers, strict=True))


def _seq(row: Row) -> int:
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


def _ids_held(entries: Sequence[Incoming]) -> set[str]:
    ids = [entry.entry_id for entry in entries]
    return set(RawEntry.objects.filter(entry_id__in=ids).values_list("entry_id", flat=True))


def _verdict(entry: Incoming, row: Row | SetAside) -> Verdict:
    kind = VerdictKind.CONFLICT if isinstance(row, SetAside) else VerdictKind(row.verdict)
    return Verdict(entry.claimed_id, entry.seq, kind, row.reason)


def _show(work: _Work, station: str) -> None:
    """Raise the cases that stand on the journal itself: entries in quarantine, a conflict, a fork."""
    journal = work.journal
    new = list(work.new.values())
    unreadable = [row for row in new if row.verdict == VerdictKind.QUARANTINED and row.reason != FORKED]
    if unreadable:
        show_quarantined(station, journal.epoch, [row.as_model() for row in unreadable], work.now_ms)
    conflicts: list[RawEntry | SetAside] = [
        *work.aside.values(),
        *(row.as_model() for row in new if row.verdict == VerdictKind.CONFLICT),
    ]
    if conflicts:
        log.warning("station %s: %s entries conflict with what the hub holds", station, len(conflicts))
        raise_journal_case(JournalCaseKind.JOURNAL_CONFLICT, station, journal.epoch, conflicts, work.now_ms)
    if work.forked:
        log.warning("station %s: the journal forks at %s", station, journal.forked_at)
        forked = [row.as_model() for row in work.forked]
        raise_journal_case(JournalCaseKind.JOURNAL_FORKED, station, journal.epoch, forked, work.now_ms)


def _undone_by(row: Row) -> str | None:
    """Return the loan that this entry takes back within the visit that made it, or None."""
    if row.kind != Return.kind or '"undo":true' not in row.wire:
        return None
    loan = json.loads(row.wire)["body"].get("loan")
    return loan if isinstance(loan, str) else None


def _heard(station: Station, batch: Batch, now_ms: int) -> None:
    Station.objects.filter(pk=station.pk).update(
        last_contact_ms=now_ms,
        clock_offset_ms=batch.clock.wall_ms - now_ms,
        clock_synced=batch.clock.synced,
        client=batch.client,
    )
