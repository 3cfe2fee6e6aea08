"""What became of shots, by what lies in their folders: for results of a farm."""

from __future__ import annotations

from pathlib import Path

from vst_core.batch.summary import BatchSummary, ShotResult, read_summary
from vst_core.errors import InputError
from vst_core.evaluation import evenly_spread
from vst_core.frames import FoundSequence, FrameRange, sequences_in

__all__ = ["look_at_results"]

_SHOWN = 3
_OWN = {"preview.jpg"}


def look_at_results(folder: Path) -> BatchSummary:
    """Return the summary that a batch has left in a folder, else what the folder shows.

    Every folder with numbered frames is a shot: this one, and those in it. Frames that are
    absent between the first and the last one are its warning.

    Raises:
        InputError: There is no such folder, or no result in it.
    """
    if not folder.is_dir():
        raise InputError(f"There is no folder {folder}", fix="Name the folder of the results")
    noted = read_summary(folder)
    if noted is not None:
        return noted
    inside = sorted(one for one in folder.iterdir() if one.is_dir() and one.name[0] != ".")
    found = [
        _result(sequence, place, folder)
        for place in (folder, *inside)
        for sequence in sequences_in(place)
        if not _OWN & set(sequence.files.values())
    ]
    if not found:
        raise InputError(f"There are no results in {folder}", fix="Name the folder that holds them")
    return BatchSummary(tuple(found))


def _result(sequence: FoundSequence, place: Path, folder: Path) -> ShotResult:
    numbers = sorted(sequence.files)
    absent = sorted(set(range(numbers[0], numbers[-1] + 1)) - set(numbers))
    gaps = [f"Frames {FrameRange(tuple(absent))} are not there."] if absent else []
    empty = [f"Frames {FrameRange(sequence.empty)} are empty."] if sequence.empty else []
    inside = place.relative_to(folder).as_posix()
    return ShotResult(
        name=place.name if inside != "." else folder.absolute().name,
        status="done",
        frames=len(numbers),
        output=inside,
        shown=tuple(sequence.files[one] for one in evenly_spread(numbers, _SHOWN)),
        warnings=(*gaps, *empty),
    )
