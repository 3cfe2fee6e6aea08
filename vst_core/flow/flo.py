"""Middlebury's .flo files: one flow field, uncompressed.

Layout, little-endian: float32 202021.25, int32 width, int32 height, then for every pixel,
row by row, float32 x and y in pixels, y down.
"""

from __future__ import annotations

import struct
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from vst_core.errors import InputError, OutputError

__all__ = ["read_flo", "write_flo"]

_MAGIC = 202021.25
_HEADER = struct.Struct("<fii")
_LARGEST = 1 << 17


def read_flo(path: Path) -> Tensor:
    """Return the flow of a .flo file, `1 x 2 x H x W` float32, values as stored.

    Raises:
        InputError: The file is absent, no .flo, damaged, or its size does not fit its header.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        raise InputError(
            f"The flow file '{path}' cannot be read: {error.strerror}",
            fix="Check its name and that it may be read.",
        ) from error
    width, height = _size(path, content)
    values = np.frombuffer(content, "<f4", offset=_HEADER.size).reshape(1, height, width, 2)
    return torch.from_numpy(values.astype(np.float32)).permute(0, 3, 1, 2).contiguous()


def write_flo(path: Path, flow: Tensor) -> None:
    """Write one flow field, `1 x 2 x H x W` in pixels, as a .flo file.

    Raises:
        OutputError: The file cannot be written.
    """
    field = flow.detach().cpu().to(torch.float32)[0].permute(1, 2, 0).contiguous()
    height, width = field.shape[:2]
    content = _HEADER.pack(_MAGIC, width, height) + field.numpy().astype("<f4").tobytes()
    partial = path.with_name(f".{path.name}.part")
    try:
        partial.write_bytes(content)
        partial.replace(path)
    except OSError as error:
        partial.unlink(missing_ok=True)
        raise OutputError(
            f"The flow file '{path}' cannot be written: {error.strerror}",
            fix="Check that its folder exists, may be written to, and has space.",
        ) from error


def _size(path: Path, content: bytes) -> tuple[int, int]:
    """Return (width, height) of a checked file."""
    fix = "Write it again, or leave it out of the pattern."
    if len(content) < _HEADER.size:
        raise InputError(f"'{path}' has {len(content)} bytes, too few for a .flo file", fix=fix)
    magic, width, height = _HEADER.unpack_from(content)
    if magic != _MAGIC:
        raise InputError(f"'{path}' is not a .flo file: it begins with {content[:4]!r}", fix=fix)
    if not (0 < width <= _LARGEST and 0 < height <= _LARGEST):
        raise InputError(f"'{path}' claims a size of {width} x {height}", fix=fix)
    expected = _HEADER.size + width * height * 8
    if len(content) != expected:
        raise InputError(
            f"'{path}' has {len(content)} bytes, but {width} x {height} pixels need {expected}",
            fix=fix,
        )
    return width, height
