# SPDX-License-Identifier: GPL-3.0-or-later
"""Render and Stylize: the animation is rendered, and its frames are stylized as they come.

The render goes to multilayer EXR files with motion vectors and depth, in a folder of ours. A frame
is handed to the engine, which waits for it, when it is whole.
"""

from __future__ import annotations

from typing import Any

import bpy

from .. import preferences
from ..hosts.engine import EngineError
from ..hosts.job_file import Pictures, digest, result_folder, where
from ..hosts.own_folders import ForeignFolderError, Staging, claim
from ..polls import pressable
from ..properties import given_settings, keyed_settings
from ..second_style import SECOND, crossed
from ..work import pump
from ..work.engine_settings import whole_names, whole_paths
from ..work.queue import QUEUE
from .render_run import RenderRun
from .render_settings import RenderSettings

__all__ = ["CLASSES"]

_LOOK = 0.5
_NAME = "frame_%06d.exr"
_session: _Session | None = None


class _Session:
    """One render: what is set for it, and what is told of it by Blender's handlers."""

    def __init__(self, scene: Any, run: RenderRun) -> None:
        self.ended = False
        self._scene, self._run = scene, run
        self._settings = RenderSettings(scene, run.pattern)
        self._handlers = (
            (bpy.app.handlers.render_write, self._wrote),
            (bpy.app.handlers.render_complete, self._complete),
            (bpy.app.handlers.render_cancel, self._cancelled),
        )
        for handlers, one in self._handlers:
            handlers.append(one)

    def close(self) -> None:
        """Set everything back."""
        for handlers, one in self._handlers:
            if one in handlers:
                handlers.remove(one)
        self._settings.set_back()
        if not self._run.complete:
            self._run.cancel()

    def _wrote(self, scene: Any, *_: Any) -> None:
        self._run.take(scene.frame_current)
        if bpy.app.background:  # there are no timers while it renders
            QUEUE.pump()

    def _complete(self, *_: Any) -> None:
        self.ended = True

    def _cancelled(self, *_: Any) -> None:
        self.ended = True


class RenderAndStylize(bpy.types.Operator):
    """Render the animation and stylize its frames as they come."""

    bl_idname = "vst.render_and_stylize"
    bl_label = "Render and Stylize"
    bl_description = "Render the animation of the 3D scene, with motion vectors and depth, and "\
        "stylize its frames as they come. Strips in the sequencer are not rendered"  # fmt: skip
    bl_options = {"REGISTER"}  # noqa: RUF012

    @classmethod
    def poll(cls, context: Any) -> bool:
        """Whether it can be pressed, and why not."""
        return pressable(cls, _reason(context.scene))

    def execute(self, context: Any) -> set[str]:
        """Start both; without a window, wait until both are done."""
        scene = context.scene
        if scene.render.use_motion_blur:
            text = "With motion blur on, Blender renders no motion vectors"
            self.report({"WARNING"}, text)
        try:
            run = _prepare(scene)
        except (OSError, ForeignFolderError) as error:
            self.report({"ERROR"}, str(error))
            return {"CANCELLED"}
        QUEUE.add_run(run)
        return self._wait(scene, run) if bpy.app.background else _begin(scene, run)

    def _wait(self, scene: Any, run: RenderRun) -> set[str]:
        session = _Session(scene, run)
        try:
            bpy.ops.render.render(animation=True, scene=scene.name)
        finally:
            session.close()
        QUEUE.wait()
        for line in (*run.remarks, run.text):
            pump.print_line(f"{run.name}: {line}")
        if run.state == "done":
            return {"FINISHED"}
        self.report({"ERROR"}, f"{run.name}: {run.text}")
        return {"CANCELLED"}


def _begin(scene: Any, run: RenderRun) -> set[str]:
    global _session
    _session = _Session(scene, run)
    bpy.app.timers.register(_watch, first_interval=_LOOK)
    bpy.ops.render.render("INVOKE_DEFAULT", animation=True)
    pump.start()
    return {"FINISHED"}


def _watch() -> float | None:
    """Set everything back when the render has ended, however it has."""
    global _session
    if bpy.app.is_job_running("RENDER"):
        return _LOOK
    if _session is not None:
        _session.close()
    _session = None
    return None


def _reason(scene: Any) -> str:
    """Why nothing can be rendered and stylized now; empty if it can."""
    if not bpy.data.filepath or preferences.results_folder() is None:
        return "Save the .blend file first: results go beside it"
    if scene.camera is None:
        return "The scene has no camera"
    if QUEUE.busy or bpy.app.is_job_running("RENDER"):
        return "Something is being rendered or stylized"
    try:
        preferences.engine()
    except EngineError as error:
        return str(error)
    return ""


def _prepare(scene: Any) -> RenderRun:
    base = preferences.results_folder()
    assert base is not None
    blend = str(where(bpy.data.filepath, base))
    source = [blend, scene.name, "render"]
    folder = result_folder(base, f"{scene.name} render", source=source, blend=blend)
    claim(folder / "render")
    numbers = range(scene.frame_start, scene.frame_end + 1, scene.frame_step)
    ready = Staging(folder, "ready")
    step = f"x{scene.frame_step}" if scene.frame_step > 1 else ""
    pictures = Pictures(
        str(ready.folder / _NAME),
        f"{numbers[0]}-{numbers[-1]}{step}",
        tuple(numbers),
        (digest(source),),
    )
    settings = whole_paths(given_settings(scene), scene.library)
    at = {number: number for number in numbers}
    settings |= keyed_settings(scene, scene, at)
    settings |= crossed(
        scene,
        scene,
        at,
        first=str(settings.get("style", scene.vst.style)),
        second=whole_names(getattr(scene.vst, SECOND), scene.library),
    )
    return RenderRun(
        name=scene.name, folder=folder, ready=ready, pictures=pictures, settings=settings
    )


CLASSES = (RenderAndStylize,)
