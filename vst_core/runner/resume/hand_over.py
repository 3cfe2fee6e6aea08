"""What one chunk of a shot hands to the next: the state after its last frame, in a file."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from safetensors import SafetensorError, safe_open

from vst_core.errors import InputError
from vst_core.runner.resume.frame_key import RunKey, difference
from vst_core.runner.resume.state_files import STATE_VERSION, saved_levels

__all__ = ["HandOver", "check_hand_over", "open_hand_over"]

_FIX = "Make it again with --state-out, in a run over the frames before."


@dataclass(frozen=True, kw_only=True)
class HandOver:
    """A state to begin with.

    Attributes:
        path: Its file.
        frame: The last frame before it.
        frames: The frames that it holds, the last one first: not those that held nothing, or the
            same picture again.
        frame_key: Of the last frame.
        run_key: Of the run that wrote it.
        size: (height, width) of its pictures; None where it holds none.
    """

    path: Path
    frame: int
    frames: tuple[int, ...]
    frame_key: str
    run_key: RunKey
    size: tuple[int, int] | None


# What notes raise that are not a state's.
_SENSELESS = (ValueError, KeyError, TypeError, AttributeError, RecursionError)


def open_hand_over(path: Path) -> HandOver:
    """Read what a state says of itself, and make sure that the file is whole.

    Raises:
        InputError: It is absent, cut short, no state, or of another version.
    """
    try:
        with safe_open(path, framework="pt") as saved:
            notes = saved.metadata() or {}
            if notes.get("state") != STATE_VERSION:
                version = notes.get("state", "none")
                what = f"The state '{path}' has the version {version}, not {STATE_VERSION}"
                raise InputError(what, fix=_FIX)
            frames = tuple(int(frame) for frame in notes["frames"].split())
            wanted = {f"{kind} {n}" for n in range(len(frames)) for kind in ("picture", "stylized")}
            if not wanted <= set(saved.keys()) or len(saved_levels(notes)) != len(frames):
                raise ValueError("parts of it are missing")
            size = None
            if frames:
                height, width = saved.get_slice("picture 0").get_shape()[-2:]
                size = (height, width)
        return HandOver(
            path=path,
            frame=int(notes["frame"]),
            frames=frames,
            frame_key=notes["link"],
            run_key=_run_key(notes),
            size=size,
        )
    except (OSError, SafetensorError, *_SENSELESS) as error:
        words = " ".join(str(error).split())
        raise InputError(f"The state '{path}' cannot be read ({words})", fix=_FIX) from error


def check_hand_over(
    state: HandOver, run_key: RunKey, *, first: int, step: int, size: tuple[int, int]
) -> None:
    """Make sure that a run can go on from a state.

    Args:
        state: From `open_hand_over`.
        run_key: Of this run.
        first: Its first frame.
        step: From that to its second one.
        size: (height, width) of its work.

    Raises:
        InputError: The state is of another job, another frame or another size.
    """
    if state.run_key != run_key:
        changes = difference(state.run_key, run_key)
        raise InputError(f"The state '{state.path}' is of another job: {changes}", fix=_FIX)
    if state.frame != first - step:
        raise InputError(
            f"The state '{state.path}' is that after frame {state.frame}, and the run begins "
            f"with frame {first}",
            fix=f"Begin with frame {state.frame + step}, or give the state after {first - step}.",
        )
    if state.size is not None and state.size != size:
        here, there = (f"{width} x {height}" for height, width in (size, state.size))
        what = f"The state '{state.path}' is of {there} pixels, and the work is {here}"
        raise InputError(what, fix=_FIX)


def _run_key(notes: Mapping[str, str]) -> RunKey:
    return {str(name): str(value) for name, value in json.loads(notes["run"]).items()}
