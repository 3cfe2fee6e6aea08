# SPDX-License-Identifier: GPL-3.0-or-later
"""The engine beside a render: it gets every frame when it is whole."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from ..hosts.engine import Engine
from ..hosts.job_file import Pictures, Value, make_job
from ..hosts.own_folders import Staging
from ..work.engine_run import EngineRun

__all__ = ["RenderRun"]


@dataclass(eq=False, kw_only=True)
class RenderRun(EngineRun):
    """The animation of a scene that is rendered, and stylized as its frames come.

    Attributes:
        folder: Of the results; the render goes to the folder ``render`` in it.
        ready: Where the engine finds the frames that are whole.
        pictures: The frames as the engine is told of them.
        settings: Those of the scene, for the engine.
        taken: Numbers of the frames that are whole.
    """

    folder: Path
    ready: Staging
    pictures: Pictures
    settings: Mapping[str, Value]
    taken: list[int] = field(default_factory=list)

    @property
    def pattern(self) -> Path:
        """Where the render's frames go, with ``%06d`` for the number."""
        return self.folder / "render" / Path(self.pictures.input).name

    @property
    def complete(self) -> bool:
        """Whether the render has made all frames."""
        return set(self.taken) >= set(self.pictures.numbers)

    def steps(self, engine: Engine, version: str) -> Iterator[None]:
        """See `EngineRun`."""
        job = make_job(
            self.folder,
            pictures=self.pictures,
            settings={**self.settings, "missing": "wait"},
            engine=version,
            states=[],
        )
        try:
            files = yield from self.paint(job, engine)
        finally:
            self.ready.remove()
        if not self.over:
            self.text = f"{len(files)} frames stylized, in {job.folder.name}/{job.key}"
            self.remarks.append(f"Stylized frames: {job.output}")
            self.remarks.append(f"Rendered frames with vectors and depth: {self.pattern.parent}")

    def take(self, number: int) -> None:
        """Hand a frame over that Blender has just written; called while it renders."""
        source = Path(str(self.pattern) % number)
        if self.over or number in self.taken or not source.is_file():
            return
        name = source.name
        self.ready.expect(name, f".{name}.part")
        part, target = self.ready.folder / f".{name}.part", self.ready.folder / name
        try:
            os.link(source, part)
        except OSError:  # a disk without links
            shutil.copyfile(source, part)
        part.replace(target)  # it has its name only when it is whole
        self.taken.append(number)
