"""The pieces of table 4.1: padded convolutions, conditional norms, residual blocks."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional as F

__all__ = [
    "EPSILON",
    "ConditionalNorm",
    "NormedConv",
    "PaddedConv",
    "ResidualBlock",
    "instance_statistics",
]

EPSILON = 1e-5
_ROWS_AT_ONCE = 8  # their float32 copy stays in the processor's cache


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
        out: Tensor = self.conv(F.pad(x, [self.margin] * 4, mode="reflect"))
        return out


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

    def forward(self, x: Tensor, mix: Tensor) -> Tensor:
        """Normalise B x C x H x W; `mix` is B x styles, each row a weight per style."""
        scale, shift = mix @ self.scale, mix @ self.shift
        if self.training or x.device.type != "cpu":
            return _cheap_backward(x, scale, shift)
        normed = [_cheap_forward(x[i : i + 1], scale[i], shift[i]) for i in range(len(x))]
        return torch.cat(normed) if len(x) > 1 else normed[0]


def _cheap_forward(x: Tensor, scale: Tensor, shift: Tensor) -> Tensor:
    """Instance norm of one picture, ten times as fast on a CPU in channels-last bf16."""
    mean, variance = instance_statistics(x)
    return F.batch_norm(x, mean, variance, scale.float(), shift.float(), eps=EPSILON)


def instance_statistics(x: Tensor) -> tuple[Tensor, Tensor]:
    """Return mean and variance of each channel of one picture, 1 x C x H x W, in float32.

    The sums run row by row, each in one thread, so that the result does not depend on the
    number of threads; that of torch's own group norm does (by up to 0.02 after a network).
    They are taken of float32 differences to the first row's mean, because the difference of
    two large sums would leave nothing of a small variance (a fade to black, fog).
    """
    rows = x[0].permute(1, 2, 0)
    count = rows.shape[0] * rows.shape[1]
    near = rows[0].float().mean(0)
    sums, squares = [], []
    for some in torch.split(rows, _ROWS_AT_ONCE):
        difference = some.to(torch.float32, copy=True).sub_(near)
        sums.append(difference.sum(1))
        squares.append(difference.square_().sum(1))
    beside = torch.cat(sums).sum(0) / count
    variance = torch.cat(squares).sum(0) / count - beside * beside
    return near + beside, variance.clamp_min_(0)


def _cheap_backward(x: Tensor, scale: Tensor, shift: Tensor) -> Tensor:
    """Instance norm with float32 statistics and one multiply-add."""
    variance, mean = torch.var_mean(x.float(), dim=(2, 3), correction=0)
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

    def forward(self, x: Tensor, mix: Tensor) -> Tensor:
        """Map B x inputs x H x W to B x outputs x H/stride x W/stride."""
        return F.relu_(self.norm(self.conv(x), mix))


class ResidualBlock(nn.Module):
    """Conv, norm, ReLU, conv, norm, plus the input; nothing after the sum.

    The block of Gross and Wilber 2016, which thesis 4.2 names ([11]), with instance in
    place of batch normalisation as everywhere in the thesis.
    """

    def __init__(self, channels: int, *, styles: int) -> None:
        super().__init__()
        self.first = NormedConv(channels, channels, kernel=3, styles=styles)
        self.second = PaddedConv(channels, channels, kernel=3)
        self.norm = ConditionalNorm(channels, styles=styles)

    def forward(self, x: Tensor, mix: Tensor) -> Tensor:
        """Map B x C x H x W to the same shape."""
        change: Tensor = self.norm(self.second(self.first(x, mix)), mix)
        return x + change
