"""The first frame of every shot on a contact sheet, before the night begins."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import torch

from vst_core.batch.thumbnails import small_picture
from vst_core.errors import Interrupted, UsageError
from vst_core.evaluation import Cell, write_sheet
from vst_core.job import ListedShot, StylizeJob
from vst_core.protocol import FrameDone, Message
from vst_core.runner import StopRequest, catch_signals, failed, plan_job, run_job

__all__ = ["FirstFrame", "preview_shots"]

_WIDTH = 320
_COLUMNS = 4
_LONGEST_CAPTION = 44


@dataclass(frozen=True, kw_only=True)
class FirstFrame:
    """The first frame of a shot as it will be.

    Attributes:
        name: Of the shot.
        frames: How many frames it has.
        problem: Why it cannot be made; empty where it can.
        picture: 1 x 3 x H x W in [0, 1], small; None where it cannot be made.
    """

    name: str
    frames: int = 0
    problem: str = ""
    picture: torch.Tensor | None = None


def preview_shots(
    shots: Sequence[ListedShot],
    sheet: Path,
    *,
    tell: Callable[[FirstFrame], None],
    stop: StopRequest | None = None,
) -> tuple[FirstFrame, ...]:
    """Make the first frame of every shot, and a sheet of them; nothing else is left behind.

    Args:
        shots: From `read_shots`.
        sheet: A picture file to write.
        tell: Told of each as it is made.
        stop: Another way to ask for a stop than SIGINT and SIGTERM.

    Raises:
        OutputError: The sheet cannot be written.
        UsageError: No shot can be made.
        Interrupted: It was asked to stop.
    """
    stop = stop or StopRequest()
    found: list[FirstFrame] = []
    with catch_signals(stop), TemporaryDirectory(prefix="vst-preview-") as scratch:
        for number, shot in enumerate(shots):
            stop.check()
            found.append(_first(shot, Path(scratch) / str(number), stop))
            tell(found[-1])
    cells = [Cell(one.picture, _caption(one)) for one in found if one.picture is not None]
    if not cells:
        raise UsageError("No shot can be made", fix=found[0].problem)
    write_sheet(sheet, [cells[row : row + _COLUMNS] for row in range(0, len(cells), _COLUMNS)])
    return tuple(found)


def _first(shot: ListedShot, scratch: Path, stop: StopRequest) -> FirstFrame:
    try:
        if shot.job is None:
            raise shot.problem or UsageError(f"The shot {shot.name} has no job")
        return _made(shot.name, shot.job, scratch, stop)
    except Interrupted:
        raise
    except Exception as error:  # whatever it is: the other shots shall be seen
        return FirstFrame(name=shot.name, problem=failed(error).message)


def _made(name: str, job: StylizeJob, scratch: Path, stop: StopRequest) -> FirstFrame:
    plan = plan_job(job)  # refuses what the night would refuse, its output too
    plan.input.close()
    files: list[Path] = []

    def look(message: Message) -> None:
        if isinstance(message, FrameDone):
            files.append(Path(message.path))

    first = {"frames": str(plan.tasks[0].frame), "output": str(scratch), "preview": ""}
    run_job(job.with_changes(first), look, stop=stop)
    picture = small_picture(files[0], width=_WIDTH)
    return FirstFrame(name=name, frames=len(plan.tasks), picture=picture)


def _caption(one: FirstFrame) -> str:
    text = f"{one.name}: {one.frames} frames"
    return text if len(text) <= _LONGEST_CAPTION else f"{text[: _LONGEST_CAPTION - 1]}~"
