"""The dates of a journal at the hub: kept row by row, made anew only where what came later tells more.

The invariant: after every batch each entry in force has the date that `lending.dating.date_entries` gives it over all
entries in force of its journal.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import astuple, dataclass
from typing import Any

from lending.codec import reading_from_plain
from lending.dating import (
    START,
    Anchor,
    Carry,
    Dated,
    Dates,
    Stamp,
    counts_the_same,
    date_entries,
    disturbs,
    stamp_of,
)
from lending.entries import HubTime
from sync.hub.journal.models import Journal, RawEntry
from sync.hub.journal.rows import Row, write_dates


@dataclass(frozen=True, slots=True)
class Moved:
    """What the new dates of older entries touch."""

    items: frozenset[str] = frozenset()
    holds: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class _Older:
    """An entry in force that may get another date."""

    pk: int
    seq: int
    item: str
    hold: str
    wall_ms: int
    dated: Dated | None
    stamp: Stamp


def date_rows(journal: Journal, rows: Sequence[Row]) -> Moved:
    """Give `rows`, which have just come in force in this order, their dates, and others theirs anew if need be.

    Changes `journal` without saving it. Runs inside a transaction.
    """
    if not rows:
        return Moved()
    stamps = [_stamp(row) for row in rows]
    carry = _carry(journal.dating)
    if journal.dating is not None and not disturbs(stamps, carry):
        older, dates = [], date_entries(stamps, carry)
    else:
        older = _unsettled(journal)
        dates = date_entries([one.stamp for one in older] + stamps, _carry(journal.settled_dating))
    for row, dated in zip(rows, dates.dated[len(older) :], strict=True):
        row.dated = dated
    _keep(journal, dates, [one.seq for one in older] + [row.seq for row in rows])
    return _move(older, dates.dated[: len(older)])


def date_anew(journal: Journal) -> Moved:
    """Date a whole journal from its beginning; its entries in force are as they are. Saves `journal`."""
    journal.dating, journal.settled, journal.settled_dating = None, 0, None
    older = _unsettled(journal)
    dates = date_entries([one.stamp for one in older])
    _keep(journal, dates, [one.seq for one in older])
    journal.save(update_fields=["dating", "settled", "settled_dating"])
    return _move(older, dates.dated)


def _keep(journal: Journal, dates: Dates, seqs: Sequence[int]) -> None:
    """Note where the dating stands, and up to where it need not look back any more."""
    journal.dating = list(astuple(dates.carry))
    if dates.settled:
        journal.settled, journal.settled_dating = seqs[dates.settled - 1], list(astuple(dates.settled_carry))


def _carry(kept: list[Any] | None) -> Carry:
    if kept is None:
        return START
    floor, lo, order, boot, up, anchor, unsettled, loose = kept
    return Carry(floor, lo, order, boot, up, Anchor(*anchor) if anchor else None, unsettled, loose)


def _move(older: Sequence[_Older], dates: Sequence[Dated]) -> Moved:
    changed = [(one, dated) for one, dated in zip(older, dates, strict=True) if one.dated != dated]
    write_dates((one.pk, dated) for one, dated in changed)
    touched = [one for one, dated in changed if not counts_the_same(one.dated, dated, one.wall_ms)]
    return Moved(frozenset(one.item for one in touched) - {""}, frozenset(one.hold for one in touched) - {""})


def _stamp(row: Row) -> Stamp:
    return stamp_of(row.entry) if row.entry is not None else _stamp_in(row.wire)


def _stamp_in(wire: str) -> Stamp:
    """Return the stamp of a kept entry that could be read once."""
    data = json.loads(wire)
    at = reading_from_plain(data["at"])
    if data["kind"] != HubTime.kind:
        return Stamp(at.boot, at.up_ms, at.wall_ms, at.synced)
    said = data["body"]
    return Stamp(at.boot, at.up_ms, at.wall_ms, at.synced, said["hub_ms"], said["up_ms"], abs(said["within_ms"]))


def _unsettled(journal: Journal) -> list[_Older]:
    rows = RawEntry.objects.filter(journal=journal, in_force=True, seq__gt=journal.settled).order_by("seq")
    names = ("pk", "seq", "item", "hold", "wall_ms", "lo_ms", "hi_ms", "order_ms", "wire")
    return [
        _Older(pk, seq, item, hold, wall or 0, None if lo is None else Dated(lo, hi, order or 0), _stamp_in(wire))
        for pk, seq, item, hold, wall, lo, hi, order, wire in rows.values_list(*names)
    ]
