"""Frames per second over the last frames that were made."""

from __future__ import annotations

import time
from collections import deque

__all__ = ["FrameRateMeter"]

_WINDOW = 10


class FrameRateMeter:
    """Frames per second over the last frames that were made."""

    def __init__(self) -> None:
        self._times: deque[float] = deque([time.monotonic()], maxlen=_WINDOW + 1)

    def tick(self) -> float:
        """Note that a frame is finished; return frames per second."""
        self._times.append(time.monotonic())
        return self.now()

    def now(self) -> float:
        """Return frames per second over the last ten frames, 0 before the first."""
        span = self._times[-1] - self._times[0]
        return (len(self._times) - 1) / span if span > 0 else 0.0
