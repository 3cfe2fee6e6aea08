"""What VGG-16's layers below the last one make of all crops: computed once, kept on disk."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from safetensors import SafetensorError
from safetensors.torch import load_file, save_file
from torch import Tensor

from vst_core.atomic import atomic_path
from vst_core.devices import place
from vst_core.errors import InputError
from vst_core.features import Vgg
from vst_core.features.encoder import pool
from vst_core.training.painting_features.painting_classifier import SeenCrops
from vst_core.training.painting_features.painting_recipe import PaintingRecipe
from vst_core.training.painting_features.two_kinds import Labelled, crops_of
from vst_core.training.precision import training_precision

__all__ = ["Looked", "look_at_all"]

_BELOW = "relu4_3"


@dataclass(frozen=True, kw_only=True)
class Looked:
    """What was seen.

    Attributes:
        training: The crops to train with.
        held_out: Those to judge by.
        owners: For each of the latter the number of its picture.
    """

    training: SeenCrops
    held_out: SeenCrops
    owners: Tensor


def look_at_all(
    pictures: Sequence[Labelled],
    network: Vgg,
    *,
    recipe: PaintingRecipe,
    device: torch.device,
    file: Path,
    on_look: Callable[[int, int], None],
) -> Looked:
    """Return what a file holds from an earlier time, or look and write it.

    Raises:
        InputError: A picture or the file cannot be read.
        OutputError: The file cannot be written.
    """
    stored = _stored(file)
    if stored is None:
        stored = _seen(recipe, pictures, network, device, on_look)
        with atomic_path(file) as temporary:
            save_file(stored, temporary)
    held = stored["held_out"] > 0

    def part(which: Tensor) -> SeenCrops:
        return SeenCrops(
            activations=stored["activations"][which], paintings=stored["paintings"][which].float()
        )

    return Looked(training=part(~held), held_out=part(held), owners=stored["owners"][held])


def _stored(file: Path) -> dict[str, Tensor] | None:
    if not file.is_file():
        return None
    try:
        return load_file(file)
    except (SafetensorError, OSError) as error:
        fix = "Delete it and run again."
        raise InputError(f"'{file}' is damaged ({error})", fix=fix) from error


@torch.no_grad()
def _seen(
    recipe: PaintingRecipe,
    pictures: Sequence[Labelled],
    network: Vgg,
    device: torch.device,
    on_look: Callable[[int, int], None],
) -> dict[str, Tensor]:
    """Return, crop by crop: what the last convolution is given, and whose crop it is."""
    precision = training_precision(device)
    place(network, device).at(precision)
    seen, owners = [], []
    for number, picture in enumerate(pictures):
        count = recipe.painting_crops if picture.painting else recipe.photo_crops
        random = np.random.default_rng((recipe.seed, 5, number))
        crops = crops_of(picture, count=count, size=recipe.size, crop=recipe.crop, random=random)
        crops = crops.to(device, memory_format=torch.channels_last)
        below = pool(network(crops, (_BELOW,))[_BELOW], "max")
        seen.append(below.cpu().half().contiguous())
        owners += [number] * count
        on_look(number + 1, len(pictures))
    owner = torch.tensor(owners)
    return {
        "activations": torch.cat(seen),
        "owners": owner,
        "paintings": torch.tensor([one.painting for one in pictures])[owner].to(torch.uint8),
        "held_out": torch.tensor([one.held_out for one in pictures])[owner].to(torch.uint8),
    }
