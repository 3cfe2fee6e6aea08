"""OpenColorIO configs: which one is used, and what it calls a space that somebody named.

OpenImageIO's releases differ in what they list and resolve: newer ones list inactive spaces
and know color interop ids. A name means the same with all of them here.
"""

from __future__ import annotations

import os
from functools import lru_cache

from OpenImageIO import UNKNOWN, ColorConfig

from vst_core.errors import UsageError

__all__ = [
    "PINNED_CONFIG",
    "check_config",
    "config_name",
    "full_name",
    "listed_names",
    "load_config",
    "role_name",
]

PINNED_CONFIG = "ocio://studio-config-v2.1.0_aces-v1.3_ocio-v2.3"
"""The built-in OpenColorIO config, by its full name, so that an update changes no picture."""

# Color interop ids (Color Interop Forum, 2024) and the aliases that configs older than they have.
_INTEROP = {
    "lin_ap0_scene": "lin_ap0",
    "lin_ap1_scene": "lin_ap1",
    "lin_rec709_scene": "lin_rec709_srgb",
    "lin_p3d65_scene": "lin_p3d65",
    "lin_rec2020_scene": "lin_rec2020",
    "lin_ciexyzd65_scene": "cie_xyz_d65",
    "srgb_rec709_scene": "srgb_tx",
    "srgb_ap1_scene": "srgb_ap1",
    "srgb_p3d65_scene": "srgb_p3d65",
    "g18_rec709_scene": "g18_rec709",
    "g22_rec709_scene": "g22_rec709",
    "g22_ap1_scene": "g22_ap1",
    "srgb_rec709_display": "srgb_display",
    "g24_rec709_display": "rec1886_rec709_display",
    "srgb_p3d65_display": "displayp3_display",
}

# What Blender's config calls spaces that others have by other names.
_BLENDER = {
    "linear rec.709": "lin_rec709_srgb",
    "linear dci-p3 d65": "lin_p3d65",
    "linear cie-xyz d65": "cie_xyz_d65",
    "srgb": "srgb_tx",
    "non-color": "Raw",
    "rec.1886": "rec1886_rec709_display",
    "display p3": "displayp3_display",
}


def config_name(ocio: str = "") -> str:
    """Return the config to use: `ocio` (a path or `ocio://...`), else $OCIO, else the pinned."""
    return ocio or os.environ.get("OCIO", "") or PINNED_CONFIG


def check_config(ocio: str = "") -> None:
    """Make sure that the config that somebody named is there, also where no file needs it.

    Args:
        ocio: As for `config_name`.

    Raises:
        UsageError: It is absent or damaged.
    """
    if (config := config_name(ocio)) != PINNED_CONFIG:
        load_config(config)


@lru_cache(maxsize=8)
def load_config(config: str) -> ColorConfig:
    """Return the config, as from `config_name`.

    Raises:
        UsageError: It is absent or damaged.
    """
    loaded = ColorConfig(config)
    problem = loaded.geterror()
    if problem or not loaded.getNumColorSpaces():
        named = " of $OCIO" if config == os.environ.get("OCIO") else ""
        what = f"OpenColorIO config '{config}'{named} cannot be loaded ({problem})"
        fix = f"Give --ocio (or $OCIO) an existing .ocio file or a built-in like {PINNED_CONFIG}."
        raise UsageError(what, fix=fix)
    return loaded


def listed_names(config: str) -> list[str]:
    """Return the names that the config offers to a person."""
    return [str(name) for name in load_config(config).getColorSpaceNames()]


def role_name(role: str, config: str) -> str:
    """Return the space that has a role in the config; empty = none has."""
    return str(load_config(config).getColorSpaceNameByRole(role) or "")


@lru_cache(maxsize=256)
def full_name(name: str, config: str) -> str:
    """Return the config's own name for a name, alias, role or interop id; empty = unknown."""
    candidates = (name, _INTEROP.get(name.lower(), ""), _BLENDER.get(name.lower(), ""))
    return next((found for text in candidates if (found := _resolved(text, config))), "")


def _resolved(name: str, config: str) -> str:
    loaded = load_config(config)
    found = str(loaded.resolve(name)) if name else ""
    # Inactive spaces are not listed by every release, but they have a data type.
    known = found in listed_names(config) or loaded.getColorSpaceDataType(found)[0] != UNKNOWN
    return found if found and known else ""
