"""The networks as TorchScript for other programs: one tensor in, one out, operators of old.

Nuke's CatFileCreator wants that, and Nuke brings a torch of its own (1.12 and later). So there
is nothing in here but convolutions, plain arithmetic, mirrored borders and sampling, each in a
form that serialized programs have had since long before.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

from vst_core.nets.layers import EPSILON, ConditionalNorm, NormedConv, PaddedConv, ResidualBlock
from vst_core.nets.transform import STEP, TransformNet

__all__ = ["ExportedItn", "ExportedVtn"]


class _Conv(nn.Module):
    """A convolution behind mirrored borders."""

    def __init__(self, conv: PaddedConv) -> None:
        super().__init__()
        self.margin = conv.margin
        self.conv = conv.conv

    def forward(self, x: Tensor) -> Tensor:
        m = self.margin
        out: Tensor = self.conv(_mirrored(x, m, m, m))
        return out


class _Norm(nn.Module):
    """Instance norm of the one style that the network has."""

    def __init__(self, norm: ConditionalNorm) -> None:
        super().__init__()
        self.epsilon = EPSILON
        self.register_buffer("scale", norm.scale.detach()[:1, :, None, None].clone())
        self.register_buffer("shift", norm.shift.detach()[:1, :, None, None].clone())
        self.scale: Tensor
        self.shift: Tensor

    def forward(self, x: Tensor) -> Tensor:
        away = x - x.mean(dim=[2, 3], keepdim=True)
        variance = (away * away).mean(dim=[2, 3], keepdim=True)
        return away * torch.rsqrt(variance + self.epsilon) * self.scale + self.shift


class _Layer(nn.Module):
    """A convolution and its norm."""

    def __init__(self, conv: PaddedConv, norm: ConditionalNorm) -> None:
        super().__init__()
        self.conv, self.norm = _Conv(conv), _Norm(norm)

    def forward(self, x: Tensor) -> Tensor:
        out: Tensor = self.norm(self.conv(x))
        return out


class _Block(nn.Module):
    """A residual block."""

    def __init__(self, first: NormedConv, second: PaddedConv, norm: ConditionalNorm) -> None:
        super().__init__()
        self.first, self.second = _Layer(first.conv, first.norm), _Layer(second, norm)

    def forward(self, x: Tensor) -> Tensor:
        out: Tensor = x + self.second(torch.relu(self.first(x)))
        return out


def _block(block: nn.Module) -> _Block:
    assert isinstance(block, ResidualBlock)
    return _Block(block.first, block.second, block.norm)


class _Network(nn.Module):
    """`TransformNet` of a single style, with the margin that keeps its borders off the frame."""

    def __init__(self, net: TransformNet, margin: int) -> None:
        super().__init__()
        self.margin, self.step = margin, STEP
        self.enter, self.down1, self.down2, self.up1, self.up2 = (
            _Layer(one.conv, one.norm)
            for one in (net.enter, net.down1, net.down2, net.up1, net.up2)
        )
        self.blocks = nn.ModuleList(map(_block, net.blocks))
        self.leave = _Conv(net.leave)

    def forward(self, x: Tensor) -> Tensor:
        height, width = x.shape[2], x.shape[3]
        m = min(self.margin, height - 1, width - 1)
        right, bottom = -(width + 2 * m) % self.step, -(height + 2 * m) % self.step
        x = _mirrored(_mirrored(x, m, m, m), 0, right, bottom)
        x = torch.relu(self.enter(x))
        x = torch.relu(self.down2(torch.relu(self.down1(x))))
        for block in self.blocks:
            x = block(x)
        x = torch.relu(self.up1(_doubled(x)))
        x = torch.relu(self.up2(_doubled(x)))
        picture = (torch.tanh(self.leave(x)) + 1) / 2
        return picture[:, :, m : m + height, m : m + width]


class ExportedItn(nn.Module):
    """The ITN: every frame by itself.

    Args:
        net: With a single style.
        margin: Of mirrored picture around the frame, in pixels.
    """

    def __init__(self, net: TransformNet, *, margin: int) -> None:
        super().__init__()
        self.network = _Network(net, margin)

    def forward(self, x: Tensor) -> Tensor:
        """Map the frame, 1 x 3 x H x W in [0, 1] (H, W >= 17), to the picture, as large."""
        picture: Tensor = self.network((x.clamp(0, 1) - 0.5) * 4)
        return picture


class ExportedVtn(nn.Module):
    """The VTN: guided by the previous stylized frame, which it moves along itself.

    Args:
        net: With a single style.
        margin: Of mirrored picture around the frame, in pixels.
    """

    def __init__(self, net: TransformNet, *, margin: int) -> None:
        super().__init__()
        self.network = _Network(net, margin)

    def forward(self, x: Tensor) -> Tensor:
        """Stylize.

        Args:
            x: 1 x 9 x H x W (H, W >= 17): the frame (3, in [0, 1]); the previous result (3, in
                [0, 1]); the motion to the previous frame as Nuke has it (backward.u, backward.v:
                in pixels, x right and y up); and where that can be trusted (1 there, 0 for a
                fresh start).

        Returns:
            1 x 3 x H x W in [0, 1].
        """
        frame, previous = x[:, 0:3].clamp(0, 1), x[:, 3:6].clamp(0, 1)
        trust = x[:, 8:9].clamp(0, 1)
        warped = _moved(previous, x[:, 6:7], -x[:, 7:8])
        joined = torch.cat([(frame - 0.5) * 4, (warped - 0.5) * 4 * trust, trust], dim=1)
        picture: Tensor = self.network(joined)
        return picture


def _mirrored(x: Tensor, before: int, right: int, bottom: int) -> Tensor:
    """Return a picture with mirrored pixels around it: so many at the left and top, and behind."""
    # `functional.pad` would become an operator of its own, which an older torch does not know.
    padding = [before, right, before, bottom]
    out: Tensor = torch._C._nn.reflection_pad2d(x, padding)  # type: ignore[attr-defined]
    return out


def _doubled(x: Tensor) -> Tensor:
    """Return each pixel four times, as enlarging by the nearest pixel does."""
    batch, channels, height, width = x.shape
    wide = x.reshape(batch, channels, height, 1, width, 1)
    wide = wide.expand(batch, channels, height, 2, width, 2)
    return wide.reshape(batch, channels, 2 * height, 2 * width)


def _moved(picture: Tensor, u: Tensor, v: Tensor) -> Tensor:
    """Return what a picture shows at each pixel's place plus (u, v), y down; see `motion.warp`."""
    height, width = picture.shape[2], picture.shape[3]
    columns = torch.arange(width, dtype=u.dtype, device=u.device).reshape(1, 1, 1, width)
    rows = torch.arange(height, dtype=u.dtype, device=u.device).reshape(1, 1, height, 1)
    x = (columns + u) * (2.0 / (width - 1)) - 1
    y = (rows + v) * (2.0 / (height - 1)) - 1
    grid = torch.cat([x, y], dim=1).permute(0, 2, 3, 1)
    # bilinear (0), the border's pixel beyond the border (1), corners at the outer pixels' middles
    return torch.grid_sampler(picture, grid, 0, 1, True)
