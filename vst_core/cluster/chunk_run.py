"""What a worker does with a chunk, and what it sends back."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from vst_core.job import StylizeJob
from vst_core.protocol import Failed, Message, decode, encode

__all__ = ["ChunkResult", "make_chunk"]


@dataclass(frozen=True)
class ChunkResult:
    """What became of a chunk: its events as lines, the last of which is `Finished` or `Failed`."""

    lines: tuple[str, ...]

    @property
    def events(self) -> tuple[Message, ...]:
        """The events."""
        return tuple(map(decode, self.lines))

    @property
    def failed(self) -> Failed | None:
        """Why it failed, if it did."""
        last = decode(self.lines[-1])
        return last if isinstance(last, Failed) else None


def make_chunk(
    settings: Mapping[str, Any], folder: str, before: ChunkResult | None = None
) -> ChunkResult:
    """Run a chunk in a worker's process.

    A chunk that is run again, because its worker was lost, keeps what is finished: every frame
    is written as a whole, or is not there.

    Args:
        settings: The job.
        folder: In which the paths of the job are seen from.
        before: What became of the chunk before; where that failed nothing is done.
    """
    if before is not None and before.failed:
        return ChunkResult((encode(before.failed),))
    from vst_core.runner import failed, run_job

    lines: list[str] = []
    try:
        os.chdir(folder)
        run_job(StylizeJob.from_dict(settings), lambda one: lines.append(encode(one)))
    except Exception as error:  # it travels as an event: exceptions do not pickle as they are
        return ChunkResult((*lines, encode(failed(error))))
    return ChunkResult(tuple(lines))
