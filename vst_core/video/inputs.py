"""Where plates come from: files, a frame each, or one movie."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from torch import Tensor

from vst_core.errors import InputError
from vst_core.frames import (
    FrameRange,
    FrameSequence,
    Missing,
    find_sequence,
    movie_file,
    movie_sequence,
)
from vst_core.image import (
    Header,
    Plate,
    ReadSettings,
    Window,
    read_header,
    read_plate,
    sample_channels,
)

if TYPE_CHECKING:
    from vst_core.video import MovieFacts
    from vst_core.video.movie import Movie

__all__ = ["FileInput", "Input", "MovieInput", "open_input"]


class Input(Protocol):
    """The frames of a shot, and how each becomes a plate; may be used from any thread.

    Attributes:
        sequence: Which frames, and from which file each comes.
        notes: What a person should know about them, a sentence or two each.
    """

    sequence: FrameSequence
    notes: tuple[str, ...]

    def header(self, path: Path, *, layer: str) -> Header:
        """Return what a file of the sequence says about its pictures.

        Raises:
            InputError: It cannot be used.
        """

    def plate(self, frame: int, *, canvas: Window, settings: ReadSettings) -> Plate:
        """Return the picture of a frame on the canvas.

        Raises:
            InputError: It cannot be read.
            UsageError: Color space or config are not known.
        """

    def channels(
        self, frame: int, names: Sequence[str], *, canvas: Window, size: tuple[int, int]
    ) -> Tensor:
        """Return channels of a frame's file; see `FrameView.channels`, without the batch.

        Raises:
            InputError: They are not there, or cannot be read.
        """

    def close(self) -> None:
        """Let go of what is open; a later call opens it again."""


def open_input(text: str, *, frames: FrameRange | None = None, missing: Missing = "error") -> Input:
    """Find the frames that a text names.

    Args:
        text: A pattern, a folder, a file of a sequence, a still, or a movie.
        frames: Those to read; None = all.
        missing: What becomes of frames without a file, see `find_sequence`.

    Raises:
        InputError: There are none, some are missing that may not be, or the movie is damaged.
        UsageError: The names make no sense.
    """
    movie = movie_file(text)
    if movie is None:
        return FileInput(find_sequence(text, frames=frames, missing=missing))
    from vst_core.video.movie import Movie  # PyAV is loaded only where there is a movie

    opened = Movie(movie)
    facts = opened.facts
    sequence = movie_sequence(movie, facts.frames, lost=facts.lost, frames=frames, missing=missing)
    return MovieInput(opened, sequence)


class FileInput:
    """Pictures in files of their own."""

    notes: tuple[str, ...] = ()

    def __init__(self, sequence: FrameSequence) -> None:
        self.sequence = sequence

    def header(self, path: Path, *, layer: str) -> Header:
        """See `Input`."""
        return read_header(path, layer=layer)

    def plate(self, frame: int, *, canvas: Window, settings: ReadSettings) -> Plate:
        """See `Input`."""
        return read_plate(self.sequence.source(frame), canvas=canvas, settings=settings)

    def channels(
        self, frame: int, names: Sequence[str], *, canvas: Window, size: tuple[int, int]
    ) -> Tensor:
        """See `Input`."""
        return sample_channels(self.sequence.source(frame), names, canvas=canvas, size=size)

    def close(self) -> None:
        """See `Input`."""


class MovieInput:
    """The frames of a movie, frame 1 being its first picture."""

    def __init__(self, movie: Movie, sequence: FrameSequence) -> None:
        self.sequence = sequence
        self.notes = movie.facts.notes
        self._movie = movie

    @property
    def facts(self) -> MovieFacts:
        """What the movie is."""
        return self._movie.facts

    def header(self, path: Path, *, layer: str) -> Header:
        """See `Input`; there is one file and one header for all."""
        del path
        return self._movie.header(layer=layer)

    def plate(self, frame: int, *, canvas: Window, settings: ReadSettings) -> Plate:
        """See `Input`."""
        number = self.sequence.shown(frame)
        return self._movie.read(number, canvas=canvas, settings=settings)

    def channels(
        self, frame: int, names: Sequence[str], *, canvas: Window, size: tuple[int, int]
    ) -> Tensor:
        """See `Input`; a movie has none."""
        del canvas, size
        what = f"{self.sequence.path(frame)}: a movie has no channel '{names[0]}'"
        raise InputError(what, fix="Give the shot as EXR files, or choose another --flow.")

    def close(self) -> None:
        """See `Input`."""
        self._movie.close()
