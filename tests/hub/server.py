"""The hub as its own process behind gunicorn on loopback, as stations meet it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import requests


@dataclass(frozen=True, slots=True)
class RunningHub:
    """A hub that answers at `url` and writes to `log`."""

    url: str
    port: int
    log: Path


@contextmanager
def running_hub(folder: Path, environment: dict[str, str]) -> Iterator[RunningHub]:
    """Run a hub until the block ends; it must stop by itself when it is asked to."""
    port_file, log = folder / "port", folder / "log"
    command = [sys.executable, "-m", "sync.hub", "serve", "--port", "0", "--port-file", port_file]
    with log.open("wb") as out:
        process = subprocess.Popen(command, env=dict(os.environ) | environment, stdout=out, stderr=out)
    try:
        port = _wait_for(port_file, process, log)
        url = f"http://127.0.0.1:{port}"
        assert requests.get(f"{url}/api/health", timeout=20).json()["status"] == "ok"
        yield RunningHub(url, port, log)
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(20)


def _wait_for(port_file: Path, process: subprocess.Popen[bytes], log: Path) -> int:
    for _ in range(400):
        if port_file.exists():
            return int(port_file.read_text("ascii"))
        assert process.poll() is None, log.read_text("utf-8")
        time.sleep(0.05)
    raise AssertionError("the hub did not start: " + log.read_text("utf-8"))
