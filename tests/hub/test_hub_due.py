"""What a large batch touches is folded right after it: nothing is forgotten, and nothing holds up the rest."""

from __future__ import annotations

import time

import pytest
from hub.bench import DRILL, DUE, NOW, OTHER, TENT, Bench, everything

from lending.entries import HoldPlaced
from sync.hub import commands
from sync.hub.database import insert_many
from sync.hub.holds.models import Hold
from sync.hub.journal.models import RawEntry
from sync.hub.ledger import due
from sync.hub.ledger.models import ItemState, LedgerDue, OpenLoan
from sync.hub.ledger.worker import start_worker

MANY = due.AT_ONCE + 20


def _backlog(bench: Bench) -> None:
    """Let the first station lend more things at once than are folded with the batch, one of them reserved."""
    for n in range(MANY):
        bench[0].lend(f"t{n:03d}", wall=NOW + n)
    bench[0].add(HoldPlaced("a" * 32, "drill", DUE, None), OTHER, wall=NOW + MANY)


def check_a_backlog_is_counted(bench: Bench) -> None:
    """A backlog is stored with its verdicts, due, and after the work what a full fold leaves."""
    _backlog(bench)
    assert bench.take(bench[0]).acknowledged == MANY + 1
    assert (OpenLoan.objects.count(), LedgerDue.objects.count()) == (0, MANY + 1)
    later = bench[1].lend("t007", OTHER, wall=NOW + 5000)
    bench.take(bench[1])
    bench[2].take_back("t003", wall=NOW + 6000)
    bench.take(bench[2])
    assert not OpenLoan.objects.filter(item="t007").exists()
    commands.work()
    assert not LedgerDue.objects.exists()
    assert set(OpenLoan.objects.filter(item="t007").values_list("seq", flat=True)) == {8, later["seq"]}
    assert ItemState.objects.get(item="t003").place == bench[2].station
    assert OpenLoan.objects.count() == MANY
    assert Hold.objects.count() == 1
    before = everything()
    commands.refold()
    assert everything() == before


def test_a_backlog_is_counted_right_after(bench: Bench):
    """On both databases a large batch leaves its items due, small ones meanwhile too, and all is counted."""
    check_a_backlog_is_counted(bench)


ODD = ["it's", 'a "quoted" one', "back\\slash", "\\u0000 spelt out", "%s {} %", "two\nlines", "né 😀", ""]


@pytest.mark.usefixtures("bench")
def test_rows_written_many_at_once_are_read_as_they_were():
    """On both databases whatever stands in a text comes back unchanged, and so do numbers beyond 32 bits."""
    rows = [("item", name, number, 2**53 - number) for number, name in enumerate(ODD)]
    insert_many("ledger_ledgerdue", ("kind", "name", "tries", "not_before_ms"), rows)
    held = LedgerDue.objects.order_by("tries").values_list("kind", "name", "tries", "not_before_ms")
    assert list(held) == rows


def test_folding_on_what_is_due_is_caught(sqlite_bench: Bench, monkeypatch: pytest.MonkeyPatch):
    """Planted defect: a small batch that folds on from what is stored of a due item fails the check."""
    monkeypatch.setattr(due, "_due_among", lambda _items: set())
    with pytest.raises(AssertionError):
        check_a_backlog_is_counted(sqlite_bench)


def test_everyday_batches_show_at_once(bench: Bench):
    """A batch about few things leaves nothing due."""
    bench[0].lend()
    bench[0].lend(TENT)
    bench.take(bench[0])
    assert (OpenLoan.objects.count(), LedgerDue.objects.count()) == (2, 0)


def test_one_that_cannot_be_folded_holds_up_nothing(bench: Bench, caplog: pytest.LogCaptureFixture):
    """An item whose entry is spoilt stays due and is told; all others count, and it does once it can be read."""
    _backlog(bench)
    bench.take(bench[0])
    good = RawEntry.objects.get(item="t005")
    RawEntry.objects.filter(item="t005").update(wire="{spoilt")
    commands.work()
    assert OpenLoan.objects.count() == MANY - 1
    mark = LedgerDue.objects.get()
    assert (mark.name, mark.tries) == ("t005", 1)
    assert mark.not_before_ms > 0
    assert "stays due" in caplog.text
    RawEntry.objects.filter(item="t005").update(wire=good.wire)
    LedgerDue.objects.update(not_before_ms=0)
    assert commands.work() == 1
    assert OpenLoan.objects.count() == MANY


def test_the_hubs_thread_folds_what_an_earlier_run_left_and_what_comes(sqlite_bench: Bench):
    """A hub that starts folds what is due, and then what becomes due, without being asked."""
    bench = sqlite_bench
    _backlog(bench)
    bench.take(bench[0])
    worker = start_worker()
    try:
        _wait_until_nothing_is_due()
        assert OpenLoan.objects.count() == MANY
        for n in range(MANY):
            bench[1].take_back(f"t{n:03d}", wall=NOW + 10_000 + n)
        bench.take(bench[1])
        assert LedgerDue.objects.exists()
        _wait_until_nothing_is_due()
        assert not OpenLoan.objects.exists()
    finally:
        worker.stop()
        due._woken.clear()


def _wait_until_nothing_is_due() -> None:
    for _ in range(200):
        if not LedgerDue.objects.exists():
            return
        time.sleep(0.02)
    raise AssertionError("something is still due")


def test_an_item_due_twice_is_folded_once_and_done(sqlite_bench: Bench):
    """The same item may be due by two batches; both marks go."""
    due.leave_due([DRILL], [])
    due.leave_due([DRILL], [])
    assert commands.work() == 2
    assert sqlite_bench.now == NOW
