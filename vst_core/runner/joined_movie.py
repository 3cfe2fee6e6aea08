"""Frames that are finished, as a movie: what a farm does when all chunks are there."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from numpy.typing import NDArray

from vst_core.catalog import pick_codec
from vst_core.errors import InputError, OutputError, UsageError
from vst_core.frames import FrameRange, Missing
from vst_core.image import Header, WriteSettings, read_pixels, write_plate
from vst_core.job import StylizeJob
from vst_core.runner.io.header_scan import scan_headers
from vst_core.runner.io.movie_output import check_movie_place
from vst_core.runner.io.movie_timing import MovieTiming
from vst_core.runner.plan import read_settings
from vst_core.stopping import StopRequest, catch_signals
from vst_core.video import write_movie
from vst_core.video.inputs import Input, open_input

__all__ = ["JoinedMovie", "join_frames"]


@dataclass(frozen=True, kw_only=True)
class JoinedMovie:
    """A movie that was written.

    Attributes:
        path: Its file.
        frames: How many frames it has.
        notes: What a person should know.
    """

    path: Path
    frames: int
    notes: tuple[str, ...]


def join_frames(
    job: StylizeJob, *, like: str = "", on_frame: Callable[[int, int], None] = lambda n, of: None
) -> JoinedMovie:
    """Write frames as a movie, as they are; nothing is stylized.

    Args:
        job: Its input are the frames, its output is the movie; of its settings those count that
            say how frames are read, and codec, fps, sound and overwrite.
        like: The movie that the frames were made of: rate, sound and timecode are taken from
            there, for the same frame numbers.
        on_frame: Told how many of how many frames are written.

    Raises:
        UsageError: The output is no movie.
        InputError: Frames are not there or damaged, or `like` is no movie.
        OutputError: The movie is there already, or cannot be written.
        Interrupted: SIGINT or SIGTERM asked to stop; there is no movie then.
    """
    if not job.makes_movie:
        raise UsageError(f"{job.output} is no movie", fix="Name it .mov, .mp4 or .mkv")
    place, stop = Path(job.output), StopRequest()
    with catch_signals(stop), closing(_opened(job, job.input)) as source:
        frames = source.sequence.frames
        check_movie_place(place, source.sequence)
        if place.exists() and not job.overwrite:
            raise OutputError(f"{place} is there already", fix="Use another name, or --overwrite")
        scan = scan_headers(source, layer=job.layer)
        codec = pick_codec(job.codec, place.suffix, alpha=scan.first.has_alpha)
        with closing(_timing_source(job, like, frames)) as origin:
            timing = MovieTiming(job, origin, _header(origin, scan.first), target=place)
            settings = timing.settings(codec.name)

        def look(done: int) -> None:
            stop.check()
            on_frame(done, len(frames))

        with TemporaryDirectory(prefix="vst-movie-") as scratch:
            still = Path(scratch) / "frame.png"
            pictures = _pixels(job, source, scan.canvas, WriteSettings(
                strength=0, depth=codec.depth, labels=False), still)  # fmt: skip
            write_movie(place, pictures, settings, watch=look)
    return JoinedMovie(path=place, frames=len(frames), notes=timing.notes)


def _timing_source(job: StylizeJob, like: str, frames: tuple[int, ...]) -> Input:
    """Return what says when frames are shown: the movie they were made of, or they themselves."""
    if not like:
        return _opened(job, job.input)
    found = _opened(job.with_changes({"frames": str(FrameRange(frames))}), like)
    if found.sequence.movie is None:
        found.close()
        raise InputError(f"{like} is no movie", fix="Name the movie that the frames were made of")
    return found


def _opened(job: StylizeJob, text: str) -> Input:
    missing: Missing = job.missing  # type: ignore[assignment]  # checked by the job
    return open_input(text, frames=job.frame_range, missing=missing)


def _header(origin: Input, own: Header) -> Header:
    """Return the header that may name a rate: the frames' own, or that of a movie's frame."""
    if origin.sequence.movie is None:
        return own
    sequence = origin.sequence
    return origin.header(sequence.path(sequence.frames[0]), layer="")


def _pixels(
    job: StylizeJob, source: Input, canvas: Any, settings: WriteSettings, still: Path
) -> Iterator[NDArray[Any]]:
    """Return the frames as a movie's frames are: by the same way as the results of a run."""
    reading = read_settings(job)
    for frame in source.sequence.frames:
        plate = source.plate(frame, canvas=canvas, settings=reading)
        write_plate(still, plate.picture, plate, settings=settings)
        yield read_pixels(still)
