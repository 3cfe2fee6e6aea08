"""The layers of mattes in a file, and what their pixels say.

A layer `Name` lies in `Name00`, `Name01` ...: each has two ranks, an id and its coverage in red
and green, and in blue and alpha. In files of several parts, these may be parts.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from vst_core.cryptomatte.matte_manifest import MatteManifest, read_manifest
from vst_core.errors import InputError
from vst_core.image import Channel, Window, read_channels
from vst_core.image.arrays import FloatArray
from vst_core.image.header import Part, walk_parts
from vst_core.image.oiio_file import opened

__all__ = ["MatteLayer", "Ranks", "matte_layers", "read_ranks"]

IdArray = np.ndarray[tuple[int, ...], np.dtype[np.uint32]]

_FACT = re.compile(r"cryptomatte/(?P<key>[^/]+)/(?P<fact>name|manifest|manif_file)")
_RANK = re.compile(r"(?P<layer>.+?)(?P<number>[0-9]{2})\.(?P<place>r|g|b|a|red|green|blue|alpha)")
_KINDS = ("object", "asset", "material")
_LOSSY = ("pxr24", "dwaa", "dwab")


@dataclass(frozen=True, kw_only=True)
class MatteLayer:
    """One layer of mattes.

    Attributes:
        name: Its name, such as ``ViewLayer.CryptoObject``.
        ranks: The channels of each rank, an id and its coverage.
        window: The display window.
        manifest: The names.
        problem: Why its ids are worth nothing; empty where they are.
    """

    name: str
    ranks: tuple[tuple[str, str], ...] = field(repr=False)
    window: Window
    manifest: MatteManifest = field(repr=False)
    problem: str = ""

    def is_called(self, name: str) -> bool:
        """Whether a person would call it so: by its name, the end of it, or its kind."""
        own, typed = self.name.lower(), name.lower()
        return typed in (own, own.rpartition(".")[2]) or (typed in _KINDS and own.endswith(typed))


@dataclass(frozen=True, kw_only=True, eq=False)
class Ranks:
    """The pixels of a layer.

    Attributes:
        ids: R x h x w, the 32 bits of each id; 0 = nothing.
        coverage: R x h x w in [0, 1].
        data_window: Where there are pixels.
        display_window: What is meant to be seen.
    """

    ids: IdArray = field(repr=False)
    coverage: FloatArray = field(repr=False)
    data_window: Window
    display_window: Window

    def matte(self, ids: Collection[int]) -> Channel:
        """Return how much of each pixel the ids cover together, in [0, 1]."""
        chosen = np.isin(self.ids, np.fromiter(ids, np.uint32, len(ids)))
        values = (self.coverage * chosen).sum(axis=0, dtype=np.float32).clip(0.0, 1.0)
        return Channel(values, self.data_window, self.display_window)


def matte_layers(path: Path | str) -> tuple[MatteLayer, ...]:
    """Return the layers of mattes of a file, objects first, without their pixels.

    Where the header does not speak of Cryptomatte, channels that are called so count.

    Raises:
        InputError: The file cannot be used.
    """
    path = Path(path)
    with opened(path) as source:
        parts = [part for part in walk_parts(path, source) if not part.deep]
    channels = _rank_channels(parts)
    facts = _facts(path, parts)
    named = {_place(given["name"], channels): given for given in facts if given.get("name")}
    bare: dict[str, dict[str, str]] = {
        name: {} for name in channels if "crypto" in name.lower() and name not in named
    }
    layers = [
        _layer(path, name, channels[name], given)
        for name, given in {**named, **bare}.items()
        if name in channels
    ]
    return tuple(sorted(layers, key=lambda layer: not layer.is_called(_KINDS[0])))


def read_ranks(path: Path | str, layer: MatteLayer) -> Ranks:
    """Read the pixels of a layer.

    Raises:
        InputError: The file cannot be used, or its ids were stored with loss.
    """
    if layer.problem:
        raise InputError(
            f"{path}: {layer.name} {layer.problem}: its ids are lost",
            fix="Write Cryptomatte with 32 bits (full float) and compression ZIP",
        )
    channels = read_channels(path, [name for rank in layer.ranks for name in rank])
    ids = np.stack([channel.values for channel in channels[::2]]).view(np.uint32)
    coverage = np.stack([channel.values for channel in channels[1::2]])
    coverage = np.nan_to_num(coverage, copy=False, nan=0.0, posinf=1.0, neginf=0.0)
    first = channels[0]
    return Ranks(
        ids=ids,
        coverage=coverage.clip(0.0, 1.0),
        data_window=first.data_window,
        display_window=first.display_window,
    )


_Channels = Mapping[int, tuple[str, str, Part]]
"""Number of the channel within its layer -> its full name, its type and its part."""


def _rank_channels(parts: Sequence[Part]) -> dict[str, _Channels]:
    """Return the channels of every layer."""
    found: dict[str, dict[int, tuple[str, str, Part]]] = {}
    for part in parts:
        for channel, kind in zip(part.channels, part.types, strict=True):
            full = channel if "." in channel else f"{part.name}.{channel}"
            match = _RANK.fullmatch(full.lower())
            if match is not None:
                place = 4 * int(match["number"]) + "rgba".index(match["place"][0])
                layer = full[: match.end("layer")]
                found.setdefault(layer, {}).setdefault(place, (full, kind, part))
    return {name: channels for name, channels in found.items() if {0, 1} <= channels.keys()}


def _facts(path: Path, parts: Sequence[Part]) -> list[dict[str, str]]:
    """Return what headers say of each layer."""
    found: dict[str, dict[str, str]] = {}
    for part in parts:
        for attribute in part.spec.extra_attribs:
            match = _FACT.fullmatch(attribute.name)
            if match is None:
                continue
            try:
                given = str(attribute.value)
            except UnicodeDecodeError:
                what = f"{path}: its {attribute.name} is not UTF-8 text"
                raise InputError(what, fix="Render or copy it again.") from None
            found.setdefault(match["key"], {}).setdefault(match["fact"], given)
    return list(found.values())


def _place(name: str, channels: Collection[str]) -> str:
    """Return the layer of channels that a header means: some are put below another layer."""
    below = (one for one in channels if one.endswith(f".{name}"))
    return name if name in channels else next(below, name)


def _layer(path: Path, name: str, channels: _Channels, facts: Mapping[str, str]) -> MatteLayer:
    places = [place for place in sorted(channels) if place % 2 == 0 and place + 1 in channels]
    _, kind, part = channels[0]
    return MatteLayer(
        name=name,
        ranks=tuple((channels[place][0], channels[place + 1][0]) for place in places),
        window=part.display_window,
        manifest=read_manifest(path, facts),
        problem=_problem(kind, part),
    )


def _problem(kind: str, part: Part) -> str:
    compression = part.text("compression").partition(":")[0]
    if kind != "float":
        return f"is stored as {kind}"
    return f"is compressed with loss ({compression})" if compression in _LOSSY else ""
