"""The pieces of table 4.1: padded convolutions, conditional norms, residual blocks."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from vst_core.nets.row_sums import RowSums

__all__ = [
    "EPSILON",
    "ConditionalNorm",
    "Counts",
    "NormedConv",
    "PaddedConv",
    "Reflected",
    "ResidualBlock",
    "instance_statistics",
    "reflected",
]

EPSILON = 1e-5
_LEAST_COUNT = 1e-4


class PaddedConv(nn.Module):
    """A convolution behind reflection padding, so that no border pattern grows.

    Args:
        inputs: Channels in.
        outputs: Channels out.
        kernel: Odd size of the kernel.
        stride: 1, or 2 to halve the size.
        bias: False where an instance norm follows: it would take the bias away again.
    """

    def __init__(
        self, inputs: int, outputs: int, *, kernel: int, stride: int = 1, bias: bool = False
    ) -> None:
        super().__init__()
        self.margin = kernel // 2
        self.conv = nn.Conv2d(inputs, outputs, kernel, stride, bias=bias)

    def forward(self, x: Tensor) -> Tensor:
        """Map B x inputs x H x W to B x outputs x H/stride x W/stride."""
        out: Tensor = self.conv(reflected(x, self.margin))
        return out


def reflected(x: Tensor, margin: int) -> Tensor:
    """Return B x C x H x W with `margin` mirrored pixels around it; H, W > 2 margin + 1.

    On a graphics card torch's own operator gives channels-last pictures back channels first, and
    the convolution behind it turns them round again: half of a training step.
    """
    if not x.is_cuda:
        return F.pad(x, [margin] * 4, mode="reflect")
    padded: Tensor = Reflected.apply(x, margin)  # type: ignore[no-untyped-call]
    return padded


class Reflected(torch.autograd.Function):
    """Mirrored borders in the memory format of the picture, and their derivative."""

    @staticmethod
    def forward(ctx: Any, x: Tensor, margin: int) -> Tensor:
        """Return the picture with its borders."""
        ctx.margin = margin
        count, channels, height, width = x.shape
        size = count, channels, height + 2 * margin, width + 2 * margin
        padded = torch.empty(
            size, dtype=x.dtype, device=x.device, memory_format=torch.channels_last
        )
        padded[..., margin:-margin, margin:-margin] = x
        for dim in (2, 3):
            for border, mirrored in _mirrored_lines(padded.shape[dim], margin):
                _lines(padded, dim, border).copy_(_lines(padded, dim, mirrored))
        return padded

    @staticmethod
    def backward(ctx: Any, grad: Tensor) -> tuple[Tensor, None]:
        """Return the slope of every pixel: its own, and those of its mirrored ones."""
        margin = ctx.margin
        inside = slice(margin, -margin)
        # Columns go in first: they carry what the corners gave to them.
        rows = grad[..., inside].contiguous(memory_format=torch.channels_last)
        for border, mirrored in _mirrored_lines(grad.shape[3], margin):
            _lines(rows, 3, _shifted(mirrored, margin)).add_(_lines(grad, 3, border))
        found = rows[:, :, inside].contiguous(memory_format=torch.channels_last)
        for border, mirrored in _mirrored_lines(grad.shape[2], margin):
            _lines(found, 2, _shifted(mirrored, margin)).add_(_lines(rows, 2, border))
        return found, None


def _mirrored_lines(length: int, margin: int) -> list[tuple[slice, slice]]:
    """Return pairs of lines of the border, first and last ones, and of what they mirror."""
    pairs = []
    for out in range(margin):
        back = 2 * margin - out
        first, last = length - 1 - 2 * out, length - 1 - 2 * back
        pairs.append((slice(out, length - out, first), slice(back, length - back, last)))
    return pairs


def _shifted(lines: slice, by: int) -> slice:
    return slice(lines.start - by, lines.stop - by, lines.step)


def _lines(x: Tensor, dim: int, lines: slice) -> Tensor:
    return x[:, :, lines] if dim == 2 else x[..., lines]


class Counts:
    """How much every part of a picture counts in the statistics of the norms.

    Empty surroundings, bars and hidden pixels are no picture: with them in the mean and the
    spread, the same thing would be painted in other colors whenever more of them is in sight.

    Args:
        weight: B x 1 x H x W in [0, 1], at the size of the picture. Where a whole picture
            counts nothing, all of it counts alike.
    """

    def __init__(self, weight: Tensor) -> None:
        self._weight = weight.float().clamp_min(_LEAST_COUNT)
        self._sizes = {weight.shape[-2]: self._weight}

    def at(self, x: Tensor) -> Tensor:
        """Return the weights at the size of activations: that of the picture, its half, ..."""
        return self.at_height(x.shape[-2])

    def at_height(self, height: int) -> Tensor:
        """Return the weights at the size that has so many rows."""
        if height not in self._sizes:
            self._sizes[height] = F.avg_pool2d(self._weight, self._weight.shape[-2] // height)
        return self._sizes[height]


class ConditionalNorm(nn.Module):
    """Instance norm whose scale and shift belong to a style (Dumoulin 2017, eq. 5).

    Styles are mixed by mixing their rows: row `s` of `scale` and `shift` is style `s`.

    Args:
        channels: Channels in and out.
        styles: How many styles the trunk carries.
    """

    def __init__(self, channels: int, *, styles: int) -> None:
        super().__init__()
        self.scale = nn.Parameter(torch.ones(styles, channels))
        self.shift = nn.Parameter(torch.zeros(styles, channels))

    def forward(self, x: Tensor, mix: Tensor | None, counts: Counts | None = None) -> Tensor:
        """Normalize B x C x H x W.

        Args:
            x: The activations.
            mix: B x styles, each row a weight per style; None = every picture its own style.
            counts: What of the picture the statistics are taken of; all of it where None.
        """
        scale: Tensor = self.scale
        shift: Tensor = self.shift
        if mix is not None:
            scale, shift = mix @ scale, mix @ shift
        weight = None if counts is None else counts.at(x)
        if self.training or x.device.type != "cpu":
            return _cheap_backward(x, scale, shift, weight)
        normed = [
            _cheap_forward(x[one], scale[i], shift[i], None if weight is None else weight[one])
            for i, one in enumerate(slice(i, i + 1) for i in range(len(x)))
        ]
        return torch.cat(normed) if len(x) > 1 else normed[0]


def _cheap_forward(x: Tensor, scale: Tensor, shift: Tensor, weight: Tensor | None) -> Tensor:
    """Instance norm of one picture, ten times as fast on a CPU in channels-last bf16."""
    mean, variance = instance_statistics(x, weight)
    return F.batch_norm(x, mean, variance, scale.float(), shift.float(), eps=EPSILON)


def instance_statistics(x: Tensor, weight: Tensor | None = None) -> tuple[Tensor, Tensor]:
    """Return mean and variance of each channel of one picture, C and C; see `RowSums`.

    Args:
        x: The activations, 1 x C x H x W.
        weight: 1 x 1 x H x W above 0, how much every position counts; alike where None.
    """
    sums = RowSums(weight)
    sums.add(x)
    return sums.statistics()


def _cheap_backward(x: Tensor, scale: Tensor, shift: Tensor, weight: Tensor | None) -> Tensor:
    """Instance norm with float32 statistics and one multiply-add."""
    if weight is None:
        variance, mean = torch.var_mean(x.float(), dim=(2, 3), correction=0)
    else:
        share = weight.float() / weight.float().sum(dim=(2, 3), keepdim=True)
        mean = (x.float() * share).sum(dim=(2, 3))
        variance = ((x.float() - mean[:, :, None, None]).square() * share).sum(dim=(2, 3))
    gain = scale * torch.rsqrt(variance + EPSILON)
    offset = (shift - mean * gain).to(x.dtype)
    return torch.addcmul(offset[:, :, None, None], x, gain[:, :, None, None].to(x.dtype))


class NormedConv(nn.Module):
    """Reflection padding, convolution, conditional instance norm, ReLU."""

    def __init__(
        self, inputs: int, outputs: int, *, kernel: int, styles: int, stride: int = 1
    ) -> None:
        super().__init__()
        self.conv = PaddedConv(inputs, outputs, kernel=kernel, stride=stride)
        self.norm = ConditionalNorm(outputs, styles=styles)

    def forward(self, x: Tensor, mix: Tensor | None, counts: Counts | None = None) -> Tensor:
        """Map B x inputs x H x W to B x outputs x H/stride x W/stride."""
        return F.relu_(self.norm(self.conv(x), mix, counts))


class ResidualBlock(nn.Module):
    """Conv, norm, ReLU, conv, norm, plus the input; nothing after the sum.

    The block of Gross and Wilber 2016, which Agria 2020, 4.2 names, with instance in
    place of batch normalization as everywhere in the thesis.
    """

    def __init__(self, channels: int, *, styles: int) -> None:
        super().__init__()
        self.first = NormedConv(channels, channels, kernel=3, styles=styles)
        self.second = PaddedConv(channels, channels, kernel=3)
        self.norm = ConditionalNorm(channels, styles=styles)

    def forward(self, x: Tensor, mix: Tensor | None, counts: Counts | None = None) -> Tensor:
        """Map B x C x H x W to the same shape."""
        change: Tensor = self.norm(self.second(self.first(x, mix, counts)), mix, counts)
        return x + change
