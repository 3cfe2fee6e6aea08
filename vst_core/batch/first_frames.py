"""The first frame of every shot on a contact sheet, before the night begins."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

import torch

from vst_core.batch.thumbnails import small_picture
from vst_core.errors import Interrupted, UsageError
from vst_core.evaluation import Cell, write_sheet
from vst_core.job import ListedShot, StylizeJob
from vst_core.protocol import Finished, FrameDone, Message, Started
from vst_core.resident import ChildEngine
from vst_core.runner import StopRequest, catch_signals, failed

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

    They are made by an engine of their own: a shot that ends it is named, and the others are seen.

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
    scratch = TemporaryDirectory(prefix="vst-preview-")
    with catch_signals(stop), scratch as folder, ChildEngine() as engine:
        for number, shot in enumerate(shots):
            stop.check()
            sample = partial(engine.run, stop=stop, sample=str(Path(folder) / str(number)))
            found.append(_first(shot, sample))
            tell(found[-1])
    cells = [Cell(one.picture, _caption(one)) for one in found if one.picture is not None]
    if not cells:
        raise UsageError("No shot can be made", fix=found[0].problem)
    write_sheet(sheet, [cells[row : row + _COLUMNS] for row in range(0, len(cells), _COLUMNS)])
    return tuple(found)


def _first(shot: ListedShot, sample: Callable[..., Finished]) -> FirstFrame:
    try:
        if shot.job is None:
            raise shot.problem or UsageError(f"The shot {shot.name} has no job")
        return _made(shot.name, shot.job, sample)
    except Interrupted:
        raise
    except Exception as error:  # whatever it is: the other shots shall be seen
        return FirstFrame(name=shot.name, problem=failed(error).message)


def _made(name: str, job: StylizeJob, sample: Callable[..., Finished]) -> FirstFrame:
    seen: list[Message] = []
    sample(job, seen.append)
    whole = next(one for one in seen if isinstance(one, Started))
    made = next(one for one in seen if isinstance(one, FrameDone))
    picture = small_picture(Path(made.path), width=_WIDTH)
    return FirstFrame(name=name, frames=whole.frames, picture=picture)


def _caption(one: FirstFrame) -> str:
    text = f"{one.name}: {one.frames} frames"
    return text if len(text) <= _LONGEST_CAPTION else f"{text[: _LONGEST_CAPTION - 1]}~"
