"""Writing millions of rows into a hub's database at once, which is otherwise at rest."""

# ruff: noqa: SLF001 - Django's _meta is how one asks a model for its columns

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Protocol

from django.core.management.color import no_style
from django.db import connection, models

_PAGES_KIB = 3_000_000


class Writer(Protocol):
    """Takes rows of one table after the other."""

    def write(self, model: type[models.Model], rows: Iterable[Sequence[Any]]) -> None:
        """Store the rows; their columns are `columns_of(model)`."""


def columns_of(model: type[models.Model]) -> list[str]:
    """Return the columns of a table in the order rows have here."""
    return [str(field.column) for field in model._meta.concrete_fields]


def rows_of(model: type[models.Model]) -> list[tuple[Any, ...]]:
    """Return all rows as the database keeps them, in the order of their keys; on PostgreSQL every value as text."""
    as_text = "::text" if connection.vendor == "postgresql" else ""
    columns = ", ".join(f'"{column}"{as_text}' for column in columns_of(model))
    table = f'"{model._meta.db_table}"'
    with connection.cursor() as cursor:
        cursor.execute(f'SELECT {columns} FROM {table} ORDER BY {table}."{model._meta.pk.column}"')  # noqa: S608 - our tables
        return list(cursor.fetchall())


@contextmanager
def bulk(tables: Sequence[type[models.Model]]) -> Iterator[Writer]:
    """Empty the tables and return what fills them. Indexes are made afterwards; nothing is flushed before the end."""
    with connection.cursor() as cursor:
        for model in reversed(tables):
            cursor.execute(f'DELETE FROM "{model._meta.db_table}"')  # noqa: S608 - our tables
    if connection.vendor == "sqlite":
        yield from _on_sqlite()
    else:
        yield from _on_postgres(tables)


class _Sqlite:
    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db

    def write(self, model: type[models.Model], rows: Iterable[Sequence[Any]]) -> None:
        columns = columns_of(model)
        names, marks = ", ".join(f'"{name}"' for name in columns), ", ".join("?" * len(columns))
        self._db.executemany(f'INSERT INTO "{model._meta.db_table}" ({names}) VALUES ({marks})', rows)  # noqa: S608


def _on_sqlite() -> Iterator[Writer]:
    path = str(connection.settings_dict["NAME"])
    connection.close()
    db = sqlite3.connect(path, isolation_level=None)
    for pragma in ("journal_mode=OFF", "synchronous=OFF", f"cache_size=-{_PAGES_KIB}", "temp_store=FILE"):
        db.execute(f"PRAGMA {pragma}")
    indexes = db.execute("SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL").fetchall()
    for name, _ in indexes:
        db.execute(f'DROP INDEX "{name}"')
    db.execute("BEGIN")
    yield _Sqlite(db)
    db.execute("COMMIT")
    for _, sql in indexes:
        db.execute(sql)
    db.execute("PRAGMA journal_mode=WAL")
    db.close()


class _Postgres:
    def __init__(self, cursor: Any) -> None:
        self._cursor = cursor

    def write(self, model: type[models.Model], rows: Iterable[Sequence[Any]]) -> None:
        names = ", ".join(f'"{name}"' for name in columns_of(model))
        with self._cursor.copy(f'COPY "{model._meta.db_table}" ({names}) FROM STDIN') as copy:
            for row in rows:
                copy.write_row(row)


def _on_postgres(tables: Sequence[type[models.Model]]) -> Iterator[Writer]:
    names = [model._meta.db_table for model in tables]
    connection.ensure_connection()
    with connection.connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")  # every row is a copy of one whose references hold
        cursor.execute("SET maintenance_work_mem = '1GB'")
        cursor.execute(
            "SELECT indexrelid::regclass::text, pg_get_indexdef(indexrelid) FROM pg_index "
            "WHERE NOT indisunique AND indrelid::regclass::text = ANY(%s)",
            [names],
        )
        indexes = cursor.fetchall()
        for name, _ in indexes:
            cursor.execute(f"DROP INDEX {name}")
        yield _Postgres(cursor)
        for _, sql in indexes:
            cursor.execute(sql)
        for sql in connection.ops.sequence_reset_sql(no_style(), tables):
            cursor.execute(sql)
        cursor.execute("SET session_replication_role = DEFAULT")
        cursor.execute("VACUUM ANALYZE")  # as it does by itself
