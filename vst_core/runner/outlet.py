"""Where plates go: a folder of frames, or one movie."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from vst_core.image import Header, WriteSettings
from vst_core.job import StylizeJob
from vst_core.runner.conflicts import refuse_conflicts
from vst_core.runner.fingerprint import Fingerprint
from vst_core.runner.inputs import Input
from vst_core.runner.manifest import Manifest, Record
from vst_core.runner.outputs import check_folder, output_folder, output_suffix
from vst_core.runner.resume import Task, files_there

if TYPE_CHECKING:
    from vst_core.runner.desk import Desk
    from vst_core.runner.plan import Plan

__all__ = ["FolderOutlet", "Outlet", "check_place", "open_outlet"]


class Outlet(Protocol):
    """What becomes of finished frames.

    Frames always become files first, in `folder`, whole or not at all, each noted in the
    manifest. If an outlet makes something else of them, it does so when all are there.

    Attributes:
        place: What a person finds at the end: a folder, or a movie.
        folder: Where the files of the frames go.
        suffix: Their extension; None keeps the input's.
        settings: How they are written.
        marks: What decides the result besides what decides the frames.
        notes: What a person should know, a sentence or two each.
    """

    place: Path
    folder: Path
    suffix: str | None
    settings: WriteSettings
    marks: Fingerprint
    notes: tuple[str, ...]

    def there(self, tasks: Sequence[Task], records: Mapping[int, Record]) -> Collection[int]:
        """Return the indices of tasks whose result is there, as its record says."""

    def refuse_conflicts(
        self,
        tasks: Sequence[Task],
        verified: Collection[int],
        *,
        own: Manifest | None,
        manifests: Sequence[Manifest],
        fingerprint: Fingerprint,
    ) -> None:
        """See `vst_core.runner.conflicts.refuse_conflicts`."""

    def finish(self, plan: Plan, desk: Desk) -> None:
        """Make of the frames what is to be made, now that all of them are there.

        Raises:
            OutputError: It cannot be written.
            Interrupted: The run was asked to stop.
        """


def check_place(job: StylizeJob, source: Input) -> None:
    """Find out, without writing anything, whether the output can be where it shall be.

    Raises:
        OutputError: It cannot.
    """
    if job.makes_movie:
        from vst_core.runner.movie_outlet import check_movie_place

        check_movie_place(output_folder(job.output), source.sequence)
    else:
        check_folder(output_folder(job.output), source.sequence)


def open_outlet(job: StylizeJob, source: Input, header: Header) -> Outlet:
    """Return where the frames of a job go.

    Args:
        job: The settings.
        source: Where its frames come from.
        header: Of the first of them.

    Raises:
        OutputError: The encoder of a movie is not there.
    """
    if job.makes_movie:
        from vst_core.runner.movie_outlet import MovieOutlet

        return MovieOutlet(job, source, header)
    return FolderOutlet(job, header)


class FolderOutlet:
    """A folder of frames: they are the result themselves."""

    marks: Fingerprint
    notes: tuple[str, ...] = ()

    def __init__(self, job: StylizeJob, header: Header) -> None:
        self.place = self.folder = output_folder(job.output)
        self.suffix = output_suffix(job.format, header)
        self.settings = WriteSettings(strength=job.strength, depth=job.depth)
        self.marks = {}

    def there(self, tasks: Sequence[Task], records: Mapping[int, Record]) -> Collection[int]:
        """See `Outlet`."""
        return files_there(tasks, records)

    def refuse_conflicts(
        self,
        tasks: Sequence[Task],
        verified: Collection[int],
        *,
        own: Manifest | None,
        manifests: Sequence[Manifest],
        fingerprint: Fingerprint,
    ) -> None:
        """See `Outlet`."""
        refuse_conflicts(tasks, verified, own=own, manifests=manifests, fingerprint=fingerprint)

    def finish(self, plan: Plan, desk: Desk) -> None:
        """See `Outlet`: there is nothing more to do."""
