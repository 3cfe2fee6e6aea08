# SPDX-License-Identifier: Apache-2.0
"""The input's frames as EXR files: rendered by the Writes within the node where they are missing.

They lie in a folder of ours within that of the results, and stay there: other settings need no
new ones. A list beside them names those that were written whole.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import nuke

from .hosts.own_folders import MARKER, claim, facts, remove_files
from .watching import Watching

__all__ = ["WRITERS", "pattern", "remove_input", "render_missing"]

WRITERS = {"input": "WriteInput", "mask": "WriteMask"}
"""What is written -> the name of the Write within the node."""

_FOLDER, _LIST = "input", "written.json"


def pattern(folder: Path, what: str) -> str:
    """Return the pattern of the files.

    Args:
        folder: Of the results.
        what: `input` or `mask`.
    """
    return str(folder / _FOLDER / f"{what}.%04d.exr")


def render_missing(
    node: Any, folder: Path, what: str, frames: Sequence[int], watching: Watching
) -> int:
    """Render the frames that are not there yet, one at a time, and return how many those were.

    Raises:
        CancelledError: The user has cancelled; what is written stays.
        RuntimeError: Nuke cannot render; says why.
        ForeignFolderError: The folder is somebody else's.
        OSError: It cannot be written.
    """
    claim(folder / _FOLDER)
    files = pattern(folder, what)
    missing = [frame for frame in frames if not _written(folder, Path(files % frame))]
    write = node.node(WRITERS[what])
    write["file"].setValue(Path(files).as_posix())
    write["disable"].setValue(False)
    try:
        for place, frame in enumerate(missing):
            watching.tell(place / len(missing), f"Rendering the {what}, frame {frame}")
            nuke.execute(write, frame, frame)
            _note(folder, Path(files % frame))
    finally:
        write["disable"].setValue(True)
    return len(missing)


def remove_input(folder: Path) -> None:
    """Remove the frames that were rendered, and nothing else."""
    inside = folder / _FOLDER
    if facts(inside) is not None:
        remove_files(inside, (*_list(folder), _LIST, MARKER))


def _written(folder: Path, path: Path) -> bool:
    size = _list(folder).get(path.name)
    return size is not None and path.is_file() and path.stat().st_size == size


def _note(folder: Path, path: Path) -> None:
    known = {**_list(folder), path.name: path.stat().st_size}
    text = json.dumps(known, indent=0)
    (folder / _FOLDER / _LIST).write_text(text, encoding="utf-8")


def _list(folder: Path) -> dict[str, int]:
    """The names of the files that were written whole, with their sizes in bytes."""
    try:
        text = (folder / _FOLDER / _LIST).read_text(encoding="utf-8")
        return {Path(name).name: int(size) for name, size in json.loads(text).items()}
    except (OSError, ValueError, TypeError, AttributeError):
        return {}
