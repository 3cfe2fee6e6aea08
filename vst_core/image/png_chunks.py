"""What a PNG says about its colors in chunks that OpenImageIO passes over, read and written."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Mapping
from pathlib import Path

__all__ = ["color_chunks", "insert_chunks"]

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_HEADER_END = len(_SIGNATURE) + 4 + 4 + 13 + 4  # behind IHDR, which is always the first
# Code points, sRGB's own mark, gamma, primaries, and the light of the mastering display (PNG,
# third edition, 11.3.2).
_COLORS = (b"cICP", b"sRGB", b"gAMA", b"cHRM", b"mDCV", b"cLLI")
_LONGEST = 64


def color_chunks(path: Path) -> dict[bytes, bytes]:
    """Return type -> content of the chunks of a PNG that say what its numbers mean.

    A file that is no whole PNG has those that came before its damage.
    """
    with path.open("rb") as stream:
        if stream.read(len(_SIGNATURE)) != _SIGNATURE:
            return {}
        found: dict[bytes, bytes] = {}
        while len(head := stream.read(8)) == 8:
            length, kind = struct.unpack(">I4s", head)
            if kind == b"IDAT":
                break
            if kind in _COLORS and length <= _LONGEST:
                found.setdefault(kind, stream.read(length))
                stream.seek(4, 1)
            else:
                stream.seek(length + 4, 1)
    return found


def insert_chunks(path: Path, chunks: Mapping[bytes, bytes]) -> None:
    """Put chunks behind the header of a PNG that has none of them.

    Raises:
        OSError: The file cannot be written.
    """
    content = path.read_bytes()
    made = b"".join(_encoded(kind, chunks[kind]) for kind in chunks)
    path.write_bytes(content[:_HEADER_END] + made + content[_HEADER_END:])


def _encoded(kind: bytes, content: bytes) -> bytes:
    body = kind + content
    return struct.pack(">I", len(content)) + body + struct.pack(">I", zlib.crc32(body))
