"""`TransformNet` as it is trained, to be called like the forms for inference."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from vst_core.nets.transform import TransformNet

__all__ = ["PlainNet"]


class PlainNet:
    """A network of a single style as it is, its convolutions in the wanted precision.

    Args:
        net: What it computes; it is taken over.
        precision: Of the convolutions.

    Attributes:
        takes: The number type of its input.
    """

    def __init__(self, net: TransformNet, *, precision: torch.dtype) -> None:
        self._net, self.takes = net, precision
        self._mix = torch.ones(1, 1, device=next(net.parameters()).device)
        for module in net.modules():
            # Norms keep float32 numbers: their statistics must not be rounded.
            if isinstance(module, nn.Conv2d):
                module.to(precision)

    @torch.inference_mode()
    def __call__(self, x: Tensor, *, margin: int, weight: Tensor | None = None) -> Tensor:
        """Stylize B x channels x H x W; see `FoldedNet`."""
        x = x.contiguous(memory_format=torch.channels_last)
        output: Tensor = self._net(x, self._mix.expand(len(x), 1), weight)
        return output[..., margin:-margin, margin:-margin].float().contiguous()
