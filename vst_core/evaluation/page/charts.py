"""Plots as SVG that stands in a page: lines over frames, in the page's own colors."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from typing import NamedTuple

from markupsafe import Markup

__all__ = ["Line", "line_chart", "ticks"]

_WIDTH, _HEIGHT = 640, 230
_LEAST_SPAN = 1e-9  # less is how numbers are rounded, not what was measured
_LEFT, _RIGHT, _TOP, _BOTTOM = 58, 20, 10, 26


class Line(NamedTuple):
    """One line of a plot.

    Attributes:
        kind: Class of the line in the page's style sheet: `source`, `run0`, `run1`, ...
        values: One a frame; None = nothing there.
    """

    kind: str
    values: Sequence[float | None]


def line_chart(name: str, frames: Sequence[int], lines: Sequence[Line]) -> Markup:
    """Return a plot, empty where no line has a value.

    Args:
        name: The figure's, for the page's script (`data-figure`).
        frames: Numbers of the frames, in order.
        lines: What to draw, the last on top.
    """
    known = [value for line in lines for value in line.values if value is not None]
    if not known:
        return Markup()
    marks = ticks(min(known), max(known))
    low, high = marks[0], marks[-1]
    parts = [*_grid(marks, low, high), *_numbers(frames)]
    parts += [
        f'<path class="line {line.kind}" d="{_path(line.values, low, high)}"/>' for line in lines
    ]
    parts.append(f'<line class="cursor" y1="{_TOP}" y2="{_HEIGHT - _BOTTOM}" x1="-9" x2="-9"/>')
    box = f"0 0 {_WIDTH} {_HEIGHT}"
    given = f'data-figure="{name}" data-left="{_LEFT}" data-right="{_WIDTH - _RIGHT}"'
    body = "".join(parts)
    return Markup(f'<svg class="chart" viewBox="{box}" {given} role="img">{body}</svg>')


def ticks(low: float, high: float, *, count: int = 4) -> list[float]:
    """Return round numbers from below the lowest value to above the highest.

    >>> ticks(0.0, 0.9)
    [0.0, 0.5, 1.0]
    """
    span = high - low
    if span <= _LEAST_SPAN * max(1.0, abs(low), abs(high)):
        span = max(abs(high), _LEAST_SPAN)
    power = 10 ** math.floor(math.log10(span / count))
    step = power * next(
        factor for factor in (1, 2, 5, 10) if factor * power * count >= span * 0.999
    )
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    return [round(place * step, 12) for place in range(first, max(last, first + 1) + 1)]


def _across(place: int, count: int) -> float:
    return _LEFT + (_WIDTH - _LEFT - _RIGHT) * (place / max(count - 1, 1))


def _down(value: float, low: float, high: float) -> float:
    return _HEIGHT - _BOTTOM - (_HEIGHT - _TOP - _BOTTOM) * (value - low) / (high - low)


def _path(values: Sequence[float | None], low: float, high: float) -> str:
    """A line through what is there, broken where a neighbor is missing in the middle."""
    text: list[str] = []
    known = [place for place, value in enumerate(values) if value is not None]
    step = min((b - a for a, b in itertools.pairwise(known)), default=1)
    before = -1
    for place in known:
        value = values[place]
        assert value is not None
        pen = "L" if text and place - before == step else "M"
        dot = "h0" if pen == "M" else ""  # a point by itself is a dot, for lines have round ends
        text.append(f"{pen}{_across(place, len(values)):.1f} {_down(value, low, high):.1f}{dot}")
        before = place
    return "".join(text)


def _grid(marks: Sequence[float], low: float, high: float) -> list[str]:
    rows = []
    for mark in marks:
        y = _down(mark, low, high)
        rows.append(
            f'<line class="grid" x1="{_LEFT}" x2="{_WIDTH - _RIGHT}" y1="{y:.1f}" y2="{y:.1f}"/>'
        )
        rows.append(
            f'<text class="tick" x="{_LEFT - 6}" y="{y + 4:.1f}" text-anchor="end">'
            f"{mark:.6g}</text>"
        )
    return rows


def _numbers(frames: Sequence[int]) -> list[str]:
    last = len(frames) - 1
    places = sorted({round(last * part / 5) for part in range(6)})
    return [
        f'<text class="tick" x="{_across(place, len(frames)):.1f}" y="{_HEIGHT - 7}" '
        f'text-anchor="middle">{frames[place]}</text>'
        for place in places
    ]
