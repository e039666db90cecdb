"""Which letters the keyboard on the screen has in each language, and how wide each key is. Pure, no Kivy.

The order is the one of the language's own keyboards, so that who types at home finds the letters here.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

ERASE, SPACE, SIGNS, LETTERS = "erase", "space", "signs", "letters"
"""The keys that are no letters. SIGNS leads to digits and further letters, LETTERS back."""

_NORDIC = ("qwertyuiopå", "asdfghjkløæ", "zxcvbnm")

LETTERS_OF: Mapping[str, tuple[str, str, str]] = {
    "nb": _NORDIC,
    "nn": _NORDIC,
    "da": ("qwertyuiopå", "asdfghjklæø", "zxcvbnm"),
    "sv": ("qwertyuiopå", "asdfghjklöä", "zxcvbnm"),
    "en": ("qwertyuiop", "asdfghjkl", "zxcvbnm"),
    "se": ("ášertyuiopåŋ", "asdfghjkløæđ", "žzčcvbnmŧ"),
    "uk": ("йцукенгшщзхї", "фівапролджєґ", "ячсмитьбю"),
}
"""Three rows of letters. A language without rows of its own has those of English."""

_DIGITS = "1234567890"
_MARKS = ".,-/?!'()+"
_FURTHER = "qwxzåæøäöáéüčđŋšž"
_MOST_FURTHER = 9


class Key(NamedTuple):
    """One key: what it writes (or one of the names above) and how many columns it takes."""

    name: str
    columns: float = 1


Row = tuple[Key, ...]


def rows(language: str, *, signs: bool = False, low: bool = False) -> tuple[Row, ...]:
    """Return the rows of keys, the uppermost first; each takes as many columns as the widest.

    `signs` gives digits, marks and the letters of the neighbours' languages. `low` saves the row of the space bar:
    its keys stand beside the last letters.
    """
    letters = LETTERS_OF.get(language, LETTERS_OF["en"])
    above, middle, last = (_DIGITS, _MARKS, _further("".join(letters))) if signs else letters
    wide = max(len(above), len(middle), len(last) + 3 if low else 0)
    turn = LETTERS if signs else SIGNS
    upper = (_keys(above), _keys(middle))
    if low:
        spare = wide - len(last) - 2
        return *upper, (Key(turn), *_keys(last), Key(SPACE, spare), Key(ERASE))
    foot = (Key(turn, 2), Key(SPACE, wide - 2)) if signs else (Key(turn, 2), Key(","), Key(SPACE, wide - 4), Key("."))
    return *upper, (*_keys(last), Key(ERASE, min(2, wide - len(last)))), foot


def columns(keys: tuple[Row, ...]) -> float:
    """Return how many columns the widest row takes."""
    return max(sum(key.columns for key in row) for row in keys)


def _keys(letters: str) -> Row:
    return tuple(Key(letter) for letter in letters)


def _further(known: str) -> str:
    """Return letters of the neighbours' languages that the letters at hand lack."""
    return "".join(letter for letter in _FURTHER if letter not in known)[:_MOST_FURTHER]
