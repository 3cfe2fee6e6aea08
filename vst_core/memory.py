"""Memory: what stays with the process from step to step, and how much the machine has."""

from __future__ import annotations

import ctypes
import os
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

__all__ = ["RoomCheck", "free_memory", "give_back_memory", "kept_memory", "whole_memory"]

# Numbers of glibc's <malloc.h>, and what its own adaptation of both ends at on 64 bits.
_TRIM_THRESHOLD, _MMAP_THRESHOLD = -1, -3
_USUAL = {_TRIM_THRESHOLD: 2**26, _MMAP_THRESHOLD: 2**25}
_KEPT = {_TRIM_THRESHOLD: 2**31 - 1, _MMAP_THRESHOLD: 2**30}
_KEPT_OF_LARGE = {_TRIM_THRESHOLD: 2**27, _MMAP_THRESHOLD: 2**25}


@contextmanager
def kept_memory(*, large: bool = False) -> Iterator[None]:
    """Let the C library keep what is freed in the body, for what is allocated next.

    Every frame, and every step of an optimizer or a training, frees and allocates the same large
    blocks. By default glibc gives them back to the system each time and gets them anew page by
    page: a seventh of a frame's time, a tenth of a step's. Other libraries are left alone, and
    so are glibc's blocks above a gigabyte.

    Args:
        large: The pictures are so large that only small blocks, and not many, may stay.
    """
    library = _glibc()
    _set(library, _KEPT_OF_LARGE if large else _KEPT)
    try:
        yield
    finally:
        _set(library, _USUAL)
        give_back_memory()


def give_back_memory() -> None:
    """Give the system back what the C library has kept, also between blocks that are in use."""
    library = _glibc()
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


def whole_memory(root: Path = Path("/")) -> int | None:
    """Return how many bytes this process may ever have; None where the system does not say.

    The machine, the control group and the limit of the process (`ulimit -v`) decide. It is the
    same whenever it is asked for.

    Args:
        root: Where the system's files are.
    """
    limits = [limit for limit, _ in _limits(root)]
    total = _meminfo(root, "MemTotal") if root.joinpath("proc").is_dir() else _physical()
    return min([*limits, *([] if total is None else [total])], default=None)


def free_memory(root: Path = Path("/")) -> int | None:
    """Return how many bytes are free now for this process; see `whole_memory`.

    What the system would give up for it, such as cached files, is free.
    """
    left = [limit - used for limit, used in _limits(root)]
    free = _meminfo(root, "MemAvailable")
    found = min([*left, *([] if free is None else [free])], default=None)
    return whole_memory(root) if found is None else max(0, found)


class RoomCheck:
    """Refuses work that takes more memory than is free, which the system would end without a word.

    What was let through before is taken to be free for what comes next: the C library keeps it.
    """

    def __init__(self) -> None:
        self._had = 0

    def require(self, needed: int) -> None:
        """Let work through that needs at least so many bytes at a time.

        Raises:
            MemoryError: There are not as many.
        """
        if needed <= self._had:
            return
        free = free_memory()
        if free is not None and needed > free + self._had:
            raise MemoryError(f"{needed} bytes are needed, and {free + self._had} are free")
        self._had = needed


def _meminfo(root: Path, name: str) -> int | None:
    found = re.search(rf"^{name}:\s*(\d+) kB$", _text(root / "proc/meminfo"), re.MULTILINE)
    return int(found[1]) * 1024 if found else None


def _limits(root: Path) -> Iterator[tuple[int, int]]:
    """Yield limit and use of this process, of its control group and of those that it is in."""
    own = re.search(r"^Max address space +(\d+)", _text(root / "proc/self/limits"), re.MULTILINE)
    held = re.search(r"^VmSize:\s*(\d+) kB$", _text(root / "proc/self/status"), re.MULTILINE)
    if own and held:
        yield int(own[1]), int(held[1]) * 1024
    for line in _text(root / "proc/self/cgroup").splitlines():
        number, names, path = line.split(":", 2)
        if number == "0":
            yield from _of_groups(root / "sys/fs/cgroup", path, ("memory.max", "memory.current"))
        elif "memory" in names.split(","):
            files = ("memory.limit_in_bytes", "memory.usage_in_bytes")
            yield from _of_groups(root / "sys/fs/cgroup/memory", path, files)


def _of_groups(top: Path, path: str, files: tuple[str, str]) -> Iterator[tuple[int, int]]:
    inner = top / path.strip("/")
    for folder in (inner, *inner.parents):
        if folder != top and top not in folder.parents:
            return
        limit, used = (_text(folder / name).strip() for name in files)
        if limit.isdecimal() and used.isdecimal():
            yield int(limit), int(used) - _given_up(folder)


def _given_up(folder: Path) -> int:
    """Return the bytes of a group that are cached files nobody looks at."""
    stated = _text(folder / "memory.stat")
    found = re.search(r"^(?:total_)?inactive_file (\d+)$", stated, re.MULTILINE)
    return int(found[1]) if found else 0


def _physical() -> int | None:
    """Return the machine's memory where there is no `/proc`: macOS, and the BSDs."""
    try:
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (AttributeError, ValueError, OSError):
        return None


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="ascii", errors="replace")
    except OSError:
        return ""
