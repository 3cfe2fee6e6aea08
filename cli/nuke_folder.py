"""The folder for NUKE_PATH: Nuke's code, what all hosts share, the table and the styles."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

from vst_core.atomic import atomic_path
from vst_core.errors import OutputError
from vst_core.styles import list_cards

from .host_files import host_files
from .style_icons import icon

__all__ = ["NAME", "build"]

NAME = "vst_for_nuke"
"""Of the folder."""

_SHARED, _STYLES = "vst_nuke/hosts", "vst_nuke/styles"
_MARK = "vst_nuke/__init__.py"
_ICON = 96


def build(source: Path, out: Path) -> Path:
    """Make the folder, or bring one that is there up to date.

    Args:
        source: The folder of Nuke's code.
        out: Gets the folder; made if need be.

    Returns:
        The folder.

    Raises:
        OutputError: There is a folder of that name with other things in it.
    """
    target = out / NAME
    if target.exists() and not (target / _MARK).is_file():
        raise OutputError(
            f"{target} is not a folder that this command made", fix="Name another with --out."
        )
    files = dict(_files(source))
    _remove_others(target, files)
    for name, data in files.items():
        path = target / name
        path.parent.mkdir(parents=True, exist_ok=True)
        with atomic_path(path) as temporary:
            temporary.write_bytes(data)
    return target


def _files(source: Path) -> Iterator[tuple[str, bytes]]:
    yield from host_files(source, _SHARED)
    cards = [card for card in list_cards() if card.preview]
    titles = {card.name: card.title for card in cards}
    yield f"{_STYLES}/styles.json", json.dumps(titles, indent=1, ensure_ascii=False).encode()
    for card in cards:
        yield f"{_STYLES}/{card.name}.png", icon(card, _ICON)


def _remove_others(target: Path, files: dict[str, bytes]) -> None:
    """Remove modules of an older version: Nuke would still import them."""
    for path in target.glob("vst_nuke/**/*.py"):
        if path.relative_to(target).as_posix() not in files:
            path.unlink()
