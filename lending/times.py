"""Readings of a station's clocks. A station may be wrong about the time, so each entry says how it knew."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Reading:
    """One look at a station's clocks.

    `wall_ms` is Unix time in milliseconds (UTC) as the station believed it, `boot` names the boot
    (32 hex digits), `up_ms` is the time since that boot in milliseconds (it never goes back within a
    boot and counts sleep), `synced` says whether the wall clock had been set from the network.
    """

    wall_ms: int
    boot: str
    up_ms: int
    synced: bool
