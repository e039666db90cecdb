"""The rows of a batch on their way into the database: plain and quick, because a week's backlog comes at once."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db import connection

from lending.dating import Dated
from lending.entries import Entry
from sync.hub.database import insert_many
from sync.hub.journal.batch import Incoming
from sync.hub.journal.models import Journal, RawEntry
from sync.protocol import VerdictKind

_RAW = "journal_rawentry"
_COLUMNS = [
    "id",
    "journal_id",
    "seq",
    "entry_id",
    "hash",
    "prev",
    "kind",
    "item",
    "hold",
    "wall_ms",
    "wire",
    "received_ms",
    "verdict",
    "reason",
    "in_force",
    "order_ms",
    "lo_ms",
    "hi_ms",
]
_DATE = f"UPDATE {_RAW} SET in_force = %s, order_ms = %s, lo_ms = %s, hi_ms = %s WHERE id = %s"  # noqa: S608 - the same
_DATE_MANY = (
    f"UPDATE {_RAW} AS r SET in_force = true, order_ms = v.o, lo_ms = v.l, hi_ms = v.h "  # noqa: S608 - the same
    "FROM (VALUES {}) AS v (o, l, h, id) WHERE r.id = v.id"
)
_AT_ONCE = 1000
_HELD = (
    "pk", "seq", "entry_id", "hash", "prev", "kind", "item", "hold", "wall_ms", "wire", "verdict", "reason",
)  # fmt: skip


@dataclass(slots=True)
class Row:
    """What `RawEntry` says of an entry, with what came (`incoming`) and what it says (`entry`) where it is new.

    `pk` is None until it is stored.
    """

    pk: int | None
    seq: int
    entry_id: str
    hash: str
    prev: str
    kind: str
    item: str
    hold: str
    wall_ms: int | None
    wire: str
    verdict: str
    reason: str
    in_force: bool = False
    dated: Dated | None = None
    incoming: Incoming | None = None
    entry: Entry | None = None

    def as_model(self) -> RawEntry:
        """Return a `RawEntry` that names this entry, for those who only look at it."""
        return RawEntry(pk=self.pk, seq=self.seq, entry_id=self.entry_id, reason=self.reason)


def rows_at(journal: Journal, seqs: Sequence[int]) -> dict[int, Row]:
    """Return the rows the hub holds at these places."""
    held = RawEntry.objects.filter(journal=journal, seq__in=seqs).values_list(*_HELD)
    return {row.seq: row for row in (Row(*values) for values in held)}


def rows_after(journal: Journal, seq: int) -> Iterable[Row]:
    """Return the rows beyond `seq` in order; they are read as they are needed."""
    rows = RawEntry.objects.filter(journal=journal, seq__gt=seq).order_by("seq").values_list(*_HELD)
    return (Row(*values) for values in rows.iterator(chunk_size=500))


def insert(journal: Journal, rows: Sequence[Row], now_ms: int) -> None:
    """Store new rows with their personal parts. Raises IntegrityError if a place or an id is taken."""
    for row, pk in zip(rows, _new_ids(len(rows)), strict=True):
        row.pk = pk
    insert_many(_RAW, _COLUMNS, [_values(journal, row, now_ms) for row in rows])
    personal = [_personal(row) for row in rows if row.incoming and row.incoming.personal is not None]
    insert_many("journal_personalpart", ("entry_id", "patron_ref", "plain"), personal)


def _new_ids(count: int) -> list[int]:
    """Return keys nobody else has; on SQLite the caller holds the turn to write."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            sql = f"SELECT nextval(pg_get_serial_sequence('{_RAW}', 'id')) FROM generate_series(1, %s)"  # noqa: S608 - the same
            cursor.execute(sql, [count])
            return [int(row[0]) for row in cursor.fetchall()]
        cursor.execute(f"SELECT COALESCE(MAX(id), 0) FROM {_RAW}")  # noqa: S608 - fixed words only
        last = int(cursor.fetchone()[0])
        return list(range(last + 1, last + 1 + count))


def _values(journal: Journal, row: Row, now_ms: int) -> tuple[int | str | bool | None, ...]:
    dated = row.dated
    return (
        row.pk,
        journal.pk,
        row.seq,
        row.entry_id,
        row.hash,
        row.prev,
        row.kind,
        row.item,
        row.hold,
        row.wall_ms,
        row.wire,
        now_ms,
        row.verdict,
        row.reason,
        row.in_force,
        dated.order_ms if dated else None,
        dated.lo_ms if dated else None,
        dated.hi_ms if dated else None,
    )


def _personal(row: Row) -> tuple[int | None, str, str]:
    """Return the row of a personal part; whoever cannot be read has no reference."""
    plain = (row.incoming.personal if row.incoming else None) or ""
    if row.entry is not None:
        ref = row.entry.personal.patron_ref if row.entry.personal else ""
    else:
        ref = str(json.loads(plain)["personal"]["patron_ref"]) if row.verdict == VerdictKind.STORED else ""
    return row.pk, ref, plain


def write_dates(rows: Iterable[tuple[int, Dated]]) -> None:
    """Put these rows (key and date) in force at their dates."""
    values = [(dated.order_ms, dated.lo_ms, dated.hi_ms, pk) for pk, dated in rows]
    with connection.cursor() as cursor:
        if connection.vendor != "postgresql":
            cursor.executemany(_DATE, [(True, *value) for value in values])
            return
        for start in range(0, len(values), _AT_ONCE):
            some = values[start : start + _AT_ONCE]
            places = ", ".join(["(%s::bigint, %s::bigint, %s::bigint, %s::bigint)"] * len(some))
            cursor.execute(_DATE_MANY.format(places), [number for value in some for number in value])
