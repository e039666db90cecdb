"""Putting into the feed what has changed, in the transaction that changes it. The same again changes nothing."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from sync.feed_page import Kind
from sync.hub.database import turn
from sync.hub.feed.models import FeedRow, FeedState, Lane
from sync.hub.feed.stamps import next_stamp, state

KEEP_TOMBSTONES_MS = 400 * 24 * 3600 * 1000
"""A station that was away for longer gets a snapshot."""

_AT_ONCE = 500
_PRUNE_AT_ONCE = 200


@dataclass(frozen=True, slots=True)
class Told:
    """What stations are told of one thing: its plain form, None once it is gone. `station` is empty for all."""

    key: str
    plain: Mapping[str, Any] | None
    lane: Lane
    station: str = ""


def publish(kind: Kind, told: Iterable[Told], now_ms: int) -> int:
    """Return how many things of `kind` changed for the stations. Runs inside a transaction.

    A thing that was told to another station before is gone there. Keys are unlike each other.
    """
    remaining, changed, stamp = iter(told), 0, 0
    while some := list(islice(remaining, _AT_ONCE)):
        rows = list(_changed(kind, sorted(some, key=lambda one: one.key)))
        if rows:
            stamp = stamp or next_stamp()
            _store(rows, stamp, now_ms)
        changed += len(rows)
    if changed:
        prune(now_ms)
    return changed


def _changed(kind: Kind, some: Sequence[Told]) -> Iterator[FeedRow]:
    known: dict[str, list[FeedRow]] = {}
    for row in FeedRow.objects.filter(kind=kind, key__in=[one.key for one in some]):
        known.setdefault(row.key, []).append(row)
    for one in some:
        rows = known.get(one.key, [])
        mine = next((row for row in rows if row.station == one.station), None)
        content = "" if one.plain is None else as_text(one.plain)
        for row in rows:
            if row is not mine and row.content:
                row.content = ""
                yield row
        if mine is None and content:
            yield FeedRow(kind=kind, key=one.key, station=one.station, lane=one.lane, content=content)
        elif mine is not None and (mine.content != content or one.lane < mine.lane):
            # a row never goes to a later lane: a station may have passed that lane already
            mine.content, mine.lane = content, min(mine.lane, one.lane)
            yield mine


def as_text(plain: Mapping[str, Any]) -> str:
    """Return the JSON text that is sent."""
    return json.dumps(plain, ensure_ascii=False, separators=(",", ":"))


def _store(rows: Sequence[FeedRow], stamp: int, now_ms: int) -> None:
    for row in rows:
        row.pk, row.stamp, row.at_ms = None, stamp, now_ms
    FeedRow.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["kind", "key", "station"],
        update_fields=["lane", "stamp", "at_ms", "content"],
    )


def prune(now_ms: int) -> None:
    """Let go of a few tombstones that are older than any station should be; the state remembers up to which stamp."""
    old = FeedRow.objects.filter(content="", at_ms__lt=now_ms - KEEP_TOMBSTONES_MS).order_by("at_ms")
    some = dict(old.values_list("pk", "stamp")[:_PRUNE_AT_ONCE])
    if not some:
        return
    with turn():
        state()
        # Who tidies up waits for nobody: a transaction that folds holds locks that others may be waiting for.
        found = FeedState.objects.select_for_update(skip_locked=True).filter(pk=1).first()
        if found is None:
            return
        found.pruned = max(found.pruned, *some.values())
        found.save(update_fields=["pruned"])
        FeedRow.objects.filter(pk__in=some, content="", stamp__lte=found.pruned).delete()
