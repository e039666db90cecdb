"""PostgreSQL servers of our own, reachable through sockets in their folders only."""

from __future__ import annotations

import contextlib
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest

BINARIES = next(iter(sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)), None)
# Memory instead of a disk where there is one: what is tested here is not whether a disk keeps its word.
FAST = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None  # noqa: S108
_QUICK = "fsync = off\nlisten_addresses = ''\nmax_connections = 60\n"


class PostgresServer:
    """One server with its data and its socket in `folder`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.data = folder / "data"
        self._run = _as_nobody(folder)

    @property
    def url(self) -> str:
        """Where its database is."""
        return f"postgres://hub@/postgres?host={self.folder}"

    def make(self, settings: str = "") -> PostgresServer:
        """Make an empty database; it sorts texts as people in Norway do, not by their bytes."""
        sorting = ["--locale-provider=icu", "--icu-locale=nb-NO", "--locale=C.utf8"]
        self.run("initdb", "-D", self.data, "-U", "hub", "-A", "trust", "-E", "UTF8", "-N", *sorting)
        with (self.data / "postgresql.conf").open("a") as file:
            file.write(f"{_QUICK}unix_socket_directories = '{self.folder}'\n{settings}")
        return self

    def copy_of(self, primary: PostgresServer, name: str) -> PostgresServer:
        """Become a standby of `primary` that is called `name`; not yet started."""
        source = f"host={primary.folder} user=hub application_name={name}"
        self.run("pg_basebackup", "-D", self.data, "-R", "-X", "stream", "-c", "fast", "-N", "-d", source)
        with (self.data / "postgresql.conf").open("a") as file:
            file.write(f"unix_socket_directories = '{self.folder}'\n")
        return self

    def start(self) -> None:
        """Start it and wait until it answers."""
        self.run("pg_ctl", "-D", self.data, "-w", "-l", self.folder / "log", "start")

    def promote(self, seconds: float = 10) -> None:
        """Make a standby the one that takes writes; one that is just starting is asked again."""
        until = time.monotonic() + seconds
        while True:
            try:
                self.run("pg_ctl", "-D", self.data, "-w", "promote")
            except subprocess.CalledProcessError:
                assert time.monotonic() < until, (self.folder / "log").read_text("utf-8")[-2000:]
                time.sleep(0.05)
            else:
                return

    def kill(self) -> None:
        """Kill all its processes at once, as a machine dies."""
        first = self.pid
        for process in [first, *self._children(first)]:
            with contextlib.suppress(ProcessLookupError):
                os.kill(process, signal.SIGKILL)

    def stop(self) -> None:
        """Stop it, if it runs, without asking those connected."""
        with contextlib.suppress(subprocess.CalledProcessError):
            self.run("pg_ctl", "-D", self.data, "-m", "immediate", "stop")

    @property
    def pid(self) -> int:
        """The number of its first process."""
        return int((self.data / "postmaster.pid").read_text("ascii").split()[0])

    def processes(self, words: str) -> list[int]:
        """Return the numbers of its processes with `words` in their titles."""
        children = {pid: Path(f"/proc/{pid}/cmdline").read_text("utf-8") for pid in self._children(self.pid)}
        return [pid for pid, title in children.items() if words in title]

    def ask(self, question: str) -> str:
        """Return what psql prints for an SQL statement."""
        return self.run("psql", "-h", self.folder, "-U", "hub", "-d", "postgres", "-Atqc", question).strip()

    def wait_for(self, question: str, answer: str, seconds: float = 10) -> None:
        """Wait until psql prints `answer`."""
        until = time.monotonic() + seconds
        while (said := self.ask(question)) != answer:
            assert time.monotonic() < until, f"{question}: {said}"
            time.sleep(0.03)

    def run(self, program: str, *arguments: str | Path) -> str:
        """Run one of PostgreSQL's programs as the owner of the folder; return what it printed."""
        assert BINARIES is not None
        command: Sequence[str | Path] = [*self._run, BINARIES / program, *arguments]
        with tempfile.TemporaryFile() as out:  # pg_ctl leaves its output to the server, which keeps a pipe open
            subprocess.run(command, check=True, stdout=out, stderr=subprocess.STDOUT, cwd="/")
            out.seek(0)
            return out.read().decode()

    def _children(self, pid: int) -> list[int]:
        return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text("ascii").split()]


@contextmanager
def postgres_servers(count: int = 1) -> Iterator[list[PostgresServer]]:
    """Have places for so many servers; whatever runs in them is stopped in the end. Skips without PostgreSQL."""
    if BINARIES is None:
        pytest.skip("NO POSTGRESQL BINARIES: the hub was not tested on PostgreSQL")
    folders = [Path(tempfile.mkdtemp(prefix="nabolan-pg-", dir=FAST)) for _ in range(count)]
    servers = [PostgresServer(folder) for folder in folders]
    try:
        yield servers
    finally:
        for server in servers:
            server.stop()
            shutil.rmtree(server.folder, ignore_errors=True)


def _as_nobody(folder: Path) -> list[str]:
    """Return how to run a program as somebody unprivileged, who now owns the folder."""
    if os.getuid() != 0:
        return []
    nobody = pwd.getpwnam("nobody")
    os.chown(folder, nobody.pw_uid, nobody.pw_gid)
    return ["setpriv", f"--reuid={nobody.pw_uid}", f"--regid={nobody.pw_gid}", "--clear-groups"]
