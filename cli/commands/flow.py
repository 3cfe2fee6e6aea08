"""`vst flow`: what a source of motion sees of a shot, and which of two sees it better."""

from __future__ import annotations

import argparse
import json
import statistics
import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from vst_core.atomic import make_folder
from vst_core.catalog import PARAMETERS, find_flow_source
from vst_core.devices import pick_device
from vst_core.errors import UsageError
from vst_core.protocol import FrameDone, Progress, Warned
from vst_core.stopping import StopRequest, catch_signals

from ..job_options import add_parameters, given_settings
from ..parser import Parser
from ..show.columns import columns
from ..show.progress import PROGRESS, Listener, choose_progress

if TYPE_CHECKING:
    from vst_core.evaluation import SeenMotion, WarpErrors
    from vst_core.job import StylizeJob
    from vst_core.runner import WatchedShot

__all__ = ["parser", "run"]

_SETTINGS = frozenset({
    "frames", "missing", "flow", "trust", "layer", "colorspace", "ocio", "device", "weights_dir",
    "threads", "vectors", "vectors_preset", "vectors_channels", "vectors_direction",
    "vectors_scale", "vectors_units", "vectors_frame", "vectors_fix",
})  # fmt: skip
"""The settings of a job that have a say in its motion."""

_EXAMPLES = """\
examples:
  vst flow shot/ seen/
  vst flow shot/plate.%04d.exr seen/ --compare dis --frames 20-40
  vst flow shot/ seen/ --flow raft-large --device cuda --format flo
  vst flow clip.mp4 seen/ --first 24
  vst flow render.%04d.exr seen/ --flow vectors --compare auto
  vst-seq shot/ out/ --flow 'files:seen/forward.%04d.flo,seen/backward.%04d.flo'

Where strokes slip, look at sheet.png. If the colors there do not look like how things really
move, the source is fooled: try another with --compare. If they do, but trust is black, the
stylizer paints afresh there, which is right behind what passes by; --trust chooses the test.
"""

_DESCRIPTION = """\
Write what a source of motion sees of a shot, and judge it.

  sheet.png         some frames, their motion in colors, the trust mask, the warp's misses
  trust.####.png    white: the frame before, moved along, is believed here
  motion.####.exr   forward.u/v (to the next frame), backward.u/v (to the one before), trust;
                    pixels, u right, v up, as Nuke's VectorDistort reads them
  forward.####.flo, backward.####.flo
                    instead, with --format flo: Middlebury's files, v down

The colors are those of the Middlebury benchmark (Baker et al. 2007): the wheel on the sheet
is the key. The warp error is the mean of |the frame before, moved along - the frame| in 255ths,
over all pixels and over those that the trust mask believes; "unmoved" is the error without any
motion. "explained" is the share of that which trusted motion takes away, and the higher one
sees better. The errors alone deceive: finding look-alikes in the wrong place lowers them too."""


def parser(prog: str) -> Parser:
    """Return the parser of the command."""
    made = Parser(
        prog=prog,
        usage=f"{prog} SHOT OUT [--flow SOURCE] [--compare SOURCE] [options]",
        description=_DESCRIPTION,
        epilog=_EXAMPLES,
    )
    made.add_argument("shot", metavar="SHOT", help="frames: a pattern, a folder, or a movie")
    made.add_argument("out", type=Path, metavar="OUT", help="folder for the files; made if absent")
    made.add_argument(
        "--compare", default="", metavar="SOURCE", help="judge this source too, on the same frames"
    )
    made.add_argument("--first", type=_count, metavar="N", help="only the first N frames")
    made.add_argument(
        "--format",
        dest="form",  # a parameter is called format
        choices=("exr", "flo"),
        default="exr",
        help="how motion is written (exr)",
    )
    made.add_argument("--columns", type=_count, default=4, help="frames on the sheet (default: 4)")
    made.add_argument(
        "--motion-only", action="store_true", help="without the sheet and the trust masks"
    )
    made.add_argument(
        "--lead",
        type=_count,
        default=0,
        metavar="N",
        help="N frames before the first one too, where they are there: then the motion that\n"
        "is found in parts of a shot (--frames) has no gap between them",
    )
    made.add_argument(
        "--job", type=Path, metavar="FILE", help="settings from a job file, as far as they count"
    )
    made.add_argument(
        "--progress",
        choices=("bar", "plain", "openjd", "none"),
        help="how to tell people, on stderr; openjd: a farm, on stdout",
    )
    made.add_argument("--json", action="store_true", help="print JSON, with every pair's figures")
    others = {parameter.name for parameter in PARAMETERS} - _SETTINGS
    add_parameters(made, without=others)
    return made


def run(options: argparse.Namespace) -> int:
    """Write the files and print the figures."""
    job = _job(options)
    names = [job.flow, *filter(None, [options.compare])]
    for name in names:
        find_flow_source(name)  # a slip of the keyboard shows before anything is read
    with PROGRESS[choose_progress(options.progress)]() as listener:  # loading torch takes long
        content = _looked_at(options, job, names, listener)
    if not content["pairs"]:
        print("There is no frame before the only one, and no motion to find")
        return 0
    print(json.dumps(content, indent=2) if options.json else _text(content, options))
    return 0


def _looked_at(
    options: argparse.Namespace, job: StylizeJob, names: Sequence[str], listener: Listener
) -> dict[str, Any]:
    from vst_core.runner import thread_limit, watch_shot

    overscan = options.form == "flo"  # a run reads these, and works on all of a frame
    watched = watch_shot(job, first=options.first, lead=options.lead, overscan=overscan)
    stop = StopRequest()
    with catch_signals(stop), thread_limit(job.threads), watched as shot:
        if len(shot.frames) < 2:
            return {"pairs": 0}
        return _content(shot, *_watched(options, shot, names, listener, stop), job.trust)


def _job(options: argparse.Namespace) -> StylizeJob:
    from vst_core.job import StylizeJob, read_job

    given = {"input": options.shot, "output": str(options.out), **given_settings(options)}
    job = read_job(options.job, changes=given) if options.job else StylizeJob.from_dict(given)
    if job.missing == "wait":
        raise UsageError("vst flow does not wait for frames", fix="Use --missing error")
    if _folder_of(options.shot).resolve() == options.out.resolve():
        what = f"{options.out} is the folder of the shot, and pictures are written to it"
        raise UsageError(what, fix="Give another folder, such as seen/.")
    return job


def _folder_of(shot: str) -> Path:
    """Return the folder that the files of a shot lie in."""
    return Path(shot) if Path(shot).is_dir() else Path(shot).parent


def _watched(
    options: argparse.Namespace,
    shot: WatchedShot,
    names: Sequence[str],
    listener: Listener,
    stop: StopRequest,
) -> tuple[list[str], list[tuple[WarpErrors, ...]]]:
    """Return the sources, and their errors for every pair; the files are written on the way."""
    from vst_core.evaluation import MotionSheet, MotionWriter, evenly_spread, judge_motion

    listener(Progress(text=f"Looking at {len(shot.frames)} frames", fraction=0.0))
    choices = [shot.motion(name) for name in names]
    for note in dict.fromkeys((*shot.notes, *(text for one in choices for text in one.notes))):
        listener(Warned(note))
    device, errors = pick_device(shot.job.device), []
    sources = [shot.open(choice, device) for choice in choices]
    make_folder(options.out)
    more = not options.motion_only
    writer = MotionWriter(options.out, shot, form=options.form, masks=more)
    sheet = MotionSheet(frames=evenly_spread(shot.frames[1:], options.columns))
    pace = _Pace(listener, shot)

    def on_pair(seen: tuple[SeenMotion, ...]) -> None:
        writer.add(seen[0])
        if more:
            sheet.add(seen)
        errors.append(tuple(one.errors for one in seen))
        pace.tell(seen[0].current.number)
        stop.check()

    judge_motion(shot, sources, trust=shot.job.trust, device=device, on_pair=on_pair)
    if more:
        sheet.write(options.out / "sheet.png")
    pairs = zip(names, (choice.source for choice in choices), strict=True)
    return [name if name == source else f"{name}: {source}" for name, source in pairs], errors


class _Pace:
    """Says how far the work is, and how fast it goes."""

    def __init__(self, listener: Listener, shot: WatchedShot) -> None:
        self._listener, self._shot, self._done = listener, shot, 0
        self._began = self._last = time.monotonic()

    def tell(self, frame: int) -> None:
        """Count one pair."""
        now = time.monotonic()
        self._done += 1
        done = FrameDone(
            frame=frame,
            index=self._done,
            total=len(self._shot.frames) - 1,
            seconds=now - self._last,
            fps=self._done / (now - self._began),
            path=self._shot.job.input,
        )
        self._last = now
        self._listener(done)


def _content(
    shot: WatchedShot, names: Sequence[str], errors: Sequence[tuple[WarpErrors, ...]], trust: str
) -> dict[str, Any]:
    by_source = zip(names, zip(*errors, strict=True), strict=True)
    return {
        "shot": shot.job.input,
        "width": shot.canvas.width,
        "height": shot.canvas.height,
        "pairs": len(errors),
        "trust": trust,
        "unmoved": _mean([pair[0].unmoved for pair in errors]),
        "sources": [_source(name, shot, pairs) for name, pairs in by_source],
    }


def _source(name: str, shot: WatchedShot, pairs: Sequence[WarpErrors]) -> dict[str, Any]:
    frames = zip(shot.frames[1:], pairs, strict=True)
    return {
        "flow": name,
        "trusted": _mean([pair.trusted for pair in pairs]),
        "on_trusted": _mean([pair.on_trusted for pair in pairs]),
        "on_all": _mean([pair.on_all for pair in pairs]),
        "explained": _mean([pair.explained for pair in pairs]),
        "pairs": [{"frame": frame, **pair._asdict()} for frame, pair in frames],
    }


def _mean(values: Sequence[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return statistics.fmean(known) if known else None


def _text(content: dict[str, Any], options: argparse.Namespace) -> str:
    head = f"{content['pairs']} pairs, {content['width']} x {content['height']}, {content['trust']}"
    rows = [("warp error, 255ths", "all pixels", "trusted ones", "share trusted", "explained")]
    for one in content["sources"]:
        known = [_number(one[key], ".2f") for key in ("on_all", "on_trusted")]
        shares = [_number(one[key], ".1%") for key in ("trusted", "explained")]
        rows.append((one["flow"], *known, *shares))
    rows.append(("unmoved", _number(content["unmoved"], ".2f"), "", "", ""))
    look = [] if options.motion_only else [f"Look at {options.out}/sheet.png"]
    return "\n".join([head, columns(rows, indent=2), *_verdict(content), *look])


def _number(value: float | None, form: str) -> str:
    return "-" if value is None else format(value, form)


def _verdict(content: dict[str, Any]) -> list[str]:
    """Say which of two sources explains more, and on how many pairs."""
    if len(content["sources"]) < 2:
        return []
    better, worse = sorted(content["sources"], key=_explained, reverse=True)
    if _explained(better) == _explained(worse):
        return ["Both see this shot equally well."]
    pairs = zip(better["pairs"], worse["pairs"], strict=True)
    wins = sum(_explained(ours) > _explained(theirs) for ours, theirs in pairs)
    share = f"on {wins} of {content['pairs']} pairs"
    return [
        f"{better['flow']} sees this shot better than {worse['flow']}: it explains more {share}."
    ]


def _explained(found: dict[str, Any]) -> float:
    return float(found["explained"] or 0.0)


def _count(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise UsageError(f"'{text}' is not a number of frames", fix="Give 1 or more")
    return int(text)
