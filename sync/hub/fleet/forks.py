"""A journal that two units went on writing: staff say which one lives on, and nothing that happened is lost.

A cloned card, a restored backup and two units with one identity all look the same: after some entry there are two
lines with one key. The line that came first counts, the other waits. Once staff have said which unit lives on

- each line that waited becomes a journal of its own, a *branch*, under an epoch no unit ever had; its entries count,
  or are set aside for good; what its unit sends later joins it;
- the chosen unit is told at its next contact to go on in a new epoch with a new key; the hub knows it by the hash of
  its last entry;
- the other unit is told to enrol anew. Its old token brings what it still has to say, and opens nothing else.

Other stations notice none of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from lending.errors import Refused
from sync.heartbeat import Head, Order
from sync.hub.database import lock_epochs, lock_holds, lock_items, lock_patrons, writing
from sync.hub.feed.still_open import tell_new_unit
from sync.hub.fleet.lines import Line, lines_of, take_out
from sync.hub.fleet.models import Branch, Fork, Station
from sync.hub.journal.aside import TooMuchAside
from sync.hub.journal.batch import Batch, Incoming
from sync.hub.journal.ingest import Ingest
from sync.hub.journal.models import Journal, RawEntry, SetAside
from sync.hub.ledger.cases import JournalCaseKind, raise_too_much
from sync.hub.ledger.fold import refold
from sync.hub.ledger.models import CaseEvent, CaseState, ReviewCase
from sync.protocol import Receipt

_KINDS = (JournalCaseKind.JOURNAL_FORKED.value, JournalCaseKind.JOURNAL_CONFLICT.value)

MOST_BRANCHES = 9
"""So many lines beside the one in force become branches: as many as staff see side by side on the page."""


def forked_journals() -> dict[str, int]:
    """Return the stations whose journal forks and of whom nobody has said yet which unit lives on, with the epoch."""
    branches = set(Branch.objects.values_list("station_id", "epoch"))
    rows = Journal.objects.filter(forked_at__isnull=False).order_by("epoch").values_list("station_id", "epoch")
    return {station: epoch for station, epoch in rows if (station, epoch) not in branches}


def is_forked(journal: Journal) -> bool:
    """Return whether it waits for staff to say which unit of this journal lives on."""
    if journal.forked_at is not None:
        return not Branch.objects.filter(station=journal.station_id, epoch=journal.epoch).exists()
    if not SetAside.objects.filter(journal=journal).exists():
        return False
    about = f":{journal.station_id}:{journal.epoch}:"
    return ReviewCase.objects.filter(
        station=journal.station_id, kind__in=_KINDS, key__contains=about, state=CaseState.OPEN
    ).exists()


def decision(station_id: str, epoch: int) -> Fork | None:
    """Return what staff said of this journal, unless they took it back."""
    return Fork.objects.filter(station=station_id, epoch=epoch, undone_ms=None).order_by("-at_ms").first()


def declare(station_id: str, epoch: int, key: str, *, count_others: bool, who: str, now_ms: int) -> Fork:
    """Return the decision that the unit of the line named `key` lives on. The lines that waited count from now on if
    `count_others`, the chosen one in any case; else they are kept aside. Audited in the cases it answers.

    Raises Refused if there is no such line, or nothing to decide.
    """
    with writing():
        journal = Journal.objects.select_for_update().filter(station=station_id, epoch=epoch).first()
        lines = lines_of(journal) if journal is not None else ()
        if journal is None or len(lines) == 1 or decision(station_id, epoch) is not None:
            raise Refused("there is nothing to decide about this journal")
        if key not in {line.key for line in lines}:
            raise Refused("the journal has no such line any more; look again")
        _lock_all_about(lines)
        # Last, as a batch takes it: it says of its station that it was heard when all is done.
        station = Station.objects.select_for_update().get(pk=station_id)
        fork = Fork.objects.create(station=station, epoch=epoch, chosen_epoch=epoch, who=who, at_ms=now_ms)
        _straighten(journal, lines[0], now_ms)
        for line in _worth_a_branch(lines[1:], key):
            made = _branch(fork, station, journal, line, counts=count_others or line.key == key, now_ms=now_ms)
            if line.key == key:
                fork.chosen_epoch = made.epoch
        note = f"{station_id} lives on as {key[:8] or 'it was'}"
        fork.case_ids = _answer_cases(station_id, epoch, who, note, now_ms)
        fork.save()
        station.save(update_fields=["epoch"])
        tell_new_unit(station, now_ms)
    return fork


def _worth_a_branch(lines: Sequence[Line], key: str) -> list[Line]:
    """Return the longest lines, and the chosen one in any case: each branch is a journal, and somebody with the key
    may have sent thousands of lines of one entry. The others stay aside in the journal they came to.
    """
    longest = sorted(lines, key=lambda line: (line.key != key, -len(line.entries)))[:MOST_BRANCHES]
    return [line for line in lines if line in longest]


def _lock_all_about(lines: Sequence[Line]) -> None:
    """Take at once, in the one order, what the lines would take one after the other, across a batch of another."""
    wires = [entry.wire for line in lines for entry in line.entries]
    lock_items(_named(wires, "body", "item"))
    lock_holds(_named(wires, "body", "hold"))
    lock_epochs()
    lock_patrons(_named(wires, "personal", "patron_ref"))


def _named(wires: Iterable[Mapping[str, Any]], part: str, name: str) -> set[str]:
    said = (wire.get(part) for wire in wires)
    found = (one.get(name) for one in said if isinstance(one, Mapping))
    return {value for value in found if isinstance(value, str)}


def _straighten(journal: Journal, main: Line, now_ms: int) -> None:
    """Leave only the line that counts in the journal, with what its unit wrote behind the other's."""
    end = journal.held if journal.forked_at is None else journal.forked_at - 1
    take_out(journal, end)
    last = RawEntry.objects.filter(journal=journal, seq=end).first()
    journal.held, journal.head = end, last.hash if last is not None else main.root
    journal.waiting, journal.forked_at = 0, None
    journal.save()
    _move(journal, journal, [entry for entry in main.entries if entry.seq > end], now_ms)


def _branch(fork: Fork, station: Station, journal: Journal, line: Line, *, counts: bool, now_ms: int) -> Branch:
    station.epoch += 1
    made = Journal.objects.create(
        station=station,
        epoch=station.epoch,
        public_key=journal.public_key,
        signs_beats=journal.signs_beats,
        held=line.after_seq,
        head=line.root,
        forked_at=None if counts else line.after_seq + 1,
    )
    branch = Branch.objects.create(
        fork=fork,
        station=station,
        parent_epoch=journal.epoch,
        epoch=made.epoch,
        after_seq=line.after_seq,
        counts=counts,
    )
    _move(journal, made, line.entries, now_ms)
    return branch


def _move(home: Journal, to: Journal, entries: Sequence[Incoming], now_ms: int) -> None:
    """Let entries that were set aside in `home` stand in the line `to`."""
    if not entries:
        return
    SetAside.objects.filter(journal=home, digest__in=[entry.digest for entry in entries]).delete()
    Ingest().take_line(to, entries, now_ms)


def _answer_cases(station_id: str, epoch: int, who: str, note: str, now_ms: int) -> list[int]:
    cases = ReviewCase.objects.select_for_update().filter(
        station=station_id, kind__in=_KINDS, key__contains=f":{station_id}:{epoch}:", state=CaseState.OPEN
    )
    answered = []
    for case in cases:
        case.state, case.decision, case.note = CaseState.DECIDED, "accepted", note
        case.decided_by, case.decided_ms = who, now_ms
        case.save()
        CaseEvent.objects.create(case=case, at_ms=now_ms, what="accepted", who=who, note=note)
        answered.append(case.pk)
    return answered


def take_back(fork_id: int, who: str, now_ms: int) -> bool:
    """Return whether the decision is undone: the branches are set aside again and the cases are open.

    It can be as long as the chosen unit has not been told; afterwards it has gone on in its new epoch.
    """
    with writing():
        made = Fork.objects.filter(pk=fork_id).first()
        if made is None:
            return False
        home = Journal.objects.select_for_update().get(station=made.station_id, epoch=made.epoch)
        fork = Fork.objects.select_for_update().filter(pk=fork_id, new_epoch=None, undone_ms=None).first()
        if fork is None:
            return False
        touched = set()
        for branch in Branch.objects.filter(fork=fork):
            line = Journal.objects.select_for_update().get(station=fork.station_id, epoch=branch.epoch)
            touched |= take_out(line, 0)
            SetAside.objects.filter(journal=line).update(journal=home)
            branch.delete()
            line.delete()
        refold(touched, now_ms)
        home.forked_at = home.held + 1
        home.save(update_fields=["forked_at"])
        fork.undone_ms = now_ms
        fork.save(update_fields=["undone_ms"])
        _open_cases_again(fork.case_ids, who, now_ms)
    return True


def take_back_for(case_id: int, who: str, now_ms: int) -> bool | None:
    """Return whether the decision that answered this case is undone, None if there is none."""
    made = next((fork for fork in Fork.objects.filter(undone_ms=None) if case_id in fork.case_ids), None)
    return None if made is None else take_back(made.pk, who, now_ms)


def _open_cases_again(case_ids: Sequence[int], who: str, now_ms: int) -> None:
    for case in ReviewCase.objects.select_for_update().filter(pk__in=case_ids, state=CaseState.DECIDED):
        case.state, case.decision, case.note, case.decided_by, case.decided_ms = CaseState.OPEN, "", "", "", None
        case.save()
        CaseEvent.objects.create(case=case, at_ms=now_ms, what="undone", who=who)


# --- what comes later


def take(station: Station, batch: Batch, now_ms: int) -> Receipt:
    """Return the receipt for a batch. What continues a branch joins it; all else goes its ordinary way.

    Raises as `Ingest.take`; that too much is aside is shown to staff.
    """
    try:
        return _take(station, batch, now_ms)
    except TooMuchAside:
        with writing():
            raise_too_much(station.station_id, batch.epoch, now_ms)
        raise


def _take(station: Station, batch: Batch, now_ms: int) -> Receipt:
    ingest = Ingest()
    branches = list(Branch.objects.filter(station=station, parent_epoch=batch.epoch))
    if not branches:
        return ingest.take(station, batch, now_ms)
    ingest.check_signature(station, batch)
    rest = list(batch.entries)
    receipts = []
    for branch in branches:
        theirs = _of_branch(station, branch, rest)
        if theirs:
            receipts.append(_take_branch(ingest, station, branch, theirs, now_ms))
            rest = [entry for entry in rest if entry not in theirs]
    if rest or not receipts:
        receipts.insert(0, ingest.take_rest(station, replace(batch, entries=tuple(rest)), now_ms))
    verdicts = sorted((v for receipt in receipts for v in receipt.verdicts), key=lambda verdict: verdict.seq)
    return Receipt(receipts[-1].acknowledged, tuple(verdicts), now_ms)


def _of_branch(station: Station, branch: Branch, entries: Sequence[Incoming]) -> list[Incoming]:
    """Return which entries are in the branch, or continue what is."""
    line = Journal.objects.get(station=station, epoch=branch.epoch)
    hashes = [entry.hash for entry in entries]
    known = set(RawEntry.objects.filter(journal=line, hash__in=hashes).values_list("hash", flat=True)) | {line.head}
    found = []
    for entry in sorted(entries, key=lambda entry: entry.seq):
        if entry.seq > branch.after_seq and (entry.hash in known or entry.prev in known):
            known.add(entry.hash)
            found.append(entry)
    return found


def _take_branch(
    ingest: Ingest, station: Station, branch: Branch, entries: Sequence[Incoming], now_ms: int
) -> Receipt:
    with writing():
        line = Journal.objects.select_for_update().get(station=station, epoch=branch.epoch)
        return ingest.take_line(line, entries, now_ms, may_be_refused=True)


def orders_for(station: Station, epoch: int, head: Head) -> tuple[Order, ...]:
    """Return what a unit whose journal ends with `head` is to do about a fork: nothing, go on in a new epoch, or
    enrol anew. A unit that has written nothing since the last shared entry is not told yet: nobody can tell which
    it is.
    """
    fork = decision(station.station_id, epoch)
    if fork is None:
        return ()
    branches = Branch.objects.filter(fork=fork).values_list("epoch", "after_seq")
    shared = min((after for _, after in branches), default=0)
    epochs = [fork.epoch, *(one for one, _ in branches)]
    row = RawEntry.objects.filter(
        journal__station=station, journal__epoch__in=epochs, hash=head.hash, seq=head.seq, seq__gt=shared
    ).first()
    if row is None:
        return ()
    return (Order.NEW_EPOCH if row.journal.epoch == fork.chosen_epoch else Order.ENROL_ANEW,)


def is_of_ended_epoch(station: Station, epoch: int) -> bool:
    """Return whether staff have said that another unit lives on than one that still writes this epoch."""
    return epoch != station.epoch and decision(station.station_id, epoch) is not None


def _decision_locked(station: Station, epoch: int) -> Fork | None:
    """Return what staff said of this journal, if they have not just taken it back; now they cannot any more."""
    fork = decision(station.station_id, epoch)
    return fork and Fork.objects.select_for_update().filter(pk=fork.pk, undone_ms=None).first()


def go_on(station: Station, epoch: int, head: Head, public_key: str, now_ms: int) -> None:
    """Let the chosen unit go on in a new epoch with this key. The same key may come again: its answer may be lost.

    Raises Refused if this is not the unit that staff chose.
    """
    with writing():
        lock_epochs()
        row = Station.objects.select_for_update().get(pk=station.pk)
        fork = _decision_locked(row, epoch)
        if fork is None or Order.NEW_EPOCH not in orders_for(row, epoch, head):
            raise Refused("epoch: staff have not said that this unit goes on in a new one")
        if fork.new_epoch is not None:
            if not Journal.objects.filter(station=row, epoch=fork.new_epoch, public_key=public_key, held=0).exists():
                raise Refused("epoch: another key goes on already")
            return
        row.epoch += 1
        row.save(update_fields=["epoch"])
        signs = Journal.objects.filter(station=row, epoch=epoch, signs_beats=True).exists()
        Journal.objects.create(station=row, epoch=row.epoch, public_key=public_key, signs_beats=signs)
        fork.new_epoch = row.epoch
        fork.save(update_fields=["new_epoch"])
        tell_new_unit(row, now_ms)
        note = f"goes on in epoch {row.epoch}"
        CaseEvent.objects.bulk_create(
            CaseEvent(case_id=pk, at_ms=now_ms, what="went_on", who=row.station_id, note=note) for pk in fork.case_ids
        )
