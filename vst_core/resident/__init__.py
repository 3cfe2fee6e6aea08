"""An engine that stays: it loads torch once, and makes job after job as it is asked to.

with ChildEngine() as engine:                 # a process of its own, by its stdin and stdout
    engine.run(job, on_event)                 # as vst_core.runner.run_job, but nothing of it
                                              # can end this process
make_at(folder, job, on_event)                # one that listens in a folder, for a farm's tasks

Nothing here loads torch; the engine's own process does.

| file | holds |
|------|-------|
| `channel`       | messages to and from another process, a line each |
| `asking`        | the asking side: a job sent, its events heard, a stop handed on |
| `child_engine`  | an engine as a child process |
| `meeting_place` | the socket in a folder that only its owner can enter |
| `lifetime`      | how long an engine that listens stays: as long as the session that began it |
| `answering`     | the engine's side, where jobs are made |
| `beginning`     | begin an engine that listens, ask it, end it |
"""

from vst_core.resident.beginning import begin_engine, end_engine, make_at
from vst_core.resident.child_engine import ChildEngine

__all__ = ["ChildEngine", "begin_engine", "end_engine", "make_at"]
