"""The engine's side: jobs are taken one after the other, made, and told of."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import sys
from dataclasses import dataclass, field
from pathlib import Path
from queue import SimpleQueue

from vst_core.devices import release_card_memory
from vst_core.errors import Interrupted, UsageError
from vst_core.job import StylizeJob
from vst_core.protocol import Cancel, Leave, Make, Message
from vst_core.resident.channel import MessageChannel, over_descriptors, over_socket
from vst_core.resident.lifetime import Lifetime
from vst_core.resident.meeting_place import MeetingPlace
from vst_core.runner import StopRequest, failed, plan_job, run_job
from vst_core.version import __version__

__all__ = ["Conversation", "main", "stay"]

_STDIN, _STDOUT = 0, 1
_EASILY_ENDED = "500"
"""For /proc/self/oom_score_adj: where memory is short the engine goes, and not who asked it."""


@dataclass
class _Request:
    """A job that was asked for, and whether that is still wanted."""

    make: Make
    stop: StopRequest = field(default_factory=StopRequest)
    unwanted: bool = False

    def drop(self) -> None:
        self.unwanted = True
        self.stop.request()


class Conversation:
    """What one side that asks has asked for."""

    def __init__(self) -> None:
        self._asked: SimpleQueue[_Request | Leave | None] = SimpleQueue()
        self._last: _Request | None = None

    def hear(self, message: Message | None) -> None:
        """Take a message, or that nobody is there any more; called in a channel's thread."""
        if isinstance(message, Make):
            self._last = _Request(message)
            self._asked.put(self._last)
        elif isinstance(message, Leave):
            self._asked.put(message)
        elif message is None or isinstance(message, Cancel):
            if self._last is not None:
                self._last.drop()
            if message is None:
                self._asked.put(None)

    def answer(self, channel: MessageChannel) -> bool:
        """Make what is asked for until nobody asks, and return whether to stay for others.

        Raises:
            Interrupted: A signal to this process has ended a job that was still wanted.
        """
        while isinstance(asked := self._asked.get(), _Request):
            try:
                _make(asked.make, channel, asked.stop)
            except Exception as error:  # whatever it is: the next job may be a good one
                if isinstance(error, Interrupted) and not asked.unwanted:
                    raise
                channel.send(failed(error))
            release_card_memory()  # this process stays, beside others that use the card
        return asked is None


def stay(place: MeetingPlace, lifetime: Lifetime) -> None:
    """Answer whoever comes, one after the other, for a lifetime."""
    while not lifetime.is_over():
        connection = place.visitor()
        if connection is None:
            continue
        conversation = Conversation()
        with over_socket(connection, conversation.hear) as channel:
            if not conversation.answer(channel):
                return
        lifetime.renew()


def main() -> None:
    """Be an engine that its parent asks; or with a folder's name one that listens there."""
    with contextlib.suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text(_EASILY_ENDED, encoding="ascii")
    try:
        if sys.argv[1:]:
            folder, begun_by = sys.argv[1:]
            with MeetingPlace(Path(folder)) as place:
                stay(place, Lifetime(Path(folder), begun_by))
        else:
            sys.stdout = sys.stderr  # libraries print, the other side parses
            conversation = Conversation()
            conversation.answer(over_descriptors(_STDIN, _STDOUT, conversation.hear))
    except Interrupted as error:  # who asked shall see how it ended
        signal.signal(error.signum, signal.SIG_DFL)
        os.kill(os.getpid(), error.signum)


def _make(make: Make, channel: MessageChannel, stop: StopRequest) -> None:
    if make.version != __version__:
        raise UsageError(f"This engine is {__version__}, and {make.version} was asked for")
    os.chdir(make.folder)
    job = StylizeJob.from_dict(json.loads(make.job))
    if make.sample:
        job = _sample(job, make.sample, channel)
    run_job(job, channel.send, stop=stop)


def _sample(job: StylizeJob, folder: str, channel: MessageChannel) -> StylizeJob:
    """Return the job of a job's first frame, after a look whether the whole can be made."""
    plan = plan_job(job)  # refuses what the run would refuse, its output too
    plan.input.close()
    channel.send(plan.started)
    only = {"frames": str(plan.tasks[0].frame), "output": folder, "preview": "", "state_out": ""}
    return job.with_changes(only)
