"""Numbers that a program keeps for itself: any planes, exact and compact, in an EXR.

Lossless ZIP makes half floats of flow 0.4 of their size (measured on DIS and RAFT flow of
sintel_alley_1), and what lies on disk can be looked at with any viewer.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from OpenImageIO import FLOAT, HALF, ImageSpec
from torch import Tensor

from vst_core.atomic import atomic_path
from vst_core.image.blocks import read_block
from vst_core.image.encoding import write_parts
from vst_core.image.header import walk_parts
from vst_core.image.inspection import unreadable
from vst_core.image.oiio_file import opened

__all__ = ["plane_names", "read_planes", "write_planes"]


def write_planes(path: Path, planes: Tensor, *, names: Sequence[str], half: bool) -> None:
    """Write planes, atomically.

    Args:
        path: Ends with `.exr`.
        planes: C x H x W; not-a-number and infinity are kept.
        names: Of the channels.
        half: Half floats, each value rounded to the nearest; else float32, exactly.

    Raises:
        OutputError: The file cannot be written.
    """
    wanted = planes.detach().to("cpu", torch.float16 if half else torch.float32)
    pixels = wanted.permute(1, 2, 0).contiguous().numpy()
    height, width, channels = pixels.shape
    spec = ImageSpec(width, height, channels, HALF if half else FLOAT)
    spec.channelnames = tuple(names)
    spec.attribute("compression", "zip")
    with atomic_path(path) as temporary:
        write_parts(temporary, path, [(spec, pixels)])


def plane_names(path: Path) -> tuple[str, ...]:
    """Return the names of the channels of a file, in the order in which `read_planes` has them.

    Raises:
        InputError: The file is absent or damaged.
    """
    with opened(path) as source:
        return tuple(source.spec().channelnames)


def read_planes(path: Path, names: Sequence[str] = ()) -> Tensor:
    """Return what `write_planes` wrote: C x H x W, float32.

    Args:
        path: The file.
        names: The channels, in the order wanted; without, R, G, B come first and others by name.

    Raises:
        InputError: The file is absent, damaged, or has other channels.
    """
    with opened(path) as source:
        part = walk_parts(path, source)[0]
        known = list(part.channels)
        if names and sorted(known) != sorted(names):
            raise unreadable(path, f"its channels are {', '.join(known)}")
        pixels = read_block(path, source, part, first=0, end=len(known), kind="float")
    order = [known.index(name) for name in names or known]
    return torch.from_numpy(np.ascontiguousarray(pixels[..., order].transpose(2, 0, 1)))
