"""What people type at a station: kept short, and without what leads to a person. All rules of it stand here.

Numbers people are reached or known by and mail addresses are recognised by their shape. A name has none: the screen
asks for it not to be written. Of words somebody writes to the library what leads to a person is left out (`cleaned`);
of words somebody searched for, which nobody meant to write to anybody, nothing at all is kept then (`kept_words`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

MOST_LETTERS = 160
LEFT_OUT = "…"
"""What stands in the place of something that was left out."""

_MAIL = re.compile(r"[^\s@]+(?:@+[^\s@]+)+")
_LONG_NUMBER = re.compile(r"\(?\+?\d(?:[ .()/-]{0,2}\d){6,}")
"""Seven digits or more, however they are grouped: a telephone number, a national number, a card."""
_NO_LETTER = re.compile(r"[\W_]*")

LONGEST_SEARCH = 40
"""Characters that are kept of a search; a thing and what it is for fit into that."""

SHORTEST_SEARCH = 3
MOST_DIGITS = 5
"""A size has fewer; a telephone, card or person's number has more, however it is parted."""

_NO_WORD = re.compile(r"[^\w\s-]|_")
_ADDRESS = re.compile(r"@|://|www\.|\w\.\w+\.?\w*@|\b[\w-]+\.(?:no|com|net|org|se|dk|eu|ua)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Said:
    """What is kept of the words, "" if nothing; no repr shows it. `left_out` says that something was taken out."""

    words: str = field(repr=False)
    left_out: bool


def cleaned(words: str) -> Said:
    """Return the words on one line, at most `MOST_LETTERS` long, without mail addresses and long numbers."""
    line = " ".join("".join(c if c.isprintable() else " " for c in words).split())[: MOST_LETTERS * 4]
    kept = _LONG_NUMBER.sub(LEFT_OUT, _MAIL.sub(LEFT_OUT, line))
    left_out = kept != line
    kept = kept[:MOST_LETTERS].rstrip()
    return Said("" if _NO_LETTER.fullmatch(kept) else kept, left_out)


def kept_words(words: str) -> str | None:
    """Return what is kept of a search in vain: letters, small numbers and hyphens, cut to a length, or None.

    Nothing is kept of what `cleaned` would leave anything out of, of what looks like any other address, or of what
    holds as many digits as a person's, card or telephone number.
    """
    digits = sum(sign.isdigit() for sign in words)
    if cleaned(words).left_out or _ADDRESS.search(words) or digits > MOST_DIGITS:
        return None
    plain = " ".join(_NO_WORD.sub(" ", words).split())[:LONGEST_SEARCH].strip()
    return plain if sum(sign.isalpha() for sign in plain) >= SHORTEST_SEARCH else None
