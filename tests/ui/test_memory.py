"""Memory that is freed goes back to the system."""

from __future__ import annotations

import ctypes
import platform
import resource
import subprocess
import sys
from pathlib import Path

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


@pytest.mark.screen
@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="to give back is glibc's")
def test_what_a_visit_has_used_goes_back_once_it_is_over(kiosk) -> None:
    """Small pieces lie between pieces that stay. During a visit nobody waits for them to be looked for."""
    c = ctypes.CDLL(None)
    c.malloc.restype, c.malloc.argtypes, c.free.argtypes = ctypes.c_void_p, [ctypes.c_size_t], [ctypes.c_void_p]
    kiosk.show("account")
    pieces = [c.malloc(60_000) for _ in range(1000)]
    for piece in pieces:
        ctypes.memset(piece, 1, 60_000)
    for at, piece in enumerate(pieces):
        if at % 10:
            c.free(piece)
    kiosk.show("borrow")
    during = _resident_kb()
    kiosk.show("idle")
    after = _resident_kb()
    for piece in pieces[::10]:
        c.free(piece)
    assert after < during - 30 * 1024


def _resident_kb() -> int:
    return int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize() // 1024
