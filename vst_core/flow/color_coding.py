"""Flow as colors: the direction is the hue, the length the saturation.

The coding of the Middlebury flow benchmark (Baker et al. 2007, "A database and evaluation
methodology for optical flow", section 4.2, and its `colorcode.cpp`): a wheel of 55 colors whose
steps from hue to hue are about equally visible. What moves right is red, down yellow, left cyan
to blue, up violet; what stands still is white.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor

from vst_core.errors import UsageError

__all__ = ["color_wheel", "flow_colors"]

# From hue to hue: its number of steps, and how red, green and blue are at its start and end.
_ARCS = (
    (15, (1, 0, 0), (1, 1, 0)),
    (6, (1, 1, 0), (0, 1, 0)),
    (4, (0, 1, 0), (0, 1, 1)),
    (11, (0, 1, 1), (0, 0, 1)),
    (13, (0, 0, 1), (1, 0, 1)),
    (6, (1, 0, 1), (1, 0, 0)),
)
_BEYOND = 0.75


def flow_colors(flow: Tensor, *, largest: float) -> Tensor:
    """Return flow as a picture, `B x 3 x H x W` in [0, 1].

    Args:
        flow: `B x 2 x H x W` in pixels, x right, y down.
        largest: The length in pixels at which a color is full. Longer flow is shown darker, flow
            that is not a number black.

    Raises:
        UsageError: `largest` is not above 0.
    """
    if not largest > 0:
        raise UsageError(f"Flow of {largest} pixels has no color", fix="Give a length above 0")
    known = torch.isfinite(flow).all(dim=1, keepdim=True)
    x, y = flow.where(known, 0).div(largest).unbind(1)
    length = torch.hypot(x, y)[:, None]
    hue = _hues(torch.atan2(-y, -x))
    color = torch.where(length <= 1, 1 - length * (1 - hue), hue * _BEYOND)
    return color.where(known, 0)


def color_wheel(size: int) -> Tensor:
    """Return the key to the colors, `1 x 3 x size x size`: a disk, on black, of all directions."""
    places = torch.linspace(-1, 1, size)
    y, x = torch.meshgrid(places, places, indexing="ij")
    flow = torch.stack((x, y))[None]
    return flow_colors(flow.where(torch.hypot(x, y) <= 1, math.nan), largest=1.0)


def _hues(angle: Tensor) -> Tensor:
    """Return the full colors of angles, `B x H x W` in [-pi, pi], as `B x 3 x H x W`."""
    wheel = _wheel().to(angle)
    place = (angle / math.pi + 1) / 2 * (len(wheel) - 1)
    lower = place.floor().long().clamp(0, len(wheel) - 1)
    upper = (lower + 1) % len(wheel)
    share = (place - lower)[..., None]
    return torch.lerp(wheel[lower], wheel[upper], share).permute(0, 3, 1, 2)


def _wheel() -> Tensor:
    """Return the wheel, 55 x 3."""
    colors = []
    for steps, start, end in _ARCS:
        share = torch.arange(steps)[:, None] / steps
        colors.append(torch.lerp(torch.tensor(start) * 1.0, torch.tensor(end) * 1.0, share))
    return torch.cat(colors)
