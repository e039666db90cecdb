"""The tour's hand on the station: starts it, plays it, kills it, and keeps the pictures in order."""

from __future__ import annotations

import json
import re
import subprocess
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from lending.errors import Refused, TryLater
from nabolan.demo.processes import Processes, end


class TourStoppedError(Refused):
    """The story could not go on; the text says where and what the screen showed."""


@dataclass(slots=True)
class Album:
    """Pictures in the story's order, each with one line."""

    folder: Path
    screens: list[dict[str, str]] = field(default_factory=list)

    def next(self, title: str) -> Path:
        """Return the file for the next picture, named for its place and its title."""
        name = re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-")[:48].strip("-")
        file = self.folder / f"{len(self.screens) + 1:02}-{name}.png"
        self.screens.append({"file": file.name, "title": title})
        return file


class Actor:
    """Plays one station on its stage. `seconds` of patience for each screen."""

    def __init__(self, processes: Processes, config: Path, shape: str, album: Album, seconds: float = 15.0) -> None:
        self._processes = processes
        self._config = config
        self._shape = shape
        self._album = album
        self._seconds = seconds
        self._stage: subprocess.Popen[bytes] | None = None

    def enter(self) -> None:
        """Start the station and wait until its screen is there."""
        arguments = ["--config", str(self._config), "--shape", self._shape]
        self._stage = self._processes.start("station", "nabolan.demo.stage", arguments)
        self._hear()

    def kill(self) -> None:
        """Pull the plug: SIGKILL, no goodbye."""
        if self._stage is not None:
            self._stage.kill()
            self._stage.wait()

    def leave(self) -> None:
        """Stop the station as systemd would."""
        if self._stage is not None and self._stage.stdin is not None:
            self._stage.stdin.close()
            try:
                self._stage.wait(10)
            except subprocess.TimeoutExpired:
                end(self._stage)

    def wait(self, view: str) -> float:
        """Wait for a screen; return the monotonic time at which it was drawn."""
        return float(self._do(do="wait", view=view, seconds=self._seconds)["at"])

    def touch(self, words: str, beside: str = "") -> None:
        """Touch what says so."""
        self._do(do="touch", words=words, beside=beside)

    def look(self, title: str) -> None:
        """Take a picture with one line."""
        self._do(do="look", file=str(self._album.next(title)))

    def words(self) -> list[str]:
        """Return what stands on the screen."""
        return list(self._do(do="read")["words"])

    def figures(self) -> dict[str, Any]:
        """Return the station's own figures."""
        return self._do(do="figures")

    def wait_until(self, name: str, value: object) -> None:
        """Wait until one of the station's figures has a value."""
        until = time.monotonic() + 2 * self._seconds
        while self.figures()[name] != value:
            if time.monotonic() > until:
                raise TourStoppedError(f"the station's {name} did not become {value}")
            time.sleep(0.05)

    def _do(self, **command: Any) -> dict[str, Any]:
        stage = self._stage
        if stage is None or stage.stdin is None:
            raise TourStoppedError("no station is on the stage")
        try:
            stage.stdin.write((json.dumps(command) + "\n").encode())
            stage.stdin.flush()
        except OSError:
            raise TourStoppedError("the station has ended; see station.log") from None
        answer = self._hear()
        if not answer["ok"]:
            raise TourStoppedError(f"{command['do']}: {answer['why']}")
        return answer

    def _hear(self) -> dict[str, Any]:
        if self._stage is None or self._stage.stdout is None:
            raise TryLater("no station is on the stage")
        line = self._stage.stdout.readline()
        if not line:
            raise TourStoppedError("the station has ended; see station.log")
        answer: dict[str, Any] = json.loads(line)
        return answer
