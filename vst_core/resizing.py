"""One rule for whatever changes its size: pictures, and planes of numbers.

Pictures go by the bicubic kernel of Keys (1981, a = -0.5), planes by the triangle (linear
interpolation). A side that shrinks has the kernel widened by the ratio, so that every pixel counts
and nothing aliases; one that grows is interpolated. Each side goes by itself, pixels are areas
(their centers at one half), and beyond the border the kernel is cut off and its rest brought to
the sum 1. It is what Pillow calls BICUBIC and BILINEAR; neither depends on the number of threads.

Flow fields are planes whose numbers are scaled along: `vst_core.motion.resize_flow`. Networks keep
what their definition says (a decoder's steps, what RAFT or U2-Net are given).
"""

from __future__ import annotations

from torch import Tensor
from torch.nn.functional import interpolate

__all__ = ["resize_picture", "resize_planes", "size_of_short_side"]


def resize_picture(picture: Tensor, size: tuple[int, int]) -> Tensor:
    """Return a picture at another size, bicubic and antialiased; itself at its own size.

    The kernel overshoots beside edges, which is what keeps them sharp; the result is cut to [0, 1].

    Args:
        picture: B x C x H x W in [0, 1].
        size: (height, width).
    """
    if tuple(picture.shape[-2:]) == tuple(size):
        return picture
    return _interpolated(picture, size, "bicubic").clamp_(0, 1)


def resize_planes(planes: Tensor, size: tuple[int, int]) -> Tensor:
    """Return masks, trust or other numbers at another size; themselves at their own size.

    Every value is a weighted mean, so it stays in the range of those it is made of; and it is
    linear: the planes' sum becomes the sum of what they become.

    Args:
        planes: B x C x H x W, any numbers.
        size: (height, width).
    """
    if tuple(planes.shape[-2:]) == tuple(size):
        return planes
    return _interpolated(planes, size, "bilinear")


def size_of_short_side(size: tuple[int, int], short_side: int) -> tuple[int, int]:
    """Return the (height, width) of the same shape whose shorter side is as asked.

    >>> size_of_short_side((400, 600), 200)
    (200, 300)
    """
    scale = short_side / min(size)
    return max(1, round(size[0] * scale)), max(1, round(size[1] * scale))


def _interpolated(planes: Tensor, size: tuple[int, int], mode: str) -> Tensor:
    """Return planes at another size by a kernel that widens where a side shrinks."""
    if size[1] == 1:
        # torch 2.13 takes the wrong rows where it resizes a single column: it gets two or more.
        planes = planes.repeat(1, 1, 1, 2) if planes.shape[-1] == 1 else planes
        planes = interpolate(planes, (size[0], planes.shape[-1]), mode=mode, antialias=True)
    return interpolate(planes, size, mode=mode, antialias=True)
