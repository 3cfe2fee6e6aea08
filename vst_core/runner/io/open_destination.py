"""From a job to where its frames go: files of frames, or one movie."""

from __future__ import annotations

from vst_core.image import Header
from vst_core.job import StylizeJob
from vst_core.runner.io.destination import Destination
from vst_core.runner.io.frame_folder import FrameFolder
from vst_core.runner.io.output_folder import check_folder, output_folder
from vst_core.runner.io.output_names import check_names
from vst_core.video.inputs import Input

__all__ = ["check_destination", "open_destination"]


def check_destination(job: StylizeJob, source: Input) -> None:
    """Find out, without writing anything, whether the output can be where it shall be.

    Raises:
        OutputError: It cannot.
        UsageError: It is one picture, and there are several frames.
    """
    if job.makes_movie:
        from vst_core.runner.io.movie_output import check_movie_place

        check_movie_place(output_folder(job.output), source.sequence)
    elif job.output_kind == "folder":
        check_folder(output_folder(job.output), source.sequence)
    else:
        check_names(job, source.sequence)


def open_destination(job: StylizeJob, source: Input, header: Header) -> Destination:
    """Return where the frames of a job go.

    Args:
        job: The settings.
        source: Where its frames come from.
        header: Of the first of them.

    Raises:
        OutputError: The encoder of a movie is not there.
    """
    if job.makes_movie:
        from vst_core.runner.io.movie_output import MovieFile

        return MovieFile(job, source, header)
    return FrameFolder(job, source.sequence, header)
