"""Rows of a table that is filled within a time: what fails, or comes too late, says so."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

import torch

__all__ = ["Figure", "Row", "Task", "run_tasks"]

Figure = float | str
Work = Callable[[], Mapping[str, Figure]]

_LONGEST = 300


@dataclass(frozen=True, kw_only=True)
class Row:
    """What one task found.

    Attributes:
        name: Of the task.
        figures: Name -> number or word.
        error: Why there are none; empty where there are.
        seconds: That the task took, warming up included.
    """

    name: str
    figures: Mapping[str, Figure] = field(default_factory=dict)
    error: str = ""
    seconds: float = 0.0


@dataclass(frozen=True, kw_only=True)
class Task:
    """Something to measure.

    Attributes:
        name: Of its row.
        work: Measures, and returns the figures.
        needs: Seconds that must be left for it to be begun.
    """

    name: str
    work: Work
    needs: float = 2.0


def run_tasks(
    tasks: Iterable[Task],
    *,
    seconds: float,
    device: torch.device,
    tell: Callable[[Row], None],
    clock: Callable[[], float] = time.monotonic,
) -> list[Row]:
    """Do the tasks in order and return a row for each.

    Args:
        tasks: The most important first.
        seconds: In all; a task for which too few are left is not begun.
        device: Its memory is given back between two tasks.
        tell: Told of every row as soon as it is there.
        clock: Says the time in seconds.
    """
    start, rows = clock(), []
    for task in tasks:
        began = clock()
        if seconds - (began - start) < task.needs:
            row = Row(name=task.name, error=f"not begun: fewer than {task.needs:g} s were left")
        else:
            row = _row(task, lambda began=began: clock() - began)  # type: ignore[misc]
            _give_back(device)
        rows.append(row)
        tell(row)
    return rows


def _row(task: Task, passed: Callable[[], float]) -> Row:
    try:
        figures = task.work()
    except Exception as error:  # whatever a driver says: the other rows are still wanted
        text = " ".join(f"{type(error).__name__}: {error}".split())
        return Row(name=task.name, error=text[:_LONGEST], seconds=passed())
    return Row(name=task.name, figures=figures, seconds=passed())


def _give_back(device: torch.device) -> None:
    gc.collect()
    if device.type == "cuda":
        torch.cuda.empty_cache()
    elif device.type == "mps":
        torch.mps.empty_cache()
