# SPDX-License-Identifier: GPL-3.0-or-later
"""Work that runs the engine, step by step, and how far it is."""

from __future__ import annotations

import os
from collections.abc import Generator, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

import bpy

from .. import preferences
from ..hosts import engine_facts
from ..hosts.engine import Engine, EngineError, clean_environment
from ..hosts.job_file import Job
from ..hosts.job_progress import JobProgress
from ..hosts.messages import Failed, Finished, Message, Progress
from ..hosts.own_folders import ForeignFolderError
from ..hosts.process import Process
from ..sequencer.strips import StripError

__all__ = ["EngineRun", "RunState"]

RunState = Literal["waiting", "running", "done", "failed", "cancelled"]
_INPUT_CODE, _OUTPUT_CODE, _FAULT_CODE, _STOPPED_CODE = 3, 4, 1, 143
"""Exit codes of the engine's kind, for what happens before or beside it."""


@dataclass(eq=False, kw_only=True)
class EngineRun:
    """Something that the engine does, or that waits for it.

    Attributes:
        name: For people.
        state: How far it is.
        text: What it is at, or how it ended, as one line.
        fraction: The part done, 0 to 1.
        exit_code: The engine's, once it is over.
        remarks: What a person should know in the end.
        uid: The lasting name of its strip; empty where it is about no strip.
        frame: The one frame of the timeline to make, for a preview; None means all.
        shown: The finished picture of a preview.
    """

    name: str
    uid: str = ""
    frame: int | None = None
    shown: Path | None = None
    state: RunState = "waiting"
    text: str = "Waiting"
    fraction: float = 0.0
    exit_code: int = 0
    remarks: list[str] = field(default_factory=list)
    _process: Process | None = None
    _steps: Iterator[None] | None = None

    @property
    def over(self) -> bool:
        """Whether nothing more will happen."""
        return self.state in ("done", "failed", "cancelled")

    def steps(self, engine: Engine, version: str) -> Iterator[None]:
        """Do the work, giving back the control wherever it would have to wait."""
        raise NotImplementedError

    def advance(self) -> None:
        """Go on as far as is possible without waiting."""
        if self.over:
            return
        try:
            if self._steps is None:
                self.state, self._steps = "running", self._run()
            next(self._steps)
        except StopIteration:
            if not self.over:
                self.state, self.fraction = "done", 1.0
        except (StripError, EngineError, ForeignFolderError) as error:
            self._end("failed", str(error), _INPUT_CODE)
        except OSError as error:
            what = f"{error.filename or self.name}: {error.strerror or error}"
            self._end("failed", what, _OUTPUT_CODE)
        except Exception as error:  # a fault of this add-on must not stop the others
            what = " ".join(str(error).split())
            text = f"Something went wrong inside: {type(error).__name__}: {what}"
            self._end("failed", text, _FAULT_CODE)

    def cancel(self) -> None:
        """Stop; a process ends by itself or, a moment later, by force."""
        if self._process is not None:
            self.text = "Cancelling"
            self._process.cancel()
        elif not self.over:
            self._end("cancelled", "Cancelled", _STOPPED_CODE)

    def kill(self) -> None:
        """Stop at once, without a word."""
        if not self.over:
            self._end("cancelled", "Cancelled", _STOPPED_CODE)

    def paint(self, job: Job, engine: Engine) -> Generator[None, None, list[str]]:
        """Run the engine; the generator's value is the names of the frames, in order."""
        job.write()
        environment = clean_environment()
        online = getattr(bpy.app, "online_access", True)
        if not online:
            environment["VST_OFFLINE"] = "1"
        command = engine.command("seq", "--job", str(job.file), "--progress", "json")
        progress = JobProgress()
        self.text = progress.text
        for message in self._messages(command, job.folder, environment, strict=True):
            if isinstance(message, Failed) and message.code == "weights" and not online:
                self.remarks.append(message.message)
                self._end("failed", _OFFLINE, message.exit_code)
                return []
            progress.hear(message)
            self.fraction, self.text = progress.fraction, progress.text
            yield
        self.remarks += progress.remarks
        if self.over:
            return []
        files = progress.files(job.pictures)
        job.finish(files)
        return files

    def second_blender(self, command: list[str], folder: Path, text: str) -> Iterator[None]:
        """Run a second Blender that renders; see `route`."""
        if self.over:
            return
        self.text = text
        finished = False
        for message in self._messages(command, folder, dict(os.environ), strict=False):
            finished = finished or isinstance(message, Finished)
            if isinstance(message, Progress):
                self.fraction = message.fraction
            yield
        if not self.over and not finished:
            raise StripError("The second Blender ended without rendering the strip")
        self.fraction = 0.0

    def _run(self) -> Iterator[None]:
        engine = preferences.engine()
        self.text = "Asking the engine"
        known = engine_facts.learn(engine)
        while known.busy:
            yield
        if known.error:
            raise EngineError(known.error)
        yield from self.steps(engine, known.version)

    def _messages(
        self, command: list[str], folder: Path, environment: dict[str, str], *, strict: bool
    ) -> Iterator[Message]:
        """Run a process and yield its messages; an empty one where there is nothing new."""
        process = self._process = Process(
            command,
            environment=environment,
            folder=folder,
            strict=strict,
            silence=preferences.silence(),
        )
        while process.running:
            yield from process.poll() or [Message()]
        self._process = None
        if process.cancelled:
            self._end("cancelled", "Cancelled", _STOPPED_CODE)
        elif process.problem and not self.over:
            self._end("failed", process.problem, max(process.code or 0, 0) or _FAULT_CODE)

    def _end(self, state: RunState, text: str, exit_code: int) -> None:
        if self._process is not None:
            self._process.kill()
        self._process = None
        self.state, self.text, self.exit_code = state, text, exit_code
        if self._steps is not None and not getattr(self._steps, "gi_running", False):
            self._steps.close()  # type: ignore[attr-defined]  # a generator tidies up now


_OFFLINE = "Weights are missing: allow online access in Preferences, System"
