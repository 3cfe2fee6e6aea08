"""The changes over time as a picture that scales (SVG)."""

from __future__ import annotations

from collections.abc import Sequence
from xml.sax.saxutils import escape

from vst_core.keyframes.changes import FrameChange
from vst_core.keyframes.choosing import KeyFrame

__all__ = ["plot_changes"]

_WIDTH, _HEIGHT = 960, 320
_LEFT, _RIGHT, _TOP, _BOTTOM = 72, 16, 48, 40
_TICKS = 4


def plot_changes(
    changes: Sequence[FrameChange],
    values: Sequence[float],
    keys: Sequence[KeyFrame],
    *,
    title: str,
    label: str,
) -> str:
    """Return a line over the frames, with the key frames marked, as the text of an SVG file.

    Args:
        changes: The frames.
        values: What is drawn of each of them; 0 or more.
        keys: The key frames.
        title: Above the plot.
        label: What the values are.
    """
    frames = [one.frame for one in changes]
    top = max([*values, 1e-12])
    across = _Axis(frames[0], max(frames[-1], frames[0] + 1), _LEFT, _WIDTH - _RIGHT)
    up = _Axis(0.0, top, _HEIGHT - _BOTTOM, _TOP)
    points = " ".join(
        f"{across.at(frame):.1f},{up.at(value):.1f}"
        for frame, value in zip(frames, values, strict=True)
    )
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}" '
        'font-family="sans-serif" font-size="12">',
        f'<rect width="{_WIDTH}" height="{_HEIGHT}" fill="#fff"/>',
        f'<text x="{_LEFT}" y="22" font-size="14">{escape(title)}</text>',
        *_grid(across, up, whole=frames[-1] > frames[0]),
        *_marks(keys, across),
        f'<polyline fill="none" stroke="#1f5fa8" stroke-width="1.5" points="{points}"/>',
        f'<text x="{_WIDTH - _RIGHT}" y="{_HEIGHT - 6}" text-anchor="end">{escape(label)}</text>',
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


class _Axis:
    """From values to places on the picture."""

    def __init__(self, low: float, high: float, start: float, end: float) -> None:
        self.low, self.high, self._start, self._end = low, high, start, end

    def at(self, value: float) -> float:
        share = (value - self.low) / (self.high - self.low)
        return self._start + share * (self._end - self._start)

    def ticks(self) -> list[float]:
        step = (self.high - self.low) / _TICKS
        return [self.low + step * place for place in range(_TICKS + 1)]


def _grid(across: _Axis, up: _Axis, *, whole: bool) -> list[str]:
    lines = []
    for value in up.ticks():
        y = up.at(value)
        lines.append(
            f'<line x1="{_LEFT}" x2="{_WIDTH - _RIGHT}" y1="{y:.1f}" y2="{y:.1f}" stroke="#ddd"/>'
        )
        lines.append(f'<text x="{_LEFT - 6}" y="{y + 4:.1f}" text-anchor="end">{value:.3g}</text>')
    for value in dict.fromkeys(round(tick) for tick in across.ticks()) if whole else [across.low]:
        lines.append(
            f'<text x="{across.at(value):.1f}" y="{_HEIGHT - _BOTTOM + 16}" '
            f'text-anchor="middle">{value:g}</text>'
        )
    return lines


def _marks(keys: Sequence[KeyFrame], across: _Axis) -> list[str]:
    lines = []
    for key in keys:
        x = across.at(key.frame)
        lines.append(
            f'<line x1="{x:.1f}" x2="{x:.1f}" y1="{_TOP}" y2="{_HEIGHT - _BOTTOM}" '
            'stroke="#c0392b" stroke-dasharray="4 3"/>'
        )
        lines.append(
            f'<text x="{x:.1f}" y="{_TOP - 5}" text-anchor="middle" fill="#c0392b" '
            f'font-size="11">{key.frame}</text>'
        )
    return lines
