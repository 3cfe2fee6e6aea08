# SPDX-License-Identifier: GPL-3.0-or-later
"""What the buttons do: stylize, cancel, swap, restore, preview."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import bpy
from bpy.props import BoolProperty, IntProperty

from .. import preferences, versions
from ..hosts.engine import EngineError
from ..polls import pressable
from ..sequencer import pairs
from ..sequencer.strips import obstacle, owner_of
from ..work import batch, pump
from ..work.preview import show_picture
from ..work.queue import QUEUE

if TYPE_CHECKING:
    from ..work.strip_work import Work

__all__ = ["CLASSES", "active_strip"]


def active_strip(context: Any) -> tuple[Any, Any]:
    """Return the strip that buttons are about, the original of a result, and its scene."""
    scene = versions.scene_of(context)
    editor = scene.sequence_editor if scene else None
    strip = editor.active_strip if editor else None
    return pairs.original_of(strip, scene), scene


def _can_work(cls: Any, context: Any) -> bool:
    strip, _ = active_strip(context)
    reason = obstacle(strip) or _no_engine()
    if not reason and QUEUE.find(strip) is not None:
        reason = "This strip is in the queue already"
    return pressable(cls, reason)


def _no_engine() -> str:
    try:
        preferences.engine()
    except EngineError as error:
        return str(error)
    return ""


def _no_place() -> str:
    if preferences.results_folder() is None:
        return "Save the .blend file first: results go beside it"
    return ""


class _Working(bpy.types.Operator):
    """Adds work to the queue, which goes on while Blender is used.

    Without a window there is no event loop: then it waits until the work is done.
    """

    def execute(self, context: Any) -> set[str]:
        """Start; without a window, wait until the work is done."""
        works = self.add(context)
        for work in works:
            for remark in work.remarks:
                self.report({"WARNING"}, f"{work.name}: {remark}")
        if not bpy.app.background:
            pump.start()
            return {"FINISHED"} if works else {"CANCELLED"}
        QUEUE.wait()
        for work in works:
            self._tell(context, work)
        return {"FINISHED"} if all(work.state == "done" for work in works) else {"CANCELLED"}

    def add(self, context: Any) -> list[Work]:
        """Put work into the queue."""
        raise NotImplementedError

    def _tell(self, context: Any, work: Work) -> None:
        for remark in work.remarks:
            self.report({"WARNING"}, f"{work.name}: {remark}")
        kind = {"done": "INFO", "failed": "ERROR"}.get(work.state, "WARNING")
        if work.shown is not None:
            show_picture(context, work.shown)
        self.report({kind}, f"{work.name}: {work.text}")


class Stylize(_Working):
    """Stylize the active strip; the result takes its place."""

    bl_idname = "vst.stylize"
    bl_label = "Stylize"
    bl_description = "Stylize the selected strips and show the results in their place"
    bl_options = {"REGISTER"}  # noqa: RUF012

    @classmethod
    def poll(cls, context: Any) -> bool:
        """Whether it can be pressed, and why not."""
        if reason := _no_place():
            cls.poll_message_set(reason)
            return False
        return _can_work(cls, context)

    def add(self, context: Any) -> list[Work]:
        """Put the active strip and the other selected ones into the queue."""
        active, scene = active_strip(context)
        strips = [active]
        for strip in versions.strips_of(owner_of(active, scene.sequence_editor)):
            original = pairs.original_of(strip, scene)
            if strip.select and original not in strips and not obstacle(original):
                strips.append(original)
        return [QUEUE.add(scene, strip) for strip in strips if QUEUE.find(strip) is None]


class StylizeAll(_Working):
    """Stylize the strips of all scenes."""

    bl_idname = "vst.stylize_all"
    bl_label = "Stylize All"
    bl_description = "Stylize the marked strips of all scenes; where none is marked, every movie "\
        "and image strip that is shown"  # fmt: skip
    bl_options = {"REGISTER"}  # noqa: RUF012

    @classmethod
    def poll(cls, context: Any) -> bool:
        """Whether it can be pressed, and why not; a farm is told by the exit code instead."""
        del context
        reason = "" if bpy.app.background else _no_place() or _no_engine()
        return pressable(cls, reason)

    def add(self, context: Any) -> list[Work]:
        """Put all strips that are wanted into the queue."""
        del context
        wanted = [pair for pair in batch.wanted() if QUEUE.find(pair[1]) is None]
        return [QUEUE.add(scene, strip) for scene, strip in wanted]

    def execute(self, context: Any) -> set[str]:
        """Do everything; without a window, end Blender with the engine's exit code on failure."""
        if bpy.app.background:
            return batch.run(self.add(context), save=self.save)
        return super().execute(context)


StylizeAll.__annotations__ = {
    "save": BoolProperty(
        name="Save",
        description="Save the .blend file with the results in it, when run without a window",
    )
}


class PreviewFrame(_Working):
    """Stylize one frame, to look at."""

    bl_idname = "vst.preview_frame"
    bl_label = "Preview Frame"
    bl_description = "Stylize the current frame of the strip and show it in an Image Editor"
    bl_options = {"REGISTER"}  # noqa: RUF012

    @classmethod
    def poll(cls, context: Any) -> bool:
        """Whether it can be pressed, and why not."""
        strip, scene = active_strip(context)
        reason = obstacle(strip) or _no_engine()
        if not reason:
            left, right = versions.handles(strip)
            if not left <= scene.frame_current < right:
                reason = "The current frame lies outside the strip"
        return pressable(cls, reason)

    def add(self, context: Any) -> list[Work]:
        """Put the one frame before all strips that wait."""
        strip, scene = active_strip(context)
        return [QUEUE.add(scene, strip, frame=scene.frame_current)]


class Cancel(bpy.types.Operator):
    """Stop one piece of work, or all."""

    bl_idname = "vst.cancel"
    bl_label = "Cancel"
    bl_description = "Stop after the frame at hand. Finished frames stay, and the work can go on "\
        "later"  # fmt: skip

    @classmethod
    def poll(cls, context: Any) -> bool:
        """Whether there is something to cancel."""
        del context
        return QUEUE.busy

    def execute(self, context: Any) -> set[str]:
        """Cancel."""
        del context
        if self.index < 0:
            QUEUE.cancel()
        elif self.index < len(QUEUE.works):
            QUEUE.works[self.index].cancel()
        pump.redraw()
        return {"FINISHED"}


Cancel.__annotations__ = {
    "index": IntProperty(name="Index", description="Place in the queue; -1 means all", default=-1)
}


class Dismiss(bpy.types.Operator):
    """Forget works that are over."""

    bl_idname = "vst.dismiss"
    bl_label = "Dismiss"
    bl_description = "Take the messages of finished work away"
    bl_options = {"INTERNAL"}  # noqa: RUF012

    def execute(self, context: Any) -> set[str]:
        """Dismiss."""
        del context
        QUEUE.dismiss()
        pump.redraw()
        return {"FINISHED"}


class _OnPair(bpy.types.Operator):
    """Something that needs a strip and its result."""

    bl_options = {"REGISTER", "UNDO"}  # noqa: RUF012

    @classmethod
    def poll(cls, context: Any) -> bool:
        """Whether the strip has a result."""
        strip, scene = active_strip(context)
        if strip is None or pairs.result_of(strip, scene) is None:
            cls.poll_message_set("This strip has no result yet")
            return False
        return True


class Swap(_OnPair):
    """Show the original instead of the result, or the other way round."""

    bl_idname = "vst.swap"
    bl_label = "Swap"
    bl_description = "Show the original instead of the result, or the other way round"

    def execute(self, context: Any) -> set[str]:
        """Swap."""
        strip, scene = active_strip(context)
        pairs.swap(strip, scene)
        return {"FINISHED"}


class Restore(_OnPair):
    """Take the result away."""

    bl_idname = "vst.restore"
    bl_label = "Restore"
    bl_description = "Take the result away and show the original again. The files stay on disk"

    def execute(self, context: Any) -> set[str]:
        """Restore."""
        pairs.restore(*active_strip(context))
        return {"FINISHED"}


CLASSES = (Stylize, StylizeAll, PreviewFrame, Cancel, Dismiss, Swap, Restore)
