"""A file that appears under its name only when it is whole, readable by its owner alone, and replaces no other."""

from __future__ import annotations

import glob
import hashlib
import os
from pathlib import Path

from lending.errors import Refused


def part_of(path: Path, sha256: str) -> Path:
    """Return where the file with this content is while it has not got its name."""
    return path.with_name(f".{path.name}.{sha256[:16]}.part")


def check_free(path: Path) -> None:
    """Do nothing if a file can be made at `path`; raises Refused if there is one, or no folder for it."""
    if path.exists():
        raise Refused(f"{path} is there already, and nothing is written over it; name another file")
    if not path.parent.is_dir():
        raise Refused(f"{path.parent} is no folder")


def write_part(path: Path, content: bytes) -> Path:
    """Return where `content` is now, on the disk, beside `path`; what an interrupted export left there is erased.

    Raises Refused if the disk will not take it.
    """
    part = part_of(path, hashlib.sha256(content).hexdigest())
    try:
        for left in path.parent.glob(f".{glob.escape(path.name)}.*.part"):
            left.unlink(missing_ok=True)
        handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        raise Refused(f"{part} cannot be written ({error.strerror})") from None
    return part


def finish(path: Path, sha256: str) -> None:
    """Give what `write_part` wrote its name, durably. Raises Refused if something is there now."""
    part = part_of(path, sha256)
    try:
        os.link(part, path)
    except OSError as error:
        raise Refused(f"{path} cannot be made ({error.strerror})") from None
    part.unlink()
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def holds(path: Path, sha256: str) -> bool:
    """Return whether the file at `path` is there and has this digest."""
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest() == sha256
    except OSError:
        return False
