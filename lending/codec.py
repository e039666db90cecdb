"""Bodies of entries to plain data and back. Old schema versions stay readable for ever.

The fields of a body are those of its dataclass. A field or kind that came with a later version stands in `_SINCE`:
data of an older version does not have it and gets the default, data of its own version must.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import MISSING, fields
from typing import Any, get_args, get_type_hints

from lending.entries import (
    SCHEMA_VERSION,
    Body,
    ConditionAnswer,
    HubTime,
    ItemRegistered,
    Loan,
    Personal,
    Return,
    StaffNote,
)
from lending.errors import EntryRefused
from lending.plain import MAX_SEALED, MAX_TEXT, Reader, flag, maybe_text, number, plain, reader_for, text
from lending.times import Reading

__all__ = [
    "SCHEMA_VERSION",
    "body_from_plain",
    "body_to_plain",
    "personal_from_plain",
    "personal_to_plain",
    "reading_from_plain",
    "reading_to_plain",
]

_FIRST_KINDS = {"loan", "return", "condition", "refusal", "started", "device", "clock"}
_KINDS: dict[str, type[Body]] = {kind.kind: kind for kind in get_args(Body)}
_KIND_SINCE = {kind: 1 if kind in _FIRST_KINDS else 2 for kind in _KINDS} | {HubTime.kind: 3, StaffNote.kind: 4}
_SINCE: dict[tuple[type, str], int] = {
    (Loan, "data_age_hours"): 2,
    (Loan, "due_doubtful"): 2,
    (Loan, "hold"): 2,
    (Loan, "instead_of"): 2,
    (Return, "shelf"): 2,
    (ConditionAnswer, "asked_of"): 2,
    (ItemRegistered, "undo"): 4,
}


def _readers(kind: type[Body]) -> dict[str, tuple[Reader, int, Any]]:
    """Return for each field of a body its reader, the version it came with, and its default."""
    hints = get_type_hints(kind)
    return {f.name: (reader_for(hints[f.name]), _SINCE.get((kind, f.name), 1), f.default) for f in fields(kind)}


_FIELDS = {kind: _readers(cls) for kind, cls in _KINDS.items()}
_Fields = dict[str, tuple[Reader, int, Any]]
_OF_VERSION: dict[tuple[str, int], tuple[_Fields, list[tuple[str, Reader]], dict[str, Any]]] = {}


def body_from_plain(kind: str, version: int, data: object) -> Body:
    """Return the body that `data` describes.

    Raises EntryRefused if the kind or version is unknown or a field is missing, of the wrong type or too long.
    """
    if kind not in _KINDS or not _KIND_SINCE.get(kind, 1) <= version <= SCHEMA_VERSION:
        raise EntryRefused(f"kind {kind[:40]!r} version {version} is not known here", field="kind")
    if type(data) is not dict and not isinstance(data, Mapping):
        raise EntryRefused("is not an object", field="body")
    there, later = _fields_of(kind, version)
    values = dict(later)
    for name, read in there:
        # Asked first, because most are a short text or a flag; all others, and the bad ones, are for the reader.
        value = data.get(name)
        if (read is text and type(value) is str and len(value) <= MAX_TEXT) or (read is flag and type(value) is bool):
            values[name] = value
        else:
            values[name] = read(data, name)
    return _KINDS[kind](**values)


def _fields_of(kind: str, version: int) -> tuple[list[tuple[str, Reader]], dict[str, Any]]:
    """Return the fields a version of a kind has, with their readers, and the defaults of those that came later."""
    known = _OF_VERSION.get((kind, version))
    if known is None or known[0] is not _FIELDS[kind]:
        there = [(name, read) for name, (read, since, _) in _FIELDS[kind].items() if since <= version]
        later = {name: default for name, (_, since, default) in _FIELDS[kind].items() if since > version}
        assert MISSING not in later.values()  # noqa: S101 - a later field without default could not be read back
        known = _OF_VERSION[kind, version] = (_FIELDS[kind], there, later)
    return known[1], known[2]


def body_to_plain(body: Body) -> dict[str, Any]:
    """Return `body` as plain data of schema version `SCHEMA_VERSION` (JSON types only, no floats)."""
    return {name: plain(getattr(body, name)) for name in _FIELDS[body.kind]}


def personal_from_plain(data: object) -> Personal | None:
    """Return the personal part, or None where it was never there or has been erased.

    Raises EntryRefused if it is there but not readable.
    """
    if data is None:
        return None
    if type(data) is not dict and not isinstance(data, Mapping):
        raise EntryRefused("is not an object", field="personal")
    return Personal(text(data, "patron_ref"), maybe_text(data, "sealed_card", MAX_SEALED))


def personal_to_plain(personal: Personal) -> dict[str, Any]:
    """Return the personal part as plain data."""
    return {"patron_ref": personal.patron_ref, "sealed_card": personal.sealed_card}


def reading_from_plain(data: object) -> Reading:
    """Return the clock reading that `data` describes; raises EntryRefused if it is none."""
    if type(data) is not dict and not isinstance(data, Mapping):
        raise EntryRefused("is not an object", field="at")
    return Reading(
        wall_ms=number(data, "wall"),
        boot=text(data, "boot", 64),
        up_ms=number(data, "up"),
        synced=flag(data, "synced"),
    )


def reading_to_plain(reading: Reading) -> dict[str, Any]:
    """Return the clock reading as plain data."""
    return {"wall": reading.wall_ms, "boot": reading.boot, "up": reading.up_ms, "synced": reading.synced}
