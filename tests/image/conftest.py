"""Real image files, made on the spot."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import OpenImageIO
import pytest


def spec_of(
    pixels: np.ndarray,
    *,
    kind: str = "half",
    channels: Sequence[str] = (),
    kinds: Sequence[str] = (),
    data: tuple[int, int] = (0, 0),
    display: tuple[int, int, int, int] | None = None,
    attributes: dict | None = None,
) -> OpenImageIO.ImageSpec:
    height, width, count = pixels.shape
    spec = OpenImageIO.ImageSpec(width, height, count, kind)
    spec.channelnames = tuple(channels or ("R", "G", "B", "A")[:count])
    if kinds:
        spec.channelformats = tuple(OpenImageIO.TypeDesc(name) for name in kinds)
    spec.x, spec.y = data
    full = display or (*data, width, height)
    spec.full_x, spec.full_y, spec.full_width, spec.full_height = full
    for name, value in (attributes or {}).items():
        spec.attribute(name, *value) if isinstance(value, tuple) else spec.attribute(name, value)
    return spec


@pytest.fixture(scope="session")
def save() -> Callable[..., Path]:
    """Write pixels (h x w x C) with the real library, and return the path."""

    def write(path: Path, pixels: np.ndarray, **words: object) -> Path:
        spec = spec_of(pixels, **words)
        return write_parts(path, [(spec, pixels)])

    return write


@pytest.fixture(scope="session")
def save_parts() -> Callable[..., Path]:
    """Write a multi-part EXR of (name, channels, pixels), each with its view if there are any."""

    def write(
        path: Path,
        parts: Sequence[tuple[str, Sequence[str], np.ndarray]],
        *,
        views: Sequence[str] = (),
    ) -> Path:
        made = []
        for index, (name, channels, pixels) in enumerate(parts):
            view = {"view": views[index]} if views else {}
            attributes = {"oiio:subimagename": name, **view}
            display = (0, 0, 8, 8)  # the library wants all parts to agree on it
            spec = spec_of(pixels, channels=channels, display=display, attributes=attributes)
            made.append((spec, pixels))
        return write_parts(path, made)

    return write


def write_parts(path: Path, parts: list) -> Path:
    output = OpenImageIO.ImageOutput.create(str(path))
    first = parts[0][0] if len(parts) == 1 else tuple(spec for spec, _ in parts)
    assert output.open(str(path), first), output.geterror()
    for index, (spec, pixels) in enumerate(parts):
        if index:
            assert output.open(str(path), spec, "AppendSubimage"), output.geterror()
        assert output.write_image(np.ascontiguousarray(pixels)), output.geterror()
    assert output.close(), output.geterror()
    output.geterror()
    return path


@pytest.fixture(scope="session")
def load() -> Callable[..., tuple[OpenImageIO.ImageSpec, np.ndarray]]:
    """Read a file with the bare library: (spec, pixels), colors as they stand in the file."""

    def read(
        path: Path, part: int = 0, kind: str = "float"
    ) -> tuple[OpenImageIO.ImageSpec, np.ndarray]:
        hints = OpenImageIO.ImageSpec()
        hints.attribute("oiio:UnassociatedAlpha", 1)
        source = OpenImageIO.ImageInput.open(str(path), hints)
        assert source is not None, OpenImageIO.geterror()
        assert source.seek_subimage(part, 0)
        spec = source.spec().copy()
        pixels = source.read_image(part, 0, 0, spec.nchannels, kind)
        source.close()
        return spec, pixels

    return read


@pytest.fixture
def noise() -> np.random.Generator:
    return np.random.default_rng(7)
