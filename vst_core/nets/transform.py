"""The image and the video transformation network (Agria 2020, table 4.1 and chapter 5)."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from vst_core.nets.layers import Counts, NormedConv, PaddedConv, ResidualBlock

__all__ = [
    "ITN_CHANNELS",
    "STEP",
    "VTN_CHANNELS",
    "TransformNet",
    "itn_input",
    "pad_to_multiple",
    "pair_net",
    "vtn_input",
]

ITN_CHANNELS = 3
VTN_CHANNELS = 7
BLOCKS = 5
STEP = 4  # Two layers halve the size.


class TransformNet(nn.Module):
    """Table 4.1 with conditional norms: the ITN with 3 input channels, the VTN with 7.

    At `width=32` the activations are those of the table: 32, 64 and 128 channels, five
    residual blocks, nearest-neighbor upsampling, 9 x 9 kernels at both ends, tanh.
    `width=16` is the light trunk. The output is `(tanh + 1) / 2`, a picture in [0, 1];
    the thesis leaves the scaling of tanh unsaid.

    Args:
        width: Channels of the outermost layers.
        inner: Channels at half and at quarter of the size; two and four times `width`, as in
            the table, where None.
        styles: How many styles the trunk carries.
        channels: 3 for the ITN; 7 for the VTN (frame, warped masked previous output, mask).
        kernel: Odd size of the first and the last layer's kernels.
    """

    def __init__(
        self,
        *,
        width: int = 32,
        inner: tuple[int, int] | None = None,
        styles: int = 1,
        channels: int = ITN_CHANNELS,
        kernel: int = 9,
    ) -> None:
        super().__init__()
        self.width, self.styles, self.channels = width, styles, channels
        narrow, (middle, wide) = width, inner or (2 * width, 4 * width)
        self.inner = middle, wide
        self.enter = NormedConv(channels, narrow, kernel=kernel, styles=styles)
        self.down1 = NormedConv(narrow, middle, kernel=3, stride=2, styles=styles)
        self.down2 = NormedConv(middle, wide, kernel=3, stride=2, styles=styles)
        self.blocks = nn.ModuleList(ResidualBlock(wide, styles=styles) for _ in range(BLOCKS))
        self.up1 = NormedConv(wide, middle, kernel=3, styles=styles)
        self.up2 = NormedConv(middle, narrow, kernel=3, styles=styles)
        self.leave = PaddedConv(narrow, 3, kernel=kernel, bias=True)

    def forward(self, x: Tensor, mix: Tensor | None, weight: Tensor | None = None) -> Tensor:
        """Stylize.

        Args:
            x: B x channels x H x W from `itn_input` or `vtn_input`; any H, W >= 16.
            mix: B x styles, the weight of every style (rows sum to 1); None where each picture
                has its own, and the trunk B styles.
            weight: B x 1 x H x W in [0, 1], what of the picture counts in the norms'
                statistics; all of it where None.

        Returns:
            B x 3 x H x W in [0, 1].
        """
        height, width = x.shape[-2:]
        counts = None if weight is None else Counts(pad_to_multiple(weight, STEP))
        y = self.encode(pad_to_multiple(x, STEP), mix, counts)
        picture: Tensor = self.decode(y, mix, counts)[..., :height, :width]
        return picture

    def encode(self, x: Tensor, mix: Tensor | None, counts: Counts | None) -> Tensor:
        """Return what leaves the residual blocks, B x C x H/4 x W/4; H and W are multiples of 4."""
        y: Tensor = self.enter(x, mix, counts)
        y = self.down2(self.down1(y, mix, counts), mix, counts)
        for block in self.blocks:
            y = block(y, mix, counts)
        inner: Tensor = y
        return inner

    def decode(self, y: Tensor, mix: Tensor | None, counts: Counts | None) -> Tensor:
        """Return the picture, B x 3 x H x W in [0, 1], of what leaves the residual blocks."""
        y = self.up1(F.interpolate(y, scale_factor=2.0), mix, counts)
        y = self.up2(F.interpolate(y, scale_factor=2.0), mix, counts)
        picture: Tensor = (torch.tanh(self.leave(y)) + 1) / 2
        return picture


def pair_net(*, width: int = 16) -> TransformNet:
    """Return the network of Huang 2017, table 1: 16, 32, 48 channels, kernels of 3 x 3 throughout.

    Deviation: it doubles sizes by the nearest pixel and a convolution, as the others here do,
    where the paper takes convolutions of stride 1/2, which leave checkerboards.

    Args:
        width: Channels of the outermost layers; 16 in the paper.
    """
    return TransformNet(width=width, inner=(2 * width, 3 * width), kernel=3)


def itn_input(frame: Tensor) -> Tensor:
    """Center a working picture (B x 3 x H x W in [0, 1]) on zero, as the networks see it."""
    return (frame - 0.5) * 4


def vtn_input(frame: Tensor, previous: Tensor, trust: Tensor) -> Tensor:
    """Join the seven channels of chapter 5.

    Args:
        frame: B x 3 x H x W, the frame to stylize.
        previous: B x 3 x H x W, the previous output warped to now, in [0, 1].
        trust: B x 1 x H x W, 1 where `previous` can be trusted; all 0 for a fresh start.

    Returns:
        B x 7 x H x W. The previous output is masked *after* centring, so that "nothing
        known" is 0 in every channel, the value that reflection and norms leave alone.
    """
    return torch.cat([itn_input(frame), itn_input(previous) * trust, trust], dim=1)


def pad_to_multiple(x: Tensor, step: int) -> Tensor:
    """Grow the right and lower edge by reflection until H and W are multiples of `step`."""
    bottom, right = -x.shape[-2] % step, -x.shape[-1] % step
    if not bottom and not right:
        return x
    return F.pad(x, [0, right, 0, bottom], mode="reflect")
