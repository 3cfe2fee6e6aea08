"""Pictures that somebody else has decoded, such as the frames of a movie, as plates."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

from OpenImageIO import ImageSpec, TypeTimeCode

from vst_core.image.arrays import AnyArray
from vst_core.image.exr_layers import choose_layer, layers_of_part
from vst_core.image.header import Header, Part
from vst_core.image.oiio_file import check_window
from vst_core.image.plate import Plate, ReadSettings
from vst_core.image.reading import plate_of
from vst_core.image.window import Window

__all__ = ["decoded_header", "decoded_plate"]


def decoded_header(
    path: Path,
    *,
    kind: str,
    size: tuple[int, int],
    bits: int,
    alpha: bool,
    rate: Fraction,
    pixel_aspect: Fraction,
    timecode: tuple[int, int] | None = None,
    layer: str = "",
) -> Header:
    """Return what an image file with these pictures in it would say about itself.

    Args:
        path: The file, for messages.
        kind: What kind of file it is.
        size: (width, height) of the pictures in pixels.
        bits: How fine the pictures are, 8 to 16; their numbers are of sixteen bits always.
        alpha: They have an alpha channel, and colors that are not multiplied by it.
        rate: Frames a second.
        pixel_aspect: Width of a pixel by its height.
        timecode: The two words of an EXR's; None = none.
        layer: The layer wanted; there is one, without a name.

    Raises:
        InputError: The size is implausible, or a layer was asked for.
    """
    width, height = size
    window = check_window(path, (0, 0, width, height), kind="display")
    channels = ("R", "G", "B", "A")[: 3 + alpha]
    spec = ImageSpec(width, height, len(channels), "uint16")
    spec.channelnames = channels
    spec.attribute("oiio:BitsPerSample", bits)
    spec.attribute("oiio:UnassociatedAlpha", 1)
    spec.attribute("FramesPerSecond", "rational", (rate.numerator, rate.denominator))
    spec.attribute("PixelAspectRatio", float(pixel_aspect))
    if timecode is not None and any(timecode):
        spec.attribute("smpte:TimeCode", TypeTimeCode, timecode)
    types = ("uint16",) * len(channels)
    part = Part(0, "", channels, types, window, window, False, spec)
    chosen = choose_layer(path, layers_of_part(0, channels), layer)
    return Header(path, kind, (part,), chosen, (chosen.name,))


def decoded_plate(
    header: Header, pixels: AnyArray, *, canvas: Window | None, settings: ReadSettings
) -> Plate:
    """Return the plate of a picture, as `read_plate` does for one in a file.

    Args:
        header: From `decoded_header`.
        pixels: h x w x (3 or 4), as the header says.
        canvas: What the working picture shall cover; None = all of the picture.
        settings: Its color.

    Raises:
        UsageError: Color space or config are not known.
    """
    return plate_of(header, pixels, canvas=canvas or header.data_window, settings=settings)
