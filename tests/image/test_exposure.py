"""Light far from ordinary: divided before it is painted, multiplied back, nothing rounded."""

import numpy as np
import pytest
import torch

from vst_core.image import (
    ReadSettings,
    WriteSettings,
    exposure_of,
    read_plate,
    typical_light,
    write_planes,
    write_plate,
)


def light(path, factor):
    random = np.random.default_rng(0)
    pixels = (random.random((3, 24, 32), np.float32) * np.float32(factor)).astype(np.float32)
    write_planes(path, torch.from_numpy(pixels), names=("R", "G", "B"), half=False)
    return pixels


@pytest.mark.parametrize("factor", [1e-3, 1, 500])
def test_light_is_brought_near_the_ordinary_and_comes_back_exactly(tmp_path, factor):
    pixels = light(tmp_path / "a.exr", factor)
    found = typical_light(read_plate(tmp_path / "a.exr"))
    assert found == pytest.approx(np.median(pixels.max(0)), rel=1e-5)
    exposure = exposure_of([found, found / 100])
    assert 0.02 <= found / exposure <= 1
    plate = read_plate(tmp_path / "a.exr", settings=ReadSettings(exposure=exposure))
    assert 0.2 < float(plate.picture.median()) < 0.95
    write_plate(tmp_path / "b.exr", plate.picture, plate, settings=WriteSettings())
    back = read_plate(tmp_path / "b.exr").pixels.transpose(2, 0, 1)
    np.testing.assert_allclose(back, pixels, rtol=2e-5, atol=1e-6 * factor)


def test_ordinary_light_and_files_for_displays_are_left_alone(tmp_path):
    from PIL import Image

    assert exposure_of([]) == exposure_of([0.3]) == exposure_of([0.02, 1.0]) == 1
    Image.new("RGB", (32, 24), (3, 3, 3)).save(tmp_path / "a.png")
    assert typical_light(read_plate(tmp_path / "a.png")) is None


def test_a_power_of_two_rounds_nothing():
    for typical in (3e-7, 0.004, 2.0, 7e6):
        assert np.log2(exposure_of([typical])) == round(np.log2(exposure_of([typical])))
