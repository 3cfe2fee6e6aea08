"""`FrameSequence`: the frames to make, and the file that each one comes from."""

from __future__ import annotations

import bisect
import os
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Literal, get_args

from vst_core.atomic import LONGEST_NAME, short_name
from vst_core.errors import InputError, UsageError, nearest
from vst_core.frames.frame_files import FoundSequence
from vst_core.frames.pattern import FramePattern
from vst_core.frames.ranges import MOST_FRAMES, FrameRange

__all__ = ["FrameSequence", "Missing", "plan"]

Missing = Literal["error", "hold", "skip", "wait"]


@dataclass(frozen=True, kw_only=True)
class FrameSequence:
    """What `vst_core.frames.find_sequence` found, and which frames are to be made of it.

    Attributes:
        pattern: The folder and the pieces of the names; width 0 for an unnumbered still.
        files: Every frame on disk -> its file name, in rising order of frames.
        frames: The frames to make, in the order asked for.
        missing: Frames asked for that have no file: held or left out, as the job says.
        movie: The one file that holds all frames; then the names in `files` are made up.
        empty: Those of the missing frames that have a file of 0 bytes.
    """

    pattern: FramePattern
    files: Mapping[int, str] = field(hash=False)
    frames: tuple[int, ...]
    missing: tuple[int, ...] = ()
    movie: Path | None = None
    empty: tuple[int, ...] = ()

    def __len__(self) -> int:
        return len(self.frames)

    def __str__(self) -> str:
        if self.pattern.width == 0:
            return str(self.pattern)
        return f"{self.place} ({FrameRange(self.frames)})"

    @property
    def place(self) -> Path | FramePattern:
        """Where the pictures are, for messages."""
        return self.movie or self.pattern

    @property
    def folder(self) -> Path:
        """Where the files lie."""
        return self.pattern.folder

    @property
    def padding(self) -> int:
        """The number's digits at least; 0 for a still without a number."""
        return self.pattern.width

    def path(self, frame: int) -> Path:
        """Return the file of `frame` by name, whether or not it exists."""
        return self.movie or self.folder / self._name(frame)

    def source(self, frame: int) -> Path:
        """Return the file to read for `frame`: its own, or else the nearest earlier frame's.

        Raises:
            InputError: Neither this frame nor an earlier one exists.
        """
        return self.movie or self.folder / self.files[self.shown(frame)]

    def shown(self, frame: int) -> int:
        """Return the frame whose picture is shown at `frame`: itself, or the nearest earlier.

        Raises:
            InputError: Neither this frame nor an earlier one exists.
        """
        if frame in self.files:
            return frame
        existing = tuple(self.files)
        earlier = bisect.bisect_left(existing, frame)
        if earlier == 0:
            raise _nothing_to_hold((frame,), self)
        return existing[earlier - 1]

    def output_path(self, folder: Path, frame: int, *, suffix: str | None = None) -> Path:
        """Return where the result of `frame` goes: same name, number and padding.

        Args:
            folder: The output folder.
            frame: The frame; a held one keeps its own number.
            suffix: The new extension, with or without its dot; None keeps the input's.
        """
        name = self._name(frame)
        if suffix is None:
            return folder / name
        stem = name.rpartition(".")[0] if "." in self.pattern.tail else name
        longer = f"{stem}.{suffix.lstrip('.')}"
        if len(os.fsencode(longer)) > LONGEST_NAME:  # a disk held the input's, and not this one
            longer = self._fitting(frame, suffix.lstrip("."))
        return folder / longer

    def _fitting(self, frame: int, suffix: str) -> str:
        """Return a name that a disk holds, with the number and all else shortened."""
        head, whole, tail = self.pattern.head, self.pattern.name(frame), self.pattern.tail
        number = whole[len(head) : len(whole) - len(tail)]
        room = LONGEST_NAME - len(os.fsencode(f".{number}.{suffix}"))
        after = short_name(tail.rpartition(".")[0] if "." in tail else tail, room // 2)
        before = short_name(head, room - len(os.fsencode(after)))
        return f"{before}{'.' * (before != head)}{number}{after}.{suffix}"

    def _name(self, frame: int) -> str:
        return self.files.get(frame) or self.pattern.name(frame)


def plan(found: FoundSequence, frames: FrameRange | None, missing: Missing) -> FrameSequence:
    """Decide which frames of `found` are made, before any work starts.

    Args:
        found: What is on disk.
        frames: The frames asked for; None means from the first to the last on disk.
        missing: What becomes of a frame without a file: ``error`` names all of them,
            ``hold`` takes the nearest earlier frame's picture, ``skip`` leaves it out, ``wait``
            takes it for one that will come under its name.

    Raises:
        UsageError: `missing` is none of these, or ``wait`` with no frames named, or a still was
            asked for by number.
        InputError: Frames are missing and may not be, or none is left.
    """
    if missing not in get_args(Missing):
        fix = nearest(missing, get_args(Missing))
        raise UsageError(f"No such way to treat missing frames: '{missing}'", fix=fix)
    if missing == "wait" and (frames is None or found.movie is not None):
        what = f"Nobody knows which frames of {found.pattern} to wait for"
        raise UsageError(what, fix="Name a pattern and the frames, such as --frames 1-100")
    wanted = _everything(found) if frames is None else frames.frames
    if frames is not None and found.pattern.width == 0:
        fix = "Leave --frames out, or name a numbered sequence"
        raise UsageError(f"{found} has no frame number, so frames {frames} mean nothing", fix=fix)
    absent = tuple(frame for frame in wanted if frame not in found.files)
    sequence = FrameSequence(
        pattern=found.pattern,
        files=found.files,
        frames=wanted,
        missing=absent,
        movie=found.movie,
        empty=tuple(frame for frame in absent if frame in found.empty),
    )
    return _treat_missing(sequence, missing) if absent else sequence


def _everything(found: FoundSequence) -> tuple[int, ...]:
    there = (*found.files, *found.empty)
    first, last = min(there), max(there)
    if last - first >= MOST_FRAMES:
        fix = "Say which with --frames, such as --frames 1-100"
        raise InputError(f"The frames of {found} lie too far apart for one shot", fix=fix)
    return tuple(range(first, last + 1))


def _treat_missing(sequence: FrameSequence, missing: Missing) -> FrameSequence:
    existing = tuple(frame for frame in sequence.frames if frame in sequence.files)
    if missing == "error" or (missing == "skip" and not existing):
        raise _absent(sequence, existing)
    if missing == "wait":
        names = {frame: sequence.pattern.name(frame) for frame in sequence.missing}
        return replace(sequence, files=dict(sorted({**sequence.files, **names}.items())))
    if missing == "hold":
        first = next(iter(sequence.files), None)
        too_early = tuple(f for f in sequence.missing if first is None or f < first)
        if too_early:
            raise _nothing_to_hold(too_early, sequence)
        return sequence
    return replace(sequence, frames=existing)


def _absent(sequence: FrameSequence, existing: tuple[int, ...]) -> InputError:
    if sequence.pattern.width == 0:  # a still is missing only where its file is empty
        what = f"{sequence.path(1)} is empty (0 bytes)"
        return InputError(what, fix="Its program has not written it yet: render or copy it again")
    what = (
        f"Of {sequence.place}, {len(sequence.missing)} of {len(sequence.frames)} frames "
        f"are missing: {FrameRange(sequence.missing)}{_emptiness(sequence)}"
    )
    if not existing:
        if not sequence.files:
            return InputError(what, fix="Make them, or wait for them with --missing wait")
        on_disk = FrameRange(tuple(sequence.files))
        return InputError(what, fix=f"On disk are {on_disk}: choose from these with --frames")
    there = str(FrameRange(existing))
    only = f", or --frames {there}" if len(there) <= 40 else ""
    make = "Copy it again if its end is lost" if sequence.movie else "Make them"
    return InputError(
        what,
        fix=f"{make}, or use --missing hold (the frame before stands in), "
        f"--missing skip (they are left out){only}",
    )


def _emptiness(sequence: FrameSequence) -> str:
    """Say which of the missing frames have an empty file, after their numbers."""
    if not sequence.empty:
        return ""
    if len(sequence.empty) == len(sequence.missing):
        of_one = sequence.path(sequence.empty[0]).name
        return f" (the file {of_one} is empty)" if len(sequence.empty) == 1 else " (empty files)"
    return f" (of {FrameRange(sequence.empty)} there are empty files)"


def _nothing_to_hold(frames: tuple[int, ...], sequence: FrameSequence) -> InputError:
    what = (
        f"No earlier frame of {sequence.place} can stand in for {FrameRange(frames)}"
        f"{_emptiness(sequence)}"
    )
    first = next(iter(sequence.files), None)
    begin = f"Start --frames at {first}, or use" if first is not None else "Make them, or use"
    return InputError(what, fix=f"{begin} --missing skip")
