"""What every encoder is: a frozen network that gives named activations of a picture."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Literal

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from vst_core.errors import UsageError, nearest
from vst_core.features.winograd import FrozenConv

__all__ = ["Encoder", "Pooling", "activations", "halvings", "pool"]

Pooling = Literal["max", "average"]


class Encoder(nn.Module):
    """A frozen network that is asked for layers by name.

    Called with a picture (B x 3 x H x W in [0, 1]) and the names of layers, it returns
    name -> B x C x H/2^k x W/2^k and computes no layer beyond the deepest of them. ImageNet's
    mean and spread are inside. The parameters take no gradients, the picture does.

    Attributes:
        name: Its key in `ENCODERS`.
        layers: What it can be asked for, from the shallowest to the deepest.
        style_layers: Whose Gram matrices are the style, unless told otherwise.
        content_layer: Whose activation is the content, unless told otherwise.
        style_gain: What a style weight is multiplied by for it: more than 1 where it believes
            pictures to be nearer to the painting than they are.
    """

    name: str
    layers: tuple[str, ...]
    style_layers: tuple[str, ...]
    content_layer: str
    style_gain: float = 1.0
    __call__: Callable[..., dict[str, Tensor]]

    def at(self, precision: torch.dtype) -> None:
        """Let the convolutions compute in `precision`, on the device where they are.

        The picture may stay float32.
        """
        for module in self.modules():
            if isinstance(module, nn.Conv2d):
                module.to(precision)
            if isinstance(module, FrozenConv):
                module.hasten()

    def check(self, layers: Collection[str]) -> None:
        """Refuse what this encoder does not have.

        Raises:
            UsageError: A layer is unknown.
        """
        for layer in layers:
            if layer not in self.layers:
                fix = nearest(layer, self.layers)
                raise UsageError(f"No layer is called '{layer}'", fix=fix)


def pool(activation: Tensor, pooling: Pooling) -> Tensor:
    """Halve height and width, an odd last row or column left out.

    Args:
        activation: B x C x H x W.
        pooling: `max`, as the networks were trained, or `average`, as Gatys 2016 (section 2)
            prefers for its smoother gradients.
    """
    return F.max_pool2d(activation, 2) if pooling == "max" else F.avg_pool2d(activation, 2)


def halvings(layer: str) -> int:
    """Return how often a picture is halved on the way to a layer.

    >>> halvings("relu4_2")
    3
    """
    return int(layer[len("relu")]) - 1


def activations(
    convs: nn.ModuleDict, x: Tensor, layers: Collection[str], *, pooling: Pooling
) -> dict[str, Tensor]:
    """Run VGG's layout: convolutions with a ReLU each, a pooling between two stages.

    Args:
        convs: Layer (`relu1_1`, `relu1_2`, `relu2_1`, ...) -> convolution, in order.
        x: B x C x H x W, normalized.
        layers: What is asked for; nothing beyond the deepest of them is computed.
        pooling: Between the stages.

    Returns:
        Layer -> its activation after the ReLU.
    """
    found: dict[str, Tensor] = {}
    names = list(convs)
    for name, following in zip(names, [*names[1:], ""], strict=True):
        if len(found) == len(set(layers)):
            break
        x = convs[name](x)
        ends = following.endswith("_1")
        # The largest of four can be taken first: the same numbers, a quarter of the work.
        late = ends and pooling == "max" and name not in layers
        if not late:
            x = F.relu_(x)  # in place: nobody needs what was before
        if name in layers:
            found[name] = x
        if ends and len(found) < len(set(layers)):
            x = pool(x, pooling)
        if late:
            x = F.relu_(x)
    return found
