"""Mask files, and pictures that they belong to."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import OpenImageIO
import pytest


@pytest.fixture
def gray(tmp_path: Path) -> Callable[..., Path]:
    """Write h x w in [0, 1] as an 8-bit gray PNG."""

    def write(name: str, values: np.ndarray) -> Path:
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        cv2.imwrite(str(path), (values * 255).round().astype(np.uint8))
        return path

    return write


@pytest.fixture
def exr(tmp_path: Path) -> Callable[..., Path]:
    """Write channel -> h x w as a float EXR with its windows."""

    def write(
        name: str,
        channels: dict[str, np.ndarray],
        *,
        data: tuple[int, int] = (0, 0),
        display: tuple[int, int, int, int] | None = None,
    ) -> Path:
        path = tmp_path / name
        pixels = np.stack(list(channels.values()), axis=2).astype(np.float32)
        height, width, count = pixels.shape
        spec = OpenImageIO.ImageSpec(width, height, count, "float")
        spec.channelnames = tuple(channels)
        spec.x, spec.y = data
        full = display or (*data, width, height)
        spec.full_x, spec.full_y, spec.full_width, spec.full_height = full
        output = OpenImageIO.ImageOutput.create(str(path))
        assert output.open(str(path), spec)
        assert output.write_image(pixels)
        output.close()
        return path

    return write
