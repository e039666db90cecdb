"""PostgreSQL's own programs for a backup: `pg_dump`, `pg_restore` and `psql`."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from contextlib import suppress
from pathlib import Path

from django.db import connection

from lending.errors import Refused

_COLUMNS = 4
"""Those of django_migrations: id, app, name, applied."""

_USUAL_PLACE = Path("/usr/lib/postgresql")
_ENVIRONMENT = {
    "host": "PGHOST",
    "port": "PGPORT",
    "user": "PGUSER",
    "password": "PGPASSWORD",
    "dbname": "PGDATABASE",
    "target_session_attrs": "PGTARGETSESSIONATTRS",
    "sslmode": "PGSSLMODE",
    "sslrootcert": "PGSSLROOTCERT",
    "connect_timeout": "PGCONNECT_TIMEOUT",
}
"""What the programs are told of the database through the environment: arguments could be read by others."""


def dump(file: Path) -> None:
    """Write the whole database to `file`, as it is at one moment. Raises Refused."""
    _run("pg_dump", "--format=custom", "--no-owner", "--no-privileges", f"--file={file}")


def check(file: Path) -> set[tuple[str, str]]:
    """Return the migrations of the hub in a dump that can be read to its end. Raises Refused."""
    listed = _run("pg_restore", "--list", str(file))
    if "TABLE DATA public journal_journal" not in listed:
        raise Refused(f"{file.name} is no whole backup of a hub")
    _run("pg_restore", "--file=/dev/null", str(file))
    script = _run("pg_restore", "--data-only", "--table=django_migrations", "--file=-", str(file))
    rows = [line.split("\t") for line in script.splitlines() if line.count("\t") == _COLUMNS - 1]
    return {(app, name) for _, app, name, _ in rows}


def restore(file: Path) -> None:
    """Put the dump in the place of all tables there are, in one transaction. Raises Refused."""
    tables = connection.introspection.table_names()
    drops = "".join(f"DROP TABLE public.{connection.ops.quote_name(table)} CASCADE;\n" for table in tables)
    with tempfile.TemporaryFile() as words:
        into = subprocess.Popen(  # noqa: S603 - a program of PostgreSQL's
            [_program("psql"), "--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1"],
            env=os.environ | _told(),
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=words,
        )
        assert into.stdin is not None  # noqa: S101 - it was asked for
        worked = False
        with suppress(BrokenPipeError):  # psql has ended, and says why
            into.stdin.write(f"BEGIN;\n{drops}".encode())
            into.stdin.flush()
            out = subprocess.run(  # noqa: S603 - a program of PostgreSQL's
                [_program("pg_restore"), "--no-owner", "--no-privileges", "--file=-", str(file)],
                stdout=into.stdin,
                stderr=words,
                check=False,
            )
            if out.returncode == 0:  # else the transaction ends with psql, and nothing has happened
                into.stdin.write(b"\nCOMMIT;\n")
                worked = True
        with suppress(BrokenPipeError):
            into.stdin.close()
        if into.wait() or not worked:
            words.seek(0)
            raise Refused(f"the backup could not be restored ({_first_line(words.read().decode(errors='replace'))})")


def _first_line(words: str) -> str:
    return next(iter(words.strip().splitlines()), "no reason was given")


def _program(name: str) -> str:
    found = shutil.which(name) or next(map(str, sorted(_USUAL_PLACE.glob(f"*/bin/{name}"), reverse=True)), None)
    if found is None:
        raise Refused(f"{name} is not installed here; install postgresql-client in the server's version")
    return found


def _run(program: str, *arguments: str) -> str:
    done = subprocess.run(  # noqa: S603 - a program of PostgreSQL's
        [_program(program), *arguments], env=os.environ | _told(), capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise Refused(f"{program} did not work ({_first_line(done.stderr)})")
    return done.stdout


def _told() -> dict[str, str]:
    given = connection.get_connection_params()
    return {name: str(given[key]) for key, name in _ENVIRONMENT.items() if given.get(key)}
