"""The shots of a farm's job: their frames, how they are cut up, and where they lie together."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from vst_core.errors import InputError, UsageError
from vst_core.farm.folders import Folder, Folders, absolute, plain
from vst_core.farm.seams import Seam, choose_seam
from vst_core.frames import FrameRange, FrameSequence, find_sequence, movie_file, movie_sequence
from vst_core.job import ListedShot, StylizeJob

__all__ = ["Work", "frames_of", "place_works", "prepare_work"]


@dataclass(frozen=True, kw_only=True)
class Work:
    """A shot, and what is known of it.

    Attributes:
        name: The shot's.
        job: What is to be made of it.
        sequence: Its frames.
        seam: How its chunks meet.
        inside: Its input, as seen from the folder that all inputs have in common.
        output: Its output, as seen from the folder that all outputs have in common; may be empty.
    """

    name: str
    job: StylizeJob
    sequence: FrameSequence
    seam: Seam
    inside: str = ""
    output: str = ""

    @property
    def frames(self) -> FrameRange:
        """The frames to make."""
        return FrameRange(self.sequence.frames)

    @property
    def at_once(self) -> bool:
        """Whether its chunks can be made at the same time."""
        return self.seam in ("apart", "warm-up")

    @property
    def source(self) -> str:
        """The pattern of its frames, or its movie."""
        return absolute(str(self.sequence.movie or self.sequence.pattern))

    @property
    def output_folder(self) -> str:
        """The folder of its results."""
        place = absolute(self.job.output)
        return place if self.job.output_kind == "folder" else os.path.dirname(place)  # noqa: PTH120


def prepare_work(shot: ListedShot, seam: str) -> Work:
    """Look at a shot.

    Raises:
        UsageError: It cannot be made in chunks as asked.
        InputError: Its frames are not there.
    """
    if shot.job is None:
        raise shot.problem or InputError(f"The shot {shot.name} has no job")
    if shot.job.makes_movie:
        fix = "Name a folder for the frames, and make the movie of them afterwards"
        raise UsageError(f"Chunks cannot be written into one movie ({shot.job.output})", fix=fix)
    sequence = _sequence(shot.job)
    chosen = choose_seam(shot.job, seam)
    still = sequence.pattern.width == 0
    return Work(name=shot.name, job=shot.job, sequence=sequence, seam="whole" if still else chosen)


def place_works(works: Sequence[Work], folders: Folders) -> list[Work]:
    """Give the inputs one folder and the outputs another, and every shot its place in them.

    Raises:
        UsageError: They have none in common.
    """
    inputs = _common([os.path.dirname(work.source) for work in works], "inputs")  # noqa: PTH120
    outputs = _common([work.output_folder for work in works], "outputs")
    folders.add(Folder("InputFolder", inputs, "DIRECTORY", "IN", "Where the frames are."))
    folders.add(Folder("OutputFolder", outputs, "DIRECTORY", "OUT", "Where the results go."))
    return [
        replace(
            work,
            inside=plain(_below(inputs, work.source)),
            output=plain(_below(outputs, absolute(work.job.output))),
        )
        for work in works
    ]


def frames_of(job: StylizeJob) -> FrameRange:
    """Return the frames that a job makes, without a look at their pictures.

    Raises:
        UsageError, InputError: They are not there, or make no sense.
    """
    return FrameRange(_sequence(job).frames)


def _sequence(job: StylizeJob) -> FrameSequence:
    missing: Any = job.missing
    movie = movie_file(job.input)
    if movie is None:
        return find_sequence(job.input, frames=job.frame_range, missing=missing)
    from vst_core.video import movie_facts

    facts = movie_facts(movie)
    return movie_sequence(movie, facts.frames, frames=job.frame_range, missing=missing)


def _common(paths: Sequence[str], what: str) -> str:
    try:
        found = os.path.commonpath(paths)
    except ValueError:  # several drives
        found = ""
    at_the_root = os.path.dirname(found) == found  # noqa: PTH120
    if not found or (len(set(paths)) > 1 and at_the_root):
        fix = "Make a job for each place"
        raise UsageError(f"The shots' {what} have no folder in common", fix=fix)
    # POSIX keeps two slashes at the beginning, as of a share, and its commonpath drops one.
    shared = found[:1] == "/" != found[:2][-1:] and all(path[:2] == "//" for path in paths)
    return f"/{found}" if shared else found


def _below(folder: str, path: str) -> str:
    inside = Path(os.path.relpath(path, folder)).as_posix()
    return "" if inside == "." else inside
