"""`vst keyframes`: which frames of a clip stand out, and how it changes over time."""

from __future__ import annotations

import argparse
import json
import shutil
import sys
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from vst_core.errors import UsageError
from vst_core.frames import FrameRange
from vst_core.protocol import Progress

from ..parser import Parser
from ..show.columns import columns
from ..show.plot import fits_encoding, plot_lines
from ..show.progress import PROGRESS, Listener, choose_progress
from ..train_options import whole

if TYPE_CHECKING:
    from vst_core.keyframes import FrameChange, KeyFrame
    from vst_core.video.inputs import Input

__all__ = ["parser", "run"]

_DESCRIPTION = """\
List the frames of a clip that stand out, and show how it changes over time.

  mse   frames that differ most from their neighbors by mean squared error: cuts, flashes, what
        flares up; of frames close together only one
  flow  the first frame, and one as often as so much has moved and come to light since the last:
        where much happens they lie close

Below the plot: SCORE (of mse the mean over both neighbors, of flow the share of all change that
lies before it), and against the frame before: MSE, MOTION (mean way, in parts of the diagonal),
HIDDEN (share of the picture that it did not show)."""

_EXAMPLES = """\
examples:
  vst keyframes clip.mp4
  vst keyframes shot/plate.%04d.exr --by flow --count 8 --sheet keys.jpg --plot keys.svg
  vst keyframes art.mp4 --json
  the same frames as styles of a shot, one crossing over into the next
    vst-seq shot/frame_%04d.png out/ --method ruder --style-video art.mp4 --style-from keyframes:5
"""

_ROW, _WIDTH = 4, 320
_UNITS = {
    "mse": "mean squared difference from the neighbors",
    "flow": "motion and newly seen picture, frame to frame",
}


def parser(prog: str) -> Parser:
    """Return the parser of the command."""
    made = Parser(
        prog=prog,
        usage=f"{prog} CLIP [--by mse|flow] [--count N] [options]",
        description=_DESCRIPTION,
        epilog=_EXAMPLES,
    )
    add = made.add_argument
    add("clip", metavar="CLIP", help="a movie, or frames: a pattern or a folder")
    add("--by", choices=tuple(_UNITS), default="mse", help="what makes a key frame (mse)")
    add("--count", type=whole(1), default=5, metavar="N", help="how many at most (default: 5)")
    add("--flow", default="dis", metavar="SOURCE", help="where motion comes from (default: dis)")
    add("--frames", default="", help="only these, such as 1-50")
    add(
        "--missing",
        choices=("error", "hold", "skip"),
        default="error",
        help="frames without a file (default: error)",
    )
    add("--sheet", type=Path, metavar="FILE", help="write the key frames as a picture (.jpg)")
    add("--plot", type=Path, metavar="FILE", help="write the plot as a picture (.svg)")
    add("--layer", default="", help="layer of EXR files")
    add("--colorspace", default="", help="their color space")
    add("--ocio", default="", metavar="CONFIG", help="OpenColorIO config")
    add("--json", action="store_true", help="print JSON, with every frame's figures")
    add("--progress", choices=("bar", "plain", "none"), help="how to tell people, on stderr")
    return made


def run(options: argparse.Namespace) -> int:
    """Measure, choose, write what was asked for, and print."""
    from vst_core.video.inputs import open_input

    _check(options)
    frames = FrameRange.parse(options.frames) if options.frames else None
    with closing(open_input(options.clip, frames=frames, missing=options.missing)) as clip:
        changes = _changes(options, clip)
        keys = _keys(options, changes)
        values = _values(options.by, changes)
        if options.plot:
            _write_plot(options, changes, values, keys)
        if options.sheet and keys:
            _write_sheet(options, clip, keys)
        content = _content(options, clip, changes, keys)
    if options.json:
        print(json.dumps(content, indent=2))
    else:
        _show(options, content, values)
    return 0


def _check(options: argparse.Namespace) -> None:
    from vst_core.catalog import find_flow_source

    find_flow_source(options.flow)  # a slip of the keyboard shows before anything is read
    if options.plot and options.plot.suffix.lower() != ".svg":
        raise UsageError(f"--plot cannot be {options.plot}", fix="Name a file such as keys.svg")


def _settings(options: argparse.Namespace) -> Any:
    from vst_core.image import ReadSettings, check_config

    check_config(options.ocio)
    return ReadSettings(layer=options.layer, colorspace=options.colorspace, ocio=options.ocio)


def _changes(options: argparse.Namespace, clip: Input) -> tuple[FrameChange, ...]:
    from vst_core.flow import FlowSettings, open_flow_source
    from vst_core.keyframes import measure_changes

    source = open_flow_source(options.flow, FlowSettings()) if options.by == "flow" else None
    with PROGRESS[choose_progress(options.progress)]() as listener:
        told = _teller(listener)
        return measure_changes(clip, source=source, settings=_settings(options), on_frame=told)


def _teller(listener: Listener) -> Callable[[int, int], None]:
    def told(done: int, total: int) -> None:
        if done == total or done % 25 == 0:
            listener(Progress(text=f"Looked at {done} of {total} frames", fraction=done / total))

    return told


def _keys(options: argparse.Namespace, changes: Sequence[FrameChange]) -> tuple[KeyFrame, ...]:
    from vst_core.keyframes import differing_frames, moving_frames

    choose = moving_frames if options.by == "flow" else differing_frames
    return choose(changes, count=options.count)


def _values(by: str, changes: Sequence[FrameChange]) -> list[float]:
    """Return what is plotted of each frame."""
    if by == "mse":
        from vst_core.keyframes import neighbor_differences

        return neighbor_differences(changes)
    return [(one.motion or 0.0) + (one.hidden or 0.0) for one in changes]


def _write_plot(
    options: argparse.Namespace,
    changes: Sequence[FrameChange],
    values: Sequence[float],
    keys: Sequence[KeyFrame],
) -> None:
    from vst_core.atomic import atomic_path
    from vst_core.keyframes import plot_changes

    title = f"{Path(options.clip).name}: {_UNITS[options.by]}"
    drawn = plot_changes(changes, values, keys, title=title, label="frame")
    with atomic_path(options.plot) as temporary:
        temporary.write_text(drawn, encoding="utf-8")


def _write_sheet(options: argparse.Namespace, clip: Input, keys: Sequence[KeyFrame]) -> None:
    from vst_core.evaluation import Cell, write_sheet
    from vst_core.evaluation.sheet import reduced

    settings = _settings(options)
    cells = []
    for key in keys:
        path = clip.sequence.source(key.frame)
        window = clip.header(path, layer=settings.layer).display_window
        picture = clip.plate(key.frame, canvas=window, settings=settings).picture
        cells.append(Cell(reduced(picture, _WIDTH), f"frame {key.frame}: {key.score:.3g}"))
    write_sheet(options.sheet, [cells[at : at + _ROW] for at in range(0, len(cells), _ROW)])


def _content(
    options: argparse.Namespace,
    clip: Input,
    changes: Sequence[FrameChange],
    keys: Sequence[KeyFrame],
) -> dict[str, Any]:
    return {
        "clip": str(clip.sequence),
        "by": options.by,
        "frames": len(changes),
        "key_frames": [asdict(key) for key in keys],
        "changes": [asdict(one) for one in changes],
    }


def _show(options: argparse.Namespace, content: dict[str, Any], values: Sequence[float]) -> None:
    from rich.console import Console

    console = Console(highlight=False, markup=False, soft_wrap=True)
    console.print(f"{content['clip']}: {_UNITS[options.by]}")
    if not content["key_frames"]:
        console.print(_calm(content["frames"]))
        return
    frames = [one["frame"] for one in content["changes"]]
    marks = {frames.index(key["frame"]) for key in content["key_frames"]}
    wide = min(shutil.get_terminal_size().columns, 100)
    *bars, below = plot_lines(values, marks, width=wide, blocks=fits_encoding(sys.stdout.encoding))
    for line in bars:
        console.print(line, style="blue")
    console.print(below, style="red")
    console.print(_table(content))
    for made in filter(None, (options.plot, options.sheet)):
        console.print(f"Look at {made}")


def _calm(frames: int) -> str:
    if frames == 1:
        return "It is a single picture: no frame differs from another, so there are no key frames."
    return "It stands still: no frame differs from its neighbors, so there are no key frames."


def _table(content: dict[str, Any]) -> str:
    by_frame = {one["frame"]: one for one in content["changes"]}
    names = ["mse"] if content["by"] == "mse" else ["mse", "motion", "hidden"]
    rows = [("KEY FRAME", "SCORE", *map(str.upper, names))]
    for key in content["key_frames"]:
        figures = (by_frame[key["frame"]][name] for name in names)
        texts = ("-" if one is None else f"{one:.4g}" for one in figures)
        rows.append((str(key["frame"]), f"{key['score']:.4g}", *texts))
    return columns(rows)
