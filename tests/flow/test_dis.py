"""OpenCV's DIS: accuracy, determinism, any size, both directions."""

import cv2
import pytest
import torch
from flow_pictures import alley_1, balloon, end_point_error, moved_texture

from vst_core.flow import FlowSettings, FrameView, open_flow_source
from vst_core.flow.dis import DisFlow
from vst_core.motion import warp


@pytest.fixture(scope="module")
def dis():
    return open_flow_source("dis", FlowSettings())


@pytest.mark.parametrize(("frame", "bound"), [(1, 0.32), (2, 0.35)])
def test_the_error_on_a_slow_shot(dis, shared, frame, bound):
    first, second, truth = alley_1(shared, frame)
    pair = dis.between(FrameView(frame, first), FrameView(frame + 1, second))
    assert end_point_error(pair.forward, truth) <= bound


def test_backward_brings_the_previous_frame_to_now(dis):
    first, second = balloon(1), balloon(3)
    pair = dis.between(FrameView(2, first), FrameView(3, second))
    error = (warp(first, pair.backward) - second).abs().mean()
    assert error < 0.5 * (first - second).abs().mean()


def test_backward_is_forward_of_the_pair_turned_round(dis):
    first, second = moved_texture(64, 80, 2, 1)
    pair = dis.between(FrameView(1, first), FrameView(2, second))
    turned = dis.between(FrameView(2, second), FrameView(1, first))
    assert pair.backward.equal(turned.forward)
    assert pair.forward.equal(turned.backward)


def test_the_bytes_depend_on_neither_threads_nor_history():
    first, second = balloon(1), balloon(2)
    before = cv2.getNumThreads()
    found = []
    try:
        for threads in (1, 2, 7):
            cv2.setNumThreads(threads)
            source = DisFlow()
            for _ in range(threads % 2):
                source.between(FrameView(2, second), FrameView(1, first))
            found.append(source.between(FrameView(1, first), FrameView(2, second)))
    finally:
        cv2.setNumThreads(before)
    assert all(pair.forward.equal(found[0].forward) for pair in found)
    assert all(pair.backward.equal(found[0].backward) for pair in found)


@pytest.mark.parametrize(
    ("height", "width"), [(16, 16), (16, 17), (16, 300), (31, 16), (33, 47), (61, 90), (240, 17)]
)
def test_every_size_from_16_works(dis, height, width):
    first, second = moved_texture(height, width, 1, 0)
    pair = dis.between(FrameView(1, first), FrameView(2, second))
    assert pair.forward.shape == pair.backward.shape == (1, 2, height, width)
    assert pair.forward.isfinite().all()
    median = pair.forward.flatten(2).median(dim=2).values[0]
    torch.testing.assert_close(median, torch.tensor([1.0, 0.0]), atol=0.3, rtol=0)


def test_a_flat_picture_does_not_move(dis):
    gray = torch.full((1, 3, 40, 40), 0.5)
    assert dis.between(FrameView(1, gray), FrameView(2, gray)).forward.abs().max() < 1e-3


def test_a_batch_gives_what_its_items_give(dis):
    pairs = [moved_texture(48, 64, x, 1) for x in (1, 3)]
    firsts, seconds = (torch.cat(pictures) for pictures in zip(*pairs, strict=True))
    found = dis.between(FrameView(1, firsts), FrameView(2, seconds)).backward
    apart = [dis.between(FrameView(1, pair[0]), FrameView(2, pair[1])).backward for pair in pairs]
    assert found.equal(torch.cat(apart))


def test_of_a_huge_picture_it_sees_a_smaller_one(monkeypatch):
    """Motion is then as exact in pixels of what it sees, and of the picture's own size."""
    first, second = moved_texture(120, 160, 6, 4)
    monkeypatch.setattr("vst_core.flow.dis._MOST_PIXELS", 60 * 80)
    pair = DisFlow().between(FrameView(1, first), FrameView(2, second))
    assert pair.backward.shape == (1, 2, 120, 160)
    middle = pair.backward[..., 30:-30, 30:-30].median(-1).values.median(-1).values[0]
    exact = DisFlow()
    monkeypatch.setattr("vst_core.flow.dis._MOST_PIXELS", 120 * 160)
    wanted = exact.between(FrameView(1, first), FrameView(2, second)).backward
    wanted = wanted[..., 30:-30, 30:-30].median(-1).values.median(-1).values[0]
    torch.testing.assert_close(middle, wanted, rtol=0, atol=0.5)
