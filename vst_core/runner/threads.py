"""How many threads the numerical libraries use."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import cv2
import torch

__all__ = ["thread_limit"]


@contextmanager
def thread_limit(count: int) -> Iterator[None]:
    """Let torch and OpenCV use `count` threads in the body; 0 leaves them as they are.

    It changes the time, never a byte of the result.
    """
    if count == 0:
        yield
        return
    before = torch.get_num_threads(), cv2.getNumThreads()
    torch.set_num_threads(count)
    cv2.setNumThreads(count)
    try:
        yield
    finally:
        torch.set_num_threads(before[0])
        cv2.setNumThreads(before[1])
