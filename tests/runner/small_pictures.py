"""Small frames of the example shot and of numbers, painted by a run in this process."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch
from PIL import Image

from vst_core.image import read_picture
from vst_core.job import StylizeJob
from vst_core.runner import run_job

SIZE = (72, 128)
STYLES = (
    "muse", "candy", "mosaic", "starry-night", "the-scream", "wave", "udnie", "composition-vii",
)  # fmt: skip
SHOWN = ("muse", "composition-vii")
"""The styles of quick tests; the others are for `-m slow`."""


def save(folder, frames, mode="RGB"):
    """Write frames, H x W x channels from 0 to 255; return their pattern."""
    folder.mkdir()
    for number, frame in enumerate(frames, 1):
        pixels = np.clip(np.round(frame), 0, 255).astype(np.uint8)
        Image.fromarray(pixels, mode).save(folder / f"f.{number:04d}.png")
    return f"{folder}/f.%04d.png"


def pixels_in(folder):
    """Return the frames of a folder, H x W x channels from 0 to 255, in order."""
    return [np.asarray(Image.open(path)).astype(int) for path in sorted(Path(folder).glob("*.png"))]


def painted(tmp_path, frames, *, mode="RGB", name="run", **settings):
    """Return the stylized frames, H x W x channels from 0 to 255."""
    source = save(tmp_path / f"{name}-in", frames, mode)
    out = tmp_path / f"{name}-out"
    run_job(StylizeJob(input=source, output=str(out), **settings), lambda message: None)
    return pixels_in(out)


def small_shot(project, size=SIZE):
    """Return sixteen small frames of the example shot, H x W x 3 from 0 to 255."""
    frames = []
    for path in sorted((project / "tests/shot").glob("balloon_*.png")):
        small = torch.nn.functional.interpolate(read_picture(path), size, mode="area")
        frames.append(255 * small[0].permute(1, 2, 0).numpy())
    return frames


def still(*color):
    """Return a frame of one color."""
    return np.ones((*SIZE, 3)) * color


def cut_out(frame, matte, hidden=0):
    """Return a frame with alpha (H x W from 0 to 255), and one color under alpha 0."""
    matte = np.asarray(matte, float)[..., None]
    return np.concatenate([np.where(matte > 0, frame, hidden), matte], 2)


def disc(row, column, radius):
    """Return a round matte, H x W from 0 to 255, with a soft edge."""
    rows, columns = np.mgrid[: SIZE[0], : SIZE[1]]
    away = np.hypot(rows - row, columns - column)
    return 255 * np.clip(radius - away, 0, 1)
