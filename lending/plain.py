"""Reading plain data field by field: each reader says what is wrong, and where, instead of guessing."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from enum import StrEnum
from functools import partial
from typing import Any, TypeVar

from lending.errors import EntryRefused
from lending.nouns import PartAnswer

Plain = Mapping[str, Any]
Reader = Callable[[Plain, str], Any]
E = TypeVar("E", bound=StrEnum)

MAX_TEXT = 200
MAX_PARTS = 200
MAX_LIST = 2000
MAX_SEALED = 2000


def _get(data: Plain, field: str, kind: type) -> Any:
    value = data.get(field)
    if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
        raise EntryRefused(f"is not of type {kind.__name__}", field=field)
    return value


def text(data: Plain, field: str, limit: int = MAX_TEXT) -> str:
    """Return a text of at most `limit` characters. Raises EntryRefused, like every reader here."""
    value = data.get(field)
    if type(value) is not str:  # asked first, because nearly always it is one
        value = _get(data, field, str)
    if len(value) > limit:
        raise EntryRefused(f"is longer than {limit} characters", field=field)
    return value


def maybe_text(data: Plain, field: str, limit: int = MAX_TEXT) -> str | None:
    """Return a text, or None for null."""
    return None if data.get(field) is None else text(data, field, limit)


def number(data: Plain, field: str) -> int:
    """Return a whole number that JSON can carry exactly."""
    value = data.get(field)
    if type(value) is not int:
        value = _get(data, field, int)
    if not -(2**53) < value < 2**53:
        raise EntryRefused("is beyond what a number may be", field=field)
    return value


def flag(data: Plain, field: str) -> bool:
    """Return true or false."""
    value = data.get(field)
    return value if type(value) is bool else bool(_get(data, field, bool))


def day(data: Plain, field: str) -> date:
    """Return a date from its ISO form."""
    try:
        return date.fromisoformat(text(data, field))
    except ValueError:
        raise EntryRefused("is not a date", field=field) from None


def choice(kind: type[E], data: Plain, field: str) -> E:
    """Return one of the values of `kind`."""
    try:
        return kind(text(data, field))
    except ValueError:
        raise EntryRefused("is not an answer we know", field=field) from None


def texts(data: Plain, field: str) -> tuple[str, ...]:
    """Return a list of at most `MAX_LIST` texts."""
    values: list[Any] = _get(data, field, list)
    if len(values) > MAX_LIST or not all(isinstance(v, str) and len(v) <= MAX_TEXT for v in values):
        raise EntryRefused("is not a short list of texts", field=field)
    return tuple(values)


def part_answers(data: Plain, field: str) -> tuple[tuple[str, PartAnswer], ...]:
    """Return the answers of a tick list: pairs of part and answer."""
    rows: list[Any] = _get(data, field, list)
    if len(rows) > MAX_PARTS:
        raise EntryRefused(f"has more than {MAX_PARTS} rows", field=field)
    try:
        answers = tuple((part, PartAnswer(answer)) for part, answer in rows)
    except (TypeError, ValueError):
        raise EntryRefused("is not a list of part and answer", field=field) from None
    if not all(isinstance(part, str) and len(part) <= MAX_TEXT for part, _ in answers):
        raise EntryRefused("names a part by something else than a short text", field=field)
    return answers


def reader_for(hint: Any) -> Reader:
    """Return the reader that fits a field's type. Raises TypeError for a type no entry has."""
    if isinstance(hint, type) and issubclass(hint, StrEnum):
        return partial(choice, hint)
    if hint not in _READERS:
        raise TypeError(f"no entry has a field of type {hint}")
    return _READERS[hint]


_READERS: dict[Any, Reader] = {
    str: text,
    str | None: maybe_text,
    int: number,
    bool: flag,
    date: day,
    tuple[str, ...]: texts,
    tuple[tuple[str, PartAnswer], ...]: part_answers,
}


_AS_THEY_ARE = {str, int, bool, type(None)}


def plain(value: Any) -> Any:
    """Return a field's value as JSON knows it."""
    if type(value) in _AS_THEY_ARE:  # asked first, because nearly always it is one
        return value
    if isinstance(value, StrEnum):
        return value.value
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, tuple):
        return [plain(inner) for inner in value]
    return value
