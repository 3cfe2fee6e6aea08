"""A job over a sequence: plan, resume, read ahead, stylize, write atomically, tell.

plan = plan_job(job)                 # every file and size; raises what can be known before
run_plan(plan, print)                # or run_job(job, print): both at once

Which frames are done stands in a manifest beside the output; a run that was stopped or killed
goes on from there to the same bytes.
"""

from vst_core.runner.failures import failed
from vst_core.runner.plan import Plan, plan_job
from vst_core.runner.resume import Resume, Task
from vst_core.runner.run import run_job, run_plan
from vst_core.runner.signals import StopRequest, catch_signals

__all__ = [
    "Plan",
    "Resume",
    "StopRequest",
    "Task",
    "catch_signals",
    "failed",
    "plan_job",
    "run_job",
    "run_plan",
]
