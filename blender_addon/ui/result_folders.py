# SPDX-License-Identifier: GPL-3.0-or-later
"""Result folders: how many there are and how large, and removing those that nothing uses."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import bpy
from bpy.props import StringProperty

from .. import preferences, versions
from ..hosts.job_file import remove_results, where
from ..hosts.own_folders import facts
from ..polls import pressable
from ..work.queue import QUEUE

__all__ = ["CLASSES", "ResultFolder", "look"]


@dataclass(frozen=True, kw_only=True)
class ResultFolder:
    """A folder of results that this .blend file has made.

    Attributes:
        path: Where it is.
        size: Of all files in it, in bytes.
        used: A strip of this file shows something in it.
    """

    path: Path
    size: int
    used: bool


def look(base: Path) -> list[ResultFolder]:
    """Return the result folders of this .blend file; those of others are left alone."""
    blend = where(bpy.data.filepath, base)
    shown = _shown()
    found = []
    for path in sorted(base.iterdir()) if base.is_dir() else ():
        about = facts(path)
        if about is not None and about.get("blend") == blend:
            used = any(path.resolve() in one.parents for one in shown)
            found.append(ResultFolder(path=path, size=_size(path), used=used))
    return found


class RemoveUnusedResults(bpy.types.Operator):
    """Remove result folders that no strip uses, after asking."""

    bl_idname = "vst.remove_unused_results"
    bl_label = "Remove Unused Results"
    bl_description = "Say how many result folders there are, and remove those of this file that "\
        "no strip of it uses. What this add-on did not make itself stays"  # fmt: skip

    @classmethod
    def poll(cls, context: Any) -> bool:
        """Whether there may be results, and nobody is making any."""
        del context
        base = preferences.results_folder()
        reason = "Save the .blend file first: results go beside it" if base is None else ""
        if QUEUE.busy:
            reason = "Strips are being stylized"
        return pressable(cls, reason)

    def invoke(self, context: Any, event: Any) -> Any:
        """Look, and ask."""
        del event
        found = self._found()
        self.question = _question(found)
        if not any(not one.used for one in found):
            self.report({"INFO"}, self.question)
            return {"CANCELLED"}
        return context.window_manager.invoke_props_dialog(self, width=480)

    def draw(self, context: Any) -> None:
        """Draw the question."""
        del context
        self.layout.label(text=self.question)
        self.layout.label(text="This cannot be undone")

    def execute(self, context: Any) -> set[str]:
        """Remove what nothing uses."""
        del context
        left: list[Path] = []
        unused = [one for one in self._found() if not one.used]
        for one in unused:
            left += remove_results(one.path)
        freed = _total(unused) - sum(_size(path) for path in left)
        self.report({"INFO"}, f"{len(unused)} removed, {_amount(freed)} freed")
        if left:
            others = f" and {len(left) - 1} more" if left[1:] else ""
            self.report({"WARNING"}, f"Not made by this add-on, so kept: {left[0]}{others}")
        return {"FINISHED"}

    def _found(self) -> list[ResultFolder]:
        base = preferences.results_folder()
        return look(base) if base is not None else []


RemoveUnusedResults.__annotations__ = {"question": StringProperty(options={"HIDDEN"})}


def _question(found: list[ResultFolder]) -> str:
    unused = [one for one in found if not one.used]
    all_of_them = f"{len(found)} result folders, {_amount(_total(found))}"
    if not unused:
        return f"{all_of_them}; all are in use"
    return f"{all_of_them}. Remove {len(unused)} unused ones, {_amount(_total(unused))}?"


def _total(found: list[ResultFolder]) -> int:
    return sum(one.size for one in found)


def _shown() -> set[Path]:
    """The folders that image strips of any scene show, and pictures that are loaded."""
    shown = set()
    for scene in bpy.data.scenes:
        editor = scene.sequence_editor
        for strip in versions.strips_all_of(editor) if editor else ():
            if strip.type == "IMAGE":
                folder = bpy.path.abspath(strip.directory, library=strip.id_data.library)
                shown.add(Path(folder, "x").resolve())
    for image in bpy.data.images:
        if image.filepath:
            shown.add(Path(bpy.path.abspath(image.filepath, library=image.library)).resolve())
    return shown


def _size(path: Path) -> int:
    files = [path] if path.is_file() else [one for one in path.rglob("*") if one.is_file()]
    return sum(one.stat().st_size for one in files)


def _amount(size: int) -> str:
    """Return a size as people read it.

    >>> _amount(2_500_000), _amount(1_200_000_000)
    ('2.5 MB', '1.2 GB')
    """
    unit, name = (1e9, "GB") if size >= 1e9 else (1e6, "MB")
    return f"{size / unit:.1f} {name}"


CLASSES = (RemoveUnusedResults,)
