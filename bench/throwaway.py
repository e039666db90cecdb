"""Hubs, databases and folders that live as long as a benchmark runs.

Everything lies in `.bench` in the repository, on the disk that is measured, and is removed at the end.
"""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parent.parent
_TRIES, _PAUSE_SECONDS = 600, 0.05


class NotThereError(Exception):
    """A program, or a network, that a line of a benchmark needs is not there; the text says which."""


def say(text: str) -> None:
    """Tell how far it is; the figures alone go to standard output."""
    sys.stderr.write(f"{text}\n")


@contextmanager
def throw_away_folder() -> Iterator[Path]:
    """Return an empty folder on the repository's disk, removed at the end."""
    place = ROOT / ".bench"
    place.mkdir(exist_ok=True)
    folder = Path(tempfile.mkdtemp(dir=place))
    folder.chmod(0o755)  # the database's own user must pass through
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def run(command: Sequence[str | Path], folder: Path, environment: Mapping[str, str] | None = None) -> str:
    """Return what a program wrote. Raises NotThereError with the end of its complaint."""
    done = subprocess.run(  # noqa: S603 - our own commands
        [str(part) for part in command],
        cwd=folder,
        env=dict(os.environ) | dict(environment or {}),
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise NotThereError(
            f"{' '.join(map(str, command[:4]))} failed: {(done.stderr or done.stdout)[-1500:].strip()}"
        )
    return done.stdout


@contextmanager
def server(command: Sequence[str | Path], log: Path, environment: Mapping[str, str]) -> Iterator[None]:
    """Run a program in the background until the block ends; it is asked to stop and then waited for."""
    with log.open("wb") as out:
        process = subprocess.Popen(  # noqa: S603 - our own commands
            [str(part) for part in command],
            env=dict(os.environ) | dict(environment),
            stdout=out,
            stderr=out,
            cwd=log.parent,
        )
    try:
        yield
    finally:
        process.terminate()
        process.wait(30)


def number_in(path: Path, log: Path) -> int:
    """Return the number a server writes into `path` once it listens. Raises NotThereError, with its log."""
    for _ in range(_TRIES):
        if path.exists() and path.read_text("ascii").strip():
            return int(path.read_text("ascii"))
        time.sleep(_PAUSE_SECONDS)
    raise NotThereError(f"a server did not start: {log.read_text('utf-8', 'replace')[-1500:]}")


@dataclass(frozen=True, slots=True)
class Hub:
    """A hub of our own: `environment` is what its commands need, `url` where it answers."""

    url: str
    environment: Mapping[str, str]


def hub_environment(folder: Path, database: str = "") -> dict[str, str]:
    """Return the environment of a hub whose files are in `folder`; SQLite there if no `database` is named."""
    named = database or f"sqlite:///{folder}/hub.sqlite3"
    return {
        "HUB_DATA_DIR": str(folder),
        "HUB_DATABASE_URL": named,
        "HUB_ALLOWED_HOSTS": "127.0.0.1",
        "HUB_HTTPS": "0",
        "PYTHONPATH": str(ROOT),
    }


@contextmanager
def running_hub(folder: Path, environment: Mapping[str, str]) -> Iterator[Hub]:
    """Run a real hub behind gunicorn on a migrated database."""
    port_file, log = folder / "port", folder / "hub.log"
    port_file.unlink(missing_ok=True)
    command = [sys.executable, "-m", "sync.hub", "serve", "--port", "0", "--port-file", port_file]
    with server(command, log, environment):
        yield Hub(f"http://127.0.0.1:{number_in(port_file, log)}", environment)


@contextmanager
def postgres(folder: Path) -> Iterator[str]:
    """Run a PostgreSQL that flushes every commit, as it is set by default; return its database's URL.

    It is reachable through a socket in its folder only. Raises NotThereError where its programs are not.
    """
    programs = next(iter(sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)), None)
    if programs is None:
        raise NotThereError("PostgreSQL's server programs are not installed here")
    place = folder / "postgres"
    place.mkdir()
    owner = _as_nobody(place)
    data = place / "data"
    run([*owner, programs / "initdb", "-D", data, "-U", "hub", "-A", "trust", "-E", "UTF8"], place)
    # Room as on a machine made for it; everything about durability stays as built in.
    options = f"-c listen_addresses='' -k {place} -c shared_buffers=1GB -c max_wal_size=4GB -c jit=off"
    control = [*owner, programs / "pg_ctl", "-D", data, "-w"]
    _quietly([*control, "-l", place / "log", "-o", options, "start"])
    try:
        yield f"postgres://hub@/postgres?host={place}"
    finally:
        _quietly([*control, "-m", "fast", "stop"])


def _quietly(command: Sequence[str | Path]) -> None:
    # A pipe would stay open in the server that is left running.
    subprocess.run(  # noqa: S603 - our own commands
        [str(part) for part in command], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd="/"
    )


def _as_nobody(folder: Path) -> list[str]:
    """Return how to run a program as somebody unprivileged, who now owns the folder; PostgreSQL refuses root."""
    if os.getuid() != 0:
        return []
    nobody = pwd.getpwnam("nobody")
    os.chown(folder, nobody.pw_uid, nobody.pw_gid)
    return ["setpriv", f"--reuid={nobody.pw_uid}", f"--regid={nobody.pw_gid}", "--clear-groups"]
