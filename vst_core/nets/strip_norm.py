"""Conditional instance norm and ReLU of strips, in as few passes over memory as there can be."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import torch
from torch import Tensor

from vst_core.nets.layers import EPSILON

__all__ = ["StripNorm", "add_to_channels"]

_CACHED = 2**19  # bytes that stay in a processor's cache
_LEAST_GAIN = 1e-9


@dataclass(frozen=True, kw_only=True, eq=False)
class StripNorm:
    """The norm of one picture, C each.

    Attributes:
        scale: Of the style, 0 or above.
        shift: Of the style.
        mean: Of the picture.
        variance: Of the picture.
    """

    scale: Tensor
    shift: Tensor
    mean: Tensor
    variance: Tensor

    @property
    def gain(self) -> Tensor:
        """What `cut` leaves to be multiplied."""
        gain = self.scale * torch.rsqrt(self.variance + EPSILON)
        return torch.where(gain < _LEAST_GAIN, 0, gain)

    @property
    def offset(self) -> Tensor:
        """What `cut` leaves to be added after that."""
        gain = self.gain
        return torch.where(gain > 0, self.shift - self.mean * gain, self.shift.relu())

    def cut(self, x: Tensor, out: Tensor) -> None:
        """Fill `out`, which may be `x`, with what ReLU makes, but for `gain` and `offset`.

        max(gain x + offset, 0) = gain max(x, -offset / gain) + offset, for a gain above 0.
        """
        gain = self.gain
        least = torch.where(gain > 0, -self.offset / gain, 0)
        held = torch.finfo(x.dtype)
        row = _row(least.clamp(held.min, held.max).to(x.dtype), x)
        torch.maximum(_lines(x), row, out=_lines(out))

    def whole(self, x: Tensor, out: Tensor) -> None:
        """Fill `out`, which may be `x`, with the normed rows, and ReLU behind it.

        `x` is normed as well.
        """
        for some, there in _parts(x, out):
            self._normed(some)
            torch.clamp_min(some, 0, out=there)

    def add(self, x: Tensor, to: Tensor) -> None:
        """Norm rows in place and add them to others, without ReLU."""
        for some, there in _parts(x, to):
            self._normed(some)
            there.add_(some)

    def _normed(self, x: Tensor) -> None:
        numbers = (self.scale, self.shift, self.mean, self.variance)
        into = (x, torch.empty(0), torch.empty(0))
        torch.native_batch_norm(x, *numbers, False, 0.0, EPSILON, out=into)


def add_to_channels(x: Tensor, numbers: Tensor) -> Tensor:
    """Add C numbers to the channels of 1 x C x R x W, in place."""
    _lines(x).add_(_row(numbers, x))
    return x


def _row(numbers: Tensor, x: Tensor) -> Tensor:
    """Repeat C numbers for a row: a library is slow with as few at a time as there are channels."""
    return numbers.repeat(x.shape[3])


def _lines(x: Tensor) -> Tensor:
    """Return 1 x C x R x W, channels last, as R x (W C); columns may be left out at the sides."""
    rows = x[0].permute(1, 2, 0)
    return rows.as_strided((len(rows), rows[0].numel()), (rows.stride(0), 1))


def _parts(*rows: Tensor) -> Iterator[tuple[Tensor, ...]]:
    """Yield the same few rows of each; they stay in a processor's cache."""
    one = rows[0]
    count = max(1, _CACHED // (one.shape[1] * one.shape[3] * one.itemsize))
    return zip(*(torch.split(each, count, dim=2) for each in rows), strict=True)
