"""The index: which word stands where, and which things fit what somebody asks, the best first.

Every word of every thing, in all languages at once, stands in one vocabulary. A word that is asked for is held
against the vocabulary, not against the things, so that the time grows with the number of different words. See
docs/architecture/search.md for the order and its reasons.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import IntEnum
from heapq import nsmallest
from itertools import pairwise

from rapidfuzz import process
from rapidfuzz.distance import OSA

from kiosk.desk.search.folding import asked_words, words_of


class Source(IntEnum):
    """Where a word of a thing stands."""

    NAME = 0
    SYNONYM = 1
    TASK = 2
    USE = 3
    CATEGORY = 4


WEIGHT: Mapping[Source, float] = {
    Source.NAME: 1.0,
    Source.SYNONYM: 0.92,
    Source.TASK: 0.86,
    Source.USE: 0.72,
    Source.CATEGORY: 0.5,
}
"""How much a word counts by where it stands; set by trying the questions in the tests."""

EXACT, BEGINS, ENDS, SAME_STEM, INSIDE, TYPO, PART = 1.0, 0.92, 0.86, 0.8, 0.66, 0.74, 0.5
"""How well a word fits: it is that word, begins so, ends so ("slagdrill" for "drill"), has the same stem, has it
inside, is a typo away, or is a part of a longer word that was asked for."""

SHORTEST_PART = 4
"""Letters that a part of a compound has at least."""

SHORTEST_ENDING = 3
MOST_TAIL = 3
"""Letters two forms of one word differ by at their ends: "henge", "henger", "hengt"."""

SAME_LEAST = 0.75
"""How much of the shorter of two forms is the same at least: "garden" is no form of "gardin"."""

FITS_LEAST = 0.3
"""What a thing must score to be shown at all."""

MOST_HITS = 60
"""Ten pages; nobody looks further."""

SHORTEST_QUESTION = 2
"""Letters a question has at least; one letter fits half of everything."""


@dataclass(frozen=True, slots=True)
class Findable:
    """A thing as the index takes it: its id, and its texts by where they stand, in all languages."""

    thing: str
    texts: tuple[tuple[Source, str], ...]


class Fit(IntEnum):
    """How a thing fits: it is called just that, its name begins so, it fits, or only with a typo forgiven."""

    EXACT_NAME = 0
    NAME_BEGINS = 1
    WORDS = 2
    ALIKE = 3


@dataclass(frozen=True, slots=True)
class Hit:
    """A thing that fits: how, and how well (0 to 1). `whole` says that every word that was asked for fits it."""

    thing: str
    fit: Fit
    score: float
    whole: bool = True


def only_guesses(hits: Sequence[Hit]) -> bool:
    """Return whether nothing of `hits` fits as it was asked: only like it, or only some of its words."""
    return all(hit.fit is Fit.ALIKE or not hit.whole for hit in hits)


@dataclass(slots=True)
class _Found:
    """How well one asked word fits each thing so far; `sure` holds those that needed no typo forgiven."""

    best: dict[int, float] = field(default_factory=dict)
    sure: set[int] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class _Called:
    """Which things are called just as was asked, and which names begin so."""

    so: set[int]
    begins: set[int]


class _Sorted:
    """Words to be sorted, a few at a time: each lies with those that begin with the same two letters."""

    def __init__(self) -> None:
        self._parts: dict[str, list[str]] = {}

    def add(self, word: str) -> None:
        """Take in one more. A word is added once."""
        self._parts.setdefault(word[:2], []).append(word)

    def take(self) -> Iterator[list[str]]:
        """Yield all words in their order, some at a time, and forget them."""
        for start in sorted(self._parts):
            yield sorted(self._parts[start])
        self._parts = {}


class Index:
    """All things that can be found. Add them one by one, then `close`; after that it never changes."""

    def __init__(self) -> None:
        self._things: list[str] = []
        self._names: dict[str, tuple[int, ...]] = {}  # no sets: the garbage collector would visit each of thousands
        self._sorted_names: list[str] = []
        self._places: dict[str, dict[int, float]] = {}
        self._vocabulary: list[str] = []
        self._by_length: dict[int, list[str]] = {}
        self._joined = ""
        self._unsorted, self._unsorted_names = _Sorted(), _Sorted()

    def add(self, findable: Findable) -> None:
        """Take in one thing. A thing is added once."""
        at = len(self._things)
        self._things.append(findable.thing)
        for source, text in findable.texts:
            words = words_of(text)
            if source is Source.NAME and words:
                self._add_name(" ".join(words), at)
            for word in words:
                self._add_word(word, at, WEIGHT[source])

    def _add_name(self, name: str, at: int) -> None:
        named = self._names.get(name)
        if named is None:
            self._unsorted_names.add(name)
        if named is None or at not in named:
            self._names[name] = (*(named or ()), at)

    def _add_word(self, word: str, at: int, weight: float) -> None:
        places = self._places.get(word)
        if places is None:
            places = self._places[word] = {}
            self._unsorted.add(word)
            self._by_length.setdefault(len(word), []).append(word)
        places[at] = max(places.get(at, 0.0), weight)

    def close(self) -> Index:
        """Make the index ready to be asked, and return it."""
        for _ in self.closing():
            pass
        return self

    def closing(self) -> Iterator[None]:
        """Do what `close` does, and yield after each few milliseconds of it."""
        for names in self._unsorted_names.take():
            self._sorted_names += names
            yield
        lines = [""]
        for words in self._unsorted.take():
            self._vocabulary += words
            lines.append("\n".join(words))
            yield
        self._joined = "\n".join([*lines, ""])

    def __len__(self) -> int:
        return len(self._things)

    def find(self, question: str) -> list[Hit]:
        """Return the things that fit, the best first; equal ones in the order of their ids. Nothing fits nothing."""
        asked = asked_words(question)
        whole = " ".join(words_of(question))
        if len(whole) < SHORTEST_QUESTION or not self._vocabulary:
            return []
        found = [self._fitting(word) for word in asked]
        self._join_pairs(asked, found)
        called = _Called(set(self._names.get(whole, ())), self._named_from(whole))
        every = (self._hit(at, called, found) for at in set().union(*(one.best for one in found)))
        hits = _the_better([hit for hit in every if hit is not None])
        return nsmallest(MOST_HITS, hits, key=lambda hit: (hit.fit, -hit.score, hit.thing))

    def _named_from(self, whole: str) -> set[int]:
        """Return the things with a name that begins with `whole`."""
        named: set[int] = set()
        for name in _beginning(self._sorted_names, whole):
            named.update(self._names[name])
        return named

    def _hit(self, at: int, called: _Called, found: list[_Found]) -> Hit | None:
        """Return how a thing fits all that was asked, or None if more than half of it says nothing of the thing."""
        scores = [one.best.get(at, 0.0) for one in found]
        fitting = sum(score > 0 for score in scores)
        score = sum(scores) / len(scores)
        if 2 * fitting < len(scores) or score < FITS_LEAST:
            return None
        if at in called.so:
            fit = Fit.EXACT_NAME
        elif not any(at in one.sure for one in found):
            fit = Fit.ALIKE
        else:
            fit = Fit.NAME_BEGINS if at in called.begins else Fit.WORDS
        return Hit(self._things[at], fit, round(score, 4), whole=fitting == len(scores))

    # --- One word

    def _fitting(self, asked: str) -> _Found:
        """Return what one word fits. Words with it inside are looked at only if none is, begins or ends so, and
        guesses only if even that finds nothing.
        """
        found = _Found()
        self._note(found, self._ways(asked))
        if not found.best and len(asked) >= SHORTEST_PART:
            self._note(found, self._inside(asked))
        if not found.best:
            self._note(found, self._parts(asked), sure=False)
            self._note(found, self._typos(asked), sure=False)
        return found

    def _note(self, found: _Found, ways: Iterable[tuple[str, float]], *, sure: bool = True) -> None:
        for word, quality in ways:
            for at, weight in self._places[word].items():
                found.best[at] = max(found.best.get(at, 0.0), weight * quality)
                if sure:
                    found.sure.add(at)

    def _ways(self, asked: str) -> Iterator[tuple[str, float]]:
        """Yield the words that fit `asked` without any typo, each with how well."""
        if asked in self._places:
            yield asked, EXACT
        for word in _beginning(self._vocabulary, asked):
            yield word, BEGINS - 0.1 * (1 - len(asked) / len(word))
        stem = asked[: max(SHORTEST_PART, len(asked) - MOST_TAIL)]
        if len(asked) > SHORTEST_PART:
            for word in _beginning(self._vocabulary, stem):
                same = _common(asked, word)
                longest, shortest = max(len(word), len(asked)), min(len(word), len(asked))
                if longest - same <= MOST_TAIL and same >= SAME_LEAST * shortest:
                    yield word, SAME_STEM
        if len(asked) >= SHORTEST_ENDING:
            yield from ((word, ENDS) for word in self._holding(f"{asked}\n"))

    def _inside(self, asked: str) -> Iterator[tuple[str, float]]:
        return ((word, INSIDE) for word in self._holding(asked))

    def _holding(self, part: str) -> Iterator[str]:
        """Yield the words that have `part` inside; one that ends in a line break is looked for at their ends."""
        at = self._joined.find(part)
        while at >= 0:
            last = self._joined.find("\n", at)
            yield self._joined[self._joined.rfind("\n", 0, at) + 1 : last]
            at = self._joined.find(part, last)

    def _parts(self, asked: str) -> Iterator[tuple[str, float]]:
        """Yield words that a longer asked word begins or ends with: "betong" and "bor" of "betongbor"."""
        for cut in range(SHORTEST_ENDING, len(asked) - SHORTEST_ENDING + 1):
            for part in (asked[:cut], asked[cut:]):
                if len(part) >= SHORTEST_PART and part in self._places:
                    yield part, PART

    def _typos(self, asked: str) -> Iterator[tuple[str, float]]:
        """Yield words that differ by one letter, two in longer ones; swapped neighbours are one."""
        most = typos_forgiven(asked)
        if not most:
            return
        near = [word for length in range(len(asked) - most, len(asked) + most + 1)
                for word in self._by_length.get(length, ())]  # fmt: skip
        for word, distance, _ in process.extract_iter(asked, near, scorer=OSA.distance, score_cutoff=most):
            yield word, TYPO * (1 - distance / len(asked))

    def _join_pairs(self, asked: tuple[str, ...], found: list[_Found]) -> None:
        """Let two words that are one compound in the catalogue count as it: "slag drill"."""
        for at, (one, other) in enumerate(pairwise(asked)):
            joined = one + other
            ways = [(joined, EXACT)] if joined in self._places else []
            ways += [(word, BEGINS) for word in _beginning(self._vocabulary, joined) if word != joined]
            for half in (found[at], found[at + 1]):
                self._note(half, ways)


def _the_better(hits: list[Hit]) -> list[Hit]:
    """Leave out what fits only with a typo where something fits without, then what fits in part where something fits
    whole: a short list is read.
    """
    if any(hit.fit is not Fit.ALIKE for hit in hits):
        hits = [hit for hit in hits if hit.fit is not Fit.ALIKE]
    return [hit for hit in hits if hit.whole] or hits


def typos_forgiven(word: str) -> int:
    """Return how many letters of a word may be wrong: none of three, one of four or five, two of more."""
    return 0 if len(word) < 4 else 1 if len(word) < 6 else 2  # noqa: PLR2004 - said in the line above


def _beginning(words: Sequence[str], start: str) -> Iterator[str]:
    """Yield those of the sorted `words` that begin with `start`."""
    at = bisect_left(words, start)
    while at < len(words) and words[at].startswith(start):
        yield words[at]
        at += 1


def _common(one: str, other: str) -> int:
    """Return how many letters two words begin with in common."""
    same = 0
    for here, there in zip(one, other, strict=False):
        if here != there:
            break
        same += 1
    return same
