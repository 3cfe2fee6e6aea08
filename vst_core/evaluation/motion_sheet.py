"""A sheet that shows how sources see a shot: motion in colors, trust, and what the warp misses."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import torch
from torch import Tensor
from torch.nn import functional as F

from vst_core.evaluation.seen import FrameTransition
from vst_core.evaluation.sheet import Cell, difference_picture, reduced, write_sheet
from vst_core.evaluation.shot_motion import SeenMotion, WarpErrors
from vst_core.flow import color_wheel, flow_colors
from vst_core.guidance import Motion

__all__ = ["MotionSheet"]

_KEY_SIZE = 128
# Colors are full at this share of all motion that is shown, so that a few mad vectors do not make
# everything else pale; and at one pixel at least, so that noise does not look like motion.
_FULL_COLOR = 0.99
_LEAST_PIXELS = 1.0


@dataclass(frozen=True)
class _Column:
    """What one source saw at one frame, small."""

    frame: int
    source: str
    picture: Tensor
    flow: Tensor
    trust: Tensor
    difference: Tensor
    errors: WarpErrors


@dataclass(kw_only=True)
class MotionSheet:
    """Collects what sources see of some frames, and shows it with the key to the colors.

    A row of frames; then a row for every source of backward motion in the colors of `flow_colors`;
    rows of trust (white is believed); and rows of what the frame before, moved along, lacks of the
    frame, four times as bright, where what is not trusted at all is dark blue.

    Attributes:
        frames: Which frames to show, each as the later one of its pair.
        width: Of a picture on the sheet, in pixels.
    """

    frames: Sequence[int]
    width: int = 480
    _columns: list[tuple[_Column, ...]] = field(default_factory=list, init=False)

    def add(self, seen: Sequence[SeenMotion]) -> None:
        """Take a frame as every source saw it, if it is one of those to show."""
        if seen[0].current.number in self.frames:
            self._columns.append(tuple(self._column(one) for one in seen))

    def write(self, path: Path | str) -> None:
        """Write the sheet.

        Raises:
            UsageError: No frame was taken, or the format does not hold 8 bits.
            OutputError: The file cannot be written.
        """
        largest = _largest([one.flow for column in self._columns for one in column])
        key = Cell(color_wheel(_KEY_SIZE), f"rim: {largest:.3g} px")
        pictures = [column[0] for column in self._columns]
        rows = [[Cell(one.picture, f"frame {one.frame}") for one in pictures]]
        by_source = [_rows(source, largest) for source in zip(*self._columns, strict=True)]
        for kind in zip(*by_source, strict=True):
            rows += kind
        rows[0].append(key)
        write_sheet(path, rows)

    def _column(self, seen: SeenMotion) -> _Column:
        change = FrameTransition(
            motion=Motion(backward=seen.flow.backward, trust=seen.trust),
            before=seen.previous.picture,
            source_before=seen.previous.picture,
        )
        difference = difference_picture(seen.current.picture, change)
        return _Column(
            frame=seen.current.number,
            source=seen.source,
            picture=reduced(seen.current.picture, self.width),
            flow=_reduced_flow(seen.flow.backward, self.width),
            trust=reduced(seen.trust.expand(-1, 3, -1, -1), self.width),
            difference=reduced(difference, self.width),
            errors=seen.errors,
        )


def _rows(columns: Sequence[_Column], largest: float) -> list[list[Cell]]:
    """Return the rows of one source."""
    motion, trust, missed = [], [], []
    for one in columns:
        errors = one.errors
        motion.append(Cell(flow_colors(one.flow, largest=largest), f"{one.source}: motion"))
        trust.append(Cell(one.trust, f"{one.source}: trusted {errors.trusted:.1%}"))
        known = "-" if errors.on_trusted is None else f"{errors.on_trusted:.2f}"
        label = f"{one.source}: error {errors.on_all:.2f}, where trusted {known}"
        missed.append(Cell(one.difference, label))
    return [motion, trust, missed]


def _largest(flows: Sequence[Tensor]) -> float:
    lengths = torch.cat([flow.norm(dim=1).flatten() for flow in flows] or [torch.zeros(1)])
    known = lengths[torch.isfinite(lengths)]
    if not known.numel():
        return _LEAST_PIXELS
    place = max(1, round(_FULL_COLOR * known.numel()))  # torch.quantile takes only so many
    return max(_LEAST_PIXELS, known.kthvalue(place).values.item())


def _reduced_flow(flow: Tensor, width: int) -> Tensor:
    """Return some of the vectors, as long as they are: none is a mean of what moves apart."""
    height, found = flow.shape[-2:]
    if found <= width:
        return flow.cpu()
    size = (max(1, round(height * width / found)), width)
    return F.interpolate(flow, size=size, mode="nearest-exact").cpu()
