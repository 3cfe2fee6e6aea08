"""`vst bench ruder`: what each part of Ruder's method brings, measured on real frames."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from statistics import fmean
from typing import TYPE_CHECKING, Any

from vst_core.job import StylizeJob, parse_mix

from ..parser import Parser

if TYPE_CHECKING:
    import torch

    from vst_core.evaluation import EvaluationSettings, StyleMeasure

__all__ = ["VARIANTS", "parser", "run"]

_DESCRIPTION = """\
Stylize one shot five ways, each with one thing more than the one before, and measure them:
M2 (squared difference to the warped frame before, over trusted pixels), the same over points
that come back after they were hidden (8 frames apart), the contrast of a 32-pixel band along
the borders over that of the middle (last three frames), style and content loss.

The frames stay in OUT: run it again, and what is there is not made again.
"""

_EXAMPLES = """\
examples:
  vst bench ruder shot/frame_%04d.png compared/ --frames 19-30 --style muse
  vst bench ruder shot/frame_%04d.png compared/ --style painting.jpg --iterations 60
"""

VARIANTS: dict[str, dict[str, Any]] = {
    "gatys, every frame by itself": {"method": "gatys"},
    "ruder, warped start alone": {"method": "ruder", "long_term": "1", "temporal_weight": 0.0},
    "ruder, short-term loss": {"method": "ruder", "long_term": "1"},
    "ruder, long-term loss": {"method": "ruder"},
    "ruder-multipass": {"method": "ruder-multipass"},
}
"""Name -> what it changes."""

_LAST, _EVERY = 3, 4


def parser(prog: str) -> Parser:
    """Return the parser of the command."""
    made = Parser(
        prog=prog, usage=f"{prog} IN OUT [options]", description=_DESCRIPTION, epilog=_EXAMPLES
    )
    made.add_argument("source", metavar="IN", help="frames")
    made.add_argument("out", metavar="OUT", type=Path, help="folder for the frames")
    made.add_argument("--frames", default="", help="which of them")
    made.add_argument("--style", default="muse", help="style or painting (muse)")
    made.add_argument("--features", default="auto", help="encoder of the methods (auto)")
    made.add_argument("--iterations", type=int, default=0, metavar="N", help="a frame")
    made.add_argument("--passes", type=int, default=6, metavar="N", help="(6)")
    made.add_argument("--pass-iterations", type=int, default=50, metavar="N", help="(50)")
    made.add_argument("--temporal-from", type=int, default=3, metavar="N", help="pass (3)")
    made.add_argument(
        "--long-term", default="1,2,4", metavar="LIST", help="frames looked back (1,2,4)"
    )
    made.add_argument("--flow", default="dis", help="motion for the methods (dis)")
    made.add_argument("--measure-flow", default="raft-small", help="for measuring (raft-small)")
    made.add_argument("--device", default="auto", help="auto, cpu, cuda, cuda:1, mps")
    made.add_argument("--precision", default="auto", help="auto, fp32, bf16, fp16")
    made.add_argument("--weights-dir", default="", metavar="DIR", help="look here for weights")
    made.add_argument("--json", action="store_true", help="print JSON")
    return made


def run(options: argparse.Namespace) -> int:
    """Make what is not there yet, measure, and print."""
    from vst_core.runner import run_job

    from ..show.progress import PROGRESS

    rows: list[dict[str, Any]] = []
    settings = None
    for name, job in _jobs(options):
        print(name, file=sys.stderr, flush=True)
        with PROGRESS["plain"]() as tell:
            run_job(job, tell)
        settings = settings or _settings(job, options.measure_flow)
        rows.append({"variant": name, **_measure(job, settings)})
        print(_row(rows[-1]), file=sys.stderr, flush=True)
    print(json.dumps(rows, indent=2) if options.json else _table(rows))
    return 0


def _jobs(options: argparse.Namespace) -> Iterator[tuple[str, StylizeJob]]:
    common = StylizeJob(
        input=options.source,
        output=str(options.out),
        frames=options.frames,
        style=options.style,
        features=options.features,
        iterations=options.iterations,
        passes=options.passes,
        pass_iterations=options.pass_iterations,
        temporal_from=options.temporal_from,
        long_term=options.long_term,
        flow=options.flow,
        device=options.device,
        precision=options.precision,
        weights_dir=options.weights_dir,
    )
    for name, changes in VARIANTS.items():
        folder = options.out / name.replace(", ", "-").replace(" ", "-")
        yield name, common.with_changes({**changes, "output": str(folder)})


def _settings(job: StylizeJob, measure_flow: str) -> EvaluationSettings:
    from vst_core.devices import pick_device
    from vst_core.evaluation import EvaluationSettings
    from vst_core.flow import FlowSettings, open_flow_source

    device = pick_device(job.device)
    folder = Path(job.weights_dir).expanduser() if job.weights_dir else None
    flow = open_flow_source(measure_flow, FlowSettings(device=device, weights_dir=folder))
    style = _target(job, device, folder)
    return EvaluationSettings(flow=flow, style=style, device=device, every=_EVERY)


def _measure(job: StylizeJob, settings: EvaluationSettings) -> dict[str, float | None]:
    from vst_core.evaluation import border_contrast, evaluate, find_clips, reappearing_errors

    clips = find_clips(job.output, job.input, frames=job.frame_range)
    report = evaluate(clips, settings)
    back = [each for each in reappearing_errors(clips, settings.flow) if each.m2 is not None]
    points = sum(each.points for each in back)
    last = [border_contrast(clips.read(pair)[0]) for pair in clips.pairs[-_LAST:]]
    return {
        "m2": report.mean("m2"),
        "m2_reappearing": _weighted([(each.m2, each.points) for each in back], points),
        "points_reappearing": points,
        "border_contrast": fmean(last),
        "style_loss": report.mean("style_loss"),
        "content_loss": report.mean("content_loss"),
        "source_m2": report.mean("source_m2"),
        "source_m2_reappearing": _weighted([(e.source_m2, e.points) for e in back], points),
    }


def _target(job: StylizeJob, device: torch.device, folder: Path | None) -> StyleMeasure:
    from vst_core.evaluation import target_from_painting, target_from_styles
    from vst_core.features import load_encoder

    encoder = load_encoder("vgg16", folder=folder)
    path = Path(job.style)
    if path.is_file() and path.suffix != ".toml":
        return target_from_painting(path, encoder, device=device)
    return target_from_styles(parse_mix(job.style), encoder, device=device)


def _weighted(values: list[tuple[float | None, int]], points: int) -> float | None:
    """Return the mean over all points of all frames."""
    return sum((m2 or 0.0) * count for m2, count in values) / points if points else None


_COLUMNS = {
    "m2": "M2",
    "m2_reappearing": "M2, reappearing",
    "border_contrast": "border contrast",
    "style_loss": "style",
    "content_loss": "content",
}


def _row(row: dict[str, Any]) -> str:
    cells = (f"{label} {_number(row[key])}" for key, label in _COLUMNS.items())
    return f"{row['variant']}: {', '.join(cells)}"


def _table(rows: list[dict[str, Any]]) -> str:
    head = ["", *_COLUMNS.values()]
    body = [[row["variant"], *(_number(row[key]) for key in _COLUMNS)] for row in rows]
    first = rows[0]
    floor = [_number(first["source_m2"]), _number(first["source_m2_reappearing"])]
    body.append(["the source itself", *floor, *([""] * (len(_COLUMNS) - 2))])
    lines = [head, ["---"] * len(head), *body]
    note = f"{first['points_reappearing']} points reappeared."
    return "\n".join([*(f"| {' | '.join(line)} |" for line in lines), "", note])


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:.3g}"
