"""`vst bench ruder`: what each part of Ruder's method brings, measured on real frames."""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from vst_core.job import StylizeJob

from ...parser import Parser

if TYPE_CHECKING:
    from vst_core.benchmark import VariantFigures

__all__ = ["parser", "run"]

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


def parser(prog: str) -> Parser:
    """Return the parser of the command."""
    made = Parser(
        prog=prog, usage=f"{prog} IN OUT [options]", description=_DESCRIPTION, epilog=_EXAMPLES
    )
    made.add_argument("source", metavar="IN", help="frames")
    made.add_argument("out", metavar="OUT", type=Path, help="folder for the frames")
    made.add_argument("--frames", default="", help="which of them")
    made.add_argument(
        "--style", default=StylizeJob.style, help=f"style or painting ({StylizeJob.style})"
    )
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
    from vst_core.benchmark import measure_variant, variant_jobs, variant_measure
    from vst_core.runner import run_job

    from ...show.progress import PROGRESS

    rows: list[VariantFigures] = []
    measure = None
    for name, job in variant_jobs(_job(options)):
        print(name, file=sys.stderr, flush=True)
        with PROGRESS["plain"]() as tell:
            run_job(job, tell)
        measure = measure or variant_measure(job, flow=options.measure_flow)
        rows.append(measure_variant(name, job, measure))
        print(_row(rows[-1]), file=sys.stderr, flush=True)
    print(json.dumps([asdict(row) for row in rows], indent=2) if options.json else _table(rows))
    return 0


def _job(options: argparse.Namespace) -> StylizeJob:
    return StylizeJob(
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


_COLUMNS = {
    "m2": "M2",
    "m2_reappearing": "M2, reappearing",
    "border_contrast": "border contrast",
    "style_loss": "style",
    "content_loss": "content",
}


def _row(row: VariantFigures) -> str:
    cells = (f"{label} {_number(getattr(row, key))}" for key, label in _COLUMNS.items())
    return f"{row.variant}: {', '.join(cells)}"


def _table(rows: list[VariantFigures]) -> str:
    head = ["", *_COLUMNS.values()]
    body = [[row.variant, *(_number(getattr(row, key)) for key in _COLUMNS)] for row in rows]
    first = rows[0]
    floor = [_number(first.source_m2), _number(first.source_m2_reappearing)]
    body.append(["the source itself", *floor, *([""] * (len(_COLUMNS) - 2))])
    lines = [head, ["---"] * len(head), *body]
    note = f"{first.points_reappearing} points reappeared."
    return "\n".join([*(f"| {' | '.join(line)} |" for line in lines), "", note])


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:.3g}"
