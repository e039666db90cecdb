"""What is kept of words somebody searched for in vain: what was looked for, and nothing that points at a person."""

from __future__ import annotations

import re

LONGEST = 40
"""Characters that are kept; a thing and what it is for fit into that."""

SHORTEST = 3
MOST_DIGITS = 5
"""A size has fewer; a telephone, card or person's number has more, however it is parted."""

_NOT_KEPT = re.compile(r"[^\w\s-]|_", re.UNICODE)
_ADDRESS = re.compile(r"@|://|www\.|\w\.\w+\.?\w*@|\b[\w-]+\.(?:no|com|net|org|se|dk|eu|ua)\b", re.IGNORECASE)


def kept_words(words: str) -> str | None:
    """Return what is kept of `words`: letters, small numbers and hyphens, cut to a length; None if nothing is.

    Nothing is kept of what looks like an address, or holds as many digits as a person's, card or telephone number.
    """
    if _ADDRESS.search(words) or sum(sign.isdigit() for sign in words) > MOST_DIGITS:
        return None
    plain = " ".join(_NOT_KEPT.sub(" ", words).split())[:LONGEST].strip()
    return plain if sum(sign.isalpha() for sign in plain) >= SHORTEST else None
