"""A card as it is loaded, checked before anything is stored. Nothing here needs Django."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date

from lending.errors import Refused
from sync.cards import normal_card_id

LONGEST_CARD = 64
LONGEST_CATEGORY = 64
LONGEST_MARK = 64
MOST_TRAININGS = 50
OLDEST = 150
_PIN = re.compile(r"[0-9]{4,12}")


@dataclass(frozen=True, slots=True)
class CardRow:
    """All that is to hold of one card. `pin` is 4 to 12 digits; None leaves the PIN as it is, "" takes it away.

    `expires` is the last day the card is good, `age_from` the lower end of an age band in years.
    """

    card_id: str = field(repr=False)
    blocked: bool = False
    expires: date | None = None
    category: str = ""
    age_from: int | None = None
    trainings: frozenset[str] = frozenset()
    staff: bool = False
    pin: str | None = field(default=None, repr=False)


def check_row(number: int, row: CardRow) -> None:
    """Do nothing if the row can be stored; raise Refused if not, naming its number (from 1) but not the card."""
    wrong = next((what for what, right in _checks(row) if not right), None)
    if wrong is not None:
        raise Refused(f"card {number}: {wrong}")


def _checks(row: CardRow) -> tuple[tuple[str, bool], ...]:
    card_id = normal_card_id(row.card_id)
    marks = row.trainings
    return (
        (
            f"the card id is not 1 to {LONGEST_CARD} printable characters",
            is_text(card_id, LONGEST_CARD) and card_id != "",
        ),
        (
            f"the category is longer than {LONGEST_CATEGORY} characters or unprintable",
            is_text(row.category, LONGEST_CATEGORY),
        ),
        (f"age_from is not from 0 to {OLDEST}", row.age_from is None or 0 <= row.age_from <= OLDEST),
        (f"more than {MOST_TRAININGS} trainings", len(marks) <= MOST_TRAININGS),
        ("a training is no short word", all(mark and is_text(mark, LONGEST_MARK) for mark in marks)),
        ("the PIN is not 4 to 12 digits", not row.pin or is_pin(row.pin)),
    )


def is_pin(text: str) -> bool:
    """Return whether `text` has the form of a PIN: 4 to 12 digits."""
    return _PIN.fullmatch(text) is not None


def is_text(text: str, limit: int) -> bool:
    """Return whether `text` is printable (so without U+0000 and half pairs) and no longer than `limit`."""
    return len(text) <= limit and text.isprintable()
