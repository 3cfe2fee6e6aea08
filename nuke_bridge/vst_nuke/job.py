# SPDX-License-Identifier: Apache-2.0
"""From the node to a job for the engine, and to the result where it is there already."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nuke

from . import node as nodes
from .color import working_space
from .hosts.job_file import (
    Job,
    Pictures,
    Value,
    digest,
    file_state,
    known_folder,
    make_job,
    result_folder,
)
from .hosts.named_files import named_files
from .input_frames import pattern
from .knob_table import parameter_of
from .knobs import value_of
from .settings import given_settings
from .upstream import Upstream

__all__ = ["Plan", "StylizeError", "base_folder", "make_plan", "require_fresh", "restore"]

_VECTOR_LAYERS = ("forward", "backward", "motion")
_WITH_VECTORS = ("auto", "vectors")


class StylizeError(Exception):
    """The node cannot be painted as it is; one line for a person."""


@dataclass(frozen=True)
class Plan:
    """What is to be painted.

    Attributes:
        base: Folder of all results.
        name: Of the node.
        frames: Their numbers, counting up.
        settings: What the engine is told besides input and mask.
        layers: Layers of the input with motion vectors that are handed on.
        masked: A mask is connected.
        upstream: What the pictures depend on.
    """

    base: Path
    name: str
    frames: tuple[int, ...]
    settings: dict[str, Value]
    layers: tuple[str, ...]
    masked: bool
    upstream: str

    @property
    def painted(self) -> str:
        """What names the result, whichever engine makes it."""
        files = [file_state(path) for path in named_files(self.settings)]
        return digest([self._source, self.frames, self.settings, files])

    @property
    def _source(self) -> list[object]:
        return [self.upstream, self.layers, self.masked]

    def job(self, engine: str) -> Job:
        """Return the job.

        Args:
            engine: The engine's version.
        """
        folder = result_folder(self.base, self.name, source=self._source)
        first, count = self.frames[0], len(self.frames)
        identity = (self.upstream, *self.layers)
        pictures = Pictures.counting(pattern(folder, "input"), first, count, identity)
        settings = dict(self.settings)
        if self.masked:
            settings["mask"] = f"{pattern(folder, 'mask')}:A"
        states = [file_state(path) for path in named_files(settings)]
        return make_job(folder, pictures=pictures, settings=settings, engine=engine, states=states)

    def note(self, job: Job, files: Sequence[str]) -> None:
        """Note where the result lies, for scripts that are opened later and elsewhere."""
        content = json.dumps({"folder": job.key, "files": [*files]})
        self._record(job.folder).write_text(content, encoding="utf-8")

    def result(self) -> list[Path]:
        """Return the painted frames where all are there, in order; else nothing."""
        folder = known_folder(self.base, self._source)
        if folder is None:
            return []
        try:
            content = json.loads(self._record(folder).read_text(encoding="utf-8"))
            files = [folder / str(content["folder"]) / str(name) for name in content["files"]]
        except (OSError, ValueError, TypeError, KeyError):
            return []
        return files if all(path.is_file() for path in files) else []

    def _record(self, folder: Path) -> Path:
        return folder / f"{self.painted}.json"


def make_plan(node: Any) -> Plan:
    """Look at a node and the tree above it.

    Raises:
        StylizeError: Something has to be set first.
    """
    if node.input(0) is None:
        raise StylizeError("Connect the picture to paint to the first input")
    frames = _frames(node)
    settings = working_space()
    settings.update(given_settings(node, frames))
    return Plan(
        base=base_folder(node),
        name=node.name(),
        frames=frames,
        settings=settings,
        layers=_vector_layers(node, settings),
        masked=node.input(1) is not None,
        upstream=Upstream(nodes.sources(node)).hash(),
    )


def base_folder(node: Any) -> Path:
    """Return the folder of all results of a node's script.

    Raises:
        StylizeError: The script has no place yet.
    """
    if text := value_of(node, "results"):
        return Path(text)
    script = str(nuke.root()["name"].value())
    if not script:
        raise StylizeError("Save the script first, or set the results folder")
    return Path(script).parent / "vst"


def restore(node: Any) -> bool:
    """Let a node show the result of its input and settings as they are now, if it is there.

    Returns:
        Whether it shows that now.
    """
    plan = make_plan(node)
    files = plan.result()
    if files:
        nodes.show(node, files, plan.frames, plan.painted)
    return bool(files)


def require_fresh(sources: Sequence[Any | None]) -> None:
    """Look whether all nodes of ours above, whose knob asks for it, show what they would be.

    Raises:
        StylizeError: One has to be painted first.
    """
    for node in Upstream(sources).nodes:
        if not nodes.is_ours(node) or not value_of(node, "check"):
            continue
        try:
            fresh = nodes.shown(node) == make_plan(node).painted or restore(node)
        except StylizeError as error:
            raise StylizeError(f"{node.name()}: {error}") from None
        if not fresh:
            raise StylizeError(
                f"{node.name()} is not painted as it is now: press Stylize on it, or paint it "
                "with vst_nuke/batch.py"
            )


def _frames(node: Any) -> tuple[int, ...]:
    first, last = int(value_of(node, "first")), int(value_of(node, "last"))
    if first > last:
        raise StylizeError(f"The frame range {first} to {last} is empty: press Reset")
    if first < 0:
        raise StylizeError(f"Frame {first} is below 0: shift the input with a TimeOffset first")
    return tuple(range(first, last + 1))


def _vector_layers(node: Any, settings: dict[str, Value]) -> tuple[str, ...]:
    """The input's layers with motion vectors, as far as they are asked for."""
    if settings.get("flow", parameter_of("flow")["default"]) not in _WITH_VECTORS:
        return ()
    named = str(settings.get("vectors_channels", "")).split(",")
    wanted = {name.strip().rpartition(".")[0] for name in named} | set(_VECTOR_LAYERS)
    there = {name.rpartition(".")[0] for name in node.input(0).channels()}
    found = tuple(sorted(wanted & there))
    if settings.get("flow") == "vectors" and not found and "vectors" not in settings:
        raise StylizeError(
            "The input has no motion vectors: connect one with the layers forward, backward or "
            "motion, or name its channels"
        )
    return found[:3]
