"""How the C library gives memory back: for a program that runs for months and draws pictures of a megabyte."""

from __future__ import annotations

import ctypes
import os

_TRIM, _MMAP, _ARENAS = -1, -3, -8
"""M_TRIM_THRESHOLD, M_MMAP_THRESHOLD and M_ARENA_MAX of glibc's malloc.h."""
_LARGE = 128 * 1024
"""glibc's own first limit, in bytes: what is larger gets pages of its own, and they are given back with it. Left to
itself it raises the limit to 32 MB once such a block was freed; then textures lie between small things for good.
"""


def settle() -> bool:
    """Let large blocks be given back to the system as soon as they are freed, and all threads share one heap.

    Returns whether the C library took it; one that is not glibc has no such settings and needs none. What is set in
    the environment (`MALLOC_ARENA_MAX`, say) stays.
    """
    library = ctypes.CDLL(None)
    if not hasattr(library, "mallopt") or not hasattr(library, "gnu_get_libc_version"):
        return False
    wanted = {
        "MALLOC_MMAP_THRESHOLD_": (_MMAP, _LARGE),
        "MALLOC_TRIM_THRESHOLD_": (_TRIM, _LARGE),
        "MALLOC_ARENA_MAX": (_ARENAS, 1),
    }
    return all(library.mallopt(*option) for name, option in wanted.items() if name not in os.environ)


def give_back() -> None:
    """Let the C library give back what lies free between what is in use: for a quiet moment, as it takes a little."""
    library = ctypes.CDLL(None)
    if hasattr(library, "malloc_trim"):
        library.malloc_trim(0)
