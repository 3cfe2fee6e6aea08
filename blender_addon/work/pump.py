# SPDX-License-Identifier: GPL-3.0-or-later
"""Keeps the queue going while Blender is used, and shows how far it is.

A timer of the application, not a modal operator: those hold back autosave, take the Esc that is
meant for others, and end with the window that they were started in.
"""

from __future__ import annotations

import contextlib
import sys
import textwrap
import time
from typing import Any

import bpy

from .engine_run import EngineRun
from .preview import show_picture
from .queue import QUEUE

__all__ = ["STATE_ICONS", "draw_header", "print_line", "redraw", "start", "stop"]

_TICK = 0.1
_SHOWN_SECONDS = 8.0
_LONGEST, _BAR_UNITS = 60, 14

STATE_ICONS = {"waiting": "TIME", "done": "CHECKMARK", "failed": "ERROR", "cancelled": "X"}
"""How a piece of work that is not running is shown."""

_ended_at = 0.0


def start() -> None:
    """Keep the queue going until it is empty."""
    if not bpy.app.timers.is_registered(_tick):
        bpy.app.timers.register(_tick, first_interval=_TICK)


def stop() -> None:
    """Stop at once."""
    if bpy.app.timers.is_registered(_tick):
        bpy.app.timers.unregister(_tick)


def draw_header(header: Any, context: Any) -> None:
    """Draw how far the queue is, or how it ended, into the sequencer's header."""
    if not QUEUE.works or context.space_data.view_type == "PREVIEW":
        return
    row = header.layout.row(align=True)
    if QUEUE.active:
        work = QUEUE.active[0]
        bar = row.row()
        bar.ui_units_x = _BAR_UNITS
        bar.progress(factor=work.fraction, text=_short(f"{work.name}: {work.text}"))
        row.operator("vst.cancel", text="", icon="X").index = -1
    elif _has_failed() or time.monotonic() - _ended_at < _SHOWN_SECONDS:
        work = next((one for one in QUEUE.works if one.state == "failed"), QUEUE.works[-1])
        row.label(text=_short(f"{work.name}: {work.text}"), icon=STATE_ICONS[work.state])
        row.operator("vst.dismiss", text="", icon="X")


def _tick() -> float | None:
    """Go on a little; an exception here would end the timer for good."""
    global _ended_at
    try:
        for work in QUEUE.pump():
            _ended_at = time.monotonic()
            _show(work)
        redraw()
    except Exception as error:  # what cannot be shown must not stall the queue
        print_line(f"{type(error).__name__}: {error}")
    if QUEUE.busy:
        return _TICK
    fading = bool(QUEUE.works) and time.monotonic() - _ended_at < _SHOWN_SECONDS
    return 1.0 if fading else None


def redraw() -> None:
    """Let everything be drawn that shows the queue."""
    for window in bpy.context.window_manager.windows:
        for area in window.screen.areas:
            if area.type in ("SEQUENCE_EDITOR", "PROPERTIES"):
                area.tag_redraw()


def _show(work: EngineRun) -> None:
    windows = list(bpy.context.window_manager.windows)
    if work.shown is not None and windows:
        with bpy.context.temp_override(window=windows[0]), contextlib.suppress(RuntimeError):
            show_picture(bpy.context, work.shown)
    for line in (*work.remarks, work.text):
        print_line(f"{work.name}: {line}")


def print_line(text: str) -> None:
    """Say a line in the terminal, where Blender's own messages go too."""
    sys.stderr.write(f"vst: {text}\n")
    sys.stderr.flush()


def _has_failed() -> bool:
    return any(work.state == "failed" for work in QUEUE.works)


def _short(text: str) -> str:
    return textwrap.shorten(text, _LONGEST, placeholder="...")
