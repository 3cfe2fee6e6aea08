"""From two sequences to a report, one frame after the other."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import torch
from torch import Tensor

from vst_core.errors import OutOfMemory, UsageError
from vst_core.evaluation.clips import ClipPair, FramePair
from vst_core.evaluation.report import FrameFigures, Report
from vst_core.evaluation.similarity import mean_squared_error, structural_similarity
from vst_core.evaluation.target import StyleMeasure
from vst_core.evaluation.temporal_error import PUBLISHED_TRUST, TemporalErrors, temporal_errors
from vst_core.evaluation.weave import weave
from vst_core.flow import FlowSource
from vst_core.guidance import GuidanceBuilder, Motion, PreviousFrame

__all__ = ["EvaluationSettings", "FrameTransition", "Seen", "evaluate"]


@dataclass(frozen=True, kw_only=True)
class EvaluationSettings:
    """What a sequence is measured with.

    Attributes:
        flow: Motion of the *source*, both ways.
        style: What the style loss is held against.
        device: Where to measure.
        every: Measure the perceptual losses, by far the slowest, on every n-th frame only.

    Raises:
        UsageError: `every` is below 1.
    """

    flow: FlowSource
    style: StyleMeasure
    device: torch.device
    every: int = 1

    def __post_init__(self) -> None:
        if self.every < 1:
            raise UsageError(f"Every {self.every}th frame cannot be measured", fix="Give 1 or more")


@dataclass(frozen=True, kw_only=True)
class FrameTransition:
    """How a frame follows from the one before.

    Attributes:
        motion: Of the source, with the trust of `hard_trust`.
        before: 1 x 3 x H x W, the stylized frame before.
        source_before: Its source.
    """

    motion: Motion
    before: Tensor
    source_before: Tensor


@dataclass(frozen=True, kw_only=True)
class Seen:
    """One frame's pictures.

    Attributes:
        frame: Its number.
        out: 1 x 3 x H x W in [0, 1], stylized.
        source: The same size, what was stylized.
        transition: `None` for the first frame.
    """

    frame: int
    out: Tensor
    source: Tensor
    transition: FrameTransition | None = None


def evaluate(
    clips: ClipPair,
    settings: EvaluationSettings,
    *,
    on_frame: Callable[[Seen, FrameFigures], None] | None = None,
) -> Report:
    """Measure a stylized sequence.

    Two frames are in memory at a time, however long the sequence is.

    Args:
        clips: From `find_clips`.
        settings: With what.
        on_frame: Called with every frame's pictures and figures once they are known.

    Raises:
        InputError: A frame cannot be read.
        OutOfMemory: The device has too little memory.
    """
    try:
        figures = _measure_all(clips, settings, on_frame)
    except torch.OutOfMemoryError as error:
        raise OutOfMemory(
            f"{settings.device} has too little memory to measure {clips.width} x {clips.height}",
            fix="Use --device cpu.",
        ) from error
    return Report(
        out=clips.out,
        source=clips.source,
        style=settings.style.name,
        flow=settings.flow.name,
        width=clips.width,
        height=clips.height,
        frames=figures,
    )


@torch.inference_mode()
def _measure_all(
    clips: ClipPair,
    settings: EvaluationSettings,
    on_frame: Callable[[Seen, FrameFigures], None] | None,
) -> tuple[FrameFigures, ...]:
    figures: list[FrameFigures] = []
    before: Seen | None = None
    for index, pair in enumerate(clips.pairs):
        now = _see(clips, pair, before, settings)
        figures.append(_figures(now, settings.style if index % settings.every == 0 else None))
        if on_frame is not None:
            on_frame(now, figures[-1])
        before = replace(now, transition=None)  # or every frame would hold on to the one before
    return tuple(figures)


def _see(
    clips: ClipPair, pair: FramePair, before: Seen | None, settings: EvaluationSettings
) -> Seen:
    out, source = (picture.to(settings.device) for picture in clips.read(pair))
    if before is None:
        return Seen(frame=pair.frame, out=out, source=source)
    other = PreviousFrame(frame=before.frame, picture=before.source, stylized=before.out)
    motion = _builder(settings).motion(other, source, pair.frame)
    transition = FrameTransition(motion=motion, before=before.out, source_before=before.source)
    return Seen(frame=pair.frame, out=out, source=source, transition=transition)


def _builder(settings: EvaluationSettings) -> GuidanceBuilder:
    """Return what knows how the source moved, and where that is certain; see `hard_trust`."""
    return GuidanceBuilder(settings.flow, trust=PUBLISHED_TRUST, finds_cuts=False)


def _figures(now: Seen, style: StyleMeasure | None) -> FrameFigures:
    values: dict[str, float | None] = {"weave": weave(now.out, now.source)}
    if style is not None:
        values["style_loss"], values["content_loss"] = style.measure(now.out, now.source)
    if now.transition is not None:
        values |= _moving_figures(now, now.transition)
    return FrameFigures(frame=now.frame, **values)


def _moving_figures(now: Seen, transition: FrameTransition) -> dict[str, float | None]:
    backward, trust = transition.motion.backward, transition.motion.trust
    ours = temporal_errors(now.out, transition.before, backward=backward, trust=trust)
    floor = temporal_errors(now.source, transition.source_before, backward=backward, trust=trust)
    return {
        "trusted": trust.mean(dtype=torch.float64).item(),
        **_named(ours, ""),
        **_named(floor, "source_"),
        "mse": mean_squared_error(now.out, transition.before),
        "ssim": structural_similarity(now.out, transition.before),
        "source_mse": mean_squared_error(now.source, transition.source_before),
        "source_ssim": structural_similarity(now.source, transition.source_before),
    }


def _named(errors: TemporalErrors, prefix: str) -> dict[str, float | None]:
    return {
        f"{prefix}masked_mse": errors.masked_mse,
        f"{prefix}m2": errors.m2,
        f"{prefix}root": errors.root,
    }
