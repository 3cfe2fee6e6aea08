"""A color space: from a file's numbers to one of the two bases that the engine works from.

A space is either *scene-referred* (light without a ceiling: linear, camera logs) or
*display-referred* (code values of a finished picture). The base of the first is scene-linear
Rec.709, that of the second sRGB code values; both go below 0 for colors outside Rec.709. The
two default spaces are their own bases and cost nothing.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Literal, Protocol

import numpy as np

from vst_core.image.arrays import FloatArray
from vst_core.image.color.curves import Cineon, Srgb, Straight, TransferCurve
from vst_core.image.color.primaries import IDENTITY, Rows, multiplied, rows_of

__all__ = [
    "CINEON",
    "LINEAR",
    "SRGB",
    "UNLABELLED",
    "Coded",
    "ColorSpace",
    "Label",
    "Transform",
    "Unchanged",
    "base_to_file",
    "display_to_scene",
    "file_to_base",
    "scene_to_display",
]


class Transform(Protocol):
    """From the numbers of a file to the base, and back."""

    def to_base(self, rgb: FloatArray) -> FloatArray:
        """Return the base values (h x w x 3) of colors."""

    def from_base(self, base: FloatArray) -> FloatArray:
        """Return colors (h x w x 3) of base values."""


@dataclass(frozen=True, slots=True)
class Unchanged:
    """The numbers are the base."""

    def to_base(self, rgb: FloatArray) -> FloatArray:
        """See `Transform`."""
        return rgb

    def from_base(self, base: FloatArray) -> FloatArray:
        """See `Transform`."""
        return base


@dataclass(frozen=True, slots=True)
class Coded:
    """A curve, then a matrix to linear Rec.709; for a display, sRGB's curve on top."""

    curve: TransferCurve = field(default_factory=Straight)
    matrix: Rows = IDENTITY
    display: bool = False

    def to_base(self, rgb: FloatArray) -> FloatArray:
        """See `Transform`."""
        linear = self.curve.decode(rgb)
        if self.matrix != IDENTITY:
            linear = multiplied(linear, self.matrix)
        return Srgb().encode(linear) if self.display else linear

    def from_base(self, base: FloatArray) -> FloatArray:
        """See `Transform`."""
        linear = Srgb().decode(base) if self.display else base
        if self.matrix != IDENTITY:
            linear = multiplied(linear, rows_of(np.linalg.inv(np.array(self.matrix))))
        return self.curve.encode(linear)


@dataclass(frozen=True, slots=True)
class Label:
    """What a file says about its numbers, to be said again where they stay as they are.

    Attributes:
        profile: An ICC profile.
        chunks: Chunks of a PNG, each its type and content: `cICP`, `cHRM`, ...
    """

    profile: bytes = b""
    chunks: tuple[tuple[bytes, bytes], ...] = ()

    def fits(self, file_format: str) -> bool:
        """Whether a format (as the library calls it) has room for all that there is to say."""
        if self.chunks:
            return file_format == "png"
        return bool(self.profile) and file_format in ("jpeg", "png", "tiff")


UNLABELLED = Label()


@dataclass(frozen=True, slots=True)
class ColorSpace:
    """A file's color space.

    Attributes:
        name: For people.
        referred: Which base it goes to.
        transform: How it gets there.
        label: What is written where a result has the numbers of this space.
        note: What a person should know about how the file was understood; empty = nothing.
    """

    name: str
    referred: Literal["scene", "display"]
    transform: Transform = field(default_factory=Unchanged)
    label: Label = field(default=UNLABELLED, repr=False)
    note: str = field(default="", compare=False)

    def labelled(self, label: Label) -> ColorSpace:
        """Return the same space with a label."""
        return replace(self, label=label)

    def noted(self, note: str) -> ColorSpace:
        """Return the same space with a note."""
        return replace(self, note=note)


LINEAR = ColorSpace("Linear Rec.709 (sRGB)", "scene")
SRGB = ColorSpace("sRGB - Texture", "display")
CINEON = ColorSpace("Cineon", "scene", Coded(Cineon()))


def file_to_base(rgb: FloatArray, space: ColorSpace) -> FloatArray:
    """Return the base values (h x w x 3) of colors in `space`: see the module's docstring."""
    return space.transform.to_base(rgb)


def base_to_file(base: FloatArray, space: ColorSpace) -> FloatArray:
    """Return colors in `space` (h x w x 3): the inverse of `file_to_base`."""
    return space.transform.from_base(base)


def scene_to_display(linear: FloatArray) -> FloatArray:
    """Return sRGB code values of scene-linear Rec.709, cut at 1: what a viewer shows."""
    coded = Srgb().encode(linear)
    np.minimum(coded, np.float32(1.0), out=coded)
    return coded


def display_to_scene(coded: FloatArray) -> FloatArray:
    """Return scene-linear Rec.709 of sRGB code values."""
    return Srgb().decode(coded)
