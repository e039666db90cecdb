"""Rows of one station written again in the words of another: other ids, items, cards and times, true hashes.

Nothing here knows what a column means beyond its kind: a row is split at every name and time that occurs in it
(`Words`), and put together again with those of the copy. So it follows the hub's tables wherever they go.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import Any

from bench import library, story
from bench.story import KEY, token_of
from sync.hub.fleet.enrolment import token_hash
from sync.journal import GENESIS

SHIFT_MS = 997
"""So much later each station did the same as the one before it."""

_SOON, _LATE = 1_600_000_000_000, 2_000_000_000_000
_WORD = re.compile(
    r"(?<![0-9a-f])(?:[0-9a-f]{64}|[0-9a-f]{32}|0[39][0-9]{8}|1[6-9][0-9]{11})(?![0-9a-f])"
    rf"|{library.station_of(1)}(?![0-9])"
)
_HASH = re.compile(r'"hash":"([0-9a-f]{64})",')
_PERSONAL = re.compile(r'\{"personal":(\{.*\}),"salt":"([0-9a-f]{32})"\}')
_CODE_LENGTH, _TIME_LENGTH = 10, 13

Row = list[Any]


def is_time(value: object) -> bool:
    """Return whether a number is a Unix time in milliseconds of our days."""
    return isinstance(value, int) and _SOON < value < _LATE


class Words(dict[str, str]):
    """The words of copy `number` (from 0, the first being the original's own); what is asked for is made once."""

    def __init__(self, number: int, special: Mapping[str, Callable[[int], str]]) -> None:
        super().__init__()
        self.number = number
        self._special = special

    def __missing__(self, word: str) -> str:
        made = word if self.number == 0 else self._make(word)
        self[word] = made
        return made

    def _make(self, word: str) -> str:
        if word in self._special:
            return self._special[word](self.number)
        if word == library.station_of(1):
            return library.station_of(self.number + 1)
        if len(word) == _CODE_LENGTH:
            return f"{word[:2]}{self.number * story.ITEMS + int(word[2:]):08d}"
        if len(word) == _TIME_LENGTH:
            return str(int(word) + self.number * SHIFT_MS)
        return hashlib.sha256(f"{self.number}:{word}".encode()).hexdigest()[: len(word)]


@dataclass(frozen=True, slots=True)
class Text:
    """A text with gaps for its words."""

    form: str
    words: Callable[[Mapping[str, str]], Any] | None

    @classmethod
    def of(cls, text: str) -> Text:
        """Return the text split at its words."""
        found = _WORD.findall(text)
        return cls(_WORD.sub("%s", text.replace("%", "%%")) if found else text, itemgetter(*found) if found else None)

    def said(self, words: Words) -> str:
        """Return the text in these words."""
        return self.form % self.words(words) if self.words else self.form


@dataclass(frozen=True, slots=True)
class Copied:
    """A row that can be written again: constants, and what differs from copy to copy by column."""

    constants: tuple[Any, ...]
    texts: tuple[tuple[int, Text], ...]
    times: tuple[int, ...]
    keys: tuple[tuple[int, int, Callable[[int, int], int]], ...]

    @classmethod
    def of(cls, values: Sequence[Any], keys: Mapping[int, Callable[[int, int], int]]) -> Copied:
        """Return the row of `values`; `keys` tell, by column, how a number given out by the database moves."""
        texts, times, moved = [], [], []
        for at, value in enumerate(values):
            if at in keys:
                if value is not None:
                    moved.append((at, int(value), keys[at]))
            elif isinstance(value, str) and _WORD.search(value):
                texts.append((at, Text.of(value)))
            elif is_time(value):
                times.append(at)
        return cls(tuple(values), tuple(texts), tuple(times), tuple(moved))

    def row(self, words: Words) -> Row:
        """Return the row as this copy has it."""
        row = list(self.constants)
        for at, text in self.texts:
            row[at] = text.said(words)
        for at in self.times:
            row[at] += words.number * SHIFT_MS
        for at, value, moved in self.keys:
            row[at] = moved(value, words.number)
        return row


@dataclass(frozen=True, slots=True)
class Link:
    """One entry of the chain: sealed anew, so that hash and commitment are true in every copy."""

    old_hash: str
    before: Text
    after: Text
    commitment: str
    salt: str
    personal: Text | None

    @classmethod
    def of(cls, wire: str, commitment: str | None, personal: str | None) -> Link:
        """Return the link of an entry as the hub keeps it, its personal part beside it."""
        found = _HASH.search(wire)
        part = _PERSONAL.fullmatch(personal) if personal else None
        if found is None or (personal and part is None):
            raise ValueError("the hub keeps entries in another form than this benchmark knows")
        before, after = Text.of(wire[: found.start()]), Text.of(wire[found.end() :])
        if part is None or commitment is None:
            return cls(found[1], before, after, "", "", None)
        return cls(found[1], before, after, commitment, part[2], Text.of(part[1]))

    def seal(self, words: Words) -> None:
        """Put commitment and hash of this copy's entry into its words."""
        if self.personal is not None:
            salted = bytes.fromhex(words[self.salt]) + self.personal.said(words).encode()
            words[self.commitment] = hashlib.sha256(salted).hexdigest()
        covered = self.before.said(words) + self.after.said(words)
        digest = hashlib.sha256(covered.encode()).hexdigest()
        if words.number == 0 and digest != self.old_hash:
            raise ValueError("the hub keeps entries in another form than this benchmark knows")
        words[self.old_hash] = digest


def special_words(card_ref: Callable[[str], str]) -> dict[str, Callable[[int], str]]:
    """Return the words that are made in a way of their own: references of cards, the token's hash; or stay."""
    special: dict[str, Callable[[int], str]] = {token_hash(token_of(0)): lambda n: token_hash(token_of(n))}
    for stays in (GENESIS, KEY.public_key().public_bytes_raw().hex()):
        special[stays] = lambda _, stays=stays: stays
    for card in range(story.CARDS):
        special[card_ref(library.card_of(card))[2:]] = lambda n, card=card: card_ref(
            library.card_of(n * story.CARDS + card)
        )[2:]
    return special
