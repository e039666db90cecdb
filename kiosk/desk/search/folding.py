"""How words are made alike before they are compared: case, accents, and letters that a keyboard may lack."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from functools import lru_cache

_SPELLED = str.maketrans({"æ": "ae", "ø": "o", "đ": "d", "ŋ": "n", "ŧ": "t", "ß": "ss", "œ": "oe", "ł": "l"})
"""Letters that Unicode does not take apart, as people write them who lack the key."""

_WORD = re.compile(r"[^\W_]+")
MOST_WORDS = 12
"""Words of a question that are looked at; nobody asks in more."""

LONGEST = 40
"""Letters of a word that are looked at."""

SMALL_WORDS: Mapping[str, str] = {
    "nb": "at av de den det dem du eller en er et for fra har i jeg kan låne man med meg mitt noe og om opp på skal "
    "som til trenger vi vil å",
    "nn": "dei ei ein eit eg fram kva noko skal treng",
    "en": "a an and at do for from i if in is it my of on or some the to up want",
    "sv": "att den det en ett för från jag kan med mig min och om på ska till upp vill",
    "da": "at af den det en et for fra få jeg kan med mig min og op på skal til vil",
    "se": "ja dat mun mu lea lean ovdii",
    "uk": "а в до з за і й на не по та у що як я",  # noqa: RUF001
}
"""Words that say little, by language; a question of nothing else is looked up whole."""


def fold(text: str) -> str:
    """Return `text` in lower case without accents: "Høytrykksspyler" becomes "hoytrykksspyler"."""
    apart = unicodedata.normalize("NFKD", text.casefold())  # signs of mathematics become letters, large ones too
    bare = "".join(sign for sign in apart.casefold().translate(_SPELLED) if not unicodedata.combining(sign))
    return unicodedata.normalize("NFC", bare)


_SMALL = frozenset(fold(word) for words in SMALL_WORDS.values() for word in words.split())


@lru_cache(4096)
def words_of(text: str) -> tuple[str, ...]:
    """Return the folded words of `text` in their order."""
    return tuple(word[:LONGEST] for word in _WORD.findall(fold(text)))


def asked_words(text: str) -> tuple[str, ...]:
    """Return the folded words somebody asks for, without the small ones, each once; all if there are only those."""
    words = tuple(dict.fromkeys(words_of(text)))
    return (tuple(word for word in words if word not in _SMALL) or words)[:MOST_WORDS]
