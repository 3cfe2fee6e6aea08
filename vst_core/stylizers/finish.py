"""What is done to a stylized frame afterwards."""

from __future__ import annotations

from torch import Tensor

__all__ = ["keep_colours"]

_LUMA = (0.2126, 0.7152, 0.0722)


def keep_colours(stylized: Tensor, source: Tensor) -> Tensor:
    """Return the strokes of `stylized` in the colours of `source` (Gatys 2017, luminance only).

    Both are 1 x 3 x H x W in [0, 1]; so is the result. The Rec. 709 luma comes from the
    stylized frame, the difference of every channel to luma from the source.
    """
    return (source + (_luma(stylized) - _luma(source))).clamp(0, 1)


def _luma(picture: Tensor) -> Tensor:
    red, green, blue = picture[:, 0:1], picture[:, 1:2], picture[:, 2:3]
    return _LUMA[0] * red + _LUMA[1] * green + _LUMA[2] * blue
