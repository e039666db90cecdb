"""Memory that is freed goes back to the system."""

from __future__ import annotations

import platform
import subprocess
import sys

import pytest

_PROGRAM = """
import ctypes, sys
from pathlib import Path
from kiosk.ui import memory
if sys.argv[1] == "settled":
    assert memory.settle()
c = ctypes.CDLL(None)
c.malloc.restype, c.malloc.argtypes, c.free.argtypes = ctypes.c_void_p, [ctypes.c_size_t], [ctypes.c_void_p]
resident = lambda: int(Path("/proc/self/statm").read_text().split()[1]) * 4
c.free(c.malloc(30 << 20))  # from here on glibc would put blocks of this size between the small ones
before, blocks, small = resident(), [], []
for _ in range(16):
    blocks.append(c.malloc(1 << 20))
    ctypes.memset(blocks[-1], 1, 1 << 20)
    small.append(c.malloc(100))
for block in blocks:
    c.free(block)
print(resident() - before)
"""


def _kept(how: str) -> int:
    """Return the kilobytes a program still has of 16 MB of pictures it has freed."""
    return int(subprocess.run([sys.executable, "-c", _PROGRAM, how], check=True, capture_output=True).stdout)


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="the settings are glibc's")
def test_freed_pictures_go_back_to_the_system() -> None:
    assert _kept("settled") < 1024
    assert _kept("as it comes") > 8 * 1024
