"""Writes frames in threads behind the network; they finish in order."""

from __future__ import annotations

import os
import time
from collections import deque
from collections.abc import Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, replace

from torch import Tensor

from vst_core.image import Plate, WriteSettings, write_plate
from vst_core.job import StylizeJob
from vst_core.runner.errors_at_frame import at_frame, memory_guard
from vst_core.runner.resume.manifest import InputFile, ManifestWriter, Record, result_hash
from vst_core.runner.resume.state_files import EVERY
from vst_core.runner.task import FrameTask
from vst_core.runner.threads import single_threaded

__all__ = ["PendingWrite", "WriteBehind", "Written"]

_THREADS = 4


@dataclass(frozen=True, kw_only=True)
class PendingWrite:
    """A frame on its way to the disk.

    Attributes:
        task: What was made.
        output: 1 x 3 x H x W in [0, 1], on the CPU.
        plate: What it was made from.
        input: The identity of that file.
        frame_key: See `vst_core.runner.resume.frame_key`.
        cut: It starts a shot.
        seconds: Spent on it so far.
        second: The second view of a stereo job, as `output`, and its plate.
    """

    task: FrameTask
    output: Tensor
    plate: Plate
    input: InputFile
    frame_key: str
    cut: bool
    seconds: float
    second: tuple[Tensor, Plate] | None = None


@dataclass(frozen=True, kw_only=True)
class Written:
    """A frame that lies on disk, noted in the manifest.

    Attributes:
        task: What was made.
        seconds: Spent on it in all.
        skipped: It lay there already.
    """

    task: FrameTask
    seconds: float
    skipped: bool


class WriteBehind:
    """Writes frames in threads and gives them back in the order in which they came.

    Args:
        manifest: Where each is noted, after its file is whole.
        settings: How they are written.
        job: For messages.
        most: Frames that may wait in memory.
    """

    def __init__(
        self, manifest: ManifestWriter, *, settings: WriteSettings, job: StylizeJob, most: int
    ) -> None:
        self._manifest, self._settings, self._job = manifest, settings, job
        # A saved state is of use only when fewer frames than that are unwritten before it.
        threads = min(_THREADS, os.cpu_count() or 1, most)
        self._most = min(threads + 1, most, EVERY - 1)
        self._pool = ThreadPoolExecutor(threads, "vst-write", single_threaded)
        self._waiting: deque[Future[Written]] = deque()

    def submit(self, result: PendingWrite) -> None:
        """Hand over a frame; waits while too many are in memory."""
        while self._in_memory() >= self._most:
            wait([future for future in self._waiting if not future.done()], None, FIRST_COMPLETED)
        self._waiting.append(self._pool.submit(self._write, result))

    def skip(self, task: FrameTask) -> None:
        """Let a frame that lies there already take its turn."""
        known: Future[Written] = Future()
        known.set_result(Written(task=task, seconds=0.0, skipped=True))
        self._waiting.append(known)

    def finished(self) -> Iterator[Written]:
        """Yield the frames that are finished and were not yielded yet, in order.

        Raises:
            OutputError: The next one could not be written.
        """
        while self._waiting and self._waiting[0].done():
            yield self._waiting.popleft().result()

    def drain(self) -> Iterator[Written]:
        """Wait for all frames; see `finished`."""
        wait(self._waiting)
        yield from self.finished()

    def settle(self) -> list[Written]:
        """Wait for all frames, end the threads, and return those that were written after all."""
        self._pool.shutdown()
        good = [future.result() for future in self._waiting if future.exception() is None]
        self._waiting.clear()
        return good

    def _in_memory(self) -> int:
        return sum(not future.done() for future in self._waiting)

    def _write(self, result: PendingWrite) -> Written:
        start, task = time.monotonic(), result.task
        height, width = result.output.shape[-2:]
        with at_frame(task.frame), memory_guard(self._job, width, height):
            self._manifest.writing(task.frame)
            settings = replace(self._settings, strength=task.strength)
            _write_views(result, settings)
            record = Record(
                frame=task.frame,
                file=task.output.name,
                sha256=result_hash(task.outputs),
                frame_key=result.frame_key,
                cut=result.cut,
                input=result.input,
            )
            self._manifest.done(record)
        seconds = result.seconds + time.monotonic() - start
        return Written(task=task, seconds=seconds, skipped=False)


def _write_views(result: PendingWrite, settings: WriteSettings) -> None:
    """Write a frame: one view, two into one file, or each into its own."""
    task, beside = result.task, result.second
    if beside is not None and task.second_output is not None:
        write_plate(task.second_output, *beside, settings=settings)
        beside = None
    write_plate(task.output, result.output, result.plate, settings=settings, beside=beside)
