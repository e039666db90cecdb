"""Bodies of entries to plain data and back. Old schema versions stay readable for ever."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from lending.entries import (
    SCHEMA_VERSION,
    Body,
    ClockChange,
    ConditionAnswer,
    DeviceChange,
    Loan,
    Personal,
    Refusal,
    Return,
    Started,
)
from lending.errors import EntryRefused
from lending.nouns import Condition, PartAnswer
from lending.times import Reading

Plain = Mapping[str, Any]

MAX_TEXT = 200
MAX_PARTS = 200
MAX_SEALED = 2000


def _get(data: Plain, field: str, kind: type) -> Any:
    value = data.get(field)
    if kind is int and isinstance(value, bool):
        raise EntryRefused("is not a number", field=field)
    if not isinstance(value, kind):
        raise EntryRefused(f"is not of type {kind.__name__}", field=field)
    return value


def _text(data: Plain, field: str, limit: int = MAX_TEXT) -> str:
    value: str = _get(data, field, str)
    if len(value) > limit:
        raise EntryRefused(f"is longer than {limit} characters", field=field)
    return value


def _maybe_text(data: Plain, field: str, limit: int = MAX_TEXT) -> str | None:
    return None if data.get(field) is None else _text(data, field, limit)


def _number(data: Plain, field: str) -> int:
    value: int = _get(data, field, int)
    if abs(value) >= 2**53:
        raise EntryRefused("is beyond what a number may be", field=field)
    return value


def _flag(data: Plain, field: str) -> bool:
    return bool(_get(data, field, bool))


def _day(data: Plain, field: str) -> date:
    try:
        return date.fromisoformat(_text(data, field))
    except ValueError:
        raise EntryRefused("is not a date", field=field) from None


def _strings(data: Plain, field: str) -> tuple[str, ...]:
    values: list[Any] = _get(data, field, list)
    if len(values) > MAX_PARTS or not all(isinstance(v, str) and len(v) <= MAX_TEXT for v in values):
        raise EntryRefused("is not a short list of texts", field=field)
    return tuple(values)


def _part_answers(data: Plain) -> tuple[tuple[str, PartAnswer], ...]:
    rows: list[Any] = _get(data, "parts", list)
    if len(rows) > MAX_PARTS:
        raise EntryRefused(f"has more than {MAX_PARTS} rows", field="parts")
    try:
        answers = tuple((part, PartAnswer(answer)) for part, answer in rows)
    except (TypeError, ValueError):
        raise EntryRefused("is not a list of part and answer", field="parts") from None
    if not all(isinstance(part, str) and len(part) <= MAX_TEXT for part, _ in answers):
        raise EntryRefused("names a part by something else than a short text", field="parts")
    return answers


def _loan(data: Plain) -> Loan:
    return Loan(
        item=_text(data, "item"),
        due=_day(data, "due"),
        parts=_part_answers(data),
        provisional=_flag(data, "provisional"),
        rules_version=_number(data, "rules_version"),
    )


def _return(data: Plain) -> Return:
    return Return(item=_text(data, "item"), loan=_maybe_text(data, "loan"), undo=_flag(data, "undo"))


def _condition(data: Plain) -> ConditionAnswer:
    try:
        answer = Condition(_text(data, "answer"))
    except ValueError:
        raise EntryRefused("is not an answer we know", field="answer") from None
    return ConditionAnswer(
        item=_text(data, "item"), about=_text(data, "about"), answer=answer, missing=_strings(data, "missing")
    )


def _refusal(data: Plain) -> Refusal:
    return Refusal(reason=_text(data, "reason"), item=_maybe_text(data, "item"))


def _started(data: Plain) -> Started:
    return Started(software=_text(data, "software"), unclean=_flag(data, "unclean"))


def _device(data: Plain) -> DeviceChange:
    return DeviceChange(device=_text(data, "device"), up=_flag(data, "up"), reason=_text(data, "reason"))


def _clock(data: Plain) -> ClockChange:
    return ClockChange(by_ms=_number(data, "by_ms"), synced=_flag(data, "synced"))


_READERS: dict[tuple[str, int], Callable[[Plain], Body]] = {
    ("loan", 1): _loan,
    ("return", 1): _return,
    ("condition", 1): _condition,
    ("refusal", 1): _refusal,
    ("started", 1): _started,
    ("device", 1): _device,
    ("clock", 1): _clock,
}


def body_from_plain(kind: str, version: int, data: object) -> Body:
    """Return the body that `data` describes.

    Raises EntryRefused if the kind or version is unknown or a field is missing, of the wrong type or too long.
    """
    read = _READERS.get((kind, version))
    if read is None:
        raise EntryRefused(f"kind {kind[:40]!r} version {version} is not known here", field="kind")
    if not isinstance(data, Mapping):
        raise EntryRefused("is not an object", field="body")
    return read(data)


def body_to_plain(body: Body) -> dict[str, Any]:
    """Return `body` as plain data of schema version `SCHEMA_VERSION` (JSON types only, no floats)."""
    match body:
        case Loan():
            return {
                "item": body.item,
                "due": body.due.isoformat(),
                "parts": [[part, answer.value] for part, answer in body.parts],
                "provisional": body.provisional,
                "rules_version": body.rules_version,
            }
        case Return():
            return {"item": body.item, "loan": body.loan, "undo": body.undo}
        case ConditionAnswer():
            return {
                "item": body.item,
                "about": body.about,
                "answer": body.answer.value,
                "missing": list(body.missing),
            }
        case Refusal():
            return {"reason": body.reason, "item": body.item}
        case Started():
            return {"software": body.software, "unclean": body.unclean}
        case DeviceChange():
            return {"device": body.device, "up": body.up, "reason": body.reason}
        case ClockChange():
            return {"by_ms": body.by_ms, "synced": body.synced}


def personal_from_plain(data: object) -> Personal | None:
    """Return the personal part, or None where it was never there or has been erased.

    Raises EntryRefused if it is there but not readable.
    """
    if data is None:
        return None
    if not isinstance(data, Mapping):
        raise EntryRefused("is not an object", field="personal")
    return Personal(patron_ref=_text(data, "patron_ref"), sealed_card=_maybe_text(data, "sealed_card", MAX_SEALED))


def personal_to_plain(personal: Personal) -> dict[str, Any]:
    """Return the personal part as plain data."""
    return {"patron_ref": personal.patron_ref, "sealed_card": personal.sealed_card}


def reading_from_plain(data: object) -> Reading:
    """Return the clock reading that `data` describes; raises EntryRefused if it is none."""
    if not isinstance(data, Mapping):
        raise EntryRefused("is not an object", field="at")
    return Reading(
        wall_ms=_number(data, "wall"),
        boot=_text(data, "boot", 64),
        up_ms=_number(data, "up"),
        synced=_flag(data, "synced"),
    )


def reading_to_plain(reading: Reading) -> dict[str, Any]:
    """Return the clock reading as plain data."""
    return {"wall": reading.wall_ms, "boot": reading.boot, "up": reading.up_ms, "synced": reading.synced}


__all__ = [
    "SCHEMA_VERSION",
    "body_from_plain",
    "body_to_plain",
    "personal_from_plain",
    "personal_to_plain",
    "reading_from_plain",
    "reading_to_plain",
]
