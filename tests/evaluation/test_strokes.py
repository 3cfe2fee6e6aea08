"""Whether strokes hold on to the picture."""

import math

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from vst_core.evaluation import LET_GO, edge_correlation, edges, let_go, moving_frames


def random_picture(seed, height=24, width=32):
    return torch.rand(1, 3, height, width, generator=torch.Generator().manual_seed(seed))


def edges_written_out(picture):
    """Sobel on luma, pixel by pixel, borders repeated; the mean of each 4 x 4 cell."""
    red, green, blue = picture[0].tolist()
    height, width = len(red), len(red[0])

    def luma(y, x):
        y, x = min(max(y, 0), height - 1), min(max(x, 0), width - 1)
        return 0.2126 * red[y][x] + 0.7152 * green[y][x] + 0.0722 * blue[y][x]

    def length(y, x):
        across = sum(
            w * (luma(y + d, x + 1) - luma(y + d, x - 1))
            for d, w in zip((-1, 0, 1), (1, 2, 1), strict=True)
        )
        down = sum(
            w * (luma(y + 1, x + d) - luma(y - 1, x + d))
            for d, w in zip((-1, 0, 1), (1, 2, 1), strict=True)
        )
        return math.hypot(across, down)

    return [
        [
            sum(length(4 * y + a, 4 * x + b) for a in range(4) for b in range(4)) / 16
            for x in range(width // 4)
        ]
        for y in range(height // 4)
    ]


@given(seed=st.integers(0, 99), height=st.integers(8, 14), width=st.integers(8, 14))
@settings(max_examples=10, deadline=None)
def test_edges_equal_their_definition(seed, height, width):
    picture = random_picture(seed, height, width)
    expected = torch.tensor(edges_written_out(picture))
    assert edges(picture)[0, 0] == pytest.approx(expected.numpy(), abs=1e-4)


def test_the_correlation_is_pearsons():
    one, other = random_picture(1), random_picture(2)
    both = torch.stack([edges(one).flatten(), edges(other).flatten()])
    assert edge_correlation(one, other) == pytest.approx(
        torch.corrcoef(both)[0, 1].item(), abs=1e-5
    )


def test_strokes_that_follow_the_picture_and_strokes_that_do_not():
    source, later = moving_frames(width=96, height=64, count=2)
    assert edge_correlation(source, source) == pytest.approx(1)
    assert edge_correlation(1 - 0.5 * source, source) == pytest.approx(1, abs=1e-3)
    assert edge_correlation(source.flip(-1), source) < 0.3
    assert edge_correlation(later, source) < 1
    assert edge_correlation(torch.full_like(source, 0.5), source) is None


@given(st.lists(st.floats(0.01, 1), min_size=1, max_size=40), st.integers(1, 8))
@settings(deadline=None)
def test_letting_go_is_the_first_window_that_holds_too_little(values, window):
    window = min(window, len(values))
    held = sum(values[:window]) / window
    expected = None
    for end in range(window, len(values) + 1):
        if sum(values[end - window : end]) / window < LET_GO * held - 1e-12:
            expected = end - 1
            break
    assert let_go(values, window=window) == expected


@given(
    st.lists(st.tuples(st.floats(0.01, 1), st.floats(0.01, 1)), min_size=1, max_size=40),
    st.integers(1, 8),
)
@settings(deadline=None)
def test_letting_go_of_what_is_held_alone_is_told_from_the_first_window_on(pairs, window):
    values, held = ([pair[place] for pair in pairs] for place in (0, 1))
    expected = None
    for end in range(window, len(values) + 1):
        if sum(values[end - window : end]) < LET_GO * sum(held[end - window : end]) - 1e-12:
            expected = end - 1
            break
    assert let_go(values, window=window, held=held) == expected


def test_who_never_lets_go_and_who_does_in_the_middle():
    assert let_go([0.6] * 1000) is None
    assert let_go([0.6] * 500 + [0.1] * 500) in range(500, 600)
    assert let_go([0.6, 0.2] * 500) is None
