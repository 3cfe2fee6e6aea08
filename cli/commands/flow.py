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
from vst_core.catalog import find_flow_source
from vst_core.devices import pick_device
from vst_core.errors import UsageError
from vst_core.frames import FrameRange
from vst_core.motion import TRUST_VARIANTS
from vst_core.protocol import FrameDone, Progress

from ..parser import Parser
from ..show.columns import columns
from ..show.progress import PROGRESS, Listener, choose_progress

if TYPE_CHECKING:
    from vst_core.evaluation import SeenMotion, ShotFrames, WarpErrors

__all__ = ["parser", "run"]

_EXAMPLES = """\
examples:
  vst flow shot/ seen/
  vst flow shot/plate.%04d.exr seen/ --compare dis --frames 20-40
  vst flow shot/ seen/ --flow raft-large --device cuda --format flo
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
    made.add_argument("shot", metavar="SHOT", help="frames: a pattern or a folder")
    made.add_argument("out", type=Path, metavar="OUT", help="folder for the files; made if absent")
    made.add_argument("--flow", default="auto", metavar="SOURCE", help="the source (default: auto)")
    made.add_argument(
        "--compare", default="", metavar="SOURCE", help="judge this one too, on the same frames"
    )
    made.add_argument(
        "--format", choices=("exr", "flo"), default="exr", help="how motion is written (exr)"
    )
    made.add_argument(
        "--trust", choices=TRUST_VARIANTS, default="ruder2016", help="trust test (ruder2016)"
    )
    _add_frame_options(made)
    made.add_argument("--layer", default="", help="layer of the EXR files")
    made.add_argument("--colorspace", default="", help="their color space")
    made.add_argument("--ocio", default="", metavar="CONFIG", help="OpenColorIO config")
    made.add_argument("--device", default="auto", help="auto, cpu, cuda, cuda:1, mps")
    made.add_argument("--weights-dir", type=Path, metavar="DIR", help="look here for weights first")
    made.add_argument(
        "--progress", choices=("bar", "plain", "none"), help="how to tell people, on stderr"
    )
    made.add_argument("--json", action="store_true", help="print JSON, with every pair's figures")
    return made


def run(options: argparse.Namespace) -> int:
    """Write the files and print the figures."""
    names = [options.flow, *filter(None, [options.compare])]
    for name in names:
        find_flow_source(name)  # a slip of the keyboard shows before anything is read
    shot = _shot(options)
    seen = _watched(options, shot, names)
    content = _content(shot, names, seen, options.trust)
    print(json.dumps(content, indent=2) if options.json else _text(content, options.out))
    return 0


def _shot(options: argparse.Namespace) -> ShotFrames:
    from vst_core.evaluation import find_shot
    from vst_core.image import ReadSettings

    shot = find_shot(
        options.shot,
        frames=FrameRange.parse(options.frames) if options.frames else None,
        missing=options.missing,
        first=options.first,
        settings=ReadSettings(
            layer=options.layer, colorspace=options.colorspace, ocio=options.ocio
        ),
    )
    if shot.sequence.source(shot.frames[0]).resolve().parent == options.out.resolve():
        what = f"{options.out} is the folder of the shot, and pictures are written to it"
        raise UsageError(what, fix="Give another folder, such as seen/.")
    return shot


def _watched(
    options: argparse.Namespace, shot: ShotFrames, names: Sequence[str]
) -> list[tuple[WarpErrors, ...]]:
    """Return the errors of every source for every pair; the files are written on the way."""
    from vst_core.evaluation import MotionSheet, MotionWriter, evenly_spread, judge_motion
    from vst_core.flow import FlowSettings, open_flow_source

    device = pick_device(options.device)
    settings = FlowSettings(device=device, weights_dir=options.weights_dir)
    sources = [open_flow_source(name, settings) for name in names]
    make_folder(options.out)
    writer = MotionWriter(options.out, shot, form=options.format)
    sheet = MotionSheet(frames=evenly_spread(shot.frames[1:], options.columns))
    errors: list[tuple[WarpErrors, ...]] = []
    with PROGRESS[choose_progress(options.progress)]() as listener:
        listener(Progress(text=f"Looking at {len(shot.frames)} frames", fraction=0.0))
        pace = _Pace(listener, len(shot.frames) - 1)

        def on_pair(seen: tuple[SeenMotion, ...]) -> None:
            writer.add(seen[0])
            sheet.add(seen)
            errors.append(tuple(one.errors for one in seen))
            pace.tell(seen[0].current.number, shot)

        judge_motion(shot, sources, trust=options.trust, device=device, on_pair=on_pair)
    sheet.write(options.out / "sheet.png")
    return errors


class _Pace:
    """Says how far the work is, and how fast it goes."""

    def __init__(self, listener: Listener, total: int) -> None:
        self._listener, self._total, self._done = listener, total, 0
        self._began = self._last = time.monotonic()

    def tell(self, frame: int, shot: ShotFrames) -> None:
        """Count one pair."""
        now = time.monotonic()
        self._done += 1
        done = FrameDone(
            frame=frame,
            index=self._done,
            total=self._total,
            seconds=now - self._last,
            fps=self._done / (now - self._began),
            path=str(shot.sequence.source(frame)),
        )
        self._last = now
        self._listener(done)


def _content(
    shot: ShotFrames, names: Sequence[str], errors: Sequence[tuple[WarpErrors, ...]], trust: str
) -> dict[str, Any]:
    by_source = zip(names, zip(*errors, strict=True), strict=True)
    return {
        "shot": str(shot.sequence),
        "width": shot.canvas.width,
        "height": shot.canvas.height,
        "pairs": len(errors),
        "trust": trust,
        "unmoved": _mean([pair[0].unmoved for pair in errors]),
        "sources": [_source(name, shot, pairs) for name, pairs in by_source],
    }


def _source(name: str, shot: ShotFrames, pairs: Sequence[WarpErrors]) -> dict[str, Any]:
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


def _text(content: dict[str, Any], out: Path) -> str:
    head = f"{content['pairs']} pairs, {content['width']} x {content['height']}, {content['trust']}"
    rows = [("warp error, 255ths", "all pixels", "trusted ones", "share trusted", "explained")]
    for one in content["sources"]:
        known = [_number(one[key], ".2f") for key in ("on_all", "on_trusted")]
        shares = [_number(one[key], ".1%") for key in ("trusted", "explained")]
        rows.append((one["flow"], *known, *shares))
    rows.append(("unmoved", _number(content["unmoved"], ".2f"), "", "", ""))
    return "\n".join(
        [head, columns(rows, indent=2), *_verdict(content), f"Look at {out}/sheet.png"]
    )


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


def _add_frame_options(made: Parser) -> None:
    made.add_argument("--frames", default="", help="only these, such as 1-50")
    made.add_argument("--first", type=_count, metavar="N", help="only the first N")
    made.add_argument(
        "--missing",
        choices=("error", "hold", "skip"),
        default="error",
        help="frames without a file (default: error)",
    )
    made.add_argument("--columns", type=_count, default=4, help="frames on the sheet (default: 4)")


def _count(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise UsageError(f"'{text}' is not a number of frames", fix="Give 1 or more")
    return int(text)
