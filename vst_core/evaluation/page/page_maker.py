"""Collects what a page shows while sequences are measured, and writes it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import torch
from torch import Tensor

from vst_core.evaluation.clips import ClipPair, run_labels
from vst_core.evaluation.page.areas import error_cells
from vst_core.evaluation.page.embedded import embedded
from vst_core.evaluation.page.rendering import QUALITY, Shown, write_page
from vst_core.evaluation.page.worst import worst_frames
from vst_core.evaluation.report import FrameFigures, Report
from vst_core.evaluation.seen import Seen
from vst_core.evaluation.sheet import difference_picture, reduced

__all__ = ["PageMaker"]

_FLICKER_QUALITY = 50


@dataclass(kw_only=True)
class PageMaker:
    """Collects small pictures of every frame, then writes the page.

    Attributes:
        runs: What is measured.
        width: Of a picture in the player, in pixels.
        most: Frames in the player: of a longer shot those around the worst frame.
    """

    runs: Sequence[ClipPair]
    width: int = 640
    most: int = 120
    _frames: list[Shown] = field(default_factory=list, init=False)

    def add(self, seen: Sequence[Seen], figures: Sequence[FrameFigures]) -> None:
        """Take a frame of every run."""
        del figures  # they come again in the reports
        self._frames.append(
            Shown(
                frame=seen[0].frame,
                pictures=tuple(map(self._small, (seen[0].source, *(one.out for one in seen)))),
                flicker=self._flicker(seen),
                cells=_cells(seen),
            )
        )

    def write(self, path: Path | str, reports: Sequence[Report]) -> None:
        """Write the page.

        Args:
            path: Where, .html.
            reports: Of the runs, from `evaluate_runs`.

        Raises:
            InputError: A frame that is shown larger cannot be read again.
            OutputError: The page cannot be written.
        """
        worst = worst_frames(self.runs, reports, [shown.cells for shown in self._frames])
        start = self._start(worst[0].index if worst else 0)
        write_page(
            Path(path),
            reports,
            labels=run_labels(self.runs),
            shown=self._frames[start : start + self.most],
            worst=worst,
        )

    def _start(self, worst: int) -> int:
        latest = max(0, len(self._frames) - self.most)
        return min(max(0, worst - self.most // 2), latest)

    def _small(self, picture: Tensor) -> str:
        return embedded(reduced(picture, self.width), quality=QUALITY)

    def _flicker(self, seen: Sequence[Seen]) -> tuple[str, ...]:
        """What the warped frame before does not explain, of the source and of every run."""
        first = seen[0].transition
        if first is None:
            return ("",) * (len(seen) + 1)
        steps = [(seen[0].source, replace(first, before=first.source_before))]
        steps += [(one.out, one.transition) for one in seen if one.transition is not None]
        return tuple(
            embedded(reduced(difference_picture(*step), self.width), quality=_FLICKER_QUALITY)
            for step in steps
        )


def _cells(seen: Sequence[Seen]) -> Tensor | None:
    """The worst run's error, cell by cell, so that all are looked at in the same areas."""
    known = [error_cells(one.out, one.transition) for one in seen if one.transition is not None]
    return torch.stack(known).amax(dim=0) if known else None
