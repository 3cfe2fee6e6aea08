"""Content and style losses on an encoder's activations (Gatys 2016; Agria 2020, 3.1, 3.2).

Both are scaled by the size of their target, so that a weight means the same for every
layer, style and encoder. The papers divide by 4 N^2 M^2 instead, which leaves the
magnitude of the encoder's activations in the loss.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional as F

from vst_core.features import Encoder

__all__ = [
    "CONTENT_LAYER",
    "STYLE_LAYERS",
    "PerceptualLoss",
    "checkerboard_loss",
    "content_loss",
    "gram_matrix",
    "gram_targets",
    "range_loss",
    "style_loss",
    "total_variation",
]

CONTENT_LAYER = "relu3_3"
STYLE_LAYERS = ("relu1_2", "relu2_2", "relu3_3", "relu4_3")

_PERIOD, _WINDOW = 4, 32


def gram_matrix(activation: Tensor, matte: Tensor | None = None) -> Tensor:
    """Return B x C x C mean products of channels, in float32 or better (thesis eq. 3.5, 3.8).

    Args:
        activation: B x C x H x W. The sum runs over positions and is divided by their
            number, so that pictures of different size compare. Half floats are multiplied
            as such (a third of the time) and accumulated in float32.
        matte: B x 1 x H x W in [0, 1], where to look (Gatys 2017, eq. 6: every activation is
            multiplied by it, and the sum divided by that of its squares). Nothing seen gives 0.
    """
    if matte is None:
        return _mean_products(activation)
    seen = matte.square().mean(dim=(1, 2, 3)).clamp_min(1e-9)
    return _mean_products(activation * matte.to(activation.dtype)) / seen.view(-1, 1, 1)


def _mean_products(activation: Tensor) -> Tensor:
    count = activation.shape[-2] * activation.shape[-1]
    if activation.dtype == torch.float16:  # sums would pass its largest number
        activation, count = activation * count**-0.5, 1
    products: Tensor = _Products.apply(activation)  # type: ignore[no-untyped-call]
    wide = products.dtype if products.dtype == torch.float64 else torch.float32
    return products.to(wide) / count


class _Products(torch.autograd.Function):
    """F F^T, whose derivative needs one product where autograd would take two.

    F is laid out position by position, as it lies in memory when channels are last: then
    nothing is copied, and the products take a quarter to three quarters of the time.
    """

    @staticmethod
    def forward(ctx: Any, activation: Tensor) -> Tensor:
        rows = activation.permute(0, 2, 3, 1).flatten(1, 2)
        ctx.save_for_backward(rows)
        ctx.shape = activation.permute(0, 2, 3, 1).shape
        if rows.is_cuda:
            return rows.transpose(1, 2) @ rows
        # One matrix at a time: on a CPU `bmm` would first copy the transposed rows of bf16.
        return torch.stack([each.T @ each for each in rows])

    @staticmethod
    def backward(ctx: Any, grad: Tensor) -> Tensor:
        (rows,) = ctx.saved_tensors
        derivative: Tensor = rows @ (grad + grad.transpose(1, 2))
        return derivative.view(ctx.shape).permute(0, 3, 1, 2)


def style_loss(gram: Tensor, target: Tensor) -> Tensor:
    """Return |G - A|^2 / |A|^2 for each picture of a batch.

    Args:
        gram: B x C x C of the pictures.
        target: 1 or B x C x C of the paintings.
    """
    error = (gram - target).square().sum(dim=(1, 2))
    return error / target.square().sum(dim=(1, 2))


def content_loss(activation: Tensor, target: Tensor, weight: Tensor | None = None) -> Tensor:
    """Return |F - P|^2 / |P|^2 for each picture of a batch.

    Args:
        activation: B x C x H x W of the pictures, F.
        target: The same size, P.
        weight: B x 1 x H x W in [0, 1], how much each position counts in both sums; alike where
            None.
    """
    wide = torch.promote_types(target.dtype, torch.float32)
    target = target.to(wide)
    error, size = (activation.to(wide) - target).square(), target.square()
    if weight is not None:
        error, size = error * weight, size * weight
    return error.sum(dim=(1, 2, 3)) / size.sum(dim=(1, 2, 3)).clamp_min(1e-12)


def total_variation(picture: Tensor) -> Tensor:
    """Return the mean squared step to the right and lower neighbor, for each picture.

    Args:
        picture: B x 3 x H x W in [0, 1].
    """
    right = (picture[..., :, 1:] - picture[..., :, :-1]).square().mean(dim=(1, 2, 3))
    below = (picture[..., 1:, :] - picture[..., :-1, :]).square().mean(dim=(1, 2, 3))
    return right + below


def checkerboard_loss(picture: Tensor) -> Tensor:
    """Return the mean square of what repeats every four pixels, for each picture of a batch.

    A network that halves its picture twice and doubles it again can lay such a pattern over calm
    areas, bound to the pixel grid and not to what moves (Odena 2016, "Deconvolution and
    Checkerboard Artifacts"). Strokes lie anywhere on the grid: in the mean over a window of 32
    pixels hardly anything of them repeats so.

    Args:
        picture: B x C x H x W, at least 32 x 32; what is left over of whole windows is left out.
    """
    down, across = (side // _WINDOW for side in picture.shape[-2:])
    whole = picture[..., : down * _WINDOW, : across * _WINDOW]
    repeats = (_WINDOW // _PERIOD, _PERIOD)
    tiles = whole.reshape(*picture.shape[:2], down, *repeats, across, *repeats)
    pattern = tiles.mean(dim=(3, 6))  # B x C x down x 4 x across x 4
    error: Tensor = pattern - pattern.mean(dim=(3, 5), keepdim=True)
    return error.square().mean(dim=(1, 2, 3, 4, 5))


def range_loss(picture: Tensor) -> Tensor:
    """Return the mean square of what lies outside [0, 1], for each picture of a batch.

    It keeps an optimizer, which knows no bounds, from colors that no file can hold.

    Args:
        picture: B x 3 x H x W.
    """
    return (picture - picture.clamp(0, 1)).square().mean(dim=(1, 2, 3))


@torch.no_grad()
def gram_targets(
    encoder: Encoder, painting: Tensor, layers: Collection[str] = STYLE_LAYERS
) -> dict[str, Tensor]:
    """Return the painting's Gram matrices, layer -> 1 x C x C.

    Args:
        encoder: VGG-16, as it is or tuned.
        painting: 1 x 3 x H x W working picture.
        layers: Where they are wanted.
    """
    activations = encoder(painting, layers)
    return {name: gram_matrix(value) for name, value in activations.items()}


@dataclass(frozen=True, kw_only=True)
class PerceptualLoss:
    """Content and style loss of stylized pictures, measured by one encoder.

    Attributes:
        encoder: VGG-16.
        targets: Layer -> S x C x C, the Gram matrices of S styles.
        layer_weights: Layer -> its share of the style loss; the mean where it is None.
    """

    encoder: Encoder
    targets: Mapping[str, Tensor]
    layer_weights: Mapping[str, float] | None = None

    def __call__(
        self, output: Tensor, source: Tensor, mix: Tensor, weight: Tensor | None = None
    ) -> tuple[Tensor, Tensor]:
        """Measure a batch.

        Args:
            output: B x 3 x H x W stylized.
            source: B x 3 x H x W, what was stylized.
            mix: B x S weights; a mixture is held against the mixture of Gram matrices.
            weight: B x 1 x H x W in [0, 1], what of the pictures counts; all of it where None.
                Elsewhere the output is taken to be the source, and asked no style of.

        Returns:
            (content loss, style loss), B values each; the style loss is the weighted mean
            over the targets' layers.
        """
        with torch.no_grad():
            wanted = self.encoder(source, (CONTENT_LAYER,))[CONTENT_LAYER]
        if weight is not None:
            output = source + (output - source) * weight.to(output.dtype)
        return self.compare(
            self.encoder(output, (*self.targets, CONTENT_LAYER)), wanted, mix, weight
        )

    def compare(
        self,
        found: Mapping[str, Tensor],
        wanted: Tensor,
        mix: Tensor,
        weight: Tensor | None = None,
    ) -> tuple[Tensor, Tensor]:
        """Measure activations that are already there; see `__call__`.

        Args:
            found: Layer -> B x C x h x w, of the stylized pictures; `STYLE_LAYERS` and
                `CONTENT_LAYER` at least.
            wanted: B x C x h x w, those of the sources at `CONTENT_LAYER`.
            mix: B x S weights.
            weight: B x 1 x H x W in [0, 1], what of the style counts.
        """
        weights = self.layer_weights or dict.fromkeys(self.targets, 1.0)
        per_layer = [
            weights[name]
            * style_loss(
                gram_matrix(found[name], _at_size_of(found[name], weight)),
                torch.einsum("bs,scd->bcd", mix, target),
            )
            for name, target in self.targets.items()
        ]
        style = torch.stack(per_layer).sum(0) / sum(weights.values())
        return content_loss(found[CONTENT_LAYER], wanted), style


def _at_size_of(activation: Tensor, weight: Tensor | None) -> Tensor | None:
    """Return a weight, B x 1 x H x W, at the smaller size of activations."""
    if weight is None:
        return None
    return F.adaptive_avg_pool2d(weight, (activation.shape[-2], activation.shape[-1]))
