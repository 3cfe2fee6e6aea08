"""A picture of how far a predictor has come: photographs in styles of the bank."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch
from PIL import Image
from torch import Tensor

from vst_core.atomic import atomic_path
from vst_core.nets import vtn_input
from vst_core.resizing import resize_picture
from vst_core.training.prediction.predicted_net import PredictedNet
from vst_core.training.prediction.stage import PredictorStage

__all__ = ["style_sheet"]

_STYLES, _STRENGTHS, _SIDE = 8, (-1.5, 0.0, 1.5), 256


@torch.no_grad()
def style_sheet(net: PredictedNet, stage: PredictorStage, path: Path) -> None:
    """Write a sheet: a row a style with its picture first, then a photograph at three strengths.

    Raises:
        OutputError: It cannot be written.
    """
    random = np.random.default_rng(stage.recipe.seed)
    pictures = [stage.bank.pictures.draw(1, random=random) for _ in range(_STYLES)]
    frames = stage.stills.crops(_STYLES, _SIDE, random=random)
    rows = []
    for picture, frame in zip(pictures, torch.split(frames, 1), strict=True):
        statistics = stage.bank.statistics(picture)
        cells = [resize_picture(picture, (_SIDE, _SIDE)), frame]
        cells += [_painted(net, frame, statistics, strength) for strength in _STRENGTHS]
        rows.append(torch.cat([cell[0] for cell in cells], dim=2))
    pixels = (torch.cat(rows, dim=1).clamp(0, 1) * 255).round().byte().permute(1, 2, 0)
    with atomic_path(path) as temporary:
        Image.fromarray(pixels.cpu().numpy()).save(temporary, quality=90)


def _painted(net: PredictedNet, frame: Tensor, statistics: Tensor, strength: float) -> Tensor:
    norms = net.norms(statistics, torch.tensor([strength], device=frame.device))
    nothing = torch.zeros_like(frame)
    picture: Tensor = net(vtn_input(frame, nothing, nothing[:, :1]), norms)
    return picture.float()
