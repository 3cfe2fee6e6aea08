"""Stills that lie on their side, as their Exif orientation says: every part is seen upright.

Pixels, windows and description are turned when they are read, so that nothing behind knows of
it: PNG, EXR and movies have no such tag, and what is painted has its up and down.

EXR is left as it is: the format has no orientation, and no program turns for a stray tag.
"""

from __future__ import annotations

from pathlib import Path

from OpenImageIO import ImageSpec
from PIL import Image

from vst_core.errors import InputError
from vst_core.turning import Turn, exif_turn

__all__ = ["turn_of_file", "upright_spec"]

_ORIENTATION = 0x0112
# Their readers give width and height as they are seen, not as the lines are stored.
_SEEN_SIZES = {"dpx", "cineon"}


def turn_of_file(path: Path, spec: ImageSpec, file_format: str) -> Turn:
    """Return what brings a file's picture upright.

    Raises:
        InputError: A DPX whose lines run downwards, in a packing that its reader confuses then.
    """
    if file_format == "openexr":
        return exif_turn(1)
    if file_format == "webp":
        return exif_turn(_exif_orientation(path))
    turn = exif_turn(spec.get_int_attribute("Orientation", 1))
    if turn.swapped and file_format == "dpx" and not _on_whole_words(spec):
        what = f"{path}: is a DPX whose lines run downwards, which cannot be read in this depth"
        raise InputError(what, fix="Write it with lines across (image orientation 0).")
    return turn


def _exif_orientation(path: Path) -> int:
    """Return what the Exif block of a WebP says: OpenImageIO's reader does not look at it."""
    try:
        with Image.open(path) as image:
            found = image.getexif().get(_ORIENTATION, 1)
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError):
        return 1
    return found if isinstance(found, int) else 1


def _on_whole_words(spec: ImageSpec) -> bool:
    """Whether lines of any length end on a pixel's own word, so that nothing lies between them."""
    bits = spec.get_int_attribute("oiio:BitsPerSample")
    filled = spec.get_string_attribute("dpx:Packing").startswith("Filled")
    return bits in (8, 16) or (bits == 10 and spec.nchannels == 3 and filled)


def upright_spec(spec: ImageSpec, turn: Turn, file_format: str) -> ImageSpec:
    """Return a copy of a description that tells of the turned picture.

    The data window turns within the display window, whose corner stays where it is.
    """
    new = spec.copy()
    if file_format == "openexr":
        return new
    new.erase_attribute("Orientation")
    if turn.swapped and file_format in _SEEN_SIZES:
        new.full_width, new.full_height = spec.width, spec.height
    elif turn.swapped:
        _swap(new)
    if turn.left_right:
        new.x = 2 * new.full_x + new.full_width - new.x - new.width
    if turn.up_down:
        new.y = 2 * new.full_y + new.full_height - new.y - new.height
    return new


def _swap(spec: ImageSpec) -> None:
    spec.x, spec.y = spec.full_x + spec.y - spec.full_y, spec.full_y + spec.x - spec.full_x
    spec.width, spec.height = spec.height, spec.width
    spec.full_width, spec.full_height = spec.full_height, spec.full_width
    spec.tile_width, spec.tile_height = spec.tile_height, spec.tile_width
    across, down = (spec.get_float_attribute(f"{axis}Resolution") for axis in "XY")
    if across and down:
        spec.attribute("XResolution", down)
        spec.attribute("YResolution", across)
    aspect = spec.get_float_attribute("PixelAspectRatio")
    if aspect:
        spec.attribute("PixelAspectRatio", 1.0 / aspect)
