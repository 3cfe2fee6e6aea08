"""How strong the light of a scene-linear frame is: what is far from ordinary is brought near it.

The curve between light and the working picture is fixed, and made for light around 1. A render in
physical units, a thousandth or some hundreds of that, would be all black or all white to it. So
the light of such a run is divided by one number, the same for all of its frames, and what was
made is multiplied by it again. It is a power of two, so nothing is rounded.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from vst_core.image.plate import Plate, base_of, source_colors
from vst_core.image.reading import alpha_divisor

__all__ = ["exposure_of", "typical_light"]

_ORDINARY = (0.02, 1.0)
_MIDDLE = 0.35
_LEAST = 1e-12
_MOST_PIXELS = 2**16


def typical_light(plate: Plate) -> float | None:
    """Return the median of the lit pixels' brightest channels; None where there is no such light.

    Args:
        plate: Of light that is scene-linear; of others None is returned.
    """
    if plate.space.referred != "scene":
        return None
    height, width = plate.pixels.shape[:2]
    step = max(1, math.isqrt(height * width // _MOST_PIXELS))
    pixels = plate.pixels[::step, ::step]
    header = plate.header
    colors, alpha = source_colors(pixels, gray=header.layer.is_gray, alpha=header.has_alpha)
    base = base_of(colors, alpha_divisor(header, alpha), plate.space).max(axis=-1)
    lit = base[base > _LEAST] if alpha is None else base[(base > _LEAST) & (alpha > 0)]
    return float(np.median(lit)) if lit.size else None


def exposure_of(lights: Sequence[float]) -> float:
    """Return what the light of a run is divided by, a power of two; 1 for ordinary light.

    Args:
        lights: The `typical_light` of some of its frames; the brightest one is taken, for others
            may be faded.
    """
    light = max(lights, default=_MIDDLE)
    if _ORDINARY[0] <= light <= _ORDINARY[1]:
        return 1.0
    return 2.0 ** round(math.log2(light / _MIDDLE))
