"""One process owns a station's database. A second one is told so instead of spoiling it."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path

from lending.errors import Refused


class Ownership:
    """Held from construction to `release`, and let go by the kernel when the process ends, however it ends."""

    def __init__(self, folder: Path) -> None:
        self._descriptor = os.open(folder / "station.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(self._descriptor)
            raise Refused("this station is running; stop it first, then try again") from None

    def release(self) -> None:
        """Let another process have the database."""
        os.close(self._descriptor)
