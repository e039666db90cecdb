"""Cursors: how far a station has been told. Opaque to the station, and nothing of it is kept at the hub."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeGuard

from sync.feed_page import MAX_CURSOR

LANES = 6
_LANES_BEFORE = 5
"""How many there were at first (November 2026). Whoever has a cursor of then has been told nothing of the others."""

_LONGEST_WORD = 64

LAST_ROW = 2**63 - 1
"""Stands for every row of a stamp."""

Position = tuple[int, int]
"""Stamp and row of the last row told. The stamp is always that of a row that was committed: ids of transactions that
left nothing behind may be given out again after a crash.
"""

START: Position = (0, 0)


@dataclass(frozen=True, slots=True)
class Changes:
    """What a station with a whole copy knows: in each lane everything up to its position.

    `head` is the digest of what it was told of itself and its rules.
    """

    source: str
    head: str
    lanes: tuple[Position, ...]


@dataclass(frozen=True, slots=True)
class Walk:
    """How far a snapshot has come. What changes in a lane after its position in `lanes` is told after it.

    `lane` is the one under way, `at` the last row told of it. `began_ms` is how old the whole will be.
    """

    source: str
    began_ms: int
    lanes: tuple[Position, ...]
    lane: int = 0
    at: Position = START


Cursor = Changes | Walk


def write(cursor: Cursor) -> str:
    """Return the cursor as a station keeps it."""
    lanes = [number for position in cursor.lanes for number in position]
    if isinstance(cursor, Changes):
        plain: list[Any] = ["c", cursor.source, cursor.head, *lanes]
    else:
        plain = ["w", cursor.source, cursor.began_ms, cursor.lane, *cursor.at, *lanes]
    return base64.urlsafe_b64encode(json.dumps(plain, separators=(",", ":")).encode()).decode().rstrip("=")


def read(text: str) -> Cursor | None:
    """Return the cursor, or None if it is none that can be gone on from."""
    if not text.isascii() or len(text) > MAX_CURSOR:
        return None
    try:
        kind, source, *rest = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
        if not _is_word(source):
            return None
        return _changes(source, *rest) if kind == "c" else _walk(source, *rest)
    except (ValueError, TypeError, binascii.Error, RecursionError):
        return None


def _changes(source: str, head: object, *numbers: object) -> Changes | None:
    lanes = _lanes(numbers)
    return Changes(source, head, lanes) if isinstance(head, str) and _is_word(head) and lanes else None


def _walk(source: str, began_ms: object, lane: object, stamp: object, row: object, *numbers: object) -> Walk | None:
    lanes = _lanes(numbers)
    if not lanes or not (_is_number(began_ms) and _is_number(lane) and _is_number(stamp) and _is_number(row)):
        return None
    return Walk(source, began_ms, lanes, lane, (stamp, row)) if lane < LANES else None


def _lanes(numbers: Sequence[object]) -> tuple[Position, ...]:
    """Return the positions, or none if these are not as many as there are lanes."""
    read = [number for number in numbers if _is_number(number)]
    if len(read) != len(numbers) or len(read) not in (2 * _LANES_BEFORE, 2 * LANES):
        return ()
    lanes = tuple(zip(read[::2], read[1::2], strict=True))
    return lanes + (START,) * (LANES - len(lanes))


def _is_word(value: object) -> bool:
    return isinstance(value, str) and len(value) <= _LONGEST_WORD


def _is_number(value: object) -> TypeGuard[int]:
    return type(value) is int and 0 <= value <= LAST_ROW
