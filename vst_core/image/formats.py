"""Which format and depth a file is written in, and numbers brought to that depth."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from vst_core.errors import UsageError, nearest
from vst_core.file_formats import FILE_FORMATS, FileFormat, format_of_suffix
from vst_core.image.arrays import AnyArray, FloatArray
from vst_core.image.header import Header

__all__ = ["depth_of_output", "format_of", "quantize"]


# depth -> (the library's type, bits in use, bits of the container)
_INTEGERS = {"8": (np.uint8, 8, 8), "10": (np.uint16, 10, 16), "12": (np.uint16, 12, 16),
             "16": (np.uint16, 16, 16)}  # fmt: skip
_HALF_MAX = np.float32(65504.0)


def format_of(path: Path) -> FileFormat:
    """Return the format that a path's suffix asks for.

    Raises:
        UsageError: No such format can be written.
    """
    found = format_of_suffix(path.suffix)
    if found is None:
        known = (suffix for one in FILE_FORMATS for suffix in one.suffixes)
        fix = nearest(path.suffix.lower(), known)
        raise UsageError(f"{path}: '{path.suffix}' cannot be written", fix=fix)
    return found


def depth_of_output(path: Path, asked: str, header: Header) -> str:
    """Return the depth to write.

    Args:
        path: Output; its suffix is the format.
        asked: One of `vst_core.file_formats.DEPTHS`, or auto. Auto keeps the
            input's depth where the format is the same.
        header: The input.

    Raises:
        UsageError: The format cannot hold the depth that was asked for.
    """
    kind = format_of(path)
    if asked != "auto":
        kind.check_depth(asked, place=str(path))
        return asked
    if header.format == kind.name:
        return _same_or_deeper(header.depth, kind)
    if header.is_float:
        return kind.from_float
    deeper = header.depth != "8" and "16" in kind.depths and kind.from_integer == "8"
    return "16" if deeper else kind.from_integer


def _same_or_deeper(depth: str, kind: FileFormat) -> str:
    """Return the input's own depth, or the next one up that this writer offers."""
    if depth in kind.depths:
        return depth
    return "float" if depth == "half" else "16"


def quantize(values: FloatArray, depth: str) -> AnyArray:
    """Return values in the number type of a depth, rounded to the nearest.

    Integers are code values in [0, 1], cut there. Ten and twelve bits fill the upper bits of
    sixteen, the lower ones repeating the upper, which is what the writer expects.
    """
    if depth == "float":
        return values
    if depth == "half":
        return np.clip(values, -_HALF_MAX, _HALF_MAX).astype(np.float16)
    kind, bits, container = _INTEGERS[depth]
    codes = np.clip(values, np.float32(0.0), np.float32(1.0)) * np.float32(2**bits - 1)
    whole: AnyArray = np.rint(codes).astype(kind)
    spare = container - bits
    if spare:
        whole = (whole << spare) | (whole >> (bits - spare))
    return whole
