"""What a frame's bytes depend on, as values that can be compared and told apart.

Two things decide a frame: the *run_key* (settings, weights, engine), the same for all
frames of a run, and the pictures it was made from. The second is kept as a *link*: a hash over
the run_key, the frame's number and its input, and for a recurrent method the link of the
frame before. So two frames with the same link have the same bytes, and a changed input breaks
exactly the links of the frames that it influences.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TypeAlias

from vst_core import __version__
from vst_core.catalog import PARAMETERS, find_method
from vst_core.content import NO_BARS, Bars
from vst_core.features import encoder_mark
from vst_core.image import Window
from vst_core.job import StylizeJob
from vst_core.styles import Painting, Style
from vst_core.styles.loading import grams_kind
from vst_core.weights import file_hash

__all__ = ["RunKey", "difference", "frame_key", "run_key"]

_OF_REGIONS = ("mask_mode", "mask_steady", "segment", "segment_box")
_OF_PASSES = ("passes", "pass_iterations", "blend", "temporal_from")
_UNREAD = {"none": ("temporal_weight", "long_term", *_OF_PASSES), "causal": _OF_PASSES}
"""How a method remembers -> what of the optimiser's settings it never looks at."""

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
    regions: Sequence[str] = (),
    bars: Bars = NO_BARS,
    result: RunKey | None = None,
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
        features: The encoders that paint, for an optimising method.
        threads: How many work, for an optimising method: it sums over whole pictures, and a
            sum's last digits depend on the number of its parts.
        regions: `RegionPlan.key_parts`, for a job with masks.
        bars: What of every frame is left black.
        result: `Destination.key_parts`, where more is made of the frames.
    """
    parted = {name: str(getattr(job, name)) for name in _OF_REGIONS} if regions else {}
    key_parts = ", ".join(map(encoder_mark, features))
    own = {"features": key_parts, "threads": str(threads)} if features else {}
    begun = {"preroll": str(job.preroll)} if job.preroll and job.method == "vtn" else {}
    lively = {"boil": str(job.boil)} if job.boil and _follows(job) else {}
    framed = {"bars": str(bars)} if bars else {}
    kept = ("method", "flow", "trust", "cuts", "strength", "proxy", "original_colors",
            *(("colors_by",) if job.original_colors else ()),
            *_optimizing(job, sketched=len(features) > 1), "layer",
            "keep_layers", "colorspace", "depth", "seed")  # fmt: skip
    values = {name: str(getattr(job, name)) for name in kept}
    return {
        "engine": __version__,
        "style": ", ".join(f"{card.name}:{weight:g}" for card, weight in cards),
        "weights": ", ".join(_weights(card, job.method, features) for card, _ in cards),
        **values,
        "ocio": _ocio(job.ocio),
        "canvas": f"{canvas.width} x {canvas.height} at ({canvas.x}, {canvas.y})",
        "input": names,
        "output": output_names,
        "device": device,
        "precision": precision,
        **own,
        **begun,
        **lively,
        **framed,
        **({"regions": "; ".join(regions), **parted} if regions else {}),
        **(result or {}),
    }


def difference(before: RunKey, now: RunKey) -> str:
    """Say what differs, in the order of `now`.

    >>> difference({"style": "muse", "proxy": "1"}, {"style": "candy", "proxy": "1"})
    "style was 'muse', is now 'candy'"
    """
    names = [*now, *(name for name in before if name not in now)]
    pairs = [(name, before.get(name, ""), now.get(name, "")) for name in names]
    return "; ".join(f"{name} was '{a}', is now '{b}'" for name, a, b in pairs if a != b)


def frame_key(chain_start: RunKey | str, frame: int, input_hash: str) -> str:
    """Return the link of a frame.

    Args:
        chain_start: The link of the frame before, or the run_key where a frame stands alone or
            starts a shot.
        frame: Its number.
        input_hash: SHA-256 of its input file.
    """
    start = chain_start if isinstance(chain_start, str) else json.dumps(chain_start, sort_keys=True)
    text = "\n".join((start, str(frame), input_hash))
    return hashlib.sha256(text.encode("utf-8", "surrogateescape")).hexdigest()


def _follows(job: StylizeJob) -> bool:
    """Whether a frame is painted from the one before."""
    return find_method(job.method).temporal == "causal" and job.flow != "none"


def _optimizing(job: StylizeJob, *, sketched: bool) -> tuple[str, ...]:
    """Return the settings that an optimising method reads besides those of every method."""
    found = find_method(job.method)
    if not found.optimises:
        return ()
    unread = [*_UNREAD.get(found.temporal, ())]
    unread += [name for name, read in (("sketch", sketched), ("tile", job.tile)) if not read]
    own = (one.name for one in PARAMETERS if one.group == "optimizer")
    return tuple(name for name in own if name not in unread)


def _weights(style: Style, method: str, features: Sequence[str]) -> str:
    if isinstance(style, Painting):
        return style.sha256[:16]
    if find_method(method).optimises:
        return ", ".join(style.files[grams_kind(name)].sha256[:16] for name in features)
    return f"{style.files[method].sha256[:16]} row {style.row}"


def _ocio(asked: str) -> str:
    named = asked or os.environ.get("OCIO", "")
    path = Path(named)
    if named and path.is_file():
        return f"{named} {file_hash(path)[:16]}"
    return named
