"""`vst eval`: how good a stylized sequence is, in figures and on a contact sheet."""

from __future__ import annotations

import argparse
import json
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

from vst_core.devices import pick_device
from vst_core.errors import UsageError
from vst_core.frames import FrameRange
from vst_core.job import parse_mix
from vst_core.protocol import FrameDone, Progress

from ..parser import Parser
from ..show.progress import PROGRESS, Listener, choose_progress

if TYPE_CHECKING:
    import torch

    from vst_core.evaluation import ClipPair, Report, SheetMaker, StyleMeasure
    from vst_core.flow import FlowSource

__all__ = ["parser", "run"]

_WIDTH = 100
"""Columns of the table in a pipe or a file, where there is no terminal to ask."""

_EXAMPLES = """\
examples:
  vst eval out/ in/frame_%04d.png --style muse
  vst eval out/ in/ --style muse --first 12 --sheet sheet.jpg
  vst eval out/ in/ --painting muse.jpg --flow dis --every 5 --json > figures.json
"""

_DESCRIPTION = """\
Measure stylized frames against the frames they were made from, on display-referred sRGB:

  style loss    |G - A|^2 / |A|^2, mean of relu1_2, relu2_2, relu3_3, relu4_3 of VGG-16
  content loss  |F - P|^2 / |P|^2 at relu3_3
  weave         what repeats every four pixels in calm areas of the source, root mean square
  temporal      difference to the warped frame before, flow and trust from the source:
                masked MSE over all pixels (Ruder 2018), M2 over the trusted pixels alone
                (Lai 2018), and its root (ReReVST)
  adjacent      MSE and SSIM of a frame and the one before, unwarped

Each is the mean over frames, or over pairs of frames. Beside the temporal figures stand
those of the source itself: the floor. A picture that is hardly stylized is trivially
stable, so read style and content loss with them."""


def parser(prog: str) -> Parser:
    """Return the parser of the command."""
    made = Parser(
        prog=prog,
        usage=f"{prog} OUT IN (--style STYLE | --painting FILE) [options]",
        description=_DESCRIPTION,
        epilog=_EXAMPLES,
    )
    made.add_argument("out", metavar="OUT", help="stylized frames: a pattern, a folder or a file")
    made.add_argument("source", metavar="IN", help="the frames they were made from")
    target = made.add_mutually_exclusive_group(required=True)
    target.add_argument("--style", help="style or mix to hold them against: muse, muse:1,candy:1")
    target.add_argument("--painting", type=Path, metavar="FILE", help="a painting instead")
    made.add_argument("--flow", default="raft-small", help="motion of IN (default: raft-small)")
    _add_frame_options(made)
    _add_reading_options(made)
    made.add_argument("--device", default="auto", help="auto, cpu, cuda, cuda:1, mps")
    made.add_argument("--weights-dir", type=Path, metavar="DIR", help="look here for weights first")
    made.add_argument("--sheet", type=Path, metavar="FILE", help="write a contact sheet (.jpg)")
    made.add_argument("--columns", type=_count, default=4, help="frames on the sheet (default: 4)")
    made.add_argument(
        "--progress", choices=("bar", "plain", "none"), help="how to tell people, on stderr"
    )
    made.add_argument("--json", action="store_true", help="print JSON, with every frame's figures")
    return made


def run(options: argparse.Namespace) -> int:
    """Measure and print."""
    clips = _clips(options)
    maker = _sheet(options, clips)
    report = _measured(options, clips, maker)
    if maker is not None:
        maker.write(options.sheet)
    if options.json:
        print(json.dumps(report.to_dict(), indent=2, ensure_ascii=False, allow_nan=False))
    else:
        _print_table(report)
    return 0


def _clips(options: argparse.Namespace) -> ClipPair:
    from vst_core.evaluation import find_clips
    from vst_core.image import ReadSettings

    return find_clips(
        options.out,
        options.source,
        frames=FrameRange.parse(options.frames) if options.frames else None,
        missing=options.missing,
        first=options.first,
        settings=ReadSettings(
            layer=options.layer, colorspace=options.colorspace, ocio=options.ocio
        ),
    )


def _sheet(options: argparse.Namespace, clips: ClipPair) -> SheetMaker | None:
    from vst_core.evaluation import SheetMaker, evenly_spread

    if options.sheet is None:
        return None
    frames = [pair.frame for pair in clips.pairs]
    comparable = frames[1:] or frames
    return SheetMaker(frames=evenly_spread(comparable, options.columns))


def _measured(options: argparse.Namespace, clips: ClipPair, maker: SheetMaker | None) -> Report:
    from vst_core.evaluation import EvaluationSettings, FrameFigures, Seen, evaluate

    device = pick_device(options.device)
    settings = EvaluationSettings(
        style=_target(options, device),
        flow=_flow(options, device),
        device=device,
        every=options.every,
    )
    with PROGRESS[choose_progress(options.progress)]() as listener:
        listener(Progress(text=f"Measuring {len(clips.pairs)} frames", fraction=0.0))
        pace = _Pace(listener, clips)

        def on_frame(seen: Seen, figures: FrameFigures) -> None:
            if maker is not None:
                maker.add(seen, figures)
            pace.tell()

        return evaluate(clips, settings, on_frame=on_frame)


class _Pace:
    """Says how far the measuring is, and how fast it goes."""

    def __init__(self, listener: Listener, clips: ClipPair) -> None:
        self._listener, self._pairs = listener, clips.pairs
        self._done = 0
        self._began = self._last = time.monotonic()

    def tell(self) -> None:
        """Count one frame."""
        now = time.monotonic()
        pair, self._done = self._pairs[self._done], self._done + 1
        done = FrameDone(
            frame=pair.frame,
            index=self._done,
            total=len(self._pairs),
            seconds=now - self._last,
            fps=self._done / (now - self._began),
            path=str(pair.out),
        )
        self._last = now
        self._listener(done)


def _target(options: argparse.Namespace, device: torch.device) -> StyleMeasure:
    from vst_core.evaluation import target_from_painting, target_from_styles
    from vst_core.features import load_encoder
    from vst_core.styles import find_card

    for style, _ in parse_mix(options.style) if options.style else ():
        find_card(style)  # a slip of the keyboard shows before the encoder is loaded
    encoder = load_encoder("vgg16", folder=options.weights_dir)
    if options.painting is not None:
        return target_from_painting(options.painting, encoder, device=device)
    return target_from_styles(parse_mix(options.style), encoder, device=device)


def _flow(options: argparse.Namespace, device: torch.device) -> FlowSource:
    from vst_core.flow import FlowSettings, open_flow_source

    settings = FlowSettings(device=device, weights_dir=options.weights_dir)
    return open_flow_source(options.flow, settings)


def _print_table(report: Report) -> None:
    from rich.console import Console
    from rich.table import Table

    from vst_core.evaluation import FIGURES

    size = f"{report.width} x {report.height}"
    table = Table(
        title=f"{len(report.frames)} frames, {size}, style {report.style}, flow {report.flow}",
        title_justify="left",
    )
    for heading in ("", "figure (mean)"):
        table.add_column(heading)
    for heading in ("stylized", "source"):
        table.add_column(heading, justify="right")
    group = ""
    for figure in FIGURES:
        if figure.group != group:
            table.add_section()
        title, group = figure.group if figure.group != group else "", figure.group
        floor = report.mean(figure.source) if figure.has_source else None
        table.add_row(title, figure.label, _number(report.mean(figure.name)), _number(floor))
    Console(width=None if sys.stdout.isatty() else _WIDTH).print(table)


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:.4g}"


def _count(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise UsageError(f"'{text}' is not a number of frames", fix="Give 1 or more")
    return int(text)


def _add_frame_options(made: Parser) -> None:
    made.add_argument("--frames", default="", help="only these, such as 1-50 or 1-100x2")
    made.add_argument("--first", type=_count, metavar="N", help="only the first N")
    made.add_argument(
        "--every",
        type=_count,
        default=1,
        metavar="N",
        help="style and content loss, the slow ones, on every Nth frame only (default: 1)",
    )
    made.add_argument(
        "--missing",
        choices=("error", "hold", "skip"),
        default="error",
        help="frames without a file, as in the run that made OUT (default: error)",
    )


def _add_reading_options(made: Parser) -> None:
    made.add_argument("--layer", default="", help="layer of IN, and of OUT in the same format")
    made.add_argument("--colorspace", default="", help="its color space, likewise")
    made.add_argument("--ocio", default="", metavar="CONFIG", help="OpenColorIO config")
