"""Sampling along a flow field.

Pixel-center arithmetic (`align_corners=True`): pixel (x, y) has its center at exactly
(x, y), so zero flow is the identity and an integer flow is a shift.
"""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor

from vst_core.errors import VstError
from vst_core.motion.bands import by_bands
from vst_core.resizing import resize_planes

__all__ = ["compose", "inside", "resize_flow", "sampled", "warp"]


def warp(picture: Tensor, flow: Tensor) -> Tensor:
    """Return what `picture` shows at `grid + flow`, bilinearly.

    With `backward` flow of frame t this brings frame t-1 to t: `warp(previous, backward)`.
    Samples beyond the border take the nearest border pixel; where that happened, `inside`
    is 0. A sample at a flow that is not a number is some pixel of the picture, so nothing
    that is not a number spreads into it.

    Args:
        picture: `B x C x H x W`, any channels (a picture, a mask, another flow).
        flow: `B x 2 x H x W` in pixels, on the picture's device and of its type.

    Raises:
        VstError: The sizes differ; resize the flow first.
    """
    _same_size(picture, flow)
    return by_bands(lambda part, top: sampled(picture, part, top=top), flow)


def sampled(picture: Tensor, flow: Tensor, *, top: int) -> Tensor:
    """Return the rows of `warp` from one on for which there is flow.

    Args:
        picture: B x C x H x W, all of it.
        flow: B x 2 x rows x W.
        top: Which row of the picture the first of the flow is.
    """
    grid = _normalized_grid(flow, top=top, height=picture.shape[-2])
    if grid.device.type == "mps":
        # Metal has no border padding; clamping the coordinates comes to the same.
        grid = grid.nan_to_num(nan=-1.0).clamp(-1, 1)
        return F.grid_sample(picture, grid, padding_mode="zeros", align_corners=True)
    return F.grid_sample(picture, grid, padding_mode="border", align_corners=True)


def inside(flow: Tensor, *, top: int = 0, height: int = 0) -> Tensor:
    """Return 1 where `grid + flow` lies within the frame, 0 elsewhere.

    The frame reaches from the first to the last pixel center, both included.

    Args:
        flow: `B x 2 x H x W` in pixels.
        top: Which row of the frame its first one is.
        height: Rows of the frame; 0 = those of the flow.

    Returns:
        `B x 1 x H x W`, of the flow's type; 0 where the flow is not a number.
    """
    x, y = _positions(flow, top)
    height, width = height or flow.shape[-2], flow.shape[-1]
    within = (x >= 0) & (x <= width - 1) & (y >= 0) & (y <= height - 1)
    return within.to(flow.dtype)


def resize_flow(flow: Tensor, size: tuple[int, int]) -> Tensor:
    """Return the flow of the same motion for frames of another size.

    The field goes by the rule for planes (`vst_core.resizing`), and its vectors are scaled by the
    ratio of the sizes.

    Args:
        flow: `B x 2 x H x W` in pixels.
        size: The new (height, width).
    """
    height, width = flow.shape[-2:]
    if (height, width) == tuple(size):
        return flow
    scale = flow.new_tensor([size[1] / width, size[0] / height]).view(1, 2, 1, 1)
    return resize_planes(flow, size) * scale


def compose(first: Tensor, second: Tensor) -> Tensor:
    """Return the flow a -> c from `first` (a -> b, on a) and `second` (b -> c, on b).

    Warping by the result equals warping by `second`, then by `first`, up to one
    interpolation. Beyond the border `second` is held constant.

    Args:
        first: `B x 2 x H x W` in pixels.
        second: The same size.
    """
    return first + warp(second, first)


def _positions(flow: Tensor, top: int) -> tuple[Tensor, Tensor]:
    """Return the sample positions x and y in pixels, each `B x 1 x H x W`."""
    columns, rows = _axes(flow, top)
    return flow[:, :1] + columns, flow[:, 1:] + rows


def _normalized_grid(flow: Tensor, *, top: int, height: int) -> Tensor:
    """Return `grid + flow` as `B x H x W x 2` with -1 and 1 at the outer pixel centers.

    The two planes stay apart in memory: writing and reading them so is several times
    faster on a CPU than interleaving x and y.
    """
    width = flow.shape[-1]
    columns, rows = _axes(flow, top)
    across, down = 2 / max(width - 1, 1), 2 / max(height - 1, 1)
    planes = (
        torch.add(columns * across - 1, flow[:, 0], alpha=across),
        torch.add(rows * down - 1, flow[:, 1], alpha=down),
    )
    return torch.stack(planes, dim=1).permute(0, 2, 3, 1)


def _axes(flow: Tensor, top: int) -> tuple[Tensor, Tensor]:
    """Return the pixel centers, rows from one on: columns as `W`, rows as `H x 1`."""
    height, width = flow.shape[-2:]
    columns = torch.arange(width, device=flow.device, dtype=flow.dtype)
    rows = torch.arange(top, top + height, device=flow.device, dtype=flow.dtype)
    return columns, rows.unsqueeze(1)


def _same_size(picture: Tensor, flow: Tensor) -> None:
    if picture.shape[-2:] != flow.shape[-2:]:
        raise VstError(
            f"A picture of {picture.shape[-1]} x {picture.shape[-2]} cannot be warped by a flow "
            f"of {flow.shape[-1]} x {flow.shape[-2]}",
            fix="Resize the flow first (resize_flow).",
        )
