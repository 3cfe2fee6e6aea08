# SPDX-License-Identifier: GPL-3.0-or-later
"""What is set differently while an animation is rendered for the engine, and set back after."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from .. import versions

__all__ = ["RenderSettings"]

_RENDER = ("filepath", "use_file_extension", "use_overwrite", "use_placeholder", "use_sequencer")
_IMAGE = ("media_type", "file_format", "color_mode", "color_depth", "exr_codec")
_PASSES = ("use_pass_combined", "use_pass_vector", "use_pass_z")


class RenderSettings:
    """Multilayer EXR with motion vectors and depth, until `set_back`.

    Args:
        scene: Whose settings they are.
        pattern: Where the frames go, with ``%06d`` for the number.
    """

    def __init__(self, scene: Any, pattern: Path) -> None:
        image = scene.render.image_settings
        self._before = [
            *((scene.render, name, getattr(scene.render, name)) for name in _RENDER),
            *((image, name, getattr(image, name)) for name in _IMAGE if hasattr(image, name)),
            *((one, name, getattr(one, name)) for one in scene.view_layers for name in _PASSES),
        ]
        render = scene.render
        render.filepath = str(pattern).replace("%06d", "######")
        render.use_file_extension, render.use_placeholder = False, False
        render.use_overwrite, render.use_sequencer = True, False
        settings = versions.image_settings(render, "OPEN_EXR_MULTILAYER", "MULTI_LAYER_IMAGE")
        settings.color_mode, settings.color_depth = "RGBA", "32"
        settings.exr_codec = "ZIP"
        for layer in scene.view_layers:
            for name in _PASSES:
                setattr(layer, name, True)

    def set_back(self) -> None:
        """Set everything back as it was."""
        for owner, name, value in self._before:
            setattr(owner, name, value)
        self._before = []
