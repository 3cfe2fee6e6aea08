"""Which file holds which mask of which frame."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

from vst_core.errors import InputError
from vst_core.frames import FrameRange, FrameSequence, find_sequence
from vst_core.image import Window, check_channel
from vst_core.job import Mask
from vst_core.masks.matte_check import FoundMattes, check_mattes
from vst_core.masks.shapes import check_shape

__all__ = ["MaskFiles", "find_masks"]

_THREADS = 8


@dataclass(frozen=True, kw_only=True)
class MaskFiles:
    """The masks of a job and their files.

    Attributes:
        masks: All of them, the upper ones first.
        sequences: For each its files; None for masks that have none of their own.
        groups: For each the first that is a part of the same whole, see `partition`: mattes of one
            layer are.
        sources: The pictures' own files.
        manifests: The file of mattes -> the manifest beside it, where there is one.
        notes: What a person should know.
    """

    masks: tuple[Mask, ...]
    sequences: tuple[FrameSequence | None, ...]
    groups: tuple[int, ...] = ()
    sources: Mapping[int, Path] = field(default_factory=dict, repr=False)
    manifests: Mapping[Path, Path] = field(default_factory=dict, repr=False)
    notes: tuple[str, ...] = ()

    def of(self, frame: int) -> tuple[Path, ...]:
        """Return the files of a frame, in the order of the masks that have any."""
        found = (sequence for sequence in self.sequences if sequence is not None)
        return tuple(_path(sequence, frame) for sequence in found)

    def decisive(self, frame: int) -> tuple[Path, ...]:
        """Return the files that decide a frame's masks, but for the picture's own."""
        own = self.of(frame)
        places = (*own, self.sources[frame]) if frame in self.sources else own
        beside = (self.manifests[one] for one in places if one in self.manifests)
        return (*own, *dict.fromkeys(beside))


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
    sequences = tuple(_find(mask, frames, hold=hold) if mask.has_files else None for mask in masks)
    places = [
        tuple(dict.fromkeys((_path(found, frame) for frame in frames) if found else sources))
        for found in sequences
    ]
    mattes: dict[int, FoundMattes] = {}
    for index, (mask, paths) in enumerate(zip(masks, places, strict=True)):
        if mask.source == "crypto":
            mattes[index] = check_mattes(mask, paths, display)
        elif mask.source in ("file", "layer"):
            _check(mask, paths, display)
    wholes = [f"{m.place} {mattes[i].layer}" if i in mattes else i for i, m in enumerate(masks)]
    return MaskFiles(
        masks=tuple(masks),
        sequences=sequences,
        groups=tuple(wholes.index(whole) for whole in wholes),
        sources=dict(zip(frames, sources, strict=False)),
        manifests={path: file for one in mattes.values() for path, file in one.manifests.items()},
        notes=tuple(dict.fromkeys(note for one in mattes.values() for note in one.notes)),
    )


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
            check_shape(path, window, display)
