"""Colour spaces: from a file's numbers to the two bases the engine works from, and back.

A space is either *scene-referred* (light without a ceiling: linear, camera logs) or
*display-referred* (code values of a finished picture). The base of the first is scene-linear
Rec.709, that of the second sRGB code values. The two default spaces are their own bases and
cost nothing; linear spaces cost one 3 x 3 matrix; everything else goes through OpenColorIO.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray
from OpenImageIO import FLOAT, ImageBuf, ImageBufAlgo

from vst_core.errors import UsageError, nearest
from vst_core.image import shaper
from vst_core.image.arrays import FloatArray
from vst_core.image.configs import PINNED_CONFIG, full_name, listed_names

__all__ = [
    "CINEON",
    "LINEAR",
    "SRGB",
    "ColorSpace",
    "base_to_file",
    "display_to_scene",
    "file_to_base",
    "find_space",
    "scene_to_display",
]

Matrix: TypeAlias = NDArray[np.float64]

# What configs call the two bases; the first name that a config knows is taken.
_LINEAR_NAMES = ("Linear Rec.709 (sRGB)", "lin_rec709_srgb", "lin_rec709", "lin_srgb",
                 "Utility - Linear - sRGB", "Utility - Linear - Rec.709",
                 "Linear Rec.709")  # fmt: skip
_SRGB_NAMES = ("sRGB - Texture", "srgb_tx", "srgb_texture", "Utility - sRGB - Texture",
               "sRGB Encoded Rec.709 (sRGB)", "sRGB")  # fmt: skip


@dataclass(frozen=True, slots=True)
class ColorSpace:
    """A file's colour space, and how it gets to its base."""

    name: str
    referred: Literal["scene", "display"]
    transform: Literal["none", "matrix", "cineon", "ocio"] = "none"
    config: str = ""


LINEAR = ColorSpace("Linear Rec.709 (sRGB)", "scene")
SRGB = ColorSpace("sRGB - Texture", "display")
CINEON = ColorSpace("Cineon", "scene", "cineon")


def find_space(name: str, config: str) -> ColorSpace:
    """Return the space that a person or a file named.

    Args:
        name: A name, alias or role of the config; `Cineon` is always known.
        config: As from `config_name`.

    Raises:
        UsageError: The config cannot be loaded, or knows no such space.
    """
    if full := full_name(name, config):
        return _classify(full, config)
    if name.lower() in ("cineon", "kodaklog"):
        return CINEON
    help_text = nearest(name, [*listed_names(config), CINEON.name])
    raise UsageError(f"Colour space '{name}' is not in the config {config}", fix=help_text)


@lru_cache(maxsize=64)
def _classify(name: str, config: str) -> ColorSpace:
    """Sort a space by what it does: linear, with a ceiling at 1 (display), or without (log)."""
    if name == _known_name(config, _LINEAR_NAMES):
        return LINEAR
    if name == _known_name(config, _SRGB_NAMES):
        return SRGB
    if _is_linear(name, config):
        return ColorSpace(name, "scene", "matrix", config)
    white = np.ones((1, 1, 3), np.float32)
    ceiling = float(_ocio(white, name, _base_name(config, _LINEAR_NAMES), config).max())
    return ColorSpace(name, "display" if ceiling < 1.1 else "scene", "ocio", config)


# Dark, bright, above white and saturated colours; the second half is added to the first.
_PROBES = np.array([[0.0, 0.0, 0.0], [0.01, 0.02, 0.003], [0.9, 0.1, 0.4], [2.0, 3.0, 1.0],
                    [0.5, 0.5, 0.5], [0.3, 0.004, 0.2], [0.05, 0.8, 0.6], [1.0, 0.2, 4.0]],
                   np.float32)  # fmt: skip


def _is_linear(name: str, config: str) -> bool:
    """Whether light is linear in the space's values: f(2a) = 2 f(a), f(a + b) = f(a) + f(b)."""
    one, other = _PROBES[:4], _PROBES[4:]
    together = np.stack([one, other, 2 * one, one + other])
    sent = _ocio(together, name, _base_name(config, _LINEAR_NAMES), config)
    twice, added = 2 * sent[0], sent[0] + sent[1]
    return np.allclose(sent[2:], np.stack([twice, added]), rtol=1e-4, atol=1e-5)


def _known_name(config: str, names: tuple[str, ...]) -> str:
    """Return what the config calls the first of `names` that it knows, or an empty text."""
    return next((found for name in names if (found := full_name(name, config))), "")


def _base_name(config: str, names: tuple[str, ...]) -> str:
    if name := _known_name(config, names):
        return name
    raise UsageError(
        f"OpenColorIO config '{config}' has none of the spaces {', '.join(names)}",
        fix=f"Use a config that has one, such as {PINNED_CONFIG}.",
    )


def file_to_base(rgb: FloatArray, space: ColorSpace) -> FloatArray:
    """Return the base values (H x W x 3) of colours in `space`: see the module's docstring."""
    if space.transform == "matrix":
        return _apply(rgb, _matrix(space))
    if space.transform == "cineon":
        return _cineon_to_linear(rgb)
    if space.transform == "ocio":
        return _ocio(rgb, space.name, _base_of(space), space.config)
    return rgb


def base_to_file(base: FloatArray, space: ColorSpace) -> FloatArray:
    """Return colours in `space` (H x W x 3): the inverse of `file_to_base`."""
    if space.transform == "matrix":
        return _apply(base, np.linalg.inv(_matrix(space)).astype(np.float64))
    if space.transform == "cineon":
        return _linear_to_cineon(base)
    if space.transform == "ocio":
        return _ocio(base, _base_of(space), space.name, space.config)
    return base


def scene_to_display(linear: FloatArray) -> FloatArray:
    """Return sRGB code values of scene-linear Rec.709, cut at 1: what a viewer shows."""
    coded = shaper.srgb_encode(linear)
    np.minimum(coded, np.float32(1.0), out=coded)
    return coded


def display_to_scene(coded: FloatArray) -> FloatArray:
    """Return scene-linear Rec.709 of sRGB code values."""
    return shaper.srgb_decode(coded)


def _base_of(space: ColorSpace) -> str:
    names = _LINEAR_NAMES if space.referred == "scene" else _SRGB_NAMES
    return _base_name(space.config, names)


@lru_cache(maxsize=16)
def _matrix(space: ColorSpace) -> Matrix:
    """The 3 x 3 matrix of a linear space, found by sending the three primaries through it."""
    primaries = np.eye(3, dtype=np.float32)[None]
    sent = _ocio(primaries, space.name, _base_of(space), space.config)
    matrix: Matrix = sent[0].T.astype(np.float64)
    return matrix


def _apply(rgb: FloatArray, matrix: Matrix) -> FloatArray:
    # Written out instead of `@`: a BLAS may round differently with another number of threads.
    rows = [[np.float32(value) for value in row] for row in matrix]
    red, green, blue = rgb[..., 0], rgb[..., 1], rgb[..., 2]
    result = np.empty_like(rgb)
    for channel, (from_red, from_green, from_blue) in enumerate(rows):
        result[..., channel] = red * from_red + green * from_green + blue * from_blue
    return result


def _ocio(rgb: FloatArray, source: str, target: str, config: str) -> FloatArray:
    image = ImageBuf(np.ascontiguousarray(rgb, dtype=np.float32))
    converted = ImageBufAlgo.colorconvert(image, source, target, False, colorconfig=config)
    if converted.has_error:
        problem = converted.geterror()
        raise UsageError(
            f"OpenColorIO cannot convert '{source}' to '{target}' with {config} ({problem})",
            fix="Choose another --colorspace or --ocio.",
        )
    return np.asarray(converted.get_pixels(FLOAT), dtype=np.float32).reshape(rgb.shape)


# Kodak's Cineon curve: 10-bit code 685 is white, 95 is black, 0.002 density a code, gamma 0.6.
_BLACK = 10 ** ((95 - 685) * 0.002 / 0.6)
_PER_CODE = 1023 * 0.002 / 0.6


def _cineon_to_linear(coded: FloatArray) -> FloatArray:
    exponent = (coded - np.float32(685 / 1023)) * np.float32(_PER_CODE)
    light: FloatArray = np.power(np.float32(10.0), exponent)
    light -= np.float32(_BLACK)
    light /= np.float32(1 - _BLACK)
    return light


def _linear_to_cineon(linear: FloatArray) -> FloatArray:
    light = np.maximum(linear * np.float32(1 - _BLACK) + np.float32(_BLACK), np.float32(1e-6))
    coded: FloatArray = np.log10(light)
    coded /= np.float32(_PER_CODE)
    coded += np.float32(685 / 1023)
    return coded
