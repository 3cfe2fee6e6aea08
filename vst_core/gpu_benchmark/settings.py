"""What is measured, and on what."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import torch

from vst_core.devices import pick_device

__all__ = ["GpuSettings"]


@dataclass(frozen=True, kw_only=True)
class GpuSettings:
    """What is measured, and on what.

    Attributes:
        device: As in a job.
        seconds: That everything may take.
        sizes: (width, height) of the frames that are timed, the most important first.
        small: (width, height) of those that are compared with the processor.
        pictures: Two neighboring frames to compare on, read by Pillow; made up where empty.
        side: Of the picture that is optimized.
        crop: Of the training pictures; at least 32.
        styles: Cards; the first is timed, all are compared.
        kinds: First words of the rows that are wanted; all where empty.
        weights_dir: Searched first for weights. Nothing is downloaded.
    """

    device: str = "auto"
    seconds: float = 90.0
    sizes: tuple[tuple[int, int], ...] = ((1920, 1080), (4096, 2160), (7680, 4320))
    small: tuple[int, int] = (256, 144)
    pictures: tuple[Path, ...] = ()
    side: int = 512
    crop: int = 320
    styles: tuple[str, ...] = ("muse", "candy")
    kinds: tuple[str, ...] = ()
    weights_dir: Path | None = None

    @property
    def place(self) -> torch.device:
        """The device.

        Raises:
            UsageError, DeviceError: There is none of that name.
        """
        return pick_device(self.device)

    @property
    def precisions(self) -> tuple[str, ...]:
        """Those that the device computes in, the most important first."""
        return ("bf16", "fp32") if self.place.type == "cpu" else ("fp16", "bf16", "fp32")
