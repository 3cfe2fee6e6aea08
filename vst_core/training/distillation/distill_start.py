"""Where the distillation begins: the teacher's kernels, squeezed, or fitted by least squares.

Layer by layer, from the shallowest. A squeezed layer that sees the teacher's own channels takes
the teacher's kernel on the principal components of its answers (Zhang et al. 2016, 3.1), splits
it into columns and rows, and widens them again by least squares, which mends what the layers
before have lost. A narrow layer takes those of the teacher's channels that explain the others
best (pivoted Cholesky of their second moments), made by least squares from what the student has
so far (He, Zhang and Sun 2017, "Channel pruning"). Hours of training are saved that way, and
only the pictures are random.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import cast

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import Conv2d, Module, Sequential
from torch.nn import functional as F

from vst_core.features import LITE_LAYERS
from vst_core.features.encoder import pool
from vst_core.training.distillation.base_encoder import BaseEncoder
from vst_core.training.distillation.distill import DistillContext
from vst_core.training.distillation.distiller import Distiller
from vst_core.training.distillation.factors import components, pivots, rotated, separated
from vst_core.training.distillation.regression import Regression

__all__ = ["fit_start"]

_PLACES = 96
_BATCH = 8


@torch.no_grad()
def fit_start(net: Distiller, context: DistillContext, before: BaseEncoder | None = None) -> None:
    """Fill trunk, heads, bases and hints of `net`, on pictures that the context draws.

    Args:
        net: The student.
        context: Draws the pictures.
        before: What the student goes on from. What it has of it stays (heads that are fitted
            anew, on so few pictures, lose what took them hours); its other layers are fitted to
            this one's in place of the teacher's.
    """
    random = np.random.default_rng((context.recipe.seed, 4))
    drawn = [context.picture(random) for _ in range(context.recipe.start_pictures)]
    pictures = [context.place(part) for part in torch.split(torch.stack(drawn), _BATCH)]
    places = {layer: _places(pictures, layer, random) for layer in net.trunk.convs}
    kept, heads = (before.layers, before.heads) if before else (frozenset(), frozenset())
    source = before.encoder.trunk if before else context.teacher
    read = [layer for layer in places if layer in LITE_LAYERS or layer in net.hints]
    fitted = [layer for layer in places if layer not in kept]
    wanted = _answers(source, pictures, {layer: places[layer] for layer in fitted})
    shown = wanted  # of a student that begins with the teacher, every layer is fitted to it
    if before:
        shown = _answers(context.teacher, pictures, {layer: places[layer] for layer in read})
    x = [(part - net.trunk.mean) / net.trunk.std for part in pictures]
    for layer, conv in net.trunk.convs.items():
        if layer.endswith("_1") and layer != "relu1_1":
            x = [pool(part, "max") for part in x]
        if layer in fitted:
            _fit_layer(conv, _kernel(source, layer), x, places[layer], wanted[layer])
        x = [F.relu(conv(part)) for part in x]
        if layer in read:
            own, answers = torch.cat(list(map(_at, x, places[layer]))), torch.cat(shown[layer])
            _fit_reader(net, layer, own, answers.relu(), trained=layer in heads)


def _fit_layer(
    conv: Module, kernel: Tensor, x: list[Tensor], places: list[Tensor], wanted: list[Tensor]
) -> None:
    """Fill a plain or squeezed convolution whose inputs are `x`."""
    if not isinstance(conv, Sequential):
        plain = cast(Conv2d, conv)
        _put(plain, *_narrow(plain, map(_patches, x, places), wanted).solution)
        return
    down, across, expand = _parts(conv)
    columns = torch.cat([_patches(part, at, (3, 1)) for part, at in zip(x, places, strict=True)])
    split = separated(_squeezed(conv, kernel, x, places, wanted), columns)
    _put(down, split[0])
    _put(across, split[1])
    hidden = (_at(across(down(part)), at) for part, at in zip(x, places, strict=True))
    _put(expand, *_narrow(expand, hidden, wanted).solution)


def _squeezed(
    conv: Sequential, kernel: Tensor, x: list[Tensor], places: list[Tensor], wanted: list[Tensor]
) -> Tensor:
    """Return the 3 x 3 kernels, R x 9 C, of the few channels that a layer goes through."""
    down, _, expand = _parts(conv)
    rank = down.out_channels
    if down.in_channels == kernel.shape[1]:
        answers = torch.cat(wanted)
        return components(answers - answers.mean(0), rank) @ kernel.flatten(1)
    return _narrow(expand, map(_patches, x, places), wanted).reduced(rank)


def _parts(conv: Sequential) -> tuple[Conv2d, Conv2d, Conv2d]:
    return cast(tuple[Conv2d, Conv2d, Conv2d], tuple(conv))


def _narrow(conv: Conv2d, given: Iterable[Tensor], wanted: list[Tensor]) -> Regression:
    """Fit the teacher's channels, or as many of them as the convolution has, to the given."""
    whole = torch.cat(wanted)
    count = conv.out_channels
    chosen = slice(None) if count == whole.shape[1] else pivots(whole.relu(), count)
    return Regression.of(given, (part[:, chosen] for part in wanted))


def _fit_reader(net: Distiller, layer: str, own: Tensor, wanted: Tensor, *, trained: bool) -> None:
    """Fill a layer's hint, or its basis with the principal components of `wanted` and its head.

    A trained head stays as it is, and its basis is found from what it makes of `own`.
    """
    if layer in net.hints:
        _put(cast(Conv2d, net.hints[layer]), *Regression.of([own], [wanted]).solution)
        return
    head, basis = cast(Conv2d, net.heads[layer]), cast(Conv2d, net.bases[layer])
    if trained:
        _put(
            basis,
            rotated(wanted, F.conv2d(own[..., None, None], head.weight, head.bias).flatten(1)),
        )
        return
    rows = components(wanted, head.out_channels)
    _put(basis, rows)
    _put(head, *Regression.of([own], [wanted @ rows.T]).solution)


def _put(conv: Conv2d, kernel: Tensor, bias: Tensor | None = None) -> None:
    conv.weight.copy_(kernel.view_as(conv.weight))
    if bias is not None and conv.bias is not None:
        conv.bias.copy_(bias)


def _places(parts: list[Tensor], layer: str, random: np.random.Generator) -> list[Tensor]:
    """Draw positions in a layer of each picture, B x N into its flattened height and width."""
    stage = int(layer[4])
    height, width = (side >> (stage - 1) for side in parts[0].shape[-2:])
    count = min(_PLACES, height * width)
    return [torch.from_numpy(random.integers(0, height * width, (len(p), count))) for p in parts]


def _kernel(source: nn.Module, layer: str) -> Tensor:
    """Return a layer's kernels, D x C x 3 x 3, whole where they are squeezed."""
    conv = source.get_submodule(f"convs.{layer}")
    if not isinstance(conv, Sequential):
        return cast(Tensor, conv.weight).float()
    down, across, expand = (part.weight.float() for part in _parts(conv))
    return torch.einsum("drab,rqay,qcxb->dcxy", expand, across, down)


def _answers(
    source: nn.Module, pictures: list[Tensor], places: dict[str, list[Tensor]]
) -> dict[str, list[Tensor]]:
    """Return a network's values before the ReLU at the places, layer -> N x C a part."""
    found: dict[str, list[Tensor]] = {layer: [] for layer in places}

    def catch(layer: str) -> Callable[[Module, object, Tensor], None]:
        def hook(module: Module, given: object, value: Tensor) -> None:
            del module, given
            found[layer].append(_at(value.float(), places[layer][len(found[layer])]))

        return hook

    convs = {layer: source.get_submodule(f"convs.{layer}") for layer in places}
    handles = [conv.register_forward_hook(catch(layer)) for layer, conv in convs.items()]
    for part in pictures if places else ():
        source(part, list(places))
    for handle in handles:
        handle.remove()
    return found


def _at(values: Tensor, places: Tensor) -> Tensor:
    flat = values.flatten(2)
    index = places[:, None].expand(-1, flat.shape[1], -1).to(flat.device)
    return flat.gather(2, index).transpose(1, 2).flatten(0, 1)


def _patches(values: Tensor, places: Tensor, size: tuple[int, int] = (3, 3)) -> Tensor:
    """Return the neighborhoods at the places, N x C height width, in a kernel's order."""
    padding = (size[0] // 2, size[1] // 2)
    rows = []
    for value, at in zip(values, places, strict=True):
        seen = F.unfold(value[None], size, padding=padding)[0]
        rows.append(seen[:, at.to(value.device)].T)
    return torch.cat(rows)
