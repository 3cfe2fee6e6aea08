# SPDX-License-Identifier: Apache-2.0
"""One run: the input's frames are rendered, the engine paints them, the node shows the result."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

from . import node as nodes
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

PROBLEMS = (StylizeError, EngineError, ForeignFolderError, RuntimeError, OSError)
"""What a person can mend: one line on the node."""


def stylize_here(node: Any) -> bool:
    """Paint a node from its button; whatever goes wrong is a line on the node.

    Returns:
        Whether the node shows a result of its input and settings as they are now.
    """
    try:
        nodes.say(node, paint(node, Watching(f"Stylize {node.name()}")))
    except CancelledError:
        nodes.say(node, "Cancelled")
    except PROBLEMS as error:
        nodes.say(node, line_of(error))
    else:
        return True
    return False


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
    plan = make_plan(node)
    count = len(plan.frames)
    some = f"{count} frame{'s' * (count != 1)}"
    if files := plan.result():
        nodes.show(node, files, plan.frames, plan.painted)
        return f"{some} as they were: nothing has changed"
    require_fresh(nodes.sources(node))
    engine = find_engine(value_of(node, "engine"), named_by="the knob Engine")
    job = plan.job(_version(engine))
    _render(node, plan, job, watching)
    names, remarks = _run(job, engine, watching)
    plan.note(job, names)
    nodes.show(node, [job.output / name for name in names], plan.frames, plan.painted)
    return ". ".join([f"{some} painted", *remarks[:1]])


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


def _run(job: Job, engine: Engine, watching: Watching) -> tuple[list[str], list[str]]:
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
        _end(process)
        raise
    finally:
        process.kill()
    if process.problem:
        raise EngineError(process.problem)
    files = progress.files(job.pictures)
    job.finish(files)
    return files, progress.remarks


def _end(process: Process) -> None:
    """Ask a process to end; a moment later it is ended by force."""
    process.cancel()
    while process.running:
        process.poll()
        time.sleep(_PAUSE)
