"""Stamps: in which order changes may be told, although transactions do not commit in the order they began.

The invariant: whoever has been told everything below the horizon has missed nothing below it, for ever.

On PostgreSQL a row carries the id of the transaction that changed it last, and the horizon is the oldest transaction
that has not ended: nothing below it can still appear. No writer waits for another. On SQLite there is one writer, so
a counter is enough.

Ids begin anew in another PostgreSQL, and a restored database goes back. So every cursor also names its `source`,
which is another one as soon as the database is.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import F, Max, QuerySet
from django.db.models.expressions import RawSQL

from sync.hub.database import writing
from sync.hub.feed.models import FeedRow, FeedState, new_source

_THE_ONE = 1
_PLACE = """SELECT system_identifier::text || '/' || (SELECT oid FROM pg_database WHERE datname = current_database())
    FROM pg_control_system()"""


@dataclass(frozen=True, slots=True)
class Point:
    """Where the feed stands: everything with a stamp below `horizon` has been decided and can be seen."""

    source: str
    horizon: int
    pruned: int
    version: int
    rules: dict[str, object]


def state() -> FeedState:
    """Return the one row, made if need be."""
    found, _ = FeedState.objects.get_or_create(pk=_THE_ONE, defaults={"place": place()})
    return found


def next_stamp() -> int:
    """Return the stamp of everything the open transaction changes."""
    if connection.vendor == "postgresql":
        return _number("SELECT pg_current_xact_id()::text::bigint")
    state()
    FeedState.objects.filter(pk=_THE_ONE).update(stamp=F("stamp") + 1)
    return state().stamp


def point() -> Point:
    """Return where the feed stands now. Ask for rows only afterwards."""
    found = _with_horizon().first()
    if found is None or found.place != place():
        _settle()
        found = _with_horizon().get()
    return Point(found.source, found.horizon, found.pruned, found.version, found.rules)


def _with_horizon() -> QuerySet[Any]:
    """Return the one row with the stamp below which nothing can appear any more, in one statement."""
    if connection.vendor == "postgresql":
        horizon: Any = RawSQL("pg_snapshot_xmin(pg_current_snapshot())::text::bigint", ())
    else:
        horizon = F("stamp") + 1
    return FeedState.objects.filter(pk=_THE_ONE).annotate(horizon=horizon)


def _settle() -> None:
    """Make the row, or note in which database it stands; begin anew if that is another one."""
    found = state()
    if not found.place:
        FeedState.objects.filter(pk=_THE_ONE, place="").update(place=place())
    elif found.place != place():
        renew()


def renew() -> FeedState:
    """Begin another line of stamps and return its state: every station gets a snapshot the next time it asks.

    Call it when the database is not the one it was: restored from a backup, or moved.
    """
    with writing():
        state()
        found = FeedState.objects.select_for_update().get(pk=_THE_ONE)
        newest = FeedRow.objects.aggregate(newest=Max("stamp"))["newest"] or 0
        FeedRow.objects.filter(stamp__gt=0).update(stamp=0)
        FeedRow.objects.filter(content="").delete()
        found.version += newest + 1
        found.source, found.place, found.stamp, found.pruned = new_source(), place(), 0, 0
        found.save()
    return found


_places: dict[str, str] = {}


def place() -> str:
    """Return which database this is: a PostgreSQL has an identity of its own, SQLite's is the file's."""
    if connection.vendor != "postgresql":
        return "sqlite"
    settings = connection.settings_dict
    key = f"{settings['HOST']}:{settings['PORT']}/{settings['NAME']}/{settings['OPTIONS']}"
    if key not in _places:
        with connection.cursor() as cursor:
            cursor.execute(_PLACE)
            _places[key] = str(cursor.fetchone()[0])
    return _places[key]


def _number(sql: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return int(cursor.fetchone()[0])
