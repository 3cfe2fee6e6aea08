"""`vst bench features`: how near the pictures of an encoder come to those of VGG-19.

Each photograph is painted in each painting's style twice, with VGG-19 and with the encoder that
is judged, for the same number of iterations. Then VGG-19 measures both: the ratios of the losses
say what the faster encoder costs, the ratio of processor time an iteration what it saves.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import mean, median
from typing import TYPE_CHECKING

from vst_core.errors import InputError, UsageError, WeightsError
from vst_core.file_formats import PHOTOGRAPH_SUFFIXES
from vst_core.memory import kept_memory

from ..parser import Parser
from ..show.columns import columns
from ..train_options import whole

if TYPE_CHECKING:
    from torch import Tensor

    from vst_core.evaluation import Cell
    from vst_core.features import Encoder

__all__ = ["parser", "run"]

_SMALLEST = 1e-12

_DESCRIPTION = """\
Paint photographs in the style of paintings with an encoder and with VGG-19, for the same number
of iterations, and let VGG-19 measure the losses of both. A ratio of 1 is as good as VGG-19.
"""

_EXAMPLES = """\
examples:
  the encoder that travels with vst
    vst bench features --photos photos/ --paintings paintings/
  one of your own, on single files
    vst bench features mine/lite.toml --photos a.jpg b.jpg --paintings la_muse.jpg
"""


@dataclass(frozen=True, kw_only=True)
class Pair:
    """One photograph in one painting's style: what the encoder's result has of VGG-19's.

    Attributes:
        painting: File name.
        photograph: File name.
        style: Style loss over that of VGG-19's own picture; both measured by VGG-19.
        content: Likewise the content loss.
        layers: The style loss of each layer likewise.
        speed: Processor time of a VGG-19 iteration over that of the encoder's.
    """

    painting: str
    photograph: str
    style: float
    content: float
    layers: dict[str, float]
    speed: float


def parser(prog: str) -> Parser:
    """Return the parser of the command."""
    made = Parser(
        prog=prog,
        usage=f"{prog} [ENCODER] --photos PATH... --paintings PATH... [options]",
        description=_DESCRIPTION,
        epilog=_EXAMPLES,
    )
    add = made.add_argument
    add("encoder", nargs="?", default="lite", metavar="ENCODER", help="a name or a card (lite)")
    add("--photos", nargs="+", type=Path, metavar="PATH", help="files, or a folder to draw from")
    add("--paintings", nargs="+", type=Path, metavar="PATH", help="files, or a folder")
    add("--count", default="5x4", metavar="NxM", help="paintings x photographs of folders (5x4)")
    add("--size", type=whole(32), default=192, metavar="N", help="short side in pixels (192)")
    add("--iterations", type=whole(2), default=100, metavar="N", help="of each (100)")
    add("--device", default="auto", help="auto, cpu, cuda, cuda:1")
    add("--precision", default="auto", help="auto, fp32, bf16, fp16")
    add("--weights-dir", type=Path, metavar="DIR", help="look here for weights")
    add("--sheet", type=Path, metavar="FILE", help="write the pictures to a sheet (.jpg, .png)")
    add("--json", action="store_true", help="print JSON")
    return made


@kept_memory()  # as in a run
def run(options: argparse.Namespace) -> int:
    """Paint, measure and print."""
    paintings, photographs = _chosen(options)
    bench = _Bench(options)
    pairs = []
    for painting in paintings:
        for photograph in photographs:
            pairs.append(bench.pair(painting, photograph))
            _say(_line(pairs[-1]))
            if options.sheet:  # after every pair: one looks while the others are painted
                bench.write_sheet(options.sheet)
    if options.json:
        found = {**_summary(pairs), "pairs": [asdict(pair) for pair in pairs]}
        print(json.dumps(found, indent=2))
    else:
        print(_text(pairs, options))
    return 0


class _Bench:
    """Both encoders, and the judge, which is VGG-19 in float32."""

    def __init__(self, options: argparse.Namespace) -> None:
        from vst_core.devices import pick_device, pick_precision
        from vst_core.features import load_encoder, pick_encoder

        self._options, self._device = options, pick_device(options.device)
        self._precision = pick_precision(options.precision, self._device)
        folder = options.weights_dir
        name = pick_encoder("auto", folder=folder)
        if name == "lite":
            fix = "Put vgg19-dcbb9e9d.pth into a folder and name it with --weights-dir."
            raise WeightsError("VGG-19, the judge, is not on this machine", fix=fix)
        self._judge = load_encoder(name, folder=folder).to(self._device)
        self._teacher = load_encoder(name, folder=folder).to(self._device)
        self._student = load_encoder(options.encoder, folder=folder).to(self._device)
        self._rows: dict[Path, list[Cell]] = {}

    def write_sheet(self, path: Path) -> None:
        """Write what was painted so far: a row a painting, two pictures a photograph."""
        from vst_core.evaluation import write_sheet

        write_sheet(path, list(self._rows.values()))

    def pair(self, painting: Path, photograph: Path) -> Pair:
        """Paint one picture twice and measure."""
        side = self._options.size
        style = _read(painting, side).to(self._device)
        frame = _read(photograph, side).to(self._device)
        slow, slow_seconds = self._painted(self._teacher, style, frame)
        fast, fast_seconds = self._painted(self._student, style, frame)
        self._keep(painting, style, slow, fast)
        content, layers = self._measured(slow, style, frame)
        own_content, own_layers = self._measured(fast, style, frame)
        return Pair(
            painting=painting.name,
            photograph=photograph.name,
            style=sum(own_layers.values()) / max(sum(layers.values()), _SMALLEST),
            content=own_content / max(content, _SMALLEST),
            layers={name: own_layers[name] / max(layers[name], _SMALLEST) for name in layers},
            speed=slow_seconds / fast_seconds,
        )

    def _keep(self, painting: Path, style: Tensor, slow: Tensor, fast: Tensor) -> None:
        from vst_core.evaluation import Cell

        row = self._rows.setdefault(painting, [Cell(style.cpu(), painting.stem)])
        captions = ("VGG-19", Path(self._options.encoder).stem)
        row += [Cell(one.cpu(), name) for one, name in zip((slow, fast), captions, strict=True)]

    def _painted(self, encoder: Encoder, style: Tensor, frame: Tensor) -> tuple[Tensor, float]:
        """Return the picture and the processor seconds of an iteration."""
        from vst_core.optimizer import Painter, PainterSettings, scale_count, style_target

        settings = PainterSettings(
            iterations=self._options.iterations, tolerance=0.0, precision=self._precision
        )
        size = (frame.shape[-2], frame.shape[-1])
        encoder.at(self._precision)
        target = style_target(
            encoder, style, size=size, levels=scale_count(size), layers=encoder.style_layers
        )
        painter = Painter(encoder, [target], settings)
        start = time.process_time()
        painted = painter.paint(frame)
        return painted.picture, (time.process_time() - start) / painted.iterations

    def _measured(
        self, picture: Tensor, style: Tensor, frame: Tensor
    ) -> tuple[float, dict[str, float]]:
        """Return VGG-19's content loss, and its style loss at each layer."""
        import torch

        from vst_core.losses import content_loss, gram_matrix, style_loss
        from vst_core.optimizer import style_target

        judge, kept = self._judge, self._judge.content_layer
        size = (frame.shape[-2], frame.shape[-1])
        wanted = style_target(judge, style, size=size, levels=1, layers=judge.style_layers).grams
        with torch.no_grad():
            seen = judge(picture.to(self._device), (*judge.style_layers, kept))
            content = content_loss(seen[kept], judge(frame, (kept,))[kept])
            layers = {
                name: float(style_loss(gram_matrix(seen[name]), wanted[name]).sum())
                for name in judge.style_layers
            }
        return float(content.sum()), layers


def _read(path: Path, side: int) -> Tensor:
    from vst_core.styles.painting_reader import read_painting

    return read_painting(path, short_side=side)


def _chosen(options: argparse.Namespace) -> tuple[list[Path], list[Path]]:
    counts = options.count.split("x")
    if len(counts) != 2 or not all(part.isdecimal() and int(part) > 0 for part in counts):
        fix = "Write paintings x photographs: 5x4"
        raise UsageError(f"'{options.count}' is not a count", fix=fix)
    many, few = map(int, counts)
    return _files("--paintings", options.paintings, many), _files("--photos", options.photos, few)


def _files(flag: str, given: Sequence[Path] | None, count: int) -> list[Path]:
    """Return the files that were named, and `count` of every folder's, evenly spread."""
    found: list[Path] = []
    for path in given or ():
        inside = sorted(
            each for each in path.rglob("*") if each.suffix.lower() in PHOTOGRAPH_SUFFIXES
        )
        step = max(1, len(inside) / count)
        found += [inside[int(i * step)] for i in range(min(count, len(inside)))] or [path]
    absent = [str(path) for path in found if not path.is_file()]
    if absent:
        raise InputError(f"There is no picture {absent[0]}", fix=f"Give others to {flag}.")
    if not found:
        raise UsageError(f"{flag} is not given", fix=f"Name files or a folder: {flag} DIR")
    return found


def _summary(pairs: Sequence[Pair]) -> dict[str, float]:
    return {
        "style_mean": mean(pair.style for pair in pairs),
        "style_worst": max(pair.style for pair in pairs),
        "content_mean": mean(pair.content for pair in pairs),
        "content_worst": max(pair.content for pair in pairs),
        "speed": median(pair.speed for pair in pairs),
    }


def _text(pairs: Sequence[Pair], options: argparse.Namespace) -> str:
    rows = [
        (p.painting, p.photograph, f"{p.style:.2f}", f"{p.content:.2f}", f"{p.speed:.1f}")
        for p in pairs
    ]
    found = _summary(pairs)
    head = ("painting", "photograph", "style", "content", "speed")
    last = (
        f"{options.encoder} against VGG-19, {options.iterations} iterations at {options.size} "
        f"pixels: style loss x {found['style_mean']:.2f} (worst {found['style_worst']:.2f}), "
        f"content loss x {found['content_mean']:.2f} (worst {found['content_worst']:.2f}), "
        f"{found['speed']:.1f} times as fast an iteration"
    )
    return f"{columns([head, *rows])}\n\n{last}"


def _line(pair: Pair) -> str:
    ratios = f"style x {pair.style:.2f}, content x {pair.content:.2f}, speed x {pair.speed:.1f}"
    return f"{pair.painting}, {pair.photograph}: {ratios}"


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)
