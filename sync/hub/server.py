"""The hub behind gunicorn, started by the program itself."""

from __future__ import annotations

import gc
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from gunicorn.app.base import BaseApplication  # type: ignore[import-untyped]  # gunicorn ships no types

from sync.hub import environment

_THREADS = 8


class HubServer(BaseApplication):  # type: ignore[misc]  # the same
    """One worker on SQLite, where one process must be the only writer; HUB_WORKERS of them on PostgreSQL."""

    def __init__(self, options: dict[str, Any]) -> None:
        self.options = options
        super().__init__()

    def load_config(self) -> None:
        """Set what was given; nothing is read from files or the command line."""
        for name, value in self.options.items():
            self.cfg.set(name, value)

    def load(self) -> Callable[..., Any]:
        """Return the WSGI application; called in each worker."""
        from sync.hub.wsgi import application  # noqa: PLC0415 - in the worker, not in the parent

        start_folding()
        keep_what_is_loaded()
        return application


def keep_what_is_loaded() -> None:
    """Let the garbage collector pass over what is loaded once and for all, and look at the rest less often.

    A batch of 500 entries makes thousands of short-lived objects; looking for circles among them took a third of the
    time a batch took.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)


def start_folding() -> None:
    """Let this process fold what is due; its thread ends with it, and what it leaves another one folds."""
    from sync.hub.ledger.worker import start_worker  # noqa: PLC0415 - Django must be ready

    start_worker()


def serve(host: str, port: int, port_file: Path | None) -> None:
    """Answer until told to stop by SIGTERM or SIGINT; requests under way are finished first."""
    HubServer(_options(host, port, port_file)).run()


def _options(host: str, port: int, port_file: Path | None) -> dict[str, Any]:
    on_sqlite = environment.database()["ENGINE"].endswith("sqlite3")
    return {
        "bind": [f"[{host}]:{port}" if ":" in host else f"{host}:{port}"],
        "worker_class": "gthread",
        "workers": 1 if on_sqlite else environment.number("HUB_WORKERS", 2),
        "threads": environment.number("HUB_THREADS", _THREADS),
        "timeout": 60,
        "keepalive": 60,
        "graceful_timeout": 15,
        "control_socket_disable": True,
        "loglevel": "warning",
        "when_ready": _port_writer(host, port_file),
    }


def _port_writer(host: str, port_file: Path | None) -> Callable[[Any], None]:
    def write(server: Any) -> None:
        port = server.LISTENERS[0].sock.getsockname()[1]
        if port_file is None:
            sys.stderr.write(f"The hub answers on {host} port {port} until it is stopped (Ctrl-C or SIGTERM).\n")
            return
        half = port_file.with_name(f".{port_file.name}.half")
        half.write_text(f"{port}\n", "ascii")
        half.replace(port_file)

    return write
