"""Labels made of numbers and short names, which say all that there is to know without a config.

Sources: ITU-T H.273 (the code points that PNG, AVIF and movies use) and the color interop ids
of the Color Interop Forum, 2024.
"""

from __future__ import annotations

from vst_core.image.color.curves import Gamma, Hlg, Pq, Srgb, Straight, TransferCurve
from vst_core.image.color.primaries import (
    PRIMARIES,
    REC709,
    Primaries,
    same_primaries,
    to_rec709,
)
from vst_core.image.color.space import LINEAR, SRGB, Coded, ColorSpace

__all__ = ["space_of_chromaticities", "space_of_cicp", "space_of_id", "space_of_numbers"]

# Code point of H.273 -> short name (table 2). Unspecified (2) is taken for Rec.709.
_CICP_PRIMARIES = {1: "rec709", 2: "rec709", 5: "rec601_625", 6: "rec601_525", 7: "rec601_525",
                   9: "rec2020",
                   10: "xyze", 11: "p3dci", 12: "p3d65", 22: "rec601_625"}  # fmt: skip

# Code point -> curve (table 3). Those of cameras (1, 6, 14, 15) are shown by sRGB's, as movies.
_CURVES: dict[int, tuple[str, TransferCurve]] = {
    1: ("sRGB", Srgb()),
    4: ("gamma 2.2", Gamma(2.2)),
    5: ("gamma 2.8", Gamma(2.8)),
    6: ("sRGB", Srgb()),
    8: ("linear", Straight()),
    13: ("sRGB", Srgb()),
    14: ("sRGB", Srgb()),
    15: ("sRGB", Srgb()),
    16: ("PQ", Pq()),
    18: ("HLG", Hlg()),
}
_ID_CURVES: dict[str, tuple[str, TransferCurve]] = {
    "lin": ("linear", Straight()),
    "srgb": ("sRGB", Srgb()),
    "g18": ("gamma 1.8", Gamma(1.8)),
    "g22": ("gamma 2.2", Gamma(2.2)),
    "g24": ("gamma 2.4", Gamma(2.4)),
    "g26": ("gamma 2.6", Gamma(2.6)),
    "pq": ("PQ", Pq()),
    "hlg": ("HLG", Hlg()),
}
_TITLES = {"rec709": "Rec.709", "rec2020": "Rec.2020", "p3d65": "P3-D65", "p3dci": "P3-DCI",
           "adobergb": "Adobe RGB", "ap0": "AP0", "ap1": "AP1", "xyzd65": "XYZ-D65",
           "xyze": "XYZ"}  # fmt: skip


def space_of_cicp(primaries: int, transfer: int) -> ColorSpace | None:
    """Return the space of two code points (ITU-T H.273); None where they name none."""
    name, coded = _CICP_PRIMARIES.get(primaries), _CURVES.get(transfer)
    if name is None or coded is None:
        return None
    return _space(name, *coded)


def space_of_id(name: str) -> ColorSpace | None:
    """Return the space of a color interop id such as `pq_rec2020_display`, or None."""
    words = name.lower().split("_")
    if len(words) != 3 or words[2] not in ("scene", "display"):
        return None
    curve, primaries = _ID_CURVES.get(words[0]), words[1].removeprefix("cie")
    if curve is None or primaries not in PRIMARIES:
        return None
    return _space(primaries, *curve)


def space_of_chromaticities(given: Primaries) -> ColorSpace:
    """Return linear light in any primaries.

    Raises:
        ValueError: The numbers are those of no primaries.
    """
    return space_of_numbers("linear", Straight(), given)


def space_of_numbers(title: str, curve: TransferCurve, primaries: Primaries) -> ColorSpace:
    """Return the space of a curve and primaries, which becomes a name where they have one.

    Raises:
        ValueError: The numbers are those of no primaries.
    """
    for name, known in PRIMARIES.items():
        if same_primaries(primaries, known):
            return _space(name, title, curve)
    numbers = " ".join(f"{value:.4g}" for value in primaries)
    return _coded(f"{title}, primaries {numbers}", curve, primaries)


def _space(name: str, title: str, curve: TransferCurve) -> ColorSpace:
    if PRIMARIES[name] == REC709 and isinstance(curve, Straight | Srgb):
        return LINEAR if isinstance(curve, Straight) else SRGB
    return _coded(f"{title}, {_TITLES.get(name, name)}", curve, PRIMARIES[name])


def _coded(name: str, curve: TransferCurve, primaries: Primaries) -> ColorSpace:
    display = isinstance(curve, Srgb | Gamma)
    transform = Coded(curve, to_rec709(primaries), display)
    return ColorSpace(name, "display" if display else "scene", transform)
