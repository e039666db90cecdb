"""Pages of a long table that cost the same however far down they are: a page begins after a row, not after a count.

A mark names the row a page begins after: its columns, joined with dots.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.db.models import Model, QuerySet

M = TypeVar("M", bound=Model)
_NUMBER = re.compile(r"-?[0-9]{1,18}")


@dataclass(frozen=True, slots=True)
class Piece(Generic[M]):
    """Some rows in order. `after` marks where the next page begins, empty where there is none."""

    rows: tuple[M, ...]
    after: str


def piece(rows: QuerySet[M], columns: Sequence[str], mark: str, size: int, *, down: bool = False) -> Piece[M]:
    """Return the first `size` of `rows` behind `mark`, by rising `columns` (falling, if `down`), the last of which
    must differ in each row; from the beginning where the mark is none.

    Each query has a range of one index as its whole answer: no row is read that is not wanted.
    """
    found = list[M]()
    for chosen in _ranges(rows, columns, _values(mark, len(columns)), down=down):
        found.extend(chosen.order_by(*(f"-{name}" if down else name for name in columns))[: size + 1 - len(found)])
        if len(found) > size:
            break
    more = len(found) > size
    return Piece(tuple(found[:size]), mark_of(found[size - 1], columns) if more else "")


def mark_of(row: Model, columns: Sequence[str]) -> str:
    """Return the mark behind which the row that follows this one begins a page."""
    return ".".join(str(getattr(row, name)) for name in columns)


def _values(mark: str, count: int) -> list[int] | None:
    parts = mark.split(".")
    if len(parts) != count or not all(_NUMBER.fullmatch(part) for part in parts):
        return None
    return [int(part) for part in parts]


def _ranges(
    rows: QuerySet[M], columns: Sequence[str], values: list[int] | None, *, down: bool
) -> Sequence[QuerySet[M]]:
    """Return the rows behind the values as ranges that follow each other: equal in all columns but the last, then in
    one less, and so on.
    """
    if values is None:
        return [rows]
    step = "lt" if down else "gt"
    ranges = []
    for last in reversed(range(len(columns))):
        same: dict[str, Any] = dict(zip(columns[:last], values[:last], strict=True))
        ranges.append(rows.filter(**same, **{f"{columns[last]}__{step}": values[last]}))
    return ranges
