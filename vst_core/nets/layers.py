"""The pieces of table 4.1: padded convolutions, conditional norms, residual blocks."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional as F

__all__ = ["ConditionalNorm", "NormedConv", "PaddedConv", "ResidualBlock"]


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
        if self.training:
            return _cheap_backward(x, scale, shift)
        return _cheap_forward(x, scale.to(x.dtype), shift.to(x.dtype))


def _cheap_forward(x: Tensor, scale: Tensor, shift: Tensor) -> Tensor:
    """Instance norm as group norm with one channel a group.

    It is the only one of torch's norms that is fast for channels-last half floats on a CPU
    (40 times faster than the form below), but its backward pass is slow.
    """
    groups = x.shape[1]
    if len(x) == 1:
        return F.group_norm(x, groups, scale[0], shift[0])
    normal = F.group_norm(x, groups)
    return torch.addcmul(shift[:, :, None, None], normal, scale[:, :, None, None])


def _cheap_backward(x: Tensor, scale: Tensor, shift: Tensor) -> Tensor:
    """Instance norm with float32 statistics and one multiply-add."""
    variance, mean = torch.var_mean(x.float(), dim=(2, 3), correction=0)
    gain = scale * torch.rsqrt(variance + 1e-5)
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
        return x + self.norm(self.second(self.first(x, mix)), mix)
