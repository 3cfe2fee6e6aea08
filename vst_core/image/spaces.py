"""Which colour space a file is in, when nobody says: its metadata, else its format's custom.

| file                                   | without --colorspace                              |
|----------------------------------------|---------------------------------------------------|
| EXR                                    | named by metadata, else scene-linear Rec.709      |
| PNG, JPEG, integer TIFF, other integer | sRGB                                              |
| DPX                                    | sRGB; Cineon where the header says log            |
| floating point TIFF, HDR               | scene-linear Rec.709                              |
"""

from __future__ import annotations

from vst_core.errors import UsageError
from vst_core.image.color import CINEON, LINEAR, SRGB, ColorSpace, find_space
from vst_core.image.configs import config_name
from vst_core.image.header import Header, Part

__all__ = ["space_of"]

_D65 = (0.3127, 0.3290)
_ACES_WHITE = (0.32168, 0.33767)

# chromaticities (red, green, blue, white as x, y pairs) -> the config's name.
_PRIMARIES: tuple[tuple[tuple[float, ...], str], ...] = (
    ((0.640, 0.330, 0.300, 0.600, 0.150, 0.060, *_D65), ""),
    ((0.713, 0.293, 0.165, 0.830, 0.128, 0.044, *_ACES_WHITE), "ACEScg"),
    ((0.7347, 0.2653, 0.0, 1.0, 0.0001, -0.077, *_ACES_WHITE), "ACES2065-1"),
    ((0.680, 0.320, 0.265, 0.690, 0.150, 0.060, *_D65), "Linear P3-D65"),
    ((0.708, 0.292, 0.170, 0.797, 0.131, 0.046, *_D65), "Linear Rec.2020"),
)
_TOLERANCE = 0.002

# Names in metadata that say nothing more than "scene-linear Rec.709", or nothing at all.
_PLAIN = {"", "linear", "scene_linear", "lin_rec709", "lin_rec709_scene", "lin_srgb", "data",
          "raw", "unknown"}  # fmt: skip
_LOG_TRANSFERS = {"Logarithmic", "Printing density"}


def space_of(header: Header, *, colorspace: str = "", ocio: str = "") -> ColorSpace:
    """Return the colour space of a file's picture.

    Args:
        header: The file.
        colorspace: A name that a person gave; it wins over everything in the file.
        ocio: Config to look names up in: a path or `ocio://...`; empty = $OCIO or the pinned.

    Raises:
        UsageError: The name, or the config, is not known.
    """
    config = config_name(ocio)
    if colorspace:
        return find_space(colorspace, config)
    if header.format == "dpx":
        logarithmic = header.part.text("dpx:Transfer") in _LOG_TRANSFERS
        return CINEON if logarithmic else SRGB
    if header.format != "openexr":
        return LINEAR if header.is_float else SRGB
    name = _named_by_metadata(header.part, config)
    return find_space(name, config) if name else LINEAR


def _named_by_metadata(part: Part, config: str) -> str:
    # The id is the file's own; OpenImageIO may make up the other, and does so by release.
    for named in (part.text("colorInteropID"), part.text("oiio:ColorSpace")):
        if named.lower() not in _PLAIN and _is_known(named, config):
            return named
    if part.spec.get_int_attribute("acesImageContainerFlag"):
        return "ACES2065-1"
    given = part.spec.getattribute("chromaticities")
    for primaries, name in _PRIMARIES:
        if given is not None and _same(tuple(given), primaries):
            return name
    return ""


def _is_known(name: str, config: str) -> bool:
    # Renderers write names of their own; one that no config knows must not stop the work.
    try:
        find_space(name, config)
    except UsageError:
        return False
    return True


def _same(given: tuple[float, ...], known: tuple[float, ...]) -> bool:
    return len(given) == len(known) and all(
        abs(a - b) <= _TOLERANCE for a, b in zip(given, known, strict=True)
    )
