"""What residents write in their own words: kept short, and without what leads to a person.

Numbers people are reached or known by and mail addresses are recognised by their shape. A name has none: the screen
asks for it not to be written.
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
