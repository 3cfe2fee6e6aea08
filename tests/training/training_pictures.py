"""Small pictures and a small run for the tests of training."""

import numpy as np
from PIL import Image

from vst_core.training import Recipe, StageSettings, StyleEntry


def save_smooth(path, seed, size=(40, 32)):
    """Save a smooth photograph: a few colors that run into each other."""
    random = np.random.default_rng(seed)
    coarse = Image.fromarray(random.integers(0, 256, (3, 3, 3), dtype=np.uint8))
    path.parent.mkdir(parents=True, exist_ok=True)
    coarse.resize(size, Image.Resampling.BICUBIC).save(path)


def save_photographs(folder, count=3):
    for seed in range(count):
        save_smooth(folder / f"{seed}.png", seed)
    return folder


def save_paintings(folder, count=1):
    for seed in range(count):
        random = np.random.default_rng(100 + seed)
        pixels = random.integers(0, 256, (48, 40, 3), dtype=np.uint8)
        folder.mkdir(parents=True, exist_ok=True)
        Image.fromarray(pixels).save(folder / f"painting{seed}.png")
    return folder


def small_recipe(styles=1, steps=12, **changes):
    return Recipe(
        width=4,
        crop=32,
        batch=2,
        painting_size=40,
        seed=3,
        itn=StageSettings(steps=steps),
        vtn=StageSettings(steps=steps, fresh=0.4, recurrence=2),
        styles=tuple(
            StyleEntry(name=f"style{i}", painting=f"painting{i}.png") for i in range(styles)
        ),
        **changes,
    )
