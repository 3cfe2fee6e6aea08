"""What a training of the style predictor is told."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from vst_core.training.recipe import LayerWeights, build, read_table

__all__ = ["PredictorRecipe", "load_predictor_recipe"]

_FOLDER = Path(__file__).parent / "predictors"


@dataclass(frozen=True, kw_only=True)
class PredictorRecipe:
    """Everything that decides the outcome of a run, besides the pictures.

    Attributes:
        width: Channels of the trunk's outermost layers.
        middle, wide: Its channels at half and at quarter of the size.
        hidden: Numbers between the predictor's layers.
        steps: Optimizer steps.
        rate: Learning rate at the start; it falls to a twentieth along a cosine.
        predictor_rate: That of the predictor, as a share of `rate`.
        optimizer: `adam` or `muon` (`vst_core.training.muon`).
        batch: Crops a step, each in a style of its own.
        crop: Side of the crops, in pixels.
        still_side: Side that photographs are held at, in pixels.
        bank: How many styles there are; 0.7 MB of memory each.
        weight: Of the style loss where the strength is 0, against a content loss of weight 1.
        octaves: Strengths are drawn from minus to plus so many octaves of that weight.
        moving: Share of the steps, the last ones, that learn to be steady in motion.
        fresh: Share of those without a previous frame.
        recurrence: The longest walk over frames.
        scenes: How many made scenes are at hand at a time.
        reuse: How often each serves, every time in other styles.
        temporal: Weight of the temporal loss.
        layers: Shares in the style loss.
        smoothness, checkerboard, hardships: As in `Recipe`.
        seed: Of everything random.
    """

    width: int = 16
    middle: int = 48
    wide: int = 96
    hidden: int = 512
    steps: int = 20000
    rate: float = 1.2e-3
    predictor_rate: float = 0.5
    optimizer: str = "adam"
    batch: int = 24
    crop: int = 256
    still_side: int = 320
    bank: int = 24000
    weight: float = 6.0
    octaves: float = 2.0
    moving: float = 0.4
    fresh: float = 0.35
    recurrence: int = 4
    scenes: int = 64
    reuse: int = 8
    temporal: float = 400.0
    layers: LayerWeights = field(
        default_factory=lambda: LayerWeights(relu1_2=1.0, relu2_2=1.5, relu3_3=1.1, relu4_3=0.5)
    )
    smoothness: float = 2.0
    checkerboard: float = 1500.0
    hardships: float = 0.2
    seed: int = 1


def load_predictor_recipe(name: str) -> PredictorRecipe:
    """Return a recipe by name, or from a TOML file.

    Raises:
        UsageError: There is no such recipe, or it holds an unknown entry or a senseless value.
        InputError: The file cannot be read or is not TOML.
    """
    table = read_table(name, folder=_FOLDER)
    if "layers" in table:
        table["layers"] = build(LayerWeights, table["layers"])
    return build(PredictorRecipe, table)
