"""`vst bench features`: how near the pictures of an encoder come to those of VGG-19."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from vst_core.errors import InputError, UsageError
from vst_core.file_formats import PHOTOGRAPH_SUFFIXES
from vst_core.memory import kept_memory

from ...parser import Parser
from ...show.columns import columns
from ...train_options import whole

if TYPE_CHECKING:
    from vst_core.benchmark import EncoderPair, EncoderSummary

__all__ = ["parser", "run"]


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
    add("--against", default="", metavar="NAME", help="hold it against this one, not VGG-19")
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
    from vst_core.benchmark import EncoderBench, EncoderSettings, summary_of

    paintings, photographs = _chosen(options)
    bench = EncoderBench(
        EncoderSettings(
            encoder=options.encoder,
            against=options.against,
            size=options.size,
            iterations=options.iterations,
            device=options.device,
            precision=options.precision,
            weights_dir=options.weights_dir,
        )
    )
    pairs = []
    for painting in paintings:
        for photograph in photographs:
            pairs.append(bench.pair(painting, photograph))
            _say(_line(pairs[-1]))
            if options.sheet:  # after every pair: one looks while the others are painted
                bench.write_sheet(options.sheet)
    if options.json:
        found = {**asdict(summary_of(pairs)), "pairs": [asdict(pair) for pair in pairs]}
        print(json.dumps(found, indent=2))
    else:
        print(_text(pairs, summary_of(pairs), options))
    return 0


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


def _text(pairs: Sequence[EncoderPair], found: EncoderSummary, options: argparse.Namespace) -> str:
    rows = [
        (p.painting, p.photograph, f"{p.style:.2f}", f"{p.content:.2f}", f"{p.speed:.1f}")
        for p in pairs
    ]
    head = ("painting", "photograph", "style", "content", "speed")
    last = (
        f"{options.encoder} against {options.against or 'VGG-19'}, {options.iterations} "
        f"iterations at {options.size} pixels: style loss x {found.style_mean:.2f} "
        f"(worst {found.style_worst:.2f}), "
        f"content loss x {found.content_mean:.2f} (worst {found.content_worst:.2f}), "
        f"{found.speed:.1f} times as fast an iteration"
    )
    return f"{columns([head, *rows])}\n\n{last}"


def _line(pair: EncoderPair) -> str:
    ratios = f"style x {pair.style:.2f}, content x {pair.content:.2f}, speed x {pair.speed:.1f}"
    return f"{pair.painting}, {pair.photograph}: {ratios}"


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)
