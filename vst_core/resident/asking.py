"""The asking side: a job sent, its events heard, a stop handed on."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from queue import Empty, SimpleQueue

from vst_core.errors import VstError
from vst_core.job import StylizeJob
from vst_core.protocol import Cancel, Failed, Finished, FrameDone, Make, Message, error_of
from vst_core.resident.channel import MessageChannel
from vst_core.stopping import StopRequest, catch_signals
from vst_core.version import __version__

__all__ = ["EngineGone", "ask_for"]

_LOOK_EVERY = 0.2
"""Seconds between two looks whether somebody wants a stop."""


class EngineGone(VstError):  # noqa: N818  # what happened; see `Interrupted`
    """The engine has ended in the middle of a job.

    Attributes:
        last: The last frame that it has finished; None where it was not that far.
    """

    def __init__(self, last: int | None) -> None:
        self.last = last
        super().__init__("The engine has gone", fix="Run the same command again to go on.")


def ask_for(
    job: StylizeJob,
    channel: MessageChannel,
    heard: SimpleQueue[Message | None],
    on_event: Callable[[Message], None],
    *,
    stop: StopRequest | None = None,
    sample: str = "",
) -> Finished:
    """Let an engine make a job, as `vst_core.runner.run_job` would: the same events.

    Args:
        job: What is asked for; its relative paths are seen from this process's folder.
        channel: To the engine.
        heard: What comes from it.
        on_event: Told of everything but `Failed`, which is raised.
        stop: Another way to ask for an orderly stop than SIGINT and SIGTERM.
        sample: Make only the first frame, into this folder; see `Make`.

    Raises:
        VstError: As the engine raised it.
        Interrupted: It was asked to stop; the frame at hand is finished.
        EngineGone: It has ended without a word.
    """
    stop = stop or StopRequest()
    last: int | None = None
    with catch_signals(stop):
        stop.check()
        settings = json.dumps(job.to_dict())
        here = str(Path.cwd())
        channel.send(Make(job=settings, folder=here, version=__version__, sample=sample))
        for message in _messages(channel, heard, stop):
            if message is None:
                stop.check()  # a farm may have sent its signal to both
                raise EngineGone(last)
            if isinstance(message, Failed):
                stop.check()
                raise error_of(message)
            last = message.frame if isinstance(message, FrameDone) else last
            on_event(message)
            if isinstance(message, Finished):
                return message
    raise AssertionError("messages have no end")


def _messages(
    channel: MessageChannel, heard: SimpleQueue[Message | None], stop: StopRequest
) -> Iterator[Message | None]:
    """Yield what comes; a wish to stop is handed on once."""
    asked = False
    while True:
        if stop.signum is not None and not asked:
            asked = True
            channel.send(Cancel())
        try:
            yield heard.get(timeout=_LOOK_EVERY)
        except Empty:
            continue
