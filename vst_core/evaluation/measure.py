"""From sequences to reports, one frame after the other."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

import torch
from torch import Tensor

from vst_core.errors import InputError, OutOfMemory, UsageError
from vst_core.evaluation.clips import ClipPair
from vst_core.evaluation.figures import Gauge
from vst_core.evaluation.learned_distance import LearnedDistance
from vst_core.evaluation.report import FrameFigures, Report
from vst_core.evaluation.seen import FrameTransition, Seen
from vst_core.evaluation.target import StyleMeasure
from vst_core.evaluation.temporal_error import PUBLISHED_TRUST
from vst_core.flow import FlowSource
from vst_core.guidance import GuidanceBuilder, Motion, PreviousFrame

__all__ = ["EvaluationSettings", "evaluate", "evaluate_runs"]

OnFrame = Callable[[tuple[Seen, ...], tuple[FrameFigures, ...]], None]


@dataclass(frozen=True, kw_only=True)
class EvaluationSettings:
    """What sequences are measured with.

    Attributes:
        flow: Motion of the *source*, both ways.
        style: What the style loss is held against.
        device: Where to measure.
        every: Measure style, content, LPIPS and FLIP, by far the slowest, on every n-th frame only.
        gap: Compare every frame with the one so many before it too, by motion estimated directly
            between the two; 0 = do not.
        lpips: The learned distance, see `load_lpips`; None = do not measure it.
        flip: Measure FLIP, which needs its package.

    Raises:
        UsageError: `every` is below 1, or `gap` is 1 or below 0.
    """

    flow: FlowSource
    style: StyleMeasure
    device: torch.device
    every: int = 1
    gap: int = 0
    lpips: LearnedDistance | None = None
    flip: bool = False

    def __post_init__(self) -> None:
        if self.every < 1:
            raise UsageError(f"Every {self.every}th frame cannot be measured", fix="Give 1 or more")
        if self.gap < 0 or self.gap == 1:
            raise UsageError(f"A gap of {self.gap} frames", fix="Give 2 or more, or 0 for none")

    @property
    def gauge(self) -> Gauge:
        """What frames are measured with, beside the motion."""
        return Gauge(style=self.style, lpips=self.lpips, flip=self.flip)


def evaluate(
    clips: ClipPair,
    settings: EvaluationSettings,
    *,
    on_frame: Callable[[Seen, FrameFigures], None] | None = None,
) -> Report:
    """Measure one stylized sequence; see `evaluate_runs`.

    Args:
        clips: From `find_clips`.
        settings: With what.
        on_frame: Called with every frame's pictures and figures once they are known.

    Raises:
        InputError: A frame cannot be read.
        OutOfMemory: The device has too little memory.
    """

    def tell(seen: tuple[Seen, ...], figures: tuple[FrameFigures, ...]) -> None:
        if on_frame is not None:
            on_frame(seen[0], figures[0])

    return evaluate_runs((clips,), settings, on_frame=tell)[0]


def evaluate_runs(
    runs: Sequence[ClipPair], settings: EvaluationSettings, *, on_frame: OnFrame | None = None
) -> tuple[Report, ...]:
    """Measure several stylizations of the same frames, frame by frame, side by side.

    The source's motion and its own figures are worked out once. Two frames of every run are in
    memory at a time, three with a gap, however long the shot is.

    Args:
        runs: From `find_clips`, all of one source.
        settings: With what.
        on_frame: Called with every frame's pictures and figures, run by run, once they are known.

    Returns:
        A report a run, in their order.

    Raises:
        InputError: A frame cannot be read, or the runs are not of the same frames.
        OutOfMemory: The device has too little memory.
    """
    _check(runs)
    try:
        figures = _measure_all(runs, settings, on_frame)
    except torch.OutOfMemoryError as error:
        raise OutOfMemory(
            f"{settings.device} has too little memory to measure {runs[0].width} x "
            f"{runs[0].height}",
            fix="Use --device cpu.",
        ) from error
    return tuple(
        Report(
            out=run.out,
            source=run.source,
            style=settings.style.name,
            flow=settings.flow.name,
            gap=settings.gap,
            width=run.width,
            height=run.height,
            frames=tuple(each[place] for each in figures),
        )
        for place, run in enumerate(runs)
    )


def _check(runs: Sequence[ClipPair]) -> None:
    first = runs[0]
    for run in runs[1:]:
        same = [(one.frame, one.source) for one in run.pairs]
        if same != [(one.frame, one.source) for one in first.pairs]:
            raise InputError(
                f"{run.out} and {first.out} are not the same frames of one source",
                fix="Choose frames that all have with --frames.",
            )


@torch.inference_mode()
def _measure_all(
    runs: Sequence[ClipPair], settings: EvaluationSettings, on_frame: OnFrame | None
) -> tuple[tuple[FrameFigures, ...], ...]:
    viewer, found = _Viewer(runs, settings), []
    for index in range(len(runs[0].pairs)):
        seen = viewer.see(index)
        found.append(_figures(seen, settings.gauge, slow=index % settings.every == 0))
        if on_frame is not None:
            on_frame(seen, found[-1])
    return tuple(found)


def _figures(seen: tuple[Seen, ...], gauge: Gauge, *, slow: bool) -> tuple[FrameFigures, ...]:
    features = gauge.style.features(seen[0].source) if slow else None
    floor = gauge.of_source(seen[0], features)
    return tuple(
        FrameFigures(frame=one.frame, **floor, **gauge.of_out(one, features)) for one in seen
    )


class _Pictures(NamedTuple):
    """A frame of every run."""

    frame: int
    source: Tensor
    outs: tuple[Tensor, ...]


class _Viewer:
    """Looks at frame after frame, and at how each follows from those before."""

    def __init__(self, runs: Sequence[ClipPair], settings: EvaluationSettings) -> None:
        self._runs, self._settings = runs, settings
        self._last: _Pictures | None = None
        # The trust of `hard_trust`.
        self._guide = GuidanceBuilder(settings.flow, trust=PUBLISHED_TRUST, finds_cuts=False)

    def see(self, index: int) -> tuple[Seen, ...]:
        """Return what is seen of a frame in every run; to be called with 0, 1, 2 and so on."""
        now, gap = self._read(index), self._settings.gap
        seen = tuple(Seen(frame=now.frame, out=out, source=now.source) for out in now.outs)
        if self._last is not None:
            near = self._transitions(self._last, now)
            seen = tuple(replace(a, transition=b) for a, b in zip(seen, near, strict=True))
        if gap and index >= gap:
            # Read again rather than kept: `gap` frames of every run could be gigabytes.
            far = self._transitions(self._read(index - gap), now)
            seen = tuple(replace(a, far=b) for a, b in zip(seen, far, strict=True))
        self._last = now
        return seen

    def _read(self, index: int) -> _Pictures:
        device, pair = self._settings.device, self._runs[0].pairs[index]
        return _Pictures(
            pair.frame,
            self._runs[0].read_source(pair).to(device),
            tuple(run.read_out(run.pairs[index]).to(device) for run in self._runs),
        )

    def _transitions(self, before: _Pictures, now: _Pictures) -> list[FrameTransition]:
        motion = self._motion(before, now)
        return [
            FrameTransition(motion=motion, before=out, source_before=before.source)
            for out in before.outs
        ]

    def _motion(self, before: _Pictures, now: _Pictures) -> Motion:
        other = PreviousFrame(frame=before.frame, picture=before.source, stylized=before.source)
        return self._guide.motion(other, now.source, now.frame)
