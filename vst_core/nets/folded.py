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

# Of 3 neighboring enlarged pixels, those that come from each of 2 small ones: for the enlarged
# pixel before and the one after the small ones' common edge, small pixel x enlarged pixel.
_FOLD = (((1.0, 1.0, 0.0), (0.0, 0.0, 1.0)), ((1.0, 0.0, 0.0), (0.0, 1.0, 1.0)))
_INWARD_REFLECT, _INWARD_REPLICATE = 2, 1


class FoldedNet:
    """A network of a single style, without gradients.

    Args:
        net: What it computes; later changes of it are not seen.
        precision: Of the convolutions; statistics stay float32.
    """

    def __init__(self, net: TransformNet, *, precision: torch.dtype) -> None:
        def kernel(weight: Tensor) -> Tensor:
            copied = weight.detach().to(precision, copy=True)
            return copied.contiguous(memory_format=torch.channels_last)

        def layer(conv: NormedConv) -> _Layer:
            return _Layer(kernel(conv.conv.conv.weight), _Norm(conv.norm))

        def doubling(conv: NormedConv) -> _Layer:
            return _Layer(kernel(_fold_doubling(conv.conv.conv.weight)), _Norm(conv.norm))

        def block(one: nn.Module) -> tuple[_Layer, _Layer]:
            assert isinstance(one, ResidualBlock)
            return layer(one.first), _Layer(kernel(one.second.conv.weight), _Norm(one.norm))

        self._precision, self._reach = precision, net.leave.margin
        self._enter, self._down1, self._down2 = map(layer, (net.enter, net.down1, net.down2))
        self._blocks = [block(one) for one in net.blocks]
        self._up1, self._up2 = doubling(net.up1), doubling(net.up2)
        # (tanh(y) + 1) / 2 = 1 / (1 + exp(-2 y)): the factor is folded in, and is exact.
        self._leave = -2 * kernel(_fold_pairs(net.leave.conv.weight))
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
        x = _mirror(self._enter(x, counts).relu_(), _INWARD_REFLECT)
        x = _mirror(self._down1(x, counts, stride=2).relu_(), _INWARD_REFLECT)
        x = _mirror(self._down2(x, counts, stride=2).relu_(), _INWARD_REFLECT)
        for first, second in self._blocks:
            x.add_(second(_mirror(first(x, counts).relu_(), _INWARD_REFLECT), counts))
            _mirror(x, _INWARD_REFLECT)
        # Around an enlarged picture the pixel to reflect is the same as the one at the edge.
        x = self._up1.doubled(_mirror(x, _INWARD_REPLICATE), counts).relu_()
        x = self._up2.doubled(_mirror(x, _INWARD_REPLICATE), counts).relu_()
        return self._picture(x, height, width, margin)

    def _picture(self, x: Tensor, height: int, width: int, margin: int) -> Tensor:
        """Return the last layer's picture from the ringed features of all pixels."""
        # Rows of a channels-last picture lie together; a part of its columns would be copied.
        first = 1 + margin - self._reach
        rows = x[:, :, first : first + height + height % 2 + 2 * self._reach]
        pairs = F.conv2d(rows, self._leave, self._bias, stride=2).float()
        # Not torch's sigmoid, whose last bits depend on how threads share the work.
        picture = _unpair(pairs.exp_().add_(1).reciprocal_())
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
        """Convolve at twice the size, with a kernel from `_fold_doubling`."""
        return self._norm(_unpair(F.conv2d(x, self._kernel)), counts)


def _mirror(x: Tensor, inward: int) -> Tensor:
    """Fill the ring with the lines so many pixels inside of it, columns last."""
    for dim in (2, 3):
        end = x.shape[dim] - 1
        x.select(dim, 0).copy_(x.select(dim, inward))
        x.select(dim, end).copy_(x.select(dim, end - inward))
    return x


def _unpair(x: Tensor) -> Tensor:
    """Turn 1 x (2 2 C) x H x W into 1 x C x 2H x 2W, all channels last."""
    _, channels, height, width = x.shape
    pixels = x[0].permute(1, 2, 0).view(height, width, 2, 2, channels // 4)
    spread = pixels.transpose(1, 2).reshape(2 * height, 2 * width, channels // 4)
    return spread.permute(2, 0, 1)[None]


def _fold_doubling(weight: Tensor) -> Tensor:
    """Turn O x I x 3 x 3 for the enlarged picture into (2 2 O) x I x 2 x 2 for the small one."""
    fold = weight.new_tensor(_FOLD)
    folded: Tensor = torch.einsum("pak,qbl,oikl->pqoiab", fold, fold, weight)
    return folded.flatten(0, 2)


def _fold_pairs(weight: Tensor) -> Tensor:
    """Turn O x I x K x K into (2 2 O) x I x (K+1) x (K+1), for 2 x 2 pixels at once."""
    shifted = [F.pad(weight, [q, 1 - q, p, 1 - p]) for p in (0, 1) for q in (0, 1)]
    return torch.cat(shifted)
