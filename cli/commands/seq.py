"""`vst seq`, which is `vst-seq`: stylize an image sequence or a movie."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from vst_core.errors import OutputError, UsageError, VstError
from vst_core.protocol import Finished, encode
from vst_core.stopping import StopRequest
from vst_core.version import __version__

from ..cancel import listen_for_cancel
from ..cluster_options import add_cluster, asked_cluster
from ..collector import collector_rests
from ..job_options import add_settings, given_settings
from ..parser import Parser
from ..show.event_text import summary
from ..show.progress import PROGRESS, Listener, choose_progress
from .serve import RESIDENT

if TYPE_CHECKING:
    from vst_core.job import StylizeJob

__all__ = ["parser", "run"]

_DESCRIPTION = """\
Stylize an image sequence or a movie, with brush strokes that stick to what moves.

A run that was stopped or killed goes on where it was when the same command is given again.
"""

_EXAMPLES = """\
examples:
  a sequence in a shipped style; the results keep their names and numbers
    vst-seq shot/frame_%04d.png out/ --style candy
  what would happen, and nothing else
    vst-seq shot/ out/ --style wave --dry-run
  scene-linear EXR frames, every second one, half of each style
    vst-seq shot/plate.####.exr out/ --style muse,candy --frames 1001-1100x2
  a movie: its frames as files, or a movie again, with its sound
    vst-seq clip.mp4 out/ --frames 1-48
    vst-seq clip.mp4 result.mov
  fast-moving things, with a motion network on the graphics card
    vst-seq shot/ out/ --flow raft-small --device cuda
  too little memory, or strokes too fine
    vst-seq shot/ out/ --proxy 1/2
  a job for later or for another machine; what is typed wins over what it says
    vst-seq shot/ out/ --style wave --save-job wave.toml --dry-run
    vst-seq --job wave.toml --device cpu

exit code:
  0 done   2 usage   3 input   4 output   5 device or memory   6 weights
  130 or 143: stopped by Ctrl-C or SIGTERM, after the frame at hand
"""


def parser(prog: str) -> Parser:
    """Return the parser of the command."""
    made = Parser(
        prog=prog,
        usage=f"{prog} INPUT OUTPUT [--style STYLE] [options]\n       {prog} --job FILE [options]",
        description=_DESCRIPTION,
        epilog=_EXAMPLES,
    )
    add_settings(made)
    group = made.add_argument_group("job and progress")
    group.add_argument(
        "--job", type=Path, metavar="FILE", help="read the settings from a job file (.toml)"
    )
    group.add_argument(
        "--save-job", type=Path, metavar="FILE", help="write all settings to a job file, then run"
    )
    group.add_argument(
        "--dry-run", action="store_true", help="only say what would be done, frame by frame"
    )
    group.add_argument(
        "--progress",
        choices=tuple(PROGRESS),
        help="how to report progress (default: bar in a terminal, else plain)\n"
        "  bar    frame, frames per second, time left\n"
        "  plain  a line a frame, for logs\n"
        "  json   events for programs, on stdout, a line each; a cancel on stdin stops the run\n"
        "  openjd lines for Open Job Description, on stdout: Deadline Cloud reads them\n"
        "  none   nothing but what is wrong",
    )
    add_cluster(group)
    group.add_argument("--version", action="version", version=f"{prog} {__version__}")
    return made


def run(options: argparse.Namespace) -> int:
    """Stylize, or with `--dry-run` say what would be done."""
    job = _job(options)
    _check_styles(job)  # a mistyped name is told before torch is loaded
    if options.save_job:
        _save(job, options.save_job)
    kind = choose_progress(options.progress)
    if options.dry_run:
        return _dry_run(job, kind)
    with PROGRESS[kind]() as listener:  # loading torch from a network disk may take long
        stop = StopRequest()
        if kind == "json" and not sys.stdin.isatty():
            listen_for_cancel(stop)
        cluster = asked_cluster(options)
        if cluster is None:
            finished = _make(job, listener, stop)
        else:
            with cluster as workers:
                finished = workers.run(job, listener, stop=stop)
    if kind in ("bar", "plain"):
        print(summary(finished, job.output), file=sys.stderr)
    return 0


def _make(job: StylizeJob, listener: Listener, stop: StopRequest) -> Finished:
    """Make the job here, or by the engine that this session has begun (`vst serve`)."""
    if place := os.environ.get(RESIDENT):
        from vst_core.resident import make_at

        finished = make_at(Path(place), job, listener, stop=stop)
        if finished is not None:
            return finished
    with collector_rests():
        from vst_core.runner import run_job

    return run_job(job, listener, stop=stop)


def _job(options: argparse.Namespace) -> StylizeJob:
    from vst_core.job import StylizeJob, read_job

    given = given_settings(options)
    if options.job:
        return read_job(options.job, changes=given)
    for place in ("input", "output"):
        if place not in given:
            fix = "Write, for example: vst-seq shot/frame_%04d.png out/ --style candy"
            raise UsageError(f"The {place} is not named", fix=fix)
    return StylizeJob.from_dict(given)


def _check_styles(job: StylizeJob) -> None:
    from vst_core.job import KEEP, StyleCurve
    from vst_core.styles import find_transition

    for style in job.styles:
        if style != KEEP and not (job.style_video and style == job.style):
            find_transition(StyleCurve.parse(style).mixes, method=job.method)


def _save(job: StylizeJob, path: Path) -> None:
    from vst_core.job import read_job

    if path.is_file():
        try:
            read_job(path)
        except VstError:
            what = f"--save-job would replace {path}, which is no job file"
            raise OutputError(what, fix="Name another file, such as job.toml.") from None
    try:
        path.write_text(job.to_toml(), encoding="utf-8")
    except OSError as error:
        fix = "Name a file in a folder that you can write to."
        raise OutputError(f"Cannot write the job {path}: {error.strerror}", fix=fix) from None


def _dry_run(job: StylizeJob, kind: str) -> int:
    from vst_core.runner import plan_job

    from ..show.dry_run import plan_events, plan_text

    plan = plan_job(job)
    if kind == "json":
        for event in plan_events(plan):
            print(encode(event))
    else:
        print(plan_text(plan))
    return 0
