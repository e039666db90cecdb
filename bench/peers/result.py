"""What a peer says of its own run."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class PeerResult:
    """How many entries a push carried, seconds per push, milliseconds per push of nothing."""

    entries: int
    seconds: tuple[float, ...]
    empty_ms: tuple[float, ...]


def read_result(output: str, entries: int) -> PeerResult:
    """Return the result in the last line of what a peer wrote.

    Raises ValueError if there is none, or if it is about another number of entries than were given.
    """
    try:
        said: dict[str, Any] = json.loads(output.strip().splitlines()[-1])
        result = PeerResult(
            int(said["entries"]), tuple(map(float, said["seconds"])), tuple(map(float, said["empty_ms"]))
        )
    except (IndexError, KeyError, TypeError, ValueError):
        raise ValueError(f"the peer's last line is no result: {output[-200:]!r}") from None
    if result.entries != entries or not result.seconds or min(result.seconds) <= 0:
        raise ValueError(f"the peer says {result.entries} of {entries} entries in {result.seconds} s")
    return result
