"""The space that a person or a file named: looked up in a config, and sorted by what it does."""

from __future__ import annotations

from functools import lru_cache
from typing import Literal

import numpy as np

from vst_core.errors import UsageError, nearest
from vst_core.image.arrays import FloatArray
from vst_core.image.color.configs import full_name, listed_names
from vst_core.image.color.ocio import OcioTransform, converted, linear_base, srgb_name
from vst_core.image.color.primaries import IDENTITY, multiplied, rows_of
from vst_core.image.color.space import CINEON, LINEAR, SRGB, Coded, ColorSpace

__all__ = ["find_space", "knows_space"]

# Dark, bright, above white and saturated colors; the second half is added to the first.
_PROBES = np.array([[0.0, 0.0, 0.0], [0.01, 0.02, 0.003], [0.9, 0.1, 0.4], [2.0, 3.0, 1.0],
                    [0.5, 0.5, 0.5], [0.3, 0.004, 0.2], [0.05, 0.8, 0.6], [1.0, 0.2, 4.0]],
                   np.float32)  # fmt: skip


def find_space(name: str, config: str) -> ColorSpace:
    """Return the space that a person or a file named.

    Args:
        name: A name, alias or role of the config; `Cineon` is always known.
        config: As from `config_name`.

    Raises:
        UsageError: The config cannot be loaded, or knows no such space.
    """
    if full := full_name(name, config):
        return _classify(full, config)
    if name.lower() in ("cineon", "kodaklog"):
        return CINEON
    help_text = nearest(name, [*listed_names(config), CINEON.name])
    raise UsageError(f"Color space '{name}' is not in the config {config}", fix=help_text)


def knows_space(name: str, config: str) -> bool:
    """Whether a config has a space and can bring it to a base.

    Renderers write names of their own, and configs lack tables that they name: neither must
    stop the work.
    """
    try:
        find_space(name, config)
    except UsageError:
        return False
    return True


@lru_cache(maxsize=64)
def _classify(name: str, config: str) -> ColorSpace:
    """Sort a space by what it does: linear, with a ceiling at 1 (display), or without (log)."""
    if name == srgb_name(config):
        return SRGB
    base = linear_base(config)
    if name == base.name and base.matrix == IDENTITY:
        return LINEAR
    if _is_linear(name, config):
        primaries = np.eye(3, dtype=np.float32)[None]
        matrix = rows_of(_to_linear(primaries, name, config)[0].T.astype(np.float64))
        return ColorSpace(name, "scene", Coded(matrix=matrix))
    ceiling = float(_to_linear(np.ones((1, 1, 3), np.float32), name, config).max())
    referred: Literal["scene", "display"] = "display" if ceiling < 1.1 else "scene"
    return ColorSpace(name, referred, OcioTransform(name, config, referred))


def _is_linear(name: str, config: str) -> bool:
    """Whether light is linear in the space's values: f(2a) = 2 f(a), f(a + b) = f(a) + f(b)."""
    one, other = _PROBES[:4], _PROBES[4:]
    sent = _to_linear(np.stack([one, other, 2 * one, one + other]), name, config)
    twice, added = 2 * sent[0], sent[0] + sent[1]
    return np.allclose(sent[2:], np.stack([twice, added]), rtol=1e-4, atol=1e-5)


def _to_linear(rgb: FloatArray, name: str, config: str) -> FloatArray:
    base = linear_base(config)
    return multiplied(converted(rgb, name, base.name, config), base.matrix)
