"""Large fields band by band, so that what is made on the way to a result stays small."""

from __future__ import annotations

from collections.abc import Callable

from torch import Tensor

__all__ = ["by_bands"]

_PIXELS = 2**21  # of a band: no picture of 1920 x 1080 is parted


def by_bands(function: Callable[[Tensor, int], Tensor], field: Tensor, *, halo: int = 0) -> Tensor:
    """Return what a function makes of a field, a value of the result for each of the field.

    Args:
        function: Takes some rows of the field and the number of the first, gives as many rows.
        field: B x C x H x W.
        halo: How many rows above and below a row decide what is made of it.
    """
    height, width = field.shape[-2:]
    step = max(1, _PIXELS // (width * len(field)))
    if step >= height:
        return function(field, 0)
    found: Tensor | None = None
    for top in range(0, height, step):
        bottom, first = min(top + step, height), max(0, top - halo)
        part = function(field[:, :, first : bottom + halo], first)
        found = part.new_empty(*part.shape[:2], height, width) if found is None else found
        found[:, :, top:bottom] = part[:, :, top - first : bottom - first]
    assert found is not None  # there are rows
    return found
