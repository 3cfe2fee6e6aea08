"""How many threads the numerical libraries use."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import cv2
import torch

__all__ = ["single_threaded", "thread_limit"]


@contextmanager
def thread_limit(count: int) -> Iterator[None]:
    """Let torch and OpenCV use `count` threads in the body; 0 leaves them as they are.

    It changes the time, never a byte of the result.
    """
    before = torch.get_num_threads(), cv2.getNumThreads()
    if count:
        torch.set_num_threads(count)
        cv2.setNumThreads(count)
    try:
        yield
    finally:
        torch.set_num_threads(before[0])
        cv2.setNumThreads(before[1])


def single_threaded() -> None:
    """Keep the calling thread's own torch calls in it: for the start of a worker thread.

    A worker that lets torch work in parallel gets a team of its own, and with more workers
    than cores the network in the main thread is slower by half, for good. (It also becomes
    what threads begun later start with; `thread_limit` puts that back.)
    """
    torch.set_num_threads(1)
