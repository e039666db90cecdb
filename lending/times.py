"""Readings of a station's clocks. A station may be wrong about the time, so each entry says how it knew."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta


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


def due_date(today: date, loan_days: int) -> date:
    """Return the last day of a loan made on `today` (local date).

    Raises ValueError if `loan_days` is below 1.
    """
    if loan_days < 1:
        raise ValueError(f"loan_days must be at least 1, not {loan_days}")
    return today + timedelta(days=loan_days)
