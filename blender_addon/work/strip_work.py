# SPDX-License-Identifier: GPL-3.0-or-later
"""One piece of work: a strip (or one frame of it), from reading it to placing its result."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import bpy

from .. import preferences, versions
from ..hosts.engine import Engine
from ..hosts.movie_facts import movie_facts
from ..sequencer import pairs
from ..sequencer.placing import losses, place_result
from ..sequencer.strips import StripError, media_signature, movie_path
from ..sequencer.timing import Timing
from .engine_run import EngineRun
from .reading import Reading

__all__ = ["Work"]


@dataclass(eq=False, kw_only=True)
class Work(EngineRun):
    """A strip that is stylized, or waits for it.

    Attributes:
        scene: Name of its scene when it was asked for.
        lasting: Operators of other add-ons that run all the time: they are not waited for.
    """

    scene: str
    lasting: frozenset[str] = frozenset()

    def losses(self, strip: Any, scene: Any) -> list[str]:
        """Return what a new result cannot keep of the old one, to be told before."""
        return losses(strip, scene)

    def strips(self) -> tuple[list[Any], Any]:
        """Return the strips as they are now (several where it was cut), and their scene.

        Raises:
            StripError: There is none any more.
        """
        scenes = sorted(bpy.data.scenes, key=lambda one: one.name != self.scene)
        for scene in scenes:
            if found := pairs.find(scene, self.uid):
                return found, scene
        for scene in scenes:  # an undo has taken the lasting name away again
            strip = pairs.named(scene, self.name)
            if strip is not None and not strip.vst.uid:
                strip.vst.uid, strip.vst.uid_given_to = self.uid, strip.name
                return [strip], scene
        raise StripError(f"The strip '{self.name}' is no longer there")

    def strip(self) -> tuple[Any, Any]:
        """Return the strip and its scene as they are now.

        Raises:
            StripError: Either is gone.
        """
        found, scene = self.strips()
        return next((one for one in found if one.name == self.name), found[0]), scene

    def steps(self, engine: Engine, version: str) -> Iterator[None]:
        """See `EngineRun`."""
        base = self._base()
        self.lasting = versions.add_on_operators()
        strip, scene = self.strip()
        movie = None
        if strip.type == "MOVIE":
            movie = yield from movie_facts(engine, movie_path(strip))
            strip, scene = self.strip()  # the control was given back
        reading = Reading(
            strip, scene, base=base, frame=self.frame, movie=movie, runner=self.second_blender
        )
        then = _Look(strip, reading.source.timing)
        again = bool(strip.vst.overwrite)
        try:
            files = yield from self._files(reading, engine, version, again=again)
        finally:
            reading.tidy()
        if not self.over:
            yield from self._show(reading, then, files)

    def _files(
        self, reading: Reading, engine: Engine, version: str, *, again: bool
    ) -> Generator[None, None, list[Path]]:
        """Make the frames, unless they are there; the generator's value is their paths."""
        job = reading.job(version)
        files = job.finished() if reading.known and not again else []
        if not files:
            yield from reading.render()
            if self.over:
                return []
            job = reading.job(version)
            files = job.finished() if reading.known and not again else []
        if not files:
            files = yield from self.paint(job, engine)
        return [job.output / name for name in files]

    def _base(self) -> Path:
        if self.frame is not None:
            return Path(bpy.app.tempdir) / "vst_preview"
        base = preferences.results_folder()
        if base is None:
            raise StripError("Save the .blend file first: results go beside it")
        return base

    def _show(self, reading: Reading, then: _Look, files: list[Path]) -> Iterator[None]:
        count = len(files)
        if self.frame is not None:
            self.shown = files[0]
            self.text = "Frame stylized"
            return
        while running := versions.busy_with(apart_from=self.lasting):
            self.text = f"Done; waits until this ends: {running}"
            yield
        self._place(reading, then, files)
        self.text = f"{count} frame{'s' * (count != 1)} stylized"
        push_undo(f"Stylize {self.name}")

    def _place(self, reading: Reading, then: _Look, files: list[Path]) -> None:
        strips, scene = self.strips()
        for strip in strips:
            if then.media != media_signature(strip):
                raise StripError(
                    f"'{strip.name}' was changed meanwhile. Its frames are kept: press Stylize "
                    "again to have them placed or made anew"
                )
        pairs.separate(scene)
        for strip in strips:
            source = replace(reading.source, timing=then.timing_now(strip, reading.source.kind))
            self.remarks += place_result(
                strip, scene, source=source, first=reading.needed.start, files=files
            )


class _Look:
    """How a strip was when its pictures were taken, to tell what has become of it since."""

    def __init__(self, strip: Any, timing: Timing) -> None:
        self.media = media_signature(strip)
        self._timing, self._start = timing, versions.start_of(strip)

    def timing_now(self, strip: Any, kind: str) -> Timing:
        """Return where the pictures that were taken lie now."""
        if kind != "render":
            return versions.timing_of(strip)
        left, right = versions.handles(strip)
        moved = round(versions.start_of(strip) - self._start)
        return replace(self._timing, start=self._timing.start + moved, left=left, right=right)


def push_undo(message: str) -> None:
    """One step back takes away what was done since the last one, and nothing else."""
    windows = list(bpy.context.window_manager.windows) if bpy.context.window_manager else []
    if not windows:
        return
    with bpy.context.temp_override(window=windows[0]):
        if bpy.ops.ed.undo_push.poll():
            bpy.ops.ed.undo_push(message=message)
