# SPDX-License-Identifier: Apache-2.0
"""What the pictures at a node depend on: its upstream tree, its files, the script's settings."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import nuke

from .hosts.job_file import digest, file_state

__all__ = ["Upstream", "frame_path"]

_LAYOUT = frozenset({
    "xpos", "ypos", "selected", "hide_input", "tile_color", "gl_color", "note_font",
    "note_font_size", "note_font_color", "label", "name", "icon", "bookmark", "postage_stamp",
    "postage_stamp_frame", "cached", "dope_sheet", "lifetimeStart", "lifetimeEnd", "panel",
    "vst_status", "vst_style_preview",
})  # fmt: skip
"""Knobs that change how a node looks, and not its picture."""

_ROOT = (
    "format", "proxy", "proxy_scale", "colorManagement", "OCIO_config", "customOCIOConfigPath",
    "workingSpaceLUT", "workingSpace",
)  # fmt: skip
_NUMBER = re.compile(r"%0?(\d*)d|(#+)")


class Upstream:
    """All that some nodes depend on, themselves included.

    Args:
        sources: The nodes; None where nothing is connected.

    Attributes:
        nodes: All of them, each after those that it depends on.
    """

    def __init__(self, sources: Sequence[Any | None]) -> None:
        self.nodes: list[Any] = []
        self._states: list[object] = []
        self._numbers: dict[str, int] = {}
        self._roots = [self._number(one) for one in sources]

    def hash(self) -> str:
        """Return a short text that is another one as soon as the pictures may be others.

        A node that holds or shifts time reads other frames than the one that is asked of it, so
        all files count that the Read nodes have in their ranges.
        """
        knobs = nuke.root().knobs()
        script = {name: knobs[name].toScript() for name in _ROOT if name in knobs}
        files = [file_state(path) for node in self.nodes for path in _files(node)]
        return digest([self._roots, self._states, script, files])

    def _number(self, node: Any | None) -> int:
        """The place of a node among all; equal trees have equal numbers, whatever their names."""
        if node is None:
            return -1
        name = node.fullName()
        if name not in self._numbers:
            self._numbers[name] = -2  # a circle of expressions ends here
            inputs = [self._number(node.input(index)) for index in range(node.inputs())]
            others = node.dependencies(nuke.HIDDEN_INPUTS | nuke.EXPRESSIONS)
            inside = node.nodes() if isinstance(node, nuke.Group) else []
            # Nuke lists these in an order that a saved script may not keep.
            beside = [self._number(one) for one in sorted((*others, *inside), key=_full_name)]
            self._states.append([node.Class(), inputs, beside, _knobs(node)])
            self.nodes.append(node)
            self._numbers[name] = len(self.nodes) - 1
        return self._numbers[name]


def frame_path(pattern: str, frame: int) -> str:
    """Return the file of a frame.

    >>> frame_path("a/b.%04d.exr", 7), frame_path("b.##.exr", 7), frame_path("b.exr", 7)
    ('a/b.0007.exr', 'b.07.exr', 'b.exr')
    """

    def text(match: re.Match[str]) -> str:
        width = len(match.group(2)) if match.group(2) else int(match.group(1) or 1)
        return f"{frame:0{width}d}"

    return _NUMBER.sub(text, pattern)


def _full_name(node: Any) -> str:
    return str(node.fullName())


def _knobs(node: Any) -> list[list[str]]:
    knobs = sorted(node.knobs().items())
    return [[name, knob.toScript()] for name, knob in knobs if name not in _LAYOUT]


def _files(node: Any) -> Iterator[Path]:
    """The files that a node may read."""
    knobs = node.knobs()
    if "file" not in knobs or node.Class().startswith("Write"):
        return
    pattern = nuke.filename(node) or ""
    first, last = ("first", "last") if "first" in knobs else ("first_frame", "last_frame")
    owner = knobs if "first" in knobs else nuke.root().knobs()
    frames = range(int(owner[first].value()), int(owner[last].value()) + 1)
    yield from sorted({Path(frame_path(pattern, frame)) for frame in frames if pattern})
