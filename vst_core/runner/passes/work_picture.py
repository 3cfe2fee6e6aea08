"""Reads a frame as it is at the size of the work."""

from __future__ import annotations

from dataclasses import dataclass

from torch import Tensor

from vst_core.guidance import Sight
from vst_core.image import Plate
from vst_core.masks import read_masks
from vst_core.runner.errors_at_frame import at_frame, memory_guard
from vst_core.runner.io.framing import counts_of
from vst_core.runner.loop.backdrop import Backdrop
from vst_core.runner.loop.open_method import OpenMethod
from vst_core.runner.loop.succession import digest
from vst_core.runner.plan import Plan

__all__ = ["SeenFrame", "read_seen", "see"]


@dataclass(frozen=True, kw_only=True)
class SeenFrame:
    """A frame before it is painted.

    Attributes:
        full: 1 x 3 x H x W on the canvas, what is hidden filled in.
        sight: The same at the size of the work, on the device.
        masks: The digest of its masks; empty where they do not matter.
    """

    full: Tensor
    sight: Sight
    masks: str = ""


def see(plan: Plan, method: OpenMethod, plate: Plate, *, backdrop: Backdrop | None) -> SeenFrame:
    """Return what is seen of a frame that was read, without its masks.

    Args:
        plan: Of the run.
        method: For pictures at the size of the work.
        plate: The frame.
        backdrop: What stands behind it, if anything does.
    """
    full, sight = method.sight(plate.picture, counts_of(plate, bars=plan.bars))
    if backdrop is not None:
        sight = backdrop.behind(sight)
    return SeenFrame(full=full, sight=sight)


def read_seen(
    plan: Plan, method: OpenMethod, index: int, *, backdrop: Backdrop | None
) -> SeenFrame:
    """Read a frame of the run, with its masks.

    Raises:
        InputError: It cannot be read.
        OutOfMemory: It is too large.
    """
    task = plan.tasks[index]
    with at_frame(task.frame), memory_guard(plan.job, plan.width, plan.height):
        plate = plan.input.plate(task.frame, canvas=plan.canvas, settings=plan.reading)
        seen = see(plan, method, plate, backdrop=backdrop)
        if not method.masks_decide:
            return seen
        masks = digest(read_masks(plan.job.masks, task.masks, plate))
        return SeenFrame(full=seen.full, sight=seen.sight, masks=masks)
