"""An EXR's headers and chunk table, read from its bytes (OpenEXR file layout, openexr.com).

OpenImageIO 3.0 takes an unknown compression for ZIP, and fills an uncompressed last chunk
that is cut off with nothing.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

__all__ = ["NEWER_COMPRESSIONS", "compressions", "exr_shortfall", "is_exr"]

NEWER_COMPRESSIONS = range(10, 20)
"""Numbers that OpenEXR 3.3 and older do not know; what lies above is damage, not progress."""

_MAGIC = b"v/1\x01"
_TILED, _NOT_IMAGE, _SEVERAL = 0x200, 0x800, 0x1000
_LONGEST = 2**24  # bytes of an attribute or a table; anything above is damage


def is_exr(path: Path) -> bool:
    """Whether a file begins as an EXR does."""
    with path.open("rb") as stream:
        return stream.read(4) == _MAGIC


def compressions(path: Path) -> set[int]:
    """Return the numbers of the compressions of all parts; empty where the header is damaged."""
    with path.open("rb") as stream:
        found = (header.get("compression", b"") for header in _headers(stream))
        return {value[0] for value in found if value}


def exr_shortfall(path: Path) -> int:
    """Return how many bytes are missing at the end of a file; 0 where that cannot be said."""
    size = path.stat().st_size
    with path.open("rb") as stream:
        flags = _flags(stream)
        stream.seek(0)
        headers = list(_headers(stream))
        offsets = _offsets(stream)
        if not headers or not offsets or flags & _NOT_IMAGE:
            return 0
        last = max(offsets)
        end = _end_of_chunk(stream, last, headers, flags) if last < size else last + 1
        return max(0, end - size)


def _flags(stream: BinaryIO) -> int:
    start = stream.read(8)
    return int.from_bytes(start[4:], "little") if start[:4] == _MAGIC else 0


def _headers(stream: BinaryIO) -> Iterator[dict[str, bytes]]:
    """Yield the attributes of every part; the stream stands at the chunk tables afterwards."""
    several = bool(_flags(stream) & _SEVERAL)
    while True:
        header = dict(_attributes(stream))
        if header:
            yield header
        if not header or not several:
            return


def _attributes(stream: BinaryIO) -> Iterator[tuple[str, bytes]]:
    while name := _word(stream):
        _word(stream)  # its type
        length = int.from_bytes(stream.read(4), "little")
        if length > _LONGEST:
            return
        yield name, stream.read(length)


def _word(stream: BinaryIO) -> str:
    letters = bytearray()
    while len(letters) < 256 and (letter := stream.read(1)) not in (b"", b"\0"):
        letters += letter
    return letters.decode("latin-1")


def _offsets(stream: BinaryIO) -> list[int]:
    """Return where the chunks begin: the tables end where the first one does."""
    offsets: list[int] = []
    first = _LONGEST
    while stream.tell() < first and len(entry := stream.read(8)) == 8:
        offset = int.from_bytes(entry, "little")
        offsets.append(offset)
        first = min(first, offset or first)  # 0: never written, which the library does say
    return offsets if stream.tell() == first else []


def _end_of_chunk(
    stream: BinaryIO, offset: int, headers: list[dict[str, bytes]], flags: int
) -> int:
    stream.seek(offset)
    part = int.from_bytes(stream.read(4), "little") if flags & _SEVERAL else 0
    if part >= len(headers):
        return 0
    kind = headers[part].get("type", b"tiledimage" if flags & _TILED else b"scanlineimage")
    if kind.startswith(b"deep"):
        return 0
    leader = stream.read(20 if kind.startswith(b"tiled") else 8)
    packed = struct.unpack("<i", leader[-4:])[0] if len(leader) in (8, 20) else 0
    return stream.tell() + max(0, packed)
