"""`TransformNet` arranged for inference on a CPU: the same numbers with less work.

Three things are different, and none of them is an approximation:

- Between its layers a picture carries a *ring*, the border of one pixel that the next
  convolution wants. Convolutions leave room for it and its four lines are filled in
  afterwards, where else the whole picture would be copied into a padded one.
- Doubling the size and a 3 x 3 convolution are one 2 x 2 convolution of the small picture:
  under a kernel on 3 x 3 enlarged pixels lie 2 x 2 small ones. 2.25 times fewer products.
- The last layer makes 2 x 2 pixels at once, with kernels of 10 x 10 and a stride of 2. Its 12
  channels fill the vector registers of which 3 would leave most idle: three times as fast.
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
from vst_core.nets.layers import (
    EPSILON,
    ConditionalNorm,
    Counts,
    NormedConv,
    ResidualBlock,
    instance_statistics,
)
from vst_core.nets.transform import STEP, TransformNet, pad_to_multiple

__all__ = ["FoldedNet"]


class FoldedNet:
    """A network of a single style, without gradients.

    Args:
        net: What it computes; later changes of it are not seen.
        precision: Of the convolutions; statistics stay float32.

    Attributes:
        takes: The number type of its input.
    """

    def __init__(self, net: TransformNet, *, precision: torch.dtype) -> None:
        def kernel(weight: Tensor) -> Tensor:
            copied = weight.detach().to(precision, copy=True)
            return copied.contiguous(memory_format=torch.channels_last)

        def layer(conv: NormedConv) -> _Layer:
            return _Layer(kernel(conv.conv.conv.weight), _Norm(conv.norm))

        def doubling(conv: NormedConv) -> _Layer:
            return _Layer(kernel(fold_doubling(conv.conv.conv.weight)), _Norm(conv.norm))

        def block(one: nn.Module) -> tuple[_Layer, _Layer]:
            assert isinstance(one, ResidualBlock)
            return layer(one.first), _Layer(kernel(one.second.conv.weight), _Norm(one.norm))

        self.takes = self._precision = precision
        self._reach = net.leave.margin
        self._enter, self._down1, self._down2 = map(layer, (net.enter, net.down1, net.down2))
        self._blocks = [block(one) for one in net.blocks]
        self._up1, self._up2 = doubling(net.up1), doubling(net.up2)
        # (tanh(y) + 1) / 2 = 1 / (1 + exp(-2 y)): the factor is folded in, and is exact.
        self._leave = -2 * kernel(fold_pairs(net.leave.conv.weight))
        assert net.leave.conv.bias is not None
        self._bias = -2 * net.leave.conv.bias.detach().to(precision).repeat(4)

    @torch.inference_mode()
    def __call__(self, x: Tensor, *, margin: int, weight: Tensor | None = None) -> Tensor:
        """Stylize.

        Args:
            x: 1 x channels x H x W, as for `TransformNet`.
            margin: What is left out at every edge of the result, no less than the last layer's
                kernels reach (4 pixels of 9 x 9).
            weight: 1 x 1 x H x W in [0, 1], as for `TransformNet`.

        Returns:
            1 x 3 x (H - 2 margin) x (W - 2 margin) in [0, 1], float32.
        """
        if margin < self._reach:
            raise ValueError(f"a margin of {margin} pixels; at least {self._reach} are needed")
        height, width = (size - 2 * margin for size in x.shape[-2:])
        counts = None if weight is None else Counts(pad_to_multiple(weight, STEP))
        # Padded first and interleaved last: either is slow the other way round.
        x = F.pad(pad_to_multiple(x.to(self._precision), STEP), [self._reach] * 4, mode="reflect")
        x = x.contiguous(memory_format=torch.channels_last)
        x = mirror(self._enter(x, counts).relu_(), REFLECT)
        x = mirror(self._down1(x, counts, stride=2).relu_(), REFLECT)
        x = mirror(self._down2(x, counts, stride=2).relu_(), REFLECT)
        for first, second in self._blocks:
            x.add_(second(mirror(first(x, counts).relu_(), REFLECT), counts))
            mirror(x, REFLECT)
        # Around an enlarged picture the pixel to reflect is the same as the one at the edge.
        x = self._up1.doubled(mirror(x, REPLICATE), counts).relu_()
        x = self._up2.doubled(mirror(x, REPLICATE), counts).relu_()
        return self._picture(x, height, width, margin)

    def _picture(self, x: Tensor, height: int, width: int, margin: int) -> Tensor:
        """Return the last layer's picture from the ringed features of all pixels."""
        # Rows of a channels-last picture lie together; a part of its columns would be copied.
        first = 1 + margin - self._reach
        rows = x[:, :, first : first + height + height % 2 + 2 * self._reach]
        pairs = F.conv2d(rows, self._leave, self._bias, stride=2).float()
        # Not torch's sigmoid, whose last bits depend on how threads share the work.
        picture = unpair(pairs.exp_().add_(1).reciprocal_())
        return picture[:, :, :height, first : first + width].contiguous()


class _Norm:
    """Conditional instance norm of a ringed picture, in place."""

    def __init__(self, norm: ConditionalNorm) -> None:
        self._scale, self._shift = norm.scale.detach()[0].clone(), norm.shift.detach()[0].clone()

    def __call__(self, x: Tensor, counts: Counts | None) -> Tensor:
        inside = x[:, :, 1:-1, 1:-1]
        weight = None if counts is None else counts.at(inside)
        mean, variance = instance_statistics(inside, weight)
        unused = torch.empty(0), torch.empty(0)
        torch.native_batch_norm(
            x, self._scale, self._shift, mean, variance, False, 0.0, EPSILON, out=(x, *unused)
        )
        return x


class _Layer:
    """A convolution and its norm, from one ringed picture to another.

    The ring of the result is left undefined.
    """

    def __init__(self, kernel: Tensor, norm: _Norm) -> None:
        self._kernel, self._norm = kernel, norm

    def __call__(self, x: Tensor, counts: Counts | None, *, stride: int = 1) -> Tensor:
        """Convolve; the padding is only the place of the ring."""
        return self._norm(F.conv2d(x, self._kernel, stride=stride, padding=stride), counts)

    def doubled(self, x: Tensor, counts: Counts | None) -> Tensor:
        """Convolve at twice the size, with a kernel from `fold_doubling`."""
        return self._norm(unpair(F.conv2d(x, self._kernel)), counts)
