"""The pages a station is given: what has changed since its cursor, or a whole new copy, piece by piece.

The invariant: a station that applies every page in order holds, once there is no more, what a fresh snapshot would
give it, whatever was changed meanwhile and in whatever order transactions ended (see `sync.hub.feed.stamps`).

A snapshot is no frozen picture. It walks over the rows as they are when their turn comes and then tells, as changes,
everything from where it began: a row changed behind the walk comes by its stamp. That is why it can go on after a
cut, at another process, or after the hub itself was away.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, fields, replace
from typing import Any

from django.conf import settings
from django.db import connection
from django.db.models import Max

from lending.nouns import Rules
from sync.feed import rules_from_plain, rules_to_plain
from sync.feed_page import MAX_PAGE_BYTES, MAX_PAGE_ROWS, Kind
from sync.hub.database import writing
from sync.hub.feed.cursor import LANES, LAST_ROW, START, Changes, Cursor, Position, Walk, read, write
from sync.hub.feed.models import FeedRow, Lane
from sync.hub.feed.stamps import Point, point
from sync.hub.fleet.models import Station

_NOTE_EVERY_MS = 60 * 1000
_ITEMS_AT_ONCE = 300
"""Items are long; more would not fit a page."""

_BY_KEY = {Lane.ITEMS: Kind.ITEM, Lane.CARDS: Kind.CARD, Lane.THINGS: Kind.THING}
"""Lanes that a snapshot walks in the order of their keys: in any other, a station writes every page of its file anew
for every row.
"""

# One stamp may stand on half a million rows, and SQLite uses only the first part of `(stamp, id) > (…, …)`: so the
# rest of the stamp under way and what follows it are two questions.
_SAME_STAMP = """SELECT kind, key, content, stamp, id FROM feed_feedrow
    WHERE station = %s AND lane = %s AND stamp = %s AND id > %s ORDER BY id LIMIT %s"""
_LATER = """SELECT kind, key, content, stamp, id FROM feed_feedrow
    WHERE station = %s AND lane = %s AND stamp > %s AND stamp < %s ORDER BY stamp, id LIMIT %s"""
_ALL_BY_KEY = """SELECT kind, key, content, stamp, id FROM feed_feedrow
    WHERE kind = %s AND key > %s AND station = '' AND lane = %s AND content <> '' ORDER BY key LIMIT %s"""
_IS_NEW = "EXISTS (SELECT 1 FROM feed_feedrow WHERE station = %s AND lane = %s AND stamp > %s AND stamp < %s)"
_NEWEST = """(SELECT stamp FROM feed_feedrow
    WHERE station = %s AND lane = %s AND stamp < %s ORDER BY stamp DESC LIMIT 1)"""

Row = tuple[str, str, str, int, int]


@dataclass(slots=True)
class _Page:
    """What has been put on a page so far."""

    rows: list[Row] = field(default_factory=list)
    size: int = 0
    is_full: bool = False

    def add(self, rows: Sequence[Row], limit: int) -> tuple[Position | None, bool]:
        """Return the position of the last of `rows` there was room for, None for none, and whether that was all there
        is: `rows` were asked for with this limit.
        """
        taken = 0
        for row in rows:
            length = len(row[2].encode()) + len(row[1])
            if self.rows and (len(self.rows) >= MAX_PAGE_ROWS or self.size + length > MAX_PAGE_BYTES):
                break
            self.rows.append(row)
            self.size += length
            taken += 1
        self.is_full = taken < len(rows) or taken == limit
        return (rows[taken - 1][3:] if taken else None), not self.is_full


def next_page(station: Station, known: str, now_ms: int) -> str | None:
    """Return the page that follows the cursor `known` as JSON text, or None if nothing is new.

    What the station has by then is noted: most of the times that is what was noted before, and nothing is written.
    """
    there = point()
    cursor = read(known)
    if isinstance(cursor, Changes) and cursor.source == there.source:
        note_feed_known(station, there.version + max(cursor.lanes)[0], now_ms)
    if cursor is None or not _goes_on(cursor, there):
        return _begin(station, there, now_ms)
    if isinstance(cursor, Walk):
        return _walk(station, cursor, there) or _begin(station, there, now_ms)
    if _head_digest(station, there) == cursor.head and not _is_new(station, cursor, there):
        return None
    return _changes(station, cursor, there, now_ms)


def note_feed_known(station: Station, version: int, now_ms: int) -> None:
    """Remember which version the station has, and at most once a minute that it was heard."""
    heard = station.last_contact_ms
    if station.feed_version == version and heard is not None and now_ms - heard < _NOTE_EVERY_MS:
        return
    with writing():
        Station.objects.filter(pk=station.pk).update(feed_version=version, last_contact_ms=now_ms)


def _goes_on(cursor: Cursor, there: Point) -> bool:
    """Return whether the hub can go on from a cursor: its stamps are of this line, and no tombstone after it went."""
    lanes, pruned = cursor.lanes, (there.pruned, LAST_ROW)
    # Who has been told nothing of a lane misses no tombstone of it.
    least = min((at for at in lanes if at != START), default=START)
    return cursor.source == there.source and max(lanes) < (there.horizon, 0) and least >= pruned


def newest_stamp(station: Station, horizon: int) -> int:
    """Return the stamp of the newest row below the horizon that this station is told; 0 if there is none."""
    wanted = [value for lane in Lane for value in (_place(station, lane), lane.value, horizon)]
    with connection.cursor() as asked:
        asked.execute("SELECT " + ", ".join([_NEWEST] * LANES), wanted)
        return max(stamp or 0 for stamp in asked.fetchone())


def newest_versions(stations: Sequence[str]) -> Callable[[str], int]:
    """Return what tells which version one of these stations (by id) has once nothing is new for it: three queries,
    which only look into the index.
    """
    there = point()
    wanted = [value for lane in Lane if lane != Lane.HERE for value in ("", lane.value, there.horizon)]
    with connection.cursor() as asked:
        asked.execute("SELECT " + ", ".join([_NEWEST] * (LANES - 1)), wanted)
        for_all = max(stamp or 0 for stamp in asked.fetchone())
    rows = FeedRow.objects.filter(station__in=stations, lane=Lane.HERE, stamp__lt=there.horizon)
    here = dict(rows.values_list("station").annotate(Max("stamp")).order_by())
    return lambda station: there.version + max(for_all, here.get(station, 0))


def _place(station: Station, lane: int) -> str:
    """Return whose rows a lane holds."""
    return station.station_id if lane == Lane.HERE else ""


def _is_new(station: Station, cursor: Changes, there: Point) -> bool:
    """Return whether any lane has something new: one query, which only looks into the index."""
    wanted = [
        value
        for lane, (stamp, _) in enumerate(cursor.lanes)
        for value in (_place(station, lane), lane, stamp, there.horizon)
    ]
    if any(row != LAST_ROW for _, row in cursor.lanes):
        return True  # amid a stamp
    with connection.cursor() as asked:
        asked.execute("SELECT " + " OR ".join([_IS_NEW] * LANES), wanted)
        return bool(asked.fetchone()[0])


def _changes(station: Station, cursor: Changes, there: Point, now_ms: int) -> str:
    page, lanes, through = _Page(), list(cursor.lanes), set()
    for lane, at in enumerate(cursor.lanes):
        if page.is_full:
            break
        limit = _limit(lane)
        rows = _rows_after(_place(station, lane), lane, at, there.horizon, limit)
        last, is_all = page.add(rows, limit)
        lanes[lane] = last or at
        if is_all:
            through.add(lane)
    newest = max(stamp for stamp, _ in lanes)
    # Everything up to the newest stamp seen has been decided, in lanes where nothing was new too.
    lanes = [(newest, LAST_ROW) if lane in through else at for lane, at in enumerate(lanes)]
    head = _head_digest(station, there)
    said = _Said(
        Changes(there.source, head, tuple(lanes)),
        there.version + newest,
        now_ms,
        more=page.is_full,
        head=None if head == cursor.head else _head(station, there),
    )
    return _text(said, page.rows)


def _begin(station: Station, there: Point, now_ms: int) -> str:
    at = (newest_stamp(station, there.horizon), LAST_ROW)
    begun = _walk(station, Walk(there.source, now_ms, (at,) * LANES), there, begins=True)
    assert begun is not None  # noqa: S101 - only where a walk goes on can its place be lost
    return begun


def _walk(station: Station, walk: Walk, there: Point, *, begins: bool = False) -> str | None:
    """Return the next page of a snapshot, or None if nobody can tell any more how far it was."""
    page = _Page()
    while walk.lane < LANES and not page.is_full:
        limit = _limit(walk.lane)
        rows = _lane_rows(station, walk, limit)
        if rows is None:
            return None
        last, is_all = page.add(rows, limit)
        walk = replace(walk, lane=walk.lane + 1, at=START) if is_all else replace(walk, at=last or walk.at)
    ends = walk.lane == LANES
    said = _Said(
        Changes(there.source, _head_digest(station, there), walk.lanes) if ends else walk,
        there.version + walk.lanes[0][0],
        walk.began_ms,
        more=True,
        head=_head(station, there) if ends else None,
        begins=begins,
        ends=ends,
        snapshot=True,
    )
    return _text(said, [row for row in page.rows if row[2]])


def _limit(lane: int) -> int:
    return _ITEMS_AT_ONCE if lane in (Lane.ITEMS, Lane.THINGS) else MAX_PAGE_ROWS


def _lane_rows(station: Station, walk: Walk, limit: int) -> list[Row] | None:
    """Return what follows in the lane under way, or None if nobody can tell where that was."""
    kind = _BY_KEY.get(Lane(walk.lane))
    if kind is None:
        return _rows_after(_place(station, walk.lane), walk.lane, walk.at, LAST_ROW, limit)
    key: str | None = ""
    if walk.at != START:
        key = FeedRow.objects.filter(pk=walk.at[1], kind=kind).values_list("key", flat=True).first()
    return None if key is None else _rows(_ALL_BY_KEY, (kind.value, key, walk.lane, limit))


def _rows_after(place: str, lane: int, at: Position, horizon: int, limit: int) -> list[Row]:
    """Return up to `limit` rows of a lane that follow a position, in order."""
    stamp, row = at
    rows = [] if row == LAST_ROW else _rows(_SAME_STAMP, (place, lane, stamp, row, limit))
    return rows + _rows(_LATER, (place, lane, stamp, horizon, limit - len(rows)))


def _rows(sql: str, values: Sequence[str | int]) -> list[Row]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return list(cursor.fetchall())


# --- what a page says


def _head(station: Station, there: Point) -> dict[str, Any]:
    rules = rules_of(there.rules, there.version)
    return {"station": {"id": station.station_id, "name": station.name}, "rules": rules_to_plain(rules)}


def rules_of(kept: dict[str, Any], version: int) -> Rules:
    """Return the rules as stations get them."""
    return rules_from_plain({"phone": settings.LIBRARY_PHONE} | kept | {"version": version})


def _head_digest(station: Station, there: Point) -> str:
    return hashlib.sha256(json.dumps(_head(station, there), sort_keys=True).encode()).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class _Said:
    """What a page says beside its things; see `sync.feed_page`."""

    cursor: Cursor
    version: int
    made_ms: int
    more: bool
    head: dict[str, Any] | None
    begins: bool = False
    ends: bool = False
    snapshot: bool = False


def _text(said: _Said, rows: Sequence[Row]) -> str:
    """Return the page. The things on it are JSON text already."""
    plain = {f.name: getattr(said, f.name) for f in fields(said)} | {"cursor": write(said.cursor)}
    put: dict[str, list[str]] = {}
    gone: dict[str, list[str]] = {}
    for kind, key, content, _, _ in rows:
        (put if content else gone).setdefault(kind, []).append(content or json.dumps(key, ensure_ascii=False))
    return f'{json.dumps(plain, ensure_ascii=False)[:-1]},"put":{_lists(put)},"gone":{_lists(gone)}}}'


def _lists(by_kind: dict[str, list[str]]) -> str:
    return "{" + ",".join(f'"{kind}":[{",".join(texts)}]' for kind, texts in by_kind.items()) + "}"
