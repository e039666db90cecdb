"""The clocks of this machine, as Linux keeps them."""

from __future__ import annotations

import ctypes
import struct
import time
from pathlib import Path

from hardware.clock.port import ClockReading

_BOOT_ID = Path("/proc/sys/kernel/random/boot_id")
_TIMEX_BYTES = 256
_STATUS_OFFSET = 40
_STA_UNSYNC = 0x40
_TIME_ERROR = 5


class SystemClock:
    """Wall clock, CLOCK_BOOTTIME, the kernel's boot id, and adjtimex(2) for "was it set from the network"."""

    def __init__(self) -> None:
        self._boot = _BOOT_ID.read_text(encoding="ascii").strip().replace("-", "")
        self._libc = ctypes.CDLL(None, use_errno=True)

    def read(self) -> ClockReading:
        """Return all clocks as they stand now."""
        return ClockReading(
            wall_ms=time.time_ns() // 1_000_000,
            boot=self._boot,
            up_ms=time.clock_gettime_ns(time.CLOCK_BOOTTIME) // 1_000_000,
            synced=self._synced(),
        )

    def _synced(self) -> bool:
        """Return whether the kernel says the clock is synchronised; the layout of timex is that of 64-bit Linux."""
        timex = ctypes.create_string_buffer(_TIMEX_BYTES)
        state: int = self._libc.adjtimex(timex)
        (status,) = struct.unpack_from("i", timex, _STATUS_OFFSET)
        return 0 <= state < _TIME_ERROR and not status & _STA_UNSYNC
