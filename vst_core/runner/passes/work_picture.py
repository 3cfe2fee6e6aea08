"""Reads a frame's working picture at the size of the work."""

from __future__ import annotations

from torch import Tensor

from vst_core.runner.errors_at_frame import at_frame, memory_guard
from vst_core.runner.loop.frame_stylizer import OpenMethod
from vst_core.runner.plan import Plan, read_settings

__all__ = ["read_small"]


def read_small(plan: Plan, method: OpenMethod, index: int) -> Tensor:
    """Return the working picture of a frame at the size of the work, on the device.

    Raises:
        InputError: It cannot be read.
        OutOfMemory: It is too large.
    """
    task = plan.tasks[index]
    with at_frame(task.frame), memory_guard(plan.job, plan.width, plan.height):
        settings = read_settings(plan.job)
        plate = plan.input.plate(task.frame, canvas=plan.canvas, settings=settings)
        return method.at_work_size(plate.picture)
