"""FLIP: what a person sees who flips between two pictures (Andersson et al. 2020), by NVIDIA's own.

Between a frame and the warped one before, it is what a viewer sees flicker.
"""

from __future__ import annotations

from importlib.util import find_spec

import torch
from torch import Tensor

from vst_core.errors import UsageError

__all__ = ["flip_error", "flip_map", "has_flip"]


def has_flip() -> bool:
    """Whether the package that measures it is installed."""
    return find_spec("flip_evaluator") is not None


def flip_map(reference: Tensor, test: Tensor) -> Tensor:
    """Return the FLIP error of every pixel, 1 x 1 x H x W in [0, 1], on the processor.

    For a screen of 67 pixels a degree, which is the paper's: 0.7 m from one of 3840 x 2160 that is
    0.7 m wide.

    Args:
        reference: 1 x 3 x H x W in [0, 1], sRGB.
        test: The same size.

    Raises:
        UsageError: The package is not installed.
    """
    if not has_flip():
        what = "FLIP needs the package flip-evaluator"
        raise UsageError(what, fix="Run: pip install 'vst[eval]'")
    import flip_evaluator

    pictures = (
        picture[0].permute(1, 2, 0).float().clamp(0, 1).contiguous().cpu().numpy()
        for picture in (reference, test)
    )
    errors, _, _ = flip_evaluator.evaluate(*pictures, "LDR", applyMagma=False)
    return torch.from_numpy(errors)[..., 0][None, None]


def flip_error(reference: Tensor, test: Tensor, trust: Tensor) -> float | None:
    """Return the mean FLIP error over trusted pixels; None where no pixel is trusted.

    Args:
        reference: 1 x 3 x H x W in [0, 1], sRGB.
        test: The same size.
        trust: 1 x 1 x H x W of 0 and 1. What is not trusted is given the reference's own pixels
            first, since FLIP looks at the surroundings of a pixel too.

    Raises:
        UsageError: The package is not installed.
    """
    trusted = torch.count_nonzero(trust).item()
    if not trusted:
        return None
    errors = flip_map(reference, torch.where(trust > 0, test, reference))
    return torch.where(trust.cpu() > 0, errors, 0).sum(dtype=torch.float64).item() / trusted
