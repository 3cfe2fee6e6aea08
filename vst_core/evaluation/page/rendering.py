"""From figures and pictures to the text of the page."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup
from torch import Tensor

from vst_core.atomic import atomic_path
from vst_core.evaluation.page.charts import Line, line_chart
from vst_core.evaluation.page.embedded import embedded
from vst_core.evaluation.page.worst import WorstFrame
from vst_core.evaluation.report import FIGURES, Figure, Report
from vst_core.version import __version__

__all__ = ["QUALITY", "Shown", "render", "write_page"]

QUALITY = 72
"""Of the pictures in the player."""

_FOLDER = Path(__file__).parent
_LABELS = {figure.name: figure.label for figure in FIGURES} | {
    "red_mean": "mean of red",
    "green_mean": "mean of green",
    "blue_mean": "mean of blue",
    "far_m2": "M2 over the long gap",
}
_SECTIONS = {
    "Steadiness": ("m2", "lpips", "flip", "far_m2"),
    "Adjacent frames, unwarped": ("mse", "ssim"),
    "Style and content": ("style_loss", "style_moments", "content_loss", "edges"),
    "Levels": ("red_mean", "green_mean", "blue_mean", "highlights"),
}
_COLORS = 6
_WITH_RATIO = ("Temporal", "Long gap")


@dataclass(frozen=True, kw_only=True)
class Shown:
    """A frame in the player.

    Attributes:
        frame: Its number.
        pictures: Of the source and every run, as text for the page.
        flicker: What the warped frame before does not explain, likewise; empty texts for the
            first frame, and nothing where nobody looked.
        cells: See `error_cells`; None for the first frame.
    """

    frame: int
    pictures: tuple[str, ...]
    flicker: tuple[str, ...] = ()
    cells: Tensor | None = None

    @classmethod
    def of(cls, frame: int, pictures: Sequence[Tensor]) -> Shown:
        """Return a frame from pictures of the source and of every run, 1 x 3 x H x W."""
        return cls(frame=frame, pictures=tuple(embedded(one, quality=QUALITY) for one in pictures))


def write_page(
    path: Path,
    reports: Sequence[Report],
    *,
    labels: Sequence[str],
    shown: Sequence[Shown],
    worst: Sequence[WorstFrame] = (),
) -> None:
    """Write the page; see `render`.

    Raises:
        OutputError: It cannot be written.
    """
    text = render(reports, labels=labels, shown=shown, worst=worst)
    with atomic_path(path) as temporary:
        temporary.write_text(text, encoding="utf-8")


def render(
    reports: Sequence[Report],
    *,
    labels: Sequence[str],
    shown: Sequence[Shown],
    worst: Sequence[WorstFrame] = (),
) -> str:
    """Return the text of the page.

    Args:
        reports: Of the runs.
        labels: Their names.
        shown: The frames of the player, in order.
        worst: The worst frames, the worst first.
    """
    environment = Environment(
        loader=FileSystemLoader(_FOLDER),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template("page.html").render(
        report=reports[0],
        reports=reports,
        labels=labels,
        groups=_groups(reports),
        sections=_sections(reports),
        let_go=[report.let_go for report in reports],
        worst=worst,
        shown=shown,
        data=_data(reports, labels, shown),
        style=Markup((_FOLDER / "page.css").read_text(encoding="utf-8")),
        script=Markup((_FOLDER / "page.js").read_text(encoding="utf-8")),
        version=__version__,
        number=number,
        kind_of=kind_of,
        percent=lambda share: f"{100 * share:.2f}%",
    )


def _groups(reports: Sequence[Report]) -> list[dict[str, Any]]:
    groups: dict[str, list[dict[str, Any]]] = {}
    for figure in FIGURES:
        values = [report.summary(figure.name) for report in reports]
        if any(value is not None for value in values):
            row = {
                "label": figure.label,
                "cells": _cells(figure, values),
                "source": number(reports[0].summary(figure.source)),
            }
            groups.setdefault(figure.group, []).append(row)
    gap = f"{reports[0].gap} frames apart"
    return [
        {"title": gap if title == "Long gap" else title, "rows": rows}
        for title, rows in groups.items()
    ]


def _cells(figure: Figure, values: Sequence[float | None]) -> list[dict[str, Any]]:
    known = [value for value in values if value is not None]
    best = {"low": min, "high": max}.get(figure.better)
    first = values[0]
    return [
        {
            "text": number(value),
            "best": best is not None and len(values) > 1 and value == best(known),
            "ratio": f"{value / first:.2f}"
            if figure.group in _WITH_RATIO
            and figure.better
            and place
            and value is not None
            and first
            else "",
        }
        for place, value in enumerate(values)
    ]


def kind_of(place: int) -> str:
    """Return the class of a run in the style sheet: its color; after six they begin again."""
    return f"run{place % _COLORS}"


def number(value: float | None) -> str:
    """Return a figure with four digits; nothing where there is none.

    >>> number(0.0027761)
    '0.002776'
    """
    return "" if value is None else f"{value:.4g}"


def _sections(reports: Sequence[Report]) -> list[dict[str, Any]]:
    sections = []
    for title, names in _SECTIONS.items():
        plots = [(_LABELS[name], _chart(reports, name)) for name in names]
        if any(plot for _, plot in plots):
            sections.append({"title": title, "plots": [each for each in plots if each[1]]})
    return sections


def _chart(reports: Sequence[Report], name: str) -> Markup:
    frames = [each.frame for each in reports[0].frames]
    lines = [Line(kind_of(place), _values(report, name)) for place, report in enumerate(reports)]
    if all(value is None for line in lines for value in line.values):
        return Markup()
    return line_chart(name, frames, [Line("source", _values(reports[0], f"source_{name}")), *lines])


def _values(report: Report, name: str) -> list[float | None]:
    return [getattr(each, name, None) for each in report.frames]


def _data(reports: Sequence[Report], labels: Sequence[str], shown: Sequence[Shown]) -> Markup:
    names = [name for section in _SECTIONS.values() for name in section]
    table = {
        "labels": ["source", *labels],
        "frames": [each.frame for each in reports[0].frames],
        "shown": [each.frame for each in shown],
        "pictures": [each.pictures for each in shown],
        "flicker": [each.flicker for each in shown],
        "figures": {
            name: [
                _rounded(_values(reports[0], f"source_{name}")),
                *(_rounded(_values(report, name)) for report in reports),
            ]
            for name in names
        },
    }
    # What stands between tags of a script must not end it.
    return Markup(json.dumps(table, separators=(",", ":")).replace("<", "\\u003c"))


def _rounded(values: Sequence[float | None]) -> list[float | None]:
    return [None if value is None else float(f"{value:.5g}") for value in values]
