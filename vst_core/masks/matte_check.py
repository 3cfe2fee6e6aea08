"""Mattes by name, looked for in every file of a shot before any work."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from vst_core.cryptomatte import MatteChoice, choose_mattes, unknown_name
from vst_core.image import Window
from vst_core.job import Mask
from vst_core.masks.shapes import check_shape

__all__ = ["FoundMattes", "check_mattes"]

_THREADS = 8


@dataclass(frozen=True, kw_only=True)
class FoundMattes:
    """What was found.

    Attributes:
        layer: The name of the mattes' layer, in the first file.
        manifests: The file of mattes -> the manifest beside it, where there is one.
        notes: What a person should know.
    """

    layer: str
    manifests: Mapping[Path, Path]
    notes: tuple[str, ...]


def check_mattes(mask: Mask, paths: Sequence[Path], display: Window) -> FoundMattes:
    """Make sure that every file has mattes, and each name is in at least one of the manifests.

    An object may be absent from some frames: there its matte is empty.

    Args:
        mask: With names.
        paths: The files of all frames.
        display: The display window of the pictures.

    Raises:
        InputError: A file has no Cryptomatte, or one of another shape than the pictures; a name
            is in none of the manifests, or is a wildcard where there is none.
    """
    with ThreadPoolExecutor(_THREADS) as pool:
        choices = dict(
            zip(paths, pool.map(lambda one: _chosen(one, mask, display), paths), strict=True)
        )
    _check_names(choices)
    manifests = {path: choice.layer.manifest.file for path, choice in choices.items()}
    return FoundMattes(
        layer=choices[paths[0]].layer.name,
        manifests={path: file for path, file in manifests.items() if file is not None},
        notes=_notes(mask, choices),
    )


def _chosen(path: Path, mask: Mask, display: Window) -> MatteChoice:
    choice = choose_mattes(path, mask.layer, mask.names)
    check_shape(path, choice.layer.window, display)
    return choice


def _check_names(choices: Mapping[Path, MatteChoice]) -> None:
    path, first = next(iter(choices.items()))
    for name in first.unknown:
        if all(name in choice.unknown for choice in choices.values()):
            raise unknown_name(path, first, name)


def _notes(mask: Mask, choices: Mapping[Path, MatteChoice]) -> tuple[str, ...]:
    bare = [path for path, choice in choices.items() if choice.layer.manifest.problem]
    if not bare:
        return ()
    layer = choices[bare[0]].layer
    return (
        f"{bare[0].name}: of {layer.name} {layer.manifest.problem}: the names of {mask} are taken "
        "by their hash, and cannot be checked.",
    )
