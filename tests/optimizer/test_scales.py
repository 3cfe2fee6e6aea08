"""The sizes in which a picture is painted."""

import itertools

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from vst_core.optimizer.scales import carried, plan_scales, scale_count
from vst_core.resizing import resize_picture

pytestmark = pytest.mark.usefixtures("one_thread")


@pytest.mark.parametrize(
    ("size", "count"),
    [((16, 16), 1), ((512, 512), 1), ((639, 639), 1), ((640, 640), 2), ((436, 1024), 2),
     ((1080, 1920), 3), ((2160, 4096), 4), ((150, 4096), 1)],
)  # fmt: skip
def test_a_picture_is_halved_down_to_about_320_squared(size, count):
    assert scale_count(size) == count


@settings(deadline=None, max_examples=50)
@given(st.integers(16, 600), st.integers(16, 600), st.integers(1, 5), st.integers(1, 300))
def test_scales_go_from_coarse_to_fine_and_share_the_iterations(height, width, count, iterations):
    scales = plan_scales((height, width), count=count, iterations=iterations)
    assert [scale.level for scale in scales] == list(reversed(range(len(scales))))
    assert len(scales) == min(count, iterations)
    assert scales[-1].size == (height, width)
    assert sum(scale.iterations for scale in scales) == iterations
    for coarse, fine in itertools.pairwise(scales):
        assert coarse.iterations >= fine.iterations >= 1
        assert coarse.size[0] == pytest.approx(fine.size[0] / 2, abs=1)


def test_the_next_scale_adds_what_the_coarser_one_changed():
    start = torch.rand(1, 3, 20, 24)
    small = resize_picture(start, (10, 12))
    torch.testing.assert_close(carried(small, start), start)
    torch.testing.assert_close(carried(small + 0.1, start), start + 0.1)
