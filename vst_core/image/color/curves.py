"""Transfer curves: from a file's code values to linear light, and back.

Display curves go on below 0 as their own mirror image, so that colors outside Rec.709 come
back. 1.0 is diffuse white; where a standard counts in candelas or in a camera's range, that is
the reference white of ITU-R BT.2408: 203 cd/m2 in PQ, code 0.75 in HLG.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np

from vst_core.image import shaper
from vst_core.image.arrays import FloatArray

__all__ = ["Cineon", "Gamma", "Hlg", "Pq", "Srgb", "Straight", "TransferCurve", "mirrored"]


class TransferCurve(Protocol):
    """A transfer curve, the same for all channels."""

    def decode(self, coded: FloatArray) -> FloatArray:
        """Return linear light."""

    def encode(self, linear: FloatArray) -> FloatArray:
        """Return code values."""


def mirrored(made: FloatArray, source: FloatArray) -> FloatArray:
    """Return what was made of the absolute values of `source`, with its signs."""
    return np.copysign(made, source)


@dataclass(frozen=True, slots=True)
class Straight:
    """No curve: the numbers are light."""

    def decode(self, coded: FloatArray) -> FloatArray:
        """See `TransferCurve`."""
        return coded

    def encode(self, linear: FloatArray) -> FloatArray:
        """See `TransferCurve`."""
        return linear


@dataclass(frozen=True, slots=True)
class Srgb:
    """IEC 61966-2-1."""

    def decode(self, coded: FloatArray) -> FloatArray:
        """See `TransferCurve`."""
        return mirrored(shaper.srgb_decode(np.abs(coded)), coded)

    def encode(self, linear: FloatArray) -> FloatArray:
        """See `TransferCurve`."""
        return mirrored(shaper.srgb_encode(np.abs(linear)), linear)


@dataclass(frozen=True, slots=True)
class Gamma:
    """A power."""

    exponent: float

    def decode(self, coded: FloatArray) -> FloatArray:
        """See `TransferCurve`."""
        return mirrored(np.power(np.abs(coded), np.float32(self.exponent)), coded)

    def encode(self, linear: FloatArray) -> FloatArray:
        """See `TransferCurve`."""
        return mirrored(np.power(np.abs(linear), np.float32(1 / self.exponent)), linear)


@dataclass(frozen=True, slots=True)
class Cineon:
    """Kodak's curve: 10-bit code 685 is white, 95 black, 0.002 density a code, gamma 0.6."""

    def decode(self, coded: FloatArray) -> FloatArray:
        """See `TransferCurve`."""
        exponent = (coded - np.float32(685 / 1023)) * np.float32(_PER_CODE)
        light: FloatArray = np.power(np.float32(10.0), exponent)
        light -= np.float32(_BLACK)
        light /= np.float32(1 - _BLACK)
        return light

    def encode(self, linear: FloatArray) -> FloatArray:
        """See `TransferCurve`."""
        light = np.maximum(linear * np.float32(1 - _BLACK) + np.float32(_BLACK), np.float32(1e-6))
        coded: FloatArray = np.log10(light)
        coded /= np.float32(_PER_CODE)
        coded += np.float32(685 / 1023)
        return coded


_BLACK = 10 ** ((95 - 685) * 0.002 / 0.6)
_PER_CODE = 1023 * 0.002 / 0.6


@dataclass(frozen=True, slots=True)
class Pq:
    """SMPTE ST 2084 (ITU-R BT.2100, table 4): up to 10,000 cd/m2."""

    def decode(self, coded: FloatArray) -> FloatArray:
        """See `TransferCurve`."""
        root = np.power(np.clip(coded, 0.0, 1.0).astype(np.float64), 1 / _M2)
        nits = np.power(np.maximum(root - _C1, 0.0) / (_C2 - _C3 * root), 1 / _M1)
        light: FloatArray = nits * (10_000 / _WHITE_NITS)
        return light.astype(np.float32)

    def encode(self, linear: FloatArray) -> FloatArray:
        """See `TransferCurve`."""
        light = np.clip(linear.astype(np.float64) * (_WHITE_NITS / 10_000), 0.0, 1.0)
        power = np.power(light, _M1)
        coded: FloatArray = np.power((_C1 + _C2 * power) / (1 + _C3 * power), _M2)
        return coded.astype(np.float32)


_M1, _M2 = 2610 / 16384, 2523 / 4096 * 128
_C1, _C2, _C3 = 3424 / 4096, 2413 / 4096 * 32, 2392 / 4096 * 32
_WHITE_NITS = 203.0


@dataclass(frozen=True, slots=True)
class Hlg:
    """Hybrid log-gamma (ITU-R BT.2100, table 5): the light of the scene, without an OOTF."""

    def decode(self, coded: FloatArray) -> FloatArray:
        """See `TransferCurve`."""
        code = np.clip(coded, 0.0, 1.0).astype(np.float64)
        over = (np.exp((code - _HLG_C) / _HLG_A) + _HLG_B) / 12
        light: FloatArray = np.where(code <= 0.5, code * code / 3, over) / _HLG_WHITE
        return light.astype(np.float32)

    def encode(self, linear: FloatArray) -> FloatArray:
        """See `TransferCurve`."""
        light = np.clip(linear.astype(np.float64) * _HLG_WHITE, 0.0, 1.0)
        over = _HLG_A * np.log(np.maximum(12 * light - _HLG_B, 1e-9)) + _HLG_C
        return np.where(light <= 1 / 12, np.sqrt(3 * light), over).astype(np.float32)


_HLG_A = 0.17883277
_HLG_B = 1 - 4 * _HLG_A
_HLG_C = 0.5 - _HLG_A * float(np.log(4 * _HLG_A))
_HLG_WHITE = (float(np.exp((0.75 - _HLG_C) / _HLG_A)) + _HLG_B) / 12
