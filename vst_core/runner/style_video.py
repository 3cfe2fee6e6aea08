"""Styles out of a video: which of its frames are styles, and where in the shot each is.

The frames stay in the video: each is a painting by its name (`art.mp4#12`, or its own file in a
sequence), so its hash is the video's and its number, and nothing is copied.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from vst_core.errors import UsageError
from vst_core.frames import FrameRange, FrameSequence
from vst_core.hosts.style_text import quoted_style
from vst_core.job import StyleFrom, StylizeJob, parse_style_from
from vst_core.keyframes import differing_frames, measure_changes, segment_middles
from vst_core.styles.painting_reader import read_painting
from vst_core.video.inputs import Input, open_input

__all__ = ["StyleVideo", "choose_frames", "open_style_video", "write_style_sheet"]

_ON_SHEET, _IN_A_ROW, _SHORT_SIDE = 20, 5, 160


@dataclass(frozen=True, kw_only=True)
class StyleVideo:
    """The frames of a style video that are styles.

    Attributes:
        text: The video, as it was typed.
        chosen: The number of each frame that is taken, in order; of a video shorter than the
            shot they may come again.
        names: Each of them as a style.
        places: The frame of the shot at which each is the only one.
        each: Whether it goes frame for frame.
    """

    text: str
    chosen: tuple[int, ...]
    names: tuple[str, ...]
    places: tuple[int, ...]
    each: bool = False

    @property
    def style(self) -> str:
        """The job's style: one after the other, as a curve."""
        if len(self.names) == 1:
            return quoted_style(self.names[0])
        keys = zip(self.names, self.places, strict=True)
        return ",".join(f"{quoted_style(name)}@{place}" for name, place in keys)

    @property
    def note(self) -> str:
        """What a person should know of it before the run."""
        taken = ", ".join(map(str, self.chosen))
        if self.each:
            taken = f"{FrameRange(tuple(sorted(set(self.chosen))))}, frame for frame"
        first, last = self.places[0], self.places[-1]
        where = f"from {first} to {last} of the shot" if last > first else "for all of the shot"
        return f"Styles out of {Path(self.text).name}: its frames {taken}, {where}."


def open_style_video(job: StylizeJob, shot: FrameSequence) -> StyleVideo | None:
    """Choose the styles of a job's style video; None for a job without one.

    They spread over all frames that the input has, whichever are to be made: so the parts of a
    shot fit each other.

    Raises:
        UsageError: The video or what is wanted of it makes no sense.
        InputError: The video is absent or cannot be read.
    """
    if not job.style_video.strip():
        return None
    wanted = parse_style_from(job.style_from)
    first, last = wanted.span or (min(shot.files), max(shot.files))
    with closing(open_input(job.style_video, missing="skip")) as video:
        frames = video.sequence.frames
        if wanted.way == "each":
            places = tuple(range(first, last + 1))
            chosen = _frame_for_frame(frames, len(places), holds=wanted.holds)
        else:
            chosen = choose_frames(video, wanted, count=min(wanted.count, last - first + 1))
            places = _spread(len(chosen), first, last)
        return StyleVideo(
            text=job.style_video,
            chosen=tuple(chosen),
            names=tuple(_name(video, frame) for frame in chosen),
            places=places,
            each=wanted.way == "each",
        )


def write_style_sheet(video: StyleVideo, path: Path) -> None:
    """Write a sheet of the frames that are styles; of many, a few evenly spread.

    Raises:
        InputError: One cannot be read.
        OutputError: The sheet cannot be written.
    """
    from vst_core.evaluation import Cell, evenly_spread, write_sheet  # draws with Pillow

    shown = evenly_spread(tuple(range(len(video.names))), _ON_SHEET)
    cells = [
        Cell(
            read_painting(Path(video.names[turn]), short_side=_SHORT_SIDE),
            f"{Path(video.names[turn]).name} at frame {video.places[turn]}",
        )
        for turn in shown
    ]
    write_sheet(path, [cells[at : at + _IN_A_ROW] for at in range(0, len(cells), _IN_A_ROW)])


def choose_frames(video: Input, wanted: StyleFrom, *, count: int) -> list[int]:
    """Return the numbers of the frames that are taken, `count` at most.

    Of key frames those that show nothing (a black frame, a white flash) are left out.

    Raises:
        UsageError: Every frame is wanted, which is no choice.
        InputError: A frame cannot be read.
    """
    frames = video.sequence.frames
    if wanted.way == "segments":
        return [frames[place] for place in segment_middles(len(frames), count)]
    if wanted.way == "each":
        raise UsageError("Every frame is taken", fix="Use segments:5 or keyframes:5")
    changes = measure_changes(video)
    keys = differing_frames(changes, count=count, blank=False)
    if keys:
        return [key.frame for key in keys]
    shown = [one.frame for one in changes if not one.is_blank]  # of a still the first will do
    return (shown or list(frames))[:1]


def _frame_for_frame(frames: Sequence[int], length: int, *, holds: bool) -> list[int]:
    """Return a frame of the video for each of `length` frames of a shot."""
    end = len(frames) - 1
    return [frames[min(turn, end) if holds else turn % len(frames)] for turn in range(length)]


def _spread(count: int, first: int, last: int) -> tuple[int, ...]:
    """Return `count` frames from the first to the last, evenly; one alone is at the first."""
    steps = max(count - 1, 1)
    return tuple(first + round(place * (last - first) / steps) for place in range(count))


def _name(video: Input, frame: int) -> str:
    sequence = video.sequence
    if sequence.movie is not None:
        return f"{sequence.movie}#{frame}"
    return str(sequence.source(frame))
