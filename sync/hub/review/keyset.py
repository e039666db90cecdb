"""Pages of a long table that cost the same however far down they are: a page begins after a row, not after a count.

A mark names the row a page begins after, or before which it ends: its columns, joined with dots.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from typing import Any, Generic, TypeVar

from django.db.models import CharField, DateField, Field, Model, QuerySet

M = TypeVar("M", bound=Model)
_NUMBER = re.compile(r"-?[0-9]{1,18}")
_NAME = re.compile(r"[\w:-]{1,64}")

Value = int | str | date
Take = Callable[[str, int, bool], list[M]]
"""Gives so many rows behind a mark, "" for the first ones; backwards from it where the last argument says so."""


@dataclass(frozen=True, slots=True)
class Piece(Generic[M]):
    """Some rows in order. `after` marks where the next page begins, `before` where the one before ends; both are
    empty where there is none.
    """

    rows: tuple[M, ...]
    after: str
    before: str = ""


def piece(rows: QuerySet[M], columns: Sequence[str], mark: str, size: int, *, down: bool = False) -> Piece[M]:
    """Return the first `size` of `rows` behind `mark`, by rising `columns` (falling, if `down`), the last of which
    must differ in each row; from the beginning where the mark is none.
    """
    found = take(rows, columns, mark, size + 1, down=down)
    more = len(found) > size
    return Piece(tuple(found[:size]), mark_of(found[size - 1], columns) if more else "")


def both_ways(taking: Take[M], mark_of_row: Callable[[M], str], after: str, before: str, size: int) -> Piece[M]:
    """Return the page behind `after` or ahead of `before`, with the ways on and back; the first one if neither names
    a row behind or ahead of which there is any.
    """
    found = taking(before or after, size + 1, bool(before))
    more, found = len(found) > size, found[:size]
    if not found:
        return both_ways(taking, mark_of_row, "", "", size) if after or before else Piece((), "")
    if before:
        found.reverse()
    further, back = (True, more) if before else (more, bool(after))
    return Piece(tuple(found), mark_of_row(found[-1]) if further else "", mark_of_row(found[0]) if back else "")


def take(rows: QuerySet[M], columns: Sequence[str], mark: str, count: int, *, down: bool) -> list[M]:
    """Return the first `count` rows behind a mark, as `piece` orders them.

    Each query has a range of one index as its whole answer: no row is read that is not wanted.
    """
    found = list[M]()
    for chosen in _ranges(rows, columns, _values(rows.model, columns, mark), down=down):
        found.extend(chosen.order_by(*(f"-{name}" if down else name for name in columns))[: count - len(found)])
        if len(found) >= count:
            break
    return found


def take_by_time(rows: QuerySet[M], columns: tuple[str, str], mark: str, count: int, *, down: bool) -> list[M]:
    """Do the same for two columns of which the first is rarely alike, as a time is, in one query.

    Rows that share the mark's time are read again. In the ranges of `take` SQLite would follow the second column
    through all rows, where an index begins with what both have before them.
    """
    values = _values(rows.model, columns, mark)
    if values is not None:
        rows = _since(rows, columns, values, down=down)
    return list(rows.order_by(*(f"-{name}" if down else name for name in columns))[:count])


def _since(rows: QuerySet[M], columns: tuple[str, str], values: list[Value], *, down: bool) -> QuerySet[M]:
    (time, other), (at, last) = columns, values
    within, before = ("lte", "gte") if down else ("gte", "lte")
    return rows.filter(**{f"{time}__{within}": at}).exclude(**{time: at, f"{other}__{before}": last})


def mark_of(row: Model, columns: Sequence[str]) -> str:
    """Return the mark behind which the row that follows this one begins a page."""
    return ".".join(str(getattr(row, name)) for name in columns)


def _values(model: type[Model], columns: Sequence[str], mark: str) -> list[Value] | None:
    parts = mark.split(".")
    if len(parts) != len(columns):
        return None
    values = [_value(_field(model, name), part) for name, part in zip(columns, parts, strict=True)]
    known = [value for value in values if value is not None]
    return known if len(known) == len(columns) else None


def _field(model: type[Model], name: str) -> Field[Any, Any]:
    known = model._meta  # noqa: SLF001 - Django's own name for what a model says of itself
    found = known.pk if name == "pk" else known.get_field(name)
    assert isinstance(found, Field)  # noqa: S101 - columns are named in our own code
    return found


def _value(field: Field[Any, Any], text: str) -> Value | None:
    if isinstance(field, DateField):
        with suppress(ValueError):
            return date.fromisoformat(text)
        return None
    if isinstance(field, CharField):
        return text if _NAME.fullmatch(text) else None
    return int(text) if _NUMBER.fullmatch(text) else None


def _ranges(
    rows: QuerySet[M], columns: Sequence[str], values: list[Value] | None, *, down: bool
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
