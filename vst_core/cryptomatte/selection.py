"""From names that a person typed to ids."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from vst_core.cryptomatte.hashing import matte_id
from vst_core.cryptomatte.matte_layers import MatteLayer, Ranks, matte_layers, read_ranks
from vst_core.errors import InputError, nearest
from vst_core.image import Channel
from vst_core.job.matte_text import MatteName, quoted_name

__all__ = [
    "MatteChoice",
    "choose_mattes",
    "find_matte_layer",
    "mask_of",
    "read_mattes",
    "unknown_name",
]


@dataclass(frozen=True, kw_only=True)
class MatteChoice:
    """What was chosen of a file.

    Attributes:
        layer: Of the mattes.
        names: As they were typed, without the layer.
        ids: Of all objects that these stand for.
        unknown: Those of `names` that the file's manifest does not have; none without one. In
            this file they may well be absent, as where an object has left the picture.
        others: The file's other layers.
    """

    layer: MatteLayer
    names: tuple[MatteName, ...]
    ids: frozenset[int] = field(repr=False)
    unknown: tuple[MatteName, ...]
    others: tuple[MatteLayer, ...] = field(repr=False)


def choose_mattes(
    path: Path | str, layer: MatteName | None, names: Sequence[MatteName]
) -> MatteChoice:
    """Find what names stand for in a file, without its pixels.

    Without a manifest a full name is taken by its hash.

    Args:
        path: The file.
        layer: A layer; where the file has none that is called so, the beginning of the first
            name, before a colon. None = the first layer, of objects where there are any.
        names: Of the objects; wildcards need a manifest.

    Raises:
        InputError: The file cannot be used or has no Cryptomatte, or a wildcard was given and
            there is no manifest.
    """
    path = Path(path)
    layers = _layers(path)
    found = [one for one in layers if layer is not None and one.is_called(layer.text)]
    if layer is not None and not found:
        names = (names[0].behind(layer), *names[1:])
    chosen = (found or layers)[0]
    ids = {matte_id(name.text) for name in names if not name.is_wildcard}
    matches = {name: name.find(chosen.manifest.ids) for name in names}
    ids.update(chosen.manifest.ids[one] for those in matches.values() for one in those)
    _check_wildcards(path, chosen, names)
    return MatteChoice(
        layer=chosen,
        names=tuple(names),
        ids=frozenset(ids),
        unknown=() if chosen.manifest.problem else tuple(n for n in names if not matches[n]),
        others=tuple(one for one in layers if one is not chosen),
    )


def find_matte_layer(path: Path | str, name: str) -> MatteLayer:
    """Return a layer by its name, the end of it, or its kind; empty = the first one.

    Raises:
        InputError: The file cannot be used, or has no such layer.
    """
    layers = _layers(Path(path))
    found = next((one for one in layers if not name or one.is_called(name)), None)
    if found is None:
        fix = nearest(name, [one.name for one in layers])
        raise InputError(f"{path}: no layer of mattes is called '{name}'", fix=fix)
    return found


def read_mattes(
    path: Path | str, wanted: Sequence[tuple[MatteName | None, Sequence[MatteName]]]
) -> tuple[Channel, ...]:
    """Return how much of each pixel named objects cover together, in [0, 1].

    An object that several mattes name is in the first of them: those of one layer never sum to
    more than 1.

    Args:
        path: The file.
        wanted: A layer and names for each matte, as for `choose_mattes`.

    Raises:
        InputError: See `choose_mattes`; or the pixels cannot be read.
    """
    ranks: dict[str, Ranks] = {}
    taken: dict[str, frozenset[int]] = {}
    mattes = []
    for layer, names in wanted:
        choice = choose_mattes(path, layer, names)
        name = choice.layer.name
        if name not in ranks:
            ranks[name] = read_ranks(path, choice.layer)
        before = taken.get(name, frozenset())
        mattes.append(ranks[name].matte(choice.ids - before))
        taken[name] = before | choice.ids
    return tuple(mattes)


def mask_of(layer: MatteLayer, name: str) -> str:
    """Return the mask of an object as it is typed, for `--mask`; empty for one without a name."""
    return f"crypto:{quoted_name(layer.name)}:{quoted_name(name)}" if name else ""


def unknown_name(path: Path, choice: MatteChoice, name: MatteName) -> InputError:
    """Return what to say of a name that no frame has, with those that are near."""
    known = choice.layer.manifest.ids
    what = f"{path}: no matte '{name.text}' in {choice.layer.name}"
    for other in choice.others:
        if name.find(other.manifest.ids):
            return InputError(what, fix=f"It is there: {mask_of(other, name.text)}")
    fix = nearest(name.text, [quoted_name(one) for one in known])
    return InputError(what, fix=f"{fix}; `vst mattes {path}` lists them")


def _layers(path: Path) -> tuple[MatteLayer, ...]:
    layers = matte_layers(path)
    if not layers:
        fix = "Render with Cryptomatte, or name its files: in/crypto.%04d.exr:crypto:NAME"
        raise InputError(f"{path}: has no Cryptomatte", fix=fix)
    return layers


def _check_wildcards(path: Path, layer: MatteLayer, names: Sequence[MatteName]) -> None:
    wild = next((name for name in names if name.is_wildcard), None)
    if wild is not None and layer.manifest.problem:
        raise InputError(
            f"{path}: '{wild.text}' is a wildcard, but of {layer.name} {layer.manifest.problem}",
            fix="Put the manifest beside the picture, write names in full, or quote the name",
        )
