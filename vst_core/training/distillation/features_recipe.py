"""What the distillation of the small encoder is told: a recipe as TOML, every number named."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from vst_core.errors import UsageError
from vst_core.features import LITE_LAYERS
from vst_core.training.recipe import build, read_table

__all__ = ["FeaturesRecipe", "load_features_recipe"]

_FOLDER = Path(__file__).parent / "encoders"

STUDENT_LAYERS = (
    *("relu1_1", "relu1_2", "relu2_1", "relu2_2"),
    *("relu3_1", "relu3_2", "relu3_3", "relu3_4"),
    *("relu4_1", "relu4_2", "relu4_3", "relu4_4", "relu5_1"),
)
"""VGG-19's layers; the student may leave out what is not in `LITE_LAYERS`."""


@dataclass(frozen=True, kw_only=True)
class FeaturesRecipe:
    """Everything that decides the outcome of a distillation, besides the pictures.

    Attributes:
        teacher: The encoder to learn from, a VGG-19 of `vst_core.features.ENCODERS`.
        widths: Layer of the student (of `STUDENT_LAYERS`, in order) -> channels.
        ranks: Layer -> channels that its kernels are squeezed through; plain where absent.
        heads: Layer of `LITE_LAYERS` -> principal components of the teacher to predict.
        hints: Layer of `widths` but not of `LITE_LAYERS` -> weight of the teacher's activation
            there at the start; it falls evenly to 0 (Romero et al. 2015, "FitNets").
        crop: Side of the training pictures, in pixels; a multiple of 16.
        fresh: Disturbed pictures a step.
        visited: Pictures in the middle of an optimization a step.
        pool: Optimizations that are under way at a time.
        life: Steps that an optimization is followed for, on average.
        start_pictures: Pictures that the start is fitted on by least squares.
        steps: Optimizer steps.
        rate: Learning rate (Muon's) at the start; it falls to a twentieth along a cosine.
        gram: Weight of the Gram terms against the activations' 1.
        start_share: Part, from 0 to less than 1, that the encoder that the training goes on from
            has in the weights that are written; the trained ones have the rest. The mean of both
            follows paintings better than either (Wortsman et al. 2022, "Robust fine-tuning of
            zero-shot models", 3, "WiSE-FT"). Above 0 both must have the same sizes; of no account
            where the teacher is the start.
        seed: Of everything random.
    """

    teacher: str = "vgg19-gatys"
    widths: Mapping[str, int] = field(default_factory=dict)
    ranks: Mapping[str, int] = field(default_factory=dict)
    heads: Mapping[str, int] = field(default_factory=dict)
    hints: Mapping[str, float] = field(default_factory=dict)
    crop: int = 128
    fresh: int = 1
    visited: int = 2
    pool: int = 48
    life: int = 40
    start_pictures: int = 200
    steps: int = 4000
    rate: float = 1e-3
    gram: float = 1.0
    start_share: float = 0.0
    seed: int = 0


def load_features_recipe(name: str = "lite") -> FeaturesRecipe:
    """Return a recipe by name, or from a TOML file.

    Raises:
        UsageError: There is no such recipe, or it holds an unknown entry or a senseless value.
        InputError: The file cannot be read or is not TOML.
    """
    recipe = build(FeaturesRecipe, read_table(name, folder=_FOLDER))
    _check(recipe)
    return recipe


def _check(recipe: FeaturesRecipe) -> None:
    if recipe.start_share >= 1:
        what = f"The start's share of a recipe cannot be {recipe.start_share!r}"
        raise UsageError(what, fix="Give 0 to less than 1: 0.5 is the mean of both.")
    _check_channels("widths", recipe.widths, known=STUDENT_LAYERS)
    _check_channels("heads", recipe.heads, known=LITE_LAYERS)
    _check_ranks(recipe)
    _check_hints(recipe)
    if recipe.crop % 16:
        raise UsageError(f"The crop {recipe.crop} cannot be halved four times", fix="Give 128.")


def _check_channels(name: str, channels: object, *, known: Collection[str]) -> None:
    fix = f"Give channels (1 to 512) for {', '.join(known)}."
    if not isinstance(channels, dict):
        raise UsageError(f"The {name} of a recipe are a table", fix=fix)
    unknown = [layer for layer in channels if layer not in known]
    missing = [layer for layer in LITE_LAYERS if layer not in channels]
    if unknown or missing:
        what = f"have no {unknown[0]}" if unknown else f"lack {missing[0]}"
        raise UsageError(f"The {name} of a recipe {what}", fix=fix)
    wrong = [value for value in channels.values() if type(value) is not int or not 0 < value <= 512]
    if wrong:
        raise UsageError(f"The {name} of a recipe cannot be {wrong[0]!r}", fix=fix)


def _check_ranks(recipe: FeaturesRecipe) -> None:
    before = dict(zip(list(recipe.widths)[1:], recipe.widths.values(), strict=False))
    for layer, rank in recipe.ranks.items():
        if layer not in before:
            fix = "Give ranks to layers of the widths, but not to the first."
            raise UsageError(f"The ranks of a recipe have no {layer}", fix=fix)
        most = min(recipe.widths[layer], 3 * before[layer])
        if type(rank) is not int or not 0 < rank <= most:
            raise UsageError(f"The rank of {layer} cannot be {rank!r}", fix=f"Give 1 to {most}.")


def _check_hints(recipe: FeaturesRecipe) -> None:
    inner = [layer for layer in recipe.widths if layer not in LITE_LAYERS]
    for layer, weight in recipe.hints.items():
        if layer not in inner:
            fix = f"Give hints to layers between those that have heads: {', '.join(inner)}."
            raise UsageError(f"The hints of a recipe have no {layer}", fix=fix)
        if type(weight) not in (int, float) or not 0 < weight < math.inf:
            raise UsageError(f"The hint of {layer} cannot be {weight!r}", fix="Give 0.5.")
