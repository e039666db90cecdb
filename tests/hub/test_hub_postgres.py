"""What only PostgreSQL can get wrong: two transactions that do not see each other."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from typing import Any

import pytest
from django.db import connection
from hub.bench import NOW, OTHER, Bench, everything, use_database

from lending.cases import CaseKind
from sync.hub import commands
from sync.hub.journal.batch import Incoming
from sync.hub.journal.ingest import Ingest
from sync.hub.ledger import append, due
from sync.hub.ledger.models import ReviewCase

pytestmark = pytest.mark.postgres


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

    def in_thread(which: Bench, number: int) -> None:
        which.take(which[number])
        connection.close()

    threads = [
        threading.Thread(target=in_thread, args=(first, 0)),
        threading.Thread(target=in_thread, args=(bench, 1)),
    ]
    threads[0].start()
    assert slow.folded.wait(10)
    threads[1].start()
    threads[1].join(0.5)
    slow.may_go_on.set()
    for thread in threads:
        thread.join()
    return counting.tries


@pytest.fixture
def postgres_bench(postgres_url: str) -> Bench:
    """An empty hub on PostgreSQL."""
    use_database(postgres_url)
    return Bench.furnished()


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
