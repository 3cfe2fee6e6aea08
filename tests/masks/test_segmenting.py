"""Masks made from the picture."""

import sys

import pytest
import torch

from vst_core.errors import InputError, UsageError, WeightsError
from vst_core.image import read_picture
from vst_core.job import Box
from vst_core.masks import SegmentSettings, open_segmenter
from vst_core.masks.refining import refine

SIZE = (96, 128)


def settings(box=None, canvas=SIZE, **given):
    return SegmentSettings(box=box, canvas=canvas, **given)


def scene(x=40, y=30):
    """A speckled red square of 40 pixels on a speckled green ground, and where it is."""
    torch.manual_seed(0)
    picture = torch.rand(1, 3, *SIZE) * 0.2
    picture[:, 1] += 0.5
    there = torch.zeros(1, 1, *SIZE)
    there[..., y : y + 40, x : x + 40] = 1
    red = torch.rand(1, 3, *SIZE) * 0.2 + torch.tensor([0.7, 0, 0]).view(1, 3, 1, 1)
    return torch.where(there > 0, red, picture), there


def overlap(one, other):
    one, other = one > 0.5, other > 0.5
    return float((one & other).sum() / (one | other).sum())


def test_an_unknown_way():
    with pytest.raises(UsageError, match="There is no segmenter 'grabcat'") as caught:
        open_segmenter("grabcat", settings())
    assert "grabcut" in caught.value.fix


def test_grabcut_from_a_box():
    picture, there = scene()
    found = open_segmenter("grabcut", settings(Box(30, 20, 60, 60))).segment(picture, None)
    assert found.shape == there.shape
    assert 0 <= found.min() <= found.max() <= 1
    assert overlap(found, there) > 0.95


def test_grabcut_follows_the_mask_of_the_frame_before():
    segmenter = open_segmenter("grabcut", settings(Box(30, 20, 60, 60)))
    _, before = scene()
    picture, there = scene(x=43, y=28)
    assert overlap(segmenter.segment(picture, before), there) > 0.95


def test_grabcut_gives_the_same_bytes():
    picture, _ = scene()
    box = settings(Box(30, 20, 60, 60), seed=3)
    first = open_segmenter("grabcut", box)
    masks = [first.segment(picture, None) for _ in range(2)]
    masks.append(open_segmenter("grabcut", box).segment(picture, None))
    assert torch.equal(masks[0], masks[1])
    assert torch.equal(masks[0], masks[2])


@pytest.mark.parametrize("value", [0.0, 1.0])
def test_a_thing_that_has_left_or_fills_the_picture(value):
    picture, there = scene()
    segmenter = open_segmenter("grabcut", settings(Box(30, 20, 60, 60)))
    found = segmenter.segment(picture, torch.full_like(there, value))
    assert torch.equal(found, torch.full_like(there, value))


@pytest.mark.parametrize(
    ("box", "what"),
    [(Box(100, 20, 60, 60), "reaches out of"), (Box(0, 0, 128, 96), "covers all of")],
)
def test_a_box_that_does_not_fit(box, what):
    with pytest.raises(InputError, match=f"--segment-box .* {what} the picture of 128 x 96"):
        open_segmenter("grabcut", settings(box))


@pytest.mark.parametrize("name", ["saliency", "grabcut"])
def test_without_onnxruntime(monkeypatch, name):
    monkeypatch.setitem(sys.modules, "onnxruntime", None)
    with pytest.raises(UsageError, match="need onnxruntime") as caught:
        open_segmenter(name, settings())
    assert 'pip install "vst[segment]"' in caught.value.fix
    open_segmenter("grabcut", settings(Box(30, 20, 60, 60)))  # a box needs none


def test_foreign_weights(monkeypatch, tmp_path):
    pytest.importorskip("onnxruntime")
    (tmp_path / "u2netp.onnx").write_bytes(b"nothing")
    with pytest.raises(WeightsError, match="not the file its name promises"):
        open_segmenter("saliency", settings(weights_dir=tmp_path))


@pytest.mark.slow
@pytest.mark.weights
def test_saliency_finds_the_car(shared):
    pytest.importorskip("onnxruntime")
    clip = shared / "data/sequences/davis_drift_straight"
    picture = read_picture(clip / "frames/00025.jpg")
    there = read_picture(clip / "masks/00025.png")[:, :1]
    size = (picture.shape[-2], picture.shape[-1])
    segmenter = open_segmenter("saliency", settings(canvas=size, weights_dir=shared / "weights"))
    found = segmenter.segment(picture, None)
    assert found.shape == there.shape
    assert overlap(found, there) > 0.9
    assert torch.equal(found, segmenter.segment(picture, None))


def test_a_refined_mask_has_the_edges_of_the_picture():
    guide = torch.zeros(96, 128)
    guide[:, 51:] = 1
    coarse = torch.zeros(24, 32)
    coarse[:, 13:] = 1  # a quarter of the size, and a quarter of its pixel beside the edge
    refined = torch.from_numpy(refine(coarse.numpy(), guide.numpy()))
    plain = torch.nn.functional.interpolate(coarse[None, None], size=(96, 128), mode="bilinear")
    assert (refined - guide).abs().mean() < 0.5 * (plain[0, 0] - guide).abs().mean()
