"""Whether the frames of a job depend on each other."""

from __future__ import annotations

from vst_core.catalog import NO_FLOW, find_method
from vst_core.job.stylize_job import StylizeJob

__all__ = ["is_guided", "is_recurrent", "wants_motion"]


def wants_motion(job: StylizeJob) -> bool:
    """Whether frames are to know how the picture moved: by the method's nature, or as asked."""
    method = find_method(job.method)
    return method.needs_flow or ("start" in method.reads and job.start == "previous")


def is_guided(job: StylizeJob) -> bool:
    """Whether frames know of each other by motion, and there is a source of it."""
    return wants_motion(job) and job.flow != NO_FLOW


def is_recurrent(job: StylizeJob) -> bool:
    """Whether a frame depends on those before it."""
    method = find_method(job.method)
    return (is_guided(job) or method.memory > 0) and method.temporal != "multi-pass"
