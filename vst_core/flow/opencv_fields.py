"""Pictures and flow fields as OpenCV takes and gives them."""

from __future__ import annotations

from typing import Any, TypeAlias

import numpy as np
import torch
from torch import Tensor

__all__ = ["Fields", "Grays", "from_fields", "to_fields", "to_gray"]

Grays: TypeAlias = np.ndarray[Any, np.dtype[np.uint8]]
"""`B x H x W`, luma of 8 bits."""

Fields: TypeAlias = np.ndarray[Any, np.dtype[np.float32]]
"""`B x H x W x 2`, in pixels, x first."""

# ITU-R BT.601 luma, as OpenCV's own conversion to gray.
_LUMA = (0.299, 0.587, 0.114)


def to_gray(picture: Tensor) -> Grays:
    """Return `B x 3 x H x W` in [0, 1] as gray of 8 bits."""
    red, green, blue = picture.detach().unbind(1)
    luma = red * _LUMA[0] + green * _LUMA[1] + blue * _LUMA[2]
    return (luma * 255).round_().clamp_(0, 255).to(torch.uint8).cpu().numpy()


def to_fields(flow: Tensor) -> Fields:
    """Return flow, `B x 2 x H x W`, as OpenCV's fields, in memory of their own."""
    found = flow.detach().permute(0, 2, 3, 1).to("cpu", torch.float32)
    return found.clone(memory_format=torch.contiguous_format).numpy()


def from_fields(fields: Fields, device: torch.device) -> Tensor:
    """Return OpenCV's fields as flow, `B x 2 x H x W`, on a device."""
    return torch.from_numpy(fields).permute(0, 3, 1, 2).contiguous().to(device)
