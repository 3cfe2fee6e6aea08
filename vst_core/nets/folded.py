"""`TransformNet` arranged for inference: the same numbers with less work and in less memory.

Four things are different, and none of them is an approximation:

- Between its layers a picture carries a *ring*, the border of one pixel that the next
  convolution wants. Convolutions leave room for it and its four lines are filled in
  afterwards, where else the whole picture would be copied into a padded one.
- Doubling the size and a 3 x 3 convolution are one 2 x 2 convolution of the small picture:
  under a kernel on 3 x 3 enlarged pixels lie 2 x 2 small ones. 2.25 times fewer products.
- The last layer makes 2 x 2 pixels at once, with kernels of 10 x 10 and a stride of 2. Its 12
  channels fill the vector registers of which 3 would leave most idle: three times as fast.
- A large picture goes through in strips of whole rows, layer by layer, so that every norm has the
  statistics of the whole. What is as large as the frame, the first layer's and the second last
  one's activations, is never kept: it is made once for its statistics, and again for use. What
  is kept is half as wide and high, or less. The bytes are the same for any strips.
"""

from __future__ import annotations

from functools import partial

import torch
from torch import Tensor, nn

from vst_core.nets.convolving import StripConv
from vst_core.nets.folding import REPLICATE, fold_doubling, fold_pairs, mirror, unpair
from vst_core.nets.joined import Joined
from vst_core.nets.layers import Counts, NormedConv, ResidualBlock
from vst_core.nets.strip_norm import add_to_channels
from vst_core.nets.strips import STRIP, Cut, Keeping, StripLayer, rows_of
from vst_core.nets.transform import STEP, TransformNet, pad_to_multiple

__all__ = ["FoldedNet", "Keepings", "keepings_of"]


class FoldedNet:
    """A network of a single style, without gradients.

    Args:
        net: What it computes; later changes of it are not seen.
        precision: Of the convolutions; statistics stay float32.

    Attributes:
        takes: The number type of its input.
    """

    def __init__(self, net: TransformNet, *, precision: torch.dtype) -> None:
        made = partial(StripLayer, precision=precision)

        def layer(conv: NormedConv, *, stride: int = 1) -> StripLayer:
            return made(conv.conv.conv.weight, conv.norm, stride=stride)

        def doubling(conv: NormedConv) -> StripLayer:
            return made(fold_doubling(conv.conv.conv.weight), conv.norm)

        def block(one: nn.Module) -> tuple[StripLayer, StripLayer]:
            assert isinstance(one, ResidualBlock)
            return layer(one.first), made(one.second.conv.weight, one.norm)

        self.takes = self._precision = precision
        self._reach = net.leave.margin
        self._enter = made(net.enter.conv.conv.weight, net.enter.norm)
        self._down1, self._down2 = layer(net.down1, stride=2), layer(net.down2, stride=2)
        self._blocks = [block(one) for one in net.blocks]
        self._up1, self._up2 = doubling(net.up1), doubling(net.up2)
        # (tanh(y) + 1) / 2 = 1 / (1 + exp(-2 y)): the factor is folded in, and is exact.
        assert net.leave.conv.bias is not None
        weight = -2 * fold_pairs(net.leave.conv.weight.detach())
        self._leave = StripConv(weight, precision=precision, stride=2)
        self._bias = -2 * net.leave.conv.bias.detach().float().repeat(4)

    @torch.inference_mode()
    def __call__(
        self, x: Tensor | Joined, *, margin: int, weight: Tensor | None = None, roomy: bool = True
    ) -> Tensor:
        """Stylize.

        Args:
            x: 1 x channels x H x W, as for `TransformNet`.
            margin: What is left out at every edge of the result, no less than the last layer's
                kernels reach (4 pixels of 9 x 9).
            weight: 1 x 1 x H x W in [0, 1], as for `TransformNet`.
            roomy: There is memory for all activations. It decides no byte.

        Returns:
            1 x 3 x (H - 2 margin) x (W - 2 margin) in [0, 1], float32.
        """
        if margin < self._reach:
            raise ValueError(f"a margin of {margin} pixels; at least {self._reach} are needed")
        seen = x if isinstance(x, Joined) else Joined.of(x)
        height, width = seen.size
        seen = seen.mirrored(0, -width % STEP, 0, -height % STEP)
        counts = None if weight is None else Counts(pad_to_multiple(weight, STEP))
        keepings = keepings_of(seen.size[0], counts, roomy=roomy)
        x = self.encode(seen, keepings)
        size = height - 2 * margin, width - 2 * margin
        return self.decode(x, keepings, size=size, margin=margin)

    def encode(self, seen: Joined, keepings: Keepings) -> Tensor:
        """Return what leaves the residual blocks, ringed: 1 x C x (H/4 + 2) x (W/4 + 2).

        Args:
            seen: What the network sees; its sides are multiples of 4.
            keepings: From `keepings_of`.
        """
        reach = self._reach
        bordered = seen.mirrored(reach + 1, reach + 1, reach, reach)

        def rows(top: int, bottom: int) -> Tensor:
            # Padded first and interleaved last: either is slow the other way round.
            some = bordered.rows(top, bottom).to(self._precision)
            return some.contiguous(memory_format=torch.channels_last)

        full, half, quarter = keepings
        entered = self._down1.of(self._enter.entering(rows, full), half)
        x = self._down2.whole(entered, quarter)
        memory: Tensor | None = None
        for first, second in self._blocks:
            change = first.of(Cut(rows=rows_of(x)), quarter, into=memory)
            second.add_to(x, change, quarter)
            memory = change.kept
        return x

    def decode(
        self, x: Tensor, keepings: Keepings, *, size: tuple[int, int], margin: int
    ) -> Tensor:
        """Return the picture of what leaves the residual blocks, ringed.

        Args:
            x: From `encode`; its ring is filled anew.
            keepings: As for `encode`.
            size: Of the picture without the margin, (height, width).
            margin: See `__call__`.
        """
        return self._picture(self._decoded(x, keepings), size, margin)

    def _decoded(self, x: Tensor, keepings: Keepings) -> Cut:
        """Return the features of all pixels, of what leaves the residual blocks."""
        full, half, _ = keepings
        # Around an enlarged picture the pixel to reflect is the same as the one at the edge.
        y = self._up1.doubled(Cut(rows=rows_of(mirror(x, REPLICATE))), half)
        assert y.kept is not None
        mirror(y.kept, REPLICATE)
        return self._up2.doubling(y, full)

    def _picture(self, y: Cut, size: tuple[int, int], margin: int) -> Tensor:
        """Return the last layer's picture from the features of all pixels."""
        (height, width), first = size, 1 + margin - self._reach
        leave, bias = self._leave.with_(y.gain), self._bias
        if y.offset is not None:
            bias = bias + self._leave.of_constant(y.offset)
        picture: Tensor | None = None
        for top in range(0, height, 2 * STRIP):
            count = min(2 * STRIP, height - top)
            # Rows of a channels-last picture lie together; a part of its columns would be copied.
            rows = y.rows(first + top, first + top + count + count % 2 + 2 * self._reach)
            # In float32: what half floats round of a bias would tint all of the picture.
            pairs = add_to_channels(leave(rows).float(), bias)
            # Not torch's sigmoid, whose last bits depend on how threads share the work.
            part = unpair(pairs.exp_().add_(1).reciprocal_())
            picture = pairs.new_empty(1, 3, height, width) if picture is None else picture
            picture[:, :, top : top + count] = part[:, :, :count, first : first + width]
        assert picture is not None  # it has rows
        return picture


Keepings = tuple[Keeping, Keeping, Keeping]
"""At the picture's size, its half and its quarter."""


def keepings_of(height: int, counts: Counts | None, *, roomy: bool) -> Keepings:
    """Return what the layers of a picture of that height keep, for `FoldedNet.encode`."""

    def keeping(scale: int) -> Keeping:
        rows = height // scale
        weight = None if counts is None else counts.at_height(rows)
        return Keeping(height=rows, roomy=roomy, weight=weight)

    return keeping(1), keeping(2), keeping(4)
