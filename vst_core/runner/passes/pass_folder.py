"""The folder of a run's passes: whose it is, and what in it is whole."""

from __future__ import annotations

import contextlib
import re
from pathlib import Path

from vst_core.atomic import atomic_path, make_folder

__all__ = ["claim_folder", "remove_folder"]

_OWNER = "owner.txt"
_OURS = re.compile(r"(pass_\d+_\d+|flow_-?\d+_-?\d+|\..*\.part)\.exr")


def claim_folder(folder: Path, owner: str, *, fresh: bool) -> None:
    """Make the folder this run's, keeping what a run with the same owner left in it.

    Nobody else can be at it: the run's manifest is locked.

    Args:
        folder: Beside the manifest.
        owner: A hash over everything that decides the run's pictures.
        fresh: Keep nothing.

    Raises:
        OutputError: The folder cannot be written.
    """
    if fresh or _owner(folder) != owner:
        remove_folder(folder)
    make_folder(folder)
    for leftover in folder.glob(".*.part.exr"):
        leftover.unlink(missing_ok=True)
    if _owner(folder) != owner:
        with atomic_path(folder / _OWNER) as temporary:
            temporary.write_text(owner, encoding="ascii")


def remove_folder(folder: Path) -> None:
    """Delete what runs have put into the folder, and it too where nothing else is in it.

    It is no error when that fails.
    """
    with contextlib.suppress(OSError):
        for path in list(folder.iterdir()):
            if path.name == _OWNER or _OURS.fullmatch(path.name):
                path.unlink(missing_ok=True)
        folder.rmdir()


def _owner(folder: Path) -> str:
    with contextlib.suppress(OSError, ValueError):
        return (folder / _OWNER).read_text(encoding="ascii")
    return ""
