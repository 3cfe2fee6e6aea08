"""The input of a job, opened."""

from __future__ import annotations

from vst_core.job import StylizeJob
from vst_core.video.inputs import Input, open_input

__all__ = ["open_job_input"]


def open_job_input(job: StylizeJob) -> Input:
    """Find the frames that a job names.

    Raises:
        InputError, UsageError: See `open_input`.
    """
    return open_input(
        job.input,
        frames=job.frame_range,
        missing=job.missing,  # type: ignore[arg-type]  # checked by the job
    )
