"""What the output file says about itself: the input's metadata, less what is no longer true.

Nothing that changes from run to run is written: the same frame gives the same bytes.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from OpenImageIO import ImageSpec, TypeDesc

from vst_core.file_formats import FileFormat
from vst_core.image.color import UNLABELLED, Label
from vst_core.image.finishing import Target
from vst_core.image.header import Header, Part
from vst_core.image.window import Window

__all__ = ["carry", "fresh_spec", "output_spec", "steady"]

# Patterns (regular expressions) of what describes the input's storage, not its content.
_STORAGE = ("oiio:subimage.*", "openexr:chunkCount", "openexr:levelmode",
            "openexr:roundingmode", "tiff:.*", "dpx:ImageDescriptor", "oiio:BitsPerSample",
            "oiio:UnassociatedAlpha", "thumbnail_.*")  # fmt: skip
# What describes the numbers: it is written anew, see `_set_label`.
_COLORS = ("ICCProfile.*", "CICP")
# What describes channels that are left behind when only the picture is written.
_OTHER_CHANNELS = ("cryptomatte/.*", "BlenderMultiChannel", "multiView")
# What means the same in every format.
_PORTABLE = ("smpte:TimeCode", "smpte:KeyCode", "FramesPerSecond", "PixelAspectRatio",
             "ImageDescription", "Artist", "Copyright", "XResolution",
             "YResolution", "ResolutionUnit")  # fmt: skip

_TYPES = {"half": "half", "float": "float", "8": "uint8", "10": "uint16", "12": "uint16",
          "16": "uint16"}  # fmt: skip


def output_spec(header: Header, target: Target, kind: FileFormat) -> ImageSpec:
    """Return the description of the output file.

    The same format keeps windows, compression, tiles and every attribute. Another format
    keeps what means the same there, and covers the display window unless it has windows too.
    """
    same = header.format == kind.name
    spec = _copied(header.part) if same else _converted(header, kind)
    _set_channels(spec, target)
    _set_label(spec, target.space.label)
    if target.depth in ("10", "12"):
        spec.attribute("oiio:BitsPerSample", int(target.depth))
    if target.alpha_depth and not target.premultiplied:
        spec.attribute("oiio:UnassociatedAlpha", 1)
    return steady(spec, kind)


def fresh_spec(window: Window, channels: Sequence[str], depth: str) -> ImageSpec:
    """Return a description with nothing but size, channels and depth."""
    spec = ImageSpec(window.width, window.height, len(channels), _TYPES[depth])
    spec.channelnames = tuple(channels)
    return spec


def steady(spec: ImageSpec, kind: FileFormat) -> ImageSpec:
    """Keep the writers from adding today's date, or an Exif block; return `spec`.

    The TIFF writer reports an error for every file whose Exif block has nothing in it.
    """
    if kind.name == "tiff":
        spec.attribute("tiff:write_exif", 0)
    if kind.name in ("openexr", "tiff") and not spec.get_string_attribute("DateTime"):
        spec.attribute("DateTime", "")  # empty = no such attribute is written
    return spec


def _copied(part: Part) -> ImageSpec:
    spec = part.spec.copy()
    for pattern in (*_STORAGE, *_COLORS, *_OTHER_CHANNELS):
        spec.erase_attribute(pattern)
    spec.attribute("compression", compression_of(part))
    return spec


def compression_of(part: Part) -> str:
    """Return the compression with its level, as the writer wants it (`dwaa:85`)."""
    kind = part.text("compression")
    if kind in ("dwaa", "dwab"):
        return f"{kind}:{part.spec.get_float_attribute('openexr:dwaCompressionLevel', 45.0):g}"
    return kind


def _converted(header: Header, kind: FileFormat) -> ImageSpec:
    data, display = header.data_window, header.display_window
    spec = fresh_spec(data if kind.layers else display, ("R", "G", "B"), "8")
    if kind.layers:
        spec.x, spec.y = data.x, data.y
        spec.full_x, spec.full_y = display.x, display.y
        spec.full_width, spec.full_height = display.width, display.height
        spec.attribute("compression", "zip")
        spec.attribute("colorInteropID", "lin_rec709_scene")
    for name in _PORTABLE:
        carry(header.part.spec, spec, name)
    if kind.name == "dpx":
        _carry_rate(header.part.spec, spec)
    return spec


def carry(source: ImageSpec, spec: ImageSpec, name: str) -> None:
    """Give `spec` an attribute of `source`, whatever its type; nothing where there is none."""
    # As a whole: `ImageSpec.attribute` forgets, without an error, what is not of 8 or 32 bits.
    for attribute in source.extra_attribs:
        if attribute.name == name:
            spec.extra_attribs.add_or_replace(attribute)


def _set_label(spec: ImageSpec, label: Label) -> None:
    """Say what the numbers mean; of PNG, `encoding` writes the chunks."""
    if label != UNLABELLED:  # then the library must not add a mark of its own beside it
        spec.erase_attribute("oiio:ColorSpace")
        spec.erase_attribute("oiio:Gamma")
    if label.profile:
        kind = TypeDesc(f"uint8[{len(label.profile)}]")
        spec.attribute("ICCProfile", kind, np.frombuffer(label.profile, np.uint8))


def _carry_rate(source: ImageSpec, spec: ImageSpec) -> None:
    """Name the frames a second as DPX has them."""
    rate = source.getattribute("FramesPerSecond")
    if isinstance(rate, tuple | list) and len(rate) == 2 and rate[1]:
        spec.attribute("dpx:FrameRate", float(rate[0]) / float(rate[1]))


def _set_channels(spec: ImageSpec, target: Target) -> None:
    with_alpha = bool(target.alpha_depth)
    spec.nchannels = 3 + with_alpha
    spec.channelnames = ("R", "G", "B", "A")[: spec.nchannels]
    spec.alpha_channel, spec.z_channel = (3 if with_alpha else -1), -1
    spec.set_format(TypeDesc(_TYPES[target.exchange_depth]))
    mixed = target.exchange_depth != target.depth or target.alpha_depth not in ("", target.depth)
    kinds = [_TYPES[target.depth]] * 3 + [_TYPES[target.alpha_depth or target.depth]]
    spec.channelformats = tuple(TypeDesc(kind) for kind in kinds[: spec.nchannels]) if mixed else ()
