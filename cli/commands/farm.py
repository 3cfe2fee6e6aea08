"""`vst farm`: jobs for render farms, as text."""

from __future__ import annotations

import argparse
import json
import shlex
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from vst_core.errors import OutputError, UsageError

from ..parser import Parser

if TYPE_CHECKING:
    from vst_core.farm import FarmSettings
    from vst_core.job import ListedShot

__all__ = ["parser", "run"]

_DESCRIPTION = """\
Write a job for a render farm: an Open Job Description template, or the bundle (a folder) that
Deadline Cloud submits. Nothing is run.

SHOTS is a job file (vst-seq --save-job), or a list of shots as `vst batch` takes it.
"""

_EXAMPLES = """\
examples:
  vst farm openjd job.toml > template.yaml
  openjd run template.yaml --step report --run-dependencies -p InputFolder=in -p OutputFolder=out
  vst farm openjd job.toml --seam hand-over --chunk 50 > template.yaml
  vst farm bundle shots.toml bundle/ --results /show/stylized --gpus 1
  deadline bundle submit bundle/
"""


def parser(prog: str) -> Parser:
    """Return the parser of the command."""
    from vst_core.farm import SEAMS

    made = Parser(
        prog=prog,
        usage=f"{prog} openjd SHOTS [options] > template.yaml\n"
        f"       {prog} bundle SHOTS FOLDER [options]",
        description=_DESCRIPTION,
        epilog=_EXAMPLES,
    )
    made.add_argument("action", metavar="openjd|bundle", help="what to write")
    made.add_argument("shots", type=Path, metavar="SHOTS", help="a job file, or a list of shots")
    made.add_argument("folder", nargs="?", type=Path, metavar="FOLDER", help="of the bundle")
    made.add_argument("--results", metavar="FOLDER", help="for a list: where the results go")
    made.add_argument("--name", default="", help="of the job (default: that of the shot)")
    made.add_argument("--chunk", type=int, default=24, metavar="N", help="frames a task (24)")
    seams = "\n".join(
        f"  {name:<10} {cost}".replace("\n", f"\n{'':13}") for name, cost in SEAMS.items()
    )
    made.add_argument(
        "--seam",
        choices=tuple(SEAMS),
        default="auto",
        help=f"how chunks meet (default auto)\n{seams}",
    )
    made.add_argument("--gpus", type=int, metavar="N", help="cards a task needs (cuda: 1)")
    made.add_argument("--memory", type=int, default=0, metavar="GB", help="memory a task needs")
    made.add_argument(
        "--movie", default="", metavar="SUFFIX", help="make a movie of the frames: .mov, .mp4, .mkv"
    )
    made.add_argument(
        "--flow-step",
        action="store_true",
        help="find the motion in a step of its own, on many machines at once: for slow sources\n"
        "of motion, and with hand-over; takes 16 bytes a pixel of disk for every frame",
    )
    made.add_argument(
        "--resident",
        action="store_true",
        help="keep an engine ready in every session (vst serve): a chunk begins in half a\n"
        "second; not on Windows",
    )
    made.add_argument("--no-report", action="store_true", help="without the page about the results")
    return made


def run(options: argparse.Namespace) -> int:
    """Write the template or the bundle."""
    from vst_core.farm import FarmSettings

    settings = FarmSettings(
        name=options.name,
        chunk=options.chunk,
        seam=options.seam,
        gpus=options.gpus,
        memory=options.memory,
        flow=options.flow_step,
        movie=options.movie,
        resident=options.resident,
        report=not options.no_report,
    )
    actions = {"openjd": _openjd, "bundle": _bundle}
    if options.action not in actions:
        fix = f"Write one of: {', '.join(actions)}"
        raise UsageError(f"vst farm cannot '{options.action}'", fix=fix)
    return actions[options.action](options, settings)


def _openjd(options: argparse.Namespace, settings: FarmSettings) -> int:
    """Write the template to stdout; and to stderr, for people, how it is run here."""
    from vst_core.farm import describe_farm_job

    if options.folder:
        fix = "Write: vst farm openjd SHOTS > template.yaml"
        raise UsageError(f"'{options.folder}' is one argument too many", fix=fix)
    job = describe_farm_job(_shots(options), settings)
    print(json.dumps(job.template, indent=2))
    places = [f"-p {shlex.quote(f'{one.parameter}={one.path}')}" for one in job.folders]
    last = shlex.quote(job.template["steps"][-1]["name"])
    command = f"openjd run template.yaml --step {last} --run-dependencies {' '.join(places)}"
    print(f"Run it here with: {command}", file=sys.stderr)
    return 0


def _bundle(options: argparse.Namespace, settings: FarmSettings) -> int:
    from vst_core.farm import write_bundle

    if options.folder is None:
        raise UsageError("The bundle's folder is not named", fix="vst farm bundle SHOTS FOLDER")
    if options.folder.is_file():
        raise OutputError(f"{options.folder} is a file", fix="Name a folder for the bundle")
    job = write_bundle(options.folder, _shots(options), settings)
    print(f"{options.folder}: {job.template['name']}, {len(job.template['steps'])} steps")
    return 0


def _shots(options: argparse.Namespace) -> tuple[ListedShot, ...]:
    """Return the shots of a list, or of a job file its one."""
    from vst_core.job import ListedShot, read_job, read_shots

    if options.results:
        return read_shots(options.shots, options.results)
    job = read_job(options.shots)
    output = Path(job.output)
    name = output.name if job.output_kind == "folder" else output.parent.name
    return (ListedShot(name or "shot", job),)
