"""The one reader of paintings: what trains, what paints and what judges see the same picture.

A Gram matrix holds whatever is in the picture, so two readers that disagree about transparency,
orientation or size make two styles of one painting.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import torch
from torch import Tensor

from vst_core.content import flattened
from vst_core.errors import InputError
from vst_core.resizing import resize_picture, size_of_short_side
from vst_core.styles.painting import MovieFrame, movie_frame

if TYPE_CHECKING:
    from vst_core.video.movie import Movie

__all__ = ["PAINTING_SHORT_SIDE", "read_painting"]

PAINTING_SHORT_SIDE = 512
"""At which size styles are trained, where a recipe does not say another, and judged: Gram
matrices depend on the size of the strokes."""

_SMALLEST = 32
# Eight bits a channel; Pillow cuts or cannot convert what has more.
_PLAIN_MODES = {"1", "L", "LA", "La", "P", "PA", "RGB", "RGBA", "RGBX", "RGBa", "CMYK", "YCbCr"}


def read_painting(path: Path, *, short_side: int | None = None) -> Tensor:
    """Return a painting as a working picture, upright, and opaque by `flattened`.

    OpenImageIO reads it. Machines that train are often without, and there Pillow reads it, if it
    has eight bits a channel: of such files both read the same.

    Args:
        path: Any picture: gray, with alpha, 8 to 32 bits; scene-linear ones are shaped. Or a
            movie's frame, such as `art.mp4#12`.
        short_side: Of the picture, in pixels; None = as it is. A larger painting gives larger
            strokes.

    Returns:
        1 x 3 x H x W in [0, 1], display-referred sRGB.

    Raises:
        InputError: It is no picture, damaged, or too small to have strokes.
    """
    frame = movie_frame(path)
    picture = _of_movie(frame) if frame else _of_file(path)
    height, width = picture.shape[-2:]
    if min(height, width) < _SMALLEST:
        raise InputError(
            f"'{path}' is {width} x {height} pixels, too small to show strokes",
            fix=f"Give a painting of at least {_SMALLEST} x {_SMALLEST} pixels.",
        )
    if short_side is None:
        return picture
    return resize_picture(picture, size_of_short_side((height, width), short_side))


def _of_file(path: Path) -> Tensor:
    try:
        from vst_core.image import read_picture
    except ImportError:
        return _by_pillow(path)
    return read_picture(path, opaque=True)


def _of_movie(frame: MovieFrame) -> Tensor:
    from vst_core.image import ReadSettings, opaque_picture

    there = frame.movie.is_file()
    movie = _movie(frame.movie, frame.movie.stat().st_mtime_ns if there else 0)
    if not 1 <= frame.number <= movie.facts.frames:
        what = f"'{frame.movie}' has the frames 1 to {movie.facts.frames}, and no {frame.number}"
        raise InputError(what, fix="Name one of them.")
    try:
        return opaque_picture(movie.read(frame.number, canvas=None, settings=ReadSettings()))
    finally:
        movie.close()  # its index stays: the next frame is found at once


@lru_cache(maxsize=2)
def _movie(path: Path, changed: int) -> Movie:
    from vst_core.video.movie import Movie

    del changed  # it tells one state of the file from another
    return Movie(path)


def _by_pillow(path: Path) -> Tensor:
    from PIL import Image, ImageOps

    try:
        with Image.open(path) as image:
            upright = ImageOps.exif_transpose(image)
            if upright.mode not in _PLAIN_MODES:
                raise InputError(
                    f"'{path}' has more than 8 bits a channel, which needs OpenImageIO",
                    fix="Install it: pip install OpenImageIO. Or give an 8-bit .png or .jpg file.",
                )
            clear = "A" in upright.getbands() or "transparency" in upright.info
            pixels = np.array(upright.convert("RGBA" if clear else "RGB"))
    # Pillow lets some damage through as SyntaxError or ValueError.
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        raise InputError(
            f"'{path}' cannot be read as a picture ({error})", fix="Give a .jpg or .png file."
        ) from error
    planes = torch.from_numpy(pixels).permute(2, 0, 1)[None].float() / 255
    return flattened(planes[:, :3], planes[:, 3:]) if clear else planes.contiguous()
