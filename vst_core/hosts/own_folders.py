# SPDX-License-Identifier: Apache-2.0
"""Folders of our own among a user's files: made by us, and marked by a file that we wrote.

Only files that a marker or a record names are ever removed, one by one; a folder goes only when
it is empty then. Whatever else lies in it stays, and is named.
"""

from __future__ import annotations

import contextlib
import itertools
import json
import os
import shutil
import socket
import time
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

__all__ = ["MARKER", "STAGED", "ForeignFolderError", "Staging", "claim", "facts", "remove_files"]

MARKER = ".video_style_transfer.json"
"""The marker's name. It holds what the folder is for, as JSON."""

STAGED = ".vst-staged"
"""How the names of folders end that hold pictures for one run only."""

_ABANDONED = 30 * 24 * 3600.0


class ForeignFolderError(Exception):
    """A folder that we would write into is somebody else's; one line for a person."""


def claim(folder: Path, **about: Any) -> None:
    """Make a folder ours: a new or an empty one, or one that was ours before.

    Args:
        folder: Made where it is absent, with those above it.
        about: What the marker says besides; kept where there is a marker already.

    Raises:
        ForeignFolderError: It holds something and has no marker of ours.
        OSError: It cannot be made.
    """
    if facts(folder) is not None:
        return
    if folder.is_dir() and any(folder.iterdir()):
        raise ForeignFolderError(
            f"{folder} holds files that no run of vst made. Rename it, or set another results "
            "folder"
        )
    folder.mkdir(parents=True, exist_ok=True)
    _mark(folder, about)


def facts(folder: Path) -> dict[str, Any] | None:
    """Return what the marker of a folder says; None where it is not ours."""
    try:
        content = json.loads((folder / MARKER).read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return None
    return content if isinstance(content, dict) else None


def remove_files(folder: Path, names: Iterable[str]) -> bool:
    """Remove files by their names, and the folder where nothing else is in it.

    Returns:
        Whether the folder is gone.
    """
    for name in names:
        with contextlib.suppress(OSError):
            (folder / name).unlink()
    with contextlib.suppress(OSError):
        folder.rmdir()
    return not folder.exists()


class Staging:
    """Pictures that are laid out for one run, in a new folder that goes again.

    What a killed Blender left is cleared away first; a folder of that name that is somebody
    else's, or in use, is left alone, and another name is taken.

    Args:
        parent: Where the folder is made.
        name: What it is for; its name begins so.

    Attributes:
        folder: It is new, so nothing in it can be written over.

    Raises:
        OSError: It cannot be made.
    """

    def __init__(self, parent: Path, name: str) -> None:
        for number in itertools.count(1):
            self.folder = parent / f"{name}{f'-{number}' if number > 1 else ''}{STAGED}"
            _clear_abandoned(self.folder)
            if not self.folder.exists():
                break
        self.folder.mkdir(parents=True)
        self._files: list[str] = []
        self.expect()

    def expect(self, *names: str) -> None:
        """Note names of files that are about to be written here, before they are."""
        self._files += names
        about = {"files": self._files, "process": os.getpid(), "machine": socket.gethostname()}
        _mark(self.folder, about)

    def lay(self, files: Mapping[int, Path]) -> str:
        """Give files names with numbers here, without copying them where the disk allows that.

        Returns:
            Their pattern, the folder's path included.
        """
        suffix = next(iter(files.values())).suffix
        names = {number: f"frame_{number:06d}{suffix}" for number in files}
        self.expect(*names.values())
        for number, path in files.items():
            target = self.folder / names[number]
            try:
                os.link(path, target)
            except OSError:  # another disk, or one that has no links
                shutil.copyfile(path, target)
        return str(self.folder / f"frame_%06d{suffix}")

    def remove(self) -> None:
        """Remove what was laid out, and nothing else."""
        remove_files(self.folder, (*self._files, MARKER))


def _mark(folder: Path, about: Mapping[str, Any]) -> None:
    text = json.dumps({"made by": "Video Style Transfer", **about})
    (folder / MARKER).write_text(text, encoding="utf-8")


def _clear_abandoned(folder: Path) -> None:
    about = facts(folder)
    if about is not None and not _in_use(folder, about):
        names = [Path(str(name)).name for name in about.get("files", ())]
        remove_files(folder, (*names, MARKER))


def _in_use(folder: Path, about: Mapping[str, Any]) -> bool:
    """Whether the process that made a folder may still need it."""
    process = about.get("process")
    if os.name == "posix" and about.get("machine") == socket.gethostname():
        return isinstance(process, int) and process != os.getpid() and _lives(process)
    with contextlib.suppress(OSError):
        return time.time() - (folder / MARKER).stat().st_mtime < _ABANDONED
    return True


def _lives(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
