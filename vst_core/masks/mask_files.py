"""Which file holds which mask of which frame."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from vst_core.errors import InputError
from vst_core.frames import FrameRange, FrameSequence, find_sequence
from vst_core.image import Window, check_channel
from vst_core.job import Mask

__all__ = ["MaskFiles", "find_masks"]

_THREADS = 8
_SAME_SHAPE = 0.01


@dataclass(frozen=True, kw_only=True)
class MaskFiles:
    """The masks of a job and their files.

    Attributes:
        masks: All of them, the upper ones first.
        sequences: For each its files; None for masks that have none of their own.
    """

    masks: tuple[Mask, ...]
    sequences: tuple[FrameSequence | None, ...]

    def of(self, frame: int) -> tuple[Path, ...]:
        """Return the files of a frame, in the order of the masks that have any."""
        found = (sequence for sequence in self.sequences if sequence is not None)
        return tuple(_path(sequence, frame) for sequence in found)


def find_masks(
    masks: Sequence[Mask],
    frames: Sequence[int],
    *,
    sources: Sequence[Path],
    hold: bool,
    display: Window,
) -> MaskFiles:
    """Find the files of all masks, and make sure that each one fits its picture.

    A mask of another size is brought to the picture's when it has the same shape (half size,
    for example); see `read_masks`.

    Args:
        masks: From the job.
        frames: The frames to make. A mask's file has the number of its frame; one without a
            number serves all frames.
        sources: The pictures' own files, for channels of theirs.
        hold: Where a frame has no mask, that of the frame before stands in.
        display: The display window of the pictures.

    Raises:
        InputError: There are no such files, frames are missing (all are named), or a mask has
            another shape than the pictures or no such channel.
        UsageError: A pattern makes no sense.
    """
    sequences = tuple(
        _find(mask, frames, hold=hold) if mask.source == "file" else None for mask in masks
    )
    for mask, sequence in zip(masks, sequences, strict=True):
        if sequence is not None:
            paths = dict.fromkeys(_path(sequence, frame) for frame in frames)
            _check(mask, tuple(paths), display)
        elif mask.source == "layer":
            _check(mask, tuple(dict.fromkeys(sources)), display)
    return MaskFiles(masks=tuple(masks), sequences=sequences)


def _find(mask: Mask, frames: Sequence[int], *, hold: bool) -> FrameSequence:
    found = find_sequence(mask.place, missing="skip")
    if found.pattern.width == 0:
        return found
    on_disk = tuple(found.files)
    found = find_sequence(mask.place, frames=FrameRange(on_disk))  # a file's whole sequence
    absent = tuple(
        frame
        for frame in frames
        if frame not in found.files and not (hold and min(found.files) < frame)
    )
    if absent:
        raise _absent(found, absent, len(frames))
    return found


def _path(sequence: FrameSequence, frame: int) -> Path:
    return sequence.path(1) if sequence.pattern.width == 0 else sequence.source(frame)


def _absent(found: FrameSequence, absent: tuple[int, ...], total: int) -> InputError:
    return InputError(
        f"Of the mask {found.pattern}, {len(absent)} of {total} frames are missing: "
        f"{FrameRange(absent)}",
        fix=f"On disk are {FrameRange(tuple(found.files))}. Make them, choose with --frames, "
        "or use --missing hold (the mask before stands in)",
    )


def _check(mask: Mask, paths: Sequence[Path], display: Window) -> None:
    with ThreadPoolExecutor(_THREADS) as pool:
        windows = pool.map(lambda path: check_channel(path, mask.channel), paths)
        for path, window in zip(paths, windows, strict=True):
            if not _same_shape(window, display):
                raise InputError(
                    f"The mask {path} is {window.width} x {window.height}, but the frames are "
                    f"{display.width} x {display.height}",
                    fix="Make it at the size of the frames, or at any size of the same shape.",
                )


def _same_shape(one: Window, other: Window) -> bool:
    """Whether one is the other enlarged; half a pixel of rounding does not count."""
    across, down = one.width / other.width, one.height / other.height
    slack = max(0.5 / one.width + 0.5 / one.height, _SAME_SHAPE)
    return abs(across / down - 1) <= slack
