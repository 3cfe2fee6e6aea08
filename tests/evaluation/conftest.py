"""Short sequences on disk, and an encoder that needs no weights."""

import pytest
import torch
from chromium import Chromium, find_chromium

from vst_core.evaluation import moving_frames
from vst_core.features import Vgg
from vst_core.image import write_picture


@pytest.fixture
def clip(tmp_path):
    """Write a moving clip and return its folder; `make(name, ...)` may be called again."""

    def make(name, *, width=64, height=48, count=3, first=1, change=lambda picture: picture):
        folder = tmp_path / name
        folder.mkdir()
        frames = moving_frames(width=width, height=height, count=count)
        for number, picture in enumerate(frames, start=first):
            write_picture(folder / f"shot.{number:04d}.png", change(picture))
        return folder

    return make


@pytest.fixture(scope="session")
def encoder():
    """VGG-16 with random numbers: definitions hold for any."""
    torch.manual_seed(0)
    return Vgg()


@pytest.fixture(scope="session")
def browser(tmp_path_factory):
    """A real browser, or a skip."""
    path = find_chromium()
    if path is None:
        pytest.skip("no Chromium on this machine")
    opened = Chromium(path, tmp_path_factory.mktemp("profile"))
    yield opened
    opened.close()
