"""How well unseen paintings are painted: a shot in each of them, measured."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from time import monotonic

from vst_core.devices import pick_device
from vst_core.evaluation import EvaluationSettings, evaluate, find_clips, target_from_painting
from vst_core.features import Encoder, load_encoder
from vst_core.flow import FlowSettings, FlowSource, open_flow_source
from vst_core.job import StylizeJob
from vst_core.runner import run_job

__all__ = ["UnseenFigures", "measure_paintings"]


@dataclass(frozen=True, kw_only=True)
class UnseenFigures:
    """What a shot in one painting's style comes to, in means over its frames.

    Attributes:
        painting: Its file's name.
        style_loss, content_loss: By VGG-16, the painting's short side at 512 pixels.
        m2: Squared difference to the warped frame before, over trusted pixels.
        seconds: Of the whole job, its start included.
    """

    painting: str
    style_loss: float
    content_loss: float
    m2: float
    seconds: float


def measure_paintings(
    paintings: Sequence[Path], job: StylizeJob, folder: Path, *, measure_flow: str = "dis"
) -> Iterator[UnseenFigures]:
    """Paint a shot in each painting and measure it, one after the other.

    Args:
        paintings: The styles.
        job: Everything else; its output and style are replaced.
        folder: Gets a folder of frames for each painting.
        measure_flow: Where the source's motion comes from when M2 is taken.

    Raises:
        VstError: A painting or the shot cannot be used.
    """
    device = pick_device(job.device)
    encoder = load_encoder("vgg16")
    flow = open_flow_source(measure_flow, FlowSettings(device=device))
    for path in paintings:
        yield _measured(
            path, replace(job, output=str(folder / path.stem), style=str(path)), encoder, flow
        )


def _measured(painting: Path, job: StylizeJob, encoder: Encoder, flow: FlowSource) -> UnseenFigures:
    began = monotonic()
    run_job(job, lambda _: None)
    seconds = monotonic() - began
    device = pick_device(job.device)
    clips = find_clips(job.output, job.input)
    style = target_from_painting(painting, encoder, device=device)
    report = evaluate(clips, EvaluationSettings(flow=flow, style=style, device=device))
    style_loss, content_loss, m2 = (
        report.mean(name) or 0.0 for name in ("style_loss", "content_loss", "m2")
    )
    return UnseenFigures(
        painting=painting.name,
        style_loss=style_loss,
        content_loss=content_loss,
        m2=m2,
        seconds=seconds,
    )
