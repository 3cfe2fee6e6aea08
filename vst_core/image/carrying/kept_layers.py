"""Which of a file's other layers are carried to the output, and where the paint goes."""

from __future__ import annotations

import fnmatch
import re
from collections.abc import Sequence
from dataclasses import dataclass

from vst_core.errors import InputError, UsageError, nearest
from vst_core.image.header import Header, Part

__all__ = ["ALL_LAYERS", "NO_LAYERS", "KeptLayers"]

NO_LAYERS, ALL_LAYERS = "none", "all"
_LAYER_NAME = re.compile(r"[A-Za-z_][\w.-]{0,100}", re.ASCII)


@dataclass(frozen=True, slots=True)
class KeptLayers:
    """The layers that were asked for.

    Attributes:
        wanted: ``none``, ``all``, or names that commas part, with wildcards: of layers
            (`ViewLayer.Depth`, or the end of it), of channels, or of parts.
        out_layer: The layer for the paint, beside the picture as it came; empty = the paint takes
            the picture's place.
    """

    wanted: str = NO_LAYERS
    out_layer: str = ""

    @property
    def any(self) -> bool:
        """Whether more than the painted picture may be written."""
        return bool(self.patterns or self.out_layer)

    @property
    def patterns(self) -> tuple[str, ...]:
        """What names are matched with."""
        if self.wanted.strip() in (NO_LAYERS, ""):
            return ()
        if self.wanted.strip() == ALL_LAYERS:
            return ("*",)
        return tuple(name.strip() for name in self.wanted.split(",") if name.strip())

    def keeps(self, part: Part, channel: str) -> bool:
        """Whether a channel that is not the picture's is written."""
        return any(_matches(pattern, part, channel) for pattern in self.patterns)

    def check(self, header: Header) -> None:
        """Make sure that every name is in a file, and that the paint's layer is new.

        Raises:
            InputError: A name is not there, or the paint's layer is.
            UsageError: The paint's layer cannot be called so.
        """
        channels = [(part, channel) for part in header.parts for channel in part.channels]
        for pattern in () if self.wanted.strip() == ALL_LAYERS else self.patterns:
            if not any(_matches(pattern, part, channel) for part, channel in channels):
                fix = nearest(pattern, {_layer_of(part, channel) for part, channel in channels})
                raise InputError(f"{header.path}: no layer '{pattern}' to keep", fix=fix)
        self._check_out_layer(header, channels)

    def _check_out_layer(self, header: Header, channels: Sequence[tuple[Part, str]]) -> None:
        name = self.out_layer
        if not name:
            return
        if not _LAYER_NAME.fullmatch(name) or name.endswith("."):
            fix = "Write a letter, then letters, digits, _ - and dots, such as vst"
            raise UsageError(f"--out-layer cannot be '{name}'", fix=fix)
        if name in {_layer_of(part, channel) for part, channel in channels} | {
            part.name for part in header.parts
        }:
            what = f"{header.path}: has a layer '{name}' already"
            raise InputError(what, fix="Choose another name for --out-layer.")


def _matches(pattern: str, part: Part, channel: str) -> bool:
    layer = _layer_of(part, channel)
    names = {layer, layer.rpartition(".")[2], channel, part.name}
    return any(fnmatch.fnmatchcase(name, pattern) for name in names)


def _layer_of(part: Part, channel: str) -> str:
    """Return the layer of a channel; of one without, such as Z, its own name or its part's."""
    layer = channel.rpartition(".")[0]
    return layer or (channel if part.name.startswith("part") else part.name)
