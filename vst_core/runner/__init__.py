"""A job over a sequence: plan, resume, read ahead, stylize, write atomically, tell.

plan = plan_job(job)                 # every file and size; raises what can be known before
run_plan(plan, print)                # or run_job(job, print): both at once

Which frames are done stands in a manifest beside the output; a run that was stopped or killed
goes on from there to the same bytes.

Files:

- `errors_at_frame`: errors at a frame: its number, and for lack of memory the setting that
  helps
- `flow_inputs`: the files that hold a run's motion, frame by frame
- `io/`: where frames come from and go to
- `joined_movie`: frames that are finished, as a movie: what a farm does when all chunks are there
- `loop/`: the loop over frames: read ahead, stylize, write behind, report
- `method_settings`: from a job to what its method is opened with
- `motion_choice`: which source tells a run's motion: a renderer's vectors, where they are and fit,
  or an estimate
- `opened_job`: A job with its input and output opened, and what works on it picked
- `passes/`: methods that go over a shot several times, forwards and backwards in turn
- `plan`: the plan of a run: everything that is known before its first frame
- `planning`: from a job to its plan: every file, every size, and what is done already
- `regions/`: several styles in one picture, as a run sees it
- `resume/`: what decides a frame's bytes, and what an earlier run has left
- `run`: A run from its beginning to its end
- `style_video`: styles out of a video: which of its frames are styles, and where in the shot
- `task`: one frame to make: its number, its files, where it is in its shot
- `task_list`: the frames of a job as tasks: each with its files, its place in its shot, and its
  values
- `threads`: how many threads the numerical libraries use
- `values_over_time`: the values of a job that change over time, as part of what decides each
  frame
- `views/`: stereo: two views of a shot, the second painted from what the first one became
- `watched_shot`: a shot whose motion is looked at, and which is not painted
"""

from vst_core.runner.errors_at_frame import failed
from vst_core.runner.joined_movie import JoinedMovie, join_frames
from vst_core.runner.plan import Plan
from vst_core.runner.planning import plan_job
from vst_core.runner.resume.examine import Resume
from vst_core.runner.run import run_job, run_plan
from vst_core.runner.task import FrameTask
from vst_core.runner.threads import thread_limit
from vst_core.runner.watched_shot import WatchedShot, watch_shot
from vst_core.stopping import StopRequest, catch_signals

__all__ = [
    "FrameTask",
    "JoinedMovie",
    "Plan",
    "Resume",
    "StopRequest",
    "WatchedShot",
    "catch_signals",
    "failed",
    "join_frames",
    "plan_job",
    "run_job",
    "run_plan",
    "thread_limit",
    "watch_shot",
]
