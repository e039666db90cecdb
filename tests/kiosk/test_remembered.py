"""What is remembered of the database is forgotten as soon as it may not be true any more."""

from __future__ import annotations

import sqlite3

import pytest

from kiosk.store.remembered import MOST, Remembered
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
