"""Pictures as text that stands in a page."""

from __future__ import annotations

import base64
import io

import torch
from PIL import Image
from torch import Tensor

__all__ = ["embedded"]


def embedded(picture: Tensor, *, quality: int) -> str:
    """Return a picture as a `data:` address of a WebP, which every browser shows.

    Args:
        picture: 1 x 3 x H x W in [0, 1].
        quality: 0 to 100.
    """
    pixels = picture[0].permute(1, 2, 0).mul(255).round().clamp(0, 255).to(torch.uint8)
    stream = io.BytesIO()
    Image.fromarray(pixels.cpu().numpy()).save(stream, "WEBP", quality=quality, method=2)
    return f"data:image/webp;base64,{base64.b64encode(stream.getvalue()).decode('ascii')}"
