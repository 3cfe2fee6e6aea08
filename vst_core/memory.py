"""Memory that stays with the process from frame to frame, and from step to step."""

from __future__ import annotations

import ctypes
import sys
from collections.abc import Iterator
from contextlib import contextmanager

__all__ = ["kept_memory"]

# Numbers of glibc's <malloc.h>, and what its own adaptation of both ends at on 64 bits.
_TRIM_THRESHOLD, _MMAP_THRESHOLD = -1, -3
_USUAL = {_TRIM_THRESHOLD: 2**26, _MMAP_THRESHOLD: 2**25}
_KEPT = {_TRIM_THRESHOLD: 2**31 - 1, _MMAP_THRESHOLD: 2**30}


@contextmanager
def kept_memory() -> Iterator[None]:
    """Let the C library keep what is freed in the body, for what is allocated next.

    Every frame, and every step of an optimizer or a training, frees and allocates the same large
    blocks. By default glibc gives them back to the system each time and gets them anew page by
    page: a seventh of a frame's time, a tenth of a step's. Other libraries are left alone, and
    so are glibc's blocks above a gigabyte.
    """
    library = _glibc()
    _set(library, _KEPT)
    try:
        yield
    finally:
        _set(library, _USUAL)
        if library is not None:
            library.malloc_trim(0)


def _glibc() -> ctypes.CDLL | None:
    if not sys.platform.startswith("linux"):
        return None
    library = ctypes.CDLL(None)
    return library if hasattr(library, "gnu_get_libc_version") else None


def _set(library: ctypes.CDLL | None, thresholds: dict[int, int]) -> None:
    if library is not None:
        for name, value in thresholds.items():
            library.mallopt(name, value)
