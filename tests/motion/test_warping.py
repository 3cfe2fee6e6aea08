"""Warping states its definition: a sample at grid + flow, pixel centers at integers."""

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from vst_core.errors import VstError
from vst_core.motion import compose, inside, resize_flow, warp

sizes = st.tuples(st.integers(16, 40), st.integers(16, 40))
few = settings(deadline=None, max_examples=25)


def constant(x: float, y: float, height: int, width: int, batch: int = 1) -> torch.Tensor:
    return torch.tensor([x, y]).view(1, 2, 1, 1).expand(batch, 2, height, width).clone()


def picture(height: int, width: int, channels: int = 3, batch: int = 1) -> torch.Tensor:
    generator = torch.Generator().manual_seed(height * 1000 + width)
    return torch.rand(batch, channels, height, width, generator=generator)


def ramp(height: int, width: int) -> torch.Tensor:
    """A picture whose two channels are the coordinates x and y themselves."""
    y, x = torch.meshgrid(torch.arange(height), torch.arange(width), indexing="ij")
    return torch.stack((x, y)).float().unsqueeze(0)


@few
@given(size=sizes, channels=st.integers(1, 7), batch=st.integers(1, 3))
def test_zero_flow_is_the_identity(size, channels, batch):
    image = picture(*size, channels, batch)
    still = constant(0, 0, *size, batch)
    torch.testing.assert_close(warp(image, still), image, atol=1e-5, rtol=0)
    assert inside(still).eq(1).all()


@few
@given(size=sizes, x=st.integers(-9, 9), y=st.integers(-9, 9))
def test_integer_flow_is_a_shift_with_the_border_held(size, x, y):
    height, width = size
    image = picture(height, width)
    rows = (torch.arange(height) + y).clamp(0, height - 1)
    columns = (torch.arange(width) + x).clamp(0, width - 1)
    expected = image[:, :, rows][:, :, :, columns]
    torch.testing.assert_close(
        warp(image, constant(x, y, height, width)), expected, atol=1e-4, rtol=0
    )


@few
@given(size=sizes, x=st.integers(-9, 9), y=st.integers(-9, 9))
def test_inside_is_the_part_of_the_grid_that_lands_on_the_frame(size, x, y):
    height, width = size
    within = inside(constant(x, y, height, width))
    assert within.shape == (1, 1, height, width)
    assert within.sum() == (height - abs(y)) * (width - abs(x))


@few
@given(size=sizes, x=st.floats(-1, 1), y=st.floats(-1, 1))
def test_bilinear_is_exact_on_a_ramp(size, x, y):
    flow = constant(x, y, *size)
    expected = ramp(*size) + flow
    close = torch.isclose(warp(ramp(*size), flow), expected, atol=1e-3)
    assert (close | inside(flow).eq(0)).all()


def test_channel_zero_is_x_to_the_right_and_channel_one_y_down():
    image = torch.zeros(1, 1, 16, 20)
    image[0, 0, 5, 7] = 1
    moved = warp(image, constant(3, 2, 16, 20))
    assert moved[0, 0, 3, 4] == pytest.approx(1, abs=1e-4)


def test_every_item_of_a_batch_follows_its_own_flow():
    images = picture(20, 24, batch=2)
    flows = torch.cat((constant(2, 0, 20, 24), constant(0, -3, 20, 24)))
    apart = torch.cat([warp(images[i : i + 1], flows[i : i + 1]) for i in range(2)])
    assert warp(images, flows).equal(apart)


def test_a_flow_that_is_no_number_gives_some_pixel_and_is_not_inside():
    flow = constant(0.0, 0.0, 16, 16)
    flow[0, 0, 3, 4], flow[0, 1, 5, 6] = float("nan"), float("inf")
    assert warp(picture(16, 16), flow).isfinite().all()
    assert (inside(flow)[0, 0, 3, 4], inside(flow)[0, 0, 5, 6]) == (0, 0)


def test_sizes_that_differ_are_refused():
    with pytest.raises(VstError, match="20 x 16 cannot be warped by a flow of 16 x 16"):
        warp(picture(16, 20), constant(0, 0, 16, 16))


@few
@given(size=sizes, new=sizes, x=st.floats(-5, 5), y=st.floats(-5, 5))
def test_resizing_scales_the_vectors_by_the_sizes(size, new, x, y):
    resized = resize_flow(constant(x, y, *size), new)
    expected = constant(x * new[1] / size[1], y * new[0] / size[0], *new)
    torch.testing.assert_close(resized, expected, atol=1e-4, rtol=1e-5)


def test_resizing_to_the_same_size_changes_nothing():
    flow = picture(16, 20, 2)
    assert resize_flow(flow, (16, 20)) is flow


@few
@given(
    size=sizes,
    slopes=st.lists(st.floats(-0.1, 0.1), min_size=4, max_size=4),
    shifts=st.lists(st.floats(-2, 2), min_size=4, max_size=4),
)
def test_warping_by_the_composition_is_warping_twice(size, slopes, shifts):
    x, y = ramp(*size).split(1, dim=1)
    first = torch.cat((slopes[0] * x + shifts[0], slopes[1] * y + shifts[1]), 1)
    second = torch.cat((slopes[2] * y + shifts[2], slopes[3] * x + shifts[3]), 1)
    once = warp(ramp(*size), compose(first, second))
    twice = warp(warp(ramp(*size), second), first)
    # The ramp is held at the border, so there the two differ; compare what stays inside.
    whole = inside(first) * warp(inside(second), first) * inside(compose(first, second))
    close = torch.isclose(once, twice, atol=2e-3)
    assert (close | (whole < 1 - 1e-4)).all()


@pytest.mark.gpu
@pytest.mark.skipif(not torch.cuda.is_available(), reason="no CUDA device")
def test_the_device_does_not_matter():
    image, flow = picture(33, 47), picture(33, 47, 2) * 8 - 4
    for function in (lambda f: warp(image.to(f.device), f), inside):
        torch.testing.assert_close(function(flow.cuda()).cpu(), function(flow), atol=1e-4, rtol=0)
