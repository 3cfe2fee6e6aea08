"""Reads frames ahead in threads, in the order in which they are taken."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass

from torch import Tensor

from vst_core.image import Plate, ReadSettings, Window
from vst_core.job import StylizeJob
from vst_core.masks import read_masks
from vst_core.runner.errors_at_frame import at_frame, memory_guard
from vst_core.runner.resume.examine import identify
from vst_core.runner.resume.manifest import InputFile
from vst_core.runner.task import FrameTask
from vst_core.runner.threads import single_threaded
from vst_core.video.inputs import Input

__all__ = ["LoadedFrame", "PlateReader", "plate_reader", "plates_in_memory"]

_THREADS = 4
_BYTES = 512 * 2**20
_PLATE_BYTES_A_PIXEL = 28


@dataclass(frozen=True, kw_only=True)
class LoadedFrame:
    """A frame that was read.

    Attributes:
        plate: Its picture on the canvas, and what writing it back needs.
        masks: R x 1 x H x W in [0, 1] on the canvas; None without masks, or where they are made.
        input: The identity of its files.
        seconds: What reading it took.
        second: The second view of a stereo job, like `plate`.
    """

    plate: Plate
    masks: Tensor | None
    input: InputFile
    seconds: float
    second: Plate | None = None


def plates_in_memory(canvas: Window) -> int:
    """Return how many plates of this size may wait in memory, at least one.

    It bounds reading ahead and writing behind for huge frames; results do not depend on it.
    """
    return max(1, _BYTES // (canvas.pixels * _PLATE_BYTES_A_PIXEL))


class PlateReader:
    """Reads frames in a fixed order, some of them ahead in threads.

    Args:
        tasks: The frames in the order in which they will be taken.
        source: Where they come from.
        canvas: Of the working pictures.
        settings: How they are read.
        job: For its masks, and for messages.
        second: Where the second view comes from, and how it is read.
        pool: None = nothing is read ahead.
        depth: Frames read ahead at most.
    """

    def __init__(
        self,
        tasks: Iterable[FrameTask],
        *,
        source: Input,
        canvas: Window,
        settings: ReadSettings,
        job: StylizeJob,
        pool: ThreadPoolExecutor | None,
        depth: int,
        second: tuple[Input, ReadSettings] | None = None,
    ) -> None:
        self._tasks, self._source = iter(tasks), source
        self._canvas, self._settings, self._job = canvas, settings, job
        self._masks, self._second = job.masks, second
        self._pool, self._depth = pool, depth
        self._waiting: deque[Future[LoadedFrame]] = deque()
        self._fill()

    def take(self) -> LoadedFrame:
        """Return the next frame.

        Raises:
            VstError: It cannot be read; the message has its number.
        """
        if self._pool is None:
            return self._read(next(self._tasks))
        loaded = self._waiting.popleft().result()
        self._fill()
        return loaded

    def _fill(self) -> None:
        while self._pool is not None and len(self._waiting) < self._depth:
            task = next(self._tasks, None)
            if task is None:
                return
            self._waiting.append(self._pool.submit(self._read, task))

    def _read(self, task: FrameTask) -> LoadedFrame:
        start = time.monotonic()
        with (
            at_frame(task.frame),
            memory_guard(self._job, self._canvas.width, self._canvas.height),
        ):
            file = identify(*task.files)
            plate = self._source.plate(task.frame, canvas=self._canvas, settings=self._settings)
            masks = read_masks(self._masks, task.masks, plate)
            second = self._read_second(task.frame)
        seconds = time.monotonic() - start
        return LoadedFrame(plate=plate, masks=masks, input=file, seconds=seconds, second=second)

    def _read_second(self, frame: int) -> Plate | None:
        if self._second is None:
            return None
        source, settings = self._second
        return source.plate(frame, canvas=self._canvas, settings=settings)


@contextmanager
def plate_reader(
    tasks: Iterable[FrameTask],
    *,
    source: Input,
    canvas: Window,
    settings: ReadSettings,
    job: StylizeJob,
    second: tuple[Input, ReadSettings] | None = None,
) -> Iterator[PlateReader]:
    """Open a reader; at the end no thread of it is left, and nothing that was read."""
    waits = job.missing == "wait"  # nothing can be read before it is there
    depth = 0 if waits else min(job.read_ahead, plates_in_memory(canvas))
    pool = ThreadPoolExecutor(min(depth, _THREADS), "vst-read", single_threaded) if depth else None
    try:
        yield PlateReader(
            tasks,
            source=source,
            canvas=canvas,
            settings=settings,
            job=job,
            pool=pool,
            depth=depth,
            second=second,
        )
    finally:
        if pool is not None:
            pool.shutdown(cancel_futures=True)
