"""Two kinds of work timed against each other, and how much memory a process took."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from statistics import median

__all__ = ["Comparison", "compare", "peak_memory"]

_STATUS = Path("/proc/self/status")


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """Seconds a frame of two kinds of work, round by round.

    Attributes:
        ours: Of the first kind.
        baseline: Of the second.
    """

    ours: tuple[float, ...]
    baseline: tuple[float, ...]

    @property
    def median_ours(self) -> float:
        """The middle one of ours."""
        return median(self.ours)

    @property
    def median_baseline(self) -> float:
        """The middle one of the baseline."""
        return median(self.baseline)

    @property
    def ratio(self) -> float:
        """How many times as fast ours is: the median over rounds, each against its neighbor."""
        return median(slow / fast for fast, slow in zip(self.ours, self.baseline, strict=True))


def compare(ours: Callable[[], float], baseline: Callable[[], float], *, rounds: int) -> Comparison:
    """Time two kinds of work in turns (A B, B A, A B, ...), so that slow drift cancels.

    A machine that is shared, or that grows warm, changes its speed by tens of percent from
    minute to minute: only neighbors can be compared.

    Args:
        ours: Does the work once and returns its seconds a frame.
        baseline: Likewise.
        rounds: How often, 1 or more.
    """
    fast, slow = [], []
    for turn in range(rounds):
        if turn % 2:
            slow.append(baseline())
            fast.append(ours())
        else:
            fast.append(ours())
            slow.append(baseline())
    return Comparison(ours=tuple(fast), baseline=tuple(slow))


def peak_memory() -> int | None:
    """Return the most bytes that this process has held in memory; `None` if unknown.

    On Linux from /proc: there `getrusage` also counts the process that started this one.
    """
    if _STATUS.is_file():
        lines = _STATUS.read_text(encoding="ascii", errors="replace").splitlines()
        found = next((line for line in lines if line.startswith("VmHWM:")), None)
        return None if found is None else int(found.split()[1]) * 1024
    try:
        import resource
    except ImportError:  # Windows
        return None
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024
