"""What goes into a store, and what of it lies on the disk."""

from __future__ import annotations

from pathlib import Path

from kiosk.store.station_store import new_id
from lending.entries import Body, Draft, Personal


def draft(body: Body, who: str | None = None, sealed: str | None = None) -> Draft:
    """Return a new draft of this body, about this card if one is named."""
    return Draft(new_id(), body, Personal(who, sealed) if who else None)


def bytes_on_disk(path: Path) -> bytes:
    """Return every byte of the database and its WAL."""
    return b"".join(file.read_bytes() for file in sorted(path.parent.glob(path.name + "*")))
