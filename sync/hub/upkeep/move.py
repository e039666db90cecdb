"""Moving an SQLite hub to PostgreSQL: all or nothing.

The invariant: at every moment at most one of the two databases is served, and what it holds is all there is.

```text
shut both doors ─▶ make the tables there, mark them "not finished" ─▶ ONE transaction: copy, compare digests,
                                         mark the SQLite file "moved", take the mark away ─▶ commit
```
Killed before the file is marked, the old hub goes on as if nothing had been; killed after that, the file is shut and
the copy is either whole or not there. Either way the same command, given again, brings it to its end.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from django.core.management import call_command
from django.db import OperationalError, connection, connections, transaction

from lending.errors import Refused
from sync.hub import environment
from sync.hub.database import turn
from sync.hub.upkeep import tables
from sync.hub.upkeep.door import shut
from sync.hub.upkeep.form import CLOSED, missing_steps
from sync.hub.upkeep.models import Mark
from sync.hub.upkeep.tables import Digest, Progress

TARGET = "target"
MOVE = "move"
"""The mark that names a move, at both ends of it."""

NOT_FINISHED = "a hub is being moved into this database; run `nabolan hub move` again"


@dataclass(frozen=True, slots=True)
class Moved:
    """What was moved: a digest for each table, empty if it had been moved before."""

    digests: dict[str, Digest]


def move(url: str, tell: Progress) -> Moved:
    """Return what was moved to the PostgreSQL database at `url`, which now is the hub's.

    Raises Refused, with nothing changed, if there is anything in it, if it cannot be reached, or if what arrives
    there is not what was read here.
    """
    if connection.vendor != "sqlite":
        raise Refused("only a hub on SQLite is moved; between PostgreSQL servers use pg_dump, or replication")
    described = environment.database(url)
    if described["ENGINE"].endswith("sqlite3"):
        raise Refused("--to must be a PostgreSQL database, postgres://name:password@host:port/database")
    connections.settings[TARGET] = connections.configure_settings({"default": {}, TARGET: described})[TARGET]
    try:
        tell("waiting until the requests under way are done; stations are asked to come again later")
        with shut(), turn(), shut(TARGET):
            return _move(_name_of(described), tell)
    except OperationalError as error:
        raise Refused(f"the new database does not answer ({str(error).splitlines()[0]})") from None
    finally:
        connections[TARGET].close()
        del connections[TARGET]  # it knows its database for good; the next move may be to another one


def _name_of(described: dict[str, object]) -> str:
    return f"{described['NAME']} on {described['HOST'] or 'this machine'}"


def _move(where: str, tell: Progress) -> Moved:
    if missing_steps():
        raise Refused("the SQLite database has not the form this version needs; run `nabolan hub migrate` first")
    name = _mark("default", MOVE) or secrets.token_hex(16)
    tell("making the tables")
    with _as_default():
        call_command("migrate", interactive=False, verbosity=0)
    if _mark(TARGET, MOVE) == name:
        return Moved({})
    if not tables.is_empty(TARGET):
        raise Refused("there is something in the new database already; give an empty one")
    _set(TARGET, CLOSED, NOT_FINISHED)
    with transaction.atomic(TARGET):
        digests = _copy(tell)
        _set(TARGET, MOVE, name)
        Mark.objects.using(TARGET).filter(name=CLOSED).delete()
        with transaction.atomic("default"):
            _set("default", MOVE, name)
            _set("default", CLOSED, f"this hub has moved to {where}"[:300])
    return Moved(digests)


@contextmanager
def _as_default() -> Iterator[None]:
    """Let the new database be the hub's for a while: migrations that bring data along know no other."""
    mine, settings = connections["default"], connections.settings["default"]
    connections.settings["default"] = connections.settings[TARGET]
    del connections["default"]
    try:
        yield
    finally:
        connections["default"].close()
        connections.settings["default"], connections["default"] = settings, mine


def _copy(tell: Progress) -> dict[str, Digest]:
    tables.empty(TARGET)
    read = {}
    for model in tables.models():
        read[model] = tables.copy(model, "default", TARGET, tell)
        if read[model].rows:
            tell(f"{tables.name_of(model)}: {read[model].rows} rows copied")
    tell("comparing what has arrived with what was read")
    for model, was_read in read.items():
        arrived = tables.digest(model, TARGET)
        if arrived != was_read:
            raise Refused(f"{tables.name_of(model)}: {was_read} were read, but {arrived} have arrived")
    tables.set_sequences(TARGET)
    return {tables.name_of(model): found for model, found in read.items()}


def _mark(alias: str, name: str) -> str:
    mark = Mark.objects.using(alias).filter(name=name).first()
    return "" if mark is None else mark.value


def _set(alias: str, name: str, value: str) -> None:
    Mark.objects.using(alias).update_or_create(name=name, defaults={"value": value})
