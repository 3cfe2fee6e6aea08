# SPDX-License-Identifier: Apache-2.0
"""SHA-256, of files and of texts: the one way in which contents are told apart.

All are hexadecimal digits, lower case, 64 of them.
"""

from __future__ import annotations

import hashlib
from functools import lru_cache
from pathlib import Path

__all__ = ["file_hash", "known_hash", "text_hash"]

_BLOCK = 1 << 20


def file_hash(path: Path) -> str:
    """Return a file's hash, read anew: on coarse clocks a changed file may look the same.

    Raises:
        OSError: The file cannot be read.
    """
    digest = hashlib.sha256()
    with path.open("rb") as stream:
        while block := stream.read(_BLOCK):
            digest.update(block)
    return digest.hexdigest()


def known_hash(path: Path) -> str:
    """Return a file's hash, remembered while its size and time stay: for weights and movies.

    Raises:
        OSError: The file cannot be read.
    """
    stat = path.stat()
    return _remembered(path, stat.st_size, stat.st_mtime_ns)


def text_hash(text: str) -> str:
    """Return the hash of a text as UTF-8; names that are no UTF-8 count byte by byte.

    >>> text_hash("")[:16]
    'e3b0c44298fc1c14'
    """
    return hashlib.sha256(text.encode("utf-8", "surrogateescape")).hexdigest()


@lru_cache(maxsize=64)
def _remembered(path: Path, size: int, mtime_ns: int) -> str:
    del size, mtime_ns  # they tell one state of the file from another
    return file_hash(path)
