"""Programs the demo starts beside itself, and ends again whatever happens."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO, Self

from lending.errors import TryLater

PATIENCE_SECONDS = 40.0


def wait_for_file(path: Path, process: subprocess.Popen[bytes] | subprocess.Popen[str]) -> str:
    """Return the content of `path` once it is there and not empty.

    Raises TryLater if the process that should write it ends first, or takes too long.
    """
    until = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < until:
        with contextlib.suppress(FileNotFoundError):
            text = path.read_text(encoding="utf-8").strip()
            if text:
                return text
        if process.poll() is not None:
            raise TryLater(f"a program of the demo ended before it was ready (exit {process.returncode})")
        time.sleep(0.02)
    raise TryLater(f"a program of the demo was not ready after {PATIENCE_SECONDS:.0f} seconds")


def _surroundings(own: Mapping[str, str] | None) -> dict[str, str]:
    """Return the environment of a program: this one's, without the settings of any other hub, and its own."""
    others = {name: value for name, value in os.environ.items() if not name.startswith("HUB_")}
    return {**others, **(own or {})}


class Processes:
    """Child processes that do not outlive the `with` block. Their own words go to files in `logs`."""

    def __init__(self, logs: Path) -> None:
        self._logs = logs
        self._running: list[subprocess.Popen[bytes]] = []
        self._files: list[IO[bytes]] = []
        logs.mkdir(parents=True, exist_ok=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for process in reversed(self._running):
            end(process)
        for file in self._files:
            file.close()

    def start(
        self, name: str, module: str, arguments: Sequence[str], environment: Mapping[str, str] | None = None
    ) -> subprocess.Popen[bytes]:
        """Start `python -m module arguments`, with pipes for input and output; errors go to `name.log`."""
        log = (self._logs / f"{name}.log").open("ab")
        self._files.append(log)
        process = subprocess.Popen(  # noqa: S603 - our own modules
            [sys.executable, "-m", module, *arguments],
            env=_surroundings(environment),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=log,
        )
        self._running.append(process)
        return process


def end(process: subprocess.Popen[bytes], patience: float = 5.0) -> None:
    """End a process: asked first, then made to."""
    for pipe in (process.stdin, process.stdout):
        if pipe is not None:
            with contextlib.suppress(OSError):
                pipe.close()
    if process.poll() is None:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(patience)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def run(module: str, arguments: Sequence[str], environment: Mapping[str, str] | None = None) -> str:
    """Run `python -m module arguments` to its end and return what it printed.

    Raises TryLater with its last words if it does not succeed.
    """
    done = subprocess.run(  # noqa: S603 - our own modules
        [sys.executable, "-m", module, *arguments],
        env=_surroundings(environment),
        capture_output=True,
        text=True,
        timeout=PATIENCE_SECONDS,
        check=False,
    )
    if done.returncode != 0:
        raise TryLater(f"{module} did not work: {done.stderr.strip()[-500:]}")
    return done.stdout
