"""DIS where the motion is calm, RAFT-small as well where DIS is fooled: the default.

Every pair is estimated by DIS. Where its two directions contradict each other on more of the
picture than in a calm shot, a small picture of the pair is given to RAFT-small too, whose
field is sharpened by OpenCV's variational refinement (Brox et al. 2004), and the two are
merged: DIS where they agree, since its field is the finer one, else RAFT's.

Mean end-point error in px on Sintel, forward; `docs/performance.md` tells the times:

==========  ==========  =======  =======
..          market_5    alley_2  alley_1
DIS         16.9        0.20     0.29
the merge   6.9         0.21     0.29
==========  ==========  =======  =======

Nothing is taken over from the pair before, such as its field as a first guess: the same frames
must give the same flow wherever a chunk of a shot begins.
"""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from vst_core.flow.dis import DisFlow
from vst_core.flow.frame_view import FrameView
from vst_core.flow.opencv_fields import Fields, Grays, from_fields, to_fields, to_gray
from vst_core.flow.raft import FULL_UPDATES, RaftFlow
from vst_core.flow.source import FlowPair, FlowSettings
from vst_core.motion import consistency_mask, inside, resize_flow

__all__ = ["AutoFlow", "open_auto"]

# DIS is not believed alone where more than this share of pixels is inconsistent, on a grid of about
# so many rows and in its pixels: whatever the size of a picture, the same motion is doubted, and
# to look costs 2 % of DIS's time. The most in calm shots: sintel_alley_1 0.013, the calm first half
# of davis_drift_straight 0.018; in its fast half 0.046, market_5 0.33.
_DOUBTFUL_SHARE = 0.025
_ROWS = 100
# The network sees half the size, but no side under this many pixels, where it has to enlarge
# anyway, and no more pixels than this (640 x 360): its time grows with the square of them.
_REDUCTION = 0.5
_SMALLEST_SIDE = 128
_MOST_PIXELS = 640 * 360
# Updates of its field. Merged error on market_5: 4: 13.0 px, 6: 8.2, 8: 6.9, 12: 6.6.
_UPDATES = 8
# The two agree where they differ by less than this, in pixels of the network's picture.
_AGREEMENT = 1.5
_BAND = 256  # lines at a time are merged


class AutoFlow:
    """Flow by DIS, and by RAFT-small where DIS contradicts itself.

    On a CUDA device RAFT-small alone, at full size, which is better than DIS on calm shots too
    (0.18 and 0.24 px on alley_2 and alley_1, 5.3 on market_5).

    Args:
        device: Of the work.
    """

    name = "auto"

    def __init__(self, *, device: torch.device) -> None:
        self._device = device
        self._dis = DisFlow()
        self._opened: RaftFlow | None = None
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="refinement")

    def between(self, previous: FrameView, current: FrameView) -> FlowPair:
        """Return the motion between two frames; see `FlowSource.between`.

        Raises:
            OutOfMemory: The device has too little memory for this size.
            WeightsError: The network's shipped weights are damaged.
        """
        if self._device.type == "cuda":
            return self._network().between(previous, current)
        found = self._dis.between(previous, current)
        rows = (_contradiction(found) > _DOUBTFUL_SHARE).nonzero()[:, 0]
        if not len(rows):
            return found
        views = (replace(view, picture=view.picture[rows]) for view in (previous, current))
        other, tolerance = self._by_network(*views)
        return FlowPair(
            forward=_merged(found.forward, other.forward, rows, tolerance),
            backward=_merged(found.backward, other.backward, rows, tolerance),
        )

    def _by_network(self, previous: FrameView, current: FrameView) -> tuple[FlowPair, float]:
        """Return the network's refined flow at full size, and the agreement there in pixels."""
        before, now = _reduced(previous), _reduced(current)
        rough = self._network().between(before, now)
        pictures = to_gray(before.picture), to_gray(now.picture)
        fields = to_fields(rough.forward), to_fields(rough.backward)
        waiting = self._thread.submit(_refined, *pictures, fields[0])
        backward = _refined(*pictures[::-1], fields[1])
        size, device = current.size, current.picture.device
        pair = FlowPair(
            forward=resize_flow(from_fields(waiting.result(), device), size),
            backward=resize_flow(from_fields(backward, device), size),
        )
        return pair, _AGREEMENT * size[0] / now.size[0]

    def _network(self) -> RaftFlow:
        """Open the network when it is first needed: a calm shot never imports torchvision."""
        if self._opened is None:
            on_cuda = self._device.type == "cuda"
            self._opened = RaftFlow(
                name="raft-small",
                device=self._device if on_cuda else torch.device("cpu"),
                updates=FULL_UPDATES if on_cuda else _UPDATES,
            )
        return self._opened


def open_auto(argument: str, settings: FlowSettings) -> AutoFlow:
    """Open the source `auto`; `argument` has no meaning for it."""
    del argument
    return AutoFlow(device=settings.device)


def _contradiction(pair: FlowPair) -> Tensor:
    """Return the share of inconsistent pixels, `B`, on a coarse grid.

    What comes from beyond the frame is left out: no source knows it, and a mere pan has much.
    """
    step = max(1, min(pair.backward.shape[-2:]) // _ROWS)
    forward, backward = (flow[..., ::step, ::step] / step for flow in (pair.forward, pair.backward))
    doubted = inside(backward) * (1 - consistency_mask(forward, backward))
    return doubted.mean(dim=(1, 2, 3))


def _reduced(view: FrameView) -> FrameView:
    """Return the frame as the network sees it."""
    height, width = view.size
    scale = max(_REDUCTION, _SMALLEST_SIDE / min(height, width))
    scale = min(scale, 1.0, (_MOST_PIXELS / (height * width)) ** 0.5)
    size = (round(height * scale), round(width * scale))
    return replace(view, picture=F.interpolate(view.picture, size=size, mode="area"))


def _refined(first: Grays, second: Grays, fields: Fields) -> Fields:
    """Return the fields from every first to its second picture, refined (without torch)."""
    import cv2

    refinement = cv2.VariationalRefinement.create()
    rows = zip(first, second, fields, strict=True)
    return np.stack([refinement.calc(one, other, field) for one, other, field in rows])


def _merged(dis: Tensor, network: Tensor, rows: Tensor, tolerance: float) -> Tensor:
    """Put the network's field into that of DIS where the two differ, in some rows; return it."""
    for row, other in zip(rows.tolist(), network, strict=True):
        for own, its in _in_bands(dis[row], other):
            x, y = own - its
            own.copy_(torch.where(x * x + y * y < tolerance**2, own, its))
    return dis


def _in_bands(*fields: Tensor) -> Iterator[tuple[Tensor, ...]]:
    return zip(*(torch.split(field, _BAND, dim=1) for field in fields), strict=True)
