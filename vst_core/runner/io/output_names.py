"""What the files of finished frames are called."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from vst_core.atomic import LONGEST_NAME
from vst_core.errors import OutputError, UsageError
from vst_core.frames import FramePattern, FrameSequence
from vst_core.image import Header
from vst_core.job import StylizeJob
from vst_core.runner.io.output_folder import check_writable, output_folder, output_suffix
from vst_core.runner.resume.run_paths import name_pattern

__all__ = ["OutputNames", "check_names", "names_of"]


@dataclass(frozen=True, kw_only=True)
class OutputNames:
    """Where the files of frames go, and their names.

    Attributes:
        folder: Of the files.
        sequence: The input.
        own: Names of their own; None = those of the input.
        suffix: The extension in place of the input's; None keeps that.
    """

    folder: Path
    sequence: FrameSequence
    own: FramePattern | None = None
    suffix: str | None = None

    def path(self, frame: int) -> Path:
        """Return the file of a frame."""
        if self.own is not None:
            return self.own.path(frame)
        return self.sequence.output_path(self.folder, frame, suffix=self.suffix)

    def __str__(self) -> str:
        """Return the names, with `#` for the number."""
        if self.own is not None:
            return name_pattern(self.own)
        return name_pattern(self.sequence.pattern, suffix=self.suffix)


def names_of(job: StylizeJob, sequence: FrameSequence, header: Header) -> OutputNames:
    """Return what the frames of a job that makes no movie are called.

    Args:
        job: The settings.
        sequence: The input.
        header: Of the first frame.
    """
    own = _own_names(job)
    if own is not None:
        return OutputNames(folder=own.folder, sequence=sequence, own=own)
    return OutputNames(
        folder=output_folder(job.output),
        sequence=sequence,
        suffix=output_suffix(job.format, header),
    )


def check_names(job: StylizeJob, sequence: FrameSequence) -> None:
    """Find out, without writing anything, whether results can have the names that a job gives.

    Raises:
        UsageError: One name for several frames, or one too long.
        OutputError: They would lie among the frames of the input, or cannot be written.
    """
    own = _own_names(job)
    if own is None:
        return
    if own.width == 0 and len(sequence) > 1:
        what = f"{own} is one picture, and {len(sequence)} frames are to be made"
        raise UsageError(what, fix=f"Write {_numbered(own)}, or name a folder")
    longest = max((own.name(frame) for frame in sequence.frames), key=_size)
    if _size(longest) > LONGEST_NAME:
        what = f"The output's name '{longest}' is too long for a disk ({_size(longest)} bytes)"
        raise UsageError(what, fix=f"At most {LONGEST_NAME} bytes are allowed")
    check_writable(own.folder)
    if sequence.movie is None and own.folder.is_dir() and own.folder.samefile(sequence.folder):
        _check_beside(job, sequence, own)


def _check_beside(job: StylizeJob, sequence: FrameSequence, own: FramePattern) -> None:
    """Refuse results in the input's folder where they would be taken for frames of it."""
    if output_folder(job.input).is_dir():
        what = f"{own} would lie among the frames of the folder {job.input}"
        fix = f"Choose another folder, or name the frames by their pattern: {sequence.pattern}"
        raise OutputError(what, fix=fix)
    for frame in sequence.frames:
        if sequence.pattern.number(own.name(frame)) is not None:
            what = f"{own.path(frame)} would be a frame of the input"
            raise OutputError(what, fix="Choose another name: the source is never touched.")


def _size(name: str) -> int:
    return len(os.fsencode(name))


def _own_names(job: StylizeJob) -> FramePattern | None:
    if job.output_kind == "frames":
        return FramePattern.parse(job.output)
    if job.output_kind == "picture":
        return FramePattern.still(output_folder(job.output))
    return None


def _numbered(still: FramePattern) -> FramePattern:
    """Return names that have a number, from a name that has none, or one that is fixed."""
    stem = still.head.rstrip("0123456789")
    digits = len(still.head) - len(stem)
    head = stem if digits else f"{still.head}."
    return FramePattern(still.folder, head, digits or 4, still.tail)
