"""Which channels of a file make the picture: layers, views, and how one is chosen.

A layer is what stands before the last dot of a channel's name (`ViewLayer.Combined.R`); in
files of several parts an unlayered `R` belongs to the layer named like its part. In files of
several views (stereo) a view's name is the last part of the layer's (`Combined.left.R`), or
the part's attribute `view`; channels without one are the default view's.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from vst_core.errors import InputError, nearest

__all__ = ["Layer", "choice_note", "choose_layer", "layers_of_part", "views_of"]

_ROLES = {
    "r": "red", "red": "red",
    "g": "green", "green": "green",
    "b": "blue", "blue": "blue",
    "a": "alpha", "alpha": "alpha",
    "y": "grey", "i": "grey", "l": "grey",
    "grey": "grey", "gray": "grey", "luminance": "grey",
}  # fmt: skip
_BEAUTY = {"combined", "beauty", "rgba", "rgb", "color", "colour", "c", "ci", "cf"}
# What renderers call the coverage of their beauty where it is a channel or layer of its own.
_ALPHAS = {"a", "alpha", "af"}
# Passes in the shape of a color that no renderer means as its picture.
_DATA = re.compile(
    r"\w*crypto\w*\d\d$"
    r"|(normals?|ng?|position|p|pref|pworld|uv|st|depth|z|mist|motion|motionvectors?|velocity|vector"
    r"|ao|(ambient_?)?occlusion|((object|obj|material|mat|instance|asset)_?)?id|a|alpha|af)$",
    re.IGNORECASE,
)
_EYES = (("left", "right"), ("l", "r"))
_MOST_NAMED = 8


@dataclass(frozen=True, slots=True)
class Layer:
    """A picture inside a file: indices of its channels within one part.

    A gray layer has the same index three times; `alpha` is None without an alpha channel.
    `view` is empty where the file has no views; `view_rank` is 0 for the default one.
    """

    name: str
    part: int
    red: int
    green: int
    blue: int
    alpha: int | None
    prefix: str
    view: str = ""
    view_rank: int = 0

    @property
    def is_gray(self) -> bool:
        """Whether one channel stands for all three."""
        return self.red == self.green

    @property
    def channels(self) -> tuple[int, ...]:
        """The indices to read: R, G, B (or the gray one), then alpha where there is one."""
        colors = (self.red,) if self.is_gray else (self.red, self.green, self.blue)
        return colors if self.alpha is None else (*colors, self.alpha)

    @property
    def own_prefix(self) -> str:
        """The prefix without the view's name; empty = unlayered."""
        parent, _, last = self.prefix.rpartition(".")
        return parent if self.view and last == self.view else self.prefix

    @property
    def pass_name(self) -> str:
        """What the pass is called: the last part of its name, without the view's."""
        words = [word for word in self.name.split(".") if word != self.view]
        return words[-1] if words else ""

    @property
    def is_data(self) -> bool:
        """Whether its name says that it is no picture."""
        return _DATA.match(self.pass_name) is not None

    @property
    def is_beauty(self) -> bool:
        """Whether its name says that it is the picture."""
        return self.pass_name.lower() in _BEAUTY


def layers_of_part(
    part: int, channels: Sequence[str], *, name: str = "", views: Sequence[str] = (), view: str = ""
) -> list[Layer]:
    """Return the layers of one part that have color, in the order of their channels.

    A lone alpha beside them is the alpha of the likeliest: `Ci.r Ci.g Ci.b a`, `Cf.* Af`.

    Args:
        part: Index of the part within its file.
        channels: The part's channel names.
        name: Name for unlayered channels: the part's own where the file has several parts.
        views: Names of the file's views, the default one first.
        view: The view of the whole part, where the file has a part for each.
    """
    groups: dict[str, dict[str, int]] = {}
    for index, channel in enumerate(channels):
        prefix, _, last = channel.rpartition(".")
        groups.setdefault(prefix, {}).setdefault(last.lower(), index)
    found = (_layer(part, prefix, prefix or name, group) for prefix, group in groups.items())
    layers = [_seen(layer, views, view) for layer in found if layer is not None]
    return _with_lone_alphas(layers, groups)


def _layer(part: int, prefix: str, name: str, group: Mapping[str, int]) -> Layer | None:
    roles = _roles_of(group)
    alpha = roles.get("alpha")
    if {"red", "green", "blue"} <= roles.keys():
        return Layer(name, part, roles["red"], roles["green"], roles["blue"], alpha, prefix)
    lone = [roles[role] for role in ("grey", "green", "red", "blue") if role in roles]
    return Layer(name, part, lone[0], lone[0], lone[0], alpha, prefix) if lone else None


def _roles_of(group: Mapping[str, int]) -> dict[str, int]:
    roles: dict[str, int] = {}
    for last, index in group.items():
        if last in _ROLES and not (last == "y" and "x" in group):  # x, y: a vector, not a gray
            roles.setdefault(_ROLES[last], index)
    return roles


def _seen(layer: Layer, views: Sequence[str], view: str) -> Layer:
    """Return the layer with its view."""
    if not views:
        return layer
    last = layer.prefix.rpartition(".")[2]
    own = last if last in views else view or views[0]
    return replace(layer, view=own, view_rank=views.index(own) if own in views else len(views))


def _with_lone_alphas(layers: list[Layer], groups: Mapping[str, Mapping[str, int]]) -> list[Layer]:
    for prefix, group in groups.items():
        lone = _lone_alpha(prefix, group)
        if lone is None:
            continue
        index, above = lone
        beside = [
            layer
            for layer in layers
            if layer.prefix.startswith(above) and not (layer.is_data or layer.is_gray)
        ]
        owner = min(beside, key=_rank, default=None)
        if owner is not None and owner.alpha is None:
            layers[layers.index(owner)] = replace(owner, alpha=index)
    return layers


def _lone_alpha(prefix: str, group: Mapping[str, int]) -> tuple[int, str] | None:
    """Return the channel of an alpha without colors, and what its colors' names begin with."""
    parent, _, last = prefix.rpartition(".")
    roles = _roles_of(group)
    if last.lower() in _ALPHAS:  # a layer for the alpha alone: `Af.Y`, `alpha.R`
        channel = next((roles[one] for one in ("alpha", "grey", "red") if one in roles), None)
        return None if channel is None else (channel, f"{parent}." if parent else "")
    if roles.keys() & {"red", "green", "blue", "grey"}:
        return None
    channel = next((group[one] for one in ("a", "alpha", "af") if one in group), None)
    return None if channel is None else (channel, f"{prefix}." if prefix else "")


def choose_layer(path: Path, layers: Sequence[Layer], wanted: str) -> Layer:
    """Return the layer that was asked for, by its name or its view's, or the likeliest one.

    Without a wish: no data, color, the default view, unlayered, named like a beauty pass, with
    an alpha; the first of those that are alike.

    Raises:
        InputError: No layer has color, or none has the wanted name.
    """
    if not layers:
        what = f"{path}: no channels that make a picture (R, G, B or Y)"
        raise InputError(what, fix="Render a beauty layer into the file.")
    if not wanted:
        return min(layers, key=_rank)
    named = [layer for layer in layers if wanted in (layer.name, layer.prefix)]
    of_view = sorted((layer for layer in layers if wanted == layer.view), key=_rank)
    if named or of_view:
        return (named or of_view)[0]
    known = {name for layer in layers for name in (layer.name, layer.view) if name}
    help_text = nearest(wanted, known) if known else "The file has no named layers: leave it out."
    raise InputError(f"{path}: no layer '{wanted}'", fix=help_text)


def views_of(layers: Sequence[Layer]) -> tuple[str, ...]:
    """Return the names of a file's views, the default one first; nothing where it has one.

    A file that does not say which views it has, but has layers called `left` and `right`, has
    these.
    """
    named = sorted((layer.view_rank, layer.view) for layer in layers if layer.view)
    views = tuple(dict.fromkeys(view for _, view in named))
    if not views:
        words = {word for layer in layers for word in layer.name.lower().split(".")}
        views = next((pair for pair in _EYES if set(pair) <= words), ())
    return views if len(views) > 1 else ()


def choice_note(layers: Sequence[Layer], chosen: Layer) -> str:
    """Return what to say of a layer that nobody asked for; empty where there is no doubt."""
    notes = []
    views = list(dict.fromkeys(layer.view for layer in layers if layer.view))
    if len(views) > 1:
        others = _listed(view for view in views if view != chosen.view)
        both = f" (--views {','.join(views)} paints both)" if len(views) == 2 else ""
        notes.append(
            f"has the views {_listed(views)}: {chosen.view} is painted, not {others}{both}"
        )
    rivals = [layer for layer in layers if _is_rival(layer, chosen)]
    if rivals:
        names = _listed(layer.name for layer in layers if layer in rivals or layer == chosen)
        notes.append(f"has the layers {names}: {chosen.name or 'the unlayered one'} is painted")
    return "; ".join(notes) and f"{'; '.join(notes)}. Choose with --layer"


def _is_rival(layer: Layer, chosen: Layer) -> bool:
    """Whether a layer might have been meant: where nothing names the beauty, any colors might."""
    if layer == chosen or layer.is_gray or layer.view != chosen.view:
        return False
    certain = _rank(chosen)[:-2] < _rank(layer)[:-2] and _is_certain(chosen)
    return not certain and not layer.name.lower().startswith("crypto")


def _is_certain(layer: Layer) -> bool:
    return layer.is_beauty or layer.pass_name == ""


def _listed(names: Iterable[str]) -> str:
    known = list(dict.fromkeys(name for name in names if name))
    more = f" and {len(known) - _MOST_NAMED} more" if len(known) > _MOST_NAMED else ""
    return ", ".join(known[:_MOST_NAMED]) + more


def _rank(layer: Layer) -> tuple[bool, bool, int, bool, bool, bool, int]:
    return (
        layer.is_data,
        layer.is_gray,
        layer.view_rank,
        layer.own_prefix != "",
        not layer.is_beauty,
        layer.alpha is None,
        layer.part,
    )
