"""What a frame's bytes depend on, as values that can be compared and told apart.

Two things decide a frame: the *run key* (settings, weights, engine), the same for all frames
of a run, and the files and values that are the frame's own. The *frame key* is a hash over the
run key, the frame's number, the content of its files and its values, and for a recurrent method
the key of the frame before. So two frames with the same key have the same bytes, and a changed
input breaks exactly the keys of the frames that it influences.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from vst_core.catalog import METHODS, PARAMETERS, find_method
from vst_core.features import encoder_mark
from vst_core.hosts.hashes import known_hash, text_hash
from vst_core.image import Window
from vst_core.job import StylizeJob
from vst_core.job.recurrence import is_recurrent, wants_motion
from vst_core.styles import Painting, Style
from vst_core.styles.loading import grams_kind
from vst_core.styles.predictor_card import read_predictor
from vst_core.version import __version__

__all__ = ["RunKey", "difference", "frame_key", "run_key"]

_OF_SOME = frozenset().union(*(method.reads for method in METHODS))
"""The parameters that only some methods read."""
_OTHERWISE = frozenset({
    "style", "style_video", "style_from", "style_outside", "mask", "ocio", "device", "precision",
    "features", "threads", "tile",
    "state_in", "warm_up", "vectors", "vectors_preset", "vectors_channels", "vectors_direction",
    "vectors_scale", "vectors_units", "vectors_frame", "vectors_fix",
})  # fmt: skip
"""Parameters that decide bytes by what they stand for, such as the hash of a style's weights:
`run_key` names that, and not the text."""


@dataclass(frozen=True, kw_only=True)
class _Facts:
    """What decides whether a job reads a parameter.

    Attributes:
        job: The job.
        sketched: A small encoder begins.
        parted: There are regions.
        dialed: How much style there is, and its size, are not those of a training.
    """

    job: StylizeJob
    sketched: bool
    parted: bool
    dialed: bool


_ONLY_IF: Mapping[str, Callable[[_Facts], bool]] = {
    "flow": lambda facts: wants_motion(facts.job),
    "trust": lambda facts: wants_motion(facts.job),
    "colors_by": lambda facts: facts.job.original_colors,
    "preroll": lambda facts: facts.job.preroll > 0,
    "boil": lambda facts: facts.job.boil > 0 and is_recurrent(facts.job),
    "sketch": lambda facts: facts.sketched,
    "style_weight": lambda facts: facts.dialed,
    "style_scale": lambda facts: facts.dialed,
    "mask_mode": lambda facts: facts.parted,
    "mask_steady": lambda facts: facts.parted,
    "segment": lambda facts: facts.parted,
    "segment_box": lambda facts: facts.parted,
}
"""Parameters that are read in some jobs only: whether this is one."""

RunKey: TypeAlias = Mapping[str, str]
"""Name of a setting -> its value as text."""


def run_key(
    job: StylizeJob,
    *,
    cards: Sequence[tuple[Style, float]],
    canvas: Window,
    names: str,
    output_names: str,
    device: str,
    precision: str,
    features: Sequence[str] = (),
    threads: int = 0,
    tile: int = 0,
    parts: RunKey | None = None,
) -> RunKey:
    """Return everything but the input pictures that decides the bytes of a job's frames.

    The folders are not part of it, so a project may move; nor is the frame range, so the
    parts of a sequence can be made one after the other.

    Args:
        job: The settings.
        cards: From `vst_core.styles.find_mix`.
        canvas: Of the working pictures.
        names: Pattern of the input's file names.
        output_names: Pattern of the output's file names.
        device: The kind of device that was chosen.
        precision: The number type that was chosen.
        features: The encoders that paint, for an optimizing method.
        threads: How many work, for an optimizing method: it sums over whole pictures, and a
            sum's last digits depend on the number of its parts.
        tile: The side of its tiles, for the same reason; 0 = it takes pictures as a whole.
        parts: What masks, motion, values over time (`FrameContributor.key_parts`) and bars add, and
            what is made of the frames (`Destination.key_parts`).
    """
    return {
        "engine": __version__,
        "style": ", ".join(f"{card.name}:{weight:g}" for card, weight in cards),
        "weights": ", ".join(_weights(card, job.method, features) for card, _ in cards),
        **_values(
            _Facts(
                job=job,
                sketched=len(features) > 1,
                parted=bool(parts and "regions" in parts),
                dialed=bool(features) or any(isinstance(card, Painting) for card, _ in cards),
            )
        ),
        "ocio": _ocio(job.ocio),
        "canvas": f"{canvas.width} x {canvas.height} at ({canvas.x}, {canvas.y})",
        "input": names,
        "output": output_names,
        "device": device,
        "precision": precision,
        **_of_method(job, features, threads, tile),
        **(parts or {}),
    }


def difference(before: RunKey, now: RunKey) -> str:
    """Say what differs, in the order of `now`.

    >>> difference({"style": "muse", "proxy": "1"}, {"style": "candy", "proxy": "1"})
    "style was 'muse', is now 'candy'"
    """
    names = [*now, *(name for name in before if name not in now)]
    pairs = [(name, before.get(name, ""), now.get(name, "")) for name in names]
    return "; ".join(f"{name} was '{a}', is now '{b}'" for name, a, b in pairs if a != b)


def frame_key(
    chain_start: RunKey | str,
    frame: int,
    input_hash: str,
    values: Mapping[str, str] | None = None,
) -> str:
    """Return the key of a frame.

    Args:
        chain_start: The key of the frame before, or the run's where a frame stands alone or
            starts a shot.
        frame: Its number.
        input_hash: SHA-256 of its input files.
        values: What is its own besides files; see `FrameTask.values`.
    """
    start = chain_start if isinstance(chain_start, str) else json.dumps(chain_start, sort_keys=True)
    own = [json.dumps(dict(values), sort_keys=True)] if values else []
    text = "\n".join((start, str(frame), input_hash, *own))
    return text_hash(text)


def _values(facts: _Facts) -> dict[str, str]:
    """Return the parameters that decide the frames of this job, as text."""
    job = facts.job
    reads = find_method(job.method).reads
    named = (
        one.name for one in PARAMETERS if one.affects == "frames" and one.name not in _OTHERWISE
    )
    return {
        name: str(getattr(job, name))
        for name in named
        if (name in reads or name not in _OF_SOME)
        and (name not in _ONLY_IF or _ONLY_IF[name](facts))
    }


def _of_method(job: StylizeJob, features: Sequence[str], threads: int, tile: int) -> dict[str, str]:
    """Return what an optimizing method depends on, and the version of what a method remembers."""
    found: dict[str, str] = {}
    if features:
        folder = Path(job.weights_dir).expanduser() if job.weights_dir else None
        marks = (encoder_mark(name, folder=folder) for name in features)
        found |= {"features": ", ".join(marks), "threads": str(threads)}
        found |= {"tile": str(tile)} if tile else {}
    memory = find_method(job.method).memory  # a state of another version is not used
    return found | ({"memory": str(memory)} if memory else {})


def _weights(style: Style, method: str, features: Sequence[str]) -> str:
    if isinstance(style, Painting):
        seen = style.sha256[:16]
        by_network = bool(find_method(method).weights)
        return f"{seen} by {read_predictor().sha256[:16]}" if by_network else seen
    if "features" in find_method(method).reads:
        return ", ".join(style.files[grams_kind(name)].sha256[:16] for name in features)
    return f"{style.files[find_method(method).weights].sha256[:16]} row {style.row}"


def _ocio(asked: str) -> str:
    named = asked or os.environ.get("OCIO", "")
    path = Path(named)
    if named and path.is_file():
        return f"{named} {known_hash(path)[:16]}"
    return named
