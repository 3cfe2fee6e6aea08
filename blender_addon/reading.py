# SPDX-License-Identifier: GPL-3.0-or-later
"""From a strip to pictures that the engine can read, its mask strip's too."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Protocol

from . import versions
from .jobs import Pictures, Value, stage, take_pictures
from .properties import given_settings
from .route import media_size, write_render
from .strips import Source, StripError, read_strip

__all__ = ["Reading", "Runner"]


class Runner(Protocol):
    """Runs a second Blender and waits for it, giving back the control now and then."""

    def __call__(self, command: list[str], folder: Path, text: str) -> Iterator[None]:
        """Run `command` in `folder`; `text` says what for."""
        ...


class Reading:
    """What a strip gives the engine to work on; complete when `run` is through.

    Args:
        strip: The strip.
        scene: Whose strip it is.
        folder: The strip's folder.
        frame: The only frame of the timeline that is wanted; None means all visible ones.
        runner: Runs a second Blender.

    Attributes:
        source: What the strip is.
        needed: The indices of the media's pictures that are worked on.
        pictures: The same for the engine.
        settings: What the user has set, and the mask.
        sources: Files on disk whose change makes a result stale.
        afresh: Something was rendered, so nobody can tell whether an old result is still right.
    """

    def __init__(
        self, strip: Any, scene: Any, *, folder: Path, frame: int | None, runner: Runner
    ) -> None:
        self.source: Source = read_strip(strip, scene)
        timing = self.source.timing
        self.needed = timing.needed(strip.vst.handle_frames)
        if frame is not None:
            index = timing.index(frame)
            self.needed = range(index, index + 1)
        self.settings: dict[str, Value] = given_settings(strip.vst)
        self.sources: list[Path] = []
        self.afresh = False
        self.pictures = Pictures("", "", ())
        self._strip, self._scene, self._folder, self._runner = strip, scene, folder, runner
        self._mask = _mask_strip(strip, scene)
        self._size = media_size(strip, scene) if self._mask is not None else None
        self._staging: list[Path] = []

    def run(self) -> Iterator[None]:
        """Do it, and give back the control while a second Blender works.

        The strip is not looked at again after the first time that the control is given back.
        """
        orders = []
        if self.source.kind == "render":
            orders.append(self._render_strip())
        else:
            self.pictures = self._from_disk()
        if self._mask is not None and (order := self._take_mask(self._mask)):
            orders.append(order)
        for command, folder, text in orders:
            self.afresh = True
            yield from self._runner(command, folder, text)

    def tidy(self) -> None:
        """Remove what was only made for the engine to read."""
        for folder in self._staging:
            shutil.rmtree(folder, ignore_errors=True)

    def _from_disk(self) -> Pictures:
        if self.source.kind == "movie":
            self.sources += self.source.files
            first = self.needed.start + 1  # the engine counts a movie's frames from 1
            return Pictures.counting(str(self.source.files[0]), first, len(self.needed))
        files = [self.source.files[index] for index in self.needed]
        self.sources += files
        return take_pictures(files, self._stage("source"))

    def _render_strip(self) -> tuple[list[str], Path, str]:
        frames = [self.source.timing.frame(index) for index in self.needed]
        shift = min(frames[0], 0)  # the engine's numbers are the timeline's, from 0
        folder = self._stage("source")
        render = write_render(
            self._strip,
            self._scene,
            folder=folder,
            numbers=[(frame, frame - shift) for frame in frames],
            bake=self.source.baked,
        )
        pattern = str(folder / render.pattern)
        self.pictures = Pictures.counting(pattern, frames[0] - shift, len(frames))
        return render.command, folder, f"Rendering the strip, because {self.source.why}"

    def _take_mask(self, mask: Any) -> tuple[list[str], Path, str] | None:
        """Make masks with the numbers of the pictures, and name them in the settings."""
        source = read_strip(mask, self._scene)
        numbers = self.pictures.numbers or (1,)
        frames = [self.source.timing.frame(index) for index in self.needed]
        folder = self._stage("mask")
        order = None
        if source.kind == "files":
            files = [source.files[source.timing.index(frame)] for frame in frames]
            self.sources += files
            pattern = Path(stage(dict(zip(numbers, files, strict=True)), folder)).name
        else:
            render = write_render(
                mask,
                self._scene,
                folder=folder,
                numbers=list(zip(frames, numbers, strict=True)),
                size=self._size,
                bake=True,
            )
            pattern = render.pattern
            order = render.command, folder, "Rendering the mask strip"
        single = not self.pictures.numbers
        self.settings["mask"] = f"{folder.name}/{pattern % 1 if single else pattern}"
        return order

    def _stage(self, name: str) -> Path:
        folder = self._folder / name
        self._staging.append(folder)
        return folder


def _mask_strip(strip: Any, scene: Any) -> Any:
    name = strip.vst.mask_strip
    if not name:
        return None
    mask = versions.strips_all_of(scene.sequence_editor).get(name)
    if mask is None or mask == strip:
        raise StripError(f"The mask strip '{name}' is not there")
    return mask
