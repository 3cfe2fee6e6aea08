"""Which channels of a file make the picture: layers, and how one is chosen.

A layer is what stands before the last dot of a channel's name (`ViewLayer.Combined.R`); in
files of several parts an unlayered `R` belongs to the layer named like its part.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from vst_core.errors import InputError, nearest

__all__ = ["Layer", "choose_layer", "layers_of_part"]

_ROLES = {
    "r": "red", "red": "red",
    "g": "green", "green": "green",
    "b": "blue", "blue": "blue",
    "a": "alpha", "alpha": "alpha",
    "y": "grey", "i": "grey", "l": "grey",
    "grey": "grey", "gray": "grey", "luminance": "grey",
}  # fmt: skip
_BEAUTY = {"combined", "beauty", "rgba", "rgb", "color", "colour", "c"}
_DATA = re.compile(r"crypto\w*\d\d$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Layer:
    """A picture inside a file: indices of its channels within one part.

    A grey layer has the same index three times; `alpha` is None without an alpha channel.
    """

    name: str
    part: int
    red: int
    green: int
    blue: int
    alpha: int | None
    prefix: str

    @property
    def is_gray(self) -> bool:
        """Whether one channel stands for all three."""
        return self.red == self.green

    @property
    def channels(self) -> tuple[int, ...]:
        """The indices to read: R, G, B (or the grey one), then alpha where there is one."""
        colors = (self.red,) if self.is_gray else (self.red, self.green, self.blue)
        return colors if self.alpha is None else (*colors, self.alpha)


def layers_of_part(part: int, channels: Sequence[str], *, name: str = "") -> list[Layer]:
    """Return the layers of one part that have colour, in the order of their channels.

    Args:
        part: Index of the part within its file.
        channels: The part's channel names.
        name: Name for unlayered channels: the part's own where the file has several parts.
    """
    groups: dict[str, dict[str, int]] = {}
    for index, channel in enumerate(channels):
        prefix, _, last = channel.rpartition(".")
        groups.setdefault(prefix, {}).setdefault(last.lower(), index)
    found = (_layer(part, prefix, prefix or name, group) for prefix, group in groups.items())
    return [layer for layer in found if layer is not None]


def _layer(part: int, prefix: str, name: str, group: dict[str, int]) -> Layer | None:
    roles: dict[str, int] = {}
    for last, index in group.items():
        if last in _ROLES and not (last == "y" and "x" in group):  # x, y: a vector, not a grey
            roles.setdefault(_ROLES[last], index)
    alpha = roles.get("alpha")
    if {"red", "green", "blue"} <= roles.keys():
        return Layer(name, part, roles["red"], roles["green"], roles["blue"], alpha, prefix)
    lone = [roles[role] for role in ("grey", "green", "red", "blue") if role in roles]
    return Layer(name, part, lone[0], lone[0], lone[0], alpha, prefix) if lone else None


def choose_layer(path: Path, layers: Sequence[Layer], wanted: str) -> Layer:
    """Return the layer that was asked for, or the one a person would expect.

    Without a wish: unlayered colour, else a layer named like a beauty pass, else any colour
    layer that is not a Cryptomatte, else a grey one.

    Raises:
        InputError: No layer has colour, or none has the wanted name.
    """
    if not layers:
        what = f"{path}: no channels that make a picture (R, G, B or Y)"
        raise InputError(what, fix="Render a beauty layer into the file.")
    if not wanted:
        return min(layers, key=_rank)
    for layer in layers:
        if wanted in (layer.name, layer.prefix):
            return layer
    known = {layer.name for layer in layers if layer.name}
    help_text = nearest(wanted, known) if known else "The file has no named layers: leave it out."
    raise InputError(f"{path}: no layer '{wanted}'", fix=help_text)


def _rank(layer: Layer) -> tuple[bool, bool, bool, bool, int]:
    last = layer.name.rpartition(".")[2].lower()
    is_data = _DATA.search(layer.name) is not None
    unlayered = layer.prefix == ""
    return (is_data, layer.is_gray, not unlayered, last not in _BEAUTY, layer.part)
