"""Frames in files as the result."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from pathlib import Path

from vst_core.frames import FrameSequence
from vst_core.image import Header, WriteSettings
from vst_core.job import StylizeJob
from vst_core.runner.io.conflicts import refuse_conflicts
from vst_core.runner.io.destination import FinishWatch
from vst_core.runner.io.output_folder import output_folder
from vst_core.runner.io.output_names import names_of
from vst_core.runner.resume.examine import files_there
from vst_core.runner.resume.frame_key import RunKey
from vst_core.runner.resume.manifest import Manifest, Record
from vst_core.runner.task import FrameTask

__all__ = ["FrameFolder"]


class FrameFolder:
    """Frames in a folder, or under names of their own: they are the result themselves."""

    key_parts: RunKey
    notes: tuple[str, ...] = ()

    def __init__(self, job: StylizeJob, sequence: FrameSequence, header: Header) -> None:
        self.place = output_folder(job.output)
        self.names = names_of(job, sequence, header)
        self.settings = WriteSettings(depth=job.depth)
        self.key_parts = {}

    def there(self, tasks: Sequence[FrameTask], records: Mapping[int, Record]) -> Collection[int]:
        """See `Destination`."""
        return files_there(tasks, records)

    def refuse_conflicts(
        self,
        tasks: Sequence[FrameTask],
        verified: Collection[int],
        *,
        own: Manifest | None,
        manifests: Sequence[Manifest],
        run_key: RunKey,
    ) -> None:
        """See `Destination`."""
        refuse_conflicts(tasks, verified, own=own, manifests=manifests, run_key=run_key)

    def finish(
        self, tasks: Sequence[FrameTask], manifest: Path, run_key: RunKey, watch: FinishWatch
    ) -> None:
        """See `Destination`: there is nothing more to do."""
