"""`vst bench gatys`: the painter against the loop that most would write, in one run."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from vst_core.benchmark import PaintingFigures, PaintingRow, PaintingSettings, measure_painting
from vst_core.styles.painting import names_a_painting

from ...show.columns import facts

__all__ = ["bench_gatys"]

_SIDE = 512


def bench_gatys(options: argparse.Namespace) -> None:
    """Measure and print."""
    width, height = options.size or (_SIDE, _SIDE)
    settings = PaintingSettings(
        picture=Path(options.picture) if options.picture else None,
        painting=Path(options.style) if names_a_painting(options.style) else None,
        size=(height, width),
        iterations=options.iterations,
        device=options.device,
        precision=options.precision,
        weights_dir=Path(options.weights_dir) if options.weights_dir else None,
    )
    found = measure_painting(settings, say=_say)
    print(json.dumps(found.as_dict(), indent=2) if options.json else _text(found))


def _text(found: PaintingFigures) -> str:
    book = found.textbook
    rows = [
        (
            f"textbook, {book.features}",
            f"{book.iterations} iterations in {book.seconds:.1f} s, loss {book.loss:.4g}",
        )
    ]
    rows += [(name, _words(row)) for name, row in found.rows.items()]
    place = f"{found.device}, {found.threads} threads, {found.precision}"
    return f"{found.width} x {found.height}, on {place}\n\n{facts(rows)}"


def _words(row: PaintingRow) -> str:
    goal = "the textbook's loss" if row.margin == 1 else f"{row.margin:g} x its loss"
    whole = (
        f"{row.iterations} iterations in {row.seconds_in_all:.1f} s, "
        f"{row.loss_ratio_at_last:.2f} x its loss at last"
    )
    if row.seconds is None or row.ratio is None:
        return f"did not reach {goal}; {whole}"
    return f"{goal} after {row.seconds:.1f} s, {row.ratio:.3f} of its time; {whole}"


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)
