"""Which color space a file is in, when nobody says: its labels, else its format's custom.

| file                                   | without a label                                   |
|----------------------------------------|---------------------------------------------------|
| EXR, floating point TIFF, HDR          | scene-linear Rec.709                              |
| Cineon                                 | logarithmic, always                               |
| DPX                                    | sRGB; Cineon where the header says log            |
| PNG, JPEG, integer TIFF, other integer | sRGB                                              |

Labels, the first that there is: of EXR the color interop id, the space that the renderer
named, the ACES flag, chromaticities; of others code points (CICP), the ICC profile, of PNG its
gamma and primaries.
"""

from __future__ import annotations

import struct
from typing import TypeAlias

import numpy as np

from vst_core.image.color import (
    CINEON,
    LINEAR,
    PINNED_CONFIG,
    SRGB,
    ColorSpace,
    IccTransform,
    Label,
    config_name,
    find_space,
    knows_space,
    read_profile,
    space_of_chromaticities,
    space_of_cicp,
    space_of_id,
    space_of_numbers,
)
from vst_core.image.color.curves import Gamma, Srgb, Straight, TransferCurve
from vst_core.image.color.primaries import AP0, PRIMARIES, REC709, Primaries, same_primaries
from vst_core.image.header import Header, Part
from vst_core.image.png_chunks import color_chunks

__all__ = ["space_of"]

Chunks: TypeAlias = dict[bytes, bytes]

# Primaries that configs have a name for; of cameras, as their makers' papers give them.
_D65 = REC709[6:]
_NAMED: tuple[tuple[Primaries, str], ...] = (
    (PRIMARIES["ap1"], "ACEScg"),
    (PRIMARIES["ap0"], "ACES2065-1"),
    (PRIMARIES["p3d65"], "Linear P3-D65"),
    (PRIMARIES["rec2020"], "Linear Rec.2020"),
    ((0.684, 0.313, 0.221, 0.848, 0.0861, -0.102, *_D65), "Linear ARRI Wide Gamut 3"),
    ((0.7347, 0.2653, 0.1424, 0.8576, 0.0991, -0.0308, *_D65), "Linear ARRI Wide Gamut 4"),
    ((0.7177, 0.3171, 0.2280, 0.8616, 0.1006, -0.0820, *_D65), "Linear BMD WideGamut Gen5"),
    ((0.800, 0.313, 0.1682, 0.9877, 0.079, -0.1155, *_D65), "Linear DaVinci WideGamut"),
    ((0.740, 0.270, 0.170, 1.140, 0.080, -0.100, *_D65), "Linear CinemaGamut D55"),
    ((0.730, 0.280, 0.165, 0.840, 0.100, -0.030, *_D65), "Linear V-Gamut"),
    ((0.7803, 0.3043, 0.1216, 1.4940, 0.0956, -0.0846, *_D65), "Linear REDWideGamutRGB"),
    ((0.730, 0.280, 0.140, 0.855, 0.100, -0.050, *_D65), "Linear S-Gamut3"),
    ((0.766, 0.275, 0.225, 0.800, 0.089, -0.087, *_D65), "Linear S-Gamut3.Cine"),
)
# Names in metadata that say nothing more than "scene-linear Rec.709", or nothing at all.
_PLAIN = {"", "linear", "scene_linear", "lin_rec709", "lin_rec709_scene", "lin_srgb", "data",
          "raw", "unknown"}  # fmt: skip
_LOG_TRANSFERS = {"Logarithmic", "Printing density"}
_UNSPECIFIED, _NARROW = 2, b"\0"
_GAMMAS, _SAME_GAMMA = (0.4, 4.0), 0.02


def space_of(header: Header, *, colorspace: str = "", ocio: str = "") -> ColorSpace:
    """Return the color space of a file's picture.

    Args:
        header: The file.
        colorspace: A name that a person gave; it wins over everything in the file.
        ocio: Config to look names up in: a path or `ocio://...`; empty = $OCIO or the pinned.

    Raises:
        UsageError: The name that the person gave, or the config, is not known.
    """
    config = config_name(ocio)
    if colorspace:
        return find_space(colorspace, config)
    if header.format == "openexr":
        return _of_exr(header.part, config)
    if header.format == "cineon":
        return CINEON
    if header.format == "dpx":
        return CINEON if header.part.text("dpx:Transfer") in _LOG_TRANSFERS else SRGB
    custom = LINEAR if header.is_float else SRGB
    chunks = color_chunks(header.path) if header.format == "png" else {}
    return (
        _by_code_points(header.part, chunks)
        or _by_profile(header.part, custom)
        or _by_gamma(chunks)
        or custom
    )


def _of_exr(part: Part, config: str) -> ColorSpace:
    unknown = ""
    # The id is the file's own; OpenImageIO may make up the other, and does so by release.
    for named in (part.text("colorInteropID"), part.text("oiio:ColorSpace")):
        if named.lower() not in _PLAIN:
            if space := _named(named, config) or space_of_id(named):
                return space
            unknown = unknown or named
    note = f"names the color space '{unknown}', which no config knows" if unknown else ""
    if part.spec.get_int_attribute("acesImageContainerFlag"):
        return _by_primaries(AP0, config).noted(note)
    given = part.spec.getattribute("chromaticities")
    if given is None:
        return LINEAR.noted(note and f"{note}: its light is taken for Rec.709's")
    try:
        return _by_primaries(tuple(float(value) for value in given), config).noted(note)
    except ValueError as error:
        return LINEAR.noted(f"{error}: its light is taken for Rec.709's")


def _named(name: str, config: str) -> ColorSpace | None:
    """Return what a name in a file means: to the config at hand, else to the built-in one."""
    known = next((one for one in (config, PINNED_CONFIG) if knows_space(name, one)), "")
    return find_space(name, known) if known else None


def _by_primaries(given: Primaries, config: str) -> ColorSpace:
    """Return linear light in primaries; by its name, where the config at hand has it."""
    for primaries, name in _NAMED:
        if same_primaries(given, primaries) and (space := _named(name, config)):
            return space
    return space_of_chromaticities(given)


def _by_code_points(part: Part, chunks: Chunks) -> ColorSpace | None:
    points = chunks.get(b"cICP") or _reported(part)
    if len(points) < 2 or points[1] == _UNSPECIFIED:
        return None
    space = space_of_cicp(points[0], points[1])
    if space and points[3:] == _NARROW:
        space = space.noted("says that its numbers have the narrow range of video: it stays")
    return space and space.labelled(_label({b"cICP": points, **chunks}))


def _reported(part: Part) -> bytes:
    """Return the code points of formats that OpenImageIO has read them from (AVIF, HEIF)."""
    points = part.spec.getattribute("CICP")
    return b"" if points is None else bytes(int(point) & 255 for point in points)


def _by_profile(part: Part, custom: ColorSpace) -> ColorSpace | None:
    blob = part.spec.getattribute("ICCProfile")
    if blob is None:
        return None
    content = np.asarray(blob, np.uint8).tobytes()
    name = part.text("ICCProfile:profile_description").strip("\0 ") or "ICC profile"
    taken = f"its numbers are taken for {custom.name}"
    try:
        profile = read_profile(content)
    except ValueError as error:
        return custom.noted(f"has an ICC profile that cannot be used ({error}): {taken}")
    if profile.curves is None:
        kept = custom.labelled(Label(profile=content)) if profile.model == "RGB" else custom
        return kept.noted(
            f"has the ICC profile '{name}', made of tables ({profile.model}): {taken}"
        )
    # Results are RGB: a profile for grays cannot be theirs.
    label = Label(profile=content) if profile.model == "RGB" else Label()
    base = LINEAR if profile.is_linear else SRGB
    coded = custom == LINEAR and not profile.is_linear
    note = f"has the ICC profile '{name}': its numbers are taken for its codes, not for light"
    space = ColorSpace(name, base.referred, IccTransform(content), label, note if coded else "")
    return base.labelled(label).noted(space.note) if profile.is_srgb else space


def _by_gamma(chunks: Chunks) -> ColorSpace | None:
    """Return the space of the gamma and primaries of a PNG, which sRGB's own mark overrules."""
    if b"sRGB" in chunks or not chunks.keys() & {b"gAMA", b"cHRM"}:
        return None
    try:
        primaries = _primaries_of(chunks)
        title, curve = _curve_of(chunks)
        space = space_of_numbers(title, curve, primaries)
    except (ValueError, struct.error):
        return None
    return None if space == SRGB else space.labelled(_label(chunks))


def _primaries_of(chunks: Chunks) -> Primaries:
    if b"cHRM" not in chunks:
        return REC709
    values = [value / 100_000 for value in struct.unpack(">8I", chunks[b"cHRM"])]
    return (*values[2:], *values[:2])  # the file has white first


def _curve_of(chunks: Chunks) -> tuple[str, TransferCurve]:
    if b"gAMA" not in chunks:
        return "sRGB", Srgb()
    (value,) = struct.unpack(">I", chunks[b"gAMA"])
    gamma = 100_000 / value if value else 0.0
    if not _GAMMAS[0] <= gamma <= _GAMMAS[1]:
        raise ValueError(f"a gamma of {gamma}")
    if abs(gamma - 2.2) < _SAME_GAMMA:
        return "sRGB", Srgb()  # what programs write that know no better word for it
    return ("linear", Straight()) if abs(gamma - 1.0) < _SAME_GAMMA else _power(gamma)


def _power(gamma: float) -> tuple[str, TransferCurve]:
    return f"gamma {gamma:.3g}", Gamma(gamma)


def _label(chunks: Chunks) -> Label:
    return Label(chunks=tuple(chunks.items()))
