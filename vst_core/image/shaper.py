"""Scene-linear light <-> the network's [0, 1], invertible and the same for every frame.

Up to `KNEE` the curve is sRGB's (IEC 61966-2-1), so that ordinary surfaces look to the
network like the photographs it was trained on. Above, a logarithmic shoulder

    coded = shoulder_start + SLOPE * WIDTH * log(1 + (linear - KNEE) / WIDTH)

goes on with the same value and slope and reaches 1.0 at `PEAK`, so that a light of 50.0
survives. A fixed curve, not one fitted to the frame: a fitted one would flicker.

Arithmetic is numpy's, element by element, so that the result depends neither on the number
of threads nor on how the picture is cut into bands.
"""

from __future__ import annotations

import math

import numpy as np

from vst_core.image.arrays import FloatArray

__all__ = ["KNEE", "PEAK", "decode", "encode", "srgb_decode", "srgb_encode"]


KNEE = 0.75
"""Linear value up to which the curve is plain sRGB (coded 0.88)."""

PEAK = 128.0
"""Linear value that is coded as 1.0: seven stops above diffuse white."""


def _solve_width(rise: float, run: float) -> float:
    """Return w with w * log(1 + run / w) = rise, by bisection (the left side grows with w)."""
    low, high = 1e-9, run
    for _ in range(200):
        middle = 0.5 * (low + high)
        low, high = (middle, high) if middle * math.log1p(run / middle) < rise else (low, middle)
    return 0.5 * (low + high)


_START = 1.055 * KNEE ** (1 / 2.4) - 0.055
_SLOPE = 1.055 / 2.4 * KNEE ** (1 / 2.4 - 1)
_WIDTH = _solve_width((1.0 - _START) / _SLOPE, PEAK - KNEE)


def srgb_encode(linear: FloatArray) -> FloatArray:
    """Return sRGB code values of linear light in [0, inf); 1.0 stays 1.0."""
    light = np.maximum(linear, np.float32(0.0))
    coded: FloatArray = np.power(light, np.float32(1 / 2.4))
    coded *= np.float32(1.055)
    coded -= np.float32(0.055)
    dark = light <= np.float32(0.0031308)
    coded[dark] = light[dark] * np.float32(12.92)
    return coded


def srgb_decode(coded: FloatArray) -> FloatArray:
    """Return linear light of sRGB code values in [0, inf)."""
    code = np.maximum(coded, np.float32(0.0))
    linear: FloatArray = np.power((code + np.float32(0.055)) / np.float32(1.055), np.float32(2.4))
    dark = code <= np.float32(0.04045)
    linear[dark] = code[dark] / np.float32(12.92)
    return linear


def encode(linear: FloatArray) -> FloatArray:
    """Return the working picture's values of scene-linear light.

    Args:
        linear: Scene-linear Rec.709, any shape, finite; below 0 and above `PEAK` is cut.

    Returns:
        float32 in [0, 1], the same shape.
    """
    light = np.clip(linear, np.float32(0.0), np.float32(PEAK))
    coded = srgb_encode(light)
    bright = light > KNEE
    if bright.any():
        over = (light[bright] - np.float32(KNEE)) / np.float32(_WIDTH)
        coded[bright] = np.float32(_START) + np.float32(_SLOPE * _WIDTH) * np.log1p(over)
    np.minimum(coded, np.float32(1.0), out=coded)
    return coded


def decode(coded: FloatArray) -> FloatArray:
    """Return scene-linear light of the working picture's values: the inverse of `encode`.

    Args:
        coded: The working picture's values, any shape; outside [0, 1] is cut.

    Returns:
        float32 in [0, `PEAK`], the same shape.
    """
    code = np.clip(coded, np.float32(0.0), np.float32(1.0))
    linear = srgb_decode(code)
    bright = code > _START
    if bright.any():
        over = (code[bright] - np.float32(_START)) / np.float32(_SLOPE * _WIDTH)
        linear[bright] = np.float32(KNEE) + np.float32(_WIDTH) * np.expm1(over)
    np.minimum(linear, np.float32(PEAK), out=linear)
    return linear
