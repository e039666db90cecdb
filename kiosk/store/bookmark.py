"""Where the hub stands, kept beside the database: when that is lost, the journal goes on from there instead of giving
out numbers the hub has seen.
"""

from __future__ import annotations

import json
import os
from pathlib import Path

from kiosk.store.errors import as_damage
from sync.journal import Place

FILE = "station.acknowledged.json"


def read_bookmark(folder: Path, station: str, epoch: int) -> Place:
    """Return the place up to which the hub is known to hold this journal; the beginning if that is not known."""
    nothing = Place(station, epoch)
    try:
        kept = json.loads((folder / FILE).read_text(encoding="utf-8"))
        place = Place(kept["station"], int(kept["epoch"]), int(kept["seq"]), str(kept["hash"]))
    except (OSError, ValueError, KeyError, TypeError):
        return nothing
    return place if (place.station, place.epoch) == (station, epoch) else nothing


def write_bookmark(folder: Path, place: Place) -> None:
    """Keep the place, whole or not at all. Raises Damaged if it cannot be written."""
    with as_damage("noting what the hub holds"):
        fresh = folder / (FILE + ".new")
        with fresh.open("w", encoding="utf-8") as file:
            kept = {"station": place.station, "epoch": place.epoch, "seq": place.seq, "hash": place.head}
            json.dump(kept, file)
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(folder / FILE)
        sync_folder(folder)


def sync_folder(folder: Path) -> None:
    """Let the names in a folder survive a power cut."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
