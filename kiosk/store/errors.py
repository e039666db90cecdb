"""Errors of the store, in words a technician can act on."""

from __future__ import annotations

import errno
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from lending.errors import Damaged


class DiskFull(Damaged):
    """Nothing can be written for want of space. Giving something up may help."""


@contextmanager
def as_damage(doing: str) -> Iterator[None]:
    """Turn any error of SQLite or of the file system inside into `Damaged`, saying what was being done.

    A full disk becomes `DiskFull`.
    """
    try:
        yield
    except (sqlite3.Error, OSError) as error:
        text = (
            f"{doing}: {error}. Everything confirmed before is kept. Check the card's space and health, then restart."
        )
        raise (DiskFull if is_full(error) else Damaged)(text) from error


def is_full(error: BaseException) -> bool:
    """Return whether SQLite or the system said that there is no space left."""
    if isinstance(error, OSError):
        return error.errno in (errno.ENOSPC, errno.EDQUOT)
    return getattr(error, "sqlite_errorcode", None) == sqlite3.SQLITE_FULL
