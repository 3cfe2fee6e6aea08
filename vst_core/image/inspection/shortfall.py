"""Whether a file holds what its header promises, for the formats whose readers do not ask.

OpenImageIO 3.0 fills what is missing without a word in DPX of 10 and 12 bits, in Cineon, and in
the last chunk of an uncompressed EXR; libpng does say so, but on stderr too. All other formats
were cut at many places: their readers do say so (see the tests).
"""

from __future__ import annotations

import struct
from collections.abc import Callable
from pathlib import Path
from zlib import crc32

from vst_core.image.inspection.exr_bytes import exr_shortfall

__all__ = ["shortfall"]

_HEAD = 2048
_DPX_ELEMENT, _DPX_ELEMENTS = 72, 8
_CINEON_CHANNEL, _CINEON_CHANNELS = 28, 8
_PNG_SIGNATURE, _PNG_END, _ANCILLARY = 8, 12, 0x20
_UNDEFINED = {0, 0xFFFFFFFF}  # DPX: a field that was not filled in
_FILLED_DPX, _FILLED_CINEON = {1, 2}, {5, 6}


def shortfall(path: Path, file_format: str) -> str:
    """Return what is missing of a file, in words; empty where nothing is known to be.

    Args:
        path: The file.
        file_format: The library's name of its format.
    """
    if file_format == "png":
        return _png_fault(path)
    measure = _MEASURES.get(file_format)
    missing = measure(path) if measure is not None else 0
    size = path.stat().st_size
    return _too_early(size, size + missing) if missing else ""


def _too_early(size: int, promised: int) -> str:
    return f"it ends too early: it has {size} bytes, and its header promises {promised}"


def _png_fault(path: Path) -> str:
    """PNG specification, 5.3: chunk after chunk with a check sum, the last one being IEND.

    libpng checks the same, and tells of it on stderr.
    """
    size = path.stat().st_size
    with path.open("rb") as stream:
        stream.seek(_PNG_SIGNATURE)
        while len(leader := stream.read(8)) == 8:
            length, name = int.from_bytes(leader[:4], "big"), leader[4:]
            end = stream.tell() + length + 4
            if end > size:
                return _too_early(size, end)
            if name[0] & _ANCILLARY:
                stream.seek(end)
                continue
            found = crc32(stream.read(length), crc32(name))
            if found != int.from_bytes(stream.read(4), "big"):
                return f"its chunk {name.decode('latin-1')} is damaged"
            if name == b"IEND":
                return ""
    return _too_early(size, size + _PNG_END)


def _dpx(path: Path) -> int:
    """SMPTE 268M: elements of lines of pixels, each at its own place in the file."""
    head = _head(path)
    order = ">" if head.startswith(b"SDPX") else "<"
    _, elements, width, height = struct.unpack_from(f"{order}HHII", head, 768)
    ends = []
    for index in range(min(elements, _DPX_ELEMENTS)):
        kind, _, _, bits, packing, encoding, offset = struct.unpack_from(
            f"{order}BBBBHHI", head, 780 + 20 + index * _DPX_ELEMENT
        )
        channels = _DPX_CHANNELS.get(kind, 1)
        if encoding not in (0, 0xFFFF) or offset in _UNDEFINED or bits not in _DPX_BITS:
            continue  # run lengths, or fields that were not filled in
        ends.append(offset + _bytes(width * channels, height, bits, filled=packing in _FILLED_DPX))
    return _missing(path, ends)


def _cineon(path: Path) -> int:
    """Kodak's Cineon 4.5: as many channels as it says, all of one size."""
    head = _head(path)
    order = ">" if head.startswith(b"\x80\x2a\x5f\xd7") else "<"
    offset = struct.unpack_from(f"{order}I", head, 4)[0]
    channels = min(head[193], _CINEON_CHANNELS)
    bits = head[198]
    width, height = struct.unpack_from(f"{order}II", head, 200)
    size = _bytes(width * channels, height, bits, filled=head[681] & 0x7F in _FILLED_CINEON)
    return _missing(path, [offset + size])


def _bytes(values: int, height: int, bits: int, *, filled: bool) -> int:
    """Return the bytes that lines of values take; those of odd sizes begin on whole words."""
    if bits == 10 and filled:
        return (values + 2) // 3 * 4 * height  # three in four bytes
    if bits == 12 and filled:
        return values * 2 * height
    if bits in (10, 12):
        return (values * bits + 31) // 32 * 4 * height
    return (values * height * bits + 7) // 8


def _missing(path: Path, ends: list[int]) -> int:
    return max(0, max(ends, default=0) - path.stat().st_size)


def _head(path: Path) -> bytes:
    with path.open("rb") as stream:
        return stream.read(_HEAD).ljust(_HEAD, b"\0")


# SMPTE 268M, table 1: descriptor -> values a pixel; all others have one.
_DPX_CHANNELS = {50: 3, 51: 4, 52: 4, 100: 2, 101: 3, 102: 3, 103: 4,
                 **{150 + extra: 2 + extra for extra in range(7)}}  # fmt: skip

_DPX_BITS = {1, 8, 10, 12, 16, 32, 64}

_MEASURES: dict[str, Callable[[Path], int]] = {
    "openexr": exr_shortfall,
    "dpx": _dpx,
    "cineon": _cineon,
}
