"""Masks over the canvas, whatever size and windows their files have."""

import numpy as np
import pytest
import torch

from vst_core.errors import InputError
from vst_core.image import Window, read_plate
from vst_core.job import parse_masks
from vst_core.masks import read_masks

CHANCE = np.random.default_rng(5)


def _plate(exr, *, size=(32, 48), canvas=None, data=(0, 0), display=None, **channels):
    height, width = size
    colors = {name: np.full((height, width), 0.3) for name in "RGB"}
    path = exr("plate.0001.exr", {**colors, **channels}, data=data, display=display)
    return read_plate(path, canvas=canvas)


def _read(text, plate, *paths):
    return read_masks(parse_masks(text), paths, plate)


def test_gray_values_are_the_mask(exr, gray):
    values = CHANCE.integers(0, 256, (32, 48)) / 255
    mask = _read("m.png", _plate(exr), gray("m.png", values))
    assert mask.shape == (1, 1, 32, 48)
    np.testing.assert_allclose(mask[0, 0].numpy(), values, atol=1e-6)


def test_of_colors_the_brightest_counts_and_alpha_does_not(exr):
    channels = {name: CHANCE.random((32, 48)) for name in "RGBA"}
    mask = _read("m.exr", _plate(exr), exr("m.exr", channels))
    expected = np.stack([channels[name] for name in "RGB"]).max(0)
    np.testing.assert_allclose(mask[0, 0].numpy(), expected, rtol=1e-6)


def test_floating_point_is_held_in_range(exr):
    values = np.full((32, 48), 7.0)
    values[0, 0], values[0, 1], values[0, 2] = np.nan, -3, np.inf
    mask = _read("m.exr", _plate(exr), exr("m.exr", {"Y": values}))[0, 0]
    assert mask[0, :4].tolist() == [0, 0, 1, 1]


def test_the_alpha_of_the_picture(exr):
    alpha = CHANCE.random((32, 48)).astype(np.float32)
    mask = _read("alpha", _plate(exr, A=alpha))
    np.testing.assert_array_equal(mask[0, 0].numpy(), alpha)
    with pytest.raises(InputError, match="has no alpha"):
        _read("alpha", _plate(exr))


def test_where_an_index_has_a_value(exr):
    index = CHANCE.integers(0, 4, (32, 48))
    plate = _plate(exr, **{"id.X": index})
    mask = _read("layer:id.X:3", plate)
    np.testing.assert_array_equal(mask[0, 0].numpy(), index == 3)


def test_several_masks_in_their_order(exr, gray):
    first, second = np.zeros((32, 48)), np.ones((32, 48))
    plate = _plate(exr, A=np.full((32, 48), 0.5))
    mask = _read("a.png,alpha,b.png", plate, gray("a.png", first), gray("b.png", second))
    assert mask.mean((1, 2, 3)).tolist() == [0, 0.5, 1]


@pytest.mark.parametrize("scale", [0.25, 0.5, 2, 3])
def test_a_mask_of_another_size_covers_the_same_picture(exr, gray, scale):
    values = np.zeros((round(32 * scale), round(48 * scale)))
    values[:, : values.shape[1] // 2] = 1  # the left half
    mask = _read("m.png", _plate(exr), gray("m.png", values))[0, 0]
    assert mask.shape == (32, 48)
    assert mask[:, :20].min() == 1
    assert mask[:, 28:].max() == 0


@pytest.mark.parametrize("size", [(371, 481), (67, 93), (5, 7)])
def test_of_another_size_too_no_value_leaves_the_range(exr, gray, size):
    plate = _plate(exr, size=(288, 512))
    mask = _read("m.png", plate, gray("m.png", np.ones(size)))
    assert float(mask.max()) == 1.0


def test_a_data_window_is_surrounded_by_nothing(exr):
    display = (0, 0, 48, 32)
    path = exr("m.exr", {"Y": np.ones((8, 10))}, data=(5, 7), display=display)
    mask = _read("m.exr", _plate(exr), path)[0, 0]
    expected = torch.zeros(32, 48)
    expected[7:15, 5:15] = 1
    assert torch.equal(mask, expected)


def test_beyond_its_picture_the_border_of_a_mask_goes_on(exr, gray):
    values = np.zeros((32, 48))
    values[:, -1] = 1
    canvas = Window(-4, -2, 60, 36)  # the picture reaches over its display window
    plate = _plate(exr, size=(36, 60), data=(-4, -2), display=(0, 0, 48, 32), canvas=canvas)
    mask = _read("m.png", plate, gray("m.png", values))[0, 0]
    assert mask[:, :51].max() == 0
    assert mask[:, 51:].min() == 1


def test_a_display_window_elsewhere(exr):
    """Both show the same rectangle, and number its pixels differently."""
    values = CHANCE.random((32, 48)).astype(np.float32)
    plate = _plate(exr, data=(100, 50), display=(100, 50, 48, 32))
    mask = _read("m.exr", plate, exr("m.exr", {"Y": values}))
    np.testing.assert_array_equal(mask[0, 0].numpy(), values)


def test_without_masks_there_is_nothing(exr):
    assert read_masks((), (), _plate(exr)) is None
