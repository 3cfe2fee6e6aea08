"""The table that `vst eval` prints: a line a figure, a column a run."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from vst_core.evaluation import Figure, Report, SceneRow

__all__ = ["print_figures", "print_scenes"]

_WIDTH = 100
"""Columns in a pipe or a file, where there is no terminal to ask; and more for more runs."""
_WIDTH_OF_A_RUN = 14


def print_figures(reports: Sequence[Report], labels: Sequence[str]) -> None:
    """Print what was measured of every run, beside the source itself."""
    from rich.console import Console
    from rich.table import Table

    from vst_core.evaluation import FIGURES

    first = reports[0]
    table = Table(title=_title(first), title_justify="left")
    for heading in ("", "figure (mean)"):
        table.add_column(heading)
    for label in labels if len(reports) > 1 else ("stylized",):
        table.add_column(label, justify="right", overflow="fold")
    table.add_column("source", justify="right")
    group = ""
    for figure in FIGURES:
        values = [report.summary(figure.name) for report in reports]
        if all(value is None for value in values):
            continue
        if figure.group != group:
            table.add_section()
        title, group = _group(figure, first) if figure.group != group else "", figure.group
        cells = map(_number, (*values, first.summary(figure.source)))
        table.add_row(title, figure.label, *cells)
    width = None if sys.stdout.isatty() else _WIDTH + _WIDTH_OF_A_RUN * (len(reports) - 1)
    Console(width=width).print(table)
    for label, report in zip(labels, reports, strict=True):
        if report.let_go is not None:
            print(f"{label} lets go of the picture: by frame {report.let_go} its edges fade.")


def print_scenes(rows: Sequence[SceneRow]) -> None:
    """Print the temporal error by scene, style and network."""
    from rich.console import Console
    from rich.table import Table

    table = Table(title="Temporal error: masked MSE to the warped frame before")
    for heading in ("scene", "style", "network"):
        table.add_column(heading, overflow="fold")
    for heading in ("temporal error", "ratio", "M2", "style loss", "content loss"):
        table.add_column(heading, justify="right")
    before = ("", "")
    for row in rows:
        place = (row.scene, row.style)
        if place != before:
            table.add_section()
        names = ("", "") if place == before else place
        ratio = "" if row.ratio is None else f"{row.ratio:.2f}"
        values = (row.m2, row.style_loss, row.content_loss)
        table.add_row(*names, row.network, _number(row.error), ratio, *map(_number, values))
        before = place
    Console(width=None if sys.stdout.isatty() else _WIDTH).print(table)


def _title(report: Report) -> str:
    size = f"{report.width} x {report.height}"
    return f"{len(report.frames)} frames, {size}, style {report.style}, flow {report.flow}"


def _group(figure: Figure, report: Report) -> str:
    return f"{report.gap} frames apart" if figure.group == "Long gap" else figure.group


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:.4g}"
