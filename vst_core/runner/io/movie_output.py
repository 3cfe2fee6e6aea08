"""A movie as the result: its frames are kept as files until all are there, then encoded.

An encoder cannot be stopped in the middle and gone on with later to the same bytes. So the
frames of `out/result.mov` first lie in `out/.vst/result.mov/` as PNG files, with a manifest as
everywhere. When all are there, they are encoded in one go to a hidden file that gets its name
when it is whole, and deleted. A run that was killed goes on with the first frame that is not
there; killed while encoding, it encodes again. The same frames give the same bytes.
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from numpy.typing import NDArray

from vst_core.atomic import partial_files
from vst_core.catalog import pick_codec
from vst_core.errors import OutputError
from vst_core.frames import FrameRange, FrameSequence
from vst_core.hosts.hashes import file_hash
from vst_core.image import Header, WriteSettings, read_pixels
from vst_core.job import StylizeJob
from vst_core.runner.io.destination import FinishWatch
from vst_core.runner.io.movie_record import MovieRecord, content_of, read_record, write_record
from vst_core.runner.io.movie_timing import MovieTiming
from vst_core.runner.io.output_folder import check_writable, output_folder
from vst_core.runner.io.output_names import OutputNames
from vst_core.runner.resume.examine import files_there
from vst_core.runner.resume.frame_key import RunKey, difference
from vst_core.runner.resume.manifest import Manifest, Record, read_manifest
from vst_core.runner.task import FrameTask
from vst_core.video import check_encoder, movie_size, write_movie
from vst_core.video.inputs import Input

__all__ = ["MovieFile", "check_movie_place"]

_SUFFIX = ".png"
_TELL_EVERY = 2.0  # seconds


def check_movie_place(path: Path, frames: FrameSequence) -> None:
    """Find out, without writing anything, whether a movie can be written there.

    Raises:
        OutputError: It is the input itself, a folder, or not to be written.
    """
    if path.is_dir():
        what = f"The output {path} is a folder, but named like a movie"
        raise OutputError(what, fix="Choose another name.")
    if frames.movie is not None and path.exists() and path.samefile(frames.movie):
        what = f"The output {path} is the input itself"
        raise OutputError(what, fix="Choose another name: the source is never touched.")
    check_writable(path.parent)


class MovieFile:
    """One movie.

    Args:
        job: The settings.
        source: Where its frames come from.
        header: Of the first of them.

    Raises:
        OutputError: The encoder is not there.
    """

    def __init__(self, job: StylizeJob, source: Input, header: Header) -> None:
        self.place = output_folder(job.output)
        folder = self.place.parent / ".vst" / self.place.name
        self.names = OutputNames(folder=folder, sequence=source.sequence, suffix=_SUFFIX)
        codec = pick_codec(job.codec, self.place.suffix, alpha=header.has_alpha)
        check_encoder(codec.name)
        self.settings = WriteSettings(depth=codec.depth, labels=False)
        self._frames = source.sequence.frames
        timing = MovieTiming(job, source, header, target=self.place)
        self._movie = timing.settings(codec.name)
        self.notes = (*timing.notes, *_size_note(self.place, codec.name, header))
        self.key_parts: RunKey = {
            "codec": codec.name,
            "fps": str(self._movie.rate),
            "sound": "copied" if self._movie.sound else "none",
        }
        self._record = folder / ".vst" / "movie.json"
        self._complete = False

    def there(self, tasks: Sequence[FrameTask], records: Mapping[int, Record]) -> Collection[int]:
        """See `Destination`: a whole movie stands for all of its frames."""
        noted = read_record(self._record)
        in_order = [records[index] for index in sorted(records)]
        if (
            noted is not None
            and len(in_order) == len(tasks)
            and noted.content == content_of(in_order)
            and noted.vouches_for(self.place)
        ):
            self._complete = True
            return records.keys()
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
        """See `Destination`: the frames are the run's own, so only the movie counts."""
        known = {frame for one in manifests for frame in (*one.records, *one.writing)}
        strangers = [task for task in tasks if task.frame not in known and task.output.exists()]
        if strangers:
            what = f"{strangers[0].output} would be replaced: it was not made by this job"
            raise OutputError(what, fix="Move it away, or choose another name for the movie.")
        if self._complete or not self.place.exists():
            return
        noted = read_record(self._record)
        asked = own is not None and own.overwrite
        if asked and (noted is None or not self._is_of_this_run(noted, run_key)):
            return  # --overwrite, and killed before it was done
        if noted is None or not noted.vouches_for(self.place):
            reason = "was not made by this job, or was changed since"
        elif noted.run_key != run_key:
            changes = difference(noted.run_key, run_key)
            reason = f"was made with other settings: {changes}"
        elif not self._is_of_this_run(noted, run_key):
            reason = f"was made of the frames {noted.frames}"
        else:
            return
        fix = "Choose another name, or make it again with --overwrite."
        raise OutputError(f"{self.place} would be replaced: it {reason}", fix=fix)

    def _is_of_this_run(self, noted: MovieRecord, run_key: RunKey) -> bool:
        frames = str(FrameRange(self._frames))
        return noted.run_key == run_key and noted.frames == frames

    def finish(
        self, tasks: Sequence[FrameTask], manifest: Path, run_key: RunKey, watch: FinishWatch
    ) -> None:
        """See `Destination`."""
        if self._complete:
            return
        noted = read_manifest(manifest)
        assert noted is not None  # this run has written it
        records = [noted.records[task.frame] for task in tasks]
        for leftover in partial_files(self.place):
            leftover.unlink(missing_ok=True)

        told = time.monotonic()

        def look(done: int) -> None:
            nonlocal told
            watch.leave()
            now = time.monotonic()
            if now - told > _TELL_EVERY or done == len(records):
                told = now
                watch.progress(f"Writing {self.place.name}", done / len(records))

        def note(whole: Path) -> None:
            record = MovieRecord(
                sha256=file_hash(whole),
                content=content_of(records),
                frames=str(FrameRange(self._frames)),
                run_key=run_key,
            )
            write_record(self._record, record)

        write_movie(self.place, _pixels(tasks), self._movie, watch=look, sealed=note)
        for task in tasks:
            with contextlib.suppress(OSError):
                task.output.unlink(missing_ok=True)


def _pixels(tasks: Sequence[FrameTask]) -> Iterator[NDArray[Any]]:
    for task in tasks:
        yield read_pixels(task.output)


def _size_note(path: Path, codec: str, header: Header) -> tuple[str, ...]:
    window = header.display_window
    size = (window.width, window.height)
    width, height = movie_size(codec, size)
    if (width, height) == size:
        return ()
    return (
        f"{path.name} is {width} x {height}, a pixel more than the frames ({size[0]} x "
        f"{size[1]}): the codec wants even sides, and the last column or row is doubled.",
    )
