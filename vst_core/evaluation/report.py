"""What was measured: every figure of every frame, and their means."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields
from statistics import fmean
from typing import Any

__all__ = ["FIGURES", "REPORT_VERSION", "Figure", "FrameFigures", "Report"]

REPORT_VERSION = 1
"""Rises when a figure changes its meaning or its name."""


@dataclass(frozen=True, kw_only=True)
class FrameFigures:
    """The figures of one frame; `None` = not measured or undefined.

    Perceptual figures belong to the frame, all others to it and the frame before it, so the
    first frame has none of them. `source_` ones are the same for the source itself: the
    floor, below which nothing that follows the source can be expected.

    Attributes:
        frame: As named on disk.
        style_loss: Mean over relu1_2, relu2_2, relu3_3 and relu4_3 of |G - A|^2 / |A|^2.
        content_loss: |F - P|^2 / |P|^2 at relu3_3.
        weave: Of the frame alone, see `vst_core.evaluation.weave`.
        trusted: Share of the pixels that can be compared with the frame before, 0 to 1.
        masked_mse: See `TemporalErrors`; likewise `m2` and `root`.
        mse: Mean squared difference to the frame before, unwarped.
        ssim: SSIM with the frame before, unwarped.
    """

    frame: int
    style_loss: float | None = None
    content_loss: float | None = None
    weave: float | None = None
    trusted: float | None = None
    masked_mse: float | None = None
    m2: float | None = None
    root: float | None = None
    source_masked_mse: float | None = None
    source_m2: float | None = None
    source_root: float | None = None
    mse: float | None = None
    ssim: float | None = None
    source_mse: float | None = None
    source_ssim: float | None = None


@dataclass(frozen=True, kw_only=True)
class Figure:
    """One line of the table for people.

    Attributes:
        name: Of the field in `FrameFigures`.
        label: What it is.
        group: Under which heading it stands.
    """

    name: str
    label: str
    group: str

    @property
    def source(self) -> str:
        """Name of the field that holds the same figure of the source."""
        return f"source_{self.name}"

    @property
    def has_source(self) -> bool:
        """Whether the source itself has this figure."""
        return self.source in FrameFigures.__dataclass_fields__


FIGURES: tuple[Figure, ...] = (
    Figure(name="style_loss", label="style loss", group="Perceptual"),
    Figure(name="content_loss", label="content loss", group="Perceptual"),
    Figure(name="weave", label="weave in calm areas (rms)", group="Perceptual"),
    Figure(name="masked_mse", label="masked MSE, all pixels (Ruder 2018)", group="Temporal"),
    Figure(name="m2", label="M2, trusted pixels (Lai 2018)", group="Temporal"),
    Figure(name="root", label="root of M2 (ReReVST)", group="Temporal"),
    Figure(name="trusted", label="share of trusted pixels", group="Temporal"),
    Figure(name="mse", label="MSE", group="Adjacent frames"),
    Figure(name="ssim", label="SSIM", group="Adjacent frames"),
)


@dataclass(frozen=True, kw_only=True)
class Report:
    """A stylized sequence, measured.

    Attributes:
        out: The stylized sequence, as text.
        source: What was stylized.
        style: The style it was held against.
        flow: Where the motion came from.
        width: Of the frames, in pixels.
        height: Of the frames, in pixels.
        frames: The figures frame by frame.
    """

    out: str
    source: str
    style: str
    flow: str
    width: int
    height: int
    frames: Sequence[FrameFigures]

    def mean(self, name: str) -> float | None:
        """Return the mean of one figure over the frames that have it."""
        values = [value for frame in self.frames if (value := getattr(frame, name)) is not None]
        return fmean(values) if values else None

    def to_dict(self) -> dict[str, Any]:
        """Return everything as plain values: settings, `means` by name, `per_frame`."""
        names = [field.name for field in fields(FrameFigures) if field.name != "frame"]
        return {
            "version": REPORT_VERSION,
            "out": self.out,
            "in": self.source,
            "style": self.style,
            "flow": self.flow,
            "width": self.width,
            "height": self.height,
            "frames": len(self.frames),
            "means": {name: self.mean(name) for name in names},
            "per_frame": [asdict(frame) for frame in self.frames],
        }
