"""A tiny style library, small real sequences, and jobs over them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from runs import events_of
from safetensors.torch import save_file

from vst_core.hosts.hashes import file_hash
from vst_core.image import read_picture, write_picture
from vst_core.job import StylizeJob
from vst_core.nets import ITN_CHANNELS, VTN_CHANNELS, TransformNet
from vst_core.protocol import Message
from vst_core.styles import FileEntry, StyleCard, write_card

WIDTH = 4


def _save(state: dict[str, torch.Tensor], path: Path) -> FileEntry:
    save_file({name: value.half().contiguous() for name, value in state.items()}, path)
    return FileEntry(file=path.name, sha256=file_hash(path))


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
        nets[kind] = _save(net.state_dict(), folder / f"tiny-{kind}.safetensors")
    grams = _save({"relu1_2": torch.eye(4)}, folder / "grams.safetensors")
    made = [
        StyleCard(name=name, width=WIDTH, row=row, files={**nets, "grams": grams}, folder=folder)
        for row, name in enumerate(("first", "second"))
    ]
    first, second = (write_card(card) for card in made)
    return first, second


def _shrink(source: Path, target: Path, size: tuple[int, int]) -> None:
    picture = read_picture(source)
    small = torch.nn.functional.interpolate(picture, size=size, mode="bilinear", antialias=True)
    write_picture(target, small)


@pytest.fixture(scope="session")
def alley(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folder with 24 frames of Sintel's alley_1, 96 x 40."""
    folder = tmp_path_factory.mktemp("alley")
    for number in range(1, 25):
        source = shared / f"data/sequences/sintel_alley_1/frame_{number:04d}.png"
        _shrink(source, folder / f"frame_{number:04d}.png", (40, 96))
    return folder


@pytest.fixture(scope="session")
def two_shots(shared: Path, alley: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folder with frames 1-5 of alley_1 and, as 6-9, four frames of DAVIS drift-straight."""
    folder = tmp_path_factory.mktemp("two_shots")
    for number in range(1, 6):
        name = f"frame_{number:04d}.png"
        (folder / name).write_bytes((alley / name).read_bytes())
    for number in range(6, 10):
        source = shared / f"data/sequences/davis_drift_straight/frames/{number:05d}.jpg"
        _shrink(source, folder / f"frame_{number:04d}.png", (40, 96))
    return folder


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
