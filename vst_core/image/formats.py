"""The file formats that can be written, and which depths each can hold."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from vst_core.errors import UsageError, nearest
from vst_core.image.arrays import AnyArray, FloatArray
from vst_core.image.header import Header

__all__ = ["DEPTHS", "FORMATS", "Format", "depth_of_output", "format_of", "quantise"]


@dataclass(frozen=True, slots=True)
class Format:
    """One format: the library's name, the depths it holds, and what it has room for.

    `from_float` and `from_integer` are the depths taken for input of another format.
    """

    name: str
    depths: tuple[str, ...]
    from_float: str
    from_integer: str
    alpha: bool = True
    layers: bool = False


_EXR = Format("openexr", ("half", "float"), "half", "half", layers=True)
_PNG = Format("png", ("8", "16"), "16", "8")
_JPEG = Format("jpeg", ("8",), "8", "8", alpha=False)
_TIFF = Format("tiff", ("8", "16", "float"), "16", "8")
_DPX = Format("dpx", ("8", "10", "12", "16"), "10", "10")

FORMATS = {
    ".exr": _EXR,
    ".png": _PNG,
    ".jpg": _JPEG,
    ".jpeg": _JPEG,
    ".tif": _TIFF,
    ".tiff": _TIFF,
    ".dpx": _DPX,
}

DEPTHS = ("auto", "half", "float", "8", "10", "12", "16")

# depth -> (the library's type, bits in use, bits of the container)
_INTEGERS = {"8": (np.uint8, 8, 8), "10": (np.uint16, 10, 16), "12": (np.uint16, 12, 16),
             "16": (np.uint16, 16, 16)}  # fmt: skip
_HALF_MAX = np.float32(65504.0)


def format_of(path: Path) -> Format:
    """Return the format that a path's suffix asks for.

    Raises:
        UsageError: No such format can be written.
    """
    try:
        return FORMATS[path.suffix.lower()]
    except KeyError:
        help_text = nearest(path.suffix.lower(), FORMATS)
        raise UsageError(f"{path}: '{path.suffix}' cannot be written", fix=help_text) from None


def depth_of_output(path: Path, asked: str, header: Header) -> str:
    """Return the depth to write.

    Args:
        path: Output; its suffix is the format.
        asked: One of `DEPTHS`. "auto" keeps the input's depth where the format is the same.
        header: The input.

    Raises:
        UsageError: The format cannot hold the depth that was asked for.
    """
    kind = format_of(path)
    if asked != "auto":
        if asked not in kind.depths:
            known = ", ".join(kind.depths)
            what = f"{path}: depth '{asked}' does not fit {path.suffix}"
            raise UsageError(what, fix=f"It can hold: {known} (or auto).")
        return asked
    if header.format == kind.name:
        return _same_or_deeper(header.depth, kind)
    if header.is_float:
        return kind.from_float
    deeper = header.depth != "8" and "16" in kind.depths and kind.from_integer == "8"
    return "16" if deeper else kind.from_integer


def _same_or_deeper(depth: str, kind: Format) -> str:
    """Return the input's own depth, or the next one up that this writer offers."""
    if depth in kind.depths:
        return depth
    return "float" if depth == "half" else "16"


def quantise(values: FloatArray, depth: str) -> AnyArray:
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
