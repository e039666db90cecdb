"""Kinds of entries that pages list by kind: few among many, so each group has an index of its own."""

from __future__ import annotations

from django.db.models import BooleanField
from django.db.models.expressions import RawSQL

from lending.entries import (
    ConditionAnswer,
    ItemRegistered,
    Loan,
    OfferedItem,
    Return,
    SearchMissed,
    StaffNote,
    StockCount,
    Suggestion,
)

SAID = (Suggestion.kind, OfferedItem.kind, SearchMissed.kind)
"""What residents say: the index `entries_said`."""

TOLD = (StockCount.kind, ItemRegistered.kind, StaffNote.kind)
"""What staff tell at a station: the index `entries_told`."""

FREQUENT = (Loan.kind, Return.kind, ConditionAnswer.kind)
"""What most entries are: whoever looks for these finds them at once; all others have the index `entries_rare`."""


def among(kinds: tuple[str, ...]) -> RawSQL:
    """Return the condition that an entry is of one of `kinds` (`SAID` or `TOLD`), in the very words of its index.

    SQLite uses a partial index only where a query says the index's condition as it stands: with `kind__in`, whose
    values are filled in later, it reads the whole table (https://www.sqlite.org/partialindex.html).
    """
    names = ", ".join(f"'{kind}'" for kind in kinds)
    return RawSQL(f"journal_rawentry.kind IN ({names})", (), output_field=BooleanField())  # noqa: S611 - fixed words only


def rare() -> RawSQL:
    """Return the condition that an entry is of none of the frequent kinds, in the very words of its index."""
    names = ", ".join(f"'{kind}'" for kind in FREQUENT)
    return RawSQL(f"NOT (journal_rawentry.kind IN ({names}))", (), output_field=BooleanField())  # noqa: S611 - the same
