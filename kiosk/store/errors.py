"""Errors of the store, in words a technician can act on."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from lending.errors import Damaged


@contextmanager
def as_damage(doing: str) -> Iterator[None]:
    """Turn any error of SQLite or of the file system inside into `Damaged`, saying what was being done."""
    try:
        yield
    except (sqlite3.Error, OSError) as error:
        text = (
            f"{doing}: {error}. Everything confirmed before is kept. Check the card's space and health, then restart."
        )
        raise Damaged(text) from error
