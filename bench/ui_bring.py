"""The cards and barcodes that visitors of a measured station bring along, in a file in its folder.

A station does not have the demo library in its memory, so the process that is measured must not load it either.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path

_FILE = "bring.json"


@dataclass(frozen=True, slots=True)
class Bring:
    """Numbers of cards that may borrow anything here, and barcodes of items that everybody may borrow."""

    cards: list[str]
    codes: list[str]

    def write(self, folder: Path) -> None:
        """Put it into a station's folder."""
        (folder / _FILE).write_text(json.dumps(asdict(self)), encoding="utf-8")

    @classmethod
    def read(cls, folder: Path) -> Bring:
        """Take it from there."""
        return cls(**json.loads((folder / _FILE).read_text(encoding="utf-8")))
