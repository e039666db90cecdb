"""All tables of the hub, row by row: read, digested and written, whatever database they are in."""

# Django tells about a model through `_meta`; there is no other name for it.
# ruff: noqa: SLF001

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.core.management.color import no_style
from django.db import DataError, connections
from django.db.models import Model

from lending.errors import Refused
from sync.hub.upkeep.models import Mark

Row = tuple[Any, ...]
Progress = Callable[[str], None]

AT_ONCE = 2000
_TELL_EVERY = 100_000
_MODULUS = 2**256


@dataclass(slots=True)
class Digest:
    """How many rows were seen, and the sum of their SHA-256: equal for equal rows, in whatever order they come."""

    rows: int = 0
    total: int = 0

    def add(self, row: Row) -> None:
        """Count one more row."""
        text = json.dumps(row, sort_keys=True, default=str, ensure_ascii=False)
        self.rows += 1
        self.total = (self.total + int.from_bytes(hashlib.sha256(text.encode()).digest())) % _MODULUS

    def __str__(self) -> str:
        return f"{self.rows} rows, {self.total:064x}"


def models() -> list[type[Model]]:
    """Return the model of each table but that of the marks, which say something of one database alone."""
    return [model for model in apps.get_models(include_auto_created=True) if model is not Mark]


def name_of(model: type[Model]) -> str:
    """Return the name of the model's table."""
    return str(model._meta.db_table)


def rows(model: type[Model], alias: str) -> Iterator[Row]:
    """Yield every row of a table, in no order."""
    names = [field.attname for field in model._meta.concrete_fields]
    yield from model._base_manager.using(alias).order_by().values_list(*names).iterator(chunk_size=AT_ONCE)


def digest(model: type[Model], alias: str) -> Digest:
    """Return the digest of a table."""
    found = Digest()
    for row in rows(model, alias):
        found.add(row)
    return found


def is_empty(alias: str) -> bool:
    """Return whether there is nothing but what `migrate` puts there."""
    made_by_migrate = {"django_content_type", "auth_permission"}
    wanted = [model for model in models() if model._meta.db_table not in made_by_migrate]
    return not any(model._base_manager.using(alias).exists() for model in wanted)


def empty(alias: str) -> None:
    """Take every row out of every table but the marks; runs inside a transaction."""
    names = ", ".join(connections[alias].ops.quote_name(model._meta.db_table) for model in models())
    with connections[alias].cursor() as cursor:
        cursor.execute(f"TRUNCATE {names} CASCADE")


def copy(model: type[Model], source: str, target: str, tell: Progress) -> Digest:
    """Copy a table to PostgreSQL inside the open transaction; return the digest of what was read.

    Raises Refused, naming the table, if PostgreSQL cannot keep a row.
    """
    found, table = Digest(), model._meta.db_table
    with connections[target].cursor() as cursor:
        try:
            with cursor.copy(_copy_in(model, target)) as lines:
                for row in rows(model, source):
                    found.add(row)
                    lines.write_row(_prepared(model, row, target))
                    if found.rows % _TELL_EVERY == 0:
                        tell(f"{table}: {found.rows} rows so far")
        except DataError as error:
            raise Refused(f"PostgreSQL cannot keep a row of {table} ({str(error).splitlines()[0]})") from None
    return found


def set_sequences(alias: str) -> None:
    """Let the next row of each table get a number that is free."""
    connection = connections[alias]
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), models()):
            cursor.execute(statement)


def _copy_in(model: type[Model], alias: str) -> str:
    quote = connections[alias].ops.quote_name
    columns = ", ".join(quote(str(field.column)) for field in model._meta.concrete_fields)
    return f"COPY {quote(model._meta.db_table)} ({columns}) FROM STDIN"


def _prepared(model: type[Model], row: Row, alias: str) -> list[Any]:
    connection = connections[alias]
    fields = model._meta.concrete_fields
    return [field.get_db_prep_save(value, connection) for field, value in zip(fields, row, strict=True)]
