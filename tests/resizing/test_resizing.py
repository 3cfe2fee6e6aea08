"""One rule for pictures and one for planes, held against Pillow and against their definitions."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from vst_core.motion import resize_flow
from vst_core.resizing import resize_picture, resize_planes, size_of_short_side

side = st.integers(1, 40)
sizes = st.tuples(side, side)
quick = settings(deadline=None, max_examples=30)


def ramp(height, width):
    return torch.rand(1, 2, height, width, generator=torch.Generator().manual_seed(height * width))


def triangle(length, new):
    """Return the matrix new x length of the triangle filter, by its definition."""
    scale = length / new
    reach = max(1.0, scale)
    centers = (np.arange(new) + 0.5) * scale - 0.5
    weights = np.maximum(0, 1 - np.abs(np.arange(length) - centers[:, None]) / reach)
    return torch.from_numpy(weights / weights.sum(1, keepdims=True)).float()


@quick
@given(sizes, sizes)
def test_planes_go_by_the_triangle_filter_side_by_side(old, new):
    planes = ramp(*old)
    expected = triangle(old[0], new[0]) @ planes @ triangle(old[1], new[1]).T
    torch.testing.assert_close(resize_planes(planes, new), expected, atol=1e-5, rtol=1e-5)


@quick
@given(sizes, sizes)
def test_pictures_go_by_pillows_bicubic(old, new):
    picture = ramp(*old)
    image = Image.fromarray(picture[0, 0].numpy())
    found = image.resize((new[1], new[0]), Image.Resampling.BICUBIC)
    expected = torch.from_numpy(np.array(found)).clamp(0, 1)
    torch.testing.assert_close(resize_picture(picture, new)[0, 0], expected, atol=2e-4, rtol=0)


@quick
@given(sizes, sizes)
def test_what_is_flat_stays_flat_and_all_stays_in_range(old, new):
    for resize in (resize_picture, resize_planes):
        found = resize(torch.full((1, 1, *old), 0.25), new)
        torch.testing.assert_close(found, torch.full((1, 1, *new), 0.25))
        found = resize(ramp(*old), new)
        assert found.shape == (1, 2, *new)
        assert 0 <= found.min() <= found.max() <= 1


@pytest.mark.parametrize("resize", [resize_picture, resize_planes, resize_flow])
def test_at_its_own_size_a_picture_is_itself(resize):
    picture = ramp(5, 7)
    assert resize(picture, (5, 7)) is picture


@pytest.mark.parametrize("new", [(4, 9), (16, 5), (30, 40)])
def test_planes_are_not_cut_and_their_sum_is_the_sum_of_what_they_become(new):
    one, other = 100 * ramp(9, 11), -3 * ramp(9, 11).flip(3)
    together = resize_planes(one, new) + resize_planes(other, new)
    torch.testing.assert_close(resize_planes(one + other, new), together)


@pytest.mark.parametrize("new", [(8, 6), (64, 10), (50, 100)])
def test_the_bytes_do_not_depend_on_the_threads(new):
    picture, before, found = ramp(32, 48), torch.get_num_threads(), []
    for count in (1, 3):
        torch.set_num_threads(count)
        found.append((resize_picture(picture, new), resize_planes(picture, new)))
    torch.set_num_threads(before)
    assert torch.equal(found[0][0], found[1][0])
    assert torch.equal(found[0][1], found[1][1])


@given(sizes, st.integers(1, 50))
def test_the_short_side_is_as_asked_and_the_shape_stays(size, wanted):
    found = size_of_short_side(size, wanted)
    assert min(found) == wanted
    assert max(found) == pytest.approx(max(size) * wanted / min(size), abs=0.5)
