"""`vst eval`: how good stylized sequences are, in figures, on a contact sheet, on a page."""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from vst_core.atomic import make_folder
from vst_core.devices import pick_device
from vst_core.errors import UsageError
from vst_core.frames import FrameRange
from vst_core.job import parse_mix
from vst_core.protocol import FrameDone, Progress

from ..parser import Parser
from ..show.figures_table import print_figures, print_scenes
from ..show.progress import PROGRESS, Listener, choose_progress

if TYPE_CHECKING:
    import torch

    from vst_core.evaluation import (
        ClipPair,
        EvaluationSettings,
        FrameFigures,
        Report,
        Seen,
        SheetMaker,
        StyleMeasure,
    )
    from vst_core.evaluation.page import PageMaker
    from vst_core.flow import FlowSource

__all__ = ["parser", "run"]

_GAP = 10

_EXAMPLES = """\
examples:
  vst eval out/ in/frame_%04d.png --style muse
  vst eval itn/ vtn/ in/ --style muse --report report.html
  vst eval out/ in/ --style muse --first 12 --sheet sheet.jpg
  vst eval out/ in/ --painting muse.jpg --flow dis --every 5 --json > figures.json
  vst eval itn/ vtn/ in/ --style muse --json > one.json
  vst eval one.json another.json
"""

_DESCRIPTION = """\
Measure stylized frames against the frames they were made from, on display-referred sRGB:

  style loss    |G - A|^2 / |A|^2, mean of relu1_2, relu2_2, relu3_3, relu4_3 of VGG-16;
                and the same of means and deviations of channels (Huang 2017)
  content loss  |F - P|^2 / |P|^2 at relu3_3
  weave         what repeats every four pixels in calm areas of the source, root mean square
  edges         correlation of the strengths of edges with those of the source
  temporal      difference to the warped frame before, flow and trust from the source:
                masked MSE over all pixels (Ruder 2018), M2 over the trusted pixels alone
                (Lai 2018), and its root (ReReVST); LPIPS and FLIP, if installed
  long gap      the same to the frame 10 frames before
  adjacent      MSE and SSIM of a frame and the one before, unwarped
  levels        clipped shadows and highlights; drift of each channel's mean and deviation

Each is the mean over frames, or over pairs of frames; drift is the largest step between tenths
of the sequence. Beside them stand those of the source itself: the floor. A picture that is
hardly stylized is trivially stable, so read style and content loss with them.

With several OUT they are measured side by side. Given only files that --json wrote, it prints
the temporal error by scene, style and network, as Agria 2020 does (table 6.1)."""


def parser(prog: str) -> Parser:
    """Return the parser of the command."""
    made = Parser(
        prog=prog,
        usage=f"{prog} OUT [OUT ...] IN (--style STYLE | --painting FILE) [options]\n"
        f"       {prog} FIGURES.json [FIGURES.json ...]",
        description=_DESCRIPTION,
        epilog=_EXAMPLES,
    )
    made.add_argument(
        "outs", nargs="+", metavar="OUT", help="stylized frames: a pattern, a folder or a file"
    )
    made.add_argument(
        "source", nargs="?", metavar="IN", help="the frames they were made from; the last one"
    )
    target = made.add_mutually_exclusive_group()
    target.add_argument("--style", help="style or mix to hold them against: muse, muse:1,candy:1")
    target.add_argument("--painting", type=Path, metavar="FILE", help="a painting instead")
    made.add_argument("--flow", default="raft-small", help="motion of IN (default: raft-small)")
    _add_frame_options(made)
    _add_reading_options(made)
    made.add_argument("--device", default="auto", help="auto, cpu, cuda, cuda:1, mps")
    made.add_argument("--weights-dir", type=Path, metavar="DIR", help="look here for weights first")
    made.add_argument(
        "--report", type=Path, metavar="FILE", help="write a page with plots and a player (.html)"
    )
    made.add_argument("--sheet", type=Path, metavar="FILE", help="write a contact sheet (.jpg)")
    made.add_argument("--columns", type=_count, default=4, help="frames on the sheet (default: 4)")
    made.add_argument(
        "--progress", choices=("bar", "plain", "none"), help="how to tell people, on stderr"
    )
    made.add_argument(
        "--json",
        action="store_true",
        help="print JSON, with every frame's figures; a list with several OUT",
    )
    return made


def run(options: argparse.Namespace) -> int:
    """Measure and print."""
    from vst_core.evaluation import run_labels

    given = [*options.outs, *filter(None, (options.source,))]
    if all(text.lower().endswith(".json") for text in given):
        return _print_scenes(given)
    _check(options, given)
    runs = [_clips(options, out) for out in options.outs]
    maker = _sheet(options, runs[0])
    page = _page(options, runs)
    watchers = [each.add for each in (page,) if each is not None]
    if maker is not None:
        watchers.append(lambda seen, figures: maker.add(seen[0], figures[0]))
    reports = _measured(options, runs, watchers)
    if maker is not None:
        maker.write(options.sheet)
    if page is not None:
        page.write(options.report, reports)
    if options.json:
        found = [report.to_dict() for report in reports]
        shown = found if len(found) > 1 else found[0]
        print(json.dumps(shown, indent=2, ensure_ascii=False, allow_nan=False))
    else:
        print_figures(reports, run_labels(runs))
        _say_what_is_missing()
    return 0


def _print_scenes(paths: Sequence[str]) -> int:
    from vst_core.evaluation import read_figures, scene_rows

    print_scenes(scene_rows(read_figures([Path(path) for path in paths])))
    return 0


def _check(options: argparse.Namespace, given: Sequence[str]) -> None:
    if len(given) < 2:
        raise UsageError(f"'{given[0]}' is one sequence", fix="Give OUT and IN")
    *options.outs, options.source = given
    if options.style is None and options.painting is None:
        raise UsageError(
            "There is no painting to hold it against", fix="Give --style or --painting"
        )
    if options.sheet is not None and len(options.outs) > 1:
        fix = "Use --report, which shows them side by side."
        raise UsageError("--sheet is for one OUT", fix=fix)
    if options.report is not None and options.report.suffix.lower() not in (".html", ".htm"):
        raise UsageError(f"--report {options.report} is no page", fix="Give a name in .html.")
    for path in filter(None, (options.report, options.sheet)):
        make_folder(path.parent)  # a folder that cannot be is told before the minutes of measuring


def _clips(options: argparse.Namespace, out: str) -> ClipPair:
    from vst_core.evaluation import find_clips
    from vst_core.image import ReadSettings

    return find_clips(
        out,
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


def _page(options: argparse.Namespace, runs: Sequence[ClipPair]) -> PageMaker | None:
    from vst_core.evaluation.page import PageMaker

    return PageMaker(runs=runs) if options.report is not None else None


Watcher = Callable[["tuple[Seen, ...]", "tuple[FrameFigures, ...]"], None]


def _measured(
    options: argparse.Namespace, runs: Sequence[ClipPair], watchers: Sequence[Watcher]
) -> tuple[Report, ...]:
    from vst_core.evaluation import evaluate_runs

    settings = _settings(options)
    with PROGRESS[choose_progress(options.progress)]() as listener:
        listener(Progress(text=f"Measuring {len(runs[0].pairs)} frames", fraction=0.0))
        pace = _Pace(listener, runs[0])

        def on_frame(seen: tuple[Seen, ...], figures: tuple[FrameFigures, ...]) -> None:
            for watch in watchers:
                watch(seen, figures)
            pace.tell()

        return evaluate_runs(runs, settings, on_frame=on_frame)


def _settings(options: argparse.Namespace) -> EvaluationSettings:
    from vst_core.evaluation import EvaluationSettings, has_flip, has_lpips, load_lpips

    device = pick_device(options.device)
    return EvaluationSettings(
        style=_target(options, device),
        flow=_flow(options, device),
        device=device,
        every=options.every,
        gap=options.gap,
        lpips=load_lpips(device) if has_lpips() else None,
        flip=has_flip(),
    )


def _say_what_is_missing() -> None:
    from vst_core.evaluation import has_flip, has_lpips

    found = {"LPIPS": has_lpips(), "FLIP": has_flip()}
    missing = [name for name, there in found.items() if not there]
    if missing:
        words = f"Not measured: {', '.join(missing)}. Run: pip install 'vst[eval]'"
        print(words, file=sys.stderr)


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


def _count(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise UsageError(f"'{text}' is not a number of frames", fix="Give 1 or more")
    return int(text)


def _gap(text: str) -> int:
    if not text.isdecimal() or int(text) == 1:
        raise UsageError(f"'{text}' is not a gap in frames", fix="Give 2 or more, or 0 for none")
    return int(text)


def _add_frame_options(made: Parser) -> None:
    made.add_argument("--frames", default="", help="only these, such as 1-50 or 1-100x2")
    made.add_argument("--first", type=_count, metavar="N", help="only the first N")
    made.add_argument(
        "--every",
        type=_count,
        default=1,
        metavar="N",
        help="style, content, LPIPS and FLIP, the slow ones, on every Nth frame only (default: 1)",
    )
    made.add_argument(
        "--gap",
        type=_gap,
        default=_GAP,
        metavar="N",
        help=f"compare with the frame N before too; 0 = do not (default: {_GAP})",
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
