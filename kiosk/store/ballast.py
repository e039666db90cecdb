"""A file that takes up space for nothing, so that there is something to give up when the disk is full.

What it frees is meant for returns: they are taken as long as anything can be written (invariant 6).
"""

from __future__ import annotations

import logging
import os
from pathlib import Path

from kiosk.store.errors import is_full

log = logging.getLogger(__name__)

BALLAST_BYTES = 2 * 1024 * 1024
MARGIN_BYTES = 1024 * 1024
"""What must be free beside the ballast before lending opens again."""


class Ballast:
    """The ballast of one folder."""

    def __init__(self, folder: Path) -> None:
        self._file = folder / "station.ballast"

    def take(self) -> bool:
        """Return whether the ballast is there, made now if need be. False: the disk is too full for it."""
        if self._is_there():
            return True
        try:
            about = os.statvfs(self._file.parent)
            if about.f_bavail * about.f_frsize < BALLAST_BYTES + MARGIN_BYTES:
                return False
            self._write()
        except OSError as error:
            if not is_full(error):
                log.warning("the ballast cannot be written: %s", error.strerror)
            self._drop()
            return False
        return True

    def give_up(self) -> bool:
        """Free the space; return whether there was any to free."""
        was_there = self._is_there()
        return self._drop() and was_there

    def _is_there(self) -> bool:
        try:
            return self._file.stat().st_size == BALLAST_BYTES
        except OSError:
            return False

    def _write(self) -> None:
        """Random bytes: a file system that packs its files would not keep room for zeros."""
        with self._file.open("wb") as file:
            file.write(os.urandom(BALLAST_BYTES))
            file.flush()
            os.fsync(file.fileno())

    def _drop(self) -> bool:
        try:
            self._file.unlink(missing_ok=True)
        except OSError as error:
            log.warning("the ballast cannot be given up: %s", error.strerror)
            return False
        return True
