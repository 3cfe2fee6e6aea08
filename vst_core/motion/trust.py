"""Where the previous frame, warped to now, can be trusted.

The two tests of Sundaram et al. 2010 (section 3.1), as Ruder et al. 2016 (section 4.2)
use them: forward and backward flow must be consistent, and the flow must be smooth. A
pixel is untrusted where *either* fails, or where the sample lies outside the frame.
Three published readings are offered by name, see `trust_mask`.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import torch
from torch import Tensor

from vst_core.errors import UsageError, nearest
from vst_core.motion.bands import by_bands
from vst_core.motion.warping import inside, sampled

__all__ = ["TRUST_VARIANTS", "consistency_mask", "motion_boundary_mask", "trust_mask"]

# The reference implementation of 2016 cuts its Gaussian off after two pixels.
_SIGMA = 0.8
_BELL = [math.exp(-0.5 * (offset / _SIGMA) ** 2) for offset in range(3)]
_GAUSSIAN = [value / (2 * sum(_BELL) - _BELL[0]) for value in _BELL]
_MINIMUM_WINDOW = 7
_HALO = 3  # rows: a window of 7, and 2 of the Gaussian on top of the differences' 1


def consistency_mask(forward: Tensor, backward: Tensor) -> Tensor:
    """Return 1 where going back and forth again ends near the start.

    With w^ the backward flow here and w~ the forward flow at the place it points to, the
    pixel is consistent where `|w~ + w^|^2 < 0.01 (|w~|^2 + |w^|^2) + 0.5` (Ruder 2016,
    equation 5). Samples beyond the border take the border's flow; see `inside`.

    Args:
        forward: `B x 2 x H x W` in pixels, on the previous frame, pointing to the current.
        backward: The same size, on the current frame, pointing to the previous.

    Returns:
        `B x 1 x H x W` of 0 and 1, on the current frame; 0 where a flow is not a number.
    """
    return _consistent(forward, backward, 0)


def _consistent(forward: Tensor, backward: Tensor, top: int) -> Tensor:
    """Return `consistency_mask` in the rows, from one on, for which there is backward flow."""
    returned = sampled(forward, backward, top=top)
    distance = _squared(returned + backward)
    allowed = (_squared(returned) + _squared(backward)).mul_(0.01).add_(0.5)
    return (distance < allowed).to(backward.dtype)


def motion_boundary_mask(flow: Tensor) -> Tensor:
    """Return 1 where the flow is smooth, 0 on a motion boundary.

    A boundary is where `|grad u|^2 + |grad v|^2 > 0.01 |w|^2 + 0.002` (Ruder 2016,
    equation 6), with central differences and the border repeated once.

    Args:
        flow: `B x 2 x H x W` in pixels.

    Returns:
        `B x 1 x H x W` of 0 and 1; 0 where the flow or a neighbor is not a number.
    """
    steepness = _squared(_central_difference(flow, -1)) + _squared(_central_difference(flow, -2))
    return (steepness <= _squared(flow).mul_(0.01).add_(0.002)).to(flow.dtype)


def trust_mask(forward: Tensor, backward: Tensor, *, variant: str = "ruder2016") -> Tensor:
    """Return how far the previous frame, warped by `backward`, can be trusted.

    Variants:
        `plain`: 1 where consistent, smooth and inside the frame, else 0.
        `ruder2016`: the reference implementation of Ruder et al. 2016: inconsistent pixels
            count -1, boundaries and pixels from outside 0, all others 1; then a Gaussian
            of sigma 0.8, cut off below 0. So distrust spreads a little beyond
            inconsistent pixels, while at motion boundaries and at the frame's edge the
            ramp is soft and reaches up to two pixels into the untrusted side.
        `ruder2018`: that of Ruder et al. 2018: no boundary test, then the minimum over
            7 x 7 pixels. (Its optional slack in untextured regions is not used.)

    Args:
        forward: `B x 2 x H x W` in pixels, on the previous frame, pointing to the current.
        backward: The same size, on the current frame, pointing to the previous.
        variant: One of `TRUST_VARIANTS`.

    Returns:
        `B x 1 x H x W` in [0, 1], on the current frame; in `plain` and `ruder2018` every
        value is 0 or 1.

    Raises:
        UsageError: There is no such variant.
    """
    if variant not in TRUST_VARIANTS:
        raise UsageError(f"No trust mask is called '{variant}'", fix=nearest(variant, _VARIANTS))
    make = _VARIANTS[variant]
    return by_bands(lambda part, top: make(forward, part, top), backward, halo=_HALO)


def _plain(forward: Tensor, backward: Tensor, top: int) -> Tensor:
    consistent = _consistent(forward, backward, top)
    within = inside(backward, top=top, height=forward.shape[-2])
    return consistent.mul_(motion_boundary_mask(backward)).mul_(within)


def _ruder2016(forward: Tensor, backward: Tensor, top: int) -> Tensor:
    consistent = _consistent(forward, backward, top)
    within = inside(backward, top=top, height=forward.shape[-2])
    smooth = motion_boundary_mask(backward)
    seeds = (consistent * (smooth + 1)).sub_(1).mul_(within)
    # The reference knows no missing flow; here softening must not bring trust to it.
    known = torch.isfinite(backward[:, :1] + backward[:, 1:])
    return _gaussian(seeds).clamp_(0, 1).mul_(known)


def _ruder2018(forward: Tensor, backward: Tensor, top: int) -> Tensor:
    within = inside(backward, top=top, height=forward.shape[-2])
    trusted = _consistent(forward, backward, top).mul_(within)
    return _minimum(_minimum(trusted, -1), -2)


_VARIANTS: dict[str, Callable[[Tensor, Tensor, int], Tensor]] = {
    "ruder2016": _ruder2016,
    "ruder2018": _ruder2018,
    "plain": _plain,
}
TRUST_VARIANTS: tuple[str, ...] = tuple(_VARIANTS)


def _squared(field: Tensor) -> Tensor:
    """Return the squared length of every vector, `B x 1 x H x W`."""
    x, y = field[:, :1], field[:, 1:]
    return torch.addcmul(x * x, y, y)


def _central_difference(field: Tensor, dim: int) -> Tensor:
    padded = _mirrored(field, dim, 1)
    size = field.shape[dim]
    return (padded.narrow(dim, 2, size) - padded.narrow(dim, 0, size)).mul_(0.5)


def _gaussian(mask: Tensor) -> Tensor:
    """Smooth by shifted sums, which beat a one-channel convolution on a CPU."""
    center, near, far = _GAUSSIAN
    for dim in (-1, -2):
        size = mask.shape[dim]
        padded = _mirrored(mask, dim, 2)
        shifted = [padded.narrow(dim, start, size) for start in range(5)]
        mask = (shifted[2] * center).add_(shifted[1] + shifted[3], alpha=near)
        mask.add_(shifted[0] + shifted[4], alpha=far)
    return mask


def _mirrored(field: Tensor, dim: int, count: int) -> Tensor:
    """Pad both ends of `dim` by their mirror image, the outermost line included."""
    size = field.shape[dim]
    before = field.narrow(dim, 0, count).flip(dim)
    after = field.narrow(dim, size - count, count).flip(dim)
    return torch.cat((before, field, after), dim)


def _minimum(mask: Tensor, dim: int) -> Tensor:
    """Return the minimum over a window of 7, by windows of 2, 4 and 7; outside counts 1."""
    size, reach = mask.shape[dim], _MINIMUM_WINDOW // 2
    border = torch.ones_like(mask.narrow(dim, 0, reach))
    window = torch.cat((border, mask, border), dim)
    for step in (1, 2, _MINIMUM_WINDOW - 4):
        length = window.shape[dim] - step
        window = torch.minimum(window.narrow(dim, 0, length), window.narrow(dim, step, length))
    return window.narrow(dim, 0, size)
