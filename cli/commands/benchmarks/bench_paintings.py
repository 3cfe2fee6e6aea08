"""`vst bench paintings`: how well paintings are painted that no network was trained on."""

from __future__ import annotations

import argparse
import csv
import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from statistics import fmean
from typing import TYPE_CHECKING

from vst_core.errors import InputError, UsageError
from vst_core.job import StylizeJob

from ...parser import Parser
from ...show.columns import columns

if TYPE_CHECKING:
    from vst_core.benchmark.any_painting import UnseenFigures

__all__ = ["parser", "run"]

_FIGURES = {"style_loss": "style", "content_loss": "content", "m2": "M2"}

_DESCRIPTION = """\
Stylize a shot in each of several paintings and measure it, as `vst eval` does: style and content
loss by VGG-16 (the painting's short side at 512 pixels), and M2. With --beside, the figures of
others stand in the table too, from a file with the columns painting, style, content, M2.

The frames stay in OUT, a folder a painting: run it again, and what is there is not made again.
"""

_EXAMPLES = """\
examples:
  vst bench paintings shot/%04d.png compared/ --paintings paintings/*.jpg
  vst bench paintings shot/%04d.png compared/ --paintings a.jpg b.jpg --beside PEER.csv --json
"""


def parser(prog: str) -> Parser:
    """Return the parser of the command."""
    made = Parser(
        prog=prog,
        usage=f"{prog} IN OUT --paintings FILE [FILE ...] [options]",
        description=_DESCRIPTION,
        epilog=_EXAMPLES,
    )
    add = made.add_argument
    add("source", metavar="IN", help="frames")
    add("out", metavar="OUT", type=Path, help="folder for the frames")
    add("--paintings", type=Path, nargs="+", metavar="FILE", help="the styles")
    add("--beside", type=Path, metavar="CSV", help="the figures of others")
    add("--frames", default="", help="which of them")
    add("--method", default=StylizeJob.method, help=f"({StylizeJob.method})")
    add("--style-weight", type=float, default=20.0, metavar="W", help="how much style (20)")
    add("--flow", default="dis", help="motion, also for measuring (dis)")
    add("--device", default="auto", help="auto, cpu, cuda, cuda:1, mps")
    add("--json", action="store_true", help="print JSON")
    return made


def run(options: argparse.Namespace) -> int:
    """Paint, measure, and print."""
    from vst_core.benchmark.any_painting import measure_paintings

    if not options.paintings:
        raise UsageError("--paintings is not given", fix="Name the pictures: --paintings a.jpg")
    others = _others(options.beside) if options.beside else {}
    rows: list[UnseenFigures] = []
    job = StylizeJob(
        input=options.source,
        output=str(options.out),
        frames=options.frames,
        method=options.method,
        style_weight=options.style_weight,
        flow=options.flow,
        device=options.device,
    )
    for row in measure_paintings(options.paintings, job, options.out, measure_flow=options.flow):
        rows.append(row)
        print(f"{row.painting}: {row.seconds:.1f} s", file=sys.stderr, flush=True)
    if options.json:
        print(json.dumps([asdict(row) for row in rows], indent=2))
    else:
        print(columns(_table(rows, others)))
    return 0


def _others(path: Path) -> dict[str, dict[str, float]]:
    """Return painting -> figure -> value."""
    try:
        with path.open(encoding="utf-8", newline="") as lines:
            return {
                row["painting"]: {name: float(row[name]) for name in _FIGURES.values()}
                for row in csv.DictReader(lines)
            }
    except (OSError, ValueError, KeyError) as error:
        fix = "Give a table with the columns painting, style, content, M2."
        raise InputError(f"'{path}' holds no figures ({error})", fix=fix) from error


def _table(
    rows: Sequence[UnseenFigures], others: Mapping[str, Mapping[str, float]]
) -> list[tuple[str, ...]]:
    names = list(_FIGURES.values())
    table = [("PAINTING", *names, *(f"{name}, others" for name in names if others))]
    own = [[float(getattr(row, key)) for key in _FIGURES] for row in rows]
    theirs = [[others.get(row.painting, {}).get(name) for name in names] for row in rows]
    for row, mine, beside in zip(rows, own, theirs, strict=True):
        table.append((row.painting, *map(_number, mine), *(map(_number, beside) if others else ())))
    means = [fmean(column) for column in zip(*own, strict=True)]
    known = [
        [value for value in column if value is not None] for column in zip(*theirs, strict=True)
    ]
    beside_means = [fmean(column) if column else None for column in known]
    table.append(("mean", *map(_number, means), *(map(_number, beside_means) if others else ())))
    return table


def _number(value: float | None) -> str:
    return "-" if value is None else f"{value:.4f}" if value < 0.1 else f"{value:.3f}"
