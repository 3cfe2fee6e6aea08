"""Keeps a picture's own colors in a stylized one (Gatys 2016, "Preserving Color")."""

from __future__ import annotations

from torch import Tensor

from vst_core.optimizer import Palette, recolored

__all__ = ["in_luminance_of", "keep_colors", "match_colors"]

_LUMA = (0.2126, 0.7152, 0.0722)


def keep_colors(stylized: Tensor, source: Tensor) -> Tensor:
    """Return the strokes of `stylized` in the colors of `source` (Gatys 2017, luminance only).

    Both are 1 x 3 x H x W in [0, 1]; so is the result. The Rec. 709 luma comes from the
    stylized frame, the difference of every channel to luma from the source.
    """
    return (source + (_luma(stylized) - _luma(source))).clamp(0, 1)


def in_luminance_of(painting: Tensor, source: Tensor, weight: Tensor | None = None) -> Tensor:
    """Return the light and dark of `painting`, in the range of that of `source`.

    Both are 1 x 3 x H x W, of any size; the result has three equal channels. Mean and standard
    deviation of its luma are those of the source (eq. 10 of the paper), or of what
    counts of it (`weight`, 1 x 1 x H x W of the source's size).
    """
    gray = _luma(painting)
    mean, deviation = _mean_and_deviation(_luma(source), weight)
    spread = deviation / gray.std().clamp_min(1e-6)
    matched = (gray - gray.mean()) * spread + mean
    return matched.clamp(0, 1).expand(-1, 3, -1, -1).contiguous()


def match_colors(
    picture: Tensor,
    source: Tensor,
    *,
    weight: Tensor | None = None,
    source_weight: Tensor | None = None,
) -> Tensor:
    """Return `picture` with the mean and covariance of the colors of `source`.

    Args:
        picture: 1 x 3 x H x W in [0, 1].
        source: 1 x 3 x h x w in [0, 1].
        weight: 1 x 1 x H x W, what of the picture counts; all of it where None.
        source_weight: 1 x 1 x h x w, the same of the source.
    """
    return recolored(picture, Palette.of(source, source_weight), weight)


def _mean_and_deviation(luma: Tensor, weight: Tensor | None) -> tuple[Tensor, Tensor]:
    if weight is None:
        return luma.mean(), luma.std()
    total = weight.sum().clamp_min(1e-6)
    mean = (luma * weight).sum() / total
    return mean, ((luma - mean).square() * weight).sum().div(total).sqrt()


def _luma(picture: Tensor) -> Tensor:
    red, green, blue = picture[:, 0:1], picture[:, 1:2], picture[:, 2:3]
    return _LUMA[0] * red + _LUMA[1] * green + _LUMA[2] * blue
