"""Waiting for what other threads and processes do."""

from __future__ import annotations

import time
from collections.abc import Callable


def until(
    holds: Callable[[], object], what: str = "it did not happen", *, seconds: float = 10.0, pause: float = 0.01
) -> None:
    """Wait until it holds, looking every `pause` seconds. Fails with `what` if it never does."""
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, what
        time.sleep(pause)
