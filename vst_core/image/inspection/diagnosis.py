"""Why a file cannot be read, and the way out: the library's complaint and the file's own bytes."""

from __future__ import annotations

import re
from pathlib import Path

from PIL import Image

from vst_core.errors import InputError
from vst_core.image.inspection.exr_bytes import NEWER_COMPRESSIONS, compressions, is_exr
from vst_core.image.inspection.file_kinds import file_kind

__all__ = ["harmless", "refuse_raw", "unreadable"]

_DAMAGED = "Is the file complete? Render or copy it again."
_SUBSAMPLED = "Write the file with full-resolution R, G, B channels."
_HTJ2K = {10, 11}  # of 256 and of 32 lines a block, OpenEXR 3.4

# What stands before the reason in the library's words, and what it adds behind.
_FRILLS = re.compile(
    r"^(TIFF\w+ failed reading (line|tile) [^:]*: |JPEG error: )|\s*\(\"[^\"]*\"\)"
)
_NO_READER = re.compile(r"could not find a format reader", re.IGNORECASE)
_TOO_EARLY = re.compile(r"(premature|hit) end of", re.IGNORECASE)
_NO_COMPRESSION = re.compile(r"compression.* not (configured|implemented)", re.IGNORECASE)
_UNSUPPORTED = re.compile(
    r"unsupported|not (supported|configured|implemented)|sorry", re.IGNORECASE
)

# Warnings of libjpeg that say nothing against the pixels (jerror.h of libjpeg-turbo).
_HARMLESS = re.compile(
    r"Unknown Adobe color transform|unknown JFIF revision|bad ICC marker|"
    r"Invalid SOS parameters for sequential|extraneous bytes before marker 0xd9"
)


def unreadable(path: Path, detail: str) -> InputError:
    """Return the error for a file that could not be read.

    Args:
        path: The file.
        detail: The library's reason; empty where it gave none.
    """
    kind = file_kind(path)
    if kind is not None:
        return InputError(f"{path}: is {kind.name}, which cannot be read here", fix=kind.fix(path))
    if "ubsampled" in detail:
        what = f"{path}: luminance-chroma EXR with subsampled channels cannot be read"
        return InputError(what, fix=_SUBSAMPLED)
    unknown = _unknown_compression(path)
    if unknown:
        what = f"{path}: its compression ({unknown}) cannot be read here"
        return InputError(what, fix="Write it with ZIP, PIZ or DWAA.")
    reason, fix = _explained(_FRILLS.sub("", detail))
    return InputError(f"{path}: cannot be read as a picture ({reason})", fix=fix)


def refuse_raw(path: Path, file_format: str) -> None:
    """Refuse a camera raw that was opened as the TIFF around its preview.

    Raises:
        InputError: It is one.
    """
    if file_format != "tiff":
        return
    kind = file_kind(path)
    if kind is not None and kind.is_raw:
        raise unreadable(path, "")


def harmless(path: Path, problem: str) -> bool:
    """Whether a complaint of the JPEG reader says nothing against the pixels.

    The library hears of the first warning alone, so that what came after it is asked again.
    """
    if not _HARMLESS.search(problem):
        return False
    try:
        with Image.open(path) as image:
            image.load()
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError):
        return False
    return True


def _explained(reason: str) -> tuple[str, str]:
    """Return the reason as it is told, and the way out."""
    if not reason:
        return "its pixels are damaged, or end too early", _DAMAGED
    if _NO_READER.search(reason):
        return "it is of no kind that is known here", "Convert it to EXR, PNG, TIFF or JPEG first."
    if _TOO_EARLY.search(reason):
        return f"it ends too early: {reason}", _DAMAGED
    if _NO_COMPRESSION.search(reason):
        return reason, "Save it with another compression (ZIP, LZW)."
    if _UNSUPPORTED.search(reason):
        return reason, "The file may be whole: save it again as EXR, PNG or plain TIFF."
    return reason, _DAMAGED


def _unknown_compression(path: Path) -> str:
    """Return the name of the compression of an EXR that is newer than the library, or nothing."""
    try:
        newer = [n for n in compressions(path) if n in NEWER_COMPRESSIONS] if is_exr(path) else []
    except OSError:
        return ""
    return ", ".join(sorted({"HTJ2K" if n in _HTJ2K else f"number {n}" for n in newer}))
