"""`TransformNet` arranged for inference on a graphics card: the same numbers, moved less often.

A card is held up by memory, not by products. Torch's reflection padding on a card goes through
another memory layout and back, and its instance norm gives every channel to one of a hundred
multiprocessors. Here pictures stay channels last from end to end:

- A convolution's result is normed straight into the middle of a larger picture, whose border of
  one pixel (the *ring*, see `vst_core.nets.folded`) is then filled with four thin copies.
- The statistics come from torch's kernel for batch norms over several cards, which reads channels
  last, spreads over all of the card, and keeps float32 means and deviations by Welford's sums.
- Doubling the size, and the last layer, are folded as on a processor.
- Channels that come in and go out are filled up to a multiple of eight, which matrix units want.
- The first convolution gets its input in two parts, what a half float holds of it and the rest,
  and gives float32. A half float knows an eighth of a step of 8-bit color, and the first norm
  blows such steps up where a picture is calm: that was nearly all of the difference to a
  processor (of ITN muse in fp16, 6.0 of 255 at the most; so it is 1.8).
"""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from vst_core.nets.folding import (
    REFLECT,
    REPLICATE,
    fold_doubling,
    fold_pairs,
    mirror,
    unpair,
)
from vst_core.nets.layers import EPSILON, ConditionalNorm, Counts, NormedConv, ResidualBlock
from vst_core.nets.transform import STEP, TransformNet, pad_to_multiple

__all__ = ["StreamedNet"]

_UNIT = 8
"""Channels of half floats that a card's matrix units take at once."""


class StreamedNet:
    """A network of a single style, without gradients; to be called like `FoldedNet`.

    Args:
        net: What it computes, on the device where it will run; later changes are not seen.
        precision: Of the convolutions but the first; statistics, gains and offsets stay float32.

    Attributes:
        takes: The number type of its input.
    """

    takes = torch.float32

    def __init__(self, net: TransformNet, *, precision: torch.dtype) -> None:
        def kernel(weight: Tensor) -> Tensor:
            copied = weight.detach().to(precision, copy=True)
            return copied.contiguous(memory_format=torch.channels_last)

        def layer(conv: NormedConv) -> _Layer:
            return _Layer(kernel(conv.conv.conv.weight), conv.norm)

        def doubling(conv: NormedConv) -> _Layer:
            return _Layer(kernel(fold_doubling(conv.conv.conv.weight)), conv.norm)

        def block(one: nn.Module) -> tuple[_Layer, _Layer]:
            assert isinstance(one, ResidualBlock)
            return layer(one.first), _Layer(kernel(one.second.conv.weight), one.norm)

        self._precision, self._reach = precision, net.leave.margin
        self._spare = -2 * net.channels % _UNIT
        twice = net.enter.conv.conv.weight.repeat(1, 2, 1, 1)
        first = F.pad(twice, [0, 0, 0, 0, 0, self._spare])
        wide = first.detach().contiguous(memory_format=torch.channels_last)
        self._enter = _Layer(wide, net.enter.norm, gives=precision)
        self._down1, self._down2 = layer(net.down1), layer(net.down2)
        self._blocks = [block(one) for one in net.blocks]
        self._up1, self._up2 = doubling(net.up1), doubling(net.up2)
        last = fold_pairs(net.leave.conv.weight)
        assert net.leave.conv.bias is not None
        bias = net.leave.conv.bias.detach().repeat(4)
        self._colors, spare = len(last), -len(last) % _UNIT
        # (tanh(y) + 1) / 2 = sigmoid(2 y): the factor is folded in, and is exact.
        self._leave = 2 * kernel(F.pad(last, [0, 0, 0, 0, 0, 0, 0, spare]))
        self._bias = 2 * F.pad(bias, [0, spare]).to(precision)

    @torch.inference_mode()
    def __call__(self, x: Tensor, *, margin: int, weight: Tensor | None = None) -> Tensor:
        """Stylize 1 x channels x H x W, float32; see `FoldedNet`."""
        if margin < self._reach:
            raise ValueError(f"a margin of {margin} pixels; at least {self._reach} are needed")
        height, width = (size - 2 * margin for size in x.shape[-2:])
        counts = None if weight is None else Counts(pad_to_multiple(weight, STEP))
        x = F.pad(pad_to_multiple(x, STEP), [self._reach] * 4, mode="reflect")
        x = self._in_two(x)
        x = mirror(self._enter(x, counts), REFLECT)
        x = mirror(self._down1(x, counts, stride=2), REFLECT)
        x = mirror(self._down2(x, counts, stride=2), REFLECT)
        for first, second in self._blocks:
            change = second.change(mirror(first(x, counts), REFLECT), counts)
            x[:, :, 1:-1, 1:-1].add_(change)
            mirror(x, REFLECT)
        # Around an enlarged picture the pixel to reflect is the same as the one at the edge.
        x = self._up1.doubled(mirror(x, REPLICATE), counts)
        x = self._up2.doubled(mirror(x, REPLICATE), counts)
        return self._picture(x, height, width, margin)

    def _in_two(self, x: Tensor) -> Tensor:
        """Return what fits of every number, then what is left of it, then nothing."""
        count, channels, height, width = x.shape
        size = (count, 2 * channels + self._spare, height, width)
        both = torch.empty(
            size, dtype=torch.float32, device=x.device, memory_format=torch.channels_last
        )
        both[:, 2 * channels :] = 0
        coarse = x.half()
        both[:, :channels] = coarse
        both[:, channels : 2 * channels] = x - coarse.to(x.dtype)
        return both

    def _picture(self, x: Tensor, height: int, width: int, margin: int) -> Tensor:
        """Return the last layer's picture from the features of all pixels."""
        first = 1 + margin - self._reach
        rows = x[:, :, first : first + height + height % 2 + 2 * self._reach]
        pairs = F.conv2d(rows, self._leave, self._bias, stride=2)[:, : self._colors]
        picture = unpair(torch.sigmoid(pairs.float()))
        return picture[:, :, :height, first : first + width].contiguous()


class _Layer:
    """A convolution of a ringed picture and its norm.

    Args:
        kernel: Of the type in which it computes.
        norm: Of one style.
        gives: The type of its result, if another one.
    """

    def __init__(
        self, kernel: Tensor, norm: ConditionalNorm, *, gives: torch.dtype | None = None
    ) -> None:
        self._kernel, self._gives = kernel, gives or kernel.dtype
        self._scale, self._shift = norm.scale.detach()[0].clone(), norm.shift.detach()[0].clone()

    def __call__(self, x: Tensor, counts: Counts | None, *, stride: int = 1) -> Tensor:
        """Return the normed picture after a ReLU, its ring left undefined."""
        return self._ringed(F.conv2d(x, self._kernel, stride=stride), counts)

    def doubled(self, x: Tensor, counts: Counts | None) -> Tensor:
        """Convolve at twice the size, with a kernel from `fold_doubling`."""
        enlarged = unpair(F.conv2d(x, self._kernel))[:, :, 1:-1, 1:-1]
        return self._ringed(enlarged.contiguous(memory_format=torch.channels_last), counts)

    def change(self, x: Tensor, counts: Counts | None) -> Tensor:
        """Return the normed picture as it is, without a ring."""
        y = F.conv2d(x, self._kernel)
        return self._normed(y, counts, out=y)

    def _ringed(self, y: Tensor, counts: Counts | None) -> Tensor:
        _, channels, height, width = y.shape
        size = (1, channels, height + 2, width + 2)
        ringed = torch.empty(
            size, dtype=self._gives, device=y.device, memory_format=torch.channels_last
        )
        self._normed(y, counts, out=ringed[:, :, 1:-1, 1:-1]).relu_()
        return ringed

    def _normed(self, y: Tensor, counts: Counts | None, *, out: Tensor) -> Tensor:
        mean, inverse = _statistics(y, None if counts is None else counts.at(y))
        gain = (self._scale * inverse).view(1, -1, 1, 1)
        offset = self._shift.view(1, -1, 1, 1) - mean.view(1, -1, 1, 1) * gain
        return torch.addcmul(offset, y, gain, out=out)


def _statistics(y: Tensor, weight: Tensor | None) -> tuple[Tensor, Tensor]:
    """Return each channel's mean and 1 / sqrt(variance + epsilon), float32."""
    if weight is None and y.is_cuda:
        mean, inverse = torch.batch_norm_stats(y, EPSILON)
        return mean, inverse
    if weight is None:
        variance, mean = torch.var_mean(y.float(), dim=(0, 2, 3), correction=0)
    else:
        wide, share = y.float(), weight.float() / weight.float().sum()
        mean = (wide * share).sum(dim=(0, 2, 3))
        variance = ((wide - mean.view(1, -1, 1, 1)).square() * share).sum(dim=(0, 2, 3))
    return mean, torch.rsqrt(variance + EPSILON)
