"""The encoder that a distillation goes on from, and what of it can be kept as it is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor, nn

from vst_core.errors import UsageError
from vst_core.features import LITE_LAYERS, LiteEncoder, load_lite
from vst_core.training.distillation.distiller import Distiller

__all__ = ["BaseEncoder", "take_over"]


@dataclass(frozen=True, kw_only=True)
class BaseEncoder:
    """An encoder that was trained before.

    Attributes:
        encoder: The encoder.
        layers: Whose convolutions the student has of it. The others are smaller in the student,
            or see fewer channels, and are yet to be fitted to what they answer here.
        heads: Layers whose heads the student has of it.
    """

    encoder: LiteEncoder
    layers: frozenset[str]
    heads: frozenset[str]

    def matches(self, net: Distiller) -> bool:
        """Whether the student has all of its tensors, each in the same size."""
        state, own = net.state_dict(), self.encoder.state_dict()
        return all(name in state and state[name].shape == own[name].shape for name in own)

    def mixed_into(self, trained: Mapping[str, Tensor], *, share: float) -> dict[str, Tensor]:
        """Return trained weights with `share` of this encoder's, where it has them."""
        own = self.encoder.state_dict()
        return {
            name: value.lerp(own[name], share) if name in own else value
            for name, value in trained.items()
        }


def take_over(net: Distiller, card: Path) -> BaseEncoder:
    """Fill of trunk and heads what a card has in the same size, or with fewer channels inside.

    Where the student's kernels are squeezed through more channels it computes the same: the
    new ones begin as noise, and nothing is made from them yet.

    Raises:
        UsageError: The card has other layers.
        WeightsError: It cannot be read.
    """
    encoder = load_lite(card).to(net.states.device)
    own, its = net.trunk.convs, encoder.trunk.convs
    if list(own) != list(its):
        fix = f"Give widths in the recipe for {', '.join(its)}."
        raise UsageError(f"'{card}' has other layers than the recipe", fix=fix)
    return BaseEncoder(
        encoder=encoder,
        layers=frozenset(layer for layer in own if _filled(own[layer], its[layer])),
        heads=frozenset(
            layer for layer in LITE_LAYERS if _filled(net.heads[layer], encoder.heads[layer])
        ),
    )


def _filled(module: nn.Module, before: nn.Module) -> bool:
    """Take over a module's state, unless it does not fit."""
    small, state = before.state_dict(), module.state_dict()
    fits = small.keys() == state.keys() and all(_fits(key, small[key], state[key]) for key in small)
    if fits:
        module.load_state_dict({key: _grown(key, small[key], state[key]) for key in small})
    return fits


def _fits(name: str, small: Tensor, large: Tensor) -> bool:
    """Whether a tensor is another's, or the same with fewer channels squeezed through."""
    where = {"0.weight": (0,), "1.weight": (0, 1), "2.weight": (1,)}.get(name, ())
    pairs = enumerate(zip(small.shape, large.shape, strict=True))
    return all(one == two or (place in where and one < two) for place, (one, two) in pairs)


def _grown(name: str, small: Tensor, large: Tensor) -> Tensor:
    noisy = name in ("0.weight", "1.weight")  # not what widens them again
    grown = ((0.01 * noisy) * torch.randn(large.shape)).to(small)
    grown[: len(small)] = 0.0
    grown[tuple(map(slice, small.shape))] = small
    return grown
