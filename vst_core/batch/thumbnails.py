"""Small pictures for a page."""

from __future__ import annotations

import base64
import io
from pathlib import Path

import torch
from PIL import Image

from vst_core.errors import VstError
from vst_core.image import read_picture
from vst_core.resizing import resize_picture

__all__ = ["data_uri", "small_picture"]

_QUALITY = 82


def small_picture(path: Path, *, width: int) -> torch.Tensor:
    """Read a picture at most `width` pixels wide: 1 x 3 x H x W in [0, 1].

    Raises:
        InputError: It cannot be read.
    """
    picture = read_picture(path)
    height, own = picture.shape[-2:]
    if own <= width:
        return picture
    return resize_picture(picture, (max(1, round(height * width / own)), width))


def data_uri(path: Path, *, width: int) -> str:
    """Return a small picture as text that stands in a page; empty where it cannot be read."""
    try:
        picture = small_picture(path, width=width)
    except VstError:
        return ""
    pixels = picture[0].permute(1, 2, 0).mul(255).round().clamp(0, 255).to(torch.uint8)
    stream = io.BytesIO()
    Image.fromarray(pixels.cpu().numpy()).save(stream, "JPEG", quality=_QUALITY)
    return f"data:image/jpeg;base64,{base64.b64encode(stream.getvalue()).decode('ascii')}"
