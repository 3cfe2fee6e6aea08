"""Which kind of file it is, for kinds that are not read here: known by the first bytes.

A file's suffix is believed of camera raws alone, which look like TIFF from outside.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Literal

__all__ = ["FileKind", "file_kind"]

_CONVERT = "Convert it first: magick {name} {stem}.png"
_DEVELOP = "Develop it first: darktable-cli {name} {stem}.tif"
_FRAME = "Write a frame of it first: ffmpeg -i {name} -frames:v 1 {stem}.png"
_EXPORT = "Export it as PNG first."
_UNPACK = "Unpack it first."
_DOWNLOAD = "Download the picture itself."


@dataclass(frozen=True, slots=True)
class FileKind:
    """A kind of file that is not read here.

    Attributes:
        name: What it is, fit to stand behind "is".
        way_out: What to do next; `{name}` and `{stem}` stand for the file's.
        is_raw: A camera raw, of which other readers find the small preview alone.
    """

    name: str
    way_out: str
    is_raw: bool = False

    def fix(self, path: Path) -> str:
        """Return the way out for a file of this kind."""
        return self.way_out.replace("{name}", path.name).replace("{stem}", path.stem)


_RAW = FileKind("a camera raw", _DEVELOP, is_raw=True)
_DNG = FileKind("a camera raw (DNG)", _DEVELOP, is_raw=True)
_MOVIE = FileKind("a movie", _FRAME)

# (offset, bytes there) -> kind.
_MAGIC: tuple[tuple[int, bytes, FileKind], ...] = (
    (0, b"\0\0\0\x0cJXL \r\n\x87\n", FileKind("JPEG XL", _CONVERT)),
    (0, b"\xff\x0a", FileKind("JPEG XL", _CONVERT)),
    (0, b"\0\0\0\x0cjP  \r\n\x87\n", FileKind("JPEG 2000", _CONVERT)),
    (0, b"\xff\x4f\xff\x51", FileKind("JPEG 2000", _CONVERT)),
    (0, b"II\xbc", FileKind("JPEG XR", _CONVERT)),
    (0, b"\xff\xd8\xff\xf7", FileKind("JPEG-LS", _CONVERT)),
    (0, b"GIF8", FileKind("GIF", _CONVERT)),
    (0, b"qoif", FileKind("QOI", _CONVERT)),
    (0, b"BPG\xfb", FileKind("BPG", _CONVERT)),
    (0, b"FLIF", FileKind("FLIF", _CONVERT)),
    (0, b"farbfeld", FileKind("farbfeld", _CONVERT)),
    (0, b"\n\x05\x01", FileKind("PCX", _CONVERT)),
    (0, b"\xabKTX ", FileKind("KTX", _CONVERT)),
    (0, b"icns", FileKind("an Apple icon (ICNS)", _CONVERT)),
    (0, b"id=ImageMagick", FileKind("MIFF", _CONVERT)),
    (0, b"/* XPM", FileKind("XPM", _CONVERT)),
    (128, b"DICM", FileKind("DICOM", _CONVERT)),
    (0, b"gimp xcf", FileKind("a GIMP file (XCF)", _EXPORT)),
    (0, b"BLENDER", FileKind("a Blender file", "Render it to EXR or PNG first.")),
    (0, b"%PDF", FileKind("PDF", _EXPORT)),
    (0, b"%!PS", FileKind("PostScript", _EXPORT)),
    (0, b"<svg", FileKind("SVG", _EXPORT)),
    (0, b"PK\x03\x04", FileKind("a ZIP archive (as of Krita or OpenRaster)", _EXPORT)),
    (0, b"7z\xbc\xaf\x27\x1c", FileKind("a 7z archive", _UNPACK)),
    (0, b"\x28\xb5\x2f\xfd", FileKind("a Zstandard archive", _UNPACK)),
    (0, b"\x1f\x8b", FileKind("a gzip archive", _UNPACK)),
    (0, b"<!doctype html", FileKind("a web page", _DOWNLOAD)),
    (0, b"<html", FileKind("a web page", _DOWNLOAD)),
    (0, b"version https://git-lfs", FileKind("a Git LFS pointer", "Fetch it first: git lfs pull")),
    (0, b"\x1aE\xdf\xa3", _MOVIE),
    (0, b"IIU\0", FileKind("a camera raw (RW2)", _DEVELOP, is_raw=True)),
    (0, b"IIRO", FileKind("a camera raw (ORF)", _DEVELOP, is_raw=True)),
    (0, b"IIRS", FileKind("a camera raw (ORF)", _DEVELOP, is_raw=True)),
    (0, b"MMOR", FileKind("a camera raw (ORF)", _DEVELOP, is_raw=True)),
    (0, b"FUJIFILMCCD-RAW", FileKind("a camera raw (RAF)", _DEVELOP, is_raw=True)),
    (0, b"FOVb", FileKind("a camera raw (X3F)", _DEVELOP, is_raw=True)),
    (0, b"\0MRM", FileKind("a camera raw (MRW)", _DEVELOP, is_raw=True)),
    (6, b"HEAPCCDR", FileKind("a camera raw (CRW)", _DEVELOP, is_raw=True)),
    (8, b"CR\x02", FileKind("a camera raw (CR2)", _DEVELOP, is_raw=True)),
)  # fmt: skip

# Brands of ISO base media files (ISO/IEC 14496-12), the first that is listed in the file.
_BRANDS = {
    **dict.fromkeys((b"avif", b"avis"), FileKind("AVIF", _CONVERT)),
    **dict.fromkeys(
        (b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx"), FileKind("HEIC", _CONVERT)
    ),
    b"crx ": FileKind("a camera raw (CR3)", _DEVELOP, is_raw=True),
}
_GENERAL = {b"mif1", b"msf1", b"miaf", b"mif2"}  # say of many kinds that they are pictures
_HEIF = FileKind("HEIF", _CONVERT)

_TIFF = (b"II*\0", b"MM\0*")
_RAW_SUFFIXES = {".3fr", ".arw", ".cr2", ".dcr", ".dng", ".erf", ".fff", ".iiq", ".kdc", ".mef",
                 ".mos", ".nef", ".nrw", ".pef", ".raw", ".sr2", ".srf", ".srw"}  # fmt: skip
_DNG_VERSION = 50706  # DNG specification 1.7, tag DNGVersion
_ENTRY = 12
_HEAD = 4096


def file_kind(path: Path) -> FileKind | None:
    """Return the kind of a file where it is one that is not read here; None = no such kind."""
    try:
        with path.open("rb") as stream:
            head = stream.read(_HEAD)
            if head.startswith(_TIFF) and _DNG_VERSION in _first_tags(head[:8], stream):
                return _DNG
    except OSError:
        return None
    if head[4:8] == b"ftyp":
        return _of_brand(head)
    lower = head.lstrip(b"\xef\xbb\xbf \t\r\n")[:64].lower()
    for offset, magic, kind in _MAGIC:
        if head.startswith(magic, offset) or (magic[:1] == b"<" and lower.startswith(magic)):
            return kind
    if lower.startswith(b"<?xml") and b"<svg" in head.lower():
        return FileKind("SVG", _EXPORT)
    is_raw = head.startswith(_TIFF) and path.suffix.lower() in _RAW_SUFFIXES
    return _RAW if is_raw else None


def _of_brand(head: bytes) -> FileKind:
    size = min(max(int.from_bytes(head[:4], "big"), 16), 256)
    brands = [head[8:12], *(head[at : at + 4] for at in range(16, size - 3, 4))]
    for brand in brands:
        if brand in _BRANDS:
            return _BRANDS[brand]
    return _HEIF if _GENERAL & set(brands) else _MOVIE


def _first_tags(head: bytes, stream: BinaryIO) -> set[int]:
    """Return the tags of a TIFF's first directory."""
    order: Literal["little", "big"] = "little" if head.startswith(b"II") else "big"
    stream.seek(int.from_bytes(head[4:], order))
    count = int.from_bytes(stream.read(2), order)
    entries = stream.read(_ENTRY * count)
    return {int.from_bytes(entries[at : at + 2], order) for at in range(0, len(entries), _ENTRY)}
