"""The recurrent state between two frames, and how it is saved and found again."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from pathlib import Path

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import load_file, save_file
from torch import Tensor

from vst_core.atomic import atomic_path, partial_files
from vst_core.content import Level
from vst_core.errors import OutputError
from vst_core.guidance import PreviousFrame
from vst_core.runner.threads import single_threaded

__all__ = [
    "EVERY",
    "FrameState",
    "StateSaver",
    "find_states",
    "load_state",
    "save_state",
    "saved_levels",
]

STATE_VERSION = "5"
"""Of the file: tensors `picture N`, `stylized N`, `layer N NAME` and, where not all of it was seen,
`weight N` of the Nth frame back, and `memory NAME`; as notes the last frame, the levels, and a
digest of the masks. A state of another version is not used."""
_SECOND = "second "
"""Before the names of all that is the second view's."""
EVERY = 10
"""Frames between two saved states: what a killed run has to compute again at most."""


@dataclass(frozen=True, kw_only=True)
class FrameState:
    """What the next frame needs to know of this one and of those before it.

    Attributes:
        frame: The last frame: it may hold nothing, and then `history` begins with one before it.
        frame_key: Of the last frame; see `vst_core.runner.resume.frame_key`.
        history: The frames of this shot that a later one may ask for, the last one first. Those
            that held nothing, or the same picture again, are not among them.
        memory: What the method remembers, by name; see `Stylized.memory`.
        masks: A digest of the masks in which the last of `history` was painted; empty for none.
        second: The same of the second view, in a stereo job.
    """

    frame: int
    frame_key: str
    history: tuple[PreviousFrame, ...]
    memory: Mapping[str, Tensor] = field(default_factory=dict)
    masks: str = ""
    second: FrameState | None = None


def find_states(paths: Iterable[Path]) -> Mapping[str, Path]:
    """Return link -> file of the saved states among `paths` that can be read."""
    found: dict[str, Path] = {}
    for path in paths:
        with (
            contextlib.suppress(SafetensorError, OSError),
            safe_open(path, framework="pt") as saved,
        ):
            notes = saved.metadata() or {}
            if notes.get("state") == STATE_VERSION:
                found[notes.get("link", "")] = path
    return found


def load_state(path: Path, device: torch.device) -> FrameState:
    """Return a saved state, the very tensors that were saved.

    Raises:
        SafetensorError, OSError: The file is gone or damaged; `find_states` lists none such.
    """
    with safe_open(path, framework="pt") as saved:
        notes = saved.metadata()
    tensors = load_file(path)
    tensors = {name: tensor.to(device) for name, tensor in tensors.items()}
    state = _state(notes, tensors)
    if f"{_SECOND}frames" not in notes:
        return state
    own = {name.removeprefix(_SECOND): text for name, text in notes.items()}
    return replace(state, second=_state(own, _named(_SECOND, tensors)))


def _state(notes: Mapping[str, str], tensors: Mapping[str, Tensor]) -> FrameState:
    levels = saved_levels(notes)
    history = (
        PreviousFrame(
            frame=int(frame),
            picture=tensors[f"picture {place}"],
            stylized=tensors[f"stylized {place}"],
            layers=_named(f"layer {place} ", tensors),
            level=levels[place],
            weight=tensors.get(f"weight {place}"),
        )
        for place, frame in enumerate(notes["frames"].split())
    )
    memory = _named("memory ", tensors)
    return FrameState(
        frame=int(notes["frame"]),
        frame_key=notes["link"],
        history=tuple(history),
        memory=memory,
        masks=notes["masks"],
    )


def saved_levels(notes: Mapping[str, str]) -> tuple[Level, ...]:
    """Return the level of each frame of a saved state, from its notes.

    Raises:
        KeyError, ValueError: They are not there or not numbers.
    """
    return tuple(_level(text) for text in notes["levels"].split(";") if text)


def _named(start: str, tensors: Mapping[str, Tensor]) -> dict[str, Tensor]:
    return {
        name.removeprefix(start): tensor
        for name, tensor in tensors.items()
        if name.startswith(start)
    }


class StateSaver:
    """Saves states in the background, to two files in turn.

    Two, because frames are written behind the network: when a state lies on disk, the last
    frames before it may not. They are fewer than `EVERY`, so the state before it always serves.

    Args:
        slots: The two files.
        kept: A file that holds the state this run goes on from: overwritten last.
        run_key: Of the run, to be written into the states.
    """

    def __init__(
        self,
        slots: tuple[Path, Path],
        *,
        kept: Path | None = None,
        run_key: Mapping[str, str] | None = None,
    ) -> None:
        self._slots = list(reversed(slots)) if kept == slots[0] else list(slots)
        self._run_key = run_key or {}
        self._pool = ThreadPoolExecutor(1, "vst-state", single_threaded)
        self._saving: Future[None] | None = None
        for slot in slots:
            for leftover in partial_files(slot):
                leftover.unlink(missing_ok=True)

    def save(self, state: FrameState) -> str:
        """Start to save a state; waits for the one before. See `wait` for the result."""
        problem = self.wait()
        slot = self._slots.pop(0)
        self._slots.append(slot)
        self._saving = self._pool.submit(save_state, state, slot, self._run_key)
        return problem

    def wait(self) -> str:
        """Wait until the last state lies on disk; return what went wrong, or nothing.

        A state that cannot be saved costs time after a kill, but no frame; so it is told,
        not raised.
        """
        saving, self._saving = self._saving, None
        try:
            if saving is not None:
                saving.result()
        except OutputError as error:
            return str(error)
        return ""

    def close(self) -> None:
        """End the background thread."""
        self._pool.shutdown()

    def remove(self, others: Iterable[Path]) -> None:
        """Delete the saved states: the run is complete.

        Args:
            others: Further files that are of no use any more.
        """
        self.wait()
        for path in {*self._slots, *others}:
            with contextlib.suppress(OSError):
                path.unlink(missing_ok=True)


def save_state(state: FrameState, path: Path, run_key: Mapping[str, str]) -> None:
    """Write a state, atomically.

    Args:
        state: What is saved.
        path: The file.
        run_key: Of the run that it belongs to.

    Raises:
        OutputError: It cannot be written.
    """
    # Clones, because two names may be parts of one tensor, which the file cannot hold.
    tensors = {name: tensor.detach().cpu().clone().contiguous() for name, tensor in _tensors(state)}
    notes = {
        "state": STATE_VERSION,
        **_notes(state),
        "run": json.dumps(dict(run_key), sort_keys=True),
    }
    if state.second is not None:
        notes |= {f"{_SECOND}{name}": text for name, text in _notes(state.second).items()}
    with atomic_path(path) as temporary:
        try:
            save_file(tensors, temporary, metadata=notes)
        except SafetensorError as error:
            raise OSError(None, str(error)) from error


def _notes(state: FrameState) -> dict[str, str]:
    return {
        "frame": str(state.frame),
        "frames": " ".join(str(one.frame) for one in state.history),
        "levels": ";".join(_text(one.level) for one in state.history),
        "link": state.frame_key,
        "masks": state.masks,
    }


def _tensors(state: FrameState) -> Iterator[tuple[str, Tensor]]:
    for place, one in enumerate(state.history):
        yield f"picture {place}", one.picture
        yield f"stylized {place}", one.stylized
        if one.weight is not None:
            yield f"weight {place}", one.weight
        yield from ((f"layer {place} {name}", layer) for name, layer in one.layers.items())
    yield from ((f"memory {name}", tensor) for name, tensor in state.memory.items())
    if state.second is not None:
        yield from ((f"{_SECOND}{name}", tensor) for name, tensor in _tensors(state.second))


def _text(level: Level) -> str:
    """Return a level as text that gives back the very numbers."""
    return " ".join(repr(value) for value in (level.gain, *level.offset, int(level.guessed)))


def _level(text: str) -> Level:
    gain, red, green, blue, guessed = map(float, text.split())
    return Level(gain=gain, offset=(red, green, blue), guessed=bool(guessed))
