"""Numbers over time as a plot of characters, for terminals and for logs."""

from __future__ import annotations

from collections.abc import Collection, Sequence

__all__ = ["fits_encoding", "plot_lines"]

_EIGHTHS = " ▁▂▃▄▅▆▇█"
_PLAIN = " .:#"
_MARK, _PLAIN_MARK = "▲", "^"


def fits_encoding(encoding: str | None) -> bool:
    """Whether a terminal or file of this encoding has the characters of blocks.

    >>> fits_encoding("utf-8"), fits_encoding("ascii")
    (True, False)
    """
    try:
        (_EIGHTHS + _MARK).encode(encoding or "ascii")
    except (LookupError, UnicodeEncodeError):
        return False
    return True


def plot_lines(
    values: Sequence[float],
    marks: Collection[int],
    *,
    width: int,
    height: int = 6,
    blocks: bool = True,
) -> list[str]:
    """Return a bar for each value, the tallest being the largest, and a line of marks below.

    Where there are more values than columns, a bar is the largest of those that fall together.

    Args:
        values: 0 or more, at least one.
        marks: Places of values that are marked.
        width: Columns at most.
        height: Lines of the bars.
        blocks: Draw in eighths of a line; else in plain characters.

    >>> plot_lines([0, 2, 1], {1}, width=9, height=1)
    [' █▄', ' ▲']
    """
    columns = min(width, len(values))
    shares = _by_column(values, columns)
    marked = {place * columns // len(values) for place in marks}
    levels = _EIGHTHS if blocks else _PLAIN
    steps = len(levels) - 1
    filled = [round(share * height * steps) for share in shares]
    lines = [
        "".join(levels[min(max(fill - row * steps, 0), steps)] for fill in filled).rstrip()
        for row in reversed(range(height))
    ]
    mark = _MARK if blocks else _PLAIN_MARK
    lines.append("".join(mark if at in marked else " " for at in range(columns)).rstrip())
    return lines


def _by_column(values: Sequence[float], columns: int) -> list[float]:
    """Return the largest value of each column, as a share of the largest of all."""
    tallest = max(values) or 1.0
    found = [0.0] * columns
    for place, value in enumerate(values):
        at = place * columns // len(values)
        found[at] = max(found[at], value / tallest)
    return found
