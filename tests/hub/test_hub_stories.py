"""Order independence: however several journals come, the hub says the same (invariants 2 to 5, 7, 8 and 11).

`NABOLAN_STORIES=1000` tells a thousand stories instead of a few.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import permutations
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.apps import apps
from django.db import transaction
from hub import stories
from hub.bench import DRILL, KNOWN, NOW, OTHER, STATIONS, Bench, SimulatedStation, everything, replaced
from hub.checks import AcknowledgesTheHighest
from hub.feed_copy import fresh
from hub.stories import DAY, Delivery, Moment, Told, as_station, in_order_of_time, tell, ways
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from lending.cases import find_cases
from lending.dating import Dated, as_dated
from lending.errors import EntryRefused
from lending.ledger import dated_in_order, fold_item, item_of
from lending.rules import Reason
from sync.hub import commands
from sync.hub.feed.models import FeedRow
from sync.hub.holds.models import Hold, HoldState
from sync.hub.journal.ingest import Ingest
from sync.hub.journal.models import Journal, RawEntry
from sync.hub.ledger import due
from sync.hub.ledger.fold import register_for
from sync.hub.ledger.models import LedgerDue, OpenLoan, ReviewCase
from sync.journal import GENESIS, open_entry

MANY = int(os.environ.get("NABOLAN_STORIES", "0"))
OSLO = ZoneInfo("Europe/Oslo")


class OrdersByArrival(Ingest):
    """Planted defect: entries count at the time at which they came."""

    def date(self, work: Any) -> Any:
        moved = super().date(work)
        for row in work.in_force:
            row.dated = Dated(work.now_ms, work.now_ms, work.now_ms)
        return moved


class KeepsARunningMaximum(Ingest):
    """Planted defect: an entry counts at the latest wall time so far; one absurd clock pins all later ones."""

    def date(self, work: Any) -> Any:
        moved = super().date(work)
        rows = RawEntry.objects.filter(journal=work.journal, in_force=True)
        newest = max(rows.values_list("order_ms", flat=True), default=0)
        for row in work.in_force:
            newest = max(newest, row.wall_ms)
            row.dated = Dated(newest, newest, newest)
        return moved


def told_to_a_hub(bench: Bench, told: Told, way: Sequence[Delivery], ingest: Ingest) -> dict[str, Any]:
    """Let an empty hub hear the story this way; return what it makes of it. Every acknowledgement is looked at."""
    forget_journals()
    bench.ingest, bench.now = ingest, NOW
    stations = [as_station(unit, journal) for unit, journal in zip(units_of(bench), told.journals, strict=True)]
    for (number, start, end), held in zip(way, stories.prefixes(way), strict=True):
        if start == end:
            commands.work()
            continue
        station = stations[number]
        assert bench.take(station, station.journal[start:end]).acknowledged == held
    for station in stations:
        if station.journal:
            assert bench.take(station).acknowledged == len(station.journal)
    commands.work()
    assert not LedgerDue.objects.exists()
    said = what_it_says()
    check_clones_change_nothing(bench, told)
    return said


def units_of(bench: Bench) -> list[SimulatedStation]:
    """Return the units of the stations, and the one that took the place of the first."""
    first = [bench[number] for number in range(len(STATIONS))]
    new = bench.stations.get("new unit")
    if new is None:
        new = bench.stations["new unit"] = replaced(bench)
    return [*first, new]


def forget_journals() -> None:
    """Take out of the hub all it has heard of stations; they, the items and the cards stay."""
    with transaction.atomic():
        for model in apps.get_models():
            if model._meta.app_label in {"journal", "ledger", "holds"} and model is not Journal:
                model._base_manager.all()._raw_delete("default")
        FeedRow.objects.filter(kind="open").delete()
    Journal.objects.update(
        held=0, head=GENESIS, waiting=0, forked_at=None, dating=None, settled=0, settled_dating=None
    )


def what_it_says() -> dict[str, Any]:
    """Return loans, stock, holds, cases, journals and dates."""
    dates = RawEntry.objects.order_by("entry_id").values_list("entry_id", "order_ms", "lo_ms", "hi_ms", "in_force")
    return everything() | {"dates": list(dates), "told": sorted(fresh(STATIONS[0]).of("open"))}


def check_clones_change_nothing(bench: Bench, told: Told) -> None:
    """A clone of each station is noticed at its first batch, and no loan, no place and no hold changes by it."""
    before = everything()
    for unit, clone in zip(units_of(bench), told.clones, strict=True):
        if clone:
            bench.take(as_station(unit, clone))
            kinds = set(ReviewCase.objects.filter(station=unit.station).values_list("kind", flat=True))
            assert kinds & {"journal_conflict", "journal_forked"}
    after = everything()
    assert all(after[name] == before[name] for name in ("loans", "states", "holds"))


def check_it_says_what_was_told(told: Told, said: dict[str, Any]) -> None:
    """What the hub says is what the pure functions make of the set of entries, and every interval holds the truth."""
    entries = list(readable(told))
    pairs = dated_in_order(entries)
    counted = [as_dated(entry, dated, OSLO) for entry, dated in pairs]
    by_item: dict[str, list[Any]] = {}
    for entry in counted:
        if (code := item_of(entry)) is not None:
            by_item.setdefault(code, []).append(entry)
    register = register_for(by_item, counted)
    loans = [loan for code, some in by_item.items() for loan in fold_item(code, some).open_loans]
    assert {(row[0], row[5], row[6]) for row in said["loans"]} == {(x.entry_id, x.lent_ms, x.due) for x in loans}
    cases = {case.key for code, some in by_item.items() for case in find_cases(code, some, register)}
    quarantined = {row[0] for row in said["cases"] if row[1] == "entry_quarantined"}
    assert {row[0] for row in said["cases"]} - quarantined == cases
    assert len(quarantined) == sum(len(journal) for journal in told.journals) - len(entries)
    before = {wire["id"] for wire in told.journals[0]}
    assert set(said["told"]) == {row[0] for row in said["loans"] if row[0] in before}
    for entry_id, _, lo, hi, in_force in said["dates"]:
        assert not in_force or lo - 5 <= told.truths[entry_id] <= hi + 5


def readable(told: Told) -> Iterator[Any]:
    """Yield the entries that can be read."""
    for journal in told.journals:
        for wire in journal:
            try:
                yield open_entry(wire)
            except EntryRefused:
                continue


def check_the_way_does_not_matter(bench: Bench, told: Told, way: Sequence[Delivery], ingest: Ingest) -> None:
    """Told in a calm way and in this one, the story leaves the same hub, and folding all anew changes nothing."""
    calm = told_to_a_hub(bench, told, in_order_of_time([len(journal) for journal in told.journals]), Ingest())
    check_it_says_what_was_told(told, calm)
    wild = told_to_a_hub(bench, told, way, ingest)
    assert wild == calm
    before = what_it_says()
    commands.refold()
    assert what_it_says() == before


@contextmanager
def folding_at_once(count: int) -> Iterator[None]:
    """Fold so many touched things with the batch, and leave more than that due."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(due, "AT_ONCE", count)
        yield


@settings(
    max_examples=MANY or 10,
    deadline=None,
    derandomize=not MANY,
    phases=[Phase.explicit, Phase.generate] + ([Phase.shrink] if MANY else []),
    suppress_health_check=list(HealthCheck),
)
@given(moments=stories.stories, at_once=st.sampled_from([0, 2, 100]), data=st.data())
def test_the_way_a_story_comes_does_not_matter(
    sqlite_bench: Bench,
    moments: list[Moment],
    at_once: int,
    data: st.DataObject,
):
    """Any interleaving, cutting and repeating of any story gives the same loans, stock, holds and cases."""
    told = tell(moments)
    way = data.draw(ways([len(journal) for journal in told.journals]))
    with folding_at_once(at_once):
        check_the_way_does_not_matter(sqlite_bench, told, way, Ingest())


LATER_DATED: list[Moment] = [
    (0, "reboot", DRILL, KNOWN, 4),
    (0, "loan", DRILL, KNOWN, 1),
    (1, "hub", DRILL, KNOWN, 1),
    (1, "pass", DRILL, KNOWN, 1),
    (1, "return", DRILL, KNOWN, 1),
    (1, "pass", DRILL, KNOWN, 1),
    (0, "hub", DRILL, KNOWN, 1),
    (0, "return", DRILL, KNOWN, 1),
    (0, "loan", DRILL, KNOWN, 1),
]
"""A station lends with a clock nine years ahead, another takes the thing back, and the first learns the time."""


def test_a_whole_boot_is_dated_later(bench: Bench):
    """The loan of a lost clock comes before its return once the offset is known, whoever is heard first."""
    told = tell(LATER_DATED)
    for way in ([(1, 0, 2), (0, 0, 1), (0, 0, 4)], [(0, 0, 1), (0, 1, 4), (1, 0, 2)]):
        check_the_way_does_not_matter(bench, told, way, Ingest())
    assert OpenLoan.objects.get().seq == 4


SET_ASIDE: list[Moment] = [
    (0, "hold", DRILL, KNOWN, 0),
    (0, "loan", DRILL, OTHER, 1),
    (1, "pass", DRILL, KNOWN, 1),
    (1, "return", DRILL, KNOWN, 1),
    (1, "pass", DRILL, KNOWN, 1),
    (3, "taken", DRILL, KNOWN, 0),
    (3, "pass", DRILL, KNOWN, 1),
    (3, "put back", DRILL, KNOWN, 1),
    (3, "pass", DRILL, KNOWN, 1),
    (2, "loan", DRILL, OTHER, 1),
]
"""What is set aside for one is lent to another, then to whom it was meant, who puts it back, and to another again."""


def test_what_is_set_aside_is_so_whoever_is_heard_first(bench: Bench):
    """Both loans to somebody else are cases, the hold stands again after the undo, in whatever order that comes."""
    told = tell(SET_ASIDE)
    backwards = [(2, 0, 1), (3, 0, 3), (1, 0, 1), (0, 0, 2)]
    for way in (backwards, [(3, 0, 2), (0, 0, 2), (2, 0, 1), (3, 0, 3), (1, 0, 1)]):
        check_the_way_does_not_matter(bench, told, way, Ingest())
        held = ReviewCase.objects.filter(reason=Reason.HELD_FOR_OTHER.value, found=True)
        assert [len(row.entry_ids) for row in held] == [1, 1]
        assert Hold.objects.get().state == HoldState.OPEN


ODD_COLLECTING: list[Moment] = [
    (0, "hold", DRILL, KNOWN, 0),
    (0, "loan", DRILL, KNOWN, 1),
    (1, "collected", DRILL, KNOWN, 0),
    (2, "undo", DRILL, KNOWN, 0),
]
"""One station says it collected a hold by the loan of another, which a third takes back: no visit writes that."""


def test_a_collecting_no_visit_wrote_is_read_alike(sqlite_bench: Bench):
    """What becomes of a hold hangs on what is said of it, not on which station is heard first."""
    told = tell(ODD_COLLECTING)
    for way in permutations([(0, 0, 2), (1, 0, 1), (2, 0, 1)]):
        check_the_way_does_not_matter(sqlite_bench, told, way, Ingest())


@pytest.mark.parametrize("defect", [AcknowledgesTheHighest, OrdersByArrival, KeepsARunningMaximum])
def test_planted_defects_are_caught(sqlite_bench: Bench, defect: type[Ingest]):
    """An acknowledgement past a gap, the order of arrival, and a clock that pins later entries break the check."""
    told = tell(LATER_DATED)
    with pytest.raises(AssertionError):
        check_the_way_does_not_matter(sqlite_bench, told, [(0, 2, 4), (1, 0, 2), (0, 0, 2)], defect())


def test_every_kind_of_moment_is_told():
    """What a story is made of leaves entries in each way, so that none of it is idle."""
    told = tell([(0, what, DRILL, KNOWN, n % 10) for n, what in enumerate(stories.HAPPENINGS)])
    entries = {"pass": 0, "reboot": 0, "set": 0, "jump": 0, "taken": 2}
    assert len(told.journals[0]) == sum(entries.get(what, 1) for what in stories.HAPPENINGS)
    assert max(told.truths.values()) - min(told.truths.values()) > DAY
