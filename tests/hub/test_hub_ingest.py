"""Taking in journals: nothing lost, nothing twice, and the order of arrival does not matter."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Any

import pytest
from hub.bench import BLOCKED, DRILL, KNOWN, NOW, OTHER, STRANGER, TENT, Bench, broken, counts, everything, item
from hub.checks import (
    AcknowledgesTheHighest,
    Delivery,
    check_a_fork_is_noticed,
    check_acknowledges_what_has_no_gap,
    check_deliveries_do_not_matter,
    check_one_bad_entry_stops_only_itself,
    check_other_content_is_an_alarm,
    check_the_same_again_changes_nothing,
)
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from lending.cases import CaseKind
from lending.dating import Dated
from lending.entries import ConditionAnswer, Draft, Return
from lending.errors import Refused
from lending.nouns import Condition
from sync.hub import commands
from sync.hub.fleet.models import Station
from sync.hub.journal.batch import Incoming
from sync.hub.journal.ingest import Ingest
from sync.hub.journal.models import Journal, PersonalPart, RawEntry
from sync.hub.ledger.models import CaseEvent, CaseState, ItemState, OpenLoan, ReviewCase

Check = Callable[[Bench, Ingest], None]


class JudgesAgain(Ingest):
    """Planted defect: what comes again is taken for something else."""

    def is_same(self, first: RawEntry, entry: Incoming) -> bool:
        return first.wire == entry.text and first.verdict == "stored"


class SkipsKnownPlaces(Ingest):
    """Planted defect: what comes to a known place is not looked at."""

    def is_same(self, first: RawEntry, entry: Incoming) -> bool:  # noqa: ARG002 - that is the defect
        return True


class StopsAtBadEntries(Ingest):
    """Planted defect: one bad entry turns its whole batch away."""

    def judge(self, entry: Incoming) -> tuple[Any, str]:
        opened, reason = super().judge(entry)
        if reason:
            raise AssertionError(reason)
        return opened, reason


class NeverLooksBack(Ingest):
    """Planted defect: the hash of the entry before is not compared."""

    def continues(self, journal: Journal, row: RawEntry) -> bool:  # noqa: ARG002 - that is the defect
        return True


class FoldsAsItComes(Ingest):
    """Planted defect: entries count in the order in which they arrive."""

    def date(self, work: Any) -> Any:
        moved = super().date(work)
        for row in work.in_force:
            row.dated = Dated(work.now_ms, work.now_ms, work.now_ms)
        return moved


CHECKS: list[tuple[Check, type[Ingest]]] = [
    (check_acknowledges_what_has_no_gap, AcknowledgesTheHighest),
    (check_the_same_again_changes_nothing, JudgesAgain),
    (check_other_content_is_an_alarm, SkipsKnownPlaces),
    (check_one_bad_entry_stops_only_itself, StopsAtBadEntries),
    (check_a_fork_is_noticed, NeverLooksBack),
]


@pytest.mark.parametrize("check", [check for check, _ in CHECKS])
def test_the_hub_keeps_its_promises(bench: Bench, check: Check):
    """Each promise of the ingest holds on both databases; its function says which."""
    check(bench, Ingest())


@pytest.mark.parametrize(("check", "defect"), CHECKS)
def test_a_planted_defect_breaks_its_promise(sqlite_bench: Bench, check: Check, defect: type[Ingest]):
    """Each check fails for an ingest with the defect it is there to catch."""
    with pytest.raises(AssertionError):
        check(sqlite_bench, defect())


_JOURNALS = st.lists(
    st.lists(
        st.tuples(
            st.sampled_from(["loan", "loan", "return", "undo", "damage", "parts"]),
            st.sampled_from([DRILL, TENT, "0999999999"]),
            st.sampled_from([KNOWN, OTHER, BLOCKED, STRANGER]),
            st.integers(-5, 5),
        ),
        max_size=6,
    ),
    min_size=3,
    max_size=3,
)


def _fill(bench: Bench, journals: list[list[tuple[str, str, str, int]]]) -> None:
    """Give each station its journal; clocks jump, two stations may share a moment."""
    for number, moments in enumerate(journals):
        station, last = bench[number], None
        for n, (what, code, card, jump) in enumerate(moments):
            entry_id = f"{number:016x}{n:016x}"
            if what == "loan":
                last = station.lend(code, card, wall=NOW + 1000 * (n + jump))["id"]
            elif what in {"damage", "parts"}:
                answer = Condition.DAMAGED if what == "damage" else Condition.MISSING
                body = ConditionAnswer(code, last or entry_id, answer, ("p0",) if what == "parts" else ())
                station.append(Draft(entry_id, body), NOW + 1000 * (n + jump))
            else:
                body = Return(code, last, undo=what == "undo")
                station.append(Draft(entry_id, body), NOW + 1000 * (n + jump))


@st.composite
def deliveries(draw: st.DrawFn, lengths: Sequence[int]) -> list[Delivery]:
    """Cut three journals into pieces, mix the pieces, and send some of them more than once."""
    pieces: list[Delivery] = []
    for number, length in enumerate(lengths):
        if not length:
            continue
        cuts = sorted({0, length, *draw(st.lists(st.integers(0, length), max_size=4))})
        pieces.extend((number, start, end) for start, end in pairwise(cuts))
        pieces.extend((number, start, length) for start in draw(st.lists(st.integers(0, length - 1), max_size=2)))
    mixed = draw(st.permutations(pieces))
    return [*mixed, *((number, 0, length) for number, length in enumerate(lengths) if length)]


_FEW = settings(
    max_examples=12,
    deadline=None,
    derandomize=True,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)


@_FEW
@given(journals=_JOURNALS, data=st.data())
def test_the_order_of_arrival_does_not_matter(
    bench: Bench,  # noqa: ARG001 - it picks the database
    journals: list[Any],
    data: st.DataObject,
):
    """Any interleaving, cutting and repeating of three journals gives the loans and cases of the set of entries."""
    fresh = Bench.furnished()
    _fill(fresh, journals)
    plan = data.draw(deliveries([len(fresh[n].journal) for n in range(3)]))
    check_deliveries_do_not_matter(fresh, Ingest(), plan)


def test_a_fold_in_order_of_arrival_is_caught(sqlite_bench: Bench):
    """The check of the order of arrival fails for an ingest that folds entries as they come."""
    late, early = sqlite_bench[0], sqlite_bench[1]
    late.lend(wall=NOW + 5000)
    early.take_back(wall=NOW)
    with pytest.raises(AssertionError):
        check_deliveries_do_not_matter(sqlite_bench, FoldsAsItComes(), [(0, 0, 1), (1, 0, 1)])


def test_a_case_that_later_entries_explain_closes_by_itself(bench: Bench):
    """A return nobody had borrowed for opens a case, which closes when the loan arrives from another station."""
    lender, taker = bench[0], bench[1]
    taker.take_back(wall=NOW + 10_000)
    bench.take(taker)
    case = ReviewCase.objects.get(kind=CaseKind.RETURNED_NOT_LENT)
    assert case.state == CaseState.OPEN
    lender.lend(wall=NOW)
    bench.take(lender)
    case.refresh_from_db()
    assert (case.state, case.found) == (CaseState.EXPLAINED, False)
    assert list(CaseEvent.objects.filter(case=case).values_list("what", flat=True)) == ["opened", "explained"]
    assert not OpenLoan.objects.exists()
    assert ItemState.objects.get(item=DRILL).place == taker.station


def test_one_item_out_at_two_stations_is_two_loans_and_a_case(bench: Bench):
    """Two stations that lend the same item without network leave two loans and one case that names both."""
    first, second = bench[0].lend(wall=NOW), bench[1].lend(card=OTHER, wall=NOW + 1)
    bench.take(bench[1])
    bench.take(bench[0])
    assert OpenLoan.objects.filter(item=DRILL).count() == 2
    case = ReviewCase.objects.get(kind=CaseKind.LENT_TWICE)
    assert case.entry_ids == [first["id"], second["id"]]


def test_a_loan_on_a_blocked_card_is_a_loan(bench: Bench):
    """A loan to a card that was blocked before is stored as a loan, and staff see it."""
    bench[0].lend(card=BLOCKED, wall=NOW * 2)
    assert bench.take(bench[0]).verdicts[0].kind.value == "stored"
    assert OpenLoan.objects.count() == 1
    assert ReviewCase.objects.get().kind == CaseKind.BLOCKED_CARD


def test_a_card_that_becomes_known_closes_its_case(bench: Bench):
    """A loan on an unknown card opens a case, which closes by itself once the card is in the register."""
    bench[0].lend(card=STRANGER)
    bench.take(bench[0])
    assert ReviewCase.objects.get(kind=CaseKind.UNKNOWN_CARD).state == CaseState.OPEN
    commands.load_cards([(STRANGER, False)])
    assert ReviewCase.objects.get(kind=CaseKind.UNKNOWN_CARD).state == CaseState.EXPLAINED


def test_an_item_that_becomes_known_closes_its_case(bench: Bench):
    """A return of an unknown item is taken, opens a case, and the case closes once the item is in the catalogue."""
    bench[0].take_back("0777")
    bench.take(bench[0])
    assert ReviewCase.objects.get().kind == CaseKind.UNKNOWN_ITEM
    commands.load_catalogue([item("0777", "vinsj", "winch")], [])
    assert ReviewCase.objects.get(kind=CaseKind.UNKNOWN_ITEM).state == CaseState.EXPLAINED


def test_personal_parts_can_be_erased(bench: Bench):
    """Without the personal part an entry still folds, and the raw chain is untouched."""
    bench[0].lend()
    bench.take(bench[0])
    wires = list(RawEntry.objects.values_list("wire", flat=True))
    PersonalPart.objects.all().delete()
    assert commands.refold() == 1
    assert OpenLoan.objects.get().patron_ref == ""
    assert list(RawEntry.objects.values_list("wire", flat=True)) == wires
    assert "personal" not in wires[0]


def test_a_refold_changes_nothing(bench: Bench):
    """Folding everything anew gives what was there before."""
    bench[0].lend()
    bench[1].lend(card=STRANGER, wall=NOW + 1)
    bench[2].take_back(TENT)
    for number in range(3):
        bench.take(bench[number])
    before = everything()
    commands.refold()
    assert everything() == before


def test_entries_in_quarantine_keep_their_first_reason(bench: Bench):
    """Every way an entry can be bad gives it its place, a reason, and a verdict that stays."""
    station = bench[0]
    good = station.lend()
    bad = [
        broken(good, v=99),
        {**good, "hash": "0" * 64},
        broken(good, body={"item": DRILL}),
        broken(good, body={**good["body"], "item": "a\x00b"}),
        {**good, "salt": "00" * 16},
        broken(good, at={"wall": 1.5, "boot": "", "up": 1, "synced": True}),
        {**good, "id": "not an id"},
        broken(good, body=[[[[]]]]),
    ]
    for number, wire in enumerate(bad):
        moved = {**wire, "seq": number + 1, "id": wire["id"] if wire["id"] == "not an id" else f"{number:032x}"}
        bad[number] = moved if wire["hash"] == "0" * 64 else broken(moved)
    receipt = bench.take(station, bad)
    assert receipt.acknowledged == len(bad)
    assert {verdict.kind.value for verdict in receipt.verdicts} == {"quarantined"}
    assert all(verdict.reason for verdict in receipt.verdicts)
    assert bench.take(station, bad).verdicts == receipt.verdicts
    assert not OpenLoan.objects.exists()


def test_an_id_of_another_station_is_an_alarm_and_blocks_nothing(bench: Bench):
    """An entry whose id another station has used is kept aside as a conflict; the journal goes on behind it."""
    theirs = bench[1].lend()
    bench.take(bench[1])
    bench[0].append(Draft(theirs["id"], Return(TENT)))
    bench[0].take_back(TENT)
    receipt = bench.take(bench[0])
    assert receipt.acknowledged == 2
    assert [v.kind.value for v in receipt.verdicts] == ["conflict", "stored"]
    assert bench.take(bench[0]).verdicts == receipt.verdicts
    assert ReviewCase.objects.filter(kind="journal_conflict").count() == 1


def test_a_foreign_signature_is_counted_and_stores_nothing(bench: Bench):
    """A batch that somebody else signed is refused, counted at the station, and leaves nothing behind."""
    station = bench[0]
    station.lend()
    before, station.key = counts(), bench[1].key
    with pytest.raises(Refused, match="signature"):
        bench.take(station)
    assert counts() == before
    assert Station.objects.get(pk=station.station).alarms == 1


def test_a_fork_behind_a_gap_is_shown(bench: Bench):
    """An entry that waited behind a gap and does not continue what fills it opens a case."""
    station = bench[0]
    station.lend()
    station.take_back()
    wrong = broken(station.take_back(), prev="1" * 64)
    bench.take(station, [wrong])
    assert not ReviewCase.objects.exists()
    assert bench.take(station, station.journal[:2]).acknowledged == 3
    assert ReviewCase.objects.filter(kind="journal_forked").count() == 1
