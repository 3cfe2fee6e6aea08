"""A picture of how far a run has come: some photographs in every style."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch
from PIL import Image
from torch import Tensor

from vst_core.atomic import atomic_path
from vst_core.devices import place
from vst_core.nets import VTN_CHANNELS, TransformNet, itn_input, vtn_input
from vst_core.training.stages import StyleContext

__all__ = ["contact_sheet", "painted_sheet"]

_PHOTOGRAPHS = 3
_SIDE = 288


@torch.no_grad()
def contact_sheet(context: StyleContext, state: dict[str, Tensor], path: Path) -> None:
    """Write a sheet: a row a style, a column a photograph, the originals on top.

    Args:
        context: Photographs and device.
        state: Weights of an ITN or VTN.
        path: The .jpg to write.

    Raises:
        OutputError: It cannot be written.
    """
    channels = state["enter.conv.conv.weight"].shape[1]
    net = TransformNet(
        width=context.recipe.width,
        inner=context.recipe.inner,
        styles=len(context.recipe.styles),
        channels=channels,
    )
    net.load_state_dict(state)
    net = place(net, context.device).eval()
    painted_sheet(
        context, lambda frames, mix: context.stylize(net, _input(frames, channels), mix), path
    )


@torch.no_grad()
def painted_sheet(
    context: StyleContext, paint: Callable[[Tensor, Tensor], Tensor], path: Path
) -> None:
    """Write such a sheet of whatever paints.

    Args:
        context: Photographs and device.
        paint: Makes pictures, B x 3 x H x W in [0, 1], of frames and their styles, B x styles.
        path: The .jpg to write.

    Raises:
        OutputError: It cannot be written.
    """
    styles = len(context.recipe.styles)
    random = np.random.default_rng(context.recipe.seed)
    frames = context.place(context.photographs.crops(_PHOTOGRAPHS, _SIDE, random=random))
    rows = [frames]
    for style in torch.eye(styles, device=context.device):
        rows.append(paint(frames, style.expand(_PHOTOGRAPHS, -1)))
    sheet = torch.cat([torch.cat(list(row), dim=2) for row in rows], dim=1)
    pixels = (sheet.clamp(0, 1) * 255).round().byte().permute(1, 2, 0).cpu().numpy()
    with atomic_path(path) as temporary:
        Image.fromarray(pixels).save(temporary, quality=90)


def _input(frames: Tensor, channels: int) -> Tensor:
    if channels != VTN_CHANNELS:
        return itn_input(frames)
    nothing = torch.zeros_like(frames)
    return vtn_input(frames, nothing, nothing[:, :1])
