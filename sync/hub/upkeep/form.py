"""Whether the database is one this version may serve: of its form, and not moved away."""

from __future__ import annotations

from django.db import DatabaseError, OperationalError, connections
from django.db.migrations.executor import MigrationExecutor

from lending.errors import TryLater

CLOSED = "closed"
"""The mark that says that this database is not in use, and why."""

NOT_MIGRATED = "the hub's database is not migrated yet"
NEWER = "the hub's database was migrated by a newer version; this process must be restarted"

_QUICK = """SELECT (SELECT count(*) FROM django_migrations), (SELECT max(id) FROM django_migrations),
    (SELECT value FROM upkeep_mark WHERE name = 'closed')"""
_good: dict[tuple[str, str], tuple[int, int]] = {}


class Closed(TryLater):
    """The hub cannot be used just now; the text says why. Nothing was changed."""


def check_servable(alias: str = "default") -> None:
    """Do nothing if this version may read and write the database. Raises Closed, naming what is in the way.

    It asks for one small row; the migrations are looked through only if they are not those of the last time.
    """
    connection = connections[alias]
    settings = connection.settings_dict
    which = (str(settings["NAME"]), str(settings["HOST"]))
    try:
        with connection.cursor() as cursor:
            cursor.execute(_QUICK)
            count, newest, closed = cursor.fetchone()
    except OperationalError as error:
        if connection.vendor == "sqlite" and "no such table" in str(error):
            raise Closed(NOT_MIGRATED) from None
        raise
    except DatabaseError:
        raise Closed(NOT_MIGRATED) from None
    if closed is not None:
        raise Closed(closed)
    if _good.get(which) != (count, newest):
        steps = missing_steps(alias)
        if steps:
            raise Closed(steps)
        _good[which] = (count, newest)


def missing_steps(alias: str = "default") -> str:
    """Return what is wrong with the form of the database, or ""."""
    executor = MigrationExecutor(connections[alias])
    loader = executor.loader
    if executor.migration_plan(loader.graph.leaf_nodes()):
        return NOT_MIGRATED
    return NEWER if set(loader.applied_migrations) - set(loader.disk_migrations) else ""
