"""Whether the hub has anything left to do with what it took in."""

from __future__ import annotations

import time

import requests

from bench.throwaway import Hub

_ASK_AGAIN_SECONDS = 0.02


def seconds_until_nothing_is_due(hub: Hub) -> float:
    """Return the seconds from now until ledger and cases count everything that was acknowledged."""
    began = time.monotonic()
    while requests.get(f"{hub.url}/api/health", timeout=20).json()["due"]:
        time.sleep(_ASK_AGAIN_SECONDS)
    return time.monotonic() - began
