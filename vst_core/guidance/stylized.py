"""What a method gives for a frame: its picture, what moves with it, and what it remembers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from torch import Tensor

from vst_core.guidance.warped_frames import Earlier, Guidance

__all__ = ["Stylized", "guidance_of", "named", "part"]


@dataclass(frozen=True, kw_only=True)
class Stylized:
    """A stylized frame.

    Attributes:
        picture: 1 x 3 x h x w in [0, 1], float32.
        layers: Further planes of the picture's size (1 x C x h x w) that later frames need, such
            as the picture of each region's style: they are warped as the picture is, and come
            back as `Guidance.layers`.
        memory: Tensors of any size and type, such as the cells of a recurrent network: they come
            back as they are, as `StylizerState.memory`.
    """

    picture: Tensor
    layers: Mapping[str, Tensor] = field(default_factory=dict)
    memory: Mapping[str, Tensor] = field(default_factory=dict)


def named(place: str, tensors: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """Return tensors under the name of a part of the picture.

    >>> named("sky", {"cell": 1})
    {'sky/cell': 1}
    """
    return {f"{place}/{name}": tensor for name, tensor in tensors.items()}


def part(place: str, tensors: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """Return what `named` put under a name.

    >>> part("sky", {"sky/cell": 1, "sea/cell": 2})
    {'cell': 1}
    """
    start = f"{place}/"
    return {
        name.removeprefix(start): tensor
        for name, tensor in tensors.items()
        if name.startswith(start)
    }


def guidance_of(place: str, guidance: Guidance | None) -> Guidance | None:
    """Return the guidance of a part whose picture travels as the layer `<place>/picture`.

    Returns:
        Guidance whose pictures are the part's; None where the frame before had no such part.
    """
    if guidance is None or f"{place}/picture" not in guidance.layers:
        return None
    older = (_earlier(place, one) for one in guidance.older if f"{place}/picture" in one.layers)
    layers = part(place, guidance.layers)
    before = part(place, guidance.previous_layers)
    return replace(
        guidance,
        warped=layers.pop("picture"),
        layers=layers,
        older=tuple(older),
        previous_pass=before.pop("picture", None),
        previous_layers=before,
    )


def _earlier(place: str, earlier: Earlier) -> Earlier:
    layers = part(place, earlier.layers)
    return Earlier(warped=layers.pop("picture"), trust=earlier.trust, layers=layers)
