"""Time and memory on a device."""

from __future__ import annotations

import time
from collections.abc import Callable
from statistics import median

import torch

__all__ = ["peak_gigabytes", "seconds_of", "wait"]


def wait(device: torch.device) -> None:
    """Return when the device has done what it was told."""
    if device.type == "cuda":
        torch.cuda.synchronize(device)
    elif device.type == "mps":
        torch.mps.synchronize()


def seconds_of(
    work: Callable[[], object],
    device: torch.device,
    *,
    warm: int = 2,
    fewest: int = 3,
    most: int = 20,
    within: float = 0.7,
) -> float:
    """Return the median of the seconds that a piece of work takes, its calls included.

    Args:
        work: Done again and again.
        device: Waited for at both ends of each.
        warm: How often it is done before.
        fewest: How often it is timed at least.
        most: And at most.
        within: Seconds after which it is not timed again.
    """
    for _ in range(warm):
        work()
    found: list[float] = []
    while len(found) < fewest or (sum(found) < within and len(found) < most):
        wait(device)
        start = time.perf_counter()
        work()
        wait(device)
        found.append(time.perf_counter() - start)
    return median(found)


def peak_gigabytes(work: Callable[[], object], device: torch.device) -> float | None:
    """Return the most memory that torch holds on a CUDA device meanwhile; None elsewhere."""
    if device.type != "cuda":
        return None
    torch.cuda.reset_peak_memory_stats(device)
    work()
    wait(device)
    return torch.cuda.max_memory_allocated(device) / 1e9
