# SPDX-License-Identifier: GPL-3.0-or-later
"""One piece of work: a strip (or one frame of it), from reading it to placing its result."""

from __future__ import annotations

import os
from collections.abc import Generator, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import bpy

from . import knowledge, pairs, preferences
from .engine import Engine, EngineError, clean_environment
from .jobs import Job, Pictures, make_job
from .naming import clean_name
from .placing import place_result
from .process import Process
from .protocol import Finished, FrameDone, Message, Progress, Warned
from .reading import Reading
from .strips import StripError

__all__ = ["State", "Work"]

State = Literal["waiting", "running", "done", "failed", "cancelled"]
_INPUT_CODE, _OUTPUT_CODE, _FAULT_CODE, _STOPPED_CODE = 3, 4, 1, 143
"""Exit codes of the engine's kind, for what happens before or beside it."""


@dataclass(eq=False)
class Work:
    """A strip that is stylized, or waits for it.

    Attributes:
        scene: Name of its scene.
        uid: The strip's lasting name.
        name: The strip's name, for people.
        frame: The one frame of the timeline to make, for a preview; None means the strip.
        state: How far it is.
        text: What it is at, or how it ended, as one line.
        fraction: The part done, 0 to 1.
        exit_code: The engine's, once it is over.
        remarks: What a person should know in the end.
        shown: The finished picture of a preview.
    """

    scene: str
    uid: str
    name: str
    frame: int | None = None
    state: State = "waiting"
    text: str = "Waiting"
    fraction: float = 0.0
    exit_code: int = 0
    remarks: list[str] = field(default_factory=list)
    shown: Path | None = None
    _process: Process | None = None
    _steps: Iterator[None] | None = None

    @property
    def over(self) -> bool:
        """Whether nothing more will happen."""
        return self.state in ("done", "failed", "cancelled")

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
        except (StripError, EngineError) as error:
            self._fail(str(error), _INPUT_CODE)
        except OSError as error:
            self._fail(f"{error.filename or self.name}: {error.strerror or error}", _OUTPUT_CODE)
        except Exception as error:  # a fault of this add-on must not stop the others
            what = " ".join(str(error).split())
            self._fail(f"Something went wrong inside: {type(error).__name__}: {what}", _FAULT_CODE)

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

    def strip(self) -> tuple[Any, Any]:
        """Return the strip and its scene as they are now.

        Raises:
            StripError: Either is gone.
        """
        scene = bpy.data.scenes.get(self.scene)
        strip = pairs.find(scene, self.uid, self.name) if scene else None
        if strip is None:
            raise StripError(f"The strip '{self.name}' is no longer there")
        return strip, scene

    def _run(self) -> Iterator[None]:
        engine = preferences.engine()
        self.text = "Asking the engine"
        known = knowledge.learn(engine)
        while known.busy:
            yield
        if known.error:
            raise EngineError(known.error)
        base = self._base()
        strip, scene = self.strip()
        name = strip.name
        folder = base / clean_name(name)
        runner = self._second_blender
        reading = Reading(strip, scene, folder=folder, frame=self.frame, runner=runner)
        try:
            yield from self._stylize(reading, base, name, engine, known.version)
        finally:
            reading.tidy()

    def _stylize(
        self, reading: Reading, base: Path, name: str, engine: Engine, version: str
    ) -> Iterator[None]:
        yield from reading.run()
        if self.over:
            return
        job = make_job(
            base,
            name,
            pictures=reading.pictures,
            settings=reading.settings,
            engine=version,
            sources=reading.sources,
        )
        anew = reading.afresh or reading.settings.get("overwrite")
        files = [] if anew else job.finished()
        if not files:
            files = yield from self._paint(job, engine)
        if not self.over:
            self._show(reading, [job.output / file for file in files])

    def _base(self) -> Path:
        if self.frame is not None:
            return Path(bpy.app.tempdir) / "vst_preview"
        base = preferences.results_folder()
        if base is None:
            raise StripError("Save the .blend file first: results go beside it")
        return base

    def _paint(self, job: Job, engine: Engine) -> Generator[None, None, list[str]]:
        """Run the engine; the generator's value is the names of the frames, in order."""
        job.write()
        environment = clean_environment()
        if not getattr(bpy.app, "online_access", True):
            environment["VST_OFFLINE"] = "1"
        command = engine.command("seq", "--job", str(job.file), "--progress", "json")
        made: dict[int, str] = {}
        finished = False
        self.text = "Starting the engine"
        for message in self._messages(command, job.folder, environment, strict=True):
            if isinstance(message, FrameDone):
                made[message.frame] = Path(message.path).name
            finished = finished or isinstance(message, Finished)
            self._hear(message)
            yield
        if self.over:
            return []
        if not finished or not made:
            raise EngineError("The engine ended without finishing the job")
        files = _in_order(made, job.pictures)
        job.finish(files)
        return files

    def _second_blender(self, command: list[str], folder: Path, text: str) -> Iterator[None]:
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

    def _messages(
        self, command: list[str], folder: Path, environment: dict[str, str], *, strict: bool
    ) -> Iterator[Message]:
        """Run a process and yield its messages; an empty one where there is nothing new."""
        folder.mkdir(parents=True, exist_ok=True)
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
        elif process.problem:
            self._fail(process.problem, max(process.code or 0, 0) or _FAULT_CODE)

    def _hear(self, message: Message) -> None:
        if isinstance(message, FrameDone):
            self.fraction = message.index / message.total
            self.text = _pace(message)
        elif isinstance(message, Progress):
            self.text = message.text
        elif isinstance(message, Warned):
            self.remarks.append(message.text)

    def _show(self, reading: Reading, paths: list[Path]) -> None:
        self.text = f"{len(paths)} frame{'s' * (len(paths) != 1)} stylized"
        if self.frame is not None:
            self.shown = paths[0]
            return
        strip, scene = self.strip()  # looked up again: the user may have undone something
        first = reading.needed.start
        self.remarks += place_result(strip, scene, source=reading.source, first=first, files=paths)

    def _fail(self, text: str, exit_code: int) -> None:
        self._end("failed", text, exit_code)

    def _end(self, state: State, text: str, exit_code: int) -> None:
        if self._process is not None:
            self._process.kill()
        self._process = None
        self.state, self.text, self.exit_code = state, text, exit_code
        if self._steps is not None and not _executing(self._steps):
            self._steps.close()  # type: ignore[attr-defined]  # a generator tidies up now


def _executing(steps: Iterator[None]) -> bool:
    return bool(getattr(steps, "gi_running", False))


def _in_order(made: dict[int, str], pictures: Pictures) -> list[str]:
    """The file of each picture; one that was left out is held by the one before it."""
    if not pictures.numbers:
        return list(made.values())[:1]
    names = [made.get(number, "") for number in pictures.numbers]
    held = next(name for name in names if name)
    for place, name in enumerate(names):
        held = name or held
        names[place] = held
    return names


def _pace(done: FrameDone) -> str:
    text = f"Frame {done.index} of {done.total}"
    left = (done.total - done.index) / done.fps if done.fps > 0 else 0
    if left < 1:
        return text
    minutes, seconds = divmod(round(left), 60)
    return f"{text}, {minutes} min {seconds:02d} s left" if minutes else f"{text}, {seconds} s left"
