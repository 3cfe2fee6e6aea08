"""Which number type the convolutions of a training compute in."""

from __future__ import annotations

import torch

from vst_core.devices import pick_precision

__all__ = ["autocast", "training_precision"]


def training_precision(device: torch.device) -> torch.dtype:
    """Return bf16 where the hardware multiplies it, else float32.

    A processor without such instructions imitates them: VGG-19 then takes forty times as long.
    """
    return pick_precision("auto", device)


def autocast(device: torch.device) -> torch.autocast:
    """Return the context in which float32 networks compute in that precision."""
    precision = training_precision(device)
    return torch.autocast(device.type, precision, enabled=precision != torch.float32)
