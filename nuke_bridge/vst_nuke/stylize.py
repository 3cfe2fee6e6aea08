# SPDX-License-Identifier: Apache-2.0
"""One run: the input's frames are rendered, the engine paints them, the node shows the result."""

from __future__ import annotations

import time
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import nuke

from . import node as nodes
from .background import in_background
from .hosts import engine_facts
from .hosts.engine import Engine, EngineError, clean_environment, find_engine
from .hosts.job_file import Job, remove_results
from .hosts.job_progress import JobProgress
from .hosts.own_folders import MARKER, ForeignFolderError
from .hosts.process import Process
from .input_frames import remove_input, render_missing
from .job import Plan, StylizeError, base_folder, make_plan, require_fresh, restore
from .knobs import value_of
from .node import reset_range
from .watching import CancelledError, Watching

__all__ = [
    "PROBLEMS", "clear", "line_of", "look_for_result", "paint", "reset_range", "stylize_here",
]  # fmt: skip

_PAUSE = 0.05
_SILENCE = 900.0
"""Seconds without a word after which an engine counts as hanging."""

Painted = tuple[list[str], list[str]]
"""The names of painted frames, in order, and what the engine has remarked."""

PROBLEMS = (StylizeError, EngineError, ForeignFolderError, RuntimeError, OSError)
"""What a person can mend: one line on the node."""


def stylize_here(node: Any) -> None:
    """Paint a node from its button; whatever goes wrong is a line on the node.

    In Nuke's interface only the input is rendered while it waits, as by any Write: the engine
    paints beside it, and the node shows the result when that is there.
    """
    title = f"Stylize {node.name()}"
    try:
        work = _begin(node, Watching(title))
        if isinstance(work, str):
            nodes.say(node, work)
        elif not nuke.GUI:
            nodes.say(node, _end(node, work, work.paint(Watching(title))))
        elif in_background(work.name, title, work.paint, partial(_arrived, node, work)):
            nodes.say(node, "Being painted: you can go on working")
        else:
            nodes.say(node, "Being painted already")
    except CancelledError:
        nodes.say(node, "Cancelled")
    except PROBLEMS as error:
        nodes.say(node, line_of(error))


def paint(node: Any, watching: Watching) -> str:
    """Paint what is not painted yet, and show it.

    Returns:
        What was done, as one line.

    Raises:
        CancelledError: The user has cancelled.
        StylizeError: Something has to be set first.
        EngineError: The engine is missing, or does not what it should.
        RuntimeError: Nuke cannot render the input.
        ForeignFolderError: A folder for results is somebody else's.
        OSError: Results cannot be written.
    """
    work = _begin(node, watching)
    return work if isinstance(work, str) else _end(node, work, work.paint(watching))


@dataclass(frozen=True)
class _Work:
    """What the engine is to do; nothing of it asks Nuke for anything."""

    plan: Plan
    job: Job
    engine: Engine

    @property
    def name(self) -> str:
        """Names the files that are made: two nodes may ask for the same."""
        return str(self.job.output)

    def paint(self, watching: Watching) -> Painted:
        """Let the engine paint."""
        return _run(self.job, self.engine, watching)


def _begin(node: Any, watching: Watching) -> _Work | str:
    """Render what is missing of the input; or say that everything is there, and show it."""
    plan = make_plan(node)
    if files := plan.result():
        nodes.show(node, files, plan.frames, plan.painted)
        return f"{_count(plan)} as they were: nothing has changed"
    require_fresh(nodes.sources(node))
    engine = find_engine(value_of(node, "engine"), named_by="the knob Engine")
    work = _Work(plan, plan.job(_version(engine)), engine)
    _render(node, plan, work.job, watching)
    return work


def _end(node: Any, work: _Work, painted: Painted) -> str:
    """Show what the engine has painted, and return what was done, as one line."""
    names, remarks = painted
    work.plan.note(work.job, names)
    files = [work.job.output / name for name in names]
    nodes.show(node, files, work.plan.frames, work.plan.painted)
    return ". ".join([f"{_count(work.plan)} painted", *remarks[:1]])


def _arrived(node: Any, work: _Work, outcome: Painted | Exception) -> None:
    """Take what became of the work, in Nuke's main thread; the node may be another by now."""
    if not nodes.is_there(node):  # deleted, or its script closed: the files can still be found
        if not isinstance(outcome, Exception):
            work.plan.note(work.job, outcome[0])
        return
    try:
        if isinstance(outcome, Exception):
            raise outcome
        nodes.say(node, _end(node, work, outcome))
        if make_plan(node).painted != work.plan.painted:
            nodes.say(node, f"{_count(work.plan)} painted as it was: the node has changed since")
    except CancelledError:
        nodes.say(node, "Cancelled")
    except PROBLEMS as error:
        nodes.say(node, line_of(error))


def clear(node: Any) -> None:
    """Remove the files that nodes have made for this script; the node shows its input."""
    try:
        kept = _remove(base_folder(node))
    except PROBLEMS as error:
        nodes.say(node, line_of(error))
        return
    nodes.show_input(node)
    nodes.say(node, f"Kept, as others made them: {kept[0]}" if kept else "Results removed")


def look_for_result(node: Any) -> None:
    """Let a node show the result of its input and settings, where it is on disk already."""
    try:
        restore(node)
    except PROBLEMS as error:
        nodes.say(node, line_of(error))


def line_of(error: BaseException) -> str:
    """Return what went wrong as one line."""
    if isinstance(error, OSError) and error.filename:
        return f"{error.filename}: {error.strerror}"
    return " ".join(str(error).split()) or type(error).__name__


def _count(plan: Plan) -> str:
    count = len(plan.frames)
    return f"{count} frame{'s' * (count != 1)}"


def _remove(base: Path) -> list[Path]:
    """Remove all results under a folder; returns what is there still."""
    kept: list[Path] = []
    for folder in sorted(base.glob("*.vst-*")):
        if (folder / MARKER).is_file():
            remove_input(folder)
            kept += remove_results(folder)
    return kept


def _version(engine: Engine) -> str:
    known = engine_facts.learn(engine, wait=True)
    if known.error:
        raise EngineError(known.error)
    return known.version


def _render(node: Any, plan: Plan, job: Job, watching: Watching) -> None:
    nodes.set_layers(node, plan.layers)
    for what in ("input", "mask") if plan.masked else ("input",):
        render_missing(node, job.folder, what, plan.frames, watching)


def _run(job: Job, engine: Engine, watching: Watching) -> Painted:
    """Let the engine paint; returns the names of the frames, in order, and its remarks."""
    job.write()
    command = engine.command("seq", "--job", str(job.file), "--progress", "json")
    process = Process(command, environment=clean_environment(), folder=job.folder, silence=_SILENCE)
    progress = JobProgress()
    try:
        while process.running:
            for message in process.poll():
                progress.hear(message)
            watching.tell(progress.fraction, progress.text)
            time.sleep(_PAUSE)
    except CancelledError:
        _finish(process)
        raise
    finally:
        process.kill()
    if process.problem:
        raise EngineError(process.problem)
    files = progress.files(job.pictures)
    job.finish(files)
    return files, progress.remarks


def _finish(process: Process) -> None:
    """Ask a process to end; a moment later it is ended by force."""
    process.cancel()
    while process.running:
        process.poll()
        time.sleep(_PAUSE)
