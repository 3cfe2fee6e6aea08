"""A tiny style library, small sequences, and jobs over them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import pytest
import torch
from runs import events_of
from second_family import save_weights

from vst_core.image import read_picture, write_picture
from vst_core.job import StylizeJob
from vst_core.nets import ITN_CHANNELS, VTN_CHANNELS, TransformNet
from vst_core.protocol import Message
from vst_core.styles import StyleCard, write_card

WIDTH = 4
SHOT = Path(__file__).resolve().parents[1] / "shot"


@pytest.fixture(scope="session")
def cards(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Two styles on one trunk with random weights: real networks, untrained."""
    folder = tmp_path_factory.mktemp("styles")
    torch.manual_seed(3)
    nets = {}
    for kind, channels in (("itn", ITN_CHANNELS), ("vtn", VTN_CHANNELS)):
        net = TransformNet(width=WIDTH, styles=2, channels=channels)
        for name, value in net.named_parameters():
            if "norm" in name:  # as after training: the styles differ
                value.data += 0.3 * torch.randn_like(value)
        nets[kind] = save_weights(net.state_dict(), folder / f"tiny-{kind}.safetensors")
    grams = save_weights({"relu1_2": torch.eye(4)}, folder / "grams.safetensors")
    made = [
        StyleCard(name=name, width=WIDTH, row=row, files={**nets, "grams": grams}, folder=folder)
        for row, name in enumerate(("first", "second"))
    ]
    first, second = (write_card(card) for card in made)
    return first, second


@pytest.fixture(scope="session")
def shot(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folder with 24 frames of the example shot, 96 x 40: forth, and from the 17th on back."""
    folder = tmp_path_factory.mktemp("shot")
    for number in range(1, 25):
        picture = read_picture(SHOT / f"balloon_{min(number, 32 - number):04d}.png")
        inside = picture[..., 37:-38, :]
        small = torch.nn.functional.interpolate(
            inside, size=(40, 96), mode="bilinear", antialias=True
        )
        write_picture(folder / f"frame_{number:04d}.png", small)
    return folder


@pytest.fixture(scope="session")
def two_shots(shot: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folder with frames 1-5 of the shot and, as 6-9, four of it upside down in other colors."""
    folder = tmp_path_factory.mktemp("two_shots")
    for number in range(1, 10):
        picture = read_picture(shot / f"frame_{number:04d}.png")
        shown = picture if number < 6 else picture.flip(2).roll(1, 1)
        write_picture(folder / f"frame_{number:04d}.png", shown)
    return folder


@pytest.fixture(scope="session")
def painting(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A painting of a sort: strokes of many colors and directions."""
    chance = np.random.default_rng(3)
    picture = np.full((72, 64, 3), 90, np.uint8)
    for _ in range(260):
        start, way = chance.integers(0, 72, 2), chance.integers(-9, 10, 2)
        color = tuple(map(int, chance.integers(0, 256, 3)))
        cv2.line(picture, start.tolist(), (start + way).tolist(), color, 2, cv2.LINE_AA)
    path = tmp_path_factory.mktemp("painting") / "strokes.png"
    cv2.imwrite(str(path), picture)
    return str(path)


@pytest.fixture
def job(cards: tuple[Path, Path], tmp_path: Path) -> Callable[..., StylizeJob]:
    """Make a job: input first, everything else by name."""

    def make(source: Path | str, **settings: object) -> StylizeJob:
        given = {"output": str(tmp_path / "out"), "style": str(cards[0]), "device": "cpu",
                 "precision": "fp32", **settings}  # fmt: skip
        return StylizeJob.from_dict({"input": str(source), **given})

    return make


@pytest.fixture
def run(job: Callable[..., StylizeJob]) -> Callable[..., list[Message]]:
    """Run a job in this process and return its events."""
    return lambda source, **settings: events_of(job(source, **settings))
