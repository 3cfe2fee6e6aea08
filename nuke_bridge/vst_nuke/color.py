# SPDX-License-Identifier: Apache-2.0
"""Which color space the script works in, as the engine is told of it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import nuke

from .hosts.job_file import Value

__all__ = ["working_space"]

_NUKES_OWN = "Linear Rec.709"
"""What Nuke's own color management works in."""

_CONFIGS = Path("plugins", "OCIOConfigs", "configs")


def working_space() -> dict[str, Value]:
    """Return the settings `colorspace` and `ocio` for pixels as they are in the script.

    With Nuke's own color management that is linear with the primaries of Rec.709; else the
    script's OpenColorIO config has a name for it.
    """
    root = nuke.root()
    if _text(root, "colorManagement") != "OCIO":
        return {"colorspace": _NUKES_OWN}
    name = _text(root, "workingSpaceLUT") or "scene_linear"
    found: dict[str, Value] = {"colorspace": name}
    config = _config(root)
    if config is not None:
        found["ocio"] = str(config)
    return found


def _config(root: Any) -> Path | None:
    """The script's config file; None where $OCIO says it, or only Nuke knows it."""
    name = _text(root, "OCIO_config")
    if name == "custom":
        path = Path(_text(root, "customOCIOConfigPath"))
    else:
        path = Path(nuke.env["ExecutablePath"]).parent / _CONFIGS / name / "config.ocio"
    return path if path.is_file() else None


def _text(root: Any, name: str) -> str:
    knobs = root.knobs()
    return str(knobs[name].value()).strip() if name in knobs else ""
