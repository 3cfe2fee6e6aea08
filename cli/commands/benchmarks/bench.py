"""`vst bench`: how fast this machine stylizes, against the paper's network alone."""

from __future__ import annotations

import argparse
import json
import re
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from vst_core.errors import UsageError
from vst_core.frames import FrameRange, find_sequence
from vst_core.job import StylizeJob

from ...parser import Parser
from ...show.columns import facts

if TYPE_CHECKING:
    from vst_core.benchmark import BenchSetting, MemoryFigures, SpeedFigures

__all__ = ["parser", "run"]

_SIZE = (1024, 436)
_MEMORY_SIZE = (4096, 2160)
_FRAMES, _MEMORY_FRAMES, _FEWEST = 8, 2, 3
_ROUNDS = 3
_GATYS, _ITERATIONS = "gatys", 200

_DESCRIPTION = """\
Time whole runs (read, flow both ways, VTN, write) against the paper-width network alone, run
eagerly in float32 on the same frames. The two take turns, so that a machine that slows down
slows both; the ratio is the median over the rounds. Each stage by itself follows.

Without IN, textured moving frames are made up, so that it runs anywhere.

With gatys as IN: time the optimizing method until its loss is that of the plain textbook loop
(L-BFGS, VGG-19, float32, 200 iterations), with VGG-19 (which the light encoder begins for) and
with the light encoder alone.
"""

_EXAMPLES = """\
examples:
  vst bench
  vst bench shot/frame_%04d.png --frames 12 --style candy
  vst bench --size 1920x1080 --flow raft-small --device cuda
  vst bench gatys photo.jpg --style painting.jpg --size 512x512
  vst bench --memory                the most memory that two frames of 4096 x 2160 take
"""


def parser(prog: str) -> Parser:
    """Return the parser of the command."""
    made = Parser(
        prog=prog,
        usage=f"{prog} [IN] [options]\n       {prog} gatys [PICTURE] [options]",
        description=_DESCRIPTION,
        epilog=_EXAMPLES,
    )
    made.add_argument("source", nargs="?", metavar="IN", help="frames to use; no others are made")
    made.add_argument("picture", nargs="?", metavar="PICTURE", help="after gatys: what to paint")
    made.add_argument("--size", type=_size, metavar="WxH", help="of made-up frames (1024x436)")
    made.add_argument("--frames", type=_count, metavar="N", help="frames a run (8)")
    made.add_argument("--rounds", type=_count, default=_ROUNDS, metavar="N", help="rounds (3)")
    made.add_argument(
        "--style",
        default=StylizeJob.style,
        help=f"style or mix ({StylizeJob.style}); a painting for gatys",
    )
    made.add_argument(
        "--iterations",
        type=_count,
        default=_ITERATIONS,
        metavar="N",
        help="with gatys: of the textbook loop (200)",
    )
    made.add_argument("--flow", default="auto", help="where the motion comes from (auto)")
    made.add_argument("--device", default="auto", help="auto, cpu, cuda, cuda:1, mps")
    made.add_argument("--precision", default="auto", help="auto, fp32, bf16, fp16")
    made.add_argument("--weights-dir", default="", metavar="DIR", help="look here for weights")
    made.add_argument(
        "--memory", action="store_true", help="measure only the peak memory of a run of two frames"
    )
    made.add_argument("--json", action="store_true", help="print JSON")
    return made


def run(options: argparse.Namespace) -> int:
    """Measure and print."""
    if options.source == _GATYS:
        return _run_gatys(options)
    if options.picture:
        what = f"'{options.picture}' is one argument too many"
        raise UsageError(what, fix="A sequence is one pattern, such as in/frame_%04d.png.")
    with TemporaryDirectory(prefix="vst-bench-") as folder:
        _measure(options, _job(options, Path(folder)))
    return 0


def _measure(options: argparse.Namespace, job: StylizeJob) -> None:
    from vst_core.benchmark import measure_memory, measure_speed

    if options.memory:
        memory = measure_memory(job, say=_say)
        print(json.dumps(memory.as_dict(), indent=2) if options.json else _memory_text(memory))
        return
    speed = measure_speed(job, rounds=options.rounds, say=_say)
    print(json.dumps(speed.as_dict(), indent=2) if options.json else _speed_text(speed))


def _run_gatys(options: argparse.Namespace) -> int:
    from .bench_gatys import bench_gatys

    bench_gatys(options)
    return 0


def _job(options: argparse.Namespace, folder: Path) -> StylizeJob:
    from vst_core.benchmark import make_clip

    count = options.frames or (_MEMORY_FRAMES if options.memory else _FRAMES)
    if not options.memory and count < _FEWEST:
        raise UsageError(f"{count} frames are too few to time", fix=f"Give {_FEWEST} or more")
    if options.source is None:
        width, height = options.size or (_MEMORY_SIZE if options.memory else _SIZE)
        _say(f"making {count} frames of {width} x {height}")
        pattern, frames = make_clip(folder / "in", width=width, height=height, count=count), ""
    else:
        if options.size:
            raise UsageError("--size is for made-up frames", fix="Leave out --size or IN")
        pattern, frames = options.source, _first(options.source, count)
    return StylizeJob(
        input=pattern,
        output=str(folder / "out"),
        frames=frames,
        style=options.style,
        flow=options.flow,
        device=options.device,
        precision=options.precision,
        weights_dir=options.weights_dir,
        cuts="off",
        overwrite=True,
    )


def _first(source: str, count: int) -> str:
    found = find_sequence(source).frames
    if len(found) < count:
        what = f"{source} has {len(found)} frames, {count} are wanted"
        raise UsageError(what, fix="Give --frames, or a longer sequence")
    return str(FrameRange(found[:count]))


def _speed_text(found: SpeedFigures) -> str:
    ours = found.comparison
    each = ", ".join(
        f"{paper / us:.2f}" for us, paper in zip(ours.ours, ours.baseline, strict=True)
    )
    rows = [
        ("end to end", f"{1 / ours.median_ours:.3g} frames per second"),
        ("paper's network", f"{1 / ours.median_baseline:.3g} frames per second, alone"),
        ("ratio", f"{ours.ratio:.2f} (rounds: {each})"),
        ("first frame", f"{found.first_frame:.3f} s"),
        ("peak memory", _gigabytes(found.peak_memory) + ", the paper's network included"),
    ]
    parts = [(stage, f"{seconds * 1000:.0f} ms") for stage, seconds in found.stages.items()]
    parts.append(("sum", f"{sum(found.stages.values()) * 1000:.0f} ms"))
    head = _headline(found.setting)
    return f"{head}\n\n{facts(rows)}\n\nstage by stage\n{facts(parts, indent=2)}"


def _memory_text(found: MemoryFigures) -> str:
    head = _headline(found.setting)
    return f"{head}\n\n{facts([('peak memory', _gigabytes(found.peak_memory))])}"


def _headline(found: BenchSetting) -> str:
    size = f"{found.width} x {found.height}"
    method = f"{found.style} by vtn in {found.precision}, motion from {found.flow}"
    names = [found.machine, found.instructions, f"{found.threads} threads"]
    place = f"{found.device} ({', '.join(name for name in names if name)})"
    return f"{found.frames} frames of {size}, {method}, on {place}"


def _gigabytes(size: int | None) -> str:
    return "unknown on this system" if size is None else f"{size / 1e9:.2f} GB"


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def _size(text: str) -> tuple[int, int]:
    match = re.fullmatch(r"(\d{1,5})x(\d{1,5})", text.strip().lower())
    if match is None or min(int(match[1]), int(match[2])) < 16:
        raise UsageError(f"'{text}' is not a size", fix="Write it as 1920x1080; at least 16x16")
    return int(match[1]), int(match[2])


def _count(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise UsageError(f"'{text}' is not such a number", fix="Give 1 or more")
    return int(text)
