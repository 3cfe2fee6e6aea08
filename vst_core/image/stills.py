"""Single pictures: paintings, photographs, previews, and frames to be measured."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch

from vst_core.atomic import atomic_path
from vst_core.content import flattened
from vst_core.errors import UsageError
from vst_core.image.encoding import write_jpeg, write_parts
from vst_core.image.formats import format_of, quantize
from vst_core.image.metadata import fresh_spec, steady
from vst_core.image.plate import Plate, source_colors
from vst_core.image.reading import read_plate
from vst_core.image.window import Window
from vst_core.resizing import resize_picture, size_of_short_side

__all__ = ["opaque_picture", "read_picture", "write_picture"]


def read_picture(
    path: Path | str, *, short_side: int | None = None, opaque: bool = False
) -> torch.Tensor:
    """Read a still as a working picture, upright.

    Args:
        path: Any image file: gray, with alpha, 8 to 32 bits; scene-linear ones are shaped.
        short_side: Size of the shorter side to bring it to, in pixels; None = as it is.
        opaque: Lay it on the mean of its visible colors, so that what is transparent adds
            nothing of its own; otherwise alpha is passed over.

    Returns:
        float32 1 x 3 x H x W, display-referred sRGB in [0, 1].

    Raises:
        InputError: The file cannot be used; names it.
    """
    plate = read_plate(path)
    picture = opaque_picture(plate) if opaque else plate.picture
    if short_side is None:
        return picture
    size = size_of_short_side((picture.shape[-2], picture.shape[-1]), short_side)
    return resize_picture(picture, size)


def opaque_picture(plate: Plate) -> torch.Tensor:
    """Return a plate's picture, 1 x 3 x H x W, laid on the mean of its visible colors."""
    if not plate.header.has_alpha:
        return plate.picture
    _, found = source_colors(plate.pixels, gray=plate.header.layer.is_gray, alpha=True)
    assert found is not None  # the caller has looked
    alpha = torch.from_numpy(np.ascontiguousarray(found)).clamp(0, 1)[None, None]
    return flattened(plate.picture, alpha)


def write_picture(path: Path | str, picture: torch.Tensor, *, quality: int = 95) -> None:
    """Write a working picture as 8-bit PNG, JPEG or TIFF, atomically.

    Args:
        path: Output; the suffix is the format.
        picture: 1 x 3 x H x W (or 3 x H x W) in [0, 1]; outside is cut.
        quality: JPEG quality, 1 to 100.

    Raises:
        UsageError: A format that does not hold 8 bits.
        OutputError: The file cannot be written.
    """
    path = Path(path)
    kind = format_of(path)
    if "8" not in kind.depths:
        fix = "Use .png, .jpg or .tif."
        raise UsageError(f"{path}: stills are written with 8 bits, {path.suffix} has none", fix=fix)
    planes = picture.detach().to("cpu", torch.float32).reshape(3, *picture.shape[-2:]).numpy()
    pixels = quantize(np.nan_to_num(planes.transpose(1, 2, 0), nan=0.0), "8")
    window = Window(0, 0, pixels.shape[1], pixels.shape[0])
    spec = steady(fresh_spec(window, ("R", "G", "B"), "8"), kind)
    with atomic_path(path) as temporary:
        if kind.name == "jpeg":
            write_jpeg(temporary, spec, pixels, quality=quality)
        else:
            write_parts(temporary, path, [(spec, pixels)])
