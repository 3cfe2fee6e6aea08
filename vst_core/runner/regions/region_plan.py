"""Region styles of a job: the masks' files, and which style goes where."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeAlias

from vst_core.catalog import find_method
from vst_core.catalog.curve import is_curve
from vst_core.errors import UsageError
from vst_core.image import Window
from vst_core.job import KEEP, Mask, StyleCurve, StylizeJob, parse_box, region_styles
from vst_core.job.matte_text import quoted_name
from vst_core.masks import MaskFiles, Segmenter, SegmentSettings, find_masks, open_segmenter
from vst_core.styles import Style, find_transition

__all__ = ["Mix", "RegionPlan", "open_segmenter_of", "plan_regions"]

Mix: TypeAlias = tuple[tuple[Style, float], ...]


@dataclass(frozen=True, kw_only=True)
class RegionPlan:
    """What goes where.

    Attributes:
        files: The masks and their files.
        mixes: The styles, those of all keys where they change over time, with the shares of the
            first; None where the picture stays as it is.
        names: The same as they were typed.
        regions: For each mask, and last for what is outside of all, the index of its style.
    """

    files: MaskFiles
    mixes: tuple[Mix | None, ...] = field(repr=False)
    names: tuple[str, ...]
    regions: tuple[int, ...]

    @property
    def is_made(self) -> bool:
        """Whether the engine makes the mask."""
        return any(mask.source == "made" for mask in self.files.masks)

    @property
    def styles(self) -> Mix:
        """All that is painted in, each with its share of its own region."""
        return tuple(one for mix in self.mixes if mix is not None for one in mix)

    def files_of(self, frame: int) -> tuple[Path, ...]:
        """Return the files that decide a frame's masks; see `MaskFiles.decisive`."""
        return self.files.decisive(frame)

    def values_of(self, frame: int) -> Mapping[str, str]:
        """Return nothing: styles that change over time are told by `ValuesOverTime`."""
        del frame
        return {}

    @property
    def key_parts(self) -> Mapping[str, str]:
        """What decides the bytes besides the masks' contents and the styles' weights."""
        masks = (_where(mask) for mask in self.files.masks)
        mixes = (
            _text(mix, changes=is_curve(name)) if mix else KEEP
            for name, mix in zip(self.names, self.mixes, strict=True)
        )
        parts = (*masks, *mixes, *(str(style) for style in self.regions))
        return {"regions": "; ".join(parts)}

    @property
    def texts(self) -> tuple[str, ...]:
        """For every region what it has, for people."""
        paths = [*(str(mask) for mask in self.files.masks), "elsewhere"]
        return tuple(
            f"{place}: {self.names[style]}"
            for place, style in zip(paths, self.regions, strict=True)
        )


def plan_regions(
    job: StylizeJob, frames: Sequence[tuple[int, Path]], *, display: Window, canvas: Window
) -> RegionPlan | None:
    """Find masks and styles; None for a job without masks.

    Args:
        job: The settings.
        frames: The frames to make and the pictures that they are made of.
        display: The display window of the pictures.
        canvas: Of the working pictures.

    Raises:
        UsageError: The settings contradict each other, or a style or package is not there.
        InputError: Masks are missing or do not fit the pictures, or the box does not.
        WeightsError: What makes masks has no weights.
    """
    _check(job)
    masks = job.masks
    if not masks:
        return None
    together = find_method(job.method).paints_regions == "together"
    if together and job.mask_mode not in ("soft", "hard"):
        fix = "Use --mask-mode soft or hard, or --method vtn"
        what = f"--mask-mode {job.mask_mode} is for the networks; --method {job.method} paints all "
        raise UsageError(f"{what}regions as one picture", fix=fix)
    names, regions = region_styles(masks, style=job.style, outside=job.style_outside)
    mixes = tuple(
        None if name == KEEP else find_transition(StyleCurve.parse(name).mixes, method=job.method)
        for name in names
    )
    files = find_masks(
        masks,
        tuple(frame for frame, _ in frames),
        sources=tuple(source for _, source in frames),
        hold=job.missing == "hold",
        display=display,
    )
    if job.segment != "none":
        open_segmenter_of(job, canvas)
    return RegionPlan(files=files, mixes=mixes, names=names, regions=regions)


def open_segmenter_of(job: StylizeJob, canvas: Window) -> Segmenter:
    """Return what makes the mask of a job.

    Raises:
        UsageError, InputError, WeightsError: See `vst_core.masks.open_segmenter`.
    """
    settings = SegmentSettings(
        box=parse_box(job.segment_box),
        canvas=(canvas.height, canvas.width),
        weights_dir=Path(job.weights_dir).expanduser() if job.weights_dir else None,
        seed=job.seed,
    )
    return open_segmenter(job.segment, settings)


def _where(mask: Mask) -> str:
    """Return which of its file's numbers a mask is, for a key."""
    if mask.source == "crypto":
        layer = f"{quoted_name(mask.layer.pattern)}:" if mask.layer else ""
        return f"crypto {layer}" + ",".join(quoted_name(name.pattern) for name in mask.names)
    return f"{mask.source} {mask.channel} {mask.number}"


def _text(mix: Mix, *, changes: bool) -> str:
    """Return a mix for a key; of one that changes over time the names, as each frame has shares."""
    if changes:
        return ", ".join(style.name for style, _ in mix) + " over time"
    return ",".join(f"{style.name}:{share:g}" for style, share in mix)


def _check(job: StylizeJob) -> None:
    """Refuse settings that a person cannot have meant together."""
    if job.mask.strip() and job.segment != "none":
        fix = "Leave one of them out: a mask is either a file or made"
        raise UsageError(f"--mask and --segment {job.segment} exclude each other", fix=fix)
    if job.segment_box.strip() and job.segment != "grabcut":
        fix = "Add --segment grabcut, or leave --segment-box out"
        raise UsageError("--segment-box is for --segment grabcut", fix=fix)
    if job.style_outside.strip() and not job.masks:
        fix = "Add --mask in/mask.%04d.png, or --segment saliency"
        raise UsageError("--style-outside needs a mask", fix=fix)
