# SPDX-License-Identifier: GPL-3.0-or-later
"""Stylize All: which strips it takes, and how it ends without a window, on a farm."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import bpy

from .. import versions
from ..sequencer import pairs
from ..sequencer.strips import obstacle
from .pump import print_line
from .queue import QUEUE

if TYPE_CHECKING:
    from .strip_work import Work

__all__ = ["run", "wanted"]

_NOTHING_TO_DO = 2
"""The engine's exit code for a request that makes no sense."""


def wanted() -> list[tuple[Any, Any]]:
    """Return every strip that is marked, with its scene; where none is, all that suit."""
    originals = list(_originals())
    marked = [pair for pair in originals if pair[1].vst.in_batch]
    return marked or [pair for pair in originals if pair[1].type in ("MOVIE", "IMAGE")]


def run(works: Sequence[Work], *, save: bool) -> set[str]:
    """Wait until everything is done, telling of it on stderr.

    Where a strip fails, Blender ends with the engine's exit code, which farms look at.
    """
    if not works:
        print_line("There is no strip to stylize")
        _leave(_NOTHING_TO_DO)
    told = ""
    while QUEUE.busy:
        QUEUE.wait(seconds=1.0)
        told = _tell(works, told)
    for work in works:
        for line in (*work.remarks, work.text):
            print_line(f"{work.name}: {line}")
    if save and bpy.data.filepath:
        bpy.ops.wm.save_mainfile()
    code = next((work.exit_code for work in works if work.state != "done"), 0)
    if code:
        _leave(code)
    return {"FINISHED"}


def _originals() -> Iterator[tuple[Any, Any]]:
    for scene in bpy.data.scenes:
        editor = scene.sequence_editor
        for strip in versions.strips_all_of(editor) if editor else ():
            shown = not strip.mute or pairs.result_of(strip, scene) is not None
            if strip.vst.role != pairs.RESULT and shown and not obstacle(strip):
                yield scene, strip


def _tell(works: Sequence[Work], told: str) -> str:
    line = next((f"{work.name}: {work.text}" for work in works if work.state == "running"), told)
    if line != told:
        print_line(line)
    return line


def _leave(code: int) -> None:
    QUEUE.end()
    sys.stdout.flush()
    if bpy.app.binary_path:
        sys.exit(code)
    os._exit(code)  # Blender as a Python module may hang or crash on its way out
