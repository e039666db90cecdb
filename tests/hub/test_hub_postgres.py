"""What only PostgreSQL can get wrong: two transactions that do not see each other."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from typing import Any

import pytest
from hub.bench import NOW, OTHER, Bench, everything, in_a_thread

from lending.cases import CaseKind
from sync.hub import commands, database
from sync.hub.database import writing
from sync.hub.journal.batch import Incoming
from sync.hub.journal.ingest import Ingest
from sync.hub.journal.models import RawEntry
from sync.hub.ledger import append, due
from sync.hub.ledger.cases import JournalCaseKind, raise_journal_case
from sync.hub.ledger.models import CaseState, LedgerDue, OpenLoan, ReviewCase
from sync.hub.upkeep import door

pytestmark = pytest.mark.postgres

ROOMS = {"_ITEMS", "_PATRONS", "_HOLDS", "_KOHA", "_DOOR"}


class CountsTries(Ingest):
    """An ingest that counts how often it began with a batch."""

    def __init__(self) -> None:
        self.tries = 0

    def _take_once(self, station: Any, batch: Any, now_ms: int, **how: Any) -> Any:
        self.tries += 1
        return super()._take_once(station, batch, now_ms, **how)


class WaitsBeforeItCommits(Ingest):
    """An ingest that has folded its batch and waits before the transaction ends."""

    def __init__(self) -> None:
        self.folded, self.may_go_on = threading.Event(), threading.Event()

    def _verdicts(self, work: Any, entries: Sequence[Incoming]) -> Any:
        self.folded.set()
        self.may_go_on.wait(10)
        return super()._verdicts(work, entries)


def tries_beside_another(bench: Bench) -> int:
    """Let two stations lend one item in transactions that overlap; return how often the second had to begin."""
    slow, counting = WaitsBeforeItCommits(), CountsTries()
    first = Bench(bench.stations, slow)
    bench.ingest = counting
    bench[0].lend(wall=NOW)
    bench[1].lend(card=OTHER, wall=NOW + 1)

    one = in_a_thread(lambda: first.take(first[0]))
    assert slow.folded.wait(10)
    other = in_a_thread(lambda: bench.take(bench[1]))
    other.join(0.5)
    slow.may_go_on.set()
    one.join()
    other.join()
    return counting.tries


def test_every_lock_has_a_room_of_its_own():
    """No lock on an item, a patron, a hold or the export can be another one, or the hub's door."""
    rooms = {name: value for name, value in vars(database).items() if name in ROOMS} | {"_DOOR": door._DOOR}
    assert rooms.keys() == ROOMS
    assert len(set(rooms.values())) == len(ROOMS)


def test_two_batches_about_one_item_see_each_other(postgres_bench: Bench):
    """When two stations lend one item in overlapping transactions, the second waits and then sees the first loan."""
    assert tries_beside_another(postgres_bench) == 1
    assert ReviewCase.objects.filter(kind=CaseKind.LENT_TWICE).count() == 1
    before = everything()
    commands.refold()
    assert everything() == before


def test_without_the_lock_they_collide(postgres_bench: Bench, monkeypatch: pytest.MonkeyPatch):
    """Planted defect: without the lock on the item the second folds beside the first and has to begin again."""
    for module in (append, due):
        monkeypatch.setattr(module, "lock_items", lambda _items: None)
    assert tries_beside_another(postgres_bench) == 2


def loans_after_a_mark_came_late(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> int:
    """Let a batch make an item due while another process folds it; return how many loans count once all is done."""
    monkeypatch.setattr(due, "AT_ONCE", 0)
    bench[0].lend(wall=NOW)
    bench.take(bench[0])
    forget, folded, may_go_on = due._forget, threading.Event(), threading.Event()

    def waits(marks: Any) -> int:
        folded.set()
        may_go_on.wait(10)
        return forget(marks)

    monkeypatch.setattr(due, "_forget", waits)
    other = in_a_thread(lambda: due.work_off(may_go_on.is_set))
    assert folded.wait(10)
    bench[1].lend(card=OTHER, wall=NOW + 1)
    bench.take(bench[1])
    may_go_on.set()
    other.join()
    commands.work()
    return OpenLoan.objects.count()


def test_a_mark_that_comes_while_its_item_is_folded_stays(postgres_bench: Bench, monkeypatch: pytest.MonkeyPatch):
    """What a batch leaves due while another process folds the same item is counted afterwards."""
    assert loans_after_a_mark_came_late(postgres_bench, monkeypatch) == 2


def test_marks_forgotten_by_name_are_caught(postgres_bench: Bench, monkeypatch: pytest.MonkeyPatch):
    """Planted defect: whoever takes away all marks of an item also takes the one that came meanwhile."""

    def by_name(marks: Any) -> int:
        return int(LedgerDue.objects.filter(name__in=[mark.name for mark in marks]).delete()[0])

    monkeypatch.setattr(due, "_forget", by_name)
    assert loans_after_a_mark_came_late(postgres_bench, monkeypatch) == 1


def name_in_a_case(entry_id: str) -> None:
    """Say that this entry conflicts with what the hub holds of one journal."""
    with writing():
        row = RawEntry(entry_id=entry_id, seq=1)
        raise_journal_case(JournalCaseKind.JOURNAL_CONFLICT, "ls-0001", 1, [row], NOW)


def test_what_comes_while_staff_answer_a_case_is_another_case(postgres_bench: Bench):
    """An entry that conflicts while an answer is being stored is not hidden in the answered case."""
    name_in_a_case("a" * 32)
    answered = threading.Event()

    def answer() -> None:
        with writing():
            ReviewCase.objects.update(state=CaseState.DECIDED)
            answered.set()
            waiting.wait(0.3)

    waiting = threading.Event()
    staff = in_a_thread(answer)
    assert answered.wait(10)
    name_in_a_case("b" * 32)
    staff.join()
    cases = ReviewCase.objects.order_by("pk").values_list("state", "entry_ids")
    assert list(cases) == [(CaseState.DECIDED, ["a" * 32]), (CaseState.OPEN, ["b" * 32])]
    assert postgres_bench.stations
