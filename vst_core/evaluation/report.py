"""What was measured: every figure of every frame, and their means."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields
from statistics import fmean
from typing import Any

from vst_core.evaluation.levels import CHANNELS, drift
from vst_core.evaluation.strokes import let_go

__all__ = ["FIGURES", "REPORT_VERSION", "Figure", "FrameFigures", "Report"]

REPORT_VERSION = 2
"""Rises when a figure changes its meaning or its name."""


_FEWEST = 10
_SOON = 10
"""Frames that count together where it is known what each of them holds alone."""


@dataclass(frozen=True, kw_only=True)
class FrameFigures:
    """The figures of one frame; `None` = not measured or undefined.

    The first ones belong to the frame. From `trusted` on they belong to it and the frame before
    it, so the first frame has none of them; `far_` ones to it and the frame that `Report.gap`
    says. `source_` ones are the same for the source itself: the floor, below which nothing that
    follows the source can be expected.

    Attributes:
        frame: As named on disk.
        style_loss: Mean over relu1_2, relu2_2, relu3_3 and relu4_3 of |G - A|^2 / |A|^2.
        style_moments: By means and deviations of the same layers' channels, see `moment_loss`.
        content_loss: |F - P|^2 / |P|^2 at relu3_3.
        weave: See `vst_core.evaluation.weave`.
        edges: Correlation of the edges with the source's, see `edge_correlation`.
        edges_alone: The same of the frame's picture without a past, as where a shot starts.
        shadows: Share of pixels with a channel at 0, see `clipped`; `highlights`: at 1.
        red_mean: Mean of a channel, 0 to 1; likewise `green_mean`, `blue_mean`.
        red_deviation: Standard deviation of a channel; likewise the others.
        trusted: Share of the pixels that can be compared with the frame before, 0 to 1.
        masked_mse: See `TemporalErrors`; likewise `m2` and `root`.
        lpips: Learned distance to the warped frame before, see `LearnedDistance`.
        flip: FLIP error to the warped frame before, over trusted pixels, see `flip_error`.
        mse: Mean squared difference to the frame before, unwarped.
        ssim: SSIM with the frame before, unwarped.
    """

    frame: int
    style_loss: float | None = None
    style_moments: float | None = None
    content_loss: float | None = None
    weave: float | None = None
    edges: float | None = None
    edges_alone: float | None = None
    shadows: float | None = None
    highlights: float | None = None
    red_mean: float | None = None
    green_mean: float | None = None
    blue_mean: float | None = None
    red_deviation: float | None = None
    green_deviation: float | None = None
    blue_deviation: float | None = None
    source_shadows: float | None = None
    source_highlights: float | None = None
    source_red_mean: float | None = None
    source_green_mean: float | None = None
    source_blue_mean: float | None = None
    source_red_deviation: float | None = None
    source_green_deviation: float | None = None
    source_blue_deviation: float | None = None
    trusted: float | None = None
    masked_mse: float | None = None
    m2: float | None = None
    root: float | None = None
    lpips: float | None = None
    flip: float | None = None
    source_masked_mse: float | None = None
    source_m2: float | None = None
    source_root: float | None = None
    source_lpips: float | None = None
    source_flip: float | None = None
    far_trusted: float | None = None
    far_m2: float | None = None
    far_lpips: float | None = None
    source_far_m2: float | None = None
    source_far_lpips: float | None = None
    mse: float | None = None
    ssim: float | None = None
    source_mse: float | None = None
    source_ssim: float | None = None


@dataclass(frozen=True, kw_only=True)
class Figure:
    """One line of the table for people.

    Attributes:
        name: Of the field in `FrameFigures`, or of the property of `Report`.
        label: What it is.
        group: Under which heading it stands.
        better: `low`, `high`, or empty where neither is.
    """

    name: str
    label: str
    group: str
    better: str = "low"

    @property
    def source(self) -> str:
        """Name of the same figure of the source."""
        return f"source_{self.name}"


FIGURES: tuple[Figure, ...] = (
    Figure(name="style_loss", label="style loss (Gram)", group="Perceptual"),
    Figure(name="style_moments", label="style, means and deviations", group="Perceptual"),
    Figure(name="content_loss", label="content loss", group="Perceptual"),
    Figure(name="weave", label="weave in calm areas (rms)", group="Perceptual"),
    Figure(name="edges", label="edges, correlation with the source", group="Perceptual",
           better="high"),
    Figure(name="masked_mse", label="masked MSE, all pixels (Ruder 2018)", group="Temporal"),
    Figure(name="m2", label="M2, trusted pixels (Lai 2018)", group="Temporal"),
    Figure(name="root", label="root of M2 (ReReVST)", group="Temporal"),
    Figure(name="lpips", label="LPIPS to relu4_3", group="Temporal"),
    Figure(name="flip", label="FLIP", group="Temporal"),
    Figure(name="trusted", label="share of trusted pixels", group="Temporal", better=""),
    Figure(name="far_m2", label="M2", group="Long gap"),
    Figure(name="far_lpips", label="LPIPS to relu4_3", group="Long gap"),
    Figure(name="far_trusted", label="share of trusted pixels", group="Long gap", better=""),
    Figure(name="mse", label="MSE", group="Adjacent frames", better=""),
    Figure(name="ssim", label="SSIM", group="Adjacent frames", better=""),
    Figure(name="shadows", label="share of clipped shadows", group="Levels"),
    Figure(name="highlights", label="share of clipped highlights", group="Levels"),
    Figure(name="mean_drift", label="drift of channel means (of 255)", group="Levels"),
    Figure(name="deviation_drift", label="drift of deviations (of 255)", group="Levels"),
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Report:
    """A stylized sequence, measured.

    Attributes:
        out: The stylized sequence, as text.
        source: What was stylized.
        style: The style it was held against.
        flow: Where the motion came from.
        gap: How many frames lie between those that the `far_` figures compare; 0 = none do.
        width: Of the frames, in pixels.
        height: Of the frames, in pixels.
        frames: The figures frame by frame.
    """

    out: str
    source: str
    style: str
    flow: str
    gap: int = 0
    width: int
    height: int
    frames: Sequence[FrameFigures]

    def values(self, name: str) -> list[float]:
        """Return one figure of the frames that have it, in order."""
        return [value for frame in self.frames if (value := getattr(frame, name)) is not None]

    def mean(self, name: str) -> float | None:
        """Return the mean of one figure over the frames that have it."""
        values = self.values(name)
        return fmean(values) if values else None

    @property
    def mean_drift(self) -> float | None:
        """How far a channel's mean strays, of 255: the channel that strays most, see `drift`."""
        return self._drift("mean")

    @property
    def deviation_drift(self) -> float | None:
        """How far a channel's standard deviation strays, of 255; likewise."""
        return self._drift("deviation")

    @property
    def source_mean_drift(self) -> float | None:
        """The same of the source's means."""
        return self._drift("mean", "source_")

    @property
    def source_deviation_drift(self) -> float | None:
        """The same of the source's standard deviations."""
        return self._drift("deviation", "source_")

    @property
    def let_go(self) -> int | None:
        """The frame at which strokes let go of the picture, see `let_go`.

        None if they never do, or there are fewer than ten frames to tell by.
        """
        known = [each for each in self.frames if each.edges is not None]
        if len(known) < _FEWEST:
            return None
        edges = self.values("edges")
        alone = self.values("edges_alone")
        if len(alone) == len(edges):
            place = let_go(edges, window=_SOON, held=alone)
        else:
            place = let_go(edges)
        return None if place is None else known[place].frame

    def summary(self, name: str) -> float | None:
        """Return the figure of the whole sequence: a drift, or the mean over frames.

        None where it is not measured, or where there is no such figure of the source.
        """
        if name in FrameFigures.__dataclass_fields__:
            return self.mean(name)
        value: float | None = getattr(self, name, None)
        return value

    def to_dict(self) -> dict[str, Any]:
        """Return everything as plain values: settings, `means` by name, `per_frame`."""
        names = [field.name for field in fields(FrameFigures) if field.name != "frame"]
        drifts = ("mean_drift", "deviation_drift")
        return {
            "version": REPORT_VERSION,
            "out": self.out,
            "in": self.source,
            "style": self.style,
            "flow": self.flow,
            "gap": self.gap,
            "width": self.width,
            "height": self.height,
            "frames": len(self.frames),
            "means": {name: self.mean(name) for name in names},
            **{name: self.summary(name) for name in drifts},
            **{f"source_{name}": self.summary(f"source_{name}") for name in drifts},
            "let_go": self.let_go,
            "per_frame": [asdict(frame) for frame in self.frames],
        }

    def _drift(self, kind: str, of: str = "") -> float | None:
        found = [drift(self.values(f"{of}{channel}_{kind}")) for channel in CHANNELS]
        known = [255 * value for value in found if value is not None]
        return max(known) if known else None
