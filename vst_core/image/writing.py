"""From the stylized picture and its plate to an image file."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from OpenImageIO import ImageSpec

from vst_core.atomic import atomic_path
from vst_core.errors import UsageError
from vst_core.file_formats import FileFormat
from vst_core.image.arrays import AnyArray
from vst_core.image.carrying.passthrough import FinishedLayer, holds_more, parts_with_picture
from vst_core.image.color import LINEAR, SRGB, UNLABELLED, ColorSpace, IccTransform, Label
from vst_core.image.encoding import write_jpeg, write_parts
from vst_core.image.finishing import Target, finished_pixels
from vst_core.image.formats import depth_of_output, format_of
from vst_core.image.metadata import output_spec
from vst_core.image.plate import Plate
from vst_core.image.png_chunks import insert_chunks
from vst_core.image.window import Window

__all__ = ["WriteSettings", "check_output", "write_plate"]


@dataclass(frozen=True, kw_only=True, slots=True)
class WriteSettings:
    """How a file is written; its format is the path's suffix.

    Attributes:
        strength: 0 = the source, 1 = the stylized picture, blended in the input's encoding.
        depth: auto, half, float, 8, 10, 12 or 16; auto keeps the input's.
        quality: JPEG quality, 1 to 100.
        labels: Whether numbers may be kept that need a label (an ICC profile, code points) to be
            understood; else they become sRGB.
    """

    strength: float = 1.0
    depth: str = "auto"
    quality: int = 95
    labels: bool = True


_DEFAULTS = WriteSettings()


def check_output(
    path: Path | str, plate: Plate, *, settings: WriteSettings = _DEFAULTS, several: bool = False
) -> None:
    """Find out, before any work, whether the output can hold what is asked of it.

    Args:
        path: Output.
        plate: The frame.
        settings: How it is written.
        several: More layers than one are painted.

    Raises:
        UsageError: Unknown format, a depth it cannot hold, or layers it has no room for.
        InputError: A layer to be kept is not there, or the paint's is.
    """
    plate.settings.kept.check(plate.header)
    kind, _ = _target(Path(path), plate, settings)
    if several and not kind.layers:
        what = f"{path}: {Path(path).suffix} has no room for two views"
        raise UsageError(what, fix="Write EXR, or give each view files of its own (%V).")


def write_plate(
    path: Path | str,
    picture: torch.Tensor,
    plate: Plate,
    *,
    settings: WriteSettings = _DEFAULTS,
    beside: tuple[torch.Tensor, Plate] | None = None,
) -> None:
    """Write a stylized frame, atomically.

    The same format as the input keeps color space, depth, windows, compression and metadata.
    Another one is written as scene-linear Rec.709 (EXR, float TIFF) or sRGB (all others).

    Args:
        path: Output; the folder has to exist.
        picture: The stylized working picture, 1 x 3 x H x W over the plate's canvas.
        plate: The frame it was made from.
        settings: Strength and depth.
        beside: Another layer of the same file, painted too: its picture, and the plate of it.

    Raises:
        OutputError: Disk full, folder absent or not writable, writer failed.
        UsageError: The format cannot hold what is asked (see `check_output`).
        InputError: Other layers are kept, and the input cannot be read any more.
    """
    path = Path(path)
    kind, target = _target(path, plate, settings)
    pixels = finished_pixels(picture, plate, strength=settings.strength, target=target)
    spec = output_spec(plate.header, target, kind)
    if plate.header.format != kind.name and not kind.layers:
        pixels = _framed(pixels, plate.header.data_window, plate.header.display_window)
    kept = plate.settings.kept
    parts = [(spec, pixels)]
    if holds_more(plate.header, kept) or beside is not None:
        same = plate.header.format == kind.name
        source = None if same else finished_pixels(picture, plate, strength=0.0, target=target)
        others = () if beside is None else (_finished(path, *beside, settings),)
        parts = parts_with_picture(
            plate.header, spec, pixels, kind, kept=kept, source=source, beside=others
        )
    with atomic_path(path) as temporary:
        _encode(temporary, path, kind, parts, settings=settings, label=target.space.label)


def _finished(
    path: Path, picture: torch.Tensor, plate: Plate, settings: WriteSettings
) -> FinishedLayer:
    kind, target = _target(path, plate, settings)
    pixels = finished_pixels(picture, plate, strength=settings.strength, target=target)
    return FinishedLayer(plate.header, output_spec(plate.header, target, kind), pixels)


def _encode(
    temporary: Path,
    path: Path,
    kind: FileFormat,
    parts: list[tuple[ImageSpec, AnyArray]],
    *,
    settings: WriteSettings,
    label: Label,
) -> None:
    if kind.name == "jpeg":
        spec, pixels = parts[0]
        write_jpeg(temporary, spec, pixels, quality=settings.quality)
    else:
        write_parts(temporary, path, parts)
    if label.chunks and kind.name == "png":
        insert_chunks(temporary, dict(label.chunks))


def _target(path: Path, plate: Plate, settings: WriteSettings) -> tuple[FileFormat, Target]:
    kind, header = format_of(path), plate.header
    depth = depth_of_output(path, settings.depth, header)
    if holds_more(header, plate.settings.kept) and not kind.layers:
        what = f"{path}: {path.suffix} has no room for the other layers of {header.path.name}"
        raise UsageError(what, fix="Write EXR, or leave out --keep-layers and --out-layer.")
    alpha_depth = _alpha_depth(plate, depth, settings) if kind.alpha and header.has_alpha else ""
    premultiplied = not kind.alpha or kind.layers
    if header.format == kind.name:
        premultiplied = premultiplied or header.premultiplied
    return kind, Target(_space(plate, kind, depth, settings), depth, alpha_depth, premultiplied)


def _alpha_depth(plate: Plate, depth: str, settings: WriteSettings) -> str:
    alpha = plate.header.layer.alpha
    if settings.depth != "auto" or plate.header.format != "openexr" or alpha is None:
        return depth
    if depth not in ("half", "float"):
        return depth
    return "half" if plate.header.part.types[alpha] == "half" else "float"


def _space(plate: Plate, kind: FileFormat, depth: str, settings: WriteSettings) -> ColorSpace:
    floating = depth in ("half", "float")
    space = plate.space
    custom = LINEAR if floating else SRGB
    if space.label != UNLABELLED and not settings.labels:
        return custom
    if plate.header.format == kind.name and plate.header.is_float == floating:
        return _of_grays(plate) or space
    if space.referred == "display" and not floating and space.label.fits(kind.name):
        return space
    return custom


def _of_grays(plate: Plate) -> ColorSpace | None:
    """Return the space of results of a gray picture whose profile is for grays: they are RGB."""
    profiled = isinstance(plate.space.transform, IccTransform)
    if not profiled or plate.space.label.profile:
        return None
    return SRGB if plate.space.referred == "display" else LINEAR


def _framed(pixels: AnyArray, data: Window, display: Window) -> AnyArray:
    """Return the display window's pixels, black where there is no data."""
    if data == display:
        return pixels
    framed = np.zeros((display.height, display.width, pixels.shape[2]), pixels.dtype)
    seen = data.intersection(display)
    if seen is not None:
        framed[seen.slices_in(display)] = pixels[seen.slices_in(data)]
    return framed
