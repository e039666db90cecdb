"""The hub's promises as functions over an ingest, so that one with a planted defect can be put in its place.

Each raises AssertionError where the promise is broken.
"""

from __future__ import annotations

from collections.abc import Sequence

from hub.bench import DRILL, STATIONS, TENT, Bench, SimulatedStation, broken, everything

from lending.cases import CaseKind, Register, find_cases
from lending.entries import Entry
from lending.ledger import fold_item, in_order, item_of
from sync.hub import commands
from sync.hub.journal.ingest import Ingest
from sync.hub.journal.models import Journal, RawEntry, SetAside
from sync.hub.ledger.models import OpenLoan, ReviewCase
from sync.hub.ledger.register import register_for
from sync.journal import open_entry
from sync.protocol import VerdictKind

Delivery = tuple[int, int, int]
"""A piece of a journal on its way: which station, from which entry, up to which."""


class AcknowledgesTheHighest(Ingest):
    """Planted defect: a gap is overlooked."""

    def acknowledged(self, journal: Journal) -> int:
        return RawEntry.objects.filter(journal=journal).order_by("-seq").values_list("seq", flat=True)[0]


def check_acknowledges_what_has_no_gap(bench: Bench, ingest: Ingest) -> None:
    """The hub acknowledges the gap-free prefix it holds, and all once the gap is filled."""
    bench.ingest, station = ingest, bench[0]
    for _ in range(3):
        station.lend()
        station.take_back()
    first, second, third, fourth, fifth, sixth = station.journal
    assert bench.take(station, [first, second]).acknowledged == 2
    assert bench.take(station, [fourth, sixth]).acknowledged == 2
    assert OpenLoan.objects.count() == 0
    assert bench.take(station, [third]).acknowledged == 4
    assert bench.take(station, [fifth]).acknowledged == 6


def check_the_same_again_changes_nothing(bench: Bench, ingest: Ingest) -> None:
    """Sent whole, again, and in pieces, a journal is stored once, and each entry has its first verdict for good."""
    bench.ingest, station = ingest, bench[0]
    station.lend()
    station.journal.append(broken(station.take_back(), kind="hologram"))
    del station.journal[-2]
    station.lend(TENT)
    first = bench.take(station)
    after = everything()
    for pieces in (
        [station.journal],
        [[wire] for wire in station.journal],
        [station.journal[1:], station.journal[:2]],
    ):
        verdicts = [verdict for piece in pieces for verdict in bench.take(station, piece).verdicts]
        assert set(verdicts) == set(first.verdicts)
    assert everything() == after


def check_other_content_is_an_alarm(bench: Bench, ingest: Ingest) -> None:
    """An entry with a known id or place and other content raises an alarm, and the first one stays."""
    bench.ingest, station = ingest, bench[0]
    honest = station.lend()
    bench.take(station)
    after = everything()
    same_place = broken(honest, id="f" * 32)
    same_id = broken(honest, kind="return", body={"item": DRILL, "loan": None, "undo": False}, seq=1)
    for other in (same_place, same_id, same_place):
        verdict = bench.take(station, [other]).verdicts[0]
        assert verdict.kind is VerdictKind.CONFLICT
    assert SetAside.objects.count() == 2
    assert ReviewCase.objects.filter(kind="journal_conflict", state="open").count() == 1
    now = everything()
    assert {name: now[name] for name in ("loans", "entries", "journals")} == {
        name: after[name] for name in ("loans", "entries", "journals")
    }


def check_one_bad_entry_stops_only_itself(bench: Bench, ingest: Ingest) -> None:
    """An entry that cannot be read is kept raw and shown; those around it count."""
    bench.ingest, station = ingest, bench[0]
    station.lend()
    bad = broken(station.lend(TENT), kind="hologram")
    station.journal[-1] = bad
    station.take_back()
    receipt = bench.take(station)
    assert receipt.acknowledged == 3
    assert [v.kind.value for v in receipt.verdicts] == ["stored", "quarantined", "stored"]
    assert RawEntry.objects.get(seq=2).in_force is False
    assert '"hologram"' in RawEntry.objects.get(seq=2).wire
    assert OpenLoan.objects.count() == 0
    assert ReviewCase.objects.get(kind="entry_quarantined").entry_ids == [bad["id"]]


def check_a_fork_is_noticed(bench: Bench, ingest: Ingest) -> None:
    """A journal restored from a copy is noticed at its first batch and changes nothing; other stations go on."""
    bench.ingest, station, other = ingest, bench[0], bench[1]
    station.lend()
    station.take_back()
    copy = SimulatedStation(station.station, key=station.key, journal=list(station.journal[:1]))
    bench.take(station)
    copy.lend(TENT)
    copy.lend(TENT)
    receipt = bench.take(copy, copy.journal[1:])
    assert [v.kind for v in receipt.verdicts] == [VerdictKind.CONFLICT, VerdictKind.QUARANTINED]
    assert OpenLoan.objects.count() == 0
    assert set(ReviewCase.objects.values_list("kind", flat=True)) == {"journal_conflict", "journal_forked"}
    other.lend()
    assert bench.take(other).verdicts[0].kind is VerdictKind.STORED
    assert OpenLoan.objects.count() == 1


def check_deliveries_do_not_matter(bench: Bench, ingest: Ingest, deliveries: Sequence[Delivery]) -> None:
    """However the journals came, the hub says what a fold over the set of all entries says, and acknowledges all."""
    bench.ingest = ingest
    acknowledged = {}
    for number, start, end in deliveries:
        station = bench[number]
        acknowledged[number] = bench.take(station, station.journal[start:end]).acknowledged
    for number, seen in acknowledged.items():
        assert seen == len(bench[number].journal)
    entries = in_order(open_entry(wire) for number in range(len(STATIONS)) for wire in bench[number].journal)
    rows = RawEntry.objects.filter(in_force=True).order_by("order_ms", "journal__station_id", "seq")
    assert list(rows.values_list("entry_id", flat=True)) == [entry.entry_id for entry in entries]
    _check_ledger(entries)


def check_each_batch_leaves_what_a_fold_leaves(bench: Bench, deliveries: Sequence[Delivery]) -> None:
    """After each batch everything is as it is when all is folded anew from the journals."""
    for number, start, end in deliveries:
        bench.take(bench[number], bench[number].journal[start:end])
        before = everything()
        commands.refold()
        assert everything() == before


def _check_ledger(entries: list[Entry]) -> None:
    by_item: dict[str, list[Entry]] = {}
    for entry in entries:
        if (code := item_of(entry)) is not None:
            by_item.setdefault(code, []).append(entry)
    register: Register = register_for(by_item, entries)
    loans = {loan.entry_id for code, some in by_item.items() for loan in fold_item(code, some).open_loans}
    cases = {case.key: case.entry_ids for code, some in by_item.items() for case in find_cases(code, some, register)}
    assert set(OpenLoan.objects.values_list("entry_id", flat=True)) == loans
    found = ReviewCase.objects.filter(found=True).exclude(kind=CaseKind.OVER_LIMIT)
    assert {row.key: tuple(row.entry_ids) for row in found} == cases
    assert not ReviewCase.objects.filter(found=False, state="open").exists()
