"""The least an endpoint can do with a batch: decode it and insert its rows into SQLite, flushed (`synchronous=FULL`).

It checks nothing, answers for no entry on its own and folds nothing. What it takes is the floor of any push.
`python -m bench.bare DATABASE PORT_FILE` serves it as the hub is served.
"""

from __future__ import annotations

import gzip
import json
import sqlite3
import sys
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

import requests

from bench.throwaway import ROOT, number_in, server

BATCH = 500
_SECONDS = 60


class BareInserts:
    """A WSGI application that stores `{"entries": [...]}` one row each and says how many there were."""

    def __init__(self, database: Path) -> None:
        self._lock = threading.Lock()
        self._db = sqlite3.connect(database, isolation_level=None, check_same_thread=False)
        self._db.execute("PRAGMA journal_mode=WAL")
        self._db.execute("PRAGMA synchronous=FULL")
        self._db.execute("CREATE TABLE IF NOT EXISTS entry (id TEXT PRIMARY KEY, wire TEXT)")

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        """Take in one batch."""
        body = environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"]))
        entries = json.loads(gzip.decompress(body))["entries"]
        with self._lock:
            self._db.execute("BEGIN IMMEDIATE")
            self._db.executemany(
                "INSERT OR IGNORE INTO entry VALUES (?, ?)", ((e["id"], json.dumps(e)) for e in entries)
            )
            self._db.execute("COMMIT")
        answer = json.dumps({"taken": len(entries)}).encode()
        start_response("200 OK", [("Content-Type", "application/json"), ("Content-Length", str(len(answer)))])
        return [answer]


def push_bare(folder: Path, wires: Sequence[dict[str, Any]]) -> float:
    """Return how many seconds the entries take in batches over HTTP, to an endpoint of its own process."""
    database, port_file, log = folder / "bare.db", folder / "bare.port", folder / "bare.log"
    for old in folder.glob("bare.*"):
        old.unlink()
    command = [sys.executable, "-m", "bench.bare", database, port_file]
    with server(command, log, {"PYTHONPATH": str(ROOT)}), requests.Session() as session:
        session.trust_env = False
        url = f"http://127.0.0.1:{number_in(port_file, log)}/"
        taken, began = 0, time.perf_counter()
        for start in range(0, len(wires), BATCH):
            text = json.dumps({"entries": wires[start : start + BATCH]}, separators=(",", ":"))
            taken += session.post(url, data=gzip.compress(text.encode(), 1), timeout=_SECONDS).json()["taken"]
        took = time.perf_counter() - began
    if taken != len(wires):
        raise RuntimeError(f"the bare endpoint took {taken} of {len(wires)}")
    return took


def main() -> None:
    """Serve until stopped, with the server and the settings of the hub."""
    from sync.hub.server import HubServer  # noqa: PLC0415 - only the server's process needs gunicorn

    database, port_file = map(Path, sys.argv[1:])

    class Bare(HubServer):
        """The hub's server with the bare application."""

        def load(self) -> Callable[..., Any]:
            """Return the application."""
            return BareInserts(database)

    def listening(arbiter: Any) -> None:
        port_file.write_text(str(arbiter.LISTENERS[0].sock.getsockname()[1]), "ascii")

    options = {"bind": ["127.0.0.1:0"], "worker_class": "gthread", "workers": 1, "threads": 8, "keepalive": 60}
    Bare({**options, "control_socket_disable": True, "loglevel": "warning", "when_ready": listening}).run()


if __name__ == "__main__":
    main()
