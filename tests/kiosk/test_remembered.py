"""What is remembered of the database is forgotten as soon as it may not be true any more."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from support.library import ANNA, BERIT, HAMMER, HERE, ITEMS, at, make_feed, make_item

from kiosk.store.remembered import MOST, Remembered
from kiosk.store.station_store import StationStore, connect, new_id
from lending.entries import (
    DamageReport,
    Draft,
    HoldCancelled,
    HoldCollected,
    HoldPlaced,
    Loan,
    Personal,
    Renewal,
    Return,
)
from lending.errors import Damaged
from lending.nouns import Damage
from lending.visit.model import Trace


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


AWAY = replace(make_item("0301999999"), thing="somewhere else", home="ls-0009")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[StationStore]:
    """A store that remembers a thing on the shelf."""
    store = StationStore.open(tmp_path / "station.db", HERE)
    store.take_feed(make_feed(items=(*ITEMS, AWAY)))
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
    monkeypatch.setattr(store._folded, "put", lambda *_: None)
    assert not lends_and_takes_back(store)


def what_is_said(store: StationStore) -> tuple[object, ...]:
    """Return all that a visit asks of a thing, of its holds and of its patrons."""
    people = (ANNA, BERIT)
    lent = [store.loans_of(who) for who in people]
    held = [store.holds_on(HAMMER.thing), *(store.holds_of(who) for who in people)]
    return (store.ledger(HAMMER.code), *lent, *held)


def all_is_said_as_it_is(path: Path, store: StationStore) -> bool:
    """Write every kind of change; return whether after each a store that remembers nothing says the same."""
    until, hold, again = date(2026, 12, 6), new_id(), new_id()
    loan = Draft(new_id(), Loan(HAMMER.code, until), Personal(ANNA))
    for number, draft in enumerate(
        (
            loan,
            Draft(new_id(), Renewal(HAMMER.code, loan.entry_id, date(2026, 12, 20)), Personal(ANNA)),
            Draft(new_id(), Return(HAMMER.code, loan.entry_id)),
            Draft(new_id(), HoldPlaced(hold, HAMMER.thing, until, HAMMER.code), Personal(BERIT)),
            Draft(new_id(), HoldPlaced(again, HAMMER.thing, until), Personal(ANNA)),
            Draft(new_id(), HoldCollected(hold, HAMMER.code, loan.entry_id)),
            Draft(new_id(), HoldCancelled(again), Personal(ANNA)),
            Draft(new_id(), Loan(HAMMER.code, until), Personal(BERIT)),
            Draft(new_id(), Loan(HAMMER.code, until), Personal(ANNA)),
            Draft(new_id(), DamageReport(HAMMER.code, Damage.UNSAFE)),
            Draft(new_id(), Return(HAMMER.code)),
            Draft(new_id(), Return(AWAY.code)),
        )
    ):
        what_is_said(store)
        store.commit([draft], at(number))
        fresh = StationStore(connect(path), HERE, 1)
        same = what_is_said(fresh) == what_is_said(store)
        fresh.close()
        if not same:
            return False
    return True


def test_what_is_said_follows_every_entry(store: StationStore, tmp_path: Path) -> None:
    """After each kind of entry about loans and holds, what is remembered is what the tables say."""
    assert all_is_said_as_it_is(tmp_path / "station.db", store)


@pytest.mark.parametrize(
    ("answers", "forgets"),
    [
        ("_ledgers", "drop"),
        ("_loans", "drop"),
        ("_holds_on", "forget"),
        ("_holds_of", "forget"),
    ],
)
def test_an_answer_that_is_kept_too_long_is_caught(
    store: StationStore, tmp_path: Path, answers: str, forgets: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Planted defect: one kind of answer outlives the entry that made it untrue."""
    monkeypatch.setattr(getattr(store, answers), forgets, lambda *_: None)
    assert not all_is_said_as_it_is(tmp_path / "station.db", store)


def test_what_a_failed_commit_has_done_is_not_remembered(store: StationStore) -> None:
    """Entries the disk refused are in no answer, though the commit was already on its way."""
    before = what_is_said(store)
    loan = Draft(new_id(), Loan(HAMMER.code, date(2026, 12, 6)), Personal(ANNA))
    store.db.conn.execute(
        "CREATE TEMP TRIGGER plug BEFORE INSERT ON open_visit BEGIN SELECT RAISE(ROLLBACK, 'the plug is out'); END"
    )
    with pytest.raises(Damaged):
        store.commit([loan], at(1), Trace((), HAMMER.code))
    assert what_is_said(store) == before
