"""`StylizeJob`: everything that decides what is stylized and how, in one frozen value."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path
from typing import Any

from vst_core.catalog import (
    CLIPS,
    DEVICES,
    PARAMETERS,
    find_flow_source,
    find_parameter,
    pick_codec,
)
from vst_core.catalog.curve import is_curve, text_table
from vst_core.errors import UsageError, nearest
from vst_core.file_formats import FILE_FORMATS
from vst_core.frames import FrameRange, parse_rate
from vst_core.job.mask_text import KEEP, Mask, parse_box, parse_masks, region_styles
from vst_core.job.mix import Mix, parse_indices
from vst_core.job.output_name import (
    OutputKind,
    check_output_name,
    format_of_name,
    kind_of_output,
)
from vst_core.job.over_time import FrameValues, StyleCurve, number_at
from vst_core.job.settings_text import parse_settings, read_settings
from vst_core.job.style_from import parse_style_from
from vst_core.job.tiling import Tiling
from vst_core.job.view_pair import check_views, output_of_views
from vst_core.toml_text import to_toml

__all__ = ["JOB_VERSION", "StylizeJob", "read_job"]

JOB_VERSION = 1
"""Rises when an older engine would misread a newer job file."""

_DEVICE = re.compile(r"auto|cpu|mps|cuda(?::[0-9]{1,3})?")


@dataclass(frozen=True, kw_only=True)
class StylizeJob:
    """A job for the stylizing run. What each setting means stands in `vst_core.catalog`.

    Relative paths are relative to the folder in which the job runs.

    Raises:
        UsageError: A value is not allowed; the message names it and what is.
    """

    input: str
    output: str
    style: str = "candy"
    style_video: str = ""
    style_from: str = "segments:5"
    strength: float | str = 1.0
    proxy: str = "1"
    original_colors: bool = False
    colors_by: str = "luminance"
    frames: str = ""
    missing: str = "error"
    cuts: str = "auto"
    state_in: str = ""
    state_out: str = ""
    warm_up: str = "0"
    method: str = "vtn"
    flow: str = "auto"
    trust: str = "ruder2016"
    preroll: int = 8
    boil: float = 0.0
    denoise_guide: bool = False
    grain: str = "drop"
    vectors: str = ""
    vectors_preset: str = "auto"
    vectors_channels: str = ""
    vectors_direction: str = "backward"
    vectors_scale: str = "1,1"
    vectors_units: str = "pixels"
    vectors_frame: str = "same"
    vectors_fix: bool = False
    features: str = "auto"
    iterations: int = 0
    optimizer: str = "lbfgs"
    start: str = "auto"
    sketch: float = 0.4
    content_weight: float = 1.0
    style_weight: float | str = 20.0
    tv_weight: float = 1.0
    style_scale: float = 1.0
    pooling: str = "max"
    style_layers: str = ""
    content_layers: str = ""
    temporal_weight: float = 200.0
    long_term: str = "1,2,4"
    passes: int = 10
    pass_iterations: int = 50
    blend: float = 5.0
    temporal_from: int = 5
    mask: str = ""
    style_outside: str = ""
    segment: str = "none"
    segment_box: str = ""
    mask_mode: str = "soft"
    mask_steady: str = "auto"
    layer: str = ""
    views: str = ""
    keep_layers: str = "none"
    out_layer: str = ""
    colorspace: str = ""
    ocio: str = ""
    format: str = "auto"
    depth: str = "auto"
    codec: str = "auto"
    fps: str = ""
    sound: bool = True
    overwrite: bool = False
    preview: str = ""
    device: str = "auto"
    precision: str = "auto"
    tile: str | int = "auto"
    seed: int = 0
    weights_dir: str = ""
    read_ahead: int = 3
    flow_cache: float = 10.0
    threads: int = 0
    gpu_memory: float = 0.0

    def __post_init__(self) -> None:
        if isinstance(self.tile, int):  # as older jobs have it
            object.__setattr__(self, "tile", str(self.tile))
        for clip in CLIPS:
            _check_place(clip.name, getattr(self, clip.name))
        for parameter in PARAMETERS:
            checked = parameter.check(getattr(self, parameter.name))
            object.__setattr__(self, parameter.name, checked)
        StyleCurve.parse(self.style)
        parse_style_from(self.style_from)
        find_flow_source(self.flow)
        parse_indices(self.long_term)
        Tiling.parse(str(self.tile))
        self._check_frames()
        self._check_grain()
        self._check_chunk()
        self._check_device()
        check_output_name(output_of_views(self.output, self.views), asked=self.format)
        self._check_depth()
        self._check_regions()
        self._check_movie()
        check_views(
            self.views,
            method=self.method,
            makes_movie=self.makes_movie,
            parted=bool(self.masks),
            out_layer=self.out_layer,
        )

    @property
    def mix(self) -> Mix:
        """The styles, each with its share of the first frame; the shares sum to 1.

        Of a style that changes over time these are the styles of all keys, each once.
        """
        style = StyleCurve.parse(self.style)
        first = style.curve.keys[0].frame
        return tuple(zip(style.names, style.shares(first), strict=True))

    @property
    def animated(self) -> tuple[str, ...]:
        """The names of the settings that change over time; `style` if any region's does."""
        style = any(is_curve(text) for text in self.styles)
        return tuple(
            one.name
            for one in PARAMETERS
            if one.animates and (style if one.name == "style" else self._is_curve(one.name))
        )

    def values_at(self, frame: int) -> FrameValues:
        """Return what changes over time as it is at a frame."""
        return FrameValues(
            strength=number_at(self.strength, frame),
            shares=tuple(
                share
                for style in self.styles
                if style != KEEP
                for share in StyleCurve.parse(style).shares(frame)
            ),
            style_weight=number_at(self.style_weight, frame),
        )

    @property
    def frame_range(self) -> FrameRange | None:
        """The frames asked for, or None for all that are there."""
        return FrameRange.parse(self.frames) if self.frames.strip() else None

    @property
    def cut_frames(self) -> tuple[int, ...]:
        """The frames that were named as the first of a new shot; empty for auto and off."""
        return () if self.cuts in ("auto", "off") else FrameRange.parse(self.cuts).frames

    @property
    def output_kind(self) -> OutputKind:
        """What the output is: a folder, frames of names of their own, one picture, or a movie.

        A folder of the very name that is there now counts as a folder.
        """
        return kind_of_output(self.output)

    @property
    def makes_movie(self) -> bool:
        """Whether the output is one movie instead of frames."""
        return self.output_kind == "movie"

    @property
    def look_back(self) -> tuple[int, ...]:
        """Which earlier frames a frame is held to: 1 is the one before, and always there."""
        return parse_indices(self.long_term)

    @property
    def masks(self) -> tuple[Mask, ...]:
        """The masks, the upper ones first; empty where one style has the whole picture."""
        if self.segment != "none":
            return (Mask(source="made"),)
        return parse_masks(self.mask)

    @property
    def styles(self) -> tuple[str, ...]:
        """The styles in the picture, each once: one, or those of the regions."""
        masks = self.masks
        if not masks:
            return (self.style,)
        return region_styles(masks, style=self.style, outside=self.style_outside)[0]

    @property
    def scale(self) -> float:
        """The work size as a factor: 1, 0.5 or 0.25."""
        return {"1": 1.0, "1/2": 0.5, "1/4": 0.25}[self.proxy]

    def with_changes(self, changes: Mapping[str, object]) -> StylizeJob:
        """Return a copy with other values for the settings named in `changes`.

        Raises:
            UsageError: A name is unknown or a value not allowed.
        """
        _check_keys(changes)
        return replace(self, **dict(changes))  # type: ignore[arg-type]  # checked on creation

    def to_dict(self) -> dict[str, Any]:
        """Return every setting by name, as text, numbers and booleans."""
        return asdict(self)

    @classmethod
    def from_dict(cls, settings: Mapping[str, object]) -> StylizeJob:
        """Make a job from settings by name; what is not named has its default.

        Raises:
            UsageError: A name is unknown, a value is not allowed, the input or output is not
                named, or ``version`` is that of a newer job.
        """
        named = {key: value for key, value in settings.items() if key != "version"}
        _check_version(settings.get("version", JOB_VERSION))
        _check_keys(named)
        for clip in CLIPS:
            if clip.name not in named:
                raise UsageError(f"The job does not name its {clip.name}", fix=clip.hint)
        return cls(**named)  # type: ignore[arg-type]  # checked on creation

    def to_toml(self) -> str:
        """Return the job as a TOML file's text that `from_toml` reads back as the same job.

        Raises:
            UsageError: A path has bytes that are no text (TOML is UTF-8).
        """
        curves = {
            one.name: text_table(getattr(self, one.name), numbers=one.type == "double")
            for one in PARAMETERS
            if one.animates and self._is_curve(one.name)
        }
        settings = to_toml({"version": JOB_VERSION, **self.to_dict(), **curves})
        text = f"# Run it with: vst-seq --job FILE\n{settings}"
        if any("\ud800" <= letter <= "\udfff" for letter in text):
            fix = "Rename those files to names in UTF-8"
            raise UsageError("The job names files whose names are not text", fix=fix)
        return text

    @classmethod
    def from_toml(cls, text: str) -> StylizeJob:
        """Read what `to_toml` wrote or a person did.

        Raises:
            UsageError: The text is no TOML, or not that of a job.
        """
        return cls.from_dict(parse_settings(text))

    def _is_curve(self, name: str) -> bool:
        return is_curve(str(getattr(self, name)))

    def _check_frames(self) -> None:
        if self.frames.strip():
            FrameRange.parse(self.frames)
        if self.cuts in ("auto", "off"):
            return
        try:
            FrameRange.parse(self.cuts)
        except UsageError:
            fix = "Write auto, off, or the first frame of each new shot, such as 10,57"
            raise UsageError(f"--cuts cannot be '{self.cuts}'", fix=fix) from None

    def _check_grain(self) -> None:
        if self.grain == "keep" and not self.denoise_guide:
            fix = "Add --denoise-guide, or leave --grain out"
            raise UsageError("--grain keep puts back what --denoise-guide takes out", fix=fix)

    def _check_chunk(self) -> None:
        plain = self.warm_up.isascii() and self.warm_up.isdecimal() and len(self.warm_up) < 5
        if self.warm_up != "auto" and not plain:
            fix = "Write auto, or how many frames, such as 10"
            raise UsageError(f"--warm-up cannot be '{self.warm_up}'", fix=fix)
        if self.warm_up != "0" and self.state_in:
            fix = "Leave one of them out: a state makes a warm-up needless"
            raise UsageError("--warm-up and --state-in exclude each other", fix=fix)

    def _check_device(self) -> None:
        if not _DEVICE.fullmatch(self.device):
            fix = nearest(self.device, (*(device.name for device in DEVICES), "cuda:1"))
            raise UsageError(f"There is no device '{self.device}'", fix=fix)

    def _check_depth(self) -> None:
        name = format_of_name(self.output)
        asked = name or self.format
        if asked != "auto":
            kind = next(one for one in FILE_FORMATS if one.option == asked)
            place = f"the output '{self.output}'" if name else f"--format {asked}"
            kind.check_depth(self.depth, place=place)

    def _check_movie(self) -> None:
        if self.fps.strip():
            parse_rate(self.fps)
        if not self.makes_movie:
            return
        pick_codec(self.codec, Path(self.output).suffix, alpha=False)
        for name in ("format", "depth", "keep_layers", "out_layer"):
            allowed = find_parameter(name).default
            if getattr(self, name) != allowed:
                flag = "--" + name.replace("_", "-")
                fix = "Leave it out (--codec says how a movie is written), or name a folder"
                raise UsageError(f"{flag} is for frames, and {self.output} is a movie", fix=fix)

    def _check_regions(self) -> None:
        parse_masks(self.mask)
        parse_box(self.segment_box)
        styles = [("--mask", mask.style) for mask in self.masks]
        for flag, style in (*styles, ("--style-outside", self.style_outside.strip())):
            if style not in ("", KEEP):
                StyleCurve.parse(style, flag=flag)
        _ = self.styles  # raises where no region has one


def read_job(path: Path, *, changes: Mapping[str, object] | None = None) -> StylizeJob:
    """Read a job file.

    Args:
        path: Its file; one without input and output is a look, and `changes` names the places.
        changes: Settings that win over what the file says.

    Raises:
        InputError: The file cannot be read.
        UsageError: It is not a job; the message names the file.
    """
    settings = read_settings(path)
    try:
        return StylizeJob.from_dict({**settings, **(changes or {})})
    except UsageError as error:
        raise UsageError(f"In the job {path}: {error.what}", fix=error.fix) from None


def _check_place(name: str, value: object) -> None:
    if not isinstance(value, str) or not value.strip() or "\0" in value:
        hint = next(clip.hint for clip in CLIPS if clip.name == name)
        raise UsageError(f"The {name} cannot be {value!r}", fix=hint)


def _check_keys(settings: Mapping[str, object]) -> None:
    known = {field.name for field in fields(StylizeJob)}
    for key in settings:
        if key not in known:
            raise UsageError(f"A job has no setting '{key}'", fix=nearest(key, known))


def _check_version(version: object) -> None:
    if version != JOB_VERSION or isinstance(version, bool):
        fix = f"This engine reads version {JOB_VERSION}: update it, or save the job again"
        raise UsageError(f"The job has the version {version!r}", fix=fix)
