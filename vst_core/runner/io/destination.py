"""Where plates go: files of frames, or one movie."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import Protocol

from vst_core.image import WriteSettings
from vst_core.runner.io.output_names import OutputNames
from vst_core.runner.resume.frame_key import RunKey
from vst_core.runner.resume.manifest import Manifest, Record
from vst_core.runner.task import FrameTask

__all__ = ["Destination", "FinishWatch"]


class FinishWatch(Protocol):
    """Watches a result being made; `RunReporter` is one."""

    def leave(self) -> None:
        """Stop the work, by raising `Interrupted`, if somebody asked for it."""

    def progress(self, text: str, fraction: float) -> None:
        """Take note of what is being done, and how much of it is."""


class Destination(Protocol):
    """What becomes of finished frames.

    Frames always become files first, under `names`, whole or not at all, each noted in the
    manifest. If a destination makes something else of them, it does so when all are there.

    Attributes:
        place: What a person finds at the end: a folder, files by a pattern, or a movie.
        names: The files of the frames.
        settings: How they are written; their strength is each frame's own.
        key_parts: What decides the result besides what decides the frames.
        notes: What a person should know, a sentence or two each.
    """

    place: Path
    names: OutputNames
    settings: WriteSettings
    key_parts: RunKey
    notes: tuple[str, ...]

    def there(self, tasks: Sequence[FrameTask], records: Mapping[int, Record]) -> Collection[int]:
        """Return the indices of tasks whose result is there, as its record says."""

    def refuse_conflicts(
        self,
        tasks: Sequence[FrameTask],
        verified: Collection[int],
        *,
        own: Manifest | None,
        manifests: Sequence[Manifest],
        run_key: RunKey,
    ) -> None:
        """See `vst_core.runner.io.conflicts.refuse_conflicts`."""

    def finish(
        self, tasks: Sequence[FrameTask], manifest: Path, run_key: RunKey, watch: FinishWatch
    ) -> None:
        """Make of the frames what is to be made, now that all of them are there.

        Args:
            tasks: The frames of the run, in order.
            manifest: The run's, which has a record of each.
            run_key: Of the run.
            watch: Told how far it is.

        Raises:
            OutputError: It cannot be written.
            Interrupted: The run was asked to stop.
        """
