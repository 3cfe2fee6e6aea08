"""What each part of Ruder's method brings: one shot stylized five ways, each measured."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean
from typing import Any

from vst_core.devices import pick_device
from vst_core.evaluation import (
    EvaluationSettings,
    StyleMeasure,
    border_contrast,
    evaluate,
    find_clips,
    reappearing_errors,
    target_from_painting,
    target_from_styles,
)
from vst_core.features import load_encoder
from vst_core.flow import FlowSettings, open_flow_source
from vst_core.job import StylizeJob, parse_mix
from vst_core.styles.painting import names_a_painting

__all__ = ["VARIANTS", "VariantFigures", "measure_variant", "variant_jobs", "variant_measure"]

VARIANTS: dict[str, dict[str, Any]] = {
    "gatys, every frame by itself": {"method": "gatys"},
    "ruder, warped start alone": {"method": "ruder", "long_term": "1", "temporal_weight": 0.0},
    "ruder, short-term loss": {"method": "ruder", "long_term": "1"},
    "ruder, long-term loss": {"method": "ruder"},
    "ruder-multipass": {"method": "ruder-multipass"},
}
"""Name -> what it changes."""

_LAST, _EVERY = 3, 4


@dataclass(frozen=True, kw_only=True)
class VariantFigures:
    """What one way of stylizing a shot comes to; None = nothing to measure.

    Attributes:
        variant: Of `VARIANTS`.
        m2: Squared difference to the warped frame before, over trusted pixels.
        m2_reappearing: The same over points that come back after they were hidden.
        points_reappearing: How many those are.
        border_contrast: Of a band along the borders over that of the middle, in the last frames.
        style_loss, content_loss: Means over every fourth frame.
        source_m2, source_m2_reappearing: Of the source itself.
    """

    variant: str
    m2: float | None
    m2_reappearing: float | None
    points_reappearing: int
    border_contrast: float
    style_loss: float | None
    content_loss: float | None
    source_m2: float | None
    source_m2_reappearing: float | None


def variant_jobs(job: StylizeJob) -> Iterator[tuple[str, StylizeJob]]:
    """Yield the variants with the job of each, in folders of the job's output."""
    for name, changes in VARIANTS.items():
        folder = Path(job.output) / name.replace(", ", "-").replace(" ", "-")
        yield name, job.with_changes({**changes, "output": str(folder)})


def variant_measure(job: StylizeJob, *, flow: str) -> EvaluationSettings:
    """Return what every variant of a job is measured with; `flow` names the motion for it."""
    device = pick_device(job.device)
    folder = Path(job.weights_dir).expanduser() if job.weights_dir else None
    source = open_flow_source(flow, FlowSettings(device=device, weights_dir=folder))
    encoder = load_encoder("vgg16", folder=folder)
    style: StyleMeasure
    if names_a_painting(job.style):
        style = target_from_painting(Path(job.style), encoder, device=device)
    else:
        style = target_from_styles(parse_mix(job.style), encoder, device=device)
    return EvaluationSettings(flow=source, style=style, device=device, every=_EVERY)


def measure_variant(name: str, job: StylizeJob, settings: EvaluationSettings) -> VariantFigures:
    """Measure the frames that a variant's job has made."""
    clips = find_clips(job.output, job.input, frames=job.frame_range)
    report = evaluate(clips, settings)
    back = [each for each in reappearing_errors(clips, settings.flow) if each.m2 is not None]
    points = sum(each.points for each in back)
    last = [border_contrast(clips.read(pair)[0]) for pair in clips.pairs[-_LAST:]]
    return VariantFigures(
        variant=name,
        m2=report.mean("m2"),
        m2_reappearing=_weighted([(each.m2, each.points) for each in back], points),
        points_reappearing=points,
        border_contrast=fmean(last),
        style_loss=report.mean("style_loss"),
        content_loss=report.mean("content_loss"),
        source_m2=report.mean("source_m2"),
        source_m2_reappearing=_weighted([(e.source_m2, e.points) for e in back], points),
    )


def _weighted(values: list[tuple[float | None, int]], points: int) -> float | None:
    """Return the mean over all points of all frames."""
    return sum((m2 or 0.0) * count for m2, count in values) / points if points else None
