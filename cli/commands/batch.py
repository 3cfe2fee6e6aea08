"""`vst batch`: many shots, one after the other."""

from __future__ import annotations

import argparse
import contextlib
import sys
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING

from vst_core.errors import InputError, VstError

from ..cluster_options import add_cluster, asked_cluster
from ..job_options import add_parameters, given_settings
from ..parser import Parser
from ..show.columns import columns
from ..show.event_text import duration
from ..show.progress import PROGRESS, Listener, choose_progress

if TYPE_CHECKING:
    from vst_core.batch import BatchSummary, FirstFrame, ShotResult
    from vst_core.cluster import Cluster
    from vst_core.job import ListedShot
    from vst_core.protocol import Message

__all__ = ["parser", "run"]

_OF_ONE_RUN = frozenset({"preview", "state_in", "state_out", "warm_up"})
_PAGE, _SHEET = "report.html", "preview.jpg"

_DESCRIPTION = """\
Stylize many shots, one after the other; the results go to OUT/SHOT/. A shot that fails is named
with its reason at the end, and does not stop the others, even where it ends the engine itself.

SHOTS is a folder: each folder and each movie in it is a shot. Or it is a list:

  style = "muse"                    what holds for all
  [shots.sh010]
  input = "plates/sh010/%04d.exr"
  style = "candy"                   what holds for this one

The same command goes on where it was stopped or killed, and makes again what failed.
At the end there are OUT/summary.json and OUT/report.html.
"""

_EXAMPLES = """\
examples:
  vst batch shots/ night/ --style wave
  vst batch shots.toml night/ --preview        the first frame of every shot on one sheet
  vst batch shots.toml night/ --device cuda    what is typed wins over the list, for every shot

exit code:
  0 every shot is done   3 some failed, the others are done   else as vst-seq
"""


def parser(prog: str) -> Parser:
    """Return the parser of the command."""
    made = Parser(
        prog=prog,
        usage=f"{prog} SHOTS OUT [options]",
        description=_DESCRIPTION,
        epilog=_EXAMPLES,
    )
    made.add_argument("shots", type=Path, metavar="SHOTS", help="a folder, or a list (.toml)")
    made.add_argument("out", metavar="OUT", help="the folder of all results")
    add_parameters(made, without=_OF_ONE_RUN)
    group = made.add_argument_group("batch and progress")
    group.add_argument(
        "--preview",
        dest="sheet",  # a parameter is called preview
        action="store_true",
        help=f"only make the first frame of every shot, on one sheet: OUT/{_SHEET}",
    )
    group.add_argument(
        "--progress",
        choices=("bar", "plain", "none"),
        help="as for vst-seq (default: bar in a terminal, else plain)",
    )
    add_cluster(group)
    return made


def run(options: argparse.Namespace) -> int:
    """Make the shots, or show what they will be."""
    from vst_core.job import read_shots

    shots = read_shots(options.shots, options.out, changes=given_settings(options))
    kind = choose_progress(options.progress)
    folder = Path(options.out)
    if options.sheet:
        return _first_frames(shots, folder, kind)
    return _batch(shots, folder, kind, asked_cluster(options))


def _batch(
    shots: tuple[ListedShot, ...],
    folder: Path,
    kind: str,
    cluster: AbstractContextManager[Cluster] | None,
) -> int:
    from vst_core.batch import read_summary, run_batch, write_page
    from vst_core.resident import ChildEngine

    try:
        if cluster is None:
            with ChildEngine() as engine:  # a shot may end it, and not the night
                summary = run_batch(shots, folder, _Watch(kind), runner=engine.run)
        else:
            with cluster as workers:
                _send(shots, workers)
                summary = run_batch(shots, folder, _Watch(kind), runner=workers.run)
    except VstError:
        noted = read_summary(folder)
        if noted is not None:
            print(_table(noted))
        raise
    write_page(folder / _PAGE, summary)
    print(_table(summary))
    print(f"{folder / _PAGE}")
    return _verdict(summary)


def _send(shots: tuple[ListedShot, ...], workers: Cluster) -> None:
    """Hand all shots to the workers at once; what is wrong with one is told when it is its turn."""
    for shot in shots:
        if shot.job is not None:
            with contextlib.suppress(VstError):
                workers.send(shot.job)


def _verdict(summary: BatchSummary) -> int:
    """Return 0, or raise where shots failed."""
    broken = summary.of("failed")
    if broken:
        names = ", ".join(shot.name for shot in broken)
        what = f"{len(broken)} of {len(summary.shots)} shots failed: {names}"
        raise InputError(what, fix="Mend them and give the same command again")
    return 0


class _Watch:
    """Tells of every shot by the same means as of a single one."""

    def __init__(self, kind: str) -> None:
        self._kind = kind
        self._open = contextlib.ExitStack()
        self._listener: Listener | None = None

    def begin(self, shot: ListedShot, number: int, total: int) -> None:
        """See `BatchWatch`."""
        _say(f"Shot {number}/{total}: {shot.name}", self._kind)
        self._listener = self._open.enter_context(PROGRESS[self._kind]())

    def event(self, message: Message) -> None:
        """See `BatchWatch`."""
        if self._listener is not None:
            self._listener(message)

    def end(self, result: ShotResult) -> None:
        """See `BatchWatch`."""
        self._open.close()
        self._listener = None
        if result.problem:
            _say(f"{result.name} failed: {result.problem}", self._kind)


def _first_frames(shots: tuple[ListedShot, ...], folder: Path, kind: str) -> int:
    from vst_core.atomic import make_folder
    from vst_core.batch import preview_shots

    make_folder(folder)

    def tell(one: FirstFrame) -> None:
        _say(f"{one.name}: {one.problem or f'{one.frames} frames'}", kind)

    found = preview_shots(shots, folder / _SHEET, tell=tell)
    print(folder / _SHEET)
    broken = [one.name for one in found if one.problem]
    if broken:
        what = f"{len(broken)} of {len(found)} shots cannot be made: {', '.join(broken)}"
        raise InputError(what, fix="Mend them before the night, or leave them out")
    return 0


def _table(summary: BatchSummary) -> str:
    rows = [("shot", "status", "frames", "made now", "time", "")]
    for shot in summary.shots:
        time = duration(shot.seconds) if shot.seconds else ""
        note = shot.problem or (f"{len(shot.warnings)} warnings" if shot.warnings else "")
        rows.append((shot.name, shot.status, str(shot.frames), str(shot.made), time, note))
    return columns(rows)


def _say(text: str, kind: str) -> None:
    if kind != "none":
        print(text, file=sys.stderr, flush=True)
