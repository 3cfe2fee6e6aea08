# SPDX-License-Identifier: GPL-3.0-or-later
"""From a strip to pictures that the engine can read, its mask strip's too."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Protocol

import bpy

from .. import versions
from ..hosts.job_file import (
    RENDERS,
    Job,
    Pictures,
    Value,
    digest,
    file_state,
    hash_of,
    make_job,
    result_folder,
    stage_pictures,
    take_pictures,
    where,
)
from ..hosts.movie_facts import ProbedMovie
from ..hosts.named_files import named_files
from ..hosts.own_folders import Staging
from ..properties import keyed_settings
from ..second_style import SECOND, crossed
from ..sequencer.dependencies import render_key
from ..sequencer.prerender import Render, media_size, write_render
from ..sequencer.strips import Source, StripError, as_rendered, read_strip
from .engine_settings import engine_settings, whole_names

__all__ = ["Reading", "Runner"]


class Runner(Protocol):
    """Runs a second Blender and waits for it, giving back the control now and then."""

    def __call__(self, command: list[str], folder: Path, text: str) -> Iterator[None]:
        """Run `command` in `folder`; `text` says what for."""
        ...


@dataclass(kw_only=True)
class _Rendering:
    """Pictures that a second Blender renders, if nobody knows yet what they are.

    Attributes:
        strip: What they show.
        name: Of the folder that they come to lie in.
        text: What they are for.
        frames: Of the timeline.
        numbers: Of the pictures, one a frame.
        key: What they depend on; empty where nobody can tell.
        bake: Render with the strip's modifiers.
        size: (width, height); None means the strip's own.
        render: How it is started, once it is prepared.
        staging: Where they come to lie, once it is prepared.
        content: A hash of them all, once they are known.
    """

    strip: Any
    name: str
    text: str
    frames: Sequence[int]
    numbers: Sequence[int]
    key: str
    bake: bool
    size: tuple[int, int] | None = None
    render: Render | None = None
    staging: Staging | None = None
    content: str = ""

    def prepare(self, scene: Any, parent: Path) -> Staging:
        """Write down what the second Blender needs, in a new folder."""
        self.staging = Staging(parent, self.name)
        pairs = list(zip(self.frames, self.numbers, strict=True))
        self.render = write_render(
            self.strip, scene, staging=self.staging, numbers=pairs, size=self.size, bake=self.bake
        )
        self.strip = None  # it may be gone when the control comes back
        return self.staging

    @property
    def files(self) -> list[Path]:
        """The pictures, in order, once it is prepared."""
        assert self.staging is not None
        assert self.render is not None
        return [self.staging.folder / (self.render.pattern % number) for number in self.numbers]


class Reading:
    """What a strip gives the engine to work on, as it is at one moment.

    Args:
        strip: The strip.
        scene: Whose strip it is.
        base: Folder of all results.
        frame: The only frame of the timeline that is wanted; None means all visible ones.
        movie: What the engine says of the strip's movie, if it is one.
        runner: Runs a second Blender.

    Attributes:
        source: What the strip is.
        needed: The indices of the media's pictures that are worked on.
        folder: Of the results.

    Raises:
        StripError: It has no pictures, or its files are not there.
        ForeignFolderError: The result folder is somebody else's.
    """

    def __init__(
        self, strip: Any, scene: Any, *, base: Path, frame: int | None,
        movie: ProbedMovie | None, runner: Runner,
    ) -> None:  # fmt: skip
        self.source: Source = _read(strip, scene, movie)
        self.needed = _needed(self.source, strip, frame)
        self._scene, self._base, self._runner = scene, base, runner
        self.folder = result_folder(
            base,
            strip.name,
            source=_source_identity(strip, self.source, base),
            blend=str(where(bpy.data.filepath, base)),
        )
        rendered = self.source.kind == "render"
        self._settings: dict[str, Value] = engine_settings(strip, rendered=rendered)
        self._states: list[object] = []
        self._staged: list[Staging] = []
        self._renderings: list[_Rendering] = []
        self._files: list[Path] = []
        self._pictures = self._take_strip(strip)
        frames = [self.source.timing.frame(index) for index in self.needed]
        numbers = self._pictures.numbers or (1,)
        at = dict(zip(numbers, frames, strict=True))
        self._settings |= keyed_settings(strip, scene, at)
        self._settings |= crossed(
            strip,
            scene,
            at,
            first=str(self._settings.get("style", strip.vst.style)),
            second=whole_names(getattr(strip.vst, SECOND), strip.id_data.library),
        )
        self._states += [file_state(path) for path in named_files(self._settings)]
        self._masks: dict[int, Path] = {}
        self._take_objects(strip)
        if (mask := _mask_strip(strip, scene)) is not None:
            self._take_mask(mask, media_size(strip, scene))
        self._recall()

    @property
    def known(self) -> bool:
        """Whether all pictures are known, so that an old result may be the right one."""
        return all(one.content for one in self._renderings)

    def job(self, engine: str) -> Job:
        """Return the job for an engine of a version; can be run after `render`."""
        content = tuple(one.content for one in self._renderings if one.name == "source")
        pictures = replace(self._pictures, identity=self._pictures.identity + content)
        masks = [one.content for one in self._renderings if one.name == "mask"]
        states = [*self._states, *masks]
        return make_job(
            self.folder, pictures=pictures, settings=self._settings, engine=engine, states=states
        )

    def render(self) -> Iterator[None]:
        """Make everything ready for the engine; gives back the control while Blender renders.

        What is looked at in Blender is looked at before the control is given back first.
        """
        self._lay_files()
        for one in self._renderings:
            self._staged.append(one.prepare(self._scene, self.folder))
        self._name_renderings()
        for one in self._renderings:
            assert one.render is not None
            assert one.staging is not None
            yield from self._runner(one.render.command, one.staging.folder, one.text)
            if not all(path.is_file() for path in one.files):
                return  # it has failed or was cancelled; the runner has told
            one.content = digest([hash_of(path) for path in one.files])
        self._remember()

    def tidy(self) -> None:
        """Remove what was only made for the engine to read."""
        for staging in self._staged:
            staging.remove()

    def _take_strip(self, strip: Any) -> Pictures:
        timing = self.source.timing
        if self.source.kind == "render":
            frames = [timing.frame(index) for index in self.needed]
            numbers = range(1, len(frames) + 1)  # of the pictures: a strip may be moved
            self._renderings.append(
                _Rendering(
                    strip=strip,
                    name="source",
                    text=f"Rendering the strip, because {self.source.why}",
                    frames=frames,
                    numbers=numbers,
                    key=render_key(strip, self._scene, frames=frames, bake=self.source.baked),
                    bake=self.source.baked,
                )
            )
            return Pictures.counting("", 1, len(frames))
        if self.source.kind == "movie":
            return self._take_movie(self.source.files[0])
        self._files = [self.source.files[index] for index in self.needed]
        self._states += [file_state(path) for path in self._files]
        taken = take_pictures(self._files, self._base)
        if taken is not None:
            self._files = []
            return taken
        return Pictures.counting("", 1, len(self._files), self._identity(self._files))

    def _take_movie(self, path: Path) -> Pictures:
        first = self.needed.start + 1  # the engine counts a movie's frames from 1
        identity = (*self._identity([path]), *map(str, file_state(path)))
        return Pictures.counting(str(path), first, len(self.needed), identity)

    def _take_mask(self, mask: Any, size: tuple[int, int]) -> None:
        """See to masks with the numbers of the pictures."""
        source = read_strip(mask, self._scene)
        numbers = self._pictures.numbers or (1,)
        frames = [self.source.timing.frame(index) for index in self.needed]
        self._settings["mask"] = "mask strip"
        if source.kind == "files":
            files = [source.files[source.timing.index(frame)] for frame in frames]
            self._states += [file_state(path) for path in files]
            self._masks = dict(zip(numbers, files, strict=True))
            return
        self._renderings.append(
            _Rendering(
                strip=mask,
                name="mask",
                text="Rendering the mask strip",
                frames=frames,
                numbers=numbers,
                key=render_key(mask, self._scene, frames=frames, bake=True),
                bake=True,
                size=size,
            )
        )

    def _take_objects(self, strip: Any) -> None:
        """See to a mask of objects by name, which the strip's own files have."""
        objects = strip.vst.object_mask.strip()
        if not objects:
            return
        if strip.vst.mask_strip:
            raise StripError("A mask strip and objects exclude each other: empty one of them")
        if self.source.kind != "files":
            raise StripError("Objects by name need a strip of EXR files, taken as they are")
        self._settings["mask"] = objects
        self._states.append(objects)

    def _lay_files(self) -> None:
        """Give files names that the engine can count by."""
        if self._files:
            staging = self._new_staging("source")
            self._pictures = stage_pictures(self._files, self._base, staging)
        if self._masks:
            pattern = Path(self._new_staging("mask").lay(self._masks))
            self._name_mask(pattern.parent.name, pattern.name)

    def _new_staging(self, name: str) -> Staging:
        staging = Staging(self.folder, name)
        self._staged.append(staging)
        return staging

    def _name_renderings(self) -> None:
        for one in self._renderings:
            assert one.render is not None
            assert one.staging is not None
            if one.name == "mask":
                self._name_mask(one.staging.folder.name, one.render.pattern)
            else:
                pattern = str(one.staging.folder / one.render.pattern)
                self._pictures = replace(self._pictures, input=pattern)

    def _name_mask(self, folder: str, pattern: str) -> None:
        single = not self._pictures.numbers
        self._settings["mask"] = f"{folder}/{pattern % 1 if single else pattern}"

    def _recall(self) -> None:
        known = _renders(self.folder)
        for one in self._renderings:
            one.content = known.get(one.key, "")

    def _remember(self) -> None:
        new = {one.key: one.content for one in self._renderings if one.key}
        if new:
            text = json.dumps({**_renders(self.folder), **new})
            (self.folder / RENDERS).write_text(text, encoding="utf-8")

    def _identity(self, files: Sequence[Path]) -> tuple[str, ...]:
        return tuple(str(where(str(path), self._base)) for path in files)


def _read(strip: Any, scene: Any, movie: ProbedMovie | None) -> Source:
    source = read_strip(strip, scene)
    if source.kind == "movie" and movie is not None:
        shown = source.timing.count + versions.trims(strip)
        if why := movie.why_rendered(shown, turned=versions.TURNS_MOVIES):
            return as_rendered(strip, scene, why)
    return source


def _needed(source: Source, strip: Any, frame: int | None) -> range:
    if frame is None:
        return source.timing.needed(strip.vst.handle_frames)
    index = source.timing.index(frame)
    return range(index, index + 1)


def _source_identity(strip: Any, source: Source, base: Path) -> list[Value]:
    """What tells a source from any other: where its files lie, or which strip it is."""
    if source.kind == "render":
        return [where(bpy.data.filepath, base), str(strip.vst.uid)]
    if source.kind == "movie":
        return [where(str(source.files[0]), base)]
    return [where(str(source.files[0].parent), base), source.files[0].name]


def _mask_strip(strip: Any, scene: Any) -> Any:
    name = strip.vst.mask_strip
    if not name:
        return None
    mask = versions.strips_all_of(scene.sequence_editor).get(name)
    if mask is None or mask == strip:
        raise StripError(f"The mask strip '{name}' is not there")
    return mask


def _renders(folder: Path) -> dict[str, str]:
    """What was rendered for the results in a folder: key -> hash of the pictures."""
    with contextlib.suppress(OSError, ValueError):
        content = json.loads((folder / RENDERS).read_text(encoding="utf-8"))
        if isinstance(content, dict):
            return {str(key): str(value) for key, value in content.items() if key}
    return {}
