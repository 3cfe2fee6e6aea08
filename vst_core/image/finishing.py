"""From the stylized picture back to numbers for a file.

For every pixel: working value -> linear light (held below the highlight guard) -> the file's
color space -> premultiplied -> blended with the source by the strength. With the picture
unchanged and full strength this gives the source back; with strength 0, exactly.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
import torch

from vst_core.image import shaper
from vst_core.image.arrays import AnyArray, FloatArray
from vst_core.image.color import ColorSpace, base_to_file, display_to_scene, scene_to_display
from vst_core.image.formats import quantize
from vst_core.image.plate import Plate, bands, base_of, finite, source_colors
from vst_core.image.reading import alpha_divisor

__all__ = ["Target", "finished_pixels"]


_GUARD_REACH = 31
_GUARD_SOFTNESS = 15
_WHITE = np.float32(shaper.encode(np.ones(1, np.float32))[0])

# A value counts as untouched by the network, and gets back what [0, 1] could not hold,
# fading out over this difference: half a step of 8 bits.
_UNTOUCHED = np.float32(1 / 512)


@dataclass(frozen=True, slots=True)
class Target:
    """What the output file expects: see `Header` for the same words about the input.

    `alpha_depth` is empty where no alpha is written.
    """

    space: ColorSpace
    depth: str
    alpha_depth: str
    premultiplied: bool

    @property
    def exchange_depth(self) -> str:
        """The depth of the array handed to the writer: float holds both kinds of EXR floats."""
        return self.depth if self.alpha_depth in ("", self.depth) else "float"


def finished_pixels(
    picture: torch.Tensor, plate: Plate, *, strength: float, target: Target
) -> AnyArray:
    """Return the pixels of the data window, ready to be written.

    Args:
        picture: The stylized working picture, 1 x 3 x H x W over the plate's canvas.
        plate: The frame it was made from.
        strength: 0 = the source, 1 = the stylized picture; blended in the input's encoding.
        target: Color space, depth and channels of the output.

    Returns:
        h x w x (3 or 4) in the type of the depth; without NaN or infinity.
    """
    window = plate.header.data_window
    channels = 4 if target.alpha_depth else 3
    kind = quantize(np.zeros((1, 1, 1), np.float32), target.exchange_depth).dtype
    result = np.empty((window.height, window.width, channels), kind)
    seen = window.intersection(plate.canvas)
    if seen != window:  # what the network has not seen stays as it was
        _fill(result, plate.pixels, plate, target, None)
    if seen is not None:
        inside = seen.slices_in(window)
        there = seen.slices_in(plate.canvas)
        styled = _crop(picture, plate, there, strength) if strength > 0.0 else None
        _fill(result[inside], plate.pixels[inside], plate, target, styled)
    return result


@dataclass(frozen=True, eq=False)
class _Styled:
    """The stylized picture, the source's, and the guard, over the same pixels."""

    coded: FloatArray  # 3 x h x w
    source: FloatArray  # 3 x h x w
    guard: FloatArray | None  # h x w
    strength: float


def _crop(
    picture: torch.Tensor, plate: Plate, inside: tuple[slice, slice], strength: float
) -> _Styled:
    if picture.shape != plate.picture.shape:
        raise ValueError(f"picture {tuple(picture.shape)}, plate {tuple(plate.picture.shape)}")
    rows, columns = inside
    coded = picture.detach().to("cpu", torch.float32)[0, :, rows, columns].numpy()
    source = plate.picture[0].numpy()
    guard = _highlight_guard(source)[inside] if plate.space.referred == "scene" else None
    return _Styled(coded, source[:, rows, columns], guard, strength)


def _highlight_guard(source: FloatArray) -> FloatArray:
    """Return the highest working value allowed at each pixel.

    A painted stroke near 1.0 would become tens of linear units. So a pixel may be brighter
    than diffuse white only where the source is, within `_GUARD_REACH` pixels. The box is
    softened so that its outline does not show; it never falls below the pixel itself.
    """
    brightest = source.max(axis=0)
    reach = np.ones((_GUARD_REACH, _GUARD_REACH), np.uint8)
    wide = cv2.blur(cv2.dilate(brightest, reach), (_GUARD_SOFTNESS, _GUARD_SOFTNESS))
    guard: FloatArray = np.maximum(np.maximum(wide, brightest), _WHITE)
    return guard


def _fill(
    result: AnyArray, pixels: AnyArray, plate: Plate, target: Target, styled: _Styled | None
) -> None:
    """Finish `pixels` of the input into `result`; without `styled` they stay the source."""
    header = plate.header
    for rows in bands(pixels.shape[0], pixels.shape[1], plate.space):
        gray, has_alpha = header.layer.is_gray, header.has_alpha
        source, alpha = source_colors(pixels[rows], gray=gray, alpha=has_alpha)
        colors = source
        if styled is not None:
            made = _file_colors(styled, rows, source, alpha, plate)
            colors = _blended(source, made, styled.strength)
        colors = _converted(colors, alpha, plate, target)
        result[rows, :, :3] = quantize(finite(colors), target.depth)
        if alpha is not None and target.alpha_depth:
            result[rows, :, 3] = quantize(alpha, target.alpha_depth)


def _blended(source: FloatArray, made: FloatArray, strength: float) -> FloatArray:
    return made if strength >= 1.0 else source + np.float32(strength) * (made - source)


def _file_colors(
    styled: _Styled, rows: slice, source: FloatArray, alpha: FloatArray | None, plate: Plate
) -> FloatArray:
    """Return the stylized colors of a band in the file's own encoding."""
    space = plate.space
    coded = np.nan_to_num(styled.coded[:, rows], nan=0.0)
    if styled.guard is not None:
        coded = np.minimum(coded, styled.guard[None, rows])
    # From here on h x w x 3, as in the file.
    coded = np.clip(coded.transpose(1, 2, 0), np.float32(0.0), np.float32(1.0))
    divisor = alpha_divisor(plate.header, alpha)
    scene = space.referred == "scene"
    exposure = np.float32(plate.settings.exposure if scene else 1.0)
    base = shaper.decode(coded) if scene else coded
    unheld = _unheld(base_of(source, divisor, space) / exposure, space)
    if unheld is not None:
        difference = np.abs(coded - styled.source[:, rows].transpose(1, 2, 0))
        base += unheld * np.maximum(np.float32(1.0) - difference / _UNTOUCHED, np.float32(0.0))
    made = base_to_file(base * exposure, space)
    if divisor is not None:
        made = made * divisor[..., None]
    if alpha is not None:  # transparent pixels may hold light (emission): it is left alone
        made = np.where(alpha[..., None] > 0.0, made, source)
    return finite(made)


def _unheld(base: FloatArray, space: ColorSpace) -> FloatArray | None:
    """Return what the working picture could not hold of the source: negatives, above the peak."""
    top = np.float32(shaper.PEAK if space.referred == "scene" else 1.0)
    if base.min() >= 0.0 and base.max() <= top:
        return None
    return base - np.clip(base, np.float32(0.0), top)


def _converted(
    colors: FloatArray, alpha: FloatArray | None, plate: Plate, target: Target
) -> FloatArray:
    """Return colors in the target's space and alpha convention."""
    header = plate.header
    kept = alpha is None or target.premultiplied == header.premultiplied
    if kept and target.space == plate.space:
        return colors
    divisor = alpha_divisor(header, alpha)
    base = base_of(colors, divisor, plate.space)
    if plate.space.referred != target.space.referred:
        to_display = target.space.referred == "display"
        base = scene_to_display(base) if to_display else display_to_scene(base)
    made = base_to_file(base, target.space)
    if alpha is None or not target.premultiplied:
        return made
    factor = np.maximum(alpha, np.float32(0.0)) if divisor is None else divisor
    return made * factor[..., None]
