"""Dense inverse search (Kroeger et al. 2016) by OpenCV: the default, no download.

Good for slow shots, poor for fast ones: Sintel alley_1 0.3 px, market_5 17 px mean
end-point error, where RAFT-small has 0.24 and 5.2.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from vst_core.flow.frame_view import FrameView
from vst_core.flow.source import FlowPair, FlowSettings
from vst_core.motion import resize_flow

__all__ = ["DisFlow", "open_dis"]

# OpenCV's own numbers for its presets (cv2.DISOPTICAL_FLOW_PRESET_...).
_PRESETS = {"ultrafast": 0, "fast": 1, "medium": 2}
# Its patches of 8 x 8 pixels on a half-size pyramid need at least this much.
_SMALLEST = 32
# ITU-R BT.601 luma, as OpenCV's own conversion to gray.
_LUMA = (0.299, 0.587, 0.114)


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
        before, now = _luma(previous.picture), _luma(current.picture)
        waiting = self._thread.submit(_estimate, self._forward, before, now)
        backward = _estimate(self._backward, now, before)
        forward = waiting.result()
        return FlowPair(
            forward=_placed(forward, current.picture), backward=_placed(backward, current.picture)
        )


def open_dis(argument: str, settings: FlowSettings) -> DisFlow:
    """Open the source `dis`; neither argument has a meaning for it."""
    del argument, settings
    return DisFlow()


def _luma(picture: Tensor) -> np.ndarray[Any, np.dtype[np.uint8]]:
    """Return the pictures as `B x H x W` of 8 bits, enlarged where DIS needs it."""
    red, green, blue = picture.detach().unbind(1)
    luma = red * _LUMA[0] + green * _LUMA[1] + blue * _LUMA[2]
    height, width = luma.shape[-2:]
    if min(height, width) < _SMALLEST:
        size = (max(height, _SMALLEST), max(width, _SMALLEST))
        luma = F.interpolate(luma[:, None], size=size, mode="bilinear")[:, 0]
    return (luma * 255).round_().clamp_(0, 255).to(torch.uint8).cpu().numpy()


def _estimate(dis: Any, first: Any, second: Any) -> np.ndarray[Any, np.dtype[np.float32]]:
    """Return the flow from every first to its second picture, `B x H x W x 2`.

    Without torch: one call of it in a thread of ours would give that thread a team of workers
    of its own, and with more workers than cores every later call of the network is slower by
    half, for good.
    """
    return np.stack([dis.calc(one, other, None) for one, other in zip(first, second, strict=True)])


def _placed(fields: np.ndarray[Any, np.dtype[np.float32]], picture: Tensor) -> Tensor:
    """Return flow as `B x 2 x H x W`, of a picture's size and on its device."""
    flow = torch.from_numpy(fields).permute(0, 3, 1, 2).contiguous().to(picture.device)
    return resize_flow(flow, (picture.shape[-2], picture.shape[-1]))
