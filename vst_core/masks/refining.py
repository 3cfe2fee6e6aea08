"""Masks found at a small size, brought to the picture's own along its edges."""

from __future__ import annotations

import cv2
import numpy as np
import torch
from torch import Tensor

from vst_core.image.arrays import FloatArray
from vst_core.resizing import resize_picture, resize_planes

__all__ = ["hwc", "refine", "scaled", "shrunk"]

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
    small = scaled(guide, (height, width))
    reach = 2 * max(1, round(_RADIUS * min(height, width))) + 1
    mean_guide, mean_mask = _mean(small, reach), _mean(mask, reach)
    variance = _mean(small * small, reach) - mean_guide * mean_guide
    covariance = _mean(small * mask, reach) - mean_guide * mean_mask
    slope = covariance / (np.maximum(variance, 0) + np.float32(_EPSILON))
    offset = mean_mask - slope * mean_guide
    size = (guide.shape[0], guide.shape[1])
    slope = scaled(_mean(slope, reach), size)
    offset = scaled(_mean(offset, reach), size)
    refined: FloatArray = (slope * guide + offset).clip(0.0, 1.0)
    return refined


def shrunk(picture: Tensor, longest: int) -> tuple[FloatArray, FloatArray]:
    """Return the picture as H x W x 3 with sides of at most `longest`, and its brightness whole.

    Args:
        picture: 1 x 3 x H x W in [0, 1].
        longest: In pixels.
    """
    gray = cv2.cvtColor(hwc(picture), cv2.COLOR_RGB2GRAY)
    guide = np.asarray(gray, np.float32)
    height, width = guide.shape
    scale = min(1.0, longest / max(height, width))
    size = (max(1, round(height * scale)), max(1, round(width * scale)))
    return hwc(resize_picture(picture, size)), guide


def _mean(values: FloatArray, reach: int) -> FloatArray:
    blurred = cv2.blur(values, (reach, reach), borderType=cv2.BORDER_REFLECT)
    return np.asarray(blurred, np.float32)


def scaled(values: FloatArray, size: tuple[int, int]) -> FloatArray:
    """Return H x W numbers at another size (height, width); see `resize_planes`."""
    planes = torch.from_numpy(np.ascontiguousarray(values))[None, None]
    return resize_planes(planes, size)[0, 0].numpy()


def hwc(picture: Tensor) -> FloatArray:
    """Return 1 x 3 x H x W as H x W x 3, in a piece, for OpenCV."""
    return np.ascontiguousarray(picture[0].permute(1, 2, 0).cpu().numpy())
