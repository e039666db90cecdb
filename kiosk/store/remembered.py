"""Answers of the database, kept while they are true: a visit asks the same things at each of its steps."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

from kiosk.store.errors import as_damage

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")

MOST = 1000
"""Answers kept of one kind: the shelf of a station and the people of a busy hour."""


class Remembered(Generic[K, V]):
    """Answers to one kind of question. Whoever changes what they came from calls `forget`."""

    def __init__(self, doing: str) -> None:
        self._doing = doing
        self._answers: dict[K, V] = {}

    def get(self, key: K, read: Callable[[], V]) -> V:
        """Return the answer for `key`, from `read` if it is not remembered. Raises Damaged if it cannot be read."""
        try:
            return self._answers[key]
        except KeyError:
            pass
        with as_damage(self._doing):
            answer = read()
        self.put(key, answer)
        return answer

    def put(self, key: K, answer: V) -> None:
        """Remember what the answer for `key` is now."""
        if len(self._answers) >= MOST:
            self._answers.clear()
        self._answers[key] = answer

    def drop(self, key: K) -> None:
        """Forget the answer for `key`: what it came from has changed."""
        self._answers.pop(key, None)

    def forget(self) -> None:
        """Remember nothing: what the answers came from has changed."""
        self._answers.clear()
