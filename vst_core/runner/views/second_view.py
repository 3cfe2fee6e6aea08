"""The second view of a stereo job: where it comes from and goes to.

Both views lie in the same files, as layers or parts, or each in files of its own, whose paths
have Nuke's `%V` or `%v` where the view is named. Each is then read as a job of its own would
read it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from vst_core.errors import InputError, UsageError
from vst_core.frames import names_view, with_view
from vst_core.image import Plate, Window, check_output
from vst_core.job import StylizeJob, parse_views
from vst_core.runner.io.destination import Destination
from vst_core.runner.io.header_scan import HeaderScan, scan_headers
from vst_core.runner.io.job_input import open_job_input
from vst_core.runner.io.open_destination import check_destination, open_destination
from vst_core.runner.views.disparity import Disparity, find_disparity
from vst_core.video.inputs import Input

__all__ = ["SecondView", "first_of", "open_second"]


@dataclass(frozen=True, kw_only=True)
class SecondView:
    """The second view. What it adds to a run's keys it says as a `FrameContributor`.

    Attributes:
        names: Of both views, the leading one first.
        job: As it would be if this view were made alone.
        input: Its frames.
        display: The display window of every frame.
        canvas: What its data windows cover.
        destination: Of its files; None where both views are written into the same.
        disparity: Where the files say which points of the views belong together; None where they
            do not.
    """

    names: tuple[str, str]
    job: StylizeJob
    input: Input
    display: Window
    canvas: Window
    destination: Destination | None
    disparity: Disparity | None

    @property
    def key_parts(self) -> Mapping[str, str]:
        """See `FrameContributor`."""
        parts = {"second view": f"{self.input.sequence.pattern.name(0)} {self.job.layer}".strip()}
        return parts | ({"disparity": str(self.disparity)} if self.disparity else {})

    def files_of(self, frame: int) -> tuple[Path, ...]:
        """See `FrameContributor`."""
        return () if self.destination is None else (self.input.sequence.source(frame),)

    def values_of(self, frame: int) -> Mapping[str, str]:
        """See `FrameContributor`."""
        del frame
        return {}

    def output(self, frame: int) -> Path | None:
        """Return the file of its own that a frame is written to; None = that of the first view."""
        return None if self.destination is None else self.destination.names.path(frame)

    def check_output(self, path: Path, plate: Plate) -> None:
        """Find out, before any work, whether both views can be written.

        Args:
            path: The output of the first view.
            plate: A frame of the first view.

        Raises:
            UsageError: The format has no room for two.
        """
        check_output(path, plate, several=self.destination is None)

    @property
    def notes(self) -> tuple[str, ...]:
        """What a person should know."""
        first, second = self.names
        way = f"by {self.disparity}" if self.disparity else "by an estimate between the views"
        return (f"{first} is painted first, and {second} from it, {way}.",)


def first_of(job: StylizeJob) -> StylizeJob:
    """Return the job of the leading view; the job itself where it has one view.

    Raises:
        UsageError: The paths and the views do not go together.
    """
    names = parse_views(job.views)
    return _of_view(job, names[0]) if names else job


def _of_view(job: StylizeJob, view: str) -> StylizeJob:
    """Return a job with a view in the place of `%V`, or with the layer of that view."""
    if names_view(job.input):
        if not names_view(job.output):
            fix = "Put %V there too: out/%V/shot.%04d.exr, or out_%V"
            raise UsageError(f"The output '{job.output}' would be that of both views", fix=fix)
        changes = {"input": with_view(job.input, view), "output": with_view(job.output, view)}
        return job.with_changes(changes)
    if names_view(job.output):
        fix = "Leave %V out: both views are in the same files, and stay there"
        raise UsageError(f"The output '{job.output}' names a view, the input none", fix=fix)
    return job.with_changes({"layer": f"{job.layer}.{view}" if job.layer else view})


def open_second(job: StylizeJob, first: Input, scan: HeaderScan) -> SecondView | None:
    """Open the second view of a job; None where it has one view.

    Args:
        job: As it was asked for.
        first: The frames of the leading view.
        scan: What their headers say.

    Raises:
        InputError: It lacks frames, or is of another size.
        UsageError, OutputError: See `first_of` and `check_destination`.
    """
    names = parse_views(job.views)
    if not names:
        return None
    own, apart = _of_view(job, names[1]), names_view(job.input)
    source = open_job_input(own)
    _same_frames(names, first, source)
    if apart:
        check_destination(own, source)
    found = scan_headers(source, layer=own.layer)
    if found.display != scan.display:
        one, two = (f"{w.width} x {w.height}" for w in (scan.display, found.display))
        what = f"The view {names[0]} is {one}, {names[1]} is {two}"
        raise InputError(what, fix="Render both views in one size (display window).")
    return SecondView(
        names=(names[0], names[1]),
        job=own,
        input=source,
        display=found.display,
        canvas=found.canvas,
        destination=open_destination(own, source, found.first) if apart else None,
        disparity=find_disparity(
            (names[0], names[1]), scan.first.path, found.first.path, apart=apart
        ),
    )


def _same_frames(names: tuple[str, ...], first: Input, second: Input) -> None:
    one, two = set(first.sequence.frames), set(second.sequence.frames)
    if one == two:
        return
    frame = min(one ^ two)
    what = f"The view {names[1] if frame in one else names[0]} has no frame {frame}"
    raise InputError(what, fix="Render it, or choose frames that both have with --frames.")
