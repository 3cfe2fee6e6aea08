"""Whether the frames of a job depend on each other."""

from __future__ import annotations

from vst_core.catalog import NO_FLOW, find_method
from vst_core.job.stylize_job import StylizeJob

__all__ = ["is_guided", "is_recurrent"]


def is_guided(job: StylizeJob) -> bool:
    """Whether frames know of each other: by the method's nature, or because a job asks."""
    method = find_method(job.method)
    asked = "start" in method.reads and job.start == "previous"
    return (method.needs_flow or asked) and job.flow != NO_FLOW


def is_recurrent(job: StylizeJob) -> bool:
    """Whether a frame depends on those before it."""
    method = find_method(job.method)
    return (is_guided(job) or method.memory > 0) and method.temporal != "multi-pass"
