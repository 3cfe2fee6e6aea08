"""The worst frames of a comparison, with what is shown of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from torch import Tensor

from vst_core.evaluation.clips import ClipPair, FramePair
from vst_core.evaluation.page.areas import Area, areas_of_interest
from vst_core.evaluation.page.embedded import embedded
from vst_core.evaluation.report import Report
from vst_core.evaluation.sheet import reduced

__all__ = ["Pair", "WorstFrame", "worst_frames"]

_COUNT, _APART = 4, 3
_WIDTH, _CLOSE_WIDTH = 480, 320
_QUALITY = 78


@dataclass(frozen=True, kw_only=True)
class Pair:
    """A frame and the one before, of one run or of the source.

    Attributes:
        before: The whole picture, as text for the page; likewise `now`.
        close: The areas of interest of both, each at the pixels that it has: (before, now).
    """

    before: str
    now: str
    close: tuple[tuple[str, str], ...]


@dataclass(frozen=True, kw_only=True)
class WorstFrame:
    """A step of the shot in which some run flickers more than in most others.

    Attributes:
        index: Its place among the frames measured.
        frame: Its number; `previous` is that of the frame before.
        m2: Of every run.
        areas: Where the error is.
        source: Of the source.
        outs: Of every run.
    """

    index: int
    frame: int
    previous: int
    m2: tuple[float | None, ...]
    areas: tuple[Area, ...]
    source: Pair
    outs: tuple[Pair, ...]


def worst_frames(
    runs: Sequence[ClipPair], reports: Sequence[Report], cells: Sequence[Tensor | None]
) -> tuple[WorstFrame, ...]:
    """Return up to four of the worst frames by M2, the worst first; neighbors count once.

    A frame is as bad as it is in the run that does worst there, for its own mean: or only the
    least steady run would ever be shown.

    Args:
        runs: What was measured.
        reports: Of the runs.
        cells: The error of every frame in cells, see `error_cells`.

    Raises:
        InputError: A frame cannot be read again.
    """
    badness = _badness(reports)
    chosen: list[int] = []
    for index in sorted(badness, key=lambda place: -badness[place]):
        if len(chosen) < _COUNT and all(abs(index - other) >= _APART for other in chosen):
            chosen.append(index)
    return tuple(_look(runs, reports, index, cells[index]) for index in chosen)


def _badness(reports: Sequence[Report]) -> dict[int, float]:
    found: dict[int, float] = {}
    for report in reports:
        mean = report.mean("m2") or 1.0
        for index, each in enumerate(report.frames):
            if each.m2 is not None:
                found[index] = max(found.get(index, 0.0), each.m2 / mean)
    return found


def _look(
    runs: Sequence[ClipPair], reports: Sequence[Report], index: int, cells: Tensor | None
) -> WorstFrame:
    areas = () if cells is None else areas_of_interest(cells)
    before, now = runs[0].pairs[index - 1 : index + 1]
    return WorstFrame(
        index=index,
        frame=now.frame,
        previous=before.frame,
        m2=tuple(report.frames[index].m2 for report in reports),
        areas=areas,
        source=_pair(runs[0].read_source, (before, now), areas),
        outs=tuple(_pair(run.read_out, run.pairs[index - 1 : index + 1], areas) for run in runs),
    )


def _pair(
    read: Callable[[FramePair], Tensor], pairs: Sequence[FramePair], areas: Sequence[Area]
) -> Pair:
    before, now = map(read, pairs)
    return Pair(
        before=_text(before, _WIDTH),
        now=_text(now, _WIDTH),
        close=tuple(
            (_text(_cut(before, area), _CLOSE_WIDTH), _text(_cut(now, area), _CLOSE_WIDTH))
            for area in areas[:2]
        ),
    )


def _text(picture: Tensor, width: int) -> str:
    return embedded(reduced(picture, width), quality=_QUALITY)


def _cut(picture: Tensor, area: Area) -> Tensor:
    height, width = picture.shape[-2:]
    top, left = round(area.top * height), round(area.left * width)
    down, across = max(1, round(area.height * height)), max(1, round(area.width * width))
    return picture[..., top : top + down, left : left + across]
