"""The weave: what a network lays over calm areas every four pixels, bound to the pixel grid.

Networks that halve a picture twice and double it again can do so (Odena 2016, "Deconvolution
and Checkerboard Artifacts"); training is held against it by `checkerboard_loss`.
"""

from __future__ import annotations

from torch import Tensor

__all__ = ["weave"]

_WINDOW, _PERIOD = 32, 4
_CALM = 0.02


def weave(out: Tensor, source: Tensor) -> float | None:
    """Return the root mean square of the weave in the calm areas of a frame.

    Args:
        out: 1 x 3 x H x W in [0, 1], stylized.
        source: The same size. Calm are its windows of 32 x 32 pixels, from the upper left
            corner on, in which no channel's standard deviation is more than 0.02.

    Returns:
        Of [0, 1]; None where no window is calm. A mean over many repeats leaves some of any
        texture: other periods than four have 0.002 to 0.009 by it.
    """
    if min(out.shape[-2:]) < _WINDOW:
        return None
    deviation = _windows(source).std(dim=(1, 2), unbiased=False).amax(dim=0)
    calm = deviation <= _CALM
    if not bool(calm.any()):
        return None
    repeats = _WINDOW // _PERIOD
    tiles = _windows(out)[..., calm].double()  # 3 x 32 x 32 x windows
    pattern = tiles.reshape(3, repeats, _PERIOD, repeats, _PERIOD, -1).mean(dim=(1, 3))
    error = pattern - pattern.mean(dim=(1, 2), keepdim=True)
    return float(error.square().mean().sqrt())


def _windows(picture: Tensor) -> Tensor:
    """Return 3 x 32 x 32 x windows; what is left over of whole windows is left out."""
    rows = picture[0].unfold(1, _WINDOW, _WINDOW).unfold(2, _WINDOW, _WINDOW)
    return rows.permute(0, 3, 4, 1, 2).flatten(3)
