"""What a voice is: it says the newest thing, and stops at once when told."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from hardware.errors import Reason

__all__ = ["OnState", "Utterance", "Voice"]

OnState = Callable[[bool, Reason | None], None]
"""Hears whether the voice works, and if not, why; told once per change, from the voice's own thread."""


@dataclass(frozen=True, slots=True)
class Utterance:
    """Sentences in one language (a tag such as "nb"). They may be about somebody: `repr` does not show them."""

    language: str
    sentences: tuple[str, ...]

    def __repr__(self) -> str:
        return f"Utterance({self.language!r}, {len(self.sentences)} sentences)"


class Voice(Protocol):
    """Says one utterance at a time, in threads and processes of its own. No call waits for sound."""

    def languages(self) -> frozenset[str]:
        """Return the tags of the languages it can say anything in; none if it does not work."""

    def say(self, utterance: Utterance) -> None:
        """Stop what is being said, and say this; nothing in a language it does not speak."""

    def hush(self) -> None:
        """Stop what is being said."""

    def close(self) -> None:
        """Stop for good and leave no process behind."""
