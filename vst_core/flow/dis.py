"""Dense inverse search (Kroeger et al. 2016) by OpenCV: quick, no download.

Good for slow shots, poor for fast ones: Sintel alley_1 0.3 px, market_5 17 px mean
end-point error, where RAFT-small has 0.24 and 5.2.
"""

from __future__ import annotations

import math
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import torch.nn.functional as F
from torch import Tensor

from vst_core.flow.frame_view import FrameView
from vst_core.flow.opencv_fields import Fields, Grays, from_fields, to_gray
from vst_core.flow.source import FlowPair, FlowSettings
from vst_core.memory import give_back_memory
from vst_core.motion import resize_flow

__all__ = ["DisFlow", "open_dis"]

# OpenCV's own numbers for its presets (cv2.DISOPTICAL_FLOW_PRESET_...).
_PRESETS = {"ultrafast": 0, "fast": 1, "medium": 2}
# Of more pixels than this (4096 x 2304) it sees every second row and column, or fewer, as means:
# it takes 100 bytes a pixel, and a pixel of such a picture is a small step.
_MOST_PIXELS = 4096 * 2304
# Its patches of 8 x 8 pixels on a half-size pyramid need at least this much.
_SMALLEST = 32


class DisFlow:
    """Flow by OpenCV's DIS, on the CPU whatever the device.

    The two directions run in two threads, each with an object of its own. OpenCV splits
    its work into a fixed number of stripes, so the result does not depend on threads.

    Args:
        preset: `medium`, `fast` or `ultrafast`, OpenCV's.
    """

    name = "dis"

    def __init__(self, *, preset: str = "medium") -> None:
        import cv2

        self._forward = cv2.DISOpticalFlow.create(_PRESETS[preset])
        self._backward = cv2.DISOpticalFlow.create(_PRESETS[preset])
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="dis")

    def between(self, previous: FrameView, current: FrameView) -> FlowPair:
        """Return the motion between two frames; see `FlowSource.between`."""
        before, now = _grays(previous.picture), _grays(current.picture)
        waiting = self._thread.submit(_estimate, self._forward, before, now)
        backward = _estimate(self._backward, now, before)
        forward = waiting.result()
        if _step(*current.size) > 1:
            for one in (self._forward, self._backward):
                one.collectGarbage()  # else it keeps its memory for the next pair
            give_back_memory()
        return FlowPair(
            forward=_placed(forward, current.picture), backward=_placed(backward, current.picture)
        )


def open_dis(argument: str, settings: FlowSettings) -> DisFlow:
    """Open the source `dis`; neither argument has a meaning for it."""
    del argument, settings
    return DisFlow()


def _grays(picture: Tensor) -> Grays:
    """Return the pictures in gray, at the size at which DIS sees them."""
    height, width = picture.shape[-2:]
    step = _step(height, width)
    if step > 1:
        picture = F.interpolate(picture, size=(height // step, width // step), mode="area")
    if min(height, width) < _SMALLEST:
        size = (max(height, _SMALLEST), max(width, _SMALLEST))
        picture = F.interpolate(picture, size=size, mode="bilinear")
    return to_gray(picture)


def _step(height: int, width: int) -> int:
    """Return by how much DIS sees a picture smaller."""
    return math.ceil(math.sqrt(height * width / _MOST_PIXELS))


def _estimate(dis: Any, first: Grays, second: Grays) -> Fields:
    """Return the flow from every first to its second picture.

    Without torch: one call of it in a thread of ours would give that thread a team of workers
    of its own, and with more workers than cores every later call of the network is slower by
    half, for good.
    """
    return np.stack([dis.calc(one, other, None) for one, other in zip(first, second, strict=True)])


def _placed(fields: Fields, picture: Tensor) -> Tensor:
    """Return flow of a picture's size and on its device."""
    flow = from_fields(fields, picture.device)
    return resize_flow(flow, (picture.shape[-2], picture.shape[-1]))
