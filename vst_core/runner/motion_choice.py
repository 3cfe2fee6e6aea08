"""Which source tells a run's motion: a renderer's vectors, where they are and fit, or an estimate.

Everything is found out before work begins: the channels of every frame, the sizes of files beside
the frames, and on a few neighboring frames whether the vectors fit the pictures.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import torch

from vst_core.errors import InputError
from vst_core.flow import (
    NO_FLOW,
    FlowSettings,
    FlowSource,
    FrameView,
    VectorCheck,
    VectorFiles,
    VectorLayout,
    check_vectors,
    find_layout,
    open_flow_source,
    pair_files,
)
from vst_core.frames import FramePattern
from vst_core.guidance import compare
from vst_core.image import ReadSettings, Window, channel_windows
from vst_core.job import StylizeJob
from vst_core.runner.errors_at_frame import at_frame
from vst_core.runner.io.frame_views import frame_viewer
from vst_core.runner.io.header_scan import HeaderScan
from vst_core.video.inputs import Input

__all__ = ["MotionChoice", "choose_motion"]

_VECTORS, _AUTO = "vectors", "auto"


@dataclass(frozen=True, kw_only=True)
class MotionChoice:
    """Where a run's motion comes from.

    Attributes:
        source: The text that opens it, see `open_flow_source`.
        vectors: Where motion vectors are, if they are used.
        notes: What a person should know.
    """

    source: str
    vectors: VectorFiles | None = None
    notes: tuple[str, ...] = ()

    @property
    def key_parts(self) -> Mapping[str, str]:
        """What of it decides frames besides the source's name."""
        return {"vectors": str(self.vectors.layout)} if self.vectors else {}

    @property
    def estimated(self) -> MotionChoice:
        """Itself where motion is computed; an estimate for pictures that its files do not know."""
        files = self.vectors is not None or self.source.startswith("files:")
        return MotionChoice(source=_AUTO) if files or self.source == NO_FLOW else self

    def open(self, job: StylizeJob, device: torch.device) -> FlowSource:
        """Open the source.

        Raises:
            WeightsError: Its weights are absent or damaged.
            UsageError: It needs something that is not installed.
        """
        folder = Path(job.weights_dir).expanduser() if job.weights_dir else None
        settings = FlowSettings(device=device, weights_dir=folder, vectors=self.vectors)
        return open_flow_source(self.source, settings)

    def files_between(self, one: int, other: int) -> tuple[Path, ...]:
        """Return the files beside the frames that the motion between two frames is read from."""
        if self.vectors is not None:
            return self.vectors.files_between(one, other)
        return pair_files(self.source)(one, other)


def choose_motion(
    job: StylizeJob, source: Input, scan: HeaderScan, *, reading: ReadSettings, guided: bool
) -> MotionChoice:
    """Return where the motion of a job comes from.

    Args:
        job: The settings.
        source: Its frames.
        scan: What their headers say.
        reading: How they are read.
        guided: Whether frames know of each other; else nothing is looked for.

    Raises:
        InputError: Vectors that are asked for are absent, of another size, or do not fit.
        UsageError: What is said of them makes no sense.
    """
    if not guided or job.flow not in (_VECTORS, _AUTO):
        return MotionChoice(source=job.flow if guided else NO_FLOW)
    finder = _Finder(job, source, scan, reading)
    files = finder.files()
    if files is None and job.flow == _VECTORS:
        raise finder.nothing()
    if files is None:
        return MotionChoice(source=_AUTO)
    return _judged(files, finder.check(files), job)


def _judged(files: VectorFiles, check: VectorCheck, job: StylizeJob) -> MotionChoice:
    if check.fits:
        return MotionChoice(source=_VECTORS, vectors=files)
    if check.better is not None and job.vectors_fix:
        note = f"The motion vectors are read anew, since they fit better so: {check.better}."
        fixed = replace(files, layout=check.better)
        return MotionChoice(source=_VECTORS, vectors=fixed, notes=(note,))
    what, fix = _misfit(check)
    if job.flow == _VECTORS:
        raise InputError(what, fix=fix)
    return MotionChoice(source=_AUTO, notes=(f"{what}: the motion is estimated. {fix}",))


def _misfit(check: VectorCheck) -> tuple[str, str]:
    if check.zero:
        what = "The motion vectors are all zero, though the pictures move"
        return what, "Render without motion blur: with it, renderers leave the vectors empty."
    what = (
        "The motion vectors do not fit the pictures: neighboring frames differ by "
        f"{check.plain:.3f} as they are, by {check.warped:.3f} when the vectors move them"
    )
    if check.better is None:
        return what, "Check their channels and units, or use another --flow."
    what = f"{what}, and by {check.better_warped:.3f} with {_reading(check.better)}"
    return what, f"Add --vectors-fix, or {_options(check.better)}."


def _reading(layout: VectorLayout) -> str:
    """Return how vectors are read, in words: `scale 2.5, y turned over`."""
    way = layout.backward or layout.forward
    assert way is not None  # a layout has one or the other
    x, y = way.scale
    turned = [name for name, scale in (("x", x), ("y", y)) if scale < 0]
    return ", ".join([f"scale {abs(x):g}", *([f"{' and '.join(turned)} turned over"] if turned
                                              else [])])  # fmt: skip


def _options(layout: VectorLayout) -> str:
    """Return the options that mean a layout."""
    first = "backward" if layout.backward else "forward"
    ways = [way for way in (layout.backward, layout.forward) if way]
    names = ",".join(name for way in ways for name in way.names)
    scales = ",".join(f"{scale:g}" for way in ways for scale in way.scale)
    return (
        f"--vectors-preset custom --vectors-channels {names} --vectors-direction {first} "
        f"--vectors-scale {scales}"
    )


def _are_files(*paths: Path) -> bool:
    return all(path.is_file() for path in paths)


class _Finder:
    """Looks for motion vectors in the files of a job."""

    def __init__(
        self, job: StylizeJob, source: Input, scan: HeaderScan, reading: ReadSettings
    ) -> None:
        self._job, self._source, self._scan, self._reading = job, source, scan, reading
        self._pattern = FramePattern.parse(job.vectors) if job.vectors else None

    def files(self) -> VectorFiles | None:
        """Return where they are, every frame checked for them; None where there are none."""
        frames = [frame for frame in self._source.sequence.frames if self._path(frame).is_file()]
        if not frames or (self._source.sequence.movie and self._pattern is None):
            return None
        windows = channel_windows(self._path(frames[0]))
        layout = self._layout(tuple(windows))
        if layout is None:
            return None
        own = windows[layout.channels[0]]
        for frame in frames:
            with at_frame(frame):
                self._check(self._path(frame), layout, own)
        return VectorFiles(layout=self._in_pixels(layout, own), pattern=self._pattern)

    def nothing(self) -> InputError:
        """Return the error that there are none."""
        path = self._path(self._source.sequence.frames[0])
        return InputError(
            f"{path}: has no motion vectors",
            fix="Render the pass Vector, name the channels with --vectors-channels or files with "
            "--vectors, or use another --flow.",
        )

    def check(self, files: VectorFiles) -> VectorCheck:
        """Compare the vectors with a few pairs of pictures."""
        return check_vectors(files, list(self._pairs()))

    def _path(self, frame: int) -> Path:
        if self._pattern is not None:
            return self._pattern.path(frame)
        return self._source.sequence.source(frame)

    def _layout(self, known: Sequence[str]) -> VectorLayout | None:
        job = self._job
        return find_layout(
            job.vectors_preset,
            known,
            channels=job.vectors_channels,
            direction=job.vectors_direction,
            scale=job.vectors_scale,
            late=job.vectors_frame == "previous",
        )

    def _check(self, path: Path, layout: VectorLayout, size: Window) -> None:
        windows = channel_windows(path)
        for name in layout.channels:
            if name not in windows:
                fix = "Render it again, or leave the frame out with --frames."
                raise InputError(f"{path}: has no channel '{name}'", fix=fix)
        found = windows[layout.channels[0]]
        if (found.width, found.height) != (size.width, size.height):
            what = f"{path}: its vectors are {found.width} x {found.height}, those of the first "
            fix = "Render it again, or leave the frame out with --frames."
            raise InputError(f"{what}frame {size.width} x {size.height}", fix=fix)

    def _in_pixels(self, layout: VectorLayout, own: Window) -> VectorLayout:
        """Return the layout with its vectors in pixels of the frames."""
        shown = self._scan.display
        if abs(own.width * shown.height / own.height - shown.width) > 1:
            raise InputError(
                f"The motion vectors are {own.width} x {own.height}, the frames {shown.width} x "
                f"{shown.height}",
                fix="Give vectors of the frames' size, or of its proportions.",
            )
        if self._job.vectors_units == "normalized":
            return layout.scaled(shown.width, shown.height)
        return layout.scaled(shown.width / own.width, shown.height / own.height)

    def _pairs(self) -> Iterator[tuple[FrameView, FrameView]]:
        """Yield neighboring frames of the whole sequence, so that its parts find the same."""
        sequence = self._source.sequence
        view = frame_viewer(self._source, canvas=self._scan.canvas, display=self._scan.display)
        there = [n for n in sequence.files if _are_files(self._path(n), sequence.path(n))]
        known = set(there)
        firsts = [n for n in there if n + 1 in known]
        places = sorted({0, len(firsts) // 2, len(firsts) - 1}) if firsts else []
        for place in places:
            before, now = (view(n, self._picture(n)) for n in (firsts[place], firsts[place] + 1))
            if not compare(before.picture, now.picture).is_cut(trusted=1.0):
                yield before, now

    def _picture(self, frame: int) -> torch.Tensor:
        with at_frame(frame):
            plate = self._source.plate(frame, canvas=self._scan.canvas, settings=self._reading)
            return plate.picture
