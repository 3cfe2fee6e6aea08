"""`vst bench gpu`: what a graphics card makes of the engine's parts, in a minute and a half."""

from __future__ import annotations

import argparse
import json
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from vst_core.atomic import atomic_path
from vst_core.errors import UsageError

from ...parser import Parser
from ...show.columns import columns

if TYPE_CHECKING:
    from vst_core.gpu_benchmark import GpuFigures, Row

__all__ = ["parser", "run"]

_SIZES = "1920x1080,4096x2160,7680x4320"

_DESCRIPTION = """\
Compare the networks on a device with the processor in float32, in every precision; then time
the network, the motion and both, the optimizing method against the textbook's loop, a step of
training, frames in batches, CUDA graphs and torch.compile. Frames and photographs are made up.
What fails is a row that says why; what there is no time for is not begun.

It needs no more than torch, numpy, safetensors and Pillow, and torchvision for the motion:
without an installation it is `python -m cli.main bench gpu` in the project's folder. Nothing is
downloaded: VGG's weights are random where they are not found, which changes no time.
"""

_EXAMPLES = """\
examples:
  vst bench gpu
  vst bench gpu --seconds 90 --out gpu.json
  vst bench gpu --device cpu --sizes 128x96,160x96 --small 64x48 --side 64 --crop 96
"""


def parser(prog: str) -> Parser:
    """Return the parser of the command."""
    made = Parser(prog=prog, usage=f"{prog} [options]", description=_DESCRIPTION, epilog=_EXAMPLES)
    add = made.add_argument
    add("--device", default="auto", help="auto, cpu, cuda, cuda:1, mps")
    add("--seconds", type=_seconds, default=90.0, metavar="N", help="in all (90)")
    add("--sizes", type=_sizes, default=_SIZES, metavar="WxH,...", help=f"frames ({_SIZES})")
    add("--small", type=_size, default="256x144", metavar="WxH", help="compared (256x144)")
    add("--pictures", nargs=2, type=Path, default=(), metavar="FILE", help="two frames to compare")
    add("--side", type=_side, default=512, metavar="N", help="of the painting (512)")
    add("--crop", type=_side, default=320, metavar="N", help="of the training pictures (320)")
    add("--styles", default="muse,candy", metavar="A,B", help="(muse,candy)")
    add("--rows", type=_words_of, default=(), metavar="A,B", help="only those that begin so")
    add("--weights-dir", type=Path, metavar="DIR", help="look here for VGG's weights")
    add("--out", type=Path, metavar="FILE", help="write JSON, anew after every row")
    add("--json", action="store_true", help="print JSON")
    return made


def run(options: argparse.Namespace) -> int:
    """Measure, keep and print."""
    from vst_core.gpu_benchmark import GpuSettings, measure_gpu

    settings = GpuSettings(
        device=options.device,
        seconds=options.seconds,
        sizes=options.sizes,
        small=options.small,
        pictures=tuple(options.pictures),
        side=options.side,
        crop=options.crop,
        styles=tuple(options.styles.split(",")),
        kinds=options.rows,
        weights_dir=options.weights_dir,
    )

    def tell(figures: GpuFigures) -> None:
        print(_line(figures.rows[-1]), file=sys.stderr, flush=True)
        if options.out:
            _keep(figures, options.out)

    found = measure_gpu(settings, tell=tell)
    print(json.dumps(found.as_dict(), indent=2) if options.json else _table(found))
    return 0


def _keep(figures: GpuFigures, path: Path) -> None:
    with atomic_path(path) as temporary:
        temporary.write_text(json.dumps(figures.as_dict(), indent=2), encoding="utf-8")


def _table(figures: GpuFigures) -> str:
    rows = [(row.name, _words(row)) for row in figures.rows]
    return f"on {figures.device}\n\n{columns(rows)}"


def _line(row: Row) -> str:
    return f"{row.seconds:5.1f} s  {row.name}: {_words(row)}"


def _words(row: Row) -> str:
    if row.error:
        return row.error
    return ", ".join(
        f"{name} {value if isinstance(value, str) else f'{value:.3g}'}"
        for name, value in row.figures.items()
    )


def _size(text: str) -> tuple[int, int]:
    match = re.fullmatch(r"(\d{1,5})x(\d{1,5})", text.strip().lower())
    if match is None or min(int(match[1]), int(match[2])) < 32:
        raise UsageError(f"'{text}' is not a size", fix="Write it as 1920x1080; at least 32x32")
    return int(match[1]), int(match[2])


def _sizes(text: str) -> tuple[tuple[int, int], ...]:
    return tuple(_size(part) for part in text.split(","))


def _words_of(text: str) -> tuple[str, ...]:
    return tuple(text.split(","))


def _side(text: str) -> int:
    if not text.isdecimal() or not 32 <= int(text) <= 4096:
        raise UsageError(f"'{text}' is not such a side", fix="Give 32 to 4096")
    return int(text)


def _seconds(text: str) -> float:
    if not text.isdecimal() or not 1 <= int(text) <= 3600:
        raise UsageError(f"'{text}' is not such a time", fix="Give 1 to 3600 seconds")
    return float(text)
