"""What is remembered of the database is forgotten as soon as it may not be true any more."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from support.library import ANNA, HAMMER, HERE, at, make_feed

from kiosk.store.remembered import MOST, Remembered
from kiosk.store.station_store import StationStore, new_id
from lending.entries import Draft, Loan, Personal, Return
from lending.errors import Damaged


def test_an_answer_is_read_once_until_it_is_forgotten() -> None:
    answers: Remembered[str, int] = Remembered("reading")
    values = iter((1, 2))
    assert [answers.get("a", lambda: next(values)) for _ in range(3)] == [1, 1, 1]
    answers.forget()
    assert answers.get("a", lambda: next(values)) == 2


def test_what_is_not_there_is_remembered_too() -> None:
    answers: Remembered[str, int | None] = Remembered("reading")
    reads: list[str] = []
    for _ in range(3):
        assert answers.get("a", lambda: reads.append("read")) is None
    assert reads == ["read"]


def test_memory_is_bounded() -> None:
    answers: Remembered[int, int] = Remembered("reading")
    for number in range(3 * MOST):
        assert answers.get(number, lambda number=number: number) == number  # type: ignore[misc]
        assert len(answers._answers) <= MOST


def test_a_damaged_file_is_said_and_not_remembered() -> None:
    answers: Remembered[str, int] = Remembered("reading")

    def broken() -> int:
        raise sqlite3.DatabaseError("malformed")

    with pytest.raises(Damaged):
        answers.get("a", broken)
    assert answers.get("a", lambda: 3) == 3


@pytest.fixture
def store(tmp_path: Path) -> Iterator[StationStore]:
    """A store that remembers a thing on the shelf."""
    store = StationStore.open(tmp_path / "station.db", HERE)
    store.take_feed(make_feed())
    assert store.ledger(HAMMER.code).open_loans == ()
    yield store
    store.close()


def lends_and_takes_back(store: StationStore) -> bool:
    """Write both in one commit; return whether each was put on top of the other, as a rebuild puts them."""
    loan = Draft(new_id(), Loan(HAMMER.code, date(2026, 12, 6)), Personal(ANNA))
    store.commit([loan, Draft(new_id(), Return(HAMMER.code))], at(1))
    now = store.derived_rows()
    store.rebuild()
    return store.derived_rows() == now and store.ledger(HAMMER.code).open_loans == ()


def test_entries_of_one_commit_follow_each_other(store: StationStore) -> None:
    """The second entry about a thing finds what the first one did, though nothing is committed yet."""
    assert lends_and_takes_back(store)


def test_a_commit_that_remembers_too_long_is_caught(store: StationStore, monkeypatch: pytest.MonkeyPatch) -> None:
    """Planted defect: what was known of the thing before the commit counts for each of its entries."""
    monkeypatch.setattr(store._folded, "forget", lambda: None)
    assert not lends_and_takes_back(store)
