"""Single channels, as plain numbers."""

import numpy as np
import pytest

from vst_core.errors import InputError
from vst_core.image import Window, check_channel, read_channel

VALUES = np.arange(64, dtype=np.float32).reshape(8, 8)


def test_a_channel_by_its_full_name(save, tmp_path):
    names = ("R", "G", "B", "ViewLayer.IndexOB.X")
    pixels = np.stack([VALUES * 0, VALUES * 0, VALUES * 0, VALUES], axis=2)
    path = save(tmp_path / "a.exr", pixels, kind="float", channels=names, data=(3, 4))
    channel = read_channel(path, "ViewLayer.IndexOB.X")
    np.testing.assert_array_equal(channel.values, VALUES)
    assert channel.data_window == Window(3, 4, 8, 8)
    assert check_channel(path, "ViewLayer.IndexOB.X") == channel.display_window


def test_a_channel_of_a_part(save_parts, tmp_path):
    parts = [("beauty", ("R", "G", "B"), np.zeros((8, 8, 3), np.float32)),
             ("depth", ("Z",), VALUES[..., None])]  # fmt: skip
    path = save_parts(tmp_path / "a.exr", parts)
    for name in ("Z", "depth.Z"):
        assert read_channel(path, name).values.max() > 0
    with pytest.raises(InputError, match=r"no channel 'depth\.Y'") as caught:
        read_channel(path, "depth.Y")
    assert "depth.Z" in caught.value.fix


def test_without_a_name_the_brightest_color(save, tmp_path):
    pixels = np.random.default_rng(0).random((8, 8, 4)).astype(np.float32)
    path = save(tmp_path / "a.exr", pixels, kind="float")
    np.testing.assert_array_equal(read_channel(path).values, pixels[..., :3].max(2))


def test_a_lone_channel_needs_no_name(save, tmp_path):
    path = save(tmp_path / "a.exr", VALUES[..., None], kind="float", channels=("A",))
    np.testing.assert_array_equal(read_channel(path).values, VALUES)


def test_whole_numbers_become_code_values(save, tmp_path):
    pixels = np.array([[[0], [51], [255]]], np.uint8)
    path = save(tmp_path / "a.png", pixels, kind="uint8", channels=("Y",))
    np.testing.assert_allclose(read_channel(path).values, [[0, 0.2, 1]])


def test_no_file_and_no_picture(tmp_path):
    with pytest.raises(InputError, match="no such file"):
        read_channel(tmp_path / "a.png")
    (tmp_path / "a.png").write_bytes(b"nothing")
    with pytest.raises(InputError, match="cannot be read as a picture"):
        check_channel(tmp_path / "a.png")
