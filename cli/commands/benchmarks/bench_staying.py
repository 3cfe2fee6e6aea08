"""`vst bench staying`: whether methods drift or let go in a thousand frames."""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from vst_core.atomic import make_folder
from vst_core.errors import UsageError
from vst_core.job import StylizeJob

from ...parser import Parser

if TYPE_CHECKING:
    from vst_core.benchmark import StayingFigures, StayingSettings

__all__ = ["parser", "run"]

_DESCRIPTION = """\
Stylize a shot made up for it, 1,000 frames that move and repeat every 50, with motion known
exactly, by every method that builds a frame on the one before; and see what becomes of it:

  drift       how far a channel's mean, and its deviation, strays from the first hundred frames,
              in levels of 255; a hundred frames at a time
  edges       correlation of edges with the source in the last hundred frames, over that of the
              same frames' pictures without a past, as where a shot starts
  lets go     the frame by which that share, of ten frames, is below 0.8; never, if all is well
  M2          squared difference to the warped frame before, over trusted pixels
"""

_EXAMPLES = """\
examples:
  vst bench staying --style muse
  vst bench staying --style candy --method vtn,itn --report staying.html
  vst bench staying --style my-style.toml --frames 2000 --json > staying.json
"""


def parser(prog: str) -> Parser:
    """Return the parser of the command."""
    made = Parser(prog=prog, usage=f"{prog} [options]", description=_DESCRIPTION, epilog=_EXAMPLES)
    made.add_argument("--style", default=StylizeJob.style, help=f"or mix ({StylizeJob.style})")
    made.add_argument(
        "--method", default="", metavar="LIST", help="such as vtn,itn (all that the style serves)"
    )
    made.add_argument("--frames", type=int, default=1000, metavar="N", help="500, 1000, ... (1000)")
    made.add_argument("--size", type=_size, default=(320, 180), metavar="WxH", help="(320x180)")
    made.add_argument(
        "--report", type=Path, metavar="FILE", help="write a page with curves and a player (.html)"
    )
    made.add_argument("--sheet", type=Path, metavar="FILE", help="write a contact sheet (.jpg)")
    made.add_argument("--device", default="auto", help="auto, cpu, cuda, cuda:1, mps")
    made.add_argument("--precision", default="auto", help="auto, fp32, bf16, fp16")
    made.add_argument("--json", action="store_true", help="print JSON, with every frame's figures")
    return made


def run(options: argparse.Namespace) -> int:
    """Stylize, measure and print."""
    from vst_core.benchmark import measure_staying, recurrent_methods, write_staying_page
    from vst_core.evaluation import write_sheet

    settings = _settings(options)
    for path in filter(None, (options.report, options.sheet)):
        make_folder(path.parent)  # told before the minutes of the run
    methods = [name for name in options.method.split(",") if name]
    found = [
        measure_staying(method, options.style, settings, say=_say)
        for method in methods or recurrent_methods(options.style)
    ]
    if options.sheet is not None:
        write_sheet(options.sheet, [each.row for each in found])
    if options.report is not None:
        write_staying_page(options.report, found)
    if options.json:
        print(json.dumps([each.to_dict() for each in found], indent=2, allow_nan=False))
    else:
        print(_table(found))
    return 0


def _settings(options: argparse.Namespace) -> StayingSettings:
    from vst_core.benchmark import StayingSettings
    from vst_core.evaluation import LoopedShot

    width, height = options.size
    return StayingSettings(
        frames=options.frames,
        shot=LoopedShot(width=width, height=height),
        device=options.device,
        precision=options.precision,
    )


_HEAD = ("", "drift of means", "of deviations", "edges", "lets go", "M2", "frames a second")


def _table(found: Sequence[StayingFigures]) -> str:
    rows = [_HEAD, ("---",) * len(_HEAD), *map(_row, found)]
    report = found[0].report
    drifts = (report.source_mean_drift, report.source_deviation_drift)
    floor = ("the source itself", *map(_number, drifts), "", "")
    rows.append((*floor, _number(report.mean("source_m2")), ""))
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def _row(each: StayingFigures) -> tuple[str, ...]:
    report = each.report
    return (
        each.method,
        _number(report.mean_drift),
        _number(report.deviation_drift),
        _number(each.edges[-1] if each.edges else None),
        "never" if report.let_go is None else str(report.let_go),
        _number(report.mean("m2")),
        f"{1 / each.seconds:.1f}",
    )


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:.3g}"


def _size(text: str) -> tuple[int, int]:
    found = re.fullmatch(r"(\d+)x(\d+)", text)
    if found is None or min(int(found[1]), int(found[2])) < 32:
        raise UsageError(f"'{text}' is not a size", fix="Give 32x32 or more, such as 320x180")
    return int(found[1]), int(found[2])


def _say(words: str) -> None:
    print(words, file=sys.stderr, flush=True)
