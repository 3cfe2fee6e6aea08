"""Masks found at a small size, brought to the picture's own along its edges."""

from __future__ import annotations

import cv2
import numpy as np
from torch import Tensor

from vst_core.image.arrays import FloatArray

__all__ = ["refine", "shrunk"]

_RADIUS = 1 / 60
_EPSILON = 1e-3


def refine(mask: FloatArray, guide: FloatArray) -> FloatArray:
    """Return a mask at the size of `guide`, its edges drawn to those of the guide.

    The fast guided filter (He and Sun 2015, algorithm 2): in every window of the small mask it
    is taken for a linear function of the guide, and the functions' coefficients are enlarged.

    Args:
        mask: h x w in [0, 1].
        guide: H x W, the brightness of the picture.

    Returns:
        H x W in [0, 1].
    """
    height, width = mask.shape
    small = _scaled(guide, (width, height), cv2.INTER_AREA)
    reach = 2 * max(1, round(_RADIUS * min(height, width))) + 1
    mean_guide, mean_mask = _mean(small, reach), _mean(mask, reach)
    variance = _mean(small * small, reach) - mean_guide * mean_guide
    covariance = _mean(small * mask, reach) - mean_guide * mean_mask
    slope = covariance / (np.maximum(variance, 0) + np.float32(_EPSILON))
    offset = mean_mask - slope * mean_guide
    size = (guide.shape[1], guide.shape[0])
    slope = _scaled(_mean(slope, reach), size, cv2.INTER_LINEAR)
    offset = _scaled(_mean(offset, reach), size, cv2.INTER_LINEAR)
    refined: FloatArray = (slope * guide + offset).clip(0.0, 1.0)
    return refined


def shrunk(picture: Tensor, longest: int) -> tuple[FloatArray, FloatArray]:
    """Return the picture as H x W x 3 with sides of at most `longest`, and its brightness whole.

    Args:
        picture: 1 x 3 x H x W in [0, 1].
        longest: In pixels.
    """
    pixels: FloatArray = picture[0].permute(1, 2, 0).cpu().numpy()
    gray = cv2.cvtColor(np.ascontiguousarray(pixels), cv2.COLOR_RGB2GRAY)
    guide = np.asarray(gray, np.float32)
    height, width = guide.shape
    scale = min(1.0, longest / max(height, width))
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    return _scaled(pixels, size, cv2.INTER_AREA), guide


def _mean(values: FloatArray, reach: int) -> FloatArray:
    blurred = cv2.blur(values, (reach, reach), borderType=cv2.BORDER_REFLECT)
    return np.asarray(blurred, np.float32)


def _scaled(values: FloatArray, size: tuple[int, int], way: int) -> FloatArray:
    return np.asarray(cv2.resize(values, size, interpolation=way), np.float32)
