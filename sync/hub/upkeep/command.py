"""`nabolan hub move | backup | restore`: asked on the command line, told in plain words."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from sync.hub import commands

_MOVED = """Moved. Nothing was lost: {rows} rows in {tables} tables arrived as they were read.
The SQLite hub is shut from now on and tells stations to come again later; its file stays as it was.
Now: set HUB_DATABASE_URL to the new database, keep the same three keys, and start `nabolan hub serve` again.
Stations go on by themselves. Keep the file until the new database has been backed up."""

_MOVED_BEFORE = """All had been moved before, and the SQLite hub is shut.
Now: set HUB_DATABASE_URL to the new database, keep the same three keys, and start `nabolan hub serve` again."""

_BACKED_UP = """Wrote {file} ({size} bytes) and checked it. It holds personal data: keep it safe.
The three keys are not in it; keep a copy of them elsewhere (secret.key, seal.key, card.key, or the settings)."""

_RESTORED = """The hub's database is now what it was when {file} was made.{migrate}
Stations learn with their next call up to where the hub holds their journals, and send again what is missing.
If the keys are not those of that day, put them back too."""


def add_parsers(under: Any) -> None:
    """Add the commands to the hub's command line."""
    move = under.add_parser("move", help="copy this SQLite hub to PostgreSQL, all or nothing, and shut it here")
    move.add_argument(
        "--to", required=True, metavar="URL", help="postgres://..., or - to read it from standard input"
    )
    backup = under.add_parser("backup", help="copy the database to one file while the hub is served")
    backup.add_argument("file", type=Path, help="a new file")
    restore = under.add_parser("restore", help="put a backup in the place of the database")
    restore.add_argument("file", type=Path, help="what `backup` wrote")
    restore.add_argument("--yes", action="store_true", help="also if there is a hub in the database")


def run(asked: argparse.Namespace, say: Callable[[str], object]) -> None:
    """Do what was asked; raises Refused."""
    match asked.command:
        case "move":
            _move(sys.stdin.readline().strip() if asked.to == "-" else asked.to, say)
        case "backup":
            size = commands.backup(asked.file)
            say(_BACKED_UP.format(file=asked.file, size=size))
        case _:
            old = commands.restore(asked.file, overwrite=asked.yes)
            migrate = " It is of an older version: run `nabolan hub migrate` now." if old else ""
            say(_RESTORED.format(file=asked.file, migrate=migrate))


def _move(url: str, say: Callable[[str], object]) -> None:
    digests = commands.move(url, lambda text: print(text, flush=True))  # noqa: T201 - a command speaks by printing
    for table, digest in sorted(digests.items()):
        if not digest.startswith("0 rows"):
            say(f"{table}: {digest[: digest.index(',') + 18]}")
    rows = sum(int(digest.split(" ", 1)[0]) for digest in digests.values())
    say(_MOVED.format(rows=rows, tables=len(digests)) if digests else _MOVED_BEFORE)
