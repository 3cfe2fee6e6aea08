"""Convolutions of strips, by the quickest way there is, with the same bytes in any threads."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TypeAlias

import torch
from torch import Tensor
from torch.nn import functional as F

from vst_core.nets.strip_winograd import WinogradConv, kernels_of, pays

__all__ = ["Convolve", "StripConv"]

Convolve: TypeAlias = Callable[[Tensor], Tensor]
"""Convolves 1 x I x H x W, channels last."""
_FEWEST_NUMBERS = 2**16


class StripConv:
    """A convolution of pictures that have the border that their kernels want.

    Args:
        weight: O x I x K x K, float32.
        precision: Of the pictures.
        stride: 1, or 2 to halve the size.
    """

    def __init__(self, weight: Tensor, *, precision: torch.dtype, stride: int = 1) -> None:
        self._weight = weight.detach().to(torch.float32, copy=True)
        self._precision, self._stride = precision, stride
        quick = stride == 1 and precision == torch.float32 and pays(self._weight)
        self._kernels = kernels_of(self._weight) if quick else None

    @property
    def reach(self) -> int:
        """By how much a picture is larger than what a kernel makes of it."""
        return self._weight.shape[-1] - 1

    def with_(self, gain: Tensor | None, bias: Tensor | None = None) -> Convolve:
        """Return the convolution of pictures whose channels are multiplied first.

        Args:
            gain: I, of each channel; 1 where None.
            bias: O, added to what is made.
        """
        if self._kernels is not None:
            scaled = self._kernels if gain is None else self._kernels * gain[:, None]
            return WinogradConv(scaled, bias)
        weight = self._weight if gain is None else self._weight * gain[:, None, None]
        kernel = weight.to(self._precision).contiguous(memory_format=torch.channels_last)
        numbers = None if bias is None else bias.to(self._precision)
        return partial(_convolved, kernel=kernel, bias=numbers, stride=self._stride)

    def of_constant(self, x: Tensor) -> Tensor:
        """Return what is made of a picture of one color, O of I."""
        return (self._weight.sum((2, 3)) * x).sum(1)

    def line_mean(self, x: Tensor, gain: Tensor | None) -> Tensor:
        """Return the mean of the first row that is made of a picture, O; see `with_`."""
        size = self._weight.shape[-1]
        beyond = x.shape[3] - size + 1
        seen = x[0, :, :size].float().unfold(2, beyond, 1)[..., :: self._stride].mean(-1)
        scaled = seen if gain is None else seen * gain[:, None, None]
        return (self._weight * scaled).flatten(1).sum(1)


def _convolved(x: Tensor, *, kernel: Tensor, bias: Tensor | None, stride: int) -> Tensor:
    size = kernel.shape[-1]
    height, width = ((length - size) // stride + 1 for length in x.shape[2:])
    enough = -(-_FEWEST_NUMBERS // (width * len(kernel)))
    if height < enough:
        x = _lengthened(x, (enough - 1) * stride + size)
    return F.conv2d(x, kernel, bias, stride)[:, :, :height]


def _lengthened(x: Tensor, height: int) -> Tensor:
    """Return a picture with rows of zeros behind it.

    Where there is little to be made, oneDNN adds the products in an order that depends on the
    number of threads (version 3.12 with AVX2, up to 34000 numbers in the layers here). With
    `padding` it does so for more of them, so there is none here.
    """
    beyond = x.new_zeros(*x.shape[:2], height - x.shape[2], x.shape[3])
    return torch.cat((x, beyond), dim=2).contiguous(memory_format=torch.channels_last)
