"""A stylized sequence and its source, frame for frame."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from torch import Tensor

from vst_core.errors import InputError
from vst_core.frames import FrameRange, FrameSequence, Missing, find_sequence
from vst_core.image import ReadSettings, check_config, read_header, read_plate

__all__ = ["ClipPair", "FramePair", "find_clips", "run_labels", "short_names"]

_SMALLEST = 16


@dataclass(frozen=True, kw_only=True)
class FramePair:
    """One frame's two files.

    Attributes:
        frame: Its number.
        out: The stylized file.
        source: The file it was made from.
    """

    frame: int
    out: Path
    source: Path


@dataclass(frozen=True, kw_only=True)
class ClipPair:
    """Two sequences of the same frames and the same size; nothing is held in memory.

    What is compared is the display window: formats without windows hold nothing else.

    Attributes:
        out: The stylized sequence, as text.
        source: What was stylized, as text.
        pairs: The files, in the order of the frames.
        width: Of every frame, in pixels.
        height: Of every frame, in pixels.
        settings: How the sources are read, and stylized files of the same format too.
    """

    out: str
    source: str
    pairs: tuple[FramePair, ...]
    width: int
    height: int
    settings: ReadSettings = field(default_factory=ReadSettings)

    def read(self, pair: FramePair) -> tuple[Tensor, Tensor]:
        """Return (stylized, source), each a working picture 1 x 3 x H x W in [0, 1].

        Raises:
            InputError: A file cannot be used.
        """
        return self.read_out(pair), self.read_source(pair)

    def read_out(self, pair: FramePair) -> Tensor:
        """Return the stylized picture alone; see `read`."""
        return _read(pair.out, _settings_of_out(pair, self.settings))

    def read_source(self, pair: FramePair) -> Tensor:
        """Return the source alone; see `read`."""
        return _read(pair.source, self.settings)


def find_clips(
    out: str,
    source: str,
    *,
    frames: FrameRange | None = None,
    missing: Missing = "error",
    first: int | None = None,
    settings: ReadSettings | None = None,
) -> ClipPair:
    """Find both sequences and see that they fit, before any work starts.

    Args:
        out: The stylized frames: a pattern, a folder or a file.
        source: What they were made from, likewise; only the frames of `out` are needed.
        frames: The frames to measure; None = all that `out` has.
        missing: As the stylizing job had it, see `find_sequence`.
        first: Measure only this many frames, from the first.
        settings: Layer and color.

    Raises:
        InputError: Nothing matches, frames are missing, or sizes differ.
        UsageError: The frames make no sense, or the config is not there.
    """
    settings = settings or ReadSettings()
    check_config(settings.ocio)
    made = find_sequence(out, frames=frames, missing="error" if missing == "hold" else missing)
    wanted = FrameRange(made.frames) if made.padding else None
    given = find_sequence(source, frames=wanted, missing="hold" if missing == "hold" else "error")
    if len(made) != len(given):
        raise InputError(f"{made} has {len(made)} frames, but {given} has {len(given)}")
    pairs = _paired(made, given)[:first]
    width, height = _common_size(pairs, settings)
    return ClipPair(
        out=str(made),
        source=str(given),
        pairs=pairs,
        width=width,
        height=height,
        settings=settings,
    )


def run_labels(runs: Sequence[ClipPair]) -> tuple[str, ...]:
    """Return a short name for each run, see `short_names`."""
    return short_names([run.out for run in runs])


def short_names(sequences: Sequence[str]) -> tuple[str, ...]:
    """Return a short name for each sequence: the folder of its path that tells it from the others.

    If no one folder does, all down to the frames. Sequences that lie in one folder are called
    after their files, and what is given twice has its place after its name.

    >>> short_names(["alley/candy/itn/f.%04d.png (1-9)", "alley/candy/vtn/f.%04d.png (1-9)"])
    ('itn', 'vtn')
    >>> short_names(["alley/frames/f.%04d.png", "ambush/frames/f.%04d.png"])
    ('alley', 'ambush')
    """
    folders = [Path(each).parent.absolute().parts[1:] for each in sequences]
    depths = range(1, min(map(len, folders)) + 1)
    single = ([parts[-depth] for parts in folders] for depth in depths)
    joined = (["/".join(parts[-depth:]) for parts in folders] for depth in depths)
    stems = [Path(each).stem for each in sequences]
    tries = (*single, *joined, stems)
    numbered = [f"{stem} ({place})" for place, stem in enumerate(stems, start=1)]
    return tuple(next((each for each in tries if len({*each}) == len(each)), numbered))


def _paired(made: FrameSequence, given: FrameSequence) -> tuple[FramePair, ...]:
    return tuple(
        FramePair(frame=number, out=made.source(frame), source=given.source(number))
        for frame, number in zip(made.frames, given.frames, strict=True)
    )


def _settings_of_out(pair: FramePair, settings: ReadSettings) -> ReadSettings:
    """A stylized file has its source's layers and color space if it has its format."""
    same = pair.out.suffix.lower() == pair.source.suffix.lower()
    return settings if same else ReadSettings(ocio=settings.ocio)


def _common_size(pairs: tuple[FramePair, ...], settings: ReadSettings) -> tuple[int, int]:
    first = pairs[0].source
    expected = _size(first, settings)
    for pair in pairs:
        for path, how in ((pair.source, settings), (pair.out, _settings_of_out(pair, settings))):
            found = _size(path, how)
            if found != expected:
                raise InputError(
                    f"Sizes differ: {path} is {found[0]} x {found[1]}, "
                    f"{first} is {expected[0]} x {expected[1]}",
                    fix="Give the frames and the very frames they were made from.",
                )
    if min(expected) < _SMALLEST:
        what = f"{first} is {expected[0]} x {expected[1]}"
        raise InputError(what, fix=f"Frames of {_SMALLEST} x {_SMALLEST} or more can be measured.")
    return expected


def _size(path: Path, settings: ReadSettings) -> tuple[int, int]:
    window = read_header(path, layer=settings.layer).display_window
    return window.width, window.height


def _read(path: Path, settings: ReadSettings) -> Tensor:
    canvas = read_header(path, layer=settings.layer).display_window
    return read_plate(path, canvas=canvas, settings=settings).picture
