"""Keeps a picture's own colors in a stylized one (Gatys 2016, "Preserving Color")."""

from __future__ import annotations

from torch import Tensor

from vst_core.optimizer import Palette, recolored

__all__ = ["in_luminance_of", "keep_colors", "match_colors"]

_LUMA = (0.2126, 0.7152, 0.0722)


def keep_colors(stylized: Tensor, source: Tensor) -> Tensor:
    """Return the strokes of `stylized` in the colours of `source` (Gatys 2017, luminance only).

    Both are 1 x 3 x H x W in [0, 1]; so is the result. The Rec. 709 luma comes from the
    stylized frame, the difference of every channel to luma from the source.
    """
    return (source + (_luma(stylized) - _luma(source))).clamp(0, 1)


def in_luminance_of(painting: Tensor, source: Tensor) -> Tensor:
    """Return the light and dark of `painting`, in the range of that of `source`.

    Both are 1 x 3 x H x W, of any size; the result has three equal channels. Mean and standard
    deviation of its luma are those of the source (eq. 10 of the paper).
    """
    gray, wanted = _luma(painting), _luma(source)
    spread = wanted.std() / gray.std().clamp_min(1e-6)
    matched = (gray - gray.mean()) * spread + wanted.mean()
    return matched.clamp(0, 1).expand(-1, 3, -1, -1).contiguous()


def match_colors(picture: Tensor, source: Tensor) -> Tensor:
    """Return `picture` with the mean and covariance of the colours of `source`.

    Both are 1 x 3 x H x W in [0, 1], of any size.
    """
    return recolored(picture, Palette.of(source))


def _luma(picture: Tensor) -> Tensor:
    red, green, blue = picture[:, 0:1], picture[:, 1:2], picture[:, 2:3]
    return _LUMA[0] * red + _LUMA[1] * green + _LUMA[2] * blue
