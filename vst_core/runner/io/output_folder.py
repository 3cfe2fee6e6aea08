"""Where results go: the folder, the format."""

from __future__ import annotations

import os
from pathlib import Path

from vst_core.errors import OutputError
from vst_core.file_formats import FILE_FORMATS, format_of_suffix
from vst_core.frames import FrameSequence
from vst_core.image import Header

__all__ = ["check_folder", "check_writable", "output_folder", "output_suffix", "prepare_folder"]


def output_folder(text: str) -> Path:
    """Return the folder that a job names; `~` is the home folder."""
    return Path(os.path.expanduser(text))  # noqa: PTH111  (Path's raises without a home)


def output_suffix(asked: str, header: Header) -> str | None:
    """Return the new extension of the output names, or None where the input's stays.

    Args:
        asked: The job's format: auto, exr, png, ...
        header: The first frame. With auto the input's format is kept where it can be
            written; else it becomes EXR for floating point, PNG for integers.
    """
    own = format_of_suffix(header.path.suffix)
    if asked != "auto":
        return None if own is not None and own.option == asked else f".{asked}"
    if own is not None:
        return None
    for kind in FILE_FORMATS:
        if kind.name == header.format:
            return kind.suffixes[0]
    return ".exr" if header.is_float else ".png"


def check_folder(folder: Path, sequence: FrameSequence) -> None:
    """Find out, without writing anything, whether `folder` can take the results.

    Raises:
        OutputError: It is the input's folder, a file, or not to be written.
    """
    frames_there = sequence.movie is None and folder.exists()
    if frames_there and folder.samefile(sequence.folder):
        raise OutputError(
            f"The output folder {folder} is the folder of the input",
            fix="Choose another output folder: the source frames are never touched.",
        )
    check_writable(folder)


def check_writable(folder: Path) -> None:
    """Find out, without writing anything, whether files can be put into `folder`.

    Raises:
        OutputError: It is a file, or not to be written.
    """
    existing = next(place for place in (folder, *folder.absolute().parents) if place.exists())
    if not existing.is_dir():
        what = f"The output folder {folder} cannot be made: {existing} is a file"
        raise OutputError(what, fix="Choose another output folder.")
    if not os.access(existing, os.W_OK | os.X_OK):
        raise _unwritable(folder, f"no permission in {existing}")


def prepare_folder(folder: Path) -> None:
    """Make `folder` and what is above it.

    Raises:
        OutputError: That cannot be done.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise _unwritable(folder, error.strerror or str(error)) from error


def _unwritable(folder: Path, detail: str) -> OutputError:
    what = f"The output folder {folder} cannot be written ({detail})"
    return OutputError(what, fix="Check its permissions, or choose another.")
