"""Every word on the staff pages, in Bokmål and English, side by side so that neither is forgotten.

A module holds those of one page or topic; all are read here.
"""

from __future__ import annotations

from typing import Any

from sync.hub.review.words import cases, fleet, forks, frame, holds, journal, koha, loans, said, stations

NOTHING = "\u2013"
"""What stands where there is nothing to say: a dash."""

LANGUAGES = {"nb": "Norsk bokmål", "en": "English"}

_PAGES = (cases, fleet, forks, frame, holds, journal, koha, loans, said, stations)
_WORDS: dict[str, tuple[str, str]] = {key: texts for page in _PAGES for key, texts in page.WORDS.items()}


def say(language: str, key: str, **facts: Any) -> str:
    """Return the words of `key` with the facts filled in; with n=1 the form for one, where there is one.

    Raises KeyError for a key that is not in the list.
    """
    one = f"{key}.one"
    texts = _WORDS[one if facts.get("n") == 1 and one in _WORDS else key]
    return texts[language == "en"].format(**facts)


def keys() -> frozenset[str]:
    """Return the keys of all words."""
    return frozenset(_WORDS)
