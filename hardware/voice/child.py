"""Sound made by child processes: a player that hangs, crashes or has no sound card never reaches the screen."""

from __future__ import annotations

import logging
import subprocess
import threading
import time
from abc import ABC, abstractmethod
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from shutil import which

from hardware.errors import DeviceFault, Reason, plain_reason
from hardware.voice.port import OnState, Utterance

__all__ = ["LONGEST_SECONDS", "PLAYER", "ChildVoice", "Saying", "deaf", "programs_there"]

log = logging.getLogger(__name__)

PLAYER = ("aplay", "-q")
"""Plays a WAV file, or one that comes in by its standard input; Debian's package alsa-utils."""

LONGEST_SECONDS = 60.0
"""After so long a process is ended, whatever it is doing; the longest screen takes half of that."""


@dataclass(frozen=True, slots=True)
class Saying:
    """Programs, each reading what the one before wrote, and what the first one reads."""

    programs: tuple[tuple[str, ...], ...]
    text: bytes = b""


def deaf(_up: bool, _reason: Reason | None) -> None:  # noqa: FBT001  # the shape of OnState
    """Hear nothing of how the voice is."""


class ChildVoice(ABC):
    """A thread that runs the programs of the newest utterance. A driver says in `programs_for` which they are."""

    def __init__(self, on_state: OnState = deaf, longest: float = LONGEST_SECONDS) -> None:
        self._on_state = on_state
        self._longest = longest
        self._changed = threading.Condition()
        self._next: Utterance | None = None
        self._running: list[subprocess.Popen[bytes]] = []
        self._hushed = 0
        self._up: bool | None = None
        self._closing = False
        self._thread = threading.Thread(target=self._work, name="voice", daemon=True)
        self._thread.start()

    @abstractmethod
    def languages(self) -> frozenset[str]:
        """Return the tags of the languages it can say anything in."""

    @abstractmethod
    def programs_for(self, utterance: Utterance) -> Saying | None:
        """Return what says it; None if there is nothing to say it with."""

    def say(self, utterance: Utterance) -> None:
        """Stop what is being said, and say this; nothing in a language it does not speak."""
        with self._changed:
            self._stop_now()
            self._next = utterance if utterance.language in self.languages() else None
            self._changed.notify()

    def hush(self) -> None:
        """Stop what is being said."""
        with self._changed:
            self._next = None
            self._stop_now()

    def close(self) -> None:
        """Stop for good and leave no process behind; may be called twice."""
        with self._changed:
            self._closing, self._next = True, None
            self._stop_now()
            self._changed.notify()
        self._thread.join(2.0)

    def _stop_now(self) -> None:
        self._hushed += 1
        for process in self._running:
            process.kill()

    def _work(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._next is not None or self._closing)
                if self._closing:
                    return
                utterance, self._next = self._next, None
                hushed = self._hushed
            try:
                if utterance is not None:
                    self._play(utterance, hushed)
            except Exception as error:  # noqa: BLE001 - whatever it is, the station goes on without a voice
                self._tell(False, plain_reason(error), type(error).__name__)

    def _play(self, utterance: Utterance, hushed: int) -> None:
        """Say it, unless somebody has hushed since: `hushed` counts how often that was when it was taken up."""
        saying = self.programs_for(utterance)
        if saying is None:
            return
        with self._changed:
            if self._hushed != hushed:
                return
            self._running = _start(saying)
        try:
            quick = self._finish(saying)
        finally:
            with self._changed:
                codes = [process.returncode for process in self._running]
                self._running = []
        if self._hushed != hushed:
            return
        if not quick or any(codes):
            raise DeviceFault("a program of the voice did not end well")
        self._tell(True, None, "")

    def _finish(self, saying: Saying) -> bool:
        """Feed the first program and wait for all; return whether they ended by themselves in time."""
        until = time.monotonic() + self._longest
        first = self._running[0]
        if first.stdin is not None:
            with suppress(OSError):
                first.stdin.write(saying.text)
            with suppress(OSError):
                first.stdin.close()
        quick = True
        for process in self._running:
            try:
                process.wait(max(0.01, until - time.monotonic()))
            except subprocess.TimeoutExpired:
                quick = False
                for late in self._running:
                    late.kill()
                process.wait()
        return quick

    def _tell(self, up: bool, reason: Reason | None, kind: str) -> None:  # noqa: FBT001
        if self._up == up:
            return
        self._up = up
        if not up:
            log.warning("the voice does not work: %s (%s)", reason, kind)
        self._on_state(up, reason)


def _start(saying: Saying) -> list[subprocess.Popen[bytes]]:
    """Start all programs, each with the output of the one before. Raises OSError if one is not there."""
    running: list[subprocess.Popen[bytes]] = []
    try:
        for at, program in enumerate(saying.programs):
            before = running[-1].stdout if running else subprocess.PIPE
            last = at == len(saying.programs) - 1
            running.append(
                subprocess.Popen(  # noqa: S603 - programs a driver names; what is said comes in by a pipe
                    program,
                    stdin=before,
                    stdout=subprocess.DEVNULL if last else subprocess.PIPE,
                    stderr=subprocess.DEVNULL,
                )
            )
            if running[0].stdin is not None and at > 0 and before is not None and not isinstance(before, int):
                before.close()  # only the next program holds it, so that its end is noticed
    except OSError:
        for process in running:
            process.kill()
            process.wait()
        raise
    return running


def programs_there(programs: Sequence[str]) -> bool:
    """Return whether all programs can be found."""
    return all(which(program) is not None for program in programs)
